"""``start``, ``stop`` and ``autostart``: the tray as the command line sees it, with the tray itself made up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from aws_sso_core import programs
from aws_sso_core.cli import start
from aws_sso_core.cli.services import Services
from aws_sso_core.desktop.ports import AutostartState
from aws_sso_core.state import tray_report
from aws_sso_core.state.tray_report import TrayReport
from cli_world import World
from fakes import LIMIT


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, monkeypatch)


def desktop(*, display: bool = True, tray_host: bool | None = True) -> Callable[[Services], None]:
    def prepare(services: Services) -> None:
        services.has_display = lambda: display  # type: ignore[method-assign]
        services.has_tray_host = lambda: tray_host  # type: ignore[method-assign]

    return prepare


def tray_is(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let this Python program stand for the tray."""
    monkeypatch.setattr(programs, "tray", lambda *, console=False: [sys.executable, "-c", code])  # noqa: ARG005


def comes_up(world: World) -> None:
    """Let the tray be there after the first pause of ``start``."""
    world.clock.on_sleep = lambda _seconds: setattr(world.instance, "pid", 4711)


def wait_for_the_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first pause of ``start`` last until the process that it started has ended."""
    detached, children = start._detached, []

    def keep(*args: Any) -> subprocess.Popen[bytes]:
        children.append(detached(*args))
        return children[0]

    monkeypatch.setattr(start, "_detached", keep)
    world.prepare = desktop()

    def wait(_seconds: float) -> None:
        children[0].wait(LIMIT)

    world.clock.on_sleep = wait


def test_start_says_when_the_tray_runs_already(world: World) -> None:
    world.instance.pid = 4711
    assert world.run("start").out == "The tray is running already.\n"
    assert json.loads(world.run("start", "--json").out) == {"version": 1, "event": "already-running", "pid": 4711}


def test_start_waits_until_the_tray_runs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tray_is(monkeypatch, "input()")
    world.prepare = desktop()
    comes_up(world)
    assert world.run("start").out == "The tray is running.\n"


def test_start_says_where_this_desktop_shows_no_icons(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tray_is(monkeypatch, "input()")
    world.prepare = desktop(tray_host=False)
    comes_up(world)
    assert "This desktop shows no tray icons" in world.run("start").err


def test_start_without_a_desktop_says_what_the_tray_does_then(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tray_is(monkeypatch, "input()")
    world.prepare = desktop(display=False)
    comes_up(world)
    assert world.run("start").err.startswith("Note: There is no desktop here, so it only renews")


def test_start_tells_why_the_tray_ended_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tray_is(monkeypatch, "import sys; sys.exit('aws-sso-tray: There is no tray today.\\n  Come back tomorrow.')")
    wait_for_the_end(world, monkeypatch)
    assert world.run("start").err == "aws-sso-tray: There is no tray today.\n  Come back tomorrow.\n"


def test_start_tells_of_a_tray_that_fell_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tray_is(monkeypatch, "raise ImportError('no pystray')")
    wait_for_the_end(world, monkeypatch)
    assert world.run("start").err.startswith(
        "aws-sso-tray: The tray ended at once with code 1: ImportError: no pystray\n"
    )


def test_start_gives_up_on_a_tray_that_does_not_come_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tray_is(monkeypatch, "import time; time.sleep(600)")
    world.prepare = desktop()
    ran = world.run("start")
    assert ran.err.startswith("aws-sso-tray: The tray did not come up within 20 s.\n")
    assert sum(world.clock.slept) >= 20


def test_start_in_the_foreground_ends_with_the_trays_exit_code(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tray_is(monkeypatch, "raise SystemExit(7)")
    world.prepare = desktop()
    assert world.run("start", "--foreground").code == 7


def test_start_in_the_foreground_hands_verbose_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    tray_is(monkeypatch, "import sys; raise SystemExit(len(sys.argv))")
    assert world.run("start", "--foreground", "--verbose").code == 2


def test_an_installed_windowless_tray_runs_in_the_very_terminal_that_wants_to_see_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_up = ModuleType("made_up_tray")
    made_up.main = lambda words: 7 + len(words)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, made_up.__name__, made_up)
    monkeypatch.setattr(programs, "_TRAY", made_up.__name__)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert world.run("start", "--foreground").code == 7


def test_stop_asks_the_tray_to_quit(world: World) -> None:
    world.instance.pid = 4711
    wishes: list[str] = []

    def hear(_seconds: float) -> None:
        wishes.extend(wish.kind for wish in world.services().wishes.take())
        world.instance.pid = None

    world.clock.on_sleep = hear
    assert world.run("stop").out == "The tray has ended.\n"
    assert wishes == ["quit"]


def test_stop_says_when_nothing_runs(world: World) -> None:
    assert world.run("stop").out == "The tray is not running.\n"
    assert json.loads(world.run("stop", "--json").out)["event"] == "not-running"


def test_stop_ends_a_tray_that_does_not_listen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.instance.pid = 4711
    sent: list[tuple[int, int]] = []

    def kill(pid: int, number: int) -> None:
        sent.append((pid, number))
        world.instance.pid = None

    monkeypatch.setattr(os, "kill", kill)
    assert world.run("stop").code == 0
    assert sent == [(4711, signal.SIGTERM)]


def test_stop_is_honest_about_a_tray_that_does_not_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.instance.pid = 4711
    monkeypatch.setattr(os, "kill", lambda _pid, _number: None)
    ran = world.run("stop")
    assert (ran.code, ran.err.splitlines()[0]) == (1, "aws-sso-tray: The tray (process 4711) does not end.")


class FakeAutostart:
    def __init__(self, state: AutostartState = "off") -> None:
        self.now: AutostartState = state
        self.command: Sequence[str] = ()

    def state(self) -> AutostartState:
        return self.now

    def enable(self, command: Sequence[str]) -> None:
        self.command, self.now = command, "on"

    def disable(self) -> None:
        self.now = "off"


def test_autostart_is_switched_on_and_off(world: World) -> None:
    autostart = FakeAutostart()
    world.prepare = lambda services: setattr(services, "autostart", autostart)
    assert world.run("autostart").out == "The tray does not start with your desktop.\n"
    assert world.run("autostart", "on").out == "The tray starts with your desktop.\n"
    assert list(autostart.command) == programs.tray()
    assert json.loads(world.run("autostart", "off", "--json").out) == {"version": 1, "autostart": "off"}


def test_autostart_is_honest_about_a_no_in_the_systems_settings(world: World) -> None:
    world.prepare = lambda services: setattr(services, "autostart", FakeAutostart("blocked"))
    assert "switched off in the desktop's own settings" in world.run("autostart", "status").out


def test_the_tray_is_asked_how_it_fares_and_its_answer_of_now_counts(world: World) -> None:
    world.instance.pid = 7
    services = world.services()
    report = TrayReport(7, world.clock.now(), "dbus", "events", "1.0")
    old = replace(report, at=report.at - timedelta(seconds=1))
    tray_report.write(services.paths.state_dir, old)

    def tray(_seconds: float) -> None:
        if any(wish.kind == tray_report.WISH for wish in services.wishes.take()):
            tray_report.write(services.paths.state_dir, report)

    world.clock.on_sleep = tray
    assert services.tray_report() == report


@pytest.mark.parametrize("pid", [None, 8])
def test_another_trays_answer_is_none(world: World, pid: int | None) -> None:
    world.instance.pid = pid
    services = world.services()
    tray_report.write(services.paths.state_dir, TrayReport(7, world.clock.now(), "dbus", "events", "1.0"))
    assert services.tray_report() is None
