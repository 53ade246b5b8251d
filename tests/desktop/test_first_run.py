"""The first time: a person with nothing configured is led to the wizard, in a real terminal window."""

from __future__ import annotations

import pytest

from aws_sso_core.sandbox import Sandbox
from desktop.desk import Desk
from desktop.hand import Hand
from desktop.person import Person
from desktop.screen import Screen
from desktop.terminal_window import TerminalWindow, opener
from patience import until

PROPOSED = ("Account:", "Role:", "Region to work in:", "Output of the AWS CLI:", "Name of the profile:")
"""Questions whose answers are proposed, which Enter takes."""


@pytest.fixture
def newcomer(desk: Desk, box: Sandbox) -> Person:
    person = Person(desk, box, config=None, new_here=True)
    person.env["TERMINAL"] = opener(desk)
    return person


def test_a_newcomer_is_led_to_the_wizard(newcomer: Person, hand: Hand, screen: Screen) -> None:
    newcomer.start_tray()
    hand.notice()
    screen.save("welcome")
    hand.press(0)
    window = TerminalWindow(newcomer.desk, screen)
    window.until("Start URL:")
    window.save("wizard-in-its-window")
    screen.type("sandbox.awsapps.com/start\n")
    window.answer("Region of that IAM", "us-east-1\n")
    for question in PROPOSED:
        window.answer(question, "\n")
    until(newcomer.config.exists, "the profile is written")
    window.save("wizard-done")
    assert "[profile " in newcomer.config.read_text()
    newcomer.wait_for_row(hand.icon(), r"\S+ - renews itself|\S+ - signed in")


def test_help_begins_at_its_beginning_and_goes_on_by_enter(person: Person, hand: Hand, screen: Screen) -> None:
    person.env["TERMINAL"] = opener(person.desk)
    person.start_tray()
    hand.pick("Set-up and help", "Help")
    window = TerminalWindow(person.desk, screen)
    window.until("Press Enter for more.")
    window.save("help-in-its-window")
    screen.key("Return")
    window.until("Press Enter to close this window.")
    screen.key("Return")
    window.wait_until_closed()


def test_the_menu_opens_the_doctor_in_a_window_that_stays_until_enter(
    person: Person, hand: Hand, screen: Screen
) -> None:
    person.env["TERMINAL"] = opener(person.desk)
    person.start_tray()
    hand.pick("Set-up and help", "Look for trouble…")
    window = TerminalWindow(person.desk, screen)
    window.until("Press Enter to close this window.")
    window.save("doctor-in-its-window")
    screen.key("Return")
    window.wait_until_closed()
