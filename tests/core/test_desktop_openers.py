"""Opening terminal windows and files: the right program is started, with the command whole."""

from __future__ import annotations

import os
import shlex
import stat
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from aws_sso_core.desktop.linux import openers
from aws_sso_core.desktop.macos import openers as mac
from aws_sso_core.desktop.windows import openers as windows
from cli_world import Terminal, World
from fakes import LIMIT

posix = pytest.mark.skipif(os.name == "nt", reason="shell scripts stand for programs")
COMMAND = ["/opt/a b/aws-sso-tray", "in-window", "--", "configure", 'a"b']


class Desktop:
    """A PATH on which only the programs of a test are; each writes down how it was called."""

    def __init__(self, home: Path) -> None:
        self.bin = home / "bin"
        self.bin.mkdir()
        self.called = home / "called"
        self.env = {"PATH": str(self.bin)}

    def has(self, program: str) -> None:
        path = self.bin / program
        path.write_text(
            f'#!/bin/sh\nprintf "%s\\n" {program} "$@" > {shlex.quote(str(self.called))}.new\n'
            f"/bin/mv {shlex.quote(str(self.called))}.new {shlex.quote(str(self.called))}\n"
        )
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def call(self) -> list[str]:
        pause, deadline = threading.Event(), time.monotonic() + LIMIT
        while not self.called.exists():
            assert time.monotonic() < deadline, "the program was not started"
            pause.wait(0.005)
        return self.called.read_text().splitlines()


@pytest.fixture
def desktop(tmp_path: Path) -> Desktop:
    return Desktop(tmp_path)


@posix
@pytest.mark.parametrize("opener", openers.TERMINALS, ids=lambda opener: opener[0])
def test_any_terminal_gets_the_command_whole(opener: Sequence[str], desktop: Desktop) -> None:
    desktop.has(opener[0])
    assert openers.window(COMMAND, desktop.env)
    assert desktop.call() == [*opener, *COMMAND]


@posix
def test_the_persons_own_terminal_comes_first(desktop: Desktop) -> None:
    for program in ("gnome-terminal", "mine"):
        desktop.has(program)
    assert openers.window(COMMAND, {**desktop.env, "TERMINAL": "mine"})
    assert desktop.call() == ["mine", "-e", *COMMAND]


def test_without_a_terminal_or_an_editor_it_says_so(desktop: Desktop) -> None:
    assert not openers.window(COMMAND, desktop.env)
    assert not openers.file(Path("config"), desktop.env)


@posix
def test_a_file_is_shown_by_the_desktop(desktop: Desktop) -> None:
    desktop.has("xdg-open")
    assert openers.file(Path("/home/a b/config"), desktop.env)
    assert desktop.call() == ["xdg-open", "/home/a b/config"]


def test_terminal_on_macos_gets_one_line_that_its_shell_parts_again() -> None:
    said: list[Sequence[str]] = []

    def run(arguments: Sequence[str]) -> str:
        said.append(arguments)
        return ""

    assert mac.window(COMMAND, {}, run=run)
    script = said[0][2]
    line = script.split('do script "')[1].split('"\nend tell')[0].replace('\\"', '"').replace("\\\\", "\\")
    assert shlex.split(line) == COMMAND
    assert not mac.file(Path("config"), {}, run=lambda _arguments: None)


def test_a_program_that_is_not_there_opens_no_console() -> None:
    assert not windows.window([str(Path("nowhere", "at-all.exe"))], dict(os.environ))


# The window ------------------------------------------------------------------------------------------------------------


def test_a_window_runs_the_command_and_stays_until_enter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, monkeypatch)
    read: list[bool] = []

    class Keys(Terminal):
        def readline(self, *_size: object) -> str:  # type: ignore[override]
            read.append(True)
            return "\n"

    monkeypatch.setattr(sys, "stdin", Keys())
    monkeypatch.setattr("subprocess.call", lambda command: 3 if command[-1] == "status" else 99)
    ran = world.run("in-window", "--", "status")
    assert (ran.code, read) == (3, [True])
    assert "Press Enter to close this window." in ran.err


def test_help_is_shown_a_windowful_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, monkeypatch)
    shown: list[int] = []

    class Keys(Terminal):
        def readline(self, *_size: object) -> str:  # type: ignore[override]
            shown.append(world.stdout.getvalue().count("\n"))
            return "\n"

    monkeypatch.setattr(sys, "stdin", Keys())
    monkeypatch.setattr("subprocess.call", pytest.fail)
    monkeypatch.setenv("LINES", "25")
    monkeypatch.setenv("COLUMNS", "80")
    ran = world.run("in-window", "--", "--help")
    whole = world.run("--help").out
    lines = whole.count("\n")
    assert (ran.code, ran.out) == (0, whole)
    assert shown == [*range(20, lines, 20), lines]
    assert ran.err.count("Press Enter for more.") == len(shown) - 1
