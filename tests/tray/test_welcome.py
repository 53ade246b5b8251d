"""The first time the tray runs for somebody."""

from __future__ import annotations

from pathlib import Path

import pytest

from aws_sso_core.model import State
from aws_sso_tray.actions import OpenWindow
from aws_sso_tray.events import Pressed
from aws_sso_tray.welcome import KEY, welcome
from tray_samples import HOUR, OLD, signed_in, snapshot, status
from tray_world import TrayWorld


def test_with_nothing_configured_it_leads_to_the_wizard() -> None:
    told = welcome(snapshot())
    assert told
    assert told.actions == {"go": OpenWindow(("configure",))}
    assert [button.label for button in told.notice.buttons] == ["Set up", "Later"]


def test_with_legacy_profiles_it_offers_the_new_form_and_changes_nothing_by_itself() -> None:
    told = welcome(snapshot(sessions=(signed_in(), status(State.SIGNED_OUT, OLD))))
    assert told
    assert told.actions == {"go": OpenWindow(("migrate",))}
    assert "You see what would change before it does." in told.notice.body


def test_with_everything_fine_it_says_so_without_a_button() -> None:
    told = welcome(snapshot(sessions=(signed_in(),)))
    assert told
    assert "You are signed in to corp." in told.notice.body
    assert told.notice.buttons == ()


def test_where_a_sign_in_is_needed_the_notice_for_that_comes_first() -> None:
    assert welcome(snapshot(sessions=(status(State.SIGNED_OUT),))) is None


@pytest.fixture
def newcomer(tmp_path: Path) -> TrayWorld:
    world = TrayWorld(tmp_path, config="")
    world.new_here = True
    return world


def test_a_newcomer_is_greeted_once_and_a_click_opens_the_wizard(newcomer: TrayWorld) -> None:
    newcomer.turn()
    assert list(newcomer.notifier.standing) == [KEY]
    newcomer.turn(Pressed(KEY, "go"))
    assert newcomer.openers.windows == [("configure",)]
    newcomer.after(HOUR)
    assert [notice.key for notice in newcomer.notifier.shown] == [KEY]


def test_who_was_greeted_before_is_not_again(newcomer: TrayWorld) -> None:
    newcomer.new_here = False
    newcomer.turn()
    newcomer.after(HOUR)
    assert newcomer.notifier.shown == []
