"""Clicks and decisions become jobs and notices, and how a job ended becomes what a person sees."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from aws_sso_core.errors import DiskFull
from aws_sso_core.expiry import Expired, OpenSignIn, Renew, Withdraw
from aws_sso_core.model import State
from aws_sso_tray import actions
from aws_sso_tray.board import Board
from aws_sso_tray.deeds import Deeds
from aws_sso_tray.jobs import JobEnded
from aws_sso_tray.snapshot import SigningIn
from tray_fakes import FakeJobs, FakeNotifier, FakeOpeners, FakeView
from tray_samples import HOUR, NOW, OLD, profile, signed_in, snapshot, status

WORLD = snapshot(sessions=(signed_in(), status(State.SIGNED_OUT, OLD)))
END = WORLD.sessions[0].token_expires_at


class Around:
    """Deeds with fakes around them."""

    def __init__(self) -> None:
        self.jobs, self.notifier, self.view = FakeJobs(), FakeNotifier(), FakeView()
        self.pauses: list[datetime | None] = []
        self.openers = FakeOpeners()
        self.board = Board(self.notifier)
        self.deeds = Deeds(jobs=self.jobs, board=self.board, pause=self.pauses.append, openers=self.openers)
        self.deeds.clipboard = self.view

    def act(self, action: actions.Action) -> None:
        self.deeds.act(action, WORLD)  # type: ignore[arg-type] # only those that are its own are given here


@pytest.fixture
def around() -> Around:
    return Around()


def test_a_sign_in_is_a_login_by_the_sessions_name(around: Around) -> None:
    around.act(actions.SignIn((OLD.name,)))
    assert around.jobs.started == [("login", OLD.name)]
    assert around.deeds.sign_ins.now == (SigningIn(OLD.name),)


def test_a_fresh_sign_in_ends_the_old_one_first(around: Around) -> None:
    around.act(actions.SignIn(("corp",), fresh=True))
    assert around.jobs.started == [("login", "corp", "--force")]


def test_two_sign_ins_open_one_page_at_a_time(around: Around) -> None:
    around.act(actions.SignIn(("corp", OLD.name)))
    assert around.jobs.started == [("login", "corp")]
    around.deeds.ended(around.jobs.ended("login", "corp"), WORLD)
    assert around.jobs.started == [("login", "corp"), ("login", OLD.name)]


def test_asking_twice_for_a_sign_in_is_asking_once(around: Around) -> None:
    around.act(actions.SignIn(("corp",)))
    around.act(actions.SignIn(("corp",)))
    around.deeds.ended(around.jobs.ended("login", "corp"), WORLD)
    assert around.jobs.started == [("login", "corp")]


def test_a_sign_in_that_waits_in_line_can_be_given_up(around: Around) -> None:
    around.act(actions.SignIn(("corp", OLD.name)))
    around.act(actions.CancelSignIn(OLD.name))
    around.deeds.ended(around.jobs.ended("login", "corp"), WORLD)
    assert around.jobs.started == [("login", "corp")]


def test_a_running_sign_in_can_be_given_up_without_a_word(around: Around) -> None:
    around.act(actions.SignIn(("corp",)))
    around.act(actions.CancelSignIn("corp"))
    assert around.jobs.cancelled == [("login", "corp")]
    around.deeds.ended(around.jobs.ended("login", "corp", 143, cancelled=True), WORLD)
    assert around.notifier.titles == []


def test_a_sign_in_takes_the_standing_notice_down(around: Around) -> None:
    around.deeds.carry_out(Expired(("corp",), NOW), WORLD)
    around.act(actions.SignIn(("corp",)))
    assert around.notifier.standing == {}


def test_a_failed_sign_in_is_told_with_its_reason(around: Around) -> None:
    around.act(actions.SignIn(("corp",)))
    ended = around.jobs.ended("login", "corp", 1, event="error", kind="sign-in-denied", message="Denied.", hint="Ask.")
    around.deeds.ended(ended, WORLD)
    assert around.notifier.titles == ["corp: the sign-in did not succeed"]
    assert around.notifier.shown[0].body == "Denied. Ask."
    assert around.deeds.sign_ins.now == ()


def test_a_sign_in_that_crashed_is_told_honestly(around: Around) -> None:
    around.act(actions.SignIn(("corp",)))
    around.deeds.ended(around.jobs.ended("login", "corp", 1), WORLD)
    assert around.notifier.shown[0].body == "It ended unexpectedly. The log tells more."


def test_a_sign_in_that_cannot_start_is_told(around: Around) -> None:
    around.jobs.works = False
    around.act(actions.SignIn(("corp",)))
    assert around.notifier.titles == ["Signing in to corp did not work"]
    assert around.deeds.sign_ins.now == ()


def test_a_device_code_is_shown_copied_and_kept_for_the_menu(around: Around) -> None:
    around.act(actions.SignIn((OLD.name,)))
    line = {"event": "code", "url": "https://device.example/", "code": "ABCD-EFGH"}
    around.deeds.said(around.jobs.said("login", OLD.name, **line), WORLD)
    assert around.notifier.titles == ["Code for old: ABCD-EFGH"]
    assert around.view.copied == ["ABCD-EFGH"]
    assert around.deeds.sign_ins.now == (SigningIn(OLD.name, "https://device.example/", "ABCD-EFGH"),)


def test_an_opened_page_is_kept_for_the_menu_without_a_notice(around: Around) -> None:
    around.act(actions.SignIn(("corp",)))
    around.deeds.said(around.jobs.said("login", "corp", event="open", url="https://x"), WORLD)
    assert around.deeds.sign_ins.now == (SigningIn("corp", "https://x"),)
    assert around.notifier.titles == []


def test_a_renewal_that_cannot_reach_aws_is_that_sessions_trouble(around: Around) -> None:
    around.deeds.carry_out(Renew("corp"), WORLD)
    around.deeds.ended(around.jobs.ended("renew", "corp", 4, kind="offline", message="AWS cannot be reached."), WORLD)
    assert around.deeds.troubles() == {"corp": "AWS cannot be reached."}
    assert around.notifier.titles == []


def test_a_renewal_that_helps_ends_the_trouble(around: Around) -> None:
    for exit_code in (4, 0):
        around.deeds.carry_out(Renew("corp"), WORLD)
        around.deeds.ended(around.jobs.ended("renew", "corp", exit_code, kind="offline", message="x"), WORLD)
    assert around.deeds.troubles() == {}


def test_a_token_renewed_by_somebody_else_ends_the_trouble(around: Around) -> None:
    around.deeds.carry_out(Renew("corp"), WORLD)
    around.deeds.ended(around.jobs.ended("renew", "corp", 4, kind="offline", message="x"), WORLD)
    around.deeds.forget_old_troubles({"corp": END})
    assert around.deeds.troubles() == {"corp": "x"}
    around.deeds.forget_old_troubles({"corp": NOW + 2 * HOUR})
    assert around.deeds.troubles() == {}


def test_a_page_that_opens_by_itself_is_a_sign_in(around: Around) -> None:
    around.deeds.carry_out(OpenSignIn(OLD.cache_key), WORLD)
    assert around.jobs.started == [("login", OLD.name)]


def test_what_is_no_news_any_more_is_taken_down(around: Around) -> None:
    around.deeds.carry_out(Expired(("corp",), NOW), WORLD)
    around.deeds.carry_out(Withdraw(("corp",)), WORLD)
    assert around.notifier.standing == {}


def test_a_sign_out_is_told_only_when_it_fails(around: Around) -> None:
    around.act(actions.SignOut("corp"))
    assert around.deeds.signing_out == {"corp"}
    around.deeds.ended(around.jobs.ended("logout", "corp"), WORLD)
    around.act(actions.SignOut("corp"))
    around.deeds.ended(around.jobs.ended("logout", "corp", 4, message="AWS cannot be reached.", hint="--local"), WORLD)
    assert around.notifier.titles == ["Signing out of corp did not work"]
    assert around.deeds.signing_out == set()


def test_a_switch_is_a_use_and_says_nothing_when_all_is_well(around: Around) -> None:
    around.act(actions.UseProfile("dev"))
    assert (around.jobs.started, around.deeds.switching_to) == ([("use", "dev")], "dev")
    around.deeds.ended(around.jobs.ended("use", "dev", event="used", profile="dev", shadowed_by=[]), WORLD)
    assert (around.notifier.titles, around.deeds.switching_to) == ([], None)


def test_a_switch_that_something_hides_is_told_with_the_cure(around: Around) -> None:
    around.act(actions.UseProfile("dev"))
    shadow = {"what": "AWS_PROFILE", "why": "AWS_PROFILE is set to prod.", "fix": "Remove it."}
    around.deeds.ended(around.jobs.ended("use", "dev", profile="dev", shadowed_by=[shadow]), WORLD)
    assert around.notifier.titles == ["dev is the default, but hidden"]
    assert around.notifier.shown[0].body == "AWS_PROFILE is set to prod. Remove it."


def test_a_switch_that_fails_is_told(around: Around) -> None:
    around.act(actions.UseProfile("dev"))
    around.deeds.ended(around.jobs.ended("use", "dev", 2, message="Line 3 is broken."), WORLD)
    assert around.notifier.titles == ["The profile was not switched"]


def test_the_last_switch_is_taken_back(around: Around) -> None:
    around.act(actions.UndoProfile())
    assert around.jobs.started == [("use", "", "--undo")]


def test_the_console_is_opened_by_our_command(around: Around) -> None:
    around.act(actions.OpenConsole("dev"))
    assert around.jobs.started == [("console", "dev")]
    around.deeds.ended(around.jobs.ended("console", "dev", 1, message="No browser can be started here."), WORLD)
    assert around.notifier.titles == ["The console did not open"]


def test_a_console_that_opened_needs_no_word(around: Around) -> None:
    around.act(actions.OpenConsole("dev"))
    around.deeds.ended(around.jobs.ended("console", "dev", opened=True), WORLD)
    assert around.notifier.titles == []


def test_an_environment_goes_to_the_clipboard_and_its_end_is_told(around: Around) -> None:
    around.act(actions.CopyEnvironment("dev", "fish"))
    assert around.jobs.started == [("env", "dev", "--no-wait", "--shell", "fish")]
    script = "set -gx AWS_SECRET_ACCESS_KEY 'secret'\n"
    said = around.jobs.ended("env", "dev", script=script, expires_at="2026-11-23T11:30:00Z")
    around.deeds.ended(said, WORLD)
    assert around.view.copied == [script]
    [notice] = around.notifier.shown
    assert (notice.title, notice.body) == (
        "Credentials of dev are copied",
        "Paste them into a shell; they are good until 11:30.",
    )
    assert "secret" not in repr(notice)


def test_an_environment_without_a_sign_in_offers_one(around: Around) -> None:
    around.act(actions.CopyEnvironment("dev", "bash"))
    world = replace(WORLD, profiles=(profile("dev"),))
    around.deeds.ended(around.jobs.ended("env", "dev", 3, kind="sign-in-needed", message="Nobody."), world)
    assert around.view.copied == []
    [notice] = around.notifier.shown
    assert notice.title == "dev: sign in first"
    assert around.board.press(notice.key, "sign-in") == actions.SignIn(("corp",))


def test_an_environment_that_could_not_be_had_is_told(around: Around) -> None:
    around.act(actions.CopyEnvironment("dev", "cmd"))
    around.deeds.ended(around.jobs.ended("env", "dev", 2, message="cmd cannot be given 'x'."), WORLD)
    assert around.notifier.titles == ["Nothing was copied"]


def test_a_text_goes_to_the_clipboard(around: Around) -> None:
    around.act(actions.CopyText("ABCD-EFGH"))
    assert around.view.copied == ["ABCD-EFGH"]


def test_a_cut_text_is_shown_in_full(around: Around) -> None:
    around.act(actions.Tell("Title", "The whole sentence."))
    assert around.notifier.shown[0].body == "The whole sentence."


def test_notices_are_paused_and_resumed(around: Around) -> None:
    around.act(actions.PauseNotices(HOUR))
    around.act(actions.ResumeNotices())
    assert around.pauses == [NOW + HOUR, None]


def test_a_pause_that_cannot_be_kept_is_told() -> None:
    def full(_until: datetime | None) -> None:
        raise DiskFull("There is no space left.", "Free some.")

    notifier = FakeNotifier()
    deeds = Deeds(jobs=FakeJobs(), board=Board(notifier), pause=full, openers=FakeOpeners())
    deeds.act(actions.PauseNotices(HOUR), WORLD)
    assert notifier.titles == ["Notices were not paused"]


@pytest.mark.parametrize("kind", ["browser-unavailable", "port-taken"])
def test_where_no_browser_starts_the_notice_offers_a_code_and_speaks_of_no_option(around: Around, kind: str) -> None:
    around.act(actions.SignIn((OLD.name,)))
    said = {"message": "The browser cannot be started.", "hint": "`--device` helps."}
    around.deeds.ended(JobEnded("login", OLD.name, 1, {"event": "error", "kind": kind, **said}), WORLD)
    around.jobs.running.clear()
    (notice,) = around.notifier.shown
    assert "--" not in notice.body
    assert [b.label for b in notice.buttons] == ["Use a code", "Later"]
    around.act(actions.SignIn((OLD.name,), by_code=True))
    assert around.jobs.started[-1] == ("login", OLD.name, "--device", "--no-browser")


def test_the_picker_is_a_job_and_its_end_without_a_choice_is_no_news(around: Around) -> None:
    around.act(actions.FindProfile())
    assert around.jobs.started == [("pick", "")]
    around.deeds.ended(around.jobs.ended("pick", "", 130, event="cancelled"), WORLD)
    assert around.notifier.shown == []


def test_asking_for_the_picker_again_starts_the_one_that_raises_it(around: Around) -> None:
    around.act(actions.FindProfile())
    around.act(actions.FindProfile())
    assert around.jobs.started == [("pick", ""), ("pick", "again")]


def test_a_picker_that_cannot_open_says_why(around: Around) -> None:
    around.act(actions.FindProfile())
    message, hint = "The window needs Tk for Python.", "Install python3-tk."
    around.deeds.ended(around.jobs.ended("pick", "", 1, event="error", message=message, hint=hint), WORLD)
    assert around.notifier.titles == ["The profile search did not open"]


def test_what_asks_or_has_much_to_say_runs_in_a_window(around: Around) -> None:
    around.act(actions.OpenWindow(("configure",)))
    assert around.openers.windows == [("configure",)]
    assert around.notifier.standing == {}


def test_without_a_terminal_the_command_can_be_copied(around: Around) -> None:
    around.openers.works = False
    around.act(actions.OpenWindow(("populate", "--dry-run")))
    (told,) = around.notifier.standing.values()
    assert told.body == "Open one yourself and type: aws-sso-tray populate --dry-run"
    assert [button.id for button in told.buttons] == ["copy"]


def test_the_config_is_opened_and_if_not_that_is_said(around: Around) -> None:
    around.act(actions.OpenConfig())
    assert (around.openers.configs, around.notifier.standing) == (1, {})
    around.openers.works = False
    around.act(actions.OpenConfig())
    assert [told.title for told in around.notifier.standing.values()] == ["The config was not opened"]


def test_settings_and_report_are_made_by_our_commands_which_open_them(around: Around) -> None:
    around.act(actions.OpenSettings())
    around.act(actions.ReportProblem())
    assert around.jobs.started == [("settings", "", "--edit"), ("doctor", "", "--open")]
    around.deeds.ended(around.jobs.ended("doctor", "", exit_code=1), WORLD)
    assert around.notifier.standing == {}
    said = "Nothing here opens text files."
    around.deeds.ended(
        around.jobs.ended("settings", "", exit_code=1, event="error", message=said, hint="It is in x."), WORLD
    )
    assert [told.body for told in around.notifier.standing.values()] == ["Nothing here opens text files. It is in x."]


def test_about_tells_name_version_and_licence(around: Around) -> None:
    around.act(actions.About())
    (told,) = around.notifier.standing.values()
    assert told.title.startswith("aws-sso-tray ")
    assert "MIT licence" in told.body
