"""Lock, sleep and presence on Linux, on buses of the test's own with a logind and screen savers of the test's own."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from aws_sso_core.desktop.linux.power import LinuxPower
from aws_sso_core.desktop.linux.presence import display, idle_seconds, tray_host
from aws_sso_core.desktop.ports import PowerEvent
from desktop_contracts import PowerContract
from fakes import LIMIT, NOON
from message_bus import FakeService, PrivateBus, private_bus

LOGIN, ROOT = "org.freedesktop.login1", "/org/freedesktop/login1"
OURS = f"{ROOT}/session/_32"
SAVER, SAVER_PATH = "org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"


class FakeLogind(FakeService):
    """A logind with one session."""

    def __init__(self, address: str, *, locked: bool = False, knows_process: bool = True) -> None:
        super().__init__(address)
        self.answers[f"{LOGIN}.Manager.GetSession"] = lambda number: ("o", ({"2": OURS}[number],))
        if knows_process:
            self.answers[f"{LOGIN}.Manager.GetSessionByPID"] = lambda _pid: ("o", (OURS,))
        self.properties[f"{LOGIN}.Session.LockedHint"] = ("b", locked)
        self.properties[f"{LOGIN}.User.Display"] = ("(so)", ("2", OURS))
        self.own(LOGIN)

    def hint(self, *, locked: bool, path: str = OURS) -> None:
        body: tuple[Any, ...] = (f"{LOGIN}.Session", {"LockedHint": ("b", locked)}, [])
        self.emit(path, "org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as", body)

    def manager(self, member: str, *, begins: bool) -> None:
        self.emit(ROOT, f"{LOGIN}.Manager", member, "b", (begins,))


class FakeSaver(FakeService):
    """GNOME's screen saver."""

    def __init__(self, address: str, *, active: bool = False) -> None:
        super().__init__(address)
        self.answers[f"{SAVER}.GetActive"] = lambda: ("b", (active,))
        self.own(SAVER)

    def active(self, value: object, signature: str = "b", interface: str = SAVER) -> None:
        self.emit(SAVER_PATH, interface, "ActiveChanged", signature, (value,))


class Heard:
    """Events from the reading threads, waited for."""

    def __init__(self) -> None:
        self._events: queue.Queue[PowerEvent] = queue.Queue()

    def __call__(self, event: PowerEvent) -> None:
        self._events.put(event)

    def next(self) -> PowerEvent:
        return self._events.get(timeout=LIMIT)

    def empty(self) -> bool:
        return self._events.empty()


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[PrivateBus]:
    """One bus for the system's and the session's services: their names differ."""
    yield from private_bus(tmp_path)


@pytest.fixture
def power(bus: PrivateBus) -> Iterator[LinuxPower]:
    made = LinuxPower(system=bus.address, session=bus.address, env={})
    yield made
    made.stop()


@pytest.fixture
def heard() -> Heard:
    return Heard()


class TestContract(PowerContract):
    pass


def test_sleep_and_resume_are_told(bus: PrivateBus, power: LinuxPower, heard: Heard) -> None:
    logind = FakeLogind(bus.address)
    power.start(heard)
    logind.manager("PrepareForSleep", begins=True)
    logind.manager("PrepareForSleep", begins=False)
    assert (heard.next(), heard.next()) == (PowerEvent.SLEEP, PowerEvent.RESUMED)


def test_shutdown_is_told_as_log_off(bus: PrivateBus, power: LinuxPower, heard: Heard) -> None:
    logind = FakeLogind(bus.address)
    power.start(heard)
    logind.manager("PrepareForShutdown", begins=True)
    assert heard.next() is PowerEvent.LOG_OFF


def test_logind_hint_of_our_session_is_lock_and_unlock(bus: PrivateBus, power: LinuxPower, heard: Heard) -> None:
    logind = FakeLogind(bus.address)
    power.start(heard)
    assert power.locked() is False
    logind.hint(locked=True)
    assert heard.next() is PowerEvent.LOCKED
    assert power.locked() is True
    logind.hint(locked=False)
    assert heard.next() is PowerEvent.UNLOCKED
    assert power.locked() is False


