"""The engine among others: programs that wait, wishes, choices of profiles, bad days, and its thread."""

from __future__ import annotations

import logging
import subprocess
import sys
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
from aws_sso_tray.engine import WAITING
from aws_sso_tray.events import SHOW, Pressed
from aws_sso_tray.inbox import Hint
from aws_sso_tray.snapshot import Snapshot
from fakes import LIMIT
from tray_fakes import FakeView
from tray_samples import HOUR, MINUTE, OLD
from tray_world import CONFIG, LEGACY_PROFILE, TrayWorld


@pytest.fixture
def world(tmp_path: Path) -> TrayWorld:
    return TrayWorld(tmp_path / "home")


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


def test_a_program_that_was_killed_leaves_the_notice_within_seconds(world: TrayWorld) -> None:
    world.turn()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as program:
        world.wanted.leave("corp", program="terraform", pid=program.pid)
        world.turn(Hint())
        world.clock.advance(timedelta(seconds=1))
        world.turn()
        assert world.notifier.titles == ["terraform waits for corp"]
        program.kill()
    world.clock.advance(timedelta(seconds=WAITING))
    world.turn()
    assert (world.notifier.standing, world.status().waiting) == ({}, ())


def test_after_later_those_who_still_wait_are_not_named_again(world: TrayWorld) -> None:
    world.turn()
    world.wanted.leave("corp", program="terraform")
    world.after(MINUTE)
    world.turn(Pressed(next(iter(world.notifier.standing)), "later"))
    world.wanted.leave("corp", program="kubectl")
    world.after(MINUTE)
    assert (world.notifier.standing, len(world.notifier.shown)) == ({}, 1)


def test_a_region_that_is_not_the_sign_ins_own_is_told_as_the_sessions_problem(world: TrayWorld) -> None:
    world.signed_in()
    world.after(40 * MINUTE)
    told = "The sign-in to corp was made in us-east-1, but its sso_region is eu-west-1 now."
    world.turn(world.jobs.ended("renew", "corp", 3, event="error", kind="sign-in-needed", message=told))
    assert world.status().problem == told


def test_a_wish_to_quit_is_granted(world: TrayWorld) -> None:
    world.turn()
    world.wishes.ask("quit")
    world.after(MINUTE)
    assert world.engine.stopped


def test_a_wish_to_see_something_opens_the_search_window(world: TrayWorld) -> None:
    world.turn()
    world.wishes.ask(SHOW)
    world.after(MINUTE)
    assert world.jobs.started == [("pick", "")]


def test_a_wish_to_see_something_opens_the_wizard_where_there_are_no_profiles(world: TrayWorld) -> None:
    world.paths.config.unlink()
    world.turn()
    world.wishes.ask(SHOW)
    world.after(MINUTE)
    assert world.openers.windows == [("configure",)]


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
    world.configured('sign_in = "sometimes"\n')
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
