"""Days in the life of the tray, walked through in milliseconds."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from aws_sso_core.desktop.ports import PowerEvent
from aws_sso_core.model import Session, State
from aws_sso_core.state import tray_report
from aws_sso_core.switching import active, choice
from aws_sso_core.switching.choice import Choice
from aws_sso_tray import actions
from aws_sso_tray.engine import REFRESH, SETTLE
from aws_sso_tray.events import PRESS, Pressed
from aws_sso_tray.inbox import Hint
from aws_sso_tray.snapshot import SigningIn, Snapshot
from fakes import LIMIT
from tray_fakes import FakeView
from tray_samples import HOUR, MINUTE
from tray_world import CONFIG, LEGACY_PROFILE, LEGACY_URL, TrayWorld

OLD = Session(LEGACY_URL, LEGACY_URL, "us-east-1", "legacy")


@pytest.fixture
def world(tmp_path: Path) -> TrayWorld:
    return TrayWorld(tmp_path / "home")


def configured(world: TrayWorld, text: str) -> None:
    world.paths.settings.parent.mkdir(parents=True, exist_ok=True)
    world.paths.settings.write_text(text)


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
    configured(world, '[session_durations]\ncorp = "8h"\n')
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
    configured(world, f'sign_in = "{sign_in}"\n')
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
    configured(world, 'sign_in = "automatic"\n')
    world.turn(PowerEvent.LOCKED)
    world.write_token(OLD, lives=10 * MINUTE)
    world.after(HOUR)
    assert world.jobs.started == []


def test_ask_opens_nothing_by_itself(tmp_path: Path) -> None:
    assert ended_legacy(tmp_path, "ask").jobs.started == []


def test_never_says_nothing_either(tmp_path: Path) -> None:
    world = ended_legacy(tmp_path, "never")
    assert (world.jobs.started, world.notifier.shown) == ([], [])


# Others ---------------------------------------------------------------------------------------------------------------


def test_programs_that_wait_are_named_in_one_notice_and_one_click_helps_them_all(world: TrayWorld) -> None:
    world.turn()
    notes = [world.wanted.leave("corp", program=p) for p in ("terraform", "kubectl", "terraform")]
    world.after(MINUTE)
    assert world.notifier.titles == ["terraform and kubectl wait for corp"]
    world.turn(Pressed(next(iter(world.notifier.standing)), "sign-in"))
    assert world.jobs.started == [("login", "corp")]
    world.write_token()
    for note in notes:
        world.wanted.withdraw(note)
    world.turn(world.jobs.ended("login", "corp", event="signed-in"))
    assert world.notifier.standing == {}


def test_the_notice_names_those_who_wait_now_and_calls_anew_only_when_they_are_many_more(world: TrayWorld) -> None:
    world.turn()
    for program in ("terraform", "kubectl", "helm"):
        world.wanted.leave("corp", program=program)
        world.after(MINUTE)
    assert [(n.title, n.quiet) for n in world.notifier.shown] == [
        ("terraform waits for corp", False),
        ("terraform and kubectl wait for corp", False),
        ("terraform, kubectl and helm wait for corp", True),
    ]
    assert len(world.notifier.standing) == 1


def test_the_notice_goes_when_nobody_waits_any_more(world: TrayWorld) -> None:
    world.turn()
    note = world.wanted.leave("corp", program="terraform")
    world.after(MINUTE)
    assert world.notifier.titles == ["terraform waits for corp"]
    world.wanted.withdraw(note)
    world.after(MINUTE)
    assert world.notifier.standing == {}


def test_after_later_those_who_still_wait_are_not_named_again(world: TrayWorld) -> None:
    world.turn()
    world.wanted.leave("corp", program="terraform")
    world.after(MINUTE)
    world.turn(Pressed(next(iter(world.notifier.standing)), "later"))
    world.wanted.leave("corp", program="kubectl")
    world.after(MINUTE)
    assert (world.notifier.standing, len(world.notifier.shown)) == ({}, 1)


def test_a_wish_to_quit_is_granted(world: TrayWorld) -> None:
    world.turn()
    world.wishes.ask("quit")
    world.after(MINUTE)
    assert world.engine.stopped


def test_whoever_asks_how_the_tray_fares_is_answered_once(world: TrayWorld) -> None:
    world.wishes.ask(tray_report.WISH)
    world.turn()
    world.turn()
    assert world.reports == [world.now]


def test_an_unknown_wish_is_passed_over(world: TrayWorld) -> None:
    world.wishes.ask("sing")
    world.turn()
    assert not world.engine.stopped


def test_the_end_of_the_desktop_session_ends_the_tray(world: TrayWorld) -> None:
    world.turn(PowerEvent.LOG_OFF)
    assert world.engine.stopped


def test_after_a_restart_nothing_is_said_twice(world: TrayWorld) -> None:
    world.signed_in(length=2 * HOUR)
    world.renewing_for(HOUR + 5 * MINUTE)
    said = len(world.notifier.shown)
    world.new_engine()
    world.after(5 * MINUTE)
    assert (said, len(world.notifier.shown)) == (1, 1)


def test_a_profile_is_picked_and_the_tick_moves(world: TrayWorld) -> None:
    world.turn(actions.UseProfile("dev.readonly"))
    assert world.snapshot.switching_to == "dev.readonly"
    world.turn(world.jobs.ended("use", "dev.readonly", event="used", profile="dev.readonly", shadowed_by=[]))
    assert world.snapshot.switching_to is None


def test_the_copy_of_the_chosen_profile_is_no_choice_of_its_own(world: TrayWorld) -> None:
    active.use("dev.readonly", paths=world.paths, clock=world.clock, env=world.env)
    world.turn()
    assert world.snapshot.active == "dev.readonly"
    assert [p.name for p in world.snapshot.profiles] == ["dev.admin", "dev.readonly"]
    assert world.snapshot.can_undo


def test_a_hand_written_default_is_the_active_profile(tmp_path: Path) -> None:
    world = TrayWorld(tmp_path / "home", CONFIG + "\n[default]\nregion = us-east-1\n")
    world.turn()
    assert (world.snapshot.active, world.snapshot.can_undo) == ("default", False)
    assert "default" in [p.name for p in world.snapshot.profiles]


def test_a_choice_that_leaves_the_config_alone_is_seen(world: TrayWorld) -> None:
    world.turn()
    choice.write(world.paths.state_dir, Choice("dev.readonly", frozenset({"environment"})))
    world.after(MINUTE)
    assert (world.snapshot.active, world.snapshot.can_undo) == ("dev.readonly", True)


def test_shells_are_told_when_another_program_takes_the_choice_away(world: TrayWorld) -> None:
    before = world.paths.config.read_bytes()
    active.use("dev.readonly", paths=world.paths, clock=world.clock, env=world.env)
    world.turn()
    assert choice.read(world.paths.state_dir) == Choice("dev.readonly", frozenset({"default"}))
    world.paths.config.write_bytes(before)
    world.after(MINUTE)
    assert choice.read(world.paths.state_dir) is None


def test_what_hides_the_active_profile_is_named(world: TrayWorld) -> None:
    world.env["AWS_PROFILE"] = "prod"
    active.use("dev.readonly", paths=world.paths, clock=world.clock, env=world.env)
    world.turn()
    assert "AWS_PROFILE" in world.snapshot.shadows[0]


# Bad days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("junk", ["", "{", "[]", '"text"', '{"accessToken": 3}', "\x00\xff"])
def test_junk_in_the_token_file_is_told_and_survived(world: TrayWorld, junk: str) -> None:
    world.signed_in()
    world.tokens.path(Session("corp", "x", "r")).write_text(junk)
    world.after(MINUTE)
    assert world.state() is State.UNKNOWN
    assert world.status().problem
    world.write_token()
    world.after(MINUTE)
    assert (world.state(), world.status().problem) == (State.SIGNED_IN, None)


def test_a_config_that_no_tool_can_parse_keeps_what_was_known_and_says_so(world: TrayWorld) -> None:
    world.signed_in()
    world.paths.config.write_text(CONFIG + "\n[profile dev.admin]\nno equals sign\n")
    world.after(MINUTE)
    assert (world.state(), len(world.snapshot.profiles)) == (State.SIGNED_IN, 2)
    assert "~" in world.snapshot.problems[0]
    assert "config" in world.snapshot.problems[0]
    world.paths.config.write_text(CONFIG)
    world.after(MINUTE)
    assert world.snapshot.problems == ()


def test_a_symlinked_config_is_read_like_any_other(tmp_path: Path) -> None:
    dotfiles = tmp_path / "dotfiles"
    dotfiles.mkdir()
    (dotfiles / "aws").write_text(CONFIG)
    (tmp_path / "home" / ".aws").mkdir(parents=True)
    (tmp_path / "home" / ".aws" / "config").symlink_to(dotfiles / "aws")
    world = TrayWorld(tmp_path / "home")
    world.turn()
    assert [s.session.name for s in world.snapshot.sessions] == ["corp"]


def test_a_wrong_setting_is_a_problem_and_the_default_holds(world: TrayWorld) -> None:
    configured(world, 'sign_in = "sometimes"\n')
    world.turn()
    assert "sign_in" in world.snapshot.problems[0]


def test_a_bug_while_reading_is_logged_and_the_next_turn_tries_again(
    world: TrayWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world.signed_in()

    def broken(**_: object) -> None:
        raise RuntimeError("bug")

    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR):
        patched.setattr("aws_sso_core.overview.look", broken)
        world.after(MINUTE)
        assert world.state() is State.SIGNED_IN
        assert any("log" in problem for problem in world.snapshot.problems)
    world.after(MINUTE)
    assert world.snapshot.problems == ()


def test_a_bug_while_showing_is_survived(world: TrayWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_snapshot: object) -> None:
        raise RuntimeError("bug")

    monkeypatch.setattr(world.view, "show", broken)
    wait = world.engine.turn()
    assert 0 < wait <= world.watcher.interval


def test_a_memory_that_cannot_be_kept_is_logged_and_survived(
    world: TrayWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from aws_sso_core.errors import DiskFull  # noqa: PLC0415 - for this one day

    def full(*_: object) -> None:
        raise DiskFull("There is no space left.")

    world.signed_in(length=2 * HOUR)
    monkeypatch.setattr("aws_sso_core.json_file.JsonFile.write", full)
    with caplog.at_level(logging.WARNING):
        world.after(40 * MINUTE)
    assert world.jobs.started == [("renew", "corp")]
    assert "no space left" in caplog.text


def test_a_missing_notification_service_is_said_in_the_menu(world: TrayWorld) -> None:
    world.notifier.works = False
    world.signed_in(length=2 * HOUR)
    world.renewing_for(HOUR + 5 * MINUTE)
    assert any("notices cannot be shown" in problem for problem in world.snapshot.problems)


def test_a_clock_set_back_an_hour_repeats_no_warning(world: TrayWorld) -> None:
    world.signed_in(length=2 * HOUR)
    world.renewing_for(HOUR + 46 * MINUTE)
    said = len(world.notifier.shown)
    world.clock.set_wall(world.now - timedelta(minutes=2))
    world.after(MINUTE)
    assert len(world.notifier.shown) == said


# The thread -----------------------------------------------------------------------------------------------------------


class TellingView(FakeView):
    """Tells when the first turn is over."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = threading.Event()

    def show(self, snapshot: Snapshot) -> None:
        super().show(snapshot)
        self.shown.set()


def test_a_tray_started_behind_a_locked_screen_says_nothing(world: TrayWorld) -> None:
    world.write_token(OLD, lives=12 * MINUTE)
    world.paths.config.write_text(LEGACY_PROFILE)
    world.inbox.post(PowerEvent.LOCKED)
    view = TellingView()
    world.engine.show_on(view)
    loop = threading.Thread(target=world.engine.run)
    loop.start()
    assert view.shown.wait(LIMIT)
    world.inbox.post(actions.Quit())
    loop.join(LIMIT)
    assert (loop.is_alive(), world.notifier.shown) == (False, [])


def test_the_loop_runs_until_quit_and_leaves_nothing_behind(world: TrayWorld) -> None:
    loop = threading.Thread(target=world.engine.run)
    loop.start()
    world.inbox.post(actions.CopyText("x"))
    world.inbox.post(actions.Quit())
    loop.join(LIMIT)
    assert not loop.is_alive()
    assert (world.view.copied, world.jobs.stopped, world.notifier.closed) == (["x"], True, True)


def test_a_flood_of_hints_is_one_event(world: TrayWorld) -> None:
    for _ in range(1000):
        world.inbox.hint()
    assert world.inbox.get(0) == Hint()
    assert world.inbox.get(0) is None
