"""``migrate`` from the command line to the config and token files."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aws_sso_core.errors import ChangedMeanwhile, DiskFull
from aws_sso_core.migration import Asked
from aws_sso_core.migration.job import propose, write
from aws_sso_core.model import Secret, Session, Token
from aws_sso_core.sandbox import Sandbox
from aws_sso_core.token_cache import TokenCache
from cli_world import Ran, World
from fakes import FakeBrowser

URL = "https://sandbox.awsapps.com/start"
SANDBOX = Session("sandbox", URL, "us-east-1", scopes=("sso:account:access",))
LEGACY = f"""\
[profile dev]
sso_start_url = {URL}
sso_region = us-east-1
sso_account_id = 111122223333
sso_role_name = AdministratorAccess
region = eu-west-1
"""


class Migrating:
    """A person with legacy profiles."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.config(LEGACY)
        self.tokens = TokenCache(world.aws / "sso" / "cache")

    def run(self, *words: str) -> Ran:
        return self.world.run("migrate", *words)

    def tell(self, *words: str) -> dict[str, Any]:
        ran = self.run("--json", "--yes", *words)
        assert ran.code == 0, ran.err
        told: dict[str, Any] = json.loads(ran.out)
        return told

    @property
    def text(self) -> str:
        return (self.world.aws / "config").read_bytes().decode()

    def has(self, session: Session, value: str = "x", *, left: float = 8.0, **more: Any) -> Token:
        """A token with that many hours left."""
        token = Token(Secret(value), self.world.clock.now() + timedelta(hours=left), URL, session.region, **more)
        self.tokens.write(session, token)
        return token


def legacy(url: str = URL, region: str = "us-east-1") -> Session:
    return Session(url, url, region, kind="legacy")


