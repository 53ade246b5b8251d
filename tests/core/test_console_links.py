from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.console.links import (
    SERVICES,
    federation_endpoint,
    page,
    portal_link,
    sign_in_link,
)
from aws_sso_core.errors import UsageError
from aws_sso_core.model import Secret
from aws_sso_core.partitions import partition_of


@pytest.mark.parametrize(
    ("region", "partition", "console", "sign_in"),
    [
        ("us-east-1", "aws", "console.aws.amazon.com", "us-east-1.signin.aws.amazon.com"),
        ("eu-central-2", "aws", "console.aws.amazon.com", "eu-central-2.signin.aws.amazon.com"),
        ("us-gov-west-1", "aws-us-gov", "console.amazonaws-us-gov.com", "us-gov-west-1.signin.amazonaws-us-gov.com"),
        ("cn-northwest-1", "aws-cn", "console.amazonaws.cn", "cn-northwest-1.signin.amazonaws.cn"),
        ("eusc-de-east-1", "aws-eusc", "console.amazonaws-eusc.eu", "eusc-de-east-1.signin.amazonaws-eusc.eu"),
        ("us-iso-east-1", "aws-iso", "console.c2shome.ic.gov", "us-iso-east-1.signin.c2shome.ic.gov"),
        ("us-isob-east-1", "aws-iso-b", "console.sc2shome.sgov.gov", "us-isob-east-1.signin.sc2shome.sgov.gov"),
    ],
)
def test_each_partition_has_its_own_hosts(region: str, partition: str, console: str, sign_in: str) -> None:
    assert partition_of(region).name == partition
    assert page("ec2", region, "us-east-1") == f"https://{console}/ec2/home?region={region}"
    assert federation_endpoint(region) == f"https://{sign_in}/federation"


@pytest.mark.parametrize("region", ["eu-isoe-west-1", "us-isof-south-1"])
def test_a_console_whose_address_nobody_tells_is_not_guessed(region: str) -> None:
    with pytest.raises(UsageError, match="is not known"):
        page(None, region, "us-east-1")
    assert federation_endpoint(region).startswith(f"https://{region}.signin.csphome.")


@pytest.mark.parametrize(
    ("service", "address"),
    [
        (None, "https://console.aws.amazon.com/console/home?region=eu-west-1"),
        ("S3", "https://console.aws.amazon.com/s3/buckets?region=eu-west-1"),
        ("logs", "https://console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups"),
        ("sagemaker", "https://console.aws.amazon.com/sagemaker/home?region=eu-west-1"),
    ],
)
def test_a_service_is_a_page_with_the_region(service: str | None, address: str) -> None:
    assert page(service, "eu-west-1", "us-east-1") == address


def test_without_a_region_the_console_chooses_and_the_sign_in_tells_the_partition() -> None:
    assert page("iam", None, "cn-north-1") == "https://console.amazonaws.cn/iam/home"


@pytest.mark.parametrize("service", ["../x", "a b", "https://evil.example", "", "x?y", "ec2/home"])
def test_what_is_no_service_becomes_no_address(service: str) -> None:
    if service == "":
        assert page(service, None, "us-east-1").endswith("/console/home")
        return
    with pytest.raises(UsageError, match="is no service"):
        page(service, None, "us-east-1")


@pytest.mark.parametrize("region", ["evil.example/", "us-east-1.evil.example", "", "US-EAST-1", "us-east-1\n"])
def test_what_is_no_region_becomes_no_host(region: str) -> None:
    with pytest.raises(UsageError, match="is no AWS region"):
        federation_endpoint(region)


@pytest.mark.parametrize("service", SERVICES)
def test_every_proposed_service_has_an_address(service: str) -> None:
    parts = urlsplit(page(service, "us-east-1", "us-east-1"))
    assert (parts.hostname, parts.query) == ("console.aws.amazon.com", "region=us-east-1")


@pytest.mark.parametrize(
    "start_url",
    [
        "https://corp.awsapps.com/start",
        "https://corp.awsapps.com/start/",
        "https://corp.awsapps.com/start#",
        "https://corp.awsapps.com/start/#/",
        "https://corp.awsapps.com/start?x=1",
    ],
)
def test_the_portals_link_is_the_same_however_the_start_url_ends(start_url: str) -> None:
    assert (
        portal_link(start_url, "000123456789", "Security Audit")
        == "https://corp.awsapps.com/start/#/console?account_id=000123456789&role_name=Security%20Audit"
    )


def test_the_portals_link_carries_a_page_of_the_console() -> None:
    target = page("logs", "eu-west-1", "us-east-1")
    link = portal_link("https://d-1234567890.portal.us-east-1.app.aws", "111122223333", "Admin", target)
    assert link.startswith("https://d-1234567890.portal.us-east-1.app.aws/#/console?account_id=")
    assert unquote(link.rpartition("&destination=")[2]) == target


@given(st.text(min_size=1), st.text(min_size=1))
def test_whatever_is_in_a_sign_in_link_comes_out_again(token: str, destination: str) -> None:
    token, destination = (text.encode("utf-8", "ignore").decode() or "x" for text in (token, destination))
    link = sign_in_link("https://x/federation", Secret(token), destination, "https://corp.awsapps.com/start").reveal()
    assert parse_qs(urlsplit(link).query, keep_blank_values=True) == {
        "Action": ["login"],
        "Issuer": ["https://corp.awsapps.com/start"],
        "Destination": [destination],
        "SigninToken": [token],
    }
