"""The tray asks for news of accounts and roles, and tells it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aws_sso_tray.actions import OpenWindow, Refresh
from aws_sso_tray.events import Pressed
from aws_sso_tray.news import told
from tray_world import TrayWorld

PROD = {"account_id": "222233334444", "account_name": "Prod"}
NAMELESS = {"account_id": "333344445555", "account_name": None}
POPULATE = ["populate", "--region", "eu-west-1"]
NEWS: dict[str, Any] = {
    "new_accounts": [PROD, NAMELESS, {**PROD, "account_name": "Test"}],
    "gone_accounts": [],
    "new_roles": [],
    "gone_roles": [{**PROD, "account_name": "Dev", "role_name": "Admin"}],
    "populate": POPULATE,
}
NOTHING: dict[str, Any] = {"new_accounts": [], "gone_accounts": [], "new_roles": [], "gone_roles": []}


@pytest.fixture
def world(tmp_path: Path) -> TrayWorld:
    world = TrayWorld(tmp_path)
    world.signed_in()
    wants_news(world)
    return world


def wants_news(world: TrayWorld) -> None:
    text = world.paths.settings.read_text()
    world.paths.settings.write_text(f"account_news = true\n{text}")
    world.turn(Refresh())


def asked(world: TrayWorld) -> int:
    return [kind for kind, *_ in world.jobs.started].count("news")


def test_the_notice_counts_and_names_what_is_new_and_gone() -> None:
    notice = told("corp", NEWS)
    assert notice
    assert notice.notice.title == "corp: 3 new accounts, 1 role gone"
    assert notice.notice.body == (
        "New: Prod, 333344445555 and Test. Gone: Admin in Dev. Nothing has changed in your profiles yet."
    )


def test_with_nothing_new_nothing_is_said() -> None:
    assert told("corp", NOTHING) is None


@pytest.mark.parametrize("outcome", [{}, {"new_accounts": 3, "gone_roles": [1]}, {"new_accounts": None}])
def test_an_odd_answer_is_nothing_new(outcome: dict[str, Any]) -> None:
    assert told("corp", outcome) is None


def test_nobody_asks_unless_the_person_wants_news(tmp_path: Path) -> None:
    world = TrayWorld(tmp_path)
    world.signed_in()
    world.renewing_for(timedelta(hours=2))
    assert asked(world) == 0


def test_after_a_sign_in_aws_is_asked_once_that_day(world: TrayWorld) -> None:
    assert world.jobs.started[-1] == ("news", "corp")
    world.turn(world.jobs.ended("news", "corp", **NOTHING))
    world.renewing_for(timedelta(hours=7))
    assert asked(world) == 1


def test_the_next_day_aws_is_asked_again(world: TrayWorld) -> None:
    world.turn(world.jobs.ended("news", "corp", **NOTHING))
    world.clock.advance(timedelta(hours=25))
    world.write_token()
    world.turn(Refresh())
    assert asked(world) == 2


def test_nobody_signed_in_is_asked_for_nothing(tmp_path: Path) -> None:
    world = TrayWorld(tmp_path)
    world.paths.settings.parent.mkdir(parents=True)
    world.paths.settings.write_text("account_news = true\n")
    world.turn()
    assert asked(world) == 0


def test_while_nobody_is_there_it_waits(tmp_path: Path) -> None:
    world = TrayWorld(tmp_path)
    world.idle = 3600.0
    world.signed_in()
    wants_news(world)
    world.after(timedelta(minutes=5))
    assert asked(world) == 0
    world.idle = 0.0
    world.after(timedelta(minutes=2))
    assert asked(world) == 1


def test_preview_opens_a_window_that_shows_the_change_and_asks(world: TrayWorld) -> None:
    world.turn(world.jobs.ended("news", "corp", **NEWS))
    [key] = [key for key in world.notifier.standing if key.startswith("news")]
    world.turn(Pressed(key, "preview"))
    assert world.openers.windows == [(*POPULATE, "--ask")]


def test_without_news_no_notice_is_shown(world: TrayWorld) -> None:
    world.turn(world.jobs.ended("news", "corp", **NOTHING))
    assert world.notifier.shown == []


def test_a_failure_disturbs_nobody(world: TrayWorld) -> None:
    world.turn(world.jobs.ended("news", "corp", 4, event="error", message="AWS cannot be reached.", hint=""))
    assert world.notifier.shown == []


def test_the_preview_is_an_action_of_the_notice_alone() -> None:
    notice = told("corp", {**NEWS, "populate": None})
    assert notice
    assert notice.actions == {"preview": OpenWindow(("populate", "--ask"))}
