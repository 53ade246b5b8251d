"""The sandbox's portal, driven by real boto3 clients: accounts, roles, credentials, paging, rate limit, Logout."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from aws_sso_core.sandbox import SAMPLE, Directory, Sandbox
from fakes import FakeClock
from sandbox_clients import Program, client, refused

DEV = "111122223333"


class SignedIn:
    """The portal, with a token that is good."""

    def __init__(self, box: Sandbox) -> None:
        self.program = Program(box)
        self.token = self.program.sign_in()
        self.portal = self.program.portal
        self.bearer = {"accessToken": self.token["accessToken"]}

    def keys(self, account: str = DEV, role: str = "AdministratorAccess") -> Any:
        """GetRoleCredentials."""
        return self.portal.get_role_credentials(**self.bearer, accountId=account, roleName=role)["roleCredentials"]

    def pages(self, operation: str, key: str, **arguments: Any) -> list[list[Any]]:
        """Every page of a listing, as boto's paginator walks it."""
        return [p[key] for p in self.portal.get_paginator(operation).paginate(**self.bearer, **arguments)]


def test_all_accounts_are_listed_with_their_zeros(box: Sandbox) -> None:
    me = SignedIn(box)
    listed = me.portal.list_accounts(**me.bearer)["accountList"]
    assert [a["accountId"] for a in listed] == [a.id for a in SAMPLE.accounts]
    assert "000123456789" in {a["accountId"] for a in listed}


def test_an_account_without_a_name_comes_without_name_and_address(box: Sandbox) -> None:
    me = SignedIn(box)
    listed = me.portal.list_accounts(**me.bearer)["accountList"]
    assert listed[-1] == {"accountId": "098765432109"}


def test_the_roles_of_an_account_are_listed(box: Sandbox) -> None:
    me = SignedIn(box)
    listed = me.portal.list_account_roles(**me.bearer, accountId=DEV)["roleList"]
    assert listed == [
        {"roleName": name, "accountId": DEV}
        for name in ("AdministratorAccess", "AWSPowerUserAccess", "AWSReadOnlyAccess")
    ]


def test_accounts_come_in_pages_of_the_asked_size(box: Sandbox) -> None:
    pages = SignedIn(box).pages("list_accounts", "accountList", maxResults=3)
    assert [len(page) for page in pages] == [3, 3, 2]


def test_the_servers_page_size_wins_over_a_larger_wish(box: Sandbox) -> None:
    box.knobs.page_size = 5
    assert [len(p) for p in SignedIn(box).pages("list_accounts", "accountList", maxResults=100)] == [5, 3]


def test_roles_come_in_pages_too(box: Sandbox) -> None:
    box.knobs.page_size = 2
    assert [len(p) for p in SignedIn(box).pages("list_account_roles", "roleList", accountId=DEV)] == [2, 1]


@pytest.mark.parametrize("size", [0, 101, -1])
def test_a_page_holds_one_to_a_hundred(box: Sandbox, size: int) -> None:
    me = SignedIn(box)

    def rewrite(params: dict[str, Any], **_: Any) -> None:
        params["url"] += f"?max_result={size}"  # boto's own check would stop it

    me.portal.meta.events.register("before-call.sso.ListAccounts", rewrite)
    with refused("InvalidRequestException"):
        me.portal.list_accounts(**me.bearer)


def test_a_next_token_belongs_to_its_listing(box: Sandbox) -> None:
    me = SignedIn(box)
    token = me.portal.list_accounts(**me.bearer, maxResults=1)["nextToken"]
    with refused("InvalidRequestException"):
        me.portal.list_account_roles(**me.bearer, accountId=DEV, nextToken=token)
    with refused("InvalidRequestException"):
        me.portal.list_accounts(**me.bearer, nextToken="junk")


def test_role_credentials_end_after_the_roles_lifetime_in_milliseconds(box: Sandbox, clock: FakeClock) -> None:
    box.knobs.role_lifetime = timedelta(hours=12)
    expected = int((clock.now() + timedelta(hours=12)).timestamp() * 1000)
    assert SignedIn(box).keys()["expiration"] == expected


