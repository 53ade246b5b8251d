"""The sandbox's STS and ECR, driven by real boto3 clients that sign with the portal's role credentials."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest

from aws_sso_core.sandbox import Sandbox
from fakes import FakeClock
from sandbox_clients import Program, client, refused

ZEROS = "000123456789"


def keys(box: Sandbox, account: str = ZEROS, role: str = "SecurityAudit") -> dict[str, str]:
    """Role credentials, as ``client`` takes them."""
    program = Program(box)
    token = program.sign_in()["accessToken"]
    got = program.portal.get_role_credentials(accessToken=token, accountId=account, roleName=role)["roleCredentials"]
    return {
        "access_key_id": got["accessKeyId"],
        "secret_access_key": got["secretAccessKey"],
        "session_token": got["sessionToken"],
    }


def test_sts_says_which_account_role_and_person_the_keys_stand_for(box: Sandbox) -> None:
    identity = client(box, "sts", keys(box)).get_caller_identity()
    assert identity["Account"] == ZEROS
    head, role, person = identity["Arn"].split("/")
    assert head == f"arn:aws:sts::{ZEROS}:assumed-role"
    assert role.startswith("AWSReservedSSO_SecurityAudit_")
    assert len(role.rpartition("_")[2]) == 16
    assert person == "sam.rivera@example.com"
    assert identity["UserId"].endswith(":sam.rivera@example.com")


def test_the_roles_suffix_is_the_same_every_time(box: Sandbox) -> None:
    arns = {client(box, "sts", keys(box)).get_caller_identity()["Arn"] for _ in range(2)}
    assert len(arns) == 1


def test_a_wrong_secret_is_a_signature_that_does_not_match(box: Sandbox) -> None:
    with refused("SignatureDoesNotMatch", 403):
        client(box, "sts", keys(box) | {"secret_access_key": "wrong"}).get_caller_identity()


@pytest.mark.parametrize("change", [{"access_key_id": "ASIAUNKNOWN"}, {"session_token": "wrong"}])
def test_unknown_keys_are_an_invalid_client_token(box: Sandbox, change: dict[str, str]) -> None:
    with refused("InvalidClientTokenId", 403):
        client(box, "sts", keys(box) | change).get_caller_identity()


def test_expired_keys_are_an_expired_token(box: Sandbox, clock: FakeClock) -> None:
    signed = keys(box)
    clock.advance(timedelta(hours=1))
    with refused("ExpiredToken", 403):
        client(box, "sts", signed).get_caller_identity()
    with refused("ExpiredTokenException"):
        client(box, "ecr", signed).get_authorization_token()


def test_ecr_gives_a_password_for_the_own_registry_for_twelve_hours(box: Sandbox, clock: FakeClock) -> None:
    (data,) = client(box, "ecr", keys(box)).get_authorization_token()["authorizationData"]
    user, _, password = base64.b64decode(data["authorizationToken"]).decode().partition(":")
    assert user == "AWS"
    assert len(password) > 1000
    assert data["proxyEndpoint"] == f"https://{ZEROS}.dkr.ecr.us-east-1.amazonaws.com"
    assert data["expiresAt"] == clock.now() + timedelta(hours=12)


def test_ecr_answers_for_each_registry_that_is_asked_for(box: Sandbox) -> None:
    ecr = client(box, "ecr", keys(box))
    answer = ecr.get_authorization_token(registryIds=["111122223333", "222233334444"])["authorizationData"]
    assert [d["proxyEndpoint"][8:20] for d in answer] == ["111122223333", "222233334444"]


def test_ecr_refuses_unknown_keys_by_its_own_name(box: Sandbox) -> None:
    with refused("UnrecognizedClientException"):
        client(box, "ecr", keys(box) | {"session_token": "wrong"}).get_authorization_token()


def test_an_unsigned_request_lacks_its_token(box: Sandbox) -> None:
    with refused("MissingAuthenticationToken", 403):
        client(box, "sts").get_caller_identity()


def test_public_ecr_gives_one_password_in_one_region(box: Sandbox, clock: FakeClock) -> None:
    data = client(box, "ecr-public", keys(box)).get_authorization_token()["authorizationData"]
    assert base64.b64decode(data["authorizationToken"]).startswith(b"AWS:")
    assert data["expiresAt"] == clock.now() + timedelta(hours=12)