def test_another_persons_session_is_not_ours(bus: PrivateBus, power: LinuxPower, heard: Heard) -> None:
    logind = FakeLogind(bus.address)
    power.start(heard)
    logind.hint(locked=True, path=f"{ROOT}/session/_39")
    logind.manager("PrepareForSleep", begins=True)
    assert heard.next() is PowerEvent.SLEEP
    assert power.locked() is False


def test_a_wish_to_lock_alone_is_not_a_lock_as_nothing_might_take_it_back(
    bus: PrivateBus, power: LinuxPower, heard: Heard
) -> None:
    logind = FakeLogind(bus.address)
    power.start(heard)
    logind.emit(OURS, f"{LOGIN}.Session", "Lock", "", ())
    logind.manager("PrepareForSleep", begins=True)
    assert heard.next() is PowerEvent.SLEEP
    assert power.locked() is False


def test_logind_unlock_ends_a_lock(bus: PrivateBus, power: LinuxPower, heard: Heard) -> None:
    logind = FakeLogind(bus.address, locked=True)
    power.start(heard)
    assert heard.next() is PowerEvent.LOCKED
    logind.emit(OURS, f"{LOGIN}.Session", "Unlock", "", ())
    assert heard.next() is PowerEvent.UNLOCKED


@pytest.mark.parametrize("env", [{"XDG_SESSION_ID": "2"}, {}, {"XDG_SESSION_ID": "gone"}])
def test_the_session_is_found_by_its_number_or_else_by_the_persons_display(
    bus: PrivateBus, heard: Heard, env: dict[str, str]
) -> None:
    FakeLogind(bus.address, locked=True, knows_process=False)
    power = LinuxPower(system=bus.address, session=None, env=env)
    assert power.start(heard) is True
    assert power.locked() is True
    power.stop()


def test_a_screen_saver_is_a_lock(bus: PrivateBus, power: LinuxPower, heard: Heard) -> None:
    power.start(heard)
    assert power.locked() is None
    saver = FakeSaver(bus.address)
    saver.active(value=True)
    assert heard.next() is PowerEvent.LOCKED
    saver.active(value=False)
    assert heard.next() is PowerEvent.UNLOCKED


def test_a_screen_saver_that_is_on_already_is_seen_at_the_start(
    bus: PrivateBus, power: LinuxPower, heard: Heard
) -> None:
    FakeSaver(bus.address, active=True)
    power.start(heard)
    assert heard.next() is PowerEvent.LOCKED


def test_one_lock_told_by_two_is_one_lock(bus: PrivateBus, power: LinuxPower, heard: Heard) -> None:
    logind, saver = FakeLogind(bus.address), FakeSaver(bus.address)
    power.start(heard)
    logind.hint(locked=True)
    assert heard.next() is PowerEvent.LOCKED
    saver.active(value=True)
    assert saver.round_trip()
    logind.hint(locked=False)
    saver.active(value=False)
    assert heard.next() is PowerEvent.UNLOCKED
    assert heard.empty()


def test_a_screen_saver_that_crashes_while_on_does_not_silence_us_for_ever(
    bus: PrivateBus, power: LinuxPower, heard: Heard
) -> None:
    saver = FakeSaver(bus.address)
    power.start(heard)
    saver.active(value=True)
    assert heard.next() is PowerEvent.LOCKED
    saver.stop()
    assert heard.next() is PowerEvent.UNLOCKED


def test_a_bus_that_ends_while_locked_does_not_silence_us_for_ever(
    bus: PrivateBus, power: LinuxPower, heard: Heard
) -> None:
    FakeSaver(bus.address, active=True)
    power.start(heard)
    assert heard.next() is PowerEvent.LOCKED
    bus.stop()
    assert heard.next() is PowerEvent.UNLOCKED
    assert power.locked() is None


