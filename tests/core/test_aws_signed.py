"""What is asked with role credentials: STS, and the console's sign-in. Everything else of ``aws`` is in ``test_aws``."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from auth_bench import Bench, ask, canned
from aws_sso_core import aws
from aws_sso_core.errors import AppError, BadReply, Offline, ServiceFailed, Throttled
from aws_sso_core.model import RoleCredentials, Secret
from aws_sso_core.sandbox import Fault

ACCOUNT, ROLE = "000123456789", "SecurityAudit"


@pytest.fixture
def keys(bench: Bench) -> RoleCredentials:
    return bench.portal().role_credentials(bench.given_token().access_token, ACCOUNT, ROLE)


def sts(bench: Bench, keys: RoleCredentials, **options: Any) -> aws.Sts:
    options = {"endpoint": bench.box.url, "session": bench.session, "config": None, **options}
    return aws.sts(keys, clock=bench.clock, **options)


def console_token(bench: Bench, keys: RoleCredentials, url: str | None = None) -> Secret:
    url = url or f"{bench.box.url}/federation"
    return aws.console_token(keys, url=url, session=bench.session, region="us-east-1", config=None, profile=None)


def test_sts_tells_whose_the_credentials_are(bench: Bench, keys: RoleCredentials) -> None:
    caller = sts(bench, keys).caller()
    assert caller.account_id == ACCOUNT
    assert caller.arn.startswith(f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_{ROLE}_")


def test_credentials_that_aws_does_not_take_are_told_and_are_no_matter_of_the_role(
    bench: Bench, keys: RoleCredentials
) -> None:
    with pytest.raises(ServiceFailed, match=r"does not accept these credentials \(SignatureDoesNotMatch\)") as raised:
        sts(bench, replace(keys, secret_access_key=Secret("wrong"))).caller()
    assert (type(raised.value), raised.value.status) == (ServiceFailed, 403)


def test_credentials_that_ended_are_told(bench: Bench, keys: RoleCredentials) -> None:
    bench.clock.advance(timedelta(hours=13))
    with pytest.raises(ServiceFailed, match=r"\(ExpiredToken\)"):
        sts(bench, keys).caller()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.status(500), ServiceFailed),
        (Fault.status(429), Throttled),
        (Fault.DROPPED, Offline),
        (Fault.TRUNCATED, BadReply),
        (Fault.HTML, BadReply),
    ],
)
def test_each_fault_of_sts_has_its_error(
    bench: Bench, keys: RoleCredentials, fault: Fault, kind: type[AppError]
) -> None:
    bench.box.fail("GetCallerIdentity", fault, None)
    with pytest.raises(AppError) as raised:
        sts(bench, keys).caller()
    assert type(raised.value) is kind


def test_a_region_that_is_wrong_is_called_as_the_config_calls_it(bench: Bench, keys: RoleCredentials) -> None:
    with pytest.raises(AppError, match="not a region!") as raised:
        sts(bench, keys, region="not a region!", endpoint=None).caller()
    assert raised.value.hint == "Correct region in the config."


def test_a_console_token_is_good_for_one_sign_in(bench: Bench, keys: RoleCredentials) -> None:
    token = console_token(bench, keys)
    query = urlencode(
        {"Action": "login", "Destination": "https://console.aws.amazon.com/ec2/home", "SigninToken": token.reveal()}
    )
    status, _, page = ask(f"{bench.box.url}/federation?{query}")
    assert (status, f"As <b>{ROLE}</b> in account <b>{ACCOUNT}</b>" in page) == (200, True)
    assert ask(f"{bench.box.url}/federation?{query}")[0] == 400


def test_credentials_that_make_no_console_session_are_told_without_a_secret(
    bench: Bench, keys: RoleCredentials
) -> None:
    with pytest.raises(ServiceFailed, match="makes no console session") as raised:
        console_token(bench, replace(keys, session_token=Secret("another")))
    assert keys.secret_access_key.reveal() not in f"{raised.value!r}{raised.value.__cause__!r}"


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ("<html>", "200 OK", BadReply),
        ('{"SigninToken": ""}', "200 OK", BadReply),
        ("[]", "200 OK", BadReply),
        ("[" * 200_000, "200 OK", BadReply),
        ("", "503 Busy", ServiceFailed),
        ("", "302 Found", ServiceFailed),
    ],
)
def test_an_answer_without_a_console_token_is_an_error(
    bench: Bench, keys: RoleCredentials, body: str, status: str, kind: type[AppError]
) -> None:
    with canned(body, status=status) as url, pytest.raises(AppError) as raised:
        console_token(bench, keys, f"{url}/federation")
    assert type(raised.value) is kind


def test_no_network_to_the_console_is_offline(bench: Bench, keys: RoleCredentials) -> None:
    with canned() as url:
        pass
    with pytest.raises(Offline):
        console_token(bench, keys, f"{url}/federation")
