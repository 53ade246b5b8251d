"""History and restore as they are really used: by the tray's children, and by a person at a terminal."""

from __future__ import annotations

import os
import queue
import sys
from pathlib import Path

import pytest

import terminal
from aws_sso_core.history import History
from aws_sso_core.paths import Paths
from aws_sso_core.system_clock import SystemClock
from aws_sso_tray.jobs import JobEnded, JobEvent, Jobs
from children import posix_only
from fakes import LIMIT

BEFORE = b"# mine\r\n[profile a]\r\nregion = x\n\n[profile b]\nregion = y"
AFTER = b"[profile b]\nregion = y\n"
COMMAND = [sys.executable, "-P", "-m", "aws_sso_core.cli"]


class Home:
    """A home whose config lost a section, with both versions in the history."""

    def __init__(self, folder: Path) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMPDIR") if name in os.environ}
        self.env = {
            **kept,
            "HOME": str(folder),
            "USERPROFILE": str(folder),
            "AWS_SSO_TRAY_HOME": str(folder / "ours"),
            "TERM": "dumb",
        }
        self.paths = Paths.from_environment(self.env)
        self.paths.aws_dir.mkdir(parents=True)
        history = History(self.paths, SystemClock())
        for data in (BEFORE, AFTER):
            self.paths.config.write_bytes(data)
            history.note()

    def at_a_terminal(self, answer: bytes, *arguments: str) -> tuple[int, str]:
        """Run a command of ours on a terminal, give this answer to its question; its exit code and all it said."""
        return terminal.answering([*COMMAND, *arguments], self.env, answer)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_the_trays_child_puts_every_byte_back(home: Home) -> None:
    said: queue.Queue[JobEvent] = queue.Queue()
    assert Jobs(command=COMMAND, env=home.env, post=said.put).run("restore", "1", "--yes")
    event = said.get(timeout=LIMIT)
    while not isinstance(event, JobEnded):
        event = said.get(timeout=LIMIT)
    assert (event.exit_code, event.outcome["event"], event.outcome["replaced"]) == (0, "restored", 2)
    assert home.paths.config.read_bytes() == BEFORE


@posix_only
def test_a_person_sees_the_difference_and_says_yes(home: Home) -> None:
    code, said = home.at_a_terminal(b"y\n", "restore")
    assert code == 0
    assert "+[profile a]" in said
    assert "[y/N]" in said
    assert home.paths.config.read_bytes() == BEFORE


@posix_only
@pytest.mark.parametrize("answer", [b"n\n", b"\n"])
def test_anything_but_yes_changes_nothing(home: Home, answer: bytes) -> None:
    code, said = home.at_a_terminal(answer, "restore")
    assert code == 1
    assert "Nothing was changed." in said
    assert home.paths.config.read_bytes() == AFTER
