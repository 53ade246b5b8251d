"""What the notices say, and what their buttons do."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.expiry import AT_ONCE, Expired, Waiting, Warn
from aws_sso_core.model import Session, State, Urgency
from aws_sso_tray import notices
from aws_sso_tray.actions import CopyText, SignIn, Snooze
from aws_sso_tray.notices import LONGEST_BODY, LONGEST_TITLE
from tray_samples import HOUR, MINUTE, NOW, OLD, signed_in, snapshot, status

SECOND = timedelta(seconds=1)
WORLD = snapshot(sessions=(signed_in(), signed_in(OLD)))
END = NOW + 15 * MINUTE


def warn(*sessions: str, ends_at: timedelta = 15 * MINUTE, source: str = "learned", refused: bool = False) -> Warn:
    return Warn(sessions or ("corp",), 15 * MINUTE, NOW + ends_at, source, refused)  # type: ignore[arg-type]


def test_a_warning_says_when_and_that_it_is_an_estimate() -> None:
    told = notices.warned(warn(), WORLD).notice
    assert told.title == "corp: sign in again by about 10:15"
    assert told.body.startswith("The sign-in ends in about 15 min, as earlier ones did.")


def test_the_last_minute_is_not_called_about_less_than_a_minute() -> None:
    told = notices.warned(warn(ends_at=40 * SECOND), WORLD).notice
    assert told.body.startswith("The sign-in ends in less than a minute, as earlier ones did.")


def test_a_certain_end_is_not_called_about() -> None:
    told = notices.warned(warn(source="token"), WORLD).notice
    assert "about" not in told.title + told.body


def test_sessions_that_end_together_make_one_notice() -> None:
    told = notices.warned(warn("corp", OLD.cache_key), WORLD)
    assert told.notice.title == "corp and old: sign in again by about 10:15"
    assert told.actions["sign-in"] == SignIn(("corp", OLD.name), fresh=True)


def test_an_estimate_that_is_past_is_not_called_an_end() -> None:
    told = notices.warned(warn(ends_at=-5 * MINUTE), WORLD).notice
    assert told.title == "corp: the sign-in may end any moment"


def test_a_refused_renewal_says_how_long_programs_still_have_access() -> None:
    told = notices.warned(Warn(("corp",), AT_ONCE, END, "token", refused=True), WORLD).notice
    assert told.title == "corp: a new sign-in is needed"
    assert "keep their access until 10:15" in told.body


def test_an_end_says_when_it_was_and_what_it_means() -> None:
    told = notices.expired(Expired(("corp",), NOW - HOUR), WORLD).notice
    assert told.title == "corp: the sign-in has ended"
    assert told.body == "It ended at 09:00. AWS tools get no new credentials until you sign in again."
    assert told.urgency is Urgency.CRITICAL


def test_programs_that_wait_are_named_and_counted() -> None:
    told = notices.waiting(Waiting(("corp",), ("terraform", "kubectl", "aws", "packer", "helm")), WORLD).notice
    assert told.title == "terraform, kubectl and 3 others wait for corp"


def test_one_program_that_waits_is_said_in_the_singular() -> None:
    told = notices.waiting(Waiting(("corp",), ("terraform", "terraform")), WORLD).notice
    assert told.title == "terraform waits for corp"
    assert told.body.endswith("it continues.")


def test_every_notice_about_a_sign_in_has_sign_in_and_later() -> None:
    for told in (
        notices.warned(warn(), WORLD),
        notices.expired(Expired(("corp",), NOW), WORLD),
        notices.waiting(Waiting(("corp",), ("aws",)), WORLD),
    ):
        assert [b.label for b in told.notice.buttons] == ["Sign in", "Later"]
        assert told.actions["later"] == Snooze(("corp",))


def test_a_click_on_the_notice_itself_signs_in() -> None:
    told = notices.warned(warn(), WORLD)
    assert told.actions[told.notice.default or ""] == SignIn(("corp",), fresh=True)


def test_signing_in_after_an_end_ends_nothing_on_the_server_first() -> None:
    assert notices.expired(Expired(("corp",), NOW), WORLD).actions["sign-in"] == SignIn(("corp",), fresh=False)


def test_the_same_sessions_replace_their_own_notice() -> None:
    first, second = notices.warned(warn(), WORLD), notices.expired(Expired(("corp",), NOW), WORLD)
    assert first.notice.key == second.notice.key


def test_a_failed_sign_in_offers_to_try_again() -> None:
    told = notices.sign_in_failed("corp", "Nobody finished the sign-in.", "Keep the tab open.", WORLD)
    assert told.notice.title == "corp: the sign-in did not succeed"
    assert told.notice.buttons[0].label == "Try again"


def test_a_device_code_is_on_the_clipboard_and_can_be_copied_again() -> None:
    told = notices.device_code("corp", "ABCD-EFGH", "https://device.example/", WORLD, copied=True)
    assert told.notice.title == "Code for corp: ABCD-EFGH"
    assert told.notice.body.startswith("It is on the clipboard.")
    assert told.actions["copy"] == CopyText("ABCD-EFGH")


def test_without_a_clipboard_no_copying_is_promised() -> None:
    told = notices.device_code("corp", "ABCD-EFGH", "https://device.example/", WORLD, copied=False)
    assert told.notice.buttons == ()
    assert "clipboard" not in told.notice.body


def test_a_session_that_left_the_config_is_still_named() -> None:
    told = notices.expired(Expired(("gone",), NOW), snapshot(sessions=(status(State.SIGNED_OUT),))).notice
    assert told.title == "gone: the sign-in has ended"


@given(st.lists(st.text(min_size=1, max_size=100), min_size=1, max_size=4, unique=True), st.text(max_size=500))
def test_no_notice_is_longer_than_windows_shows(session_names: list[str], text: str) -> None:
    sessions = tuple(signed_in(Session(n, "https://x", "r")) for n in session_names)
    world = snapshot(sessions=sessions)
    for told in (
        notices.warned(warn(*session_names), world),
        notices.waiting(Waiting(tuple(session_names), (text,)), world),
        notices.sign_in_failed(session_names[0], text, text, world),
        notices.plain(text, text),
    ):
        assert len(told.notice.title) <= LONGEST_TITLE
        assert len(told.notice.body) <= LONGEST_BODY


@given(st.lists(st.text(min_size=1), max_size=4), st.sampled_from(["sign-in", "later", "copy", "restore", ""]))
def test_an_old_notices_button_reaches_sessions_of_today_only(said: list[str], button: str) -> None:
    key = "sign-in " + " ".join(said)
    action = notices.answer(key, button, WORLD)
    assert action is None or isinstance(action, SignIn | Snooze)
    if action is not None:
        assert set(action.sessions) <= {"corp", OLD.name, OLD.cache_key}


def test_an_old_notice_about_a_session_with_a_blank_in_its_name_is_understood() -> None:
    world = snapshot(sessions=(signed_in(Session("my corp", "https://x", "eu-west-1")),))
    told = notices.expired(Expired(("my corp",), NOW), world)
    assert notices.answer(told.notice.key, "sign-in", world) == SignIn(("my corp",))
    assert notices.answer(told.notice.key, "later", world) == Snooze(("my corp",))
