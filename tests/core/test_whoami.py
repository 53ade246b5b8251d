from __future__ import annotations

from typing import cast

import pytest

from auth_bench import Bench
from aws_sso_core import aws
from aws_sso_core.sandbox import Fault
from aws_sso_core.whoami import account_name, ask, identity

ACCOUNT = "000123456789"


@pytest.mark.parametrize(
    ("arn", "role", "person"),
    [
        ("assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/sam@x.org", "AdministratorAccess", "sam@x.org"),
        ("assumed-role/AWSReservedSSO_My_Own_Set_0123456789abcdef/sam", "My_Own_Set", "sam"),
        ("assumed-role/deploy/ci-7", "deploy", "ci-7"),
        ("assumed-role/AWSReservedSSO_short/sam", "AWSReservedSSO_short", "sam"),
        ("user/path/bob", None, None),
        ("root", None, None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_an_arn_tells_role_and_person(partition: str, arn: str, role: str | None, person: str | None) -> None:
    service = "sts" if arn.startswith("assumed") else "iam"
    found = identity(aws.Caller(f"arn:{partition}:{service}::{ACCOUNT}:{arn}", ACCOUNT, "AROA:x"))
    assert (found.role_name, found.person) == (role, person)


def test_sts_is_asked(bench: Bench) -> None:
    keys = bench.portal().role_credentials(bench.given_token().access_token, ACCOUNT, "SecurityAudit")
    sts = aws.sts(keys, session=bench.session, clock=bench.clock, config=None, endpoint=bench.box.url)
    found = ask(sts)
    assert (found.account_id, found.role_name, found.person) == (ACCOUNT, "SecurityAudit", "sam.rivera@example.com")


def test_the_portal_tells_the_accounts_name(bench: Bench) -> None:
    bench.given_token()
    account = bench.box.directory.accounts[0]
    assert account_name(account.id, bench.session, tokens=bench.tokens, portal=bench.portal) == account.name


def test_an_account_that_is_not_listed_has_no_name(bench: Bench) -> None:
    bench.given_token()
    assert account_name("999999999999", bench.session, tokens=bench.tokens, portal=bench.portal) is None


def test_a_portal_that_does_not_answer_is_no_failure(bench: Bench) -> None:
    bench.given_token()
    bench.box.fail("ListAccounts", Fault.DROPPED, None)
    assert account_name(ACCOUNT, bench.session, tokens=bench.tokens, portal=bench.portal) is None


def test_without_a_token_nobody_is_asked(bench: Bench) -> None:
    nobody = cast("aws.PortalClient", None)
    assert account_name(ACCOUNT, bench.session, tokens=bench.tokens, portal=lambda: nobody) is None
