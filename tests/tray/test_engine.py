"""Days in the life of the tray, walked through in milliseconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from aws_sso_core.desktop.ports import PowerEvent
from aws_sso_core.model import State
from aws_sso_tray import actions
from aws_sso_tray.engine import REFRESH, SETTLE
from aws_sso_tray.events import PRESS, Pressed
from aws_sso_tray.inbox import Hint
from aws_sso_tray.snapshot import SigningIn
from tray_samples import HOUR, MINUTE, OLD
from tray_world import CONFIG, LEGACY_PROFILE, LEGACY_URL, TrayWorld


@pytest.fixture
def world(tmp_path: Path) -> TrayWorld:
    return TrayWorld(tmp_path / "home")


def refused(world: TrayWorld) -> None:
    """The renewal that runs is refused: the sign-in session is over."""
    world.learned.record_refused("corp", world.now)
    world.turn(world.jobs.ended("renew", "corp", 3, event="error", kind="sign-in-needed", message="Over."))


# Seeing ---------------------------------------------------------------------------------------------------------------


def test_the_first_turn_shows_what_the_files_say(world: TrayWorld) -> None:
    world.signed_in()
    assert (world.state(), [p.name for p in world.snapshot.profiles]) == (
        State.SIGNED_IN,
        ["dev.admin", "dev.readonly"],
    )


def test_a_login_in_some_terminal_shows_within_the_settling_time_of_its_hint(world: TrayWorld) -> None:
    world.turn()
    assert world.state() is State.SIGNED_OUT
    world.write_token()
    world.turn(Hint())
    world.clock.advance(SETTLE)
    world.turn()
    assert world.state() is State.SIGNED_IN


def test_without_any_hint_it_shows_at_the_next_sweep(world: TrayWorld) -> None:
    world.turn()
    world.write_token()
    world.clock.advance(world.watcher.interval)
    world.turn()
    assert world.state() is State.SIGNED_IN


def test_a_login_in_some_terminal_starts_the_second_clock(world: TrayWorld) -> None:
    world.configured('[session_durations]\ncorp = "8h"\n')
    world.turn()
    world.write_token()
    world.after(MINUTE)
    assert world.learned.read("corp").signed_in_at is not None
    assert world.status().sign_in_end_source == "configured"


def test_an_idle_tray_shows_nothing_new_but_its_countdown(world: TrayWorld) -> None:
    world.signed_in()
    shown = len(world.view.snapshots)
    for _ in range(int(REFRESH / world.watcher.interval)):
        world.clock.advance(world.watcher.interval)
        world.turn()
    assert len(world.view.snapshots) == shown + 1


def test_a_turn_says_when_the_next_one_is_due(world: TrayWorld) -> None:
    assert 0 < world.engine.turn() <= world.watcher.interval


# The sign-in is about to end ------------------------------------------------------------------------------------------


def test_a_token_renews_itself_and_nobody_is_disturbed(world: TrayWorld) -> None:
    world.signed_in()
    world.after(40 * MINUTE)
    assert world.jobs.started == [("renew", "corp")]
    before = world.status().token_expires_at
    world.renewed()
    assert before is not None
    assert world.status().token_expires_at == world.now + HOUR
    assert world.notifier.shown == []


def test_the_menu_says_when_the_token_renews_itself(world: TrayWorld) -> None:
    world.signed_in()
    moment = world.status().renews_at
    assert moment is not None
    left = world.now + HOUR - moment
    assert 20 * MINUTE <= left <= 25 * MINUTE


def test_a_working_day_has_one_warning_at_each_lead_and_one_end(world: TrayWorld) -> None:
    world.signed_in(length=8 * HOUR)
    world.renewing_for(7 * HOUR + 56 * MINUTE)
    assert [t.partition(":")[0] for t in world.notifier.titles] == ["corp", "corp", "corp"]
    assert len(world.notifier.standing) == 1
    while ("renew", "corp") not in world.jobs.running:
        world.after(MINUTE)
    refused(world)
    world.after(HOUR)
    assert world.notifier.titles[-1] == "corp: the sign-in has ended"
    assert world.notifier.titles.count("corp: the sign-in has ended") == 1


def test_one_click_on_the_notice_signs_in_and_takes_it_down(world: TrayWorld) -> None:
    world.signed_in(length=2 * HOUR)
    world.renewing_for(HOUR + 5 * MINUTE)
    (key,) = world.notifier.standing
    world.turn(Pressed(key, "sign-in"))
    assert ("login", "corp", "--force") in world.jobs.started
    assert world.snapshot.signing_in == (SigningIn("corp"),)
    world.write_token()
    world.learned.record_sign_in("corp", world.now, fresh=True)
    world.turn(world.jobs.ended("login", "corp", event="signed-in"))
    assert len(world.notifier.standing) == 0
    assert len(world.snapshot.signing_in) == 0
    assert world.status().sign_in_ends_at == world.now + 2 * HOUR


def test_nothing_is_said_while_a_sign_in_runs(world: TrayWorld) -> None:
    world.signed_in(length=2 * HOUR)
    world.turn(actions.SignIn(("corp",), fresh=True))
    world.after(HOUR + 5 * MINUTE)
    assert world.notifier.shown == []


def test_later_puts_it_off_for_the_snooze_time(world: TrayWorld) -> None:
    world.signed_in(length=2 * HOUR)
    world.renewing_for(HOUR + 5 * MINUTE)
    (key,) = world.notifier.standing
    world.turn(Pressed(key, "later"))
    assert world.notifier.standing == {}
    world.after(14 * MINUTE)
    assert world.notifier.standing == {}
    world.after(2 * MINUTE)
    assert len(world.notifier.standing) == 1


def test_a_sign_in_from_anywhere_takes_the_notice_down(world: TrayWorld) -> None:
    world.signed_in(length=2 * HOUR)
    world.renewing_for(HOUR + 5 * MINUTE)
    world.learned.record_sign_out("corp", world.now)
    world.write_token()
    world.learned.record_sign_in("corp", world.now, fresh=True)
    world.after(MINUTE)
    assert world.notifier.standing == {}


def test_aws_out_of_reach_is_unknown_and_asked_more_and_more_seldom(world: TrayWorld) -> None:
    world.signed_in(length=None)
    for _ in range(60):
        world.after(MINUTE)
        if ("renew", "corp") in world.jobs.running:
            world.turn(world.jobs.ended("renew", "corp", 4, kind="offline", message="AWS cannot be reached."))
    assert world.state() is State.UNKNOWN
    assert world.status().problem == "AWS cannot be reached."
    assert len(world.jobs.started) == 5
    assert world.notifier.shown == []


def test_a_legacy_session_ends_when_its_token_does(tmp_path: Path) -> None:
    world = TrayWorld(tmp_path / "home", CONFIG + LEGACY_PROFILE)
    world.write_token(OLD, lives=8 * HOUR)
    world.after(8 * HOUR + MINUTE)
    assert world.state("old") is State.EXPIRED
    assert [t.partition(" at")[0] for t in world.notifier.titles][-1] == "old: the sign-in has ended"
    assert world.jobs.started == []


# Nobody there ---------------------------------------------------------------------------------------------------------


def test_behind_a_locked_screen_nothing_is_said_and_on_return_it_is_said_once(world: TrayWorld) -> None:
    world.signed_in(length=2 * HOUR)
    world.turn(PowerEvent.LOCKED)
    world.renewing_for(HOUR + 50 * MINUTE)
    assert world.notifier.shown == []
    world.turn(PowerEvent.UNLOCKED)
    assert len(world.notifier.shown) == 1


def test_a_machine_that_slept_over_the_end_tries_to_renew_first(world: TrayWorld) -> None:
    world.signed_in()
    world.turn(PowerEvent.SLEEP)
    world.clock.suspend(12 * HOUR)
    world.turn(PowerEvent.RESUMED)
    world.after(10 * MINUTE / 60)
    assert world.jobs.started == [("renew", "corp")]
    refused(world)
    assert world.notifier.titles == ["corp: the sign-in has ended"]


def test_a_sleep_that_only_the_clocks_tell_of_is_a_sleep_too(world: TrayWorld) -> None:
    world.signed_in()
    world.clock.suspend(12 * HOUR)
    world.after(10 * MINUTE / 60)
    assert world.jobs.started == [("renew", "corp")]


def test_paused_notices_wait_until_the_pause_is_over(world: TrayWorld) -> None:
    world.signed_in(length=2 * HOUR)
    world.renewing_for(50 * MINUTE)
    world.turn(actions.PauseNotices(HOUR))
    assert world.snapshot.paused()
    world.renewing_for(50 * MINUTE)
    assert world.notifier.shown == []
    world.renewing_for(11 * MINUTE)
    assert len(world.notifier.shown) == 1


def test_resumed_notices_are_said_at_once(world: TrayWorld) -> None:
    world.signed_in(length=2 * HOUR)
    world.turn(actions.PauseNotices(24 * HOUR))
    world.renewing_for(HOUR + 10 * MINUTE)
    world.turn(actions.ResumeNotices())
    assert len(world.notifier.shown) == 1


# sign_in = ... --------------------------------------------------------------------------------------------------------


def ended_legacy(tmp_path: Path, sign_in: str, idle: float | None = 0.0) -> TrayWorld:
    world = TrayWorld(tmp_path / "home", LEGACY_PROFILE)
    world.idle = idle
    world.configured(f'sign_in = "{sign_in}"\n')
    world.write_token(OLD, lives=10 * MINUTE)
    world.after(12 * MINUTE)
    return world


def test_automatic_opens_one_page_per_end(tmp_path: Path) -> None:
    world = ended_legacy(tmp_path, "automatic")
    assert world.jobs.started == [("login", LEGACY_URL)]
    world.turn(world.jobs.ended("login", LEGACY_URL, 1, kind="sign-in-timed-out", message="Nobody finished it."))
    world.after(2 * HOUR)
    assert world.jobs.started == [("login", LEGACY_URL)]


def test_automatic_waits_for_somebody_at_the_keyboard(tmp_path: Path) -> None:
    world = ended_legacy(tmp_path, "automatic", idle=3600.0)
    assert world.jobs.started == []
    world.idle = 1.0
    world.clock.advance(world.watcher.interval)
    world.turn()
    assert world.jobs.started == [("login", LEGACY_URL)]


def test_a_button_in_the_action_center_acts_by_a_wish(world: TrayWorld) -> None:
    world.signed_in(length=2 * HOUR)
    world.renewing_for(HOUR + 5 * MINUTE)
    (key,) = world.notifier.standing
    world.wishes.ask(PRESS, Pressed(key, "sign-in").as_wish())
    world.after(MINUTE)
    assert world.jobs.started[-1] == ("login", "corp", "--force")
    assert world.notifier.standing == {}


def test_a_button_of_a_notice_that_a_dead_tray_left_still_acts_on_a_session_that_is_known(world: TrayWorld) -> None:
    world.wishes.ask(PRESS, Pressed("sign-in corp stranger", "sign-in").as_wish())
    world.turn()
    assert world.jobs.started == [("login", "corp")]


@pytest.mark.parametrize(
    "about",
    ["", " ", "sign-in", "sign-in sign-in stranger", "restore lost /x", "copy sign-in corp", "sign-in corp", "x y z"],
)
def test_a_wish_about_anything_else_does_nothing(world: TrayWorld, about: str) -> None:
    world.turn()
    world.wishes.ask(PRESS, about)
    world.after(MINUTE)
    assert world.jobs.started == []


def test_what_was_said_to_nobody_is_shown_once_more_on_return(tmp_path: Path) -> None:
    world = ended_legacy(tmp_path, "ask", idle=3600.0)
    shown = len(world.notifier.shown)
    assert shown
    world.after(10 * MINUTE)
    assert len(world.notifier.shown) == shown
    world.idle = 1.0
    world.after(MINUTE)
    assert len(world.notifier.shown) == shown + 1
    world.after(10 * MINUTE)
    assert len(world.notifier.shown) == shown + 1
    assert len(world.notifier.standing) == 1


def test_automatic_opens_nothing_behind_a_locked_screen(tmp_path: Path) -> None:
    world = TrayWorld(tmp_path / "home", LEGACY_PROFILE)
    world.configured('sign_in = "automatic"\n')
    world.turn(PowerEvent.LOCKED)
    world.write_token(OLD, lives=10 * MINUTE)
    world.after(HOUR)
    assert world.jobs.started == []


def test_ask_opens_nothing_by_itself(tmp_path: Path) -> None:
    assert ended_legacy(tmp_path, "ask").jobs.started == []


def test_never_says_nothing_either(tmp_path: Path) -> None:
    world = ended_legacy(tmp_path, "never")
    assert (world.jobs.started, world.notifier.shown) == ([], [])
