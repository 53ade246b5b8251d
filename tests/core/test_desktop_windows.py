"""The Windows ports' logic, anywhere: the registry, the system calls and win10toast are handed in."""

from __future__ import annotations

import importlib
import os
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aws_sso_core.desktop.levels import LevelsNotifier, Lost
from aws_sso_core.desktop.ports import PowerEvent, WindowMessages
from aws_sso_core.desktop.windows.autostart import APPROVED, RUN, WindowsAutostart, command_line
from aws_sso_core.desktop.windows.environment import KEY, WindowsEnvironment
from aws_sso_core.desktop.windows.instance import WindowsInstance
from aws_sso_core.desktop.windows.limits import BODY_UNITS, TITLE_UNITS, cut
from aws_sso_core.desktop.windows.notifier import BalloonNotifier
from aws_sso_core.desktop.windows.power import (
    WM_ENDSESSION,
    WM_POWERBROADCAST,
    WM_QUERYENDSESSION,
    WM_WTSSESSION_CHANGE,
    WindowsPower,
)
from aws_sso_core.desktop.windows.presence import idle_seconds
from aws_sso_core.desktop.windows.registry import Value
from aws_sso_core.desktop.windows.toast import ToastNotifier
from aws_sso_core.errors import DesktopUnavailable
from aws_sso_core.model import Notice
from desktop_contracts import (
    SIGN_IN,
    AutostartContract,
    EnvironmentContract,
    Events,
    InstanceContract,
    NotifierContract,
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
        return WindowsAutostart(registry)


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
    autostart = WindowsAutostart(registry)
    switch = bytes([first_byte, *[0] * 11])
    registry.values[APPROVED, "aws-sso-tray"] = switch
    autostart.enable(["C:\\x.exe"])
    assert autostart.state() == state
    assert registry.values[APPROVED, "aws-sso-tray"] == switch


def test_the_run_key_has_the_program_in_quotes(registry: FakeRegistry) -> None:
    WindowsAutostart(registry).enable(["C:\\Program Files\\x\\aws-sso-trayw.exe", "start"])
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


ON_DESTROY = "on_destroy"  # by name, as the window procedure does: the subclass's answer counts


class FakeWin10Toast:
    """win10toast 0.9's own shape: ``show_toast`` draws, sleeps by the module's ``sleep``, destroys its window."""

    def __init__(self, *, fails: bool = False, only: int = 99) -> None:
        self.only = only
        """How many toasts there will be before it fails."""
        self.sleep: Callable[[float], None] = _never
        self.shown: queue.Queue[tuple[str, str]] = queue.Queue()
        self.gone: queue.Queue[str] = queue.Queue()
        self.threads: set[str] = set()
        self.answers: list[object] = []
        self.fails = fails
        outer = self

        class ToastNotifier:
            def on_destroy(self, _hwnd: int, _msg: int, _wparam: int, _lparam: int) -> None:
                """As in 0.9: no value."""

            def show_toast(self, title: str, msg: str, icon_path: str, duration: int) -> bool:
                assert icon_path
                if outer.fails or outer.shown.qsize() >= outer.only:
                    raise TypeError("WNDPROC return value cannot be converted to LRESULT")
                outer.threads.add(threading.current_thread().name)
                outer.shown.put((title, msg))
                outer.sleep(duration)
                answer: object = getattr(self, ON_DESTROY)(1, 2, 0, 0)
                outer.answers.append(answer)
                outer.gone.put(title)
                return True

        self.ToastNotifier = ToastNotifier


def _never(_seconds: float) -> None:
    raise AssertionError("win10toast slept by itself")


@pytest.fixture
def module() -> FakeWin10Toast:
    return FakeWin10Toast()


def nobody(_: Notice) -> None:
    """Is told of a loss."""


def make_toasts(module: object, lost: Lost = nobody) -> ToastNotifier:
    return ToastNotifier(lambda: module, pump=lambda: lambda: None, icon=None, lost=lost)


@pytest.fixture
def toasts(module: FakeWin10Toast) -> Iterator[ToastNotifier]:
    made = make_toasts(module)
    yield made
    made.close()


class TestToasts(NotifierContract):
    @pytest.fixture
    def notifier(self, toasts: ToastNotifier) -> ToastNotifier:
        return toasts


class TestBalloons(NotifierContract):
    @pytest.fixture
    def notifier(self) -> BalloonNotifier:
        return BalloonNotifier(lambda _title, _body: None)


def test_a_toast_is_shown_in_a_thread_of_its_own(module: FakeWin10Toast, toasts: ToastNotifier) -> None:
    assert toasts.show(SIGN_IN) is True
    assert module.shown.get(timeout=LIMIT) == (SIGN_IN.title, SIGN_IN.body)
    assert module.threads == {"win10toast"}


def test_the_window_procedure_answers_a_number(module: FakeWin10Toast, toasts: ToastNotifier) -> None:
    toasts.show(SIGN_IN)
    toasts.withdraw(SIGN_IN.key)
    module.gone.get(timeout=LIMIT)
    assert module.answers == [0]


def test_the_same_key_replaces_the_toast_at_once(module: FakeWin10Toast, toasts: ToastNotifier) -> None:
    toasts.show(Notice("k", "old", "b"))
    assert toasts.show(Notice("k", "new", "b")) is True
    assert module.gone.get(timeout=LIMIT) == "old"
    assert [module.shown.get(timeout=LIMIT)[0] for _ in range(2)] == ["old", "new"]


def test_another_key_waits_for_its_turn_and_is_not_dropped(module: FakeWin10Toast, toasts: ToastNotifier) -> None:
    toasts.show(Notice("one", "first", "b"))
    assert toasts.show(Notice("two", "second", "b")) is True
    assert module.shown.get(timeout=LIMIT)[0] == "first"
    assert module.shown.empty()
    toasts.withdraw("one")
    assert module.shown.get(timeout=LIMIT)[0] == "second"


def test_a_waiting_toast_that_is_withdrawn_is_never_shown(module: FakeWin10Toast, toasts: ToastNotifier) -> None:
    for key in ("one", "two", "three"):
        toasts.show(Notice(key, key, "b"))
    toasts.withdraw("two")
    toasts.withdraw("one")
    assert [module.shown.get(timeout=LIMIT)[0] for _ in range(2)] == ["one", "three"]


def test_long_texts_are_cut_to_what_windows_takes(module: FakeWin10Toast, toasts: ToastNotifier) -> None:
    toasts.show(Notice("k", "t" * 100, "b" * 300))
    title, body = module.shown.get(timeout=LIMIT)
    assert (len(title), len(body)) == (TITLE_UNITS, BODY_UNITS)


def test_without_win10toast_the_notifier_says_no() -> None:
    def load() -> Any:
        raise ModuleNotFoundError("No module named 'pkg_resources'")

    toasts = ToastNotifier(load, pump=lambda: lambda: None, icon=None, lost=nobody)
    assert toasts.show(SIGN_IN) is False
    assert toasts.show(SIGN_IN) is False
    toasts.close()


def test_a_toast_that_breaks_says_no() -> None:
    toasts = make_toasts(FakeWin10Toast(fails=True))
    assert toasts.show(SIGN_IN) is False
    toasts.close()


def test_when_toasts_fail_the_balloon_takes_over_for_good() -> None:
    balloons: list[tuple[str, str]] = []
    broken = make_toasts(FakeWin10Toast(fails=True))
    levels = LevelsNotifier(
        lambda _: broken, lambda _: BalloonNotifier(lambda title, body: balloons.append((title, body)))
    )
    assert levels.level == "win10toast"
    assert levels.show(SIGN_IN) is True
    assert levels.level == "balloon"
    assert levels.show(SIGN_IN) is True
    assert balloons == [(SIGN_IN.title, SIGN_IN.body)] * 2
    levels.close()


def test_what_cannot_be_shown_quietly_is_not_shown_anew() -> None:
    balloons: list[str] = []
    levels = LevelsNotifier(lambda _: BalloonNotifier(lambda title, _body: balloons.append(title)))
    assert levels.show(replace(SIGN_IN, quiet=True)) is True
    assert balloons == []


def test_a_notice_that_waited_for_a_toast_that_broke_is_shown_by_the_next_level() -> None:
    balloons: queue.Queue[str] = queue.Queue()
    module = FakeWin10Toast(only=1)
    levels = LevelsNotifier(
        lambda lost: make_toasts(module, lost), lambda _: BalloonNotifier(lambda title, _body: balloons.put(title))
    )
    assert levels.show(Notice("one", "first", "b")) is True
    assert levels.show(Notice("two", "second", "b")) is True
    assert levels.show(Notice("three", "third", "b")) is True
    levels.withdraw("one")
    assert [balloons.get(timeout=LIMIT) for _ in range(2)] == ["second", "third"]
    assert levels.level == "balloon"
    levels.close()


def test_what_was_withdrawn_while_it_waited_is_not_lost_but_gone() -> None:
    lost: list[str] = []
    module = FakeWin10Toast()
    toasts = make_toasts(module, lambda notice: lost.append(notice.key))
    toasts.show(Notice("one", "first", "b"))
    toasts.show(Notice("two", "second", "b"))
    toasts.withdraw("two")
    toasts.close()
    assert lost == []


def test_the_last_level_is_tried_again_each_time() -> None:
    ready: list[bool] = []

    def balloon(_title: str, _body: str) -> None:
        if not ready:
            raise OSError("the icon is not there yet")

    levels = LevelsNotifier(lambda _: BalloonNotifier(balloon))
    assert levels.show(SIGN_IN) is False
    ready.append(True)
    assert levels.show(SIGN_IN) is True


def test_messages_of_the_toasts_window_are_read_while_it_shows() -> None:
    read = threading.Event()
    toasts = ToastNotifier(FakeWin10Toast, pump=lambda: read.set, icon=Path("x.ico"), lost=nobody)
    toasts.show(SIGN_IN)
    assert read.wait(LIMIT)
    toasts.close()


def test_closing_ends_the_toast_that_shows(module: FakeWin10Toast, toasts: ToastNotifier) -> None:
    toasts.show(SIGN_IN)
    toasts.close()
    assert module.gone.get(timeout=LIMIT) == SIGN_IN.title
    assert toasts.show(SIGN_IN) is False


@pytest.mark.skipif(os.name != "nt", reason="win10toast is for Windows")
@pytest.mark.filterwarnings("ignore:pkg_resources is deprecated")
def test_what_is_replaced_in_win10toast_is_really_there() -> None:
    module = importlib.import_module("win10toast")
    assert callable(module.sleep)
    assert callable(module.ToastNotifier.on_destroy)