def test_signals_of_the_wrong_shape_are_passed_over(bus: PrivateBus, power: LinuxPower, heard: Heard) -> None:
    logind, saver = FakeLogind(bus.address), FakeSaver(bus.address)
    power.start(heard)
    saver.active("yes", "s")
    saver.active(value=True, interface="org.example.Game")
    assert saver.round_trip()
    logind.emit(ROOT, f"{LOGIN}.Manager", "PrepareForSleep", "s", ("soon",))
    logind.emit(OURS, "org.freedesktop.DBus.Properties", "PropertiesChanged", "s", ("?",))
    logind.manager("PrepareForSleep", begins=True)
    assert heard.next() is PowerEvent.SLEEP
    assert power.locked() is False


def test_without_any_bus_nothing_is_told(heard: Heard) -> None:
    power = LinuxPower(system="unix:path=/nowhere", session=None, env={})
    assert power.start(heard) is False
    assert power.locked() is None
    power.stop()


def test_a_system_bus_without_logind_tells_nothing(bus: PrivateBus, heard: Heard) -> None:
    power = LinuxPower(system=bus.address, session=None, env={})
    assert power.start(heard) is False
    power.stop()


def test_after_stop_nothing_is_told(bus: PrivateBus, power: LinuxPower, heard: Heard) -> None:
    logind = FakeLogind(bus.address)
    power.start(heard)
    power.stop()
    logind.manager("PrepareForSleep", begins=True)
    assert logind.round_trip()
    assert heard.empty()


WATCHER = "org.kde.StatusNotifierWatcher"


@pytest.mark.parametrize("registered", [True, False])
def test_a_tray_host_is_one_that_registered_with_the_watcher(bus: PrivateBus, registered: bool) -> None:
    service = FakeService(bus.address)
    service.properties[f"{WATCHER}.IsStatusNotifierHostRegistered"] = ("b", registered)
    service.own(WATCHER)
    assert tray_host(session=bus.address, env={}) is registered


def test_a_bus_without_a_watcher_has_no_tray_host(bus: PrivateBus) -> None:
    assert tray_host(session=bus.address, env={}) is False


def test_without_bus_and_display_nobody_knows_of_a_tray_host() -> None:
    assert tray_host(session=None, env={"DISPLAY": ":nowhere"}) is None


def test_a_display_is_x_or_wayland() -> None:
    assert display({"DISPLAY": ":0"})
    assert display({"WAYLAND_DISPLAY": "wayland-0"})
    assert not display({"DISPLAY": ""})


def test_gnomes_idle_monitor_is_asked_first(bus: PrivateBus) -> None:
    monitor = "org.gnome.Mutter.IdleMonitor"
    service = FakeService(bus.address)
    service.answers[f"{monitor}.GetIdletime"] = lambda: ("t", (61_500,))
    service.own(monitor)
    assert idle_seconds(session=bus.address, system=None, env={}, now=NOON) == 61.5


@pytest.mark.parametrize(
    ("idle", "since", "expected"),
    [(True, NOON.timestamp() - 90, 90.0), (False, NOON.timestamp() - 90, 0.0), (False, 0, None)],
    ids=["idle", "busy", "never told"],
)
def test_logind_hint_tells_idle_seconds_where_the_desktop_sets_it(
    bus: PrivateBus, idle: bool, since: float, expected: float | None
) -> None:
    logind = FakeLogind(bus.address)
    properties: dict[str, Any] = {"IdleHint": ("b", idle), "IdleSinceHint": ("t", int(since * 1e6))}
    logind.properties |= {f"{LOGIN}.Session.{name}": value for name, value in properties.items()}
    assert idle_seconds(session=None, system=bus.address, env={}, now=NOON) == expected


def test_without_anybody_to_ask_nobody_knows_the_idle_time() -> None:
    env = {"DISPLAY": ":nowhere"}
    assert idle_seconds(session=None, system="unix:path=/nowhere", env=env, now=NOON) is None
