"""The notices that stand: replaced, withdrawn, and answered."""

from __future__ import annotations

import logging

import pytest

from aws_sso_core.expiry import Expired, Warn
from aws_sso_tray import notices
from aws_sso_tray.actions import SignIn, Snooze
from aws_sso_tray.board import Board
from aws_sso_tray.notices import Told
from tray_fakes import FakeNotifier
from tray_samples import MINUTE, NOW, OLD, signed_in, snapshot

WORLD = snapshot(sessions=(signed_in(), signed_in(OLD)))


def warned(*sessions: str) -> Told:
    return notices.warned(Warn(sessions, 15 * MINUTE, NOW + 15 * MINUTE, "learned"), WORLD)


@pytest.fixture
def notifier() -> FakeNotifier:
    return FakeNotifier()


@pytest.fixture
def board(notifier: FakeNotifier) -> Board:
    return Board(notifier)


def test_a_button_asks_for_what_its_notice_meant(board: Board) -> None:
    told = warned("corp")
    board.show(told)
    assert board.press(told.notice.key, "sign-in") == SignIn(("corp",), fresh=True)


def test_a_button_answers_once(board: Board) -> None:
    told = warned("corp")
    board.show(told)
    assert board.press(told.notice.key, "later") == Snooze(("corp",))
    assert board.press(told.notice.key, "later") is None


def test_a_button_of_an_earlier_run_does_nothing(board: Board) -> None:
    assert board.press("sign-in corp", "sign-in") is None


def test_a_session_that_is_fine_again_takes_its_notice_along(board: Board, notifier: FakeNotifier) -> None:
    board.show(warned("corp"))
    board.withdraw(["corp"])
    assert notifier.standing == {}


def test_a_notice_that_names_others_too_stays_for_those(board: Board, notifier: FakeNotifier) -> None:
    board.show(warned("corp", OLD.cache_key))
    board.withdraw(["corp"])
    assert len(notifier.standing) == 1
    board.withdraw([OLD.cache_key])
    assert notifier.standing == {}


def test_a_notice_for_more_sessions_takes_the_place_of_one_for_fewer(board: Board, notifier: FakeNotifier) -> None:
    board.show(warned("corp"))
    board.show(warned("corp", OLD.cache_key))
    assert [n.title for n in notifier.standing.values()] == ["corp and old: sign in again by about 10:15"]


def test_a_later_notice_for_the_same_session_replaces_the_first(board: Board, notifier: FakeNotifier) -> None:
    board.show(warned("corp"))
    board.show(notices.expired(Expired(("corp",), NOW), WORLD))
    assert [n.title for n in notifier.standing.values()] == ["corp: the sign-in has ended"]


def test_a_plain_text_is_not_taken_down_with_a_session(board: Board, notifier: FakeNotifier) -> None:
    board.show(notices.plain("a title", "a text"))
    board.withdraw(["corp"])
    assert len(notifier.standing) == 1


def test_a_missing_notification_service_is_said_once_and_survived(
    board: Board, notifier: FakeNotifier, caplog: pytest.LogCaptureFixture
) -> None:
    notifier.works = False
    with caplog.at_level(logging.WARNING):
        board.show(warned("corp"))
        board.show(warned("corp"))
    assert (board.silent, len(caplog.records)) == (True, 1)


def test_a_notification_service_that_comes_back_is_used_again(board: Board, notifier: FakeNotifier) -> None:
    notifier.works = False
    board.show(warned("corp"))
    notifier.works = True
    board.show(warned("corp"))
    assert not board.silent


def test_nothing_stays_on_the_screen_after_the_end(board: Board, notifier: FakeNotifier) -> None:
    board.show(warned("corp"))
    board.close()
    assert (notifier.standing, notifier.closed) == ({}, True)
