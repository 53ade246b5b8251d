"""The Windows ports' logic, anywhere: the registry and the system calls are handed in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from aws_sso_core.desktop.ports import PowerEvent, WindowMessages
from aws_sso_core.desktop.windows.autostart import APPROVED, RUN, WindowsAutostart, command_line
from aws_sso_core.desktop.windows.environment import KEY, WindowsEnvironment
from aws_sso_core.desktop.windows.instance import WindowsInstance
from aws_sso_core.desktop.windows.limits import BODY_UNITS, TITLE_UNITS, cut
from aws_sso_core.desktop.windows.power import (
    WM_ENDSESSION,
    WM_POWERBROADCAST,
    WM_QUERYENDSESSION,
    WM_WTSSESSION_CHANGE,
    WindowsPower,
)
from aws_sso_core.desktop.windows.presence import idle_seconds
from aws_sso_core.desktop.windows.registry import Value
from aws_sso_core.errors import DesktopUnavailable, ReadOnlyPlace
from desktop_contracts import (
    AutostartContract,
    EnvironmentContract,
    Events,
    InstanceContract,
    PowerContract,
)
from fakes import LIMIT


class FakeRegistry:
    """A ``Registry`` in memory."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], Value] = {}

    def read(self, key: str, name: str) -> Value | None:
        return self.values.get((key, name))

    def write(self, key: str, name: str, value: str) -> None:
        self.values[key, name] = value

    def remove(self, key: str, name: str) -> bool:
        return self.values.pop((key, name), None) is not None


class FakeApi:
    """An ``Api`` with mutexes of its own; names are shared by all instances, as in Windows."""

    names: dict[str, set[int]] = {}  # noqa: RUF012 - shared on purpose

    def __init__(self) -> None:
        self.broadcasts = 0
        self.windows: list[int] = []
        self.comes_back = False
        self.idle: int | None = 61_500

    def create_mutex(self, name: str) -> tuple[int, bool]:
        handles = self.names.setdefault(name, set())
        handle = id(object()) + len(handles)
        first = not handles
        handles.add(handle)
        return handle, first

    def mutex_exists(self, name: str) -> bool:
        return bool(self.names.get(name))

    def close_handle(self, handle: int) -> None:
        for handles in self.names.values():
            handles.discard(handle)

    def broadcast_environment(self) -> None:
        self.broadcasts += 1

    def register_session_notification(self, window: int) -> bool:
        self.windows.append(window)
        return True

    def come_back_after_update(self) -> None:
        self.comes_back = True

    def heed_console(self, heed: Callable[[int], bool]) -> None:
        self.console = heed

    def idle_milliseconds(self) -> int | None:
        return self.idle


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


class TestAutostart(AutostartContract):
    @pytest.fixture
    def autostart(self, registry: FakeRegistry) -> WindowsAutostart:
        return WindowsAutostart(registry, FakeRegistry())


class TestEnvironment(EnvironmentContract):
    @pytest.fixture
    def environment(self, registry: FakeRegistry, api: FakeApi) -> WindowsEnvironment:
        return WindowsEnvironment(registry, api)


class TestInstance(InstanceContract):
    def make(self, folder: Path) -> WindowsInstance:
        return WindowsInstance(folder, FakeApi())


class TestPower(PowerContract):
    @pytest.fixture
    def power(self, api: FakeApi) -> WindowsPower:
        return WindowsPower(api)


@pytest.mark.parametrize(("first_byte", "state"), [(2, "on"), (6, "on"), (3, "blocked"), (7, "blocked")])
def test_task_managers_switch_is_told_and_left_alone(registry: FakeRegistry, first_byte: int, state: str) -> None:
    autostart = WindowsAutostart(registry, FakeRegistry())
    switch = bytes([first_byte, *[0] * 11])
    registry.values[APPROVED, "aws-sso-tray"] = switch
    autostart.enable(["C:\\x.exe"])
    assert autostart.state() == state
    assert registry.values[APPROVED, "aws-sso-tray"] == switch


