"""Notices by ``osascript``: no buttons, and they carry Script Editor's name. Not run on a Mac by us so far.

Real ones (UNUserNotificationCenter) need a signed application bundle.
"""

from __future__ import annotations

from aws_sso_core.desktop.macos.launchd import Run
from aws_sso_core.model import Notice

SCRIPT = """on run arguments
display notification (item 2 of arguments) with title (item 1 of arguments)
end run"""
"""Texts come as arguments, never inside the script: a profile may be named like a command."""


class MacNotifier:
    """A ``Notifier`` by a child process for each notice."""

    level = "osascript"
    has_buttons = False

    def __init__(self, *, run: Run) -> None:
        self._run = run

    def show(self, notice: Notice) -> bool:
        """Show; macOS groups them by itself, nothing is replaced."""
        if notice.quiet:
            return True
        title, body = (text.replace("\0", "") for text in (notice.title, notice.body))
        try:
            return self._run(["osascript", "-e", SCRIPT, "--", title, body]) is not None
        except UnicodeEncodeError:  # half a character in a name
            return False

    def withdraw(self, key: str) -> None:
        """Not possible from outside."""

    def close(self) -> None:
        """Nothing to give up."""
