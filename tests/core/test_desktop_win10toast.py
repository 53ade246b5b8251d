"""Toasts by win10toast, and balloons when they break, anywhere: the module is handed in."""

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
from aws_sso_core.desktop.windows.limits import BODY_UNITS, TITLE_UNITS
from aws_sso_core.desktop.windows.notifier import BalloonNotifier
from aws_sso_core.desktop.windows.toast import ToastNotifier
from aws_sso_core.model import Notice
from desktop_contracts import (
    SIGN_IN,
    NotifierContract,
)
from fakes import LIMIT

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
