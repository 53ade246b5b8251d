"""News of accounts: a notice says what is new, and its button opens a window that shows the change and asks."""

from __future__ import annotations

import json

from aws_sso_core.sandbox import Directory
from desktop.hand import Hand
from desktop.person import Person
from desktop.screen import Screen
from desktop.terminal_window import TerminalWindow, opener
from patience import until


def told_long_ago(person: Person) -> None:
    """What the person was told of accounts, they were told last year."""
    [path] = (person.state / "catalogue").iterdir()
    path.write_text(json.dumps({**json.loads(path.read_text()), "at": "2025-01-01T00:00:00Z"}))


def test_a_new_account_is_told_of_and_its_profile_added_from_the_notice(
    person: Person, hand: Hand, screen: Screen
) -> None:
    person.env["TERMINAL"] = opener(person.desk)
    person.box._center.directory = Directory.of(("111122223333", "Dev", ("AdministratorAccess",)))
    for words in (("settings", "account_news", "on"), ("login", "corp"), ("news", "corp")):
        done = person.ours(*words)
        assert done.returncode == 0, done.stderr
    told_long_ago(person)
    person.box._center.directory = Directory.of(
        ("111122223333", "Dev", ("AdministratorAccess",)), ("222233334444", "Staging", ("AWSReadOnlyAccess",))
    )
    person.start_tray()
    hand.notice()
    screen.save("account-news")
    hand.press(0)
    window = TerminalWindow(person.desk, screen)
    window.until("[y/N]")
    window.save("account-news-preview")
    assert "Staging" not in person.config.read_text()
    screen.type("y\n")
    until(lambda: "[profile Staging.AWSReadOnlyAccess]" in person.config.read_text(), "the profile is there")
