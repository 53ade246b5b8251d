"""What the tray says the first time it runs for somebody: how to begin, or that all is well. Once in a lifetime."""

from __future__ import annotations

from aws_sso_core.model import Button, State
from aws_sso_tray import notices, words
from aws_sso_tray.actions import OpenWindow
from aws_sso_tray.help_rows import MIGRATE, SET_UP
from aws_sso_tray.notices import Told
from aws_sso_tray.snapshot import Snapshot

KEY = "welcome"


def welcome(snapshot: Snapshot) -> Told | None:
    """The notice for what there is; None while a sign-in is asked for by a notice of its own."""
    if not snapshot.sessions:
        return _told(
            "Welcome: shall we set up your sign-in?",
            "All you need is the address of your AWS access portal. The menu has it too, under Set-up and help.",
            "Set up",
            SET_UP,
        )
    if snapshot.has_legacy():
        return _told(
            "Welcome: your profiles can be renewed silently",
            "They are of the legacy form, which ends after some hours. You see what would change before it does.",
            "Show me",
            MIGRATE,
        )
    if all(status.state is State.SIGNED_IN for status in snapshot.sessions):
        labels = words.squeeze(words.names([status.session.label for status in snapshot.sessions]), 40)
        return notices.plain(
            "Welcome: all is set up",
            f"You are signed in to {labels}. The sign-in is renewed while that is possible, and you hear before it ends.",
        )
    return None


def _told(title: str, body: str, label: str, action: OpenWindow) -> Told:
    buttons = (Button("go", label), Button("later", "Later"))
    return notices.offer(KEY, title, body, buttons, {"go": action})
