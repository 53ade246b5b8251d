"""The sandbox's pages in a real browser: they look right, and a person can approve and deny."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from aws_sso_core.sandbox import Sandbox
from aws_sso_core.sandbox.oidc import challenge_of
from browser.chromium import Chromium
from fakes import FakeClock

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = "sso:account:access"
VERIFIER = "v" * 64


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(FakeClock()) as box:
        yield box


class Program:
    """What asks for a sign-in."""

    def __init__(self, box: Sandbox) -> None:
        self.box = box
        config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}, proxies={})
        self.oidc = boto3.client("sso-oidc", region_name=box.region, endpoint_url=box.url, config=config)
        uris = [f"{box.url}/landed"]
        grants = ["authorization_code", "refresh_token", DEVICE]
        self.client = self.oidc.register_client(
            clientName="aws-sso-tray (corp)",
            clientType="public",
            scopes=[SCOPE],
            grantTypes=grants,
            redirectUris=uris,
            issuerUrl=box.start_url,
        )
        self.redirect_uri = uris[0]

    def device(self) -> tuple[str, str, str]:
        """Device code, user code, and the page with the code in its address."""
        answer = self.oidc.start_device_authorization(
            clientId=self.client["clientId"], clientSecret=self.client["clientSecret"], startUrl=self.box.start_url
        )
        return answer["deviceCode"], answer["userCode"], answer["verificationUriComplete"]

    def token(self, **how: str) -> str:
        """An access token."""
        answer = self.oidc.create_token(
            clientId=self.client["clientId"], clientSecret=self.client["clientSecret"], **how
        )
        return str(answer["accessToken"])

    def authorize_url(self) -> str:
        """The consent page."""
        query = {
            "response_type": "code",
            "client_id": self.client["clientId"],
            "redirect_uri": self.redirect_uri,
            "state": "a-state",
            "code_challenge_method": "S256",
            "code_challenge": challenge_of(VERIFIER),
            "scopes": SCOPE,
        }
        return f"{self.box.url}/authorize?{urlencode(query)}"


def landed(browser: Chromium) -> dict[str, list[str]]:
    """The query with which the browser came back to the program."""
    parts = urlsplit(browser.url)
    assert parts.path == "/landed"
    return parse_qs(parts.query)


def test_a_click_on_approve_of_the_consent_page_brings_a_code_that_is_worth_a_token(
    box: Sandbox, browser: Chromium
) -> None:
    program = Program(box)
    browser.goto(program.authorize_url())
    browser.screenshot("consent-light")
    browser.click("button[value=approve]")
    back = landed(browser)
    assert back["state"] == ["a-state"]
    assert program.token(
        grantType="authorization_code", code=back["code"][0], codeVerifier=VERIFIER, redirectUri=program.redirect_uri
    )


def test_a_click_on_deny_of_the_consent_page_brings_access_denied(box: Sandbox, browser: Chromium) -> None:
    browser.goto(Program(box).authorize_url())
    browser.click("button[value=deny]")
    assert landed(browser) == {"error": ["access_denied"], "state": ["a-state"]}


def test_the_consent_page_is_answered_by_keyboard_alone(box: Sandbox, browser: Chromium) -> None:
    browser.goto(Program(box).authorize_url())
    browser.key("Tab")
    assert browser.value("document.activeElement.value") == "approve"
    browser.screenshot("consent-focus")
    browser.key("Tab")
    assert browser.value("document.activeElement.value") == "deny"
    with browser.loading():
        browser.key("Enter")
    assert landed(browser)["error"] == ["access_denied"]


def test_a_code_is_typed_confirmed_and_approved_on_the_device_page(box: Sandbox, browser: Chromium) -> None:
    program = Program(box)
    device_code, user_code, _ = program.device()
    browser.goto(f"{box.url}/device")
    browser.screenshot("device-enter-light")
    browser.type(user_code.lower())
    with browser.loading():
        browser.key("Enter")
    assert user_code in browser.text
    browser.screenshot("device-confirm-light")
    browser.click("button[value=approve]")
    assert browser.names("heading") == ["Request approved"]
    browser.screenshot("device-approved-light")
    assert program.token(grantType=DEVICE, deviceCode=device_code)


def test_a_click_on_deny_of_the_device_page_denies_the_device(box: Sandbox, browser: Chromium) -> None:
    program = Program(box)
    device_code, _, page = program.device()
    browser.goto(page)
    browser.click("button[value=deny]")
    assert browser.names("heading") == ["Request denied"]
    browser.screenshot("device-denied-light")
    with pytest.raises(program.oidc.exceptions.AccessDeniedException):
        program.token(grantType=DEVICE, deviceCode=device_code)


def test_a_wrong_code_is_told_beside_the_field(box: Sandbox, browser: Chromium) -> None:
    browser.goto(f"{box.url}/device?user_code=XXXX-XXXX")
    assert "No request waits with this code" in browser.text
    assert browser.value("document.activeElement.id") == "code"
    browser.screenshot("device-wrong-light")


def test_every_page_says_that_it_is_the_demo(box: Sandbox, browser: Chromium) -> None:
    program = Program(box)
    pages = ("/", "/device", "/device?user_code=x", "/authorize", "/authorize?client_id=x")
    for page in (*(f"{box.url}{p}" for p in pages), program.authorize_url(), program.device()[2]):
        browser.goto(page)
        assert "Embedded demo Identity Center" in browser.text, page
        assert "this is not AWS" in browser.text, page


def test_a_screen_reader_finds_the_buttons_by_name(box: Sandbox, browser: Chromium) -> None:
    browser.goto(Program(box).device()[2])
    assert browser.names("button") == ["Approve", "Deny"]


def test_no_page_asks_for_anything_that_its_own_policy_forbids(box: Sandbox, browser: Chromium) -> None:
    program = Program(box)
    for page in (f"{box.url}/", f"{box.url}/device", program.authorize_url(), program.device()[2]):
        browser.goto(page)
    browser.click("button[value=approve]")
    assert browser.problems == []


def test_the_pages_follow_a_dark_system(box: Sandbox, browser: Chromium) -> None:
    program = Program(box)
    browser.prefer("dark")
    for name, page in (
        ("consent-dark", program.authorize_url()),
        ("device-confirm-dark", program.device()[2]),
        ("device-enter-dark", f"{box.url}/device"),
        ("front-dark", f"{box.url}/"),
    ):
        browser.goto(page)
        browser.screenshot(name)
        shade = browser.value("getComputedStyle(document.body).backgroundColor")
        assert shade == "rgb(14, 19, 27)"


def test_nothing_is_cut_off_on_a_narrow_window(box: Sandbox, browser: Chromium) -> None:
    program = Program(box)
    browser.resize(340, 780)
    for name, page in (("narrow-consent", program.authorize_url()), ("narrow-device", program.device()[2])):
        browser.goto(page)
        browser.screenshot(name)
        assert browser.value("document.documentElement.scrollWidth <= innerWidth")


def test_a_second_sign_in_in_the_same_browser_is_told_that_nothing_is_extended(box: Sandbox, browser: Chromium) -> None:
    program = Program(box)
    browser.goto(program.authorize_url())
    browser.click("button[value=approve]")
    browser.goto(program.authorize_url())
    assert "approving does not extend it" in browser.text
    browser.screenshot("consent-signed-in-light")
