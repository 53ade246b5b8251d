"""The terminal window of a person: opened by programs as ``$TERMINAL -e PROGRAM``, read from its log, typed into."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from desktop.desk import Desk
from desktop.screen import Screen
from message_bus import need
from patience import until

TITLE = "aws-sso-tray"
_OPENER = """\
#!{python}
import os, shlex, sys
words = sys.argv[sys.argv.index("-e") + 1:]
look = ["-title", {title!r}, "-fa", "Monospace", "-fs", "9", "-geometry", "110x40"]
kept = ["script", "--quiet", "--flush", "--return", "--command", shlex.join(words), {log!r}]
os.execvp("xterm", ["xterm", *look, "-e", *kept])
"""


def opener(desk: Desk) -> str:
    """The program to name in ``TERMINAL``."""
    need("xterm")
    path = desk.folder / "terminal"
    path.write_text(_OPENER.format(python=sys.executable, title=TITLE, log=str(_log(desk))))
    path.chmod(0o755)
    return str(path)


class TerminalWindow:
    """The window that a program has opened, waited for, with the keyboard."""

    def __init__(self, desk: Desk, screen: Screen) -> None:
        self._desk, self._screen = desk, screen
        self._seen = 0
        screen.wait_for_keyboard(TITLE)

    def until(self, text: str) -> None:
        """Wait for something new on it."""

        def is_there() -> bool:
            at = self._said().find(text, self._seen)
            self._seen = at + len(text) if at >= 0 else self._seen
            return at >= 0

        until(is_there, f"{text!r} in the window")

    def answer(self, question: str, keys: str) -> None:
        """Wait for a question, then type."""
        self.until(question)
        self._screen.type(keys)

    def save(self, name: str) -> None:
        """Keep a screenshot of it, painted."""
        until(lambda: (box := self._screen.inner(TITLE)) and self._screen.still(box), "the window is painted")
        self._screen.save(name)

    def wait_until_closed(self) -> None:
        """Until the window has gone."""
        until(lambda: self._screen.inner(TITLE) is None, "the window has closed")

    def _said(self) -> str:
        """What it said, without what only moves the cursor or colours."""
        text = _log(self._desk).read_text(errors="replace") if _log(self._desk).exists() else ""
        return re.sub(r"\x1b(\[[0-9;?]*[a-zA-Z]|[()][A-Z0-9]|[=>])", "", text)


def _log(desk: Desk) -> Path:
    return desk.folder / "terminal.log"