def test_role_credentials_differ_for_each_role_and_each_time(box: Sandbox) -> None:
    me = SignedIn(box)
    keys = [me.keys(), me.keys(), me.keys(role="AWSReadOnlyAccess"), me.keys("222233334444", "AWSReadOnlyAccess")]
    assert len({k["accessKeyId"] for k in keys}) == 4
    assert all(len(k["accessKeyId"]) == 20 and k["accessKeyId"].startswith("ASIA") for k in keys)


@pytest.mark.parametrize(
    ("account", "role"), [(DEV, "NoSuchRole"), ("999988887777", "AdministratorAccess"), (DEV, "administratoraccess")]
)
def test_a_role_that_is_not_assigned_is_forbidden(box: Sandbox, account: str, role: str) -> None:
    me = SignedIn(box)
    with refused("ForbiddenException", 403) as raised:
        me.keys(account, role)
    assert raised.value.response["Error"]["Message"] == "No access"


def test_an_assignment_can_be_taken_away_while_signed_in(box: Sandbox) -> None:
    me = SignedIn(box)
    me.keys()
    box.directory = Directory.of((DEV, "Dev Account", ["AWSReadOnlyAccess"]))
    with refused("ForbiddenException", 403):
        me.keys()


def test_an_account_id_has_twelve_digits(box: Sandbox) -> None:
    me = SignedIn(box)
    with refused("InvalidRequestException"):
        me.portal.list_account_roles(**me.bearer, accountId="123")


def test_an_unknown_token_is_unauthorized(box: Sandbox) -> None:
    with refused("UnauthorizedException", 401) as raised:
        client(box, "sso").list_accounts(accessToken="unknown")
    assert raised.value.response["Error"]["Message"] == "Session token not found or invalid"


def test_a_token_is_unauthorized_from_its_expiry_on(box: Sandbox, clock: FakeClock) -> None:
    me = SignedIn(box)
    clock.advance(timedelta(hours=1, seconds=-1))
    me.keys()
    clock.advance(1)
    with refused("UnauthorizedException", 401):
        me.keys()


def test_logout_ends_every_token_of_the_sign_in_session(box: Sandbox) -> None:
    me, also_me = SignedIn(box), SignedIn(box)
    me.portal.logout(**me.bearer)
    for one in (me, also_me):
        with refused("UnauthorizedException", 401):
            one.keys()
        with refused("InvalidGrantException"):
            one.program.refresh(one.token)


def test_role_credentials_outlive_logout(box: Sandbox) -> None:
    me = SignedIn(box)
    keys = me.keys()
    me.portal.logout(**me.bearer)
    signed = {
        "access_key_id": keys["accessKeyId"],
        "secret_access_key": keys["secretAccessKey"],
        "session_token": keys["sessionToken"],
    }
    assert client(box, "sts", signed).get_caller_identity()["Account"] == DEV


def test_the_portal_throttles_beyond_its_rate_and_says_how_long_to_wait(box: Sandbox, clock: FakeClock) -> None:
    me = SignedIn(box)
    box.knobs.rate_limit = 2
    for _ in range(2):
        me.keys()
    with refused("TooManyRequestsException", 429) as raised:
        me.keys()
    assert raised.value.response["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1"
    clock.advance(0.5)
    me.keys()
    assert [c.status for c in box.calls.of("GetRoleCredentials")] == [200, 200, 429, 200]


def test_a_large_directory_has_distinct_accounts_of_twelve_digits() -> None:
    large = Directory.large(300, 12)
    ids = [a.id for a in large.accounts]
    assert len(set(ids)) == 300
    assert all(len(i) == 12 and i.isdecimal() for i in ids)
    assert any(i.startswith("0") for i in ids)
    assert {len(a.roles) for a in large.assignments} == {12}
    assert len({a.name for a in large.accounts}) == 300


def test_a_large_directory_is_the_same_every_time() -> None:
    assert Directory.large(50, 3) == Directory.large(50, 3)


def test_a_large_directory_is_listed_whole(box: Sandbox) -> None:
    box.directory = Directory.large(250, 2)
    pages = SignedIn(box).pages("list_accounts", "accountList")
    assert [len(p) for p in pages] == [100, 100, 50]