@pytest.mark.parametrize(("switch", "state"), [(None, "on"), (b"\2" + bytes(11), "on"), (b"\3" + bytes(11), "blocked")])
def test_what_administrators_start_for_everybody_starts_here_too(
    registry: FakeRegistry, switch: bytes | None, state: str
) -> None:
    machine = FakeRegistry()
    autostart = WindowsAutostart(registry, machine)
    machine.write(RUN, "aws-sso-tray", '"C:\\Program Files\\aws-sso-tray\\aws-sso-trayw.exe"')
    if switch:
        machine.values[APPROVED, "aws-sso-tray"] = switch
    assert autostart.state() == state
    autostart.enable(["C:\\x.exe"])
    assert registry.values == {}  # it would start twice


def test_what_administrators_start_for_everybody_is_not_ours_to_switch_off(registry: FakeRegistry) -> None:
    machine = FakeRegistry()
    machine.write(RUN, "aws-sso-tray", "C:\\x.exe")
    with pytest.raises(ReadOnlyPlace, match="administrator"):
        WindowsAutostart(registry, machine).disable()


def test_the_run_key_has_the_program_in_quotes(registry: FakeRegistry) -> None:
    WindowsAutostart(registry, FakeRegistry()).enable(["C:\\Program Files\\x\\aws-sso-trayw.exe", "start"])
    assert registry.values[RUN, "aws-sso-tray"] == '"C:\\Program Files\\x\\aws-sso-trayw.exe" start'


@pytest.mark.parametrize(
    ("word", "quoted"),
    [
        ("plain", "plain"),
        ("two words", '"two words"'),
        ("", '""'),
        ('say "hi"', '"say \\"hi\\""'),
        ("C:\\dir with space\\", '"C:\\dir with space\\\\"'),
        ('\\"', '"\\\\\\""'),
        ("C:\\dir\\", "C:\\dir\\"),
    ],
)
def test_arguments_are_quoted_as_windows_parses_them(word: str, quoted: str) -> None:
    assert command_line(["x.exe", word]) == f'"x.exe" {quoted}'


def test_explorer_is_told_of_a_change_and_only_of_a_change(registry: FakeRegistry, api: FakeApi) -> None:
    environment = WindowsEnvironment(registry, api)
    environment.set("AWS_PROFILE", "dev")
    environment.set("AWS_PROFILE", "dev")
    environment.set("AWS_PROFILE", None)
    environment.set("AWS_PROFILE", None)
    assert api.broadcasts == 2


def test_a_value_that_is_no_text_is_not_a_variable(registry: FakeRegistry, api: FakeApi) -> None:
    registry.values[KEY, "AWS_PROFILE"] = 7
    assert WindowsEnvironment(registry, api).get("AWS_PROFILE") is None


def test_a_mutex_without_its_file_has_an_unknown_holder(tmp_path: Path) -> None:
    one = WindowsInstance(tmp_path, FakeApi())
    one.acquire()
    one.path.unlink()
    assert one.holder() is None
    one.release()


def test_no_mutex_at_all_is_told(tmp_path: Path) -> None:
    class Refusing(FakeApi):
        def create_mutex(self, name: str) -> tuple[int, bool]:
            raise OSError(5, "Access is denied", name)

    with pytest.raises(DesktopUnavailable, match="Access is denied"):
        WindowsInstance(tmp_path, Refusing()).acquire()


def test_a_mutex_of_an_administrator_is_another_trays(tmp_path: Path) -> None:
    class Elevated(FakeApi):
        def create_mutex(self, name: str) -> tuple[int, bool]:
            self.names.setdefault(name, set()).add(1)
            return 0, False

    assert WindowsInstance(tmp_path, Elevated()).acquire() is False


@pytest.mark.parametrize(
    ("message", "wparam", "event"),
    [
        (WM_POWERBROADCAST, 0x4, PowerEvent.SLEEP),
        (WM_POWERBROADCAST, 0x12, PowerEvent.RESUMED),
        (WM_WTSSESSION_CHANGE, 7, PowerEvent.LOCKED),
        (WM_WTSSESSION_CHANGE, 8, PowerEvent.UNLOCKED),
        (WM_ENDSESSION, 1, PowerEvent.LOG_OFF),
    ],
)
def test_window_messages_become_events(api: FakeApi, message: int, wparam: int, event: PowerEvent) -> None:
    power, events = WindowsPower(api, save_within=0), Events()
    power.start(events)
    power.handle(message, wparam)
    assert events.seen == [event]


