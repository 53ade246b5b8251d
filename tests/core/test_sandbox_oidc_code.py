"""The sandbox's sso-oidc, driven by real boto3 clients: the authorization code with PKCE, refresh, both lifetimes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aws_sso_core.sandbox import Sandbox
from aws_sso_core.sandbox.authorize import same_but_port
from aws_sso_core.sandbox.oidc import challenge_of
from fakes import FakeClock
from sandbox_clients import (
    AUTHORIZATION_CODE,
    DEVICE_CODE,
    REFRESH_TOKEN,
    Program,
    post_form,
    refused,
)

HOUR = 3600


# Authorization code with PKCE


def test_an_approved_consent_is_worth_a_token(box: Sandbox) -> None:
    program = Program.pkce(box)
    back = program.consent()
    assert back["state"] == "a state"
    token = program.exchange(back["code"])
    assert token["expiresIn"] == HOUR
    assert token["refreshToken"]


def test_a_denied_consent_goes_back_with_access_denied_and_the_state(box: Sandbox) -> None:
    assert Program.pkce(box).consent("deny") == {"error": "access_denied", "state": "a state"}


def test_the_challenge_is_that_of_rfc_7636() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_wrong_verifier_is_an_invalid_grant_and_burns_the_code(box: Sandbox) -> None:
    program = Program.pkce(box)
    code = program.consent()["code"]
    with refused("InvalidGrantException", error="invalid_grant"):
        program.exchange(code, codeVerifier="x" * 64)
    with refused("InvalidGrantException"):
        program.exchange(code)


def test_a_code_is_good_for_one_exchange(box: Sandbox) -> None:
    program = Program.pkce(box)
    code = program.consent()["code"]
    program.exchange(code)
    with refused("InvalidGrantException"):
        program.exchange(code)


def test_a_code_is_worth_nothing_to_another_client(box: Sandbox) -> None:
    program, other = Program.pkce(box), Program.pkce(box)
    code = program.consent()["code"]
    with refused("InvalidGrantException"):
        other.exchange(code)


def test_a_code_needs_the_very_redirect_uri_it_went_to(box: Sandbox) -> None:
    program = Program.pkce(box)
    code = program.consent()["code"]
    with refused("InvalidGrantException"):
        program.exchange(code, redirectUri="http://127.0.0.1:49153/oauth/callback")


def test_a_code_ends_after_its_lifetime(box: Sandbox, clock: FakeClock) -> None:
    program = Program.pkce(box)
    code = program.consent()["code"]
    clock.advance(box.knobs.authorization_code_lifetime)
    with refused("InvalidGrantException"):
        program.exchange(code)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"scopes": "sso:account:access other:scope"}, "invalid_scope"),
    ],
)
def test_a_wrong_authorize_request_goes_back_with_its_error(box: Sandbox, changes: dict[str, str], error: str) -> None:
    assert Program.pkce(box).consent(**changes) == {"error": error, "state": "a state"}


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "unknown"},
        {"redirect": "http://127.0.0.1:49152/elsewhere"},
        {"redirect": "http://example.com/oauth/callback"},
        {"redirect": "http://127.0.0.1@example.com/oauth/callback"},
    ],
)
def test_a_stranger_is_never_redirected_to(box: Sandbox, changes: dict[str, str]) -> None:
    shown = box.visit(Program.pkce(box).authorize_url(**changes))
    assert "This request cannot be answered" in shown
    assert [call.status for call in box.calls.of("Authorize")] == [400]


@pytest.mark.parametrize(
    ("asked", "registered", "same"),
    [
        ("http://127.0.0.1:1234/oauth/callback", "http://127.0.0.1/oauth/callback", True),
        ("http://127.0.0.1:1234", "http://127.0.0.1/", True),
        ("http://localhost:1234/a", "http://127.0.0.1/a", False),
        ("https://127.0.0.1:1234/a", "http://127.0.0.1/a", False),
        ("http://127.0.0.1:1234/a?b=c", "http://127.0.0.1/a", False),
        ("http://127.0.0.1:1234/a#b", "http://127.0.0.1/a", False),
        ("http://127.0.0.1:port/a", "http://127.0.0.1/a", False),
    ],
)
def test_a_redirect_uri_must_be_the_registered_one_but_for_its_port(asked: str, registered: str, same: bool) -> None:
    assert same_but_port(asked, registered) is same


def test_a_consent_is_answered_once(box: Sandbox) -> None:
    url = Program.pkce(box).authorize_url()
    first = box.visit(url, "close")
    number = first.partition('name="request" value="')[2].partition('"')[0]
    statuses = []
    for _ in range(2):
        box.visit(f"{box.url}/", "close")
        statuses.append(post_form(f"{box.url}/authorize", {"request": number, "decision": "deny"}))
    assert statuses == [303, 400]


def test_auto_approve_answers_without_a_button(box: Sandbox) -> None:
    box.knobs.auto_approve = "approve"
    assert "code" in Program.pkce(box).consent("close")
    box.knobs.auto_approve = "deny"
    assert Program.pkce(box).consent("close")["error"] == "access_denied"


# Refresh


def test_a_refresh_rotates_and_the_old_refresh_token_is_refused(box: Sandbox) -> None:
    program = Program(box)
    first = program.sign_in()
    second = program.refresh(first)
    assert second["refreshToken"] != first["refreshToken"]
    with refused("InvalidGrantException", error="invalid_grant"):
        program.refresh(first)
    assert program.refresh(second)["accessToken"] != second["accessToken"]


def test_without_rotation_the_same_refresh_token_comes_back(box: Sandbox) -> None:
    box.knobs.rotate_refresh_token = False
    program = Program(box)
    first = program.sign_in()
    assert program.refresh(first)["refreshToken"] == first["refreshToken"]


def test_a_refresh_can_answer_without_a_refresh_token(box: Sandbox) -> None:
    box.knobs.omit_refresh_token = True
    program = Program(box)
    first = program.sign_in()
    assert "refreshToken" not in program.refresh(first)
    assert program.refresh(first)["accessToken"]


def test_a_refresh_token_is_bound_to_its_client(box: Sandbox) -> None:
    token = Program(box).sign_in()
    with refused("InvalidGrantException"):
        Program(box).refresh(token)


def test_a_refresh_is_refused_when_the_sign_in_session_is_over(box: Sandbox, clock: FakeClock) -> None:
    program = Program(box)
    token = program.sign_in()
    clock.advance(box.knobs.sign_in_lifetime)
    with refused("InvalidGrantException"):
        program.refresh(token)


def test_an_administrator_ends_the_sign_in_session(box: Sandbox) -> None:
    program = Program(box)
    token = program.sign_in()
    box.end_sign_in()
    with refused("InvalidGrantException"):
        program.refresh(token)
    with refused("UnauthorizedException", 401):
        program.portal.list_accounts(accessToken=token["accessToken"])


def test_a_token_of_another_region_is_an_invalid_grant(box: Sandbox) -> None:
    program = Program(box)
    token = program.sign_in()
    box.knobs.wrong_region = True
    with refused("InvalidGrantException"):
        program.refresh(token)
    with refused("InvalidRequestException"):
        program.start_device()
    with refused("UnauthorizedException", 401):
        program.portal.list_accounts(accessToken=token["accessToken"])


def test_nothing_of_one_sandbox_is_worth_anything_in_another(box: Sandbox, clock: FakeClock) -> None:
    program = Program(box)
    token = program.sign_in()
    with Sandbox(clock, region="eu-west-1") as elsewhere:
        other = Program(elsewhere)
        with refused("InvalidGrantException"):
            other.refresh(token)
        with refused("UnauthorizedException", 401):
            other.portal.list_accounts(accessToken=token["accessToken"])


# Both lifetimes


def test_a_client_without_scopes_gets_one_token_of_eight_hours(box: Sandbox) -> None:
    token = Program(box, scopes=()).sign_in()
    assert token["expiresIn"] == 8 * HOUR
    assert "refreshToken" not in token


def test_a_later_sign_in_in_the_same_browser_inherits_the_old_end(box: Sandbox, clock: FakeClock) -> None:
    Program(box, scopes=()).sign_in()
    clock.advance(timedelta(hours=3))
    assert Program(box, scopes=()).sign_in()["expiresIn"] == 5 * HOUR


def test_after_logout_a_sign_in_has_its_full_length(box: Sandbox, clock: FakeClock) -> None:
    program = Program(box, scopes=())
    token = program.sign_in()
    clock.advance(timedelta(hours=3))
    program.portal.logout(accessToken=token["accessToken"])
    assert program.sign_in()["expiresIn"] == 8 * HOUR


def test_after_its_end_a_sign_in_session_begins_anew(box: Sandbox, clock: FakeClock) -> None:
    program = Program(box, scopes=())
    program.sign_in()
    clock.advance(timedelta(hours=8))
    assert program.sign_in()["expiresIn"] == 8 * HOUR


def test_an_access_token_lives_its_own_hour_beyond_the_sign_in_session(box: Sandbox, clock: FakeClock) -> None:
    program = Program(box)
    first = program.sign_in()
    clock.advance(timedelta(hours=7, minutes=30))
    second = program.refresh(first)
    assert second["expiresIn"] == HOUR
    clock.advance(timedelta(minutes=45))
    assert program.portal.list_accounts(accessToken=second["accessToken"])["accountList"]


def test_an_access_token_can_be_capped_at_the_sign_in_sessions_end(box: Sandbox, clock: FakeClock) -> None:
    box.knobs.cap_access_token = True
    program = Program(box)
    first = program.sign_in()
    clock.advance(timedelta(hours=7, minutes=30))
    assert program.refresh(first)["expiresIn"] == HOUR // 2


def test_an_unknown_grant_type_is_unsupported(box: Sandbox) -> None:
    program = Program(box)
    with refused("UnsupportedGrantTypeException", error="unsupported_grant_type"):
        program.token("password")


@pytest.mark.parametrize("grant", [AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN])
def test_a_token_request_without_its_proof_is_an_invalid_request(box: Sandbox, grant: str) -> None:
    program = Program(box, grants=(AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN))
    with refused("InvalidRequestException"):
        program.token(grant)
