"""Start URLs from whatever address of a portal a person has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.errors import UsageError
from aws_sso_core.start_url import StartUrl, parse

ORG = StartUrl("https://my-org.awsapps.com/start", alias="my-org")
REGIONAL = "ssoins-72238f444baccc75"


@pytest.mark.parametrize(
    "text",
    [
        "https://my-org.awsapps.com/start",
        "https://my-org.awsapps.com/start/",
        "https://my-org.awsapps.com/start#/",
        "https://my-org.awsapps.com/start/#/",
        "https://my-org.awsapps.com/start/#/console?account_id=111122223333&role_name=Admin",
        "https://my-org.awsapps.com/start/?utm=mail",
        "https://my-org.awsapps.com",
        "http://my-org.awsapps.com/start",
        "HTTPS://My-Org.AWSApps.com/start",
        "my-org.awsapps.com",
        "my-org.awsapps.com/start#/",
        "https://my-org.awsapps.com:443/start",
        "  https://my-org.awsapps.com/start  \n",
        '"https://my-org.awsapps.com/start"',
        "<https://my-org.awsapps.com/start>",
        "https://my-org.awsapps.com./start",
        "\ufeffhttps://my-org.awsapps.com/start\u200b",
        "sso_start_url = https://my-org.awsapps.com/start",
        "--sso-start-url=https://my-org.awsapps.com/start#/",
        "[AWS portal](https://my-org.awsapps.com/start)",
        "Sign in at https://my-org.awsapps.com/start .",
        "https://my-org.awsapps.com/start https://my-org.awsapps.com/start",
        "https://https://my-org.awsapps.com/start",
        "https:/my-org.awsapps.com/start",
        "https//my-org.awsapps.com/start",
        "https:my-org.awsapps.com/start",
        "//my-org.awsapps.com/start",
        "https://my-org.awsapps.com/start/\\#/",
    ],
)
def test_every_form_of_an_address_means_the_same_portal(text: str) -> None:
    assert parse(text) == ORG


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("d-1234567890", StartUrl("https://d-1234567890.awsapps.com/start")),
        ("D-92677b5a84.awsapps.com/start", StartUrl("https://d-92677b5a84.awsapps.com/start")),
        (
            f"https://{REGIONAL}.portal.us-west-2.app.aws/#/?tab=accounts",
            StartUrl(f"https://{REGIONAL}.portal.us-west-2.app.aws", region="us-west-2"),
        ),
        (
            f"{REGIONAL}.eu-central-1.portal.amazonaws.com/",
            StartUrl(f"https://{REGIONAL}.eu-central-1.portal.amazonaws.com", region="eu-central-1"),
        ),
        (
            f"https://{REGIONAL}.us-gov-west-1.portal.amazonaws.com",
            StartUrl(
                f"https://{REGIONAL}.us-gov-west-1.portal.amazonaws.com", region="us-gov-west-1", partition="aws-us-gov"
            ),
        ),
        (
            f"https://{REGIONAL}.cn-north-1.portal.amazonaws.com.cn",
            StartUrl(f"https://{REGIONAL}.cn-north-1.portal.amazonaws.com.cn", region="cn-north-1", partition="aws-cn"),
        ),
        (
            f"https://{REGIONAL}.portal.cn-north-1.app.amazonwebservices.com.cn",
            StartUrl(
                f"https://{REGIONAL}.portal.cn-north-1.app.amazonwebservices.com.cn",
                region="cn-north-1",
                partition="aws-cn",
            ),
        ),
        (
            f"https://{REGIONAL}.eusc-de-east-1.portal.amazonaws.eu",
            StartUrl(
                f"https://{REGIONAL}.eusc-de-east-1.portal.amazonaws.eu", region="eusc-de-east-1", partition="aws-eusc"
            ),
        ),
        (
            "https://start.us-gov-home.awsapps.com/directory/d-1234567890#/",
            StartUrl("https://start.us-gov-home.awsapps.com/directory/d-1234567890", partition="aws-us-gov"),
        ),
        (
            "start.us-gov-west-1.us-gov-home.awsapps.com/directory/my-agency/",
            StartUrl(
                "https://start.us-gov-west-1.us-gov-home.awsapps.com/directory/my-agency",
                region="us-gov-west-1",
                alias="my-agency",
                partition="aws-us-gov",
            ),
        ),
        (
            "https://start.cn-north-1.home.awsapps.cn/directory/my-org#/",
            StartUrl(
                "https://start.cn-north-1.home.awsapps.cn/directory/my-org",
                region="cn-north-1",
                alias="my-org",
                partition="aws-cn",
            ),
        ),
        (
            f"https://identitycenter.amazonaws.com/{REGIONAL}",
            StartUrl(f"https://identitycenter.amazonaws.com/{REGIONAL}"),
        ),
        ("aws.my-company.com/portal/", StartUrl("https://aws.my-company.com/portal", is_aws=False)),
    ],
)
def test_other_portals_are_known_by_their_hosts(text: str, expected: StartUrl) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "hello",
        "what is a start url?",
        "my org.awsapps.com",
        "ftp://my-org.awsapps.com/start",
        "https://",
        "https://user:secret@my-org.awsapps.com/start",
        "https://my-org.awsapps.com:8443/start",
        "https://127.0.0.1/start",
        "https://[::1]/start",
        "http://[broken/start",
        "https://my-org.awsapps.com:port/start",
        "https://exämple.awsapps.com/start",
        "https://my-org..awsapps.com/start",
        "https://-.awsapps.com/start",
        "111122223333",
        "someone@example",
    ],
)
def test_nonsense_is_refused_with_what_would_be_one(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(text)
    assert "start URL" in refused.value.sentence
    assert "awsapps.com/start" in refused.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "https://us-east-1.signin.aws/platform/login?workflowStateHandle=1",
        "https://console.aws.amazon.com/console/home",
        "https://eu-central-1.console.aws.amazon.com/ec2",
        "https://111122223333.signin.aws.amazon.com/console",
        "https://device.sso.us-east-1.amazonaws.com/?user_code=ABCD-EFGH",
        "https://oidc.us-east-1.amazonaws.com/authorize?x=1",
        "https://a.b.awsapps.com/start",
    ],
)
def test_other_pages_of_aws_are_told_to_be_no_portal(text: str) -> None:
    with pytest.raises(UsageError, match="but not the access portal"):
        parse(text)


def test_a_sign_in_page_leads_to_its_portal() -> None:
    with pytest.raises(UsageError) as refused:
        parse("https://us-east-1.signin.aws/platform/d-1234567890/login?workflowStateHandle=x")
    assert "https://d-1234567890.awsapps.com/start" in refused.value.hint


def test_a_builder_id_has_no_accounts() -> None:
    with pytest.raises(UsageError, match="Builder ID"):
        parse("https://view.awsapps.com/start")


@pytest.mark.parametrize(
    "text",
    [
        "https://start.us-gov-home.awsapps.com/",
        "https://start.home.awsapps.cn/directory",
        "identitycenter.amazonaws.com",
    ],
)
def test_a_host_of_many_organizations_needs_its_path(text: str) -> None:
    with pytest.raises(UsageError, match="does not say whose portal"):
        parse(text)


def test_a_bare_word_is_told_how_it_would_be_written() -> None:
    with pytest.raises(UsageError) as refused:
        parse("my-org")
    assert "https://my-org.awsapps.com/start" in refused.value.hint


@given(st.text())
def test_any_text_is_a_url_or_refused(text: str) -> None:
    try:
        found = parse(text)
    except UsageError:
        return
    assert found.url.startswith("https://")
    assert found.url.isascii()
    assert found.url.isprintable()


LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True).filter(lambda label: label != "view")


@given(LABELS, st.sampled_from(["", "http://", "https://"]), st.text("/#?=&ab1", max_size=12))
def test_what_comes_out_is_taken_in_again(label: str, scheme: str, rest: str) -> None:
    found = parse(f"{scheme}{label}.awsapps.com/{rest}")
    assert found.url == f"https://{label}.awsapps.com/start"
    assert parse(found.url) == found