@pytest.mark.parametrize(
    ("flags", "event"), [(0x1, PowerEvent.END), (0x4000_0001, PowerEvent.END), (-0x8000_0000, PowerEvent.LOG_OFF)]
)
def test_an_installer_that_wants_our_files_is_no_log_off(api: FakeApi, flags: int, event: PowerEvent) -> None:
    power, events = WindowsPower(api, save_within=0), Events()
    power.start(events)
    power.handle(WM_ENDSESSION, 1, flags)
    assert events.seen == [event]


@pytest.mark.parametrize(
    ("control", "seen"), [(0, [PowerEvent.END]), (1, [PowerEvent.END]), (2, [PowerEvent.END]), (5, [])]
)
def test_what_the_console_wants_is_heard_outside_the_message_loop(
    api: FakeApi, control: int, seen: list[PowerEvent]
) -> None:
    power, events = WindowsPower(api, save_within=0), Events()
    power.start(events)
    power.attach(77)
    assert api.console(control) is bool(seen)
    assert events.seen == seen


def test_what_windows_tells_before_anybody_listens_is_not_lost(api: FakeApi) -> None:
    power, events = WindowsPower(api, save_within=0), Events()
    power.handle(WM_WTSSESSION_CHANGE, 7)
    power.handle(WM_ENDSESSION, 1)
    power.start(events)
    assert events.seen == [PowerEvent.LOCKED, PowerEvent.LOG_OFF]


def test_the_sessions_end_is_answered_once_the_tray_has_saved(api: FakeApi) -> None:
    power, answered = WindowsPower(api, save_within=LIMIT), threading.Event()
    asked = threading.Event()
    power.start(lambda _: asked.set())

    def end_session() -> None:
        power.handle(WM_ENDSESSION, 1)
        answered.set()

    window = threading.Thread(target=end_session)
    window.start()
    assert asked.wait(LIMIT)
    assert not answered.is_set()
    power.stop()
    assert answered.wait(LIMIT)
    window.join()


def test_a_tray_that_has_ended_keeps_no_session_from_ending(api: FakeApi) -> None:
    power, events = WindowsPower(api, save_within=LIMIT), Events()
    power.start(events)
    power.stop()
    assert power.handle(WM_ENDSESSION, 1) == 0
    assert events.seen == []


@pytest.mark.parametrize(
    ("message", "wparam"),
    [(WM_POWERBROADCAST, 0x7), (WM_POWERBROADCAST, 0xA), (WM_WTSSESSION_CHANGE, 5), (WM_ENDSESSION, 0), (0x1, 1)],
)
def test_other_window_messages_are_no_events(api: FakeApi, message: int, wparam: int) -> None:
    power, events = WindowsPower(api), Events()
    power.start(events)
    power.handle(message, wparam)
    assert events.seen == []


def test_windows_may_end_the_session_when_it_asks(api: FakeApi) -> None:
    assert WindowsPower(api).handle(WM_QUERYENDSESSION, 0) == 1


def test_the_lock_is_unknown_until_windows_tells_it(api: FakeApi) -> None:
    power = WindowsPower(api)
    assert power.locked() is None
    power.handle(WM_WTSSESSION_CHANGE, 7)
    assert power.locked() is True
    power.handle(WM_WTSSESSION_CHANGE, 8)
    assert power.locked() is False


def test_the_tray_can_tell_that_this_power_wants_window_messages(api: FakeApi) -> None:
    power = WindowsPower(api)
    assert isinstance(power, WindowMessages)
    assert power.attach(77) is True
    assert api.windows == [77]


def test_an_installer_that_replaces_us_starts_us_again(api: FakeApi) -> None:
    WindowsPower(api).attach(77)
    assert api.comes_back


def test_idle_time_is_in_seconds(api: FakeApi) -> None:
    assert idle_seconds(api) == 61.5
    api.idle = None
    assert idle_seconds(api) is None


@pytest.mark.parametrize("units", [TITLE_UNITS, BODY_UNITS])
def test_what_fits_is_not_cut_and_what_does_not_ends_in_an_ellipsis(units: int) -> None:
    assert cut("x" * units, units) == "x" * units
    assert cut("x" * (units + 1), units) == "x" * (units - 1) + "…"


def test_a_character_of_two_units_is_never_halved() -> None:
    assert cut("🔑🔑🔑", 4) == "🔑…"
