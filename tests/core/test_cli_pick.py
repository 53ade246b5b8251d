"""``pick`` and the window's process; the window itself is tests/desktop/test_picker.py's."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from aws_sso_core import programs
from aws_sso_core.cli import early_pick
from cli_world import World

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


@pytest.mark.parametrize("early", [True, False])
def test_what_was_chosen_is_told_by_one_window(
    world: World, monkeypatch: pytest.MonkeyPatch, started: Path, *, early: bool
) -> None:
    window(monkeypatch, started, event="used", profile="dev")
    if early:
        early_pick.begin()
    ran = world.run("pick")
    assert (ran.code, ran.out) == (0, "dev is the default profile now.\n")
    assert started.read_text() == "started\n"


def test_each_pick_opens_a_window_of_its_own(world: World, monkeypatch: pytest.MonkeyPatch, started: Path) -> None:
    window(monkeypatch, started, event="cancelled")
    early_pick.begin()
    assert [world.run("pick").code for _ in range(2)] == [130, 130]
    assert started.read_text() == "started\n" * 2


def test_a_window_that_cannot_be_started_early_is_told_of_by_the_command(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(programs, "picker", lambda: [str(tmp_path / "gone")])
    early_pick.begin()
    ran = world.run("pick")
    assert ran.code == 1
    assert ran.err.startswith("aws-sso-tray: The window cannot be opened: ")