@pytest.fixture
def migrating(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Migrating:
    return Migrating(World(tmp_path, monkeypatch))


def test_a_sign_in_goes_along_as_a_token_that_every_sdk_takes(migrating: Migrating) -> None:
    migrating.has(legacy(), "legacy-token")
    told = migrating.tell()
    assert told["sessions"] == [
        {"name": "sandbox", "start_url": URL, "region": "us-east-1", "new": True, "token_expires_at": "2026-03-02T20:00:00Z"}
    ]  # fmt: skip
    assert json.loads(migrating.tokens.path(SANDBOX).read_text()) == {
        "startUrl": URL,
        "region": "us-east-1",
        "accessToken": "legacy-token",
        "expiresAt": "2026-03-02T20:00:00Z",
    }


def test_the_old_token_file_stays_for_whoever_takes_the_change_back(migrating: Migrating) -> None:
    token = migrating.has(legacy())
    migrating.tell()
    assert migrating.tokens.read(legacy()) == token


@pytest.mark.parametrize("left", [0.2, -1.0])
def test_a_token_that_ends_within_minutes_is_not_taken_along(left: float, migrating: Migrating) -> None:
    migrating.has(legacy(), left=left)
    assert migrating.tell()["sessions"][0]["token_expires_at"] is None
    assert migrating.tokens.read(SANDBOX) is None


def test_a_damaged_token_is_not_taken_along(migrating: Migrating) -> None:
    migrating.has(legacy())
    migrating.tokens.path(legacy()).write_text("{")
    assert migrating.run("--yes").code == 0
    assert migrating.tokens.read(SANDBOX) is None


def test_a_token_of_another_region_is_not_taken_along(migrating: Migrating) -> None:
    migrating.has(legacy(region="eu-west-1"))
    assert migrating.tell()["sessions"][0]["token_expires_at"] is None


def test_of_two_ways_to_write_the_start_url_the_sign_in_that_lasts_longer_counts(migrating: Migrating) -> None:
    migrating.world.config(LEGACY + LEGACY.replace("dev", "prod").replace("/start", "/start/#/"))
    migrating.has(legacy(), "short", left=1)
    migrating.has(legacy(f"{URL}/#/"), "long", left=6)
    migrating.tell()
    token = migrating.tokens.read(SANDBOX)
    assert token is not None
    assert token.access_token == Secret("long")


def test_a_session_that_is_signed_in_keeps_its_own_token(migrating: Migrating) -> None:
    migrating.world.config(f"[sso-session sandbox]\nsso_start_url = {URL}\nsso_region = us-east-1\n\n{LEGACY}")
    own = migrating.has(SANDBOX, "own", left=1)
    migrating.has(legacy(), "legacy", left=8)
    assert "stay signed in to sandbox until 13:00" in migrating.run("--yes").err
    assert migrating.tokens.read(SANDBOX) == own


def test_a_session_that_renews_itself_keeps_its_own_token(migrating: Migrating) -> None:
    migrating.world.config(f"[sso-session sandbox]\nsso_start_url = {URL}\nsso_region = us-east-1\n\n{LEGACY}")
    end = datetime(2026, 5, 1, tzinfo=UTC)
    parts = {"refresh_token": Secret("r"), "client_id": "c", "client_secret": Secret("s")}
    own = migrating.has(SANDBOX, "own", left=-1, registration_expires_at=end, **parts)
    migrating.has(legacy(), "legacy", left=8)
    assert "You are signed in to sandbox." in migrating.run("--yes").err
    assert migrating.tokens.read(SANDBOX) == own


def test_the_session_gets_no_name_under_which_another_sign_in_lies(migrating: Migrating) -> None:
    elsewhere = Session("sandbox", "https://elsewhere.awsapps.com/start", "us-east-1")
    token = migrating.has(elsewhere)
    assert [s["name"] for s in migrating.tell()["sessions"]] == ["sandbox-2"]
    read = migrating.tokens.read(elsewhere)
    assert read is not None
    assert read.access_token == token.access_token


def test_a_token_that_cannot_be_written_does_not_undo_the_change(
    migrating: Migrating, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise DiskFull("There is no space left.")

    migrating.has(legacy())
    monkeypatch.setattr(TokenCache, "write", fail)
    ran = migrating.run("--yes")
    assert (ran.code, "sso_session = sandbox" in migrating.text) == (0, True)
    assert "Sign in: `aws-sso-tray login sandbox`" in ran.err


def test_restore_takes_it_all_back_byte_for_byte(migrating: Migrating) -> None:
    number = migrating.tell()["undo"]
    assert "sso_start_url" not in migrating.text.partition("[sso-session")[0]
    assert migrating.world.run("restore", str(number), "--yes").code == 0
    assert migrating.text == LEGACY


def test_the_next_sign_in_is_one_that_renews_itself(migrating: Migrating) -> None:
    migrating.tell()
    with Sandbox(migrating.world.clock) as box:
        migrating.world.set(**box.environment())
        migrating.world.browser = FakeBrowser(box)
        assert migrating.world.run("login", "dev").code == 0
    token = migrating.tokens.read(SANDBOX)
    assert token is not None
    assert token.renewable(migrating.world.clock.now())


def test_populated_profiles_are_still_those_of_populate(migrating: Migrating) -> None:
    with Sandbox(migrating.world.clock) as box:
        migrating.world.set(**box.environment())
        migrating.world.browser = FakeBrowser(box)
        populate = ("populate", "--region", "eu-west-1", "--json")
        assert migrating.world.run("login", "dev").code == 0
        migrating.world.config("")
        url = ("--sso-start-url", f"{URL}/", "--sso-region", "us-east-1", "--sign-in")
        assert migrating.world.run(*populate, *url, "--legacy").code == 0
        migrating.tell()
        again = migrating.world.run(*populate, "--prune")
        told = json.loads(again.out)
    assert (told["added"], told["changed"], told["retired"], told["unchanged"]) == ([], [], [], 16)


def test_another_programs_change_meanwhile_is_kept(migrating: Migrating) -> None:
    services = migrating.world.services()
    proposal = propose(Asked(), paths=services.paths, tokens=services.tokens)
    migrating.world.config("# new\n" + LEGACY)
    write(proposal, Asked(), paths=services.paths, tokens=services.tokens, clock=services.clock)
    assert migrating.text.startswith("# new\n[profile dev]\nsso_session = sandbox\n")


def test_a_change_that_was_not_shown_is_not_made(migrating: Migrating) -> None:
    services = migrating.world.services()
    proposal = propose(Asked(), paths=services.paths, tokens=services.tokens)
    other = LEGACY + LEGACY.replace("dev", "prod")
    migrating.world.config(other)
    with pytest.raises(ChangedMeanwhile):
        write(proposal, Asked(), paths=services.paths, tokens=services.tokens, clock=services.clock)
    assert migrating.text == other


def chosen(migrating: Migrating, config: str = LEGACY) -> None:
    migrating.world.config(config)
    assert migrating.world.run("use", "dev").code == 0


def test_a_default_that_is_our_copy_changes_with_its_profile_and_is_still_known_for_one(migrating: Migrating) -> None:
    chosen(migrating)
    told = migrating.tell("dev")
    assert [m["profile"] for m in told["migrated"]] == ["dev", "default"]
    assert json.loads(migrating.world.run("use", "--show", "--json").out)["active_profile"] == "dev"
    migrating.world.run("use", "--undo")
    assert "[default]" not in migrating.text


def test_a_hand_written_default_comes_back_after_migrate_and_undo(migrating: Migrating) -> None:
    hand_written = "# mine\n[default]\noutput = text\n\n"
    chosen(migrating, hand_written + LEGACY)
    migrating.tell()
    migrating.world.run("use", "--undo")
    assert migrating.text.startswith(f"{hand_written}[profile dev]\nsso_session = sandbox\n")


def test_a_copy_that_restore_brought_back_can_still_be_undone(migrating: Migrating) -> None:
    chosen(migrating)
    migrating.tell()
    migrating.world.run("restore", "--yes")
    assert migrating.world.run("use", "--undo").code == 0
    assert migrating.text == LEGACY


def test_a_hand_written_default_changes_too(migrating: Migrating) -> None:
    migrating.world.config(LEGACY.replace("profile dev", "default"))
    assert migrating.tell()["migrated"] == [{"profile": "default", "session": "sandbox"}]


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_without_a_terminal_it_asks_for_yes(words: tuple[str, ...], migrating: Migrating) -> None:
    ran = migrating.run(*words)
    assert (ran.code, migrating.text) == (2, LEGACY)
    assert "--yes" in ran.err + ran.out


def test_a_config_that_no_tool_can_parse_is_refused(migrating: Migrating) -> None:
    migrating.world.config(LEGACY + LEGACY)
    ran = migrating.run("--yes")
    assert (ran.code, migrating.text) == (2, LEGACY + LEGACY)
    assert "line 7" in ran.err
