"""The first time: a person with nothing configured is led to the wizard, in a real terminal window."""

from __future__ import annotations

import pytest

from aws_sso_core.sandbox import Sandbox
from desktop.desk import Desk
from desktop.hand import Hand
from desktop.person import Person
from desktop.screen import Box, Screen
from patience import until

TERMINAL = "aws-sso-tray"
QUESTIONS = 15
"""More than the wizard asks."""


@pytest.fixture
def newcomer(desk: Desk, box: Sandbox) -> Person:
    person = Person(desk, box, config=None, new_here=True)
    person.env["TERMINAL"] = f"{person.terminal(TERMINAL)}"
    return person


def the_window(screen: Screen) -> Box:
    return until(lambda: screen.inner(TERMINAL), "a terminal window")


def test_a_newcomer_is_led_to_the_wizard(newcomer: Person, hand: Hand, screen: Screen) -> None:
    newcomer.start_tray()
    hand.notice()
    screen.save("welcome")
    hand.press(0)
    screen.wait_until_still(the_window(screen))
    screen.save("wizard-in-its-window")
    screen.type("sandbox.awsapps.com/start\n")
    screen.wait_until_still(the_window(screen))
    screen.type("us-east-1\n")
    for _ in range(QUESTIONS):  # each with a proposal, which Enter takes
        screen.wait_until_still(the_window(screen))
        if newcomer.config.exists():
            break
        screen.key("Return")
    screen.save("wizard-done")
    assert "[profile " in newcomer.config.read_text()
    newcomer.wait_for_row(hand.icon(), r"\S+ - renews itself|\S+ - signed in")


def test_the_menu_opens_the_doctor_in_a_window_that_stays_until_enter(
    person: Person, hand: Hand, screen: Screen
) -> None:
    person.env["TERMINAL"] = person.terminal(TERMINAL)
    person.start_tray()
    hand.pick("Set-up and help", "Look for trouble…")
    box = the_window(screen)
    screen.wait_until_still(box)
    screen.save("doctor-in-its-window")
    screen.key("Return")
    until(lambda: screen.inner(TERMINAL) is None, "the window has closed")
