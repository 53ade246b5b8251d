"""The sandbox's sso-oidc, driven by real boto3 clients: registration and the device flow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from aws_sso_core.sandbox import Sandbox
from fakes import FakeClock
from sandbox_clients import (
    AUTHORIZATION_CODE,
    REDIRECT,
    Program,
    refused,
)

HOUR = 3600


# RegisterClient


def test_a_registration_is_good_for_ninety_days(box: Sandbox, clock: FakeClock) -> None:
    registered = Program(box).registered
    now = int(clock.now().timestamp())
    assert registered["clientIdIssuedAt"] == now
    assert registered["clientSecretExpiresAt"] == now + 90 * 24 * HOUR


def test_a_client_secret_is_as_long_as_a_jwt(box: Sandbox) -> None:
    secret = Program(box).registered["clientSecret"]
    assert secret.count(".") == 2
    assert len(secret) > 200


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"clientType": "confidential"}, "InvalidClientMetadataException"),
        ({"scopes": ["no colon"]}, "InvalidScopeException"),
        ({"grantTypes": ["password"]}, "UnsupportedGrantTypeException"),
        ({"redirectUris": ["https://example.com/callback"]}, "InvalidRedirectUriException"),
        ({"grantTypes": [AUTHORIZATION_CODE], "redirectUris": [REDIRECT]}, "InvalidRequestException"),
        (
            {
                "grantTypes": [AUTHORIZATION_CODE],
                "redirectUris": [REDIRECT],
                "issuerUrl": "https://other.awsapps.com/start",
            },
            "InvalidRequestException",
        ),
        ({"clientName": ""}, "InvalidRequestException"),
    ],
)
def test_a_wrong_registration_is_refused_by_name(box: Sandbox, changes: dict[str, Any], name: str) -> None:
    oidc = Program(box).oidc
    with refused(name):
        oidc.register_client(**{"clientName": "test", "clientType": "public", **changes})


@pytest.mark.parametrize("ending", ["", "/", "#", "#/", "/#/"])
def test_a_start_url_is_known_in_every_spelling(box: Sandbox, ending: str) -> None:
    assert Program(box).start_device(startUrl=box.start_url + ending)["userCode"]


def test_an_expired_registration_is_an_invalid_client(box: Sandbox, clock: FakeClock) -> None:
    program = Program(box)
    clock.advance(timedelta(days=90))
    with refused("InvalidClientException", 401, "invalid_client"):
        program.start_device()


def test_a_wrong_client_secret_is_an_invalid_client(box: Sandbox) -> None:
    program = Program(box)
    with refused("InvalidClientException", 401):
        program.start_device(clientSecret="guessed")


# Device flow


def test_a_device_authorization_names_page_code_lifetime_and_interval(box: Sandbox) -> None:
    device = Program(box).start_device()
    assert device["verificationUri"] == f"{box.url}/device"
    assert device["verificationUriComplete"] == f"{box.url}/device?user_code={device['userCode']}"
    assert (device["expiresIn"], device["interval"]) == (600, 1)


def test_a_device_nobody_answered_is_pending(box: Sandbox) -> None:
    program = Program(box)
    with refused("AuthorizationPendingException", error="authorization_pending"):
        program.poll(program.start_device())


def test_an_approved_device_gets_tokens(box: Sandbox) -> None:
    token = Program(box).sign_in()
    assert token["tokenType"] == "Bearer"
    assert token["expiresIn"] == HOUR
    assert token["accessToken"] != token["refreshToken"]


def test_a_denied_device_gets_access_denied(box: Sandbox) -> None:
    program = Program(box)
    device = program.start_device()
    box.deny_device(device["userCode"])
    with refused("AccessDeniedException", error="access_denied"):
        program.poll(device)


def test_a_device_code_ends_after_its_lifetime(box: Sandbox, clock: FakeClock) -> None:
    program = Program(box)
    device = program.start_device()
    clock.advance(600)
    with refused("ExpiredTokenException", error="expired_token"):
        program.poll(device)


def test_an_expired_user_code_cannot_be_approved(box: Sandbox, clock: FakeClock) -> None:
    device = Program(box).start_device()
    clock.advance(600)
    with pytest.raises(LookupError):
        box.approve_device(device["userCode"])


def test_a_device_code_is_good_for_one_token(box: Sandbox) -> None:
    program = Program(box)
    device = program.start_device()
    box.approve_device(device["userCode"])
    program.poll(device)
    with refused("InvalidGrantException", error="invalid_grant"):
        program.poll(device)


def test_a_device_code_is_worth_nothing_to_another_client(box: Sandbox) -> None:
    program, other = Program(box), Program(box)
    device = program.start_device()
    box.approve_device(device["userCode"])
    with refused("InvalidGrantException"):
        other.poll(device)
    assert program.poll(device)["accessToken"]


def test_two_polls_at_once_are_allowed_as_aws_cli_makes_them(box: Sandbox) -> None:
    program = Program(box)
    device = program.start_device()
    for _ in range(2):
        with refused("AuthorizationPendingException"):
            program.poll(device)


def test_polling_too_fast_is_slowed_down_by_five_seconds_for_good(box: Sandbox, clock: FakeClock) -> None:
    program = Program(box)
    device = program.start_device()
    seen = []
    for pause in (0.0, 0.0, 0.5, 1.0, 11.0, 11.0):
        clock.advance(pause)
        with pytest.raises(ClientError) as raised:
            program.poll(device)
        answer: Any = raised.value.response
        seen.append(answer["error"])
    assert seen == [
        "authorization_pending",
        "authorization_pending",
        "slow_down",
        "slow_down",
        "authorization_pending",
        "authorization_pending",
    ]


def test_the_interval_is_the_knobs(box: Sandbox, clock: FakeClock) -> None:
    box.knobs.device_interval = timedelta(seconds=5)
    program = Program(box)
    device = program.start_device()
    assert device["interval"] == 5
    for pause in (0, 0, 5):
        clock.advance(pause)
        with refused("AuthorizationPendingException"):
            program.poll(device)


def test_a_device_of_an_unknown_start_url_is_an_invalid_request(box: Sandbox) -> None:
    program = Program(box)
    with refused("InvalidRequestException", error="invalid_request"):
        program.start_device(startUrl="https://other.awsapps.com/start")


def test_a_client_registered_for_pkce_only_may_not_start_a_device(box: Sandbox) -> None:
    program = Program.pkce(box)
    with refused("UnauthorizedClientException", error="unauthorized_client"):
        program.start_device()
