"""Another program drops sections of the config: a notice says so on the real desktop, and its button puts them back."""

from __future__ import annotations

from datetime import timedelta

from desktop.hand import Hand
from desktop.person import CONFIG, Person
from desktop.screen import Screen
from patience import until

KEPT = CONFIG.partition("[profile prod.readonly]")[0]
"""What a program that knows only its own profile leaves."""


def lose(person: Person, hand: Hand) -> None:
    """Let the other program write while the tray runs, and wait for the notice."""
    person.put_token(timedelta(hours=6))
    person.start_tray()
    person.wait_for_row(hand.icon(), r"corp - (signed in|sign in again)")
    person.config.write_text(KEPT)
    until(lambda: hand.notices() > 0 and hand.buttons() == 2, "the notice with its two buttons is there")


def test_lost_sections_are_told_and_restore_puts_every_byte_back(person: Person, hand: Hand, screen: Screen) -> None:
    lose(person, hand)
    screen.save("notice-lost-sections")
    hand.press(0)
    until(lambda: person.config.read_text() == CONFIG, f"the config is restored; the tray said:\n{person.log()}")
    person.wait_for_row(hand.icon(), r"prod\.readonly")


def test_leave_it_keeps_what_the_other_program_wrote_and_the_history_has_both(person: Person, hand: Hand) -> None:
    lose(person, hand)
    hand.press(1)
    until(lambda: hand.notices() == 0, "the notice has gone")
    assert person.config.read_text() == KEPT
    assert person.ours("restore", "--yes").returncode == 0
    assert person.config.read_text() == CONFIG
