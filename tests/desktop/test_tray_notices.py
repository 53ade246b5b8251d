"""Notices on a real desktop: they come in time, their buttons act, and they go when they are no longer true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from aws_sso_core.model import Session
from aws_sso_core.sandbox import Sandbox
from desktop.conftest import MakeDesk
from desktop.desk import Desk
from desktop.hand import Hand
from desktop.person import CORP, Person, legacy_config
from desktop.screen import Screen
from message_bus import FakeService
from patience import LIMIT, until

OLD = Session("https://sandbox.awsapps.com/start", "https://sandbox.awsapps.com/start", "us-east-1", "legacy")
SAVER = "org.gnome.ScreenSaver"


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


@pytest.fixture
def old_hand(desk: Desk, box: Sandbox) -> Person:
    """Somebody with a legacy profile, whose sign-in has one end that everybody knows."""
    return Person(desk, box, legacy_config(OLD.start_url, ["old"]))


def signed_in(person: Person, session: Session) -> bool:
    token = person.tokens.read(session)
    return bool(token and token.expires_at > datetime.now(UTC) + minutes(30))


def test_a_notice_warns_of_the_end_and_its_button_signs_in(old_hand: Person, hand: Hand, screen: Screen) -> None:
    old_hand.put_token(minutes(12), OLD)
    old_hand.start_tray()
    hand.notice()
    screen.save("notice-warning")
    assert hand.buttons() == 2
    hand.press(0)
    until(lambda: signed_in(old_hand, OLD), f"somebody is signed in; the tray said:\n{old_hand.log()}")
    until(lambda: hand.notices() == 0, "no notice is left")
    old_hand.wait_for_row(hand.icon(), r"sandbox - signed in|sandbox - sign in again")


def test_later_puts_the_notice_away_and_signs_nobody_in(old_hand: Person, hand: Hand) -> None:
    old_hand.put_token(minutes(12), OLD)
    old_hand.start_tray()
    hand.press(1)
    until(lambda: hand.notices() == 0, "the notice has gone")
    assert old_hand.box.calls.count("CreateToken") == 0


def test_a_sign_in_from_elsewhere_takes_the_notice_away(old_hand: Person, hand: Hand) -> None:
    old_hand.put_token(minutes(12), OLD)
    old_hand.start_tray()
    hand.notice()
    old_hand.write_in_place(OLD, datetime.now(UTC) + minutes(480))
    until(lambda: hand.notices() == 0, "the notice has gone")


def test_an_administrator_ends_the_sign_in_and_the_notices_button_begins_a_new_one(
    person: Person, hand: Hand, screen: Screen
) -> None:
    assert person.ours("login").returncode == 0
    person.box.end_sign_in()
    token = person.tokens.read(CORP)
    assert token is not None
    person.put_token(
        minutes(16),
        refresh_token=token.refresh_token,
        client_id=token.client_id,
        client_secret=token.client_secret,
        registration_expires_at=token.registration_expires_at,
    )
    person.start_tray()
    hand.notice()
    screen.save("notice-refused")
    hand.press(0)
    person.wait_until_signed_in()
    person.wait_for_row(hand.icon(), r"corp - .*renews itself at")
    until(lambda: hand.notices() == 0, "no notice is left")


def test_a_silent_renewal_shows_no_notice(person: Person, hand: Hand) -> None:
    assert person.ours("login").returncode == 0
    token = person.tokens.read(CORP)
    assert token is not None
    person.put_token(
        minutes(18),
        refresh_token=token.refresh_token,
        client_id=token.client_id,
        client_secret=token.client_secret,
        registration_expires_at=token.registration_expires_at,
    )
    person.start_tray()
    person.wait_until_signed_in()
    person.wait_for_row(hand.icon(), r"corp - .*renews itself at")
    assert hand.notices() == 0


def test_nothing_is_shown_while_the_screen_is_locked_and_one_notice_on_return(
    old_hand: Person, hand: Hand, desk: Desk
) -> None:
    saver = FakeService(desk.env["DBUS_SESSION_BUS_ADDRESS"])
    active = [True]
    saver.answers[f"{SAVER}.GetActive"] = lambda: ("b", (active[0],))
    saver.own(SAVER)
    old_hand.put_token(minutes(12), OLD)
    old_hand.start_tray()
    old_hand.wait_for_row(hand.icon(), r"sandbox - ")
    old_hand.config.write_text(legacy_config(OLD.start_url, ["old", "another"]))
    old_hand.wait_for_row(hand.icon(), r"another")  # it has looked at everything twice by now
    assert hand.notices() == 0
    saver.emit("/org/gnome/ScreenSaver", SAVER, "ActiveChanged", "b", (False,))
    hand.notice()
    assert hand.notices() == 1


def test_without_a_notification_service_the_tray_runs_and_says_it_in_the_menu(
    make_desk: MakeDesk, box: Sandbox
) -> None:
    desk = make_desk(notices="none")
    old_hand = Person(desk, box, legacy_config(OLD.start_url, ["old"]))
    old_hand.put_token(minutes(12), OLD)
    child = old_hand.start_tray()
    screen = Screen(desk.display)
    hand = Hand(desk, screen)
    old_hand.wait_for_row(hand.icon(), r"Sign in to sandbox")
    hand.pick("Sign in to sandbox")
    until(lambda: signed_in(old_hand, OLD), f"somebody is signed in; the tray said:\n{old_hand.log()}")
    child.terminate()
    assert child.wait(LIMIT) == 0, old_hand.log()
    screen.close()


def test_with_dunst_a_notice_shows_and_the_menu_has_the_button(make_desk: MakeDesk, box: Sandbox) -> None:
    desk = make_desk(notices="dunst")
    old_hand = Person(desk, box, legacy_config(OLD.start_url, ["old"]))
    old_hand.put_token(minutes(12), OLD)
    old_hand.start_tray()
    screen = Screen(desk.display)
    until(lambda: screen.windows("Dunst"), "dunst shows a notice")
    screen.save("notice-dunst")
    old_hand.wait_for_row(Hand(desk, screen).icon(), r"Sign in to sandbox")
    screen.close()
