"""``pick`` and the window's process; the window itself is tests/desktop/test_picker.py's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from aws_sso_core import desktop, programs
from aws_sso_core.cli import early_pick
from children import posix_only
from cli_world import World
from fakes import LIMIT

WINDOW = """
import json, sys
with open(sys.argv[1], "a") as started: started.write("started\\n")
said = json.loads(sys.argv[2])
print("{}")
print(json.dumps(said))
sys.exit(130 if said["event"] == "cancelled" else 0)
"""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path / "home", monkeypatch)


@pytest.fixture
def started(tmp_path: Path) -> Path:
    """A line for each process of the window."""
    return tmp_path / "started"


def window(monkeypatch: pytest.MonkeyPatch, started: Path, **said: str) -> None:
    monkeypatch.setattr(programs, "picker", lambda: [sys.executable, "-c", WINDOW, str(started), json.dumps(said)])


def test_what_was_chosen_is_told(world: World, monkeypatch: pytest.MonkeyPatch, started: Path) -> None:
    window(monkeypatch, started, event="used", profile="dev")
    ran = world.run("pick")
    assert (ran.code, ran.out) == (0, "dev is the default profile now.\n")


def test_a_window_that_cannot_be_started_is_told_of(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(programs, "picker", lambda: [str(tmp_path / "gone")])
    ran = world.run("pick")
    assert ran.code == 1
    assert ran.err.startswith("aws-sso-tray: The window cannot be opened: ")


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch, started: Path) -> None:
    """A window that was begun early, and closed; a further one says that it was the front one already."""
    answer, said = os.pipe()
    child = subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(started), '{"event": "cancelled"}'], stdout=said, stdin=subprocess.DEVNULL
    )
    os.close(said)
    child.returncode = 0  # early_pick waits for it
    monkeypatch.setattr(desktop, "answering_copy", lambda: (child.pid, answer))
    window(monkeypatch, started, event="raised")
    early_pick.begin()


@posix_only
@pytest.mark.usefixtures("begun")
def test_a_window_that_was_begun_early_is_the_one_that_is_told_of(world: World, started: Path) -> None:
    assert world.run("pick").code == 130
    assert started.read_text() == "started\n"


@posix_only
@pytest.mark.usefixtures("begun")
def test_a_window_that_was_begun_early_is_told_of_once(world: World, started: Path) -> None:
    world.run("pick")
    assert "is open already" in world.run("pick").err
    assert started.read_text() == "started\n" * 2


def test_where_no_process_can_be_copied_the_command_opens_the_window(
    world: World, monkeypatch: pytest.MonkeyPatch, started: Path
) -> None:
    monkeypatch.setattr(desktop, "answering_copy", lambda: None)
    window(monkeypatch, started, event="cancelled")
    early_pick.begin()
    assert not started.exists()
    assert world.run("pick").code == 130
    assert started.read_text() == "started\n"


@pytest.mark.skipif(sys.platform != "linux", reason="Windows has no fork, and AppKit does not live through one")
def test_what_a_copy_says_is_read_by_the_process_that_it_is_a_copy_of() -> None:
    program = (
        "import os, sys; from aws_sso_core import desktop; pid, answer = desktop.answering_copy()\n"
        "if pid == 0: print(repr(sys.stdin.read())); sys.exit(7)\n"
        "with open(answer) as file: said = file.read()\n"
        "print(said.strip(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], input="ours", capture_output=True, text=True, timeout=LIMIT, check=True
    )
    assert ran.stdout.strip() == "'' 7"
