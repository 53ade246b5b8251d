"""Lines and lists to choose from, in a terminal: typing narrows a list down, arrows move, Enter takes.

The only module that knows prompt_toolkit, which knows the terminals: Windows consoles old and new, SSH, odd key codes,
pasted text, wide characters.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click
from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input, create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.layout import BufferControl, FormattedTextControl, HSplit, Layout, Window
from prompt_toolkit.layout.processors import BeforeInput
from prompt_toolkit.output import ColorDepth, create_output
from prompt_toolkit.output import Output as Screen
from prompt_toolkit.utils import get_cwidth

from aws_sso_core.cli.output import Output, encodable
from aws_sso_core.questions import Choice, Question

_ROWS = 12
"""Of a list, at a time."""
_REST = 4
"""Rows of the terminal that a list leaves to other things."""
_MARK = 3
"""Columns beside a row: its mark, and one at the end, as some terminals break a line that just fits."""
_HINT = "type to search, arrows to move, Enter to take"


@dataclass(slots=True)
class Rows:
    """The list as it is now. Knows nothing of terminals."""

    question: Question
    cursor: int = 0
    found: Sequence[Choice] = ()

    def __post_init__(self) -> None:
        self.search("")
        values = [choice.value for choice in self.found]
        if self.question.default in values:
            self.cursor = values.index(self.question.default)

    def search(self, text: str) -> None:
        """Show what has these words in it."""
        self.found = self.question.matching(text)
        self.cursor = 0

    def move(self, by: int) -> None:
        """Move the mark; it stays on the list."""
        self.cursor = max(0, min(self.cursor + by, len(self.found) - 1))

    def window(self, height: int) -> list[tuple[bool, Choice]]:
        """The rows that are seen: whether marked, and what."""
        top = max(0, min(self.cursor - height // 2, len(self.found) - height))
        return [(at == self.cursor, self.found[at]) for at in range(top, min(top + height, len(self.found)))]

    def taken(self, text: str) -> str | None:
        """What Enter means now: the marked row, or the text itself where another than these may be said."""
        if self.found:
            return self.found[self.cursor].value
        return text.strip() or None if self.question.is_open else None


class Searching:
    """Asks in a terminal. See ``asking.Asker``."""

    def __init__(self, out: Output, keys: Input, screen: Screen) -> None:
        self._out = out
        self._keys = keys
        self._screen = screen
        self._depth = None if out.colours(out.stderr) else ColorDepth.DEPTH_1_BIT

    def line(self, text: str, default: str, shown: str = "") -> str:
        """A line that begins with the default, unless something else is shown."""
        session: PromptSession[str] = PromptSession(input=self._keys, output=self._screen, color_depth=self._depth)
        try:
            said = session.prompt(f"{text} [{shown}]: " if shown else f"{text}: ", default="" if shown else default)
        except EOFError:
            raise click.Abort from None
        return said.strip() or default

    def choose(self, question: Question) -> str:
        """A list that gives way to one line with what was chosen."""
        rows = Rows(question)
        typed = Buffer(multiline=False, on_text_changed=lambda buffer: rows.search(buffer.text))
        application: Application[str] = Application(
            layout=Layout(self._layout(rows, typed)),
            key_bindings=_bindings(rows, typed),
            input=self._keys,
            output=self._screen,
            color_depth=self._depth,
            erase_when_done=True,
        )
        try:
            value = application.run()
        except EOFError:
            raise click.Abort from None
        chosen = next((choice.text for choice in question.choices if choice.value == value), value)
        self._out.say(f"{question.text}: {' '.join(chosen.split())}")
        return value

    def _layout(self, rows: Rows, typed: Buffer) -> HSplit:
        asked = BufferControl(typed, input_processors=[BeforeInput(f"{rows.question.text}: ")])
        return HSplit(
            [
                Window(asked, dont_extend_height=True, wrap_lines=True),
                Window(FormattedTextControl(lambda: self._shown(rows)), dont_extend_height=True, wrap_lines=False),
                Window(FormattedTextControl(lambda: [("", self._status(rows))]), height=1),
            ]
        )

    def _shown(self, rows: Rows) -> StyleAndTextTuples:
        size = self._screen.get_size()
        height = max(1, min(_ROWS, size.rows - _REST))
        lines: StyleAndTextTuples = []
        for marked, choice in rows.window(height):
            text = fitting(choice.text, size.columns - _MARK)
            text = encodable(text, self._out.stderr) if self._out.stderr is not None else text
            lines += [("bold" if marked else "", f"{'>' if marked else ' '} {text}"), ("", "\n")]
        return lines[:-1]

    def _status(self, rows: Rows) -> str:
        if not rows.found:
            return "  Enter takes what you typed" if rows.question.is_open else "  nothing has that in it"
        many = f"  {len(rows.found)} of {len(rows.question.choices)}"
        told = f"{many} - {_HINT}"
        return told if len(told) < self._screen.get_size().columns else many


def fitting(text: str, columns: int) -> str:
    """The text in so many columns: without its padding, else without its middle; the end may tell two rows apart."""
    if get_cwidth(text) <= columns:
        return text
    cut = text = " ".join(text.split())
    kept = len(text)
    while kept > 2 and get_cwidth(cut) > columns:  # noqa: PLR2004 - a letter of each end
        kept -= 1
        cut = f"{text[: kept // 2]}...{text[kept // 2 - kept :]}"
    return cut


def searching(out: Output) -> Searching | None:
    """Lists for this terminal, or None for one that cannot show them."""
    try:
        screen = create_output(stdout=out.stderr)
        return Searching(out, create_input(sys.stdin), screen)
    except Exception:  # noqa: BLE001 - Windows consoles have errors of their own, whose names are not even importable here
        return None


def _bindings(rows: Rows, typed: Buffer) -> KeyBindings:
    keys = KeyBindings()
    for names, by in ((("up", "c-p"), -1), (("down", "c-n", "tab"), 1), (("pageup",), -_ROWS), (("pagedown",), _ROWS)):
        for name in names:
            keys.add(name)(lambda _event, by=by: rows.move(by))

    @keys.add("enter")
    def _take(event: KeyPressEvent) -> None:
        value = rows.taken(typed.text)
        if value is not None:
            event.app.exit(result=value)

    @keys.add("c-c")
    def _stop(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt())

    @keys.add("c-d")
    def _leave(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError())

    return keys
