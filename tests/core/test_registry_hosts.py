"""What a registry's host tells, and that nothing else passes for one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.partitions import partition_of
from aws_sso_core.registries.hosts import Registry, of_account, registry

ACCOUNT = "000123456789"
PRIVATE = [
    ("eu-west-1", "aws", "amazonaws.com", "on.aws"),
    ("mx-central-1", "aws", "amazonaws.com", "on.aws"),
    ("us-gov-west-1", "aws-us-gov", "amazonaws.com", "on.aws"),
    ("cn-northwest-1", "aws-cn", "amazonaws.com.cn", "on.amazonwebservices.com.cn"),
    ("us-iso-east-1", "aws-iso", "c2s.ic.gov", None),
    ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov", None),
    ("eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk", None),
    ("us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov", None),
    ("eusc-de-east-1", "aws-eusc", "amazonaws.eu", None),
]
ENDS = sorted({end for row in PRIVATE for end in row[2:] if end})

accounts = st.from_regex(re.compile(r"\d{12}", re.ASCII), fullmatch=True)
regions = st.sampled_from([row[0] for row in PRIVATE])


@pytest.mark.parametrize(("region", "partition", "plain", "_dual"), PRIVATE)
@pytest.mark.parametrize("fips", [False, True])
def test_a_private_host_tells_account_region_and_partition(
    region: str, partition: str, plain: str, _dual: str, fips: bool
) -> None:
    host = f"{ACCOUNT}.dkr.ecr{'-fips' if fips else ''}.{region}.{plain}"
    assert registry(host) == Registry(host, region, partition, ACCOUNT, fips=fips)


@pytest.mark.parametrize(("region", "partition", "_plain", "dual"), [row for row in PRIVATE if row[3]])
@pytest.mark.parametrize("fips", [False, True])
def test_so_does_a_dual_stack_host(region: str, partition: str, _plain: str, dual: str, fips: bool) -> None:
    host = f"{ACCOUNT}.dkr-ecr{'-fips' if fips else ''}.{region}.{dual}"
    assert registry(host) == Registry(host, region, partition, ACCOUNT, fips=fips)


@pytest.mark.parametrize("host", ["public.ecr.aws", "ecr-public.aws.com"])
def test_public_registries_are_nobodys_and_ask_in_one_region(host: str) -> None:
    assert registry(host) == Registry(host, "us-east-1")


@given(accounts, regions)
def test_an_accounts_registry_is_the_one_that_its_host_tells(account: str, region: str) -> None:
    made = of_account(account, region)
    assert made is not None
    assert (made.account_id, made.region, made.partition) == (account, region, partition_of(region).name)
    assert registry(made.host) == made


@given(
    accounts,
    regions,
    st.sampled_from(["", "https://", " ", "HTTPS://"]),
    st.sampled_from(["", "/", "/v2/", "/team/app:1.0", ":443", ":443/v2/", "\n"]),
)
def test_whatever_docker_puts_around_a_host_is_left_out(account: str, region: str, before: str, after: str) -> None:
    made = of_account(account, region)
    assert made is not None
    assert registry(f"{before}{made.host.upper()}{after}") == made


@given(accounts, regions, st.sampled_from(ENDS), st.sampled_from(".-"))
def test_a_region_under_another_partitions_name_is_no_registry(account: str, region: str, end: str, joint: str) -> None:
    found = registry(f"{account}.dkr{joint}ecr.{region}.{end}")
    row = next(row for row in PRIVATE if row[0] == region)
    assert (found is not None) == (end == row[2 if joint == "." else 3])


@pytest.mark.parametrize(
    "address",
    [
        "",
        "docker.io",
        "https://index.docker.io/v1/",
        "ecr.eu-west-1.amazonaws.com",
        "12345678901.dkr.ecr.eu-west-1.amazonaws.com",
        "1234567890123.dkr.ecr.eu-west-1.amazonaws.com",
        "١٢٣٤٥٦٧٨٩٠١٢.dkr.ecr.eu-west-1.amazonaws.com",
        f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
        f"evil.example/{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com",
        f"user@{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com",
        f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com@evil.example",
        f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com:5000",
        f"http://{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com",
        f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com\nevil",
        f"{ACCOUNT}-dkr.ecr.eu-west-1.amazonaws.com",
        f"{ACCOUNT}.dkr.ecr.euwest1.amazonaws.com",
        f"{ACCOUNT}.dkr.ecr.eu-west-1.evil.amazonaws.com",
        "public.ecr.aws.evil.example",
        f"{ACCOUNT}.d\N{KELVIN SIGN}r.ecr.eu-west-1.amazonaws.com",
        f"https://{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
        f"https://evil.example#{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com",
        f"https://{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com@evil.example/v2/",
        f"https://{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com?@evil.example/v2/",
    ],
)
def test_no_other_host_gets_a_password(address: str) -> None:
    assert registry(address) is None


@given(st.text(alphabet="0123456789abcz.-/:@ecrdkpubliwsamzno%\\", max_size=60))
def test_what_passes_for_a_registry_is_one_of_aws_alone(address: str) -> None:
    found = registry(address)
    if found is not None:
        assert found.host.endswith(("public.ecr.aws", "ecr-public.aws.com", *(f".{end}" for end in ENDS)))
        assert registry(found.host) == found


@pytest.mark.parametrize(("account", "region"), [("123", "eu-west-1"), (ACCOUNT, "nowhere"), (ACCOUNT, "eu-west-1/x")])
def test_what_is_no_account_or_no_region_has_no_registry(account: str, region: str) -> None:
    assert of_account(account, region) is None
