"""``populate`` and ``migrate`` ask a person at a real terminal before they write, and Ctrl+C there loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import terminal
from aws_sso_core import programs
from aws_sso_core.sandbox import START_URL, Directory, Sandbox
from aws_sso_core.system_clock import SystemClock
from aws_world import CORP, LIMIT, World

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such terminals")

CONFIG = f"""\
[sso-session corp]
sso_start_url = {START_URL}
sso_region = us-east-1
sso_registration_scopes = sso:account:access
"""
LEGACY = f"""
[profile old]
sso_start_url = {START_URL}
sso_region = us-east-1
sso_account_id = 111122223333
sso_role_name = A
"""


class Home:
    """A person who is signed in and has populated three roles, of which AWS gives two from now on."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.box = world.box
        self.env = {**world.environment(), "AWS_SSO_TRAY_HOME": str(world.home / "tray"), "TERM": "dumb"}
        self.config = world.aws / "config"
        self.config.write_text(CONFIG)
        world.tokens.write(CORP, world.signed_in())
        self.give("A", "B", "C")
        populate = [*programs.command_line(), "populate", "--region", "eu-west-1"]
        subprocess.run(populate, env=self.env, check=True, capture_output=True, timeout=LIMIT, stdin=subprocess.DEVNULL)
        self.before = self.config.read_text()
        self.give("A", "B")

    def give(self, *roles: str) -> None:
        self.box._center.directory = Directory.of(("111122223333", "Dev", roles))

    def at_a_terminal(self, answer: bytes, *words: str) -> tuple[int, str]:
        """Run a command, give this answer to its question; its exit code and all it said."""
        return terminal.answering([*programs.command_line(), *words], self.env, answer)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Sandbox(SystemClock()) as box:
        yield Home(World(tmp_path / "home", box))


PRUNE = ("populate", "--region", "eu-west-1", "--prune", "--refresh")


def test_a_person_sees_what_would_be_removed_and_says_yes(home: Home) -> None:
    code, said = home.at_a_terminal(b"y\n", *PRUNE)
    assert (code, "-[profile Dev.C]" in said) == (0, True)
    assert "Remove 1 profile? [y/N]" in said
    assert "[profile Dev.C]" not in home.config.read_text()


@pytest.mark.parametrize("answer", [b"n\n", b"\n", b"\x04"], ids=["no", "Enter", "Ctrl+D"])
def test_without_a_yes_nothing_is_removed(home: Home, answer: bytes) -> None:
    code, _ = home.at_a_terminal(answer, *PRUNE)
    assert code != 0
    assert home.config.read_text() == home.before


def test_whoever_wants_to_be_asked_is_asked_before_profiles_are_added_too(home: Home) -> None:
    home.give("A", "B", "C", "D")
    ask = ("populate", "--region", "eu-west-1", "--refresh", "--ask")
    code, said = home.at_a_terminal(b"n\n", *ask)
    assert (code, "Add 1 profile? [y/N]" in said, home.config.read_text()) == (1, True, home.before)
    assert home.at_a_terminal(b"y\n", *ask)[0] == 0
    assert "[profile Dev.D]" in home.config.read_text()


def test_migrate_shows_and_asks(home: Home) -> None:
    home.config.write_text(home.before + LEGACY)
    code, said = home.at_a_terminal(b"n\n", "migrate")
    assert (code, home.config.read_text()) == (1, home.before + LEGACY)
    assert "+sso_session = corp" in said
    code, said = home.at_a_terminal(b"y\n", "migrate")
    assert (code, "Change 1 profile? [y/N]" in said) == (0, True)
    assert "[profile old]\nsso_session = corp\n" in home.config.read_text()


def test_ctrl_c_while_reading_leaves_what_was_read_for_the_next_time(home: Home) -> None:
    if sys.platform == "win32":
        raise OSError("a test for POSIX")
    home.box._center.directory = Directory.large(60, 1)
    home.box.calls.clear()
    ours, theirs = os.openpty()
    command = [*programs.command_line(), "populate", "--region", "eu-west-1", "--refresh"]
    with terminal.start(theirs, command, home.env) as run:
        os.close(theirs)
        assert home.box.calls.wait_for("ListAccountRoles", 25, timeout=LIMIT)
        os.killpg(run.pid, signal.SIGINT)
        said = b""
        while more := terminal.read(ours):
            said += more
        assert run.wait(LIMIT) == 130
    os.close(ours)
    assert b"What was read is kept" in said
    [listing] = (home.world.home / "tray" / "state" / "listings").iterdir()
    assert len(json.loads(listing.read_text())["accounts"]) >= 20
    assert home.config.read_text() == home.before
