"""What a person and a script get to see.

The voice:

- Answers go to standard output; progress, advice and problems go to standard error.
- A problem is one sentence that says what is the matter, then one that says what to do.
- ``--json`` everywhere a script may ask: one object, or one line per event where something takes its time.
- Colour only on a terminal, and never as the only sign. ``NO_COLOR`` (https://no-color.org) and ``TERM=dumb`` switch it
  off, ``FORCE_COLOR`` on.
- Local time in words for people, UTC with ``Z`` for scripts.
- A console that cannot draw a character gets a plainer one, and none gets one to obey (``visible``). JSON is ASCII,
  whatever the console's code page.
"""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TextIO

from aws_sso_core.errors import AppError
from aws_sso_core.timestamps import format_time
from aws_sso_core.visible import visible

if TYPE_CHECKING:
    from rich.console import Console

WIDE = 1000
"""Columns where there is no terminal: `grep` wants whole lines."""

_NARROWEST = 40

JSON_VERSION = 1
"""The ``version`` of every JSON answer; fields may be added under it, never renamed."""

_PLAIN = str.maketrans({"…": "..."})
_COLOURS = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


class Output:
    """The two streams of a command, and how it speaks on them."""

    def __init__(self, *, env: Mapping[str, str], stdout: TextIO | None, stderr: TextIO | None) -> None:
        """Without a console (pythonw) the streams are None: then nothing is said, and nothing breaks."""
        self.env = env
        self.stdout = stdout
        self.stderr = stderr

    @classmethod
    def of_process(cls, env: Mapping[str, str]) -> Output:
        """The streams of this process as they are now."""
        return cls(env=env, stdout=sys.stdout, stderr=sys.stderr)

    def answer(self, text: str = "") -> None:
        """One or more lines of the answer, on standard output."""
        self._write(self.stdout, text)

    def script(self, text: str) -> None:
        """Text for a program to run, on standard output: UTF-8 and line feeds, whatever the system's own ways are."""
        if self.stdout is not None:
            if isinstance(self.stdout, io.TextIOWrapper):
                self.stdout.reconfigure(encoding="utf-8", newline="\n")
            self.stdout.write(text)
            self.stdout.flush()

    def say(self, text: str = "") -> None:
        """Progress or advice, on standard error."""
        self._write(self.stderr, text)

    def answer_diff(self, lines: Sequence[str]) -> None:
        """The lines of a unified diff, on standard output."""
        self.answer(_in_colours(lines, self.painted))

    def say_diff(self, lines: Sequence[str]) -> None:
        """The same, on standard error."""
        self.say(_in_colours(lines, self.paint))

    def ask(self, text: str) -> None:
        """A question, on standard error; the answer is typed into the same line."""
        self._write(self.stderr, text, end="")

    def advise(self, sentence: str, fix: str = "") -> None:
        """Something that is not quite right but stops nothing, on standard error."""
        self.say(f"{self.paint('Note:', 'yellow', 'bold')} {sentence}")
        if fix:
            self.say(f"  {fix}")

    def problem(self, error: AppError, *, about: str = "") -> None:
        """A problem: what is the matter, and what to do; ``about`` tells which of several things has it."""
        self.say(f"{self.paint('aws-sso-tray:', 'red', 'bold')} {f'{about}: ' if about else ''}{error.sentence}")
        if error.hint:
            self.say(f"  {error.hint}")

    def json(self, answer: Mapping[str, Any]) -> None:
        """One JSON object as the whole answer; easy to read on a terminal, one line elsewhere."""
        indent = 2 if is_terminal(self.stdout) else None
        self._write(self.stdout, json.dumps({"version": JSON_VERSION, **answer}, default=_plain, indent=indent))

    def event(self, name: str, **fields: Any) -> None:
        """One JSON line among several; the last one is the outcome."""
        self._write(self.stdout, json.dumps({"version": JSON_VERSION, "event": name, **fields}, default=_plain))

    def error_event(self, error: AppError, **fields: Any) -> None:
        """A problem as a JSON line, for ``--json``."""
        self.event(
            "error", kind=error.kind, message=error.sentence, hint=error.hint, exit_code=error.exit_code, **fields
        )

    def paint(self, text: str, *styles: str) -> str:
        """The text with ANSI styles for standard error, if that shows them."""
        return self._styled(text, self.stderr, styles)

    def painted(self, text: str, *styles: str) -> str:
        """The same for standard output."""
        return self._styled(text, self.stdout, styles)

    def _styled(self, text: str, stream: TextIO | None, styles: Sequence[str]) -> str:
        if not self.colours(stream):
            return text
        return f"\x1b[{';'.join(_COLOURS[s] for s in styles)}m{text}\x1b[0m"

    def colours(self, stream: TextIO | None) -> bool:
        """Whether this stream shows colours and wants them."""
        if self.env.get("NO_COLOR"):
            return False
        if self.env.get("FORCE_COLOR"):
            return True
        return is_terminal(stream) and self.env.get("TERM") != "dumb"

    @property
    def columns(self) -> int:
        """How wide a line may be: as wide as the terminal, and any width where there is none."""
        return max(_NARROWEST, shutil.get_terminal_size().columns) if is_terminal(self.stdout) else WIDE

    def console(self) -> Console:
        """A rich console on standard output: as wide as the terminal, and never wrapping where there is none."""
        from rich.console import Console  # noqa: PLC0415 - 50 ms; only tables need it

        terminal = is_terminal(self.stdout)
        return Console(
            file=self.stdout or io.StringIO(),
            width=None if terminal else WIDE,
            color_system=_colour_system(terminal=terminal) if self.colours(self.stdout) else None,
            force_terminal=terminal,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def _write(self, stream: TextIO | None, text: str, *, end: str = "\n") -> None:
        if stream is None:
            return
        stream.write(encodable(visible(text), stream) + end)
        stream.flush()


def _in_colours(lines: Sequence[str], paint: Callable[..., str]) -> str:
    styles = {"+": "green", "-": "red", "@": "cyan"}
    return "\n".join(paint(line, styles[line[0]]) if line[:1] in styles else line for line in lines)


def _colour_system(*, terminal: bool) -> Literal["auto", "standard"]:
    return "auto" if terminal else "standard"


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person sees this stream at once."""
    return bool(stream and stream.isatty())


def encodable(text: str, stream: TextIO) -> str:
    """The text as this stream's encoding (cp437 and cp1252 on Windows consoles) can say it."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    except LookupError:
        return text.translate(_PLAIN).encode("ascii", "replace").decode("ascii")
    return text


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return format_time(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")
