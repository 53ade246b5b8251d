"""What is new or gone among accounts and roles since a person last heard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aws_sso_core import files
from aws_sso_core.identity_center.catalogue import Catalogue, News, Told, news
from aws_sso_core.identity_center.directory import Listed, Listing
from aws_sso_core.model import Account, Session
from aws_sso_core.sandbox import Directory, Fault, Sandbox
from cli_world import World
from fakes import NOON, FakeBrowser

CORP = Session("corp", "https://sandbox.awsapps.com/start", "us-east-1", scopes=("sso:account:access",))
CONFIG = """\
[sso-session corp]
sso_start_url = https://sandbox.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile mine]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = A
region = eu-west-1
"""
DEV, PROD = Account("111122223333", "Dev"), Account("222233334444", "Prod")


def listing(*accounts: tuple[Account, tuple[str, ...]], denied: tuple[Account, ...] = ()) -> Listing:
    return Listing(tuple(Listed(account, roles) for account, roles in accounts), denied)


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path)


def told(catalogue: Catalogue, then: Listing, now: Listing) -> News:
    catalogue.note(CORP, then, at=NOON)
    return news(catalogue.read(CORP), now)


def test_the_first_time_nothing_is_news() -> None:
    assert news(Told(), listing((DEV, ("A",)))) == News()


def test_the_same_again_is_no_news(catalogue: Catalogue) -> None:
    both = listing((DEV, ("A", "B")), (PROD, ("A",)))
    assert told(catalogue, both, both) == News()


def test_accounts_and_roles_come_and_go(catalogue: Catalogue) -> None:
    then = listing((DEV, ("A", "B")), (PROD, ("A",)))
    test = Account("000000000001", "Test")
    now = listing((test, ("A",)), (DEV, ("C", "A")))
    assert told(catalogue, then, now) == News((test,), (PROD,), ((DEV, "C"),), ((DEV, "B"),))


def test_an_account_that_is_denied_today_is_not_gone_and_comes_back_as_no_news(catalogue: Catalogue) -> None:
    both, denied = listing((DEV, ("A",)), (PROD, ("A",))), listing((DEV, ("A",)), denied=(PROD,))
    assert told(catalogue, both, denied) == News()
    assert told(catalogue, denied, both) == News()


@pytest.mark.parametrize("junk", [b"", b"{", b"[]", b'{"at": 1, "accounts": {"1": {"roles": [2]}}, "populate": [3]}'])
def test_junk_is_no_knowledge(junk: bytes, catalogue: Catalogue, tmp_path: Path) -> None:
    catalogue.note(CORP, listing((DEV, ("A",))), at=NOON)
    [path] = (tmp_path / "catalogue").iterdir()
    files.write_atomic(path, junk)
    assert catalogue.read(CORP) == Told()


class Listener:
    """A person who is signed in, and the command that the tray calls."""

    def __init__(self, world: World, box: Sandbox) -> None:
        self.world = world
        self.box = box
        world.set(**box.environment())
        world.browser = FakeBrowser(box)
        world.config(CONFIG)
        world.given_token(box)

    def give(self, *assignments: tuple[str, str | None, tuple[str, ...]]) -> None:
        self.box._center.directory = Directory.of(*assignments)

    def hears(self) -> dict[str, Any]:
        ran = self.world.run("news", "--json", "corp")
        assert ran.code == 0, ran.err
        heard: dict[str, Any] = json.loads(ran.out)
        return heard

    def tomorrow(self) -> None:
        self.world.clock.advance(timedelta(hours=25))
        assert self.world.run("login", "corp", "--force").code == 0


@pytest.fixture
def listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    world = World(tmp_path, monkeypatch)
    with Sandbox(world.clock) as box:
        listener = Listener(world, box)
        listener.give(("111122223333", "Dev", ("A",)))
        yield listener


def test_what_came_since_yesterday_is_told_once(listener: Listener) -> None:
    assert listener.hears()["new_accounts"] == []
    listener.tomorrow()
    listener.give(("111122223333", "Dev", ()), ("222233334444", "Prod", ("A",)))
    heard = listener.hears()
    assert heard["new_accounts"] == [{"account_id": "222233334444", "account_name": "Prod"}]
    assert heard["gone_roles"] == [{"account_id": "111122223333", "account_name": "Dev", "role_name": "A"}]
    listener.tomorrow()
    assert listener.hears()["new_accounts"] == []


def test_aws_is_asked_once_a_day(listener: Listener) -> None:
    listener.hears()
    asked = listener.box.calls.count("ListAccounts")
    listener.give(("222233334444", "Prod", ("A",)))
    assert listener.hears()["new_accounts"] == []
    assert listener.box.calls.count("ListAccounts") == asked


def test_what_populate_read_meanwhile_is_no_news(listener: Listener) -> None:
    listener.hears()
    listener.tomorrow()
    listener.give(("222233334444", "Prod", ("A",)))
    listener.world.run("populate", "--region", "eu-west-1", "--dry-run", "--refresh")
    listener.world.clock.advance(timedelta(hours=25))
    listener.world.run("login", "corp", "--force")
    assert listener.hears()["new_accounts"] == []


def test_whoever_wants_to_see_more_populates_as_last_time(listener: Listener) -> None:
    words = ["--account-name-case", "lower", "--exclude", "x", "--exclude", "y", "--raw-account-names", "--prune"]
    assert listener.world.run("populate", "-r", "eu-west-1", *words, "--yes", "--json").code == 0
    assert listener.hears()["populate"] == ["populate", *words[:2], "--raw-account-names", *words[2:6], "--prune", "--region", "eu-west-1"]  # fmt: skip


def test_whoever_never_populated_does_it_for_the_usual_region(listener: Listener) -> None:
    assert listener.hears()["populate"] == ["populate", "--session", "corp", "--region", "eu-west-1"]


def test_nobody_is_asked_to_sign_in(listener: Listener) -> None:
    listener.world.run("logout", "corp")
    ran = listener.world.run("news", "corp")
    assert (ran.code, listener.box.calls.count("Authorize")) == (3, 0)


def test_a_failed_reading_is_remembered_by_nobody(listener: Listener) -> None:
    listener.hears()
    listener.tomorrow()
    listener.give(("222233334444", "Prod", ("A",)))
    listener.box.fail("ListAccountRoles", Fault.status(500), times=None)
    assert listener.world.run("news", "corp").code == 1
    listener.box.heal()
    assert [a["account_name"] for a in listener.hears()["new_accounts"]] == ["Prod"]


def test_a_person_is_told_line_by_line(listener: Listener) -> None:
    assert listener.world.run("news", "corp").out == "Nothing is new in corp.\n"
    listener.tomorrow()
    listener.give(("111122223333", "Dev", ("B",)), ("222233334444", None, ("A",)))
    assert (
        listener.world.run("news", "corp").out == "+ 222233334444\n+ Dev (111122223333): B\n- Dev (111122223333): A\n"
    )
