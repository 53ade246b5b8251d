"""A terminal of which a picture can be taken: what commands write to it, as a page."""  # noqa: INP001 - a part of a script

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from aws_sso_core import programs
from aws_sso_core.cli.table import PROGRAM

LIMIT = 150.0
"""Seconds for one command."""
ROWS = 60

_PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #14191f; }}
div {{ display: inline-block; padding: 14px 18px 16px; background: #14191f; }}
pre {{ margin: 0; color: #d7dde4; font: 14px/1.32 "DejaVu Sans Mono", monospace; }}
pre {{ max-width: {columns}ch; white-space: pre-wrap; overflow-wrap: anywhere; word-break: break-all; }}
</style><div><pre>{code}</pre></div>"""
Colour = tuple[int, int, int]
GROUND: Colour = (20, 25, 31)
INK: Colour = (215, 221, 228)
COLOURS: list[Colour] = [
    (20, 25, 31),
    (255, 110, 103),
    (94, 211, 130),
    (240, 198, 80),
    (104, 170, 255),
    (211, 146, 232),
    (94, 205, 214),
    (215, 221, 228),
]
_MOVE = re.compile(r"\x1b\[(\d*)A|\x1b\[2K|\x1b\[\?25[lh]|\r|\n")


class Session:
    """Commands typed one after another, and all that they wrote.

    Args:
        env: of the person who types.
        home: where they are.
        columns: how wide the window is.
    """

    def __init__(self, *, env: Mapping[str, str], home: Path, columns: int) -> None:
        self._env = {**env, "COLUMNS": str(columns)}
        self._home = home
        self._columns = columns
        self._written = ""
        self.moments: list[tuple[float, str]] = []
        """All that was written, at each moment when something came: seconds since the command began."""

    def type(self, *words: str, until: Callable[[str], bool] = lambda _: False) -> None:
        """Run ``aws-sso-tray WORDS`` to its end, or until what it has written satisfies ``until``."""
        self._written += (
            "\n" if self._written else ""
        ) + f"\x1b[1m$ {' '.join((PROGRAM, *(_quoted(word) for word in words)))}\x1b[0m\n"
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, self._columns, 0, 0))
        child = subprocess.Popen(
            (*programs.command_line(), *words),
            env=self._env,
            cwd=self._home,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        said = self._read(ours, until)
        if child.poll() is None:
            child.send_signal(signal.SIGINT)
            self._read(ours, lambda _: False)
        child.wait(LIMIT)
        os.close(ours)
        self._written += said

    def leave_out(self, begin: str, end: str = "") -> None:
        """Put an ellipsis for what was written from ``begin`` up to ``end``, or to the end: a picture is one screen."""
        before, _, rest = self._written.partition(begin)
        after = rest[rest.index(end) :] if end else ""
        self._written = f"{before}…\n{after}"

    def html(self) -> str:
        """A page with nothing but the window's contents."""
        from rich.console import Console  # noqa: PLC0415 - of the project's own dependencies
        from rich.terminal_theme import TerminalTheme  # noqa: PLC0415 - as above
        from rich.text import Text  # noqa: PLC0415 - as above

        theme = TerminalTheme(GROUND, INK, COLOURS, COLOURS)
        console = Console(record=True, width=self._columns, file=Path(os.devnull).open("w"))  # noqa: SIM115 - for a moment
        console.print(Text.from_ansi("\n".join(shown(self._written))), soft_wrap=True)
        return _PAGE.format(
            columns=self._columns, code=console.export_html(theme=theme, inline_styles=True, code_format="{code}")
        )

    def _read(self, master: int, until: Callable[[str], bool]) -> str:
        said, begin = b"", time.monotonic()
        deadline = begin + LIMIT
        while not until(said.decode(errors="replace")):
            if not select.select([master], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise TimeoutError(said.decode(errors="replace"))
            try:
                more = os.read(master, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not more:
                break
            said += more
            self.moments.append((time.monotonic() - begin, self._written + said.decode(errors="ignore")))
        return said.decode()


def _quoted(word: str) -> str:
    return word if re.fullmatch(r"[\w./:=-]+", word) else f'"{word}"'


def shown(written: str) -> list[str]:
    """The lines that stand on the screen in the end: ups and erasures done, colours kept."""
    lines, row, at = [""], 0, 0
    for move in _MOVE.finditer(written):
        lines[row] += written[at : move.start()]
        at = move.end()
        if move[0] == "\n":
            row += 1
            if row == len(lines):
                lines.append("")
        elif move[0].endswith("A"):
            row = max(0, row - int(move[1] or 1))
        elif move[0].endswith("K"):
            lines[row] = ""
    lines[row] += written[at:]
    while lines and not lines[-1].strip():
        lines.pop()
    return lines
