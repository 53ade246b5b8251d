"""The macOS ports' logic, anywhere: programs are run by a fake, AppKit is a fake. None of it has run on a Mac."""

from __future__ import annotations

import plistlib
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aws_sso_core.desktop.macos.autostart import LABEL, MacAutostart
from aws_sso_core.desktop.macos.environment import MacEnvironment
from aws_sso_core.desktop.macos.instance import MacInstance
from aws_sso_core.desktop.macos.notifier import SCRIPT, MacNotifier
from aws_sso_core.desktop.macos.power import MacPower
from aws_sso_core.desktop.ports import PowerEvent
from aws_sso_core.model import Notice
from desktop_contracts import (
    COMMAND,
    AutostartContract,
    EnvironmentContract,
    Events,
    InstanceContract,
    NotifierContract,
    PowerContract,
)


class FakeRun:
    """Remembers what would have been run; ``told`` is every program's output."""

    def __init__(self, told: str | None = "") -> None:
        self.ran: list[list[str]] = []
        self.told = told

    def __call__(self, arguments: Sequence[str]) -> str | None:
        self.ran.append(list(arguments))
        return self.told


class FakeCentre:
    """An NSNotificationCenter."""

    def __init__(self) -> None:
        self.blocks: dict[str, Callable[[object], None]] = {}

    def addObserverForName_object_queue_usingBlock_(  # noqa: N802 - AppKit's name
        self, name: str, _thing: object, _queue: object, block: Callable[[object], None]
    ) -> str:
        self.blocks[name] = block
        return name

    def removeObserver_(self, name: str) -> None:  # noqa: N802 - AppKit's name
        del self.blocks[name]


class FakeAppKit:
    """The two centres that matter."""

    def __init__(self) -> None:
        self.screen, self.workspace = FakeCentre(), FakeCentre()
        self.NSDistributedNotificationCenter = SimpleNamespace(defaultCenter=lambda: self.screen)
        workspace = SimpleNamespace(notificationCenter=lambda: self.workspace)
        self.NSWorkspace = SimpleNamespace(sharedWorkspace=lambda: workspace)


@pytest.fixture
def run() -> FakeRun:
    return FakeRun()


@pytest.fixture
def kit() -> FakeAppKit:
    return FakeAppKit()


@pytest.fixture
def autostart(tmp_path: Path, run: FakeRun) -> MacAutostart:
    return MacAutostart(home=tmp_path, user=501, run=run)


class TestAutostart(AutostartContract):
    pass


class TestEnvironment(EnvironmentContract):
    @pytest.fixture
    def environment(self, tmp_path: Path, run: FakeRun) -> MacEnvironment:
        return MacEnvironment(home=tmp_path, run=run)


class TestNotifier(NotifierContract):
    @pytest.fixture
    def notifier(self, run: FakeRun) -> MacNotifier:
        return MacNotifier(run=run)


class TestPower(PowerContract):
    @pytest.fixture
    def power(self, kit: FakeAppKit) -> MacPower:
        return MacPower(lambda: kit)


class TestInstance(InstanceContract):
    @pytest.fixture(autouse=True)
    def _posix(self) -> None:
        pytest.importorskip("fcntl", reason="flock is not a Windows thing")

    def make(self, folder: Path) -> MacInstance:
        return MacInstance(folder)


def test_texts_are_arguments_and_never_part_of_the_script(run: FakeRun) -> None:
    hostile = '" & (do shell script "id") & "'
    MacNotifier(run=run).show(Notice("k", hostile, "-e"))
    assert run.ran == [["osascript", "-e", SCRIPT, "--", hostile, "-e"]]


def test_a_notice_that_should_only_change_is_not_shown_a_second_time() -> None:
    run = FakeRun()
    assert MacNotifier(run=run).show(Notice("k", "t", "b", quiet=True)) is True
    assert run.ran == []


def test_a_script_that_fails_is_told() -> None:
    assert MacNotifier(run=FakeRun(told=None)).show(Notice("k", "t", "b")) is False


def test_the_agent_has_the_command_as_it_is(autostart: MacAutostart) -> None:
    autostart.enable(COMMAND)
    agent = plistlib.loads(autostart.path.read_bytes())
    assert (agent["Label"], agent["ProgramArguments"], agent["RunAtLoad"]) == (LABEL, COMMAND, True)


@pytest.mark.parametrize("word", ["disabled", "true"])
def test_switched_off_in_login_items_is_blocked(autostart: MacAutostart, run: FakeRun, word: str) -> None:
    autostart.enable(COMMAND)
    run.told = f'disabled services = {{\n\t"com.example.other" => disabled\n\t"{LABEL}" => {word}\n}}'
    assert autostart.state() == "blocked"


def test_another_agent_that_is_switched_off_is_not_ours(autostart: MacAutostart, run: FakeRun) -> None:
    autostart.enable(COMMAND)
    run.told = f'"com.example.other" => disabled\n"{LABEL}" => enabled'
    assert autostart.state() == "on"


def test_a_variable_is_set_for_now_and_for_each_log_in(tmp_path: Path, run: FakeRun) -> None:
    environment = MacEnvironment(home=tmp_path, run=run)
    environment.set("AWS_PROFILE", "dev")
    environment.set("AWS_PROFILE", None)
    assert run.ran == [
        ["/bin/launchctl", "setenv", "AWS_PROFILE", "dev"],
        ["/bin/launchctl", "unsetenv", "AWS_PROFILE"],
    ]


@pytest.mark.parametrize("junk", [b"", b"junk", b"<plist><dict>", plistlib.dumps({"ProgramArguments": 7}), b"bplist00"])
def test_an_agent_that_cannot_be_read_is_no_variable(tmp_path: Path, run: FakeRun, junk: bytes) -> None:
    environment = MacEnvironment(home=tmp_path, run=run)
    environment.set("AWS_PROFILE", "dev")
    next((tmp_path / "Library" / "LaunchAgents").iterdir()).write_bytes(junk)
    assert environment.get("AWS_PROFILE") is None


@pytest.mark.parametrize(
    ("centre", "name", "event"),
    [
        ("screen", "com.apple.screenIsLocked", PowerEvent.LOCKED),
        ("screen", "com.apple.screenIsUnlocked", PowerEvent.UNLOCKED),
        ("workspace", "NSWorkspaceWillSleepNotification", PowerEvent.SLEEP),
        ("workspace", "NSWorkspaceDidWakeNotification", PowerEvent.RESUMED),
        ("workspace", "NSWorkspaceWillPowerOffNotification", PowerEvent.LOG_OFF),
    ],
)
def test_notifications_become_events(kit: FakeAppKit, centre: str, name: str, event: PowerEvent) -> None:
    power, events = MacPower(lambda: kit), Events()
    power.start(events)
    getattr(kit, centre).blocks[name](None)
    assert events.seen == [event]


def test_the_lock_is_as_last_told(kit: FakeAppKit) -> None:
    power = MacPower(lambda: kit)
    power.start(lambda _: None)
    assert power.locked() is None
    kit.screen.blocks["com.apple.screenIsLocked"](None)
    assert power.locked() is True


def test_after_stop_nothing_is_observed(kit: FakeAppKit) -> None:
    power = MacPower(lambda: kit)
    power.start(lambda _: None)
    power.stop()
    assert (kit.screen.blocks, kit.workspace.blocks) == ({}, {})


@pytest.mark.parametrize("missing", [ImportError("No module named 'AppKit'"), AttributeError("NSWorkspace")])
def test_without_appkit_nothing_is_told(missing: Exception) -> None:
    def load() -> Any:
        raise missing

    assert MacPower(load).start(lambda _: None) is False
