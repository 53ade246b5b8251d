"""How a person is asked, on standard error: in a terminal by lists that are searched by typing, else by numbers."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Sequence
from typing import Protocol

import click

from aws_sso_core.cli.output import Output
from aws_sso_core.errors import UsageError
from aws_sso_core.questions import Choice, Question

_SHOWN = 20
"""Numbered choices at a time."""
_WIDEST = 100
"""Columns; longer lines are hard to read."""


class Asker(Protocol):
    """One way to ask."""

    def line(self, text: str, default: str, shown: str = "") -> str:
        """One line of text; Enter alone is ``default``, which may be changed unless something else is ``shown``.

        Raises:
            click.Abort: the person has gone.
        """

    def choose(self, question: Question) -> str:
        """The value of one of the choices, or other text where the question is open; raises as ``line``."""


class Numbers:
    """Asks by numbered lists and whole lines, for terminals that can do no more."""

    def __init__(self, out: Output) -> None:
        self._out = out

    def line(self, text: str, default: str, shown: str = "") -> str:
        """As ``Asker``."""
        while True:
            self._out.ask(f"{text} [{shown or default}]: " if default else f"{text}: ")
            said = sys.stdin.readline()
            if not said:
                raise click.Abort
            if said.strip() or default:
                return said.strip() or default

    def choose(self, question: Question) -> str:
        """As ``Asker``; a number, or any part of the text, narrows the list down to one."""
        rows: Sequence[Choice] = question.choices
        self._out.say(f"{question.text}:")
        while True:
            for number, row in enumerate(rows[:_SHOWN], 1):
                self._out.say(f"  {number:>2}  {row.text}")
            if len(rows) > _SHOWN:
                self._out.say(f"      and {len(rows) - _SHOWN} more")
            said = self.line("Number, or part of the name", question.default)
            if said.isdecimal() and 0 < int(said) <= min(len(rows), _SHOWN):
                return rows[int(said) - 1].value
            found = [row for row in question.choices if said == row.value] or question.matching(said)
            if len(found) == 1:
                return found[0].value
            if not found and question.is_open:
                return said
            if not found:
                self._out.say(f"Nothing has {said!r} in it.")
            rows = found or question.choices


def explain(out: Output, text: str) -> None:
    """Whole sentences before a question, broken where the terminal ends."""
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    for line in textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False):
        out.say(out.paint(line, "dim"))


def asker(out: Output) -> Asker:
    """The best way that this terminal has."""
    if out.env.get("TERM") != "dumb":
        from aws_sso_core.cli import search_list  # noqa: PLC0415 - prompt_toolkit: 100 ms, for questions only

        searching = search_list.searching(out)
        if searching is not None:
            return searching
    return Numbers(out)


def ask_until(asking: Callable[[], str], accept: Callable[[str], str], out: Output) -> str:
    """Ask until the answer is one, and say each time why it is none."""
    while True:
        try:
            return accept(asking())
        except UsageError as error:
            out.say(error.sentence)
            if error.hint:
                out.say(f"  {error.hint}")


def confirm(by: Asker, text: str, out: Output, *, default: bool) -> bool:
    """Yes or no."""

    def accept(said: str) -> str:
        if said.lower() not in {"y", "yes", "n", "no"}:
            raise UsageError("Please answer y or n.")
        return said.lower()

    shown = "Y/n" if default else "y/N"
    return ask_until(lambda: by.line(text, "y" if default else "n", shown), accept, out).startswith("y")
