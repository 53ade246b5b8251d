"""How the demo looks: chapters, commands with their output, notices, and two bars that run out.

On a terminal it is drawn with rich; anywhere else the same story is told in plain lines.
"""

from __future__ import annotations

import contextlib
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_sso_core.cli.output import Output, is_terminal

if TYPE_CHECKING:
    from rich.live import Live

WIDTH = 92
_MARGIN = "  "
_INSET = "    "


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that runs out."""

    label: str
    left: float
    """Seconds; 0 when it has run out."""
    whole: float
    note: str = ""


class Stage:
    """Tells the story on standard output."""

    def __init__(self, out: Output) -> None:
        self._out = out
        self.lively = is_terminal(out.stdout)
        """Whether somebody watches: then there are colours and moving bars."""
        self._console = out.console()
        self._live: Live | None = None
        self._after_output = False
        self._width = min(WIDTH, self._console.width) if self.lively else WIDTH

    def title(self, text: str) -> None:
        """The first line."""
        self._line(text, "bold")
        self._line("")

    def chapter(self, number: int, text: str) -> None:
        """A new chapter."""
        self._line("")
        self._line(f"{number}  {text}", "bold cyan")

    def end(self, text: str) -> None:
        """The last paragraph, and what comes next."""
        self._after_output = True
        self.say(text)
        self.say("Yours next: `aws-sso-tray configure`, then `aws-sso-tray start`.")

    def say(self, text: str, style: str = "") -> None:
        """A paragraph of the story."""
        if self._after_output:
            self._line("")
        for line in textwrap.wrap(text, self._width - len(_MARGIN), break_on_hyphens=False) or [""]:
            self._line((_MARGIN + line).rstrip(), style)

    def command(self, text: str) -> None:
        """What a person would type."""
        self._line("")
        self._line(f"{_MARGIN}$ {text}", "bold")

    def output(self, text: str) -> None:
        """What a command answered."""
        room = self._width - len(_INSET)
        for line in text.splitlines():
            # The address of a sign-in page is far longer than a line, and nobody has to read its end.
            if "://" in line and len(line) > room:
                parts = [f"{line[: room - 3]}..."]
            else:
                parts = textwrap.wrap(line, room, break_long_words=False, break_on_hyphens=False) or [""]
            for part in parts if len(line) > room else [line]:
                self._line((_INSET + part).rstrip(), "dim" if self.lively else "")
        self._after_output = True

    def event(self, at: float, text: str, style: str = "") -> None:
        """Something that happened so many seconds after the sign-in."""
        self._line(f"{_MARGIN}{stopwatch(at)}  {text}", style)

    def notice(self, at: float, title: str, body: str, buttons: Sequence[str]) -> None:
        """What the tray shows as a desktop notification."""
        drawn = "  ".join(f"[ {button} ]" for button in buttons)
        if not self.lively:
            self.event(at, f"Notice: {title}")
            for line in (*textwrap.wrap(body, self._width - 16), drawn):
                self._line(f"{_MARGIN}{'':15}{line}")
            return
        from rich.padding import Padding  # noqa: PLC0415 - as all of rich here: only for the demo
        from rich.panel import Panel  # noqa: PLC0415 - as above
        from rich.text import Text  # noqa: PLC0415 - as above

        text = Text.assemble((title, "bold"), "\n", body, "\n\n", (drawn, "cyan"))
        panel = Panel(text, border_style="yellow", width=min(66, self._width - 8), padding=(0, 1))
        self._console.print(Text.assemble(_MARGIN, stopwatch(at), "  a notice on the desktop:"))
        self._console.print(Padding(panel, (0, 0, 0, 8)))

    @contextlib.contextmanager
    def bars(self) -> Iterator[None]:
        """While it lasts ``show`` draws bars below what is told; nothing of them stays."""
        if not self.lively:
            yield
            return
        from rich.live import Live  # noqa: PLC0415 - as above

        with Live(console=self._console, auto_refresh=False, transient=True) as live:
            self._live = live
            try:
                yield
            finally:
                self._live = None

    def show(self, bars: Sequence[Bar]) -> None:
        """The bars as they are now."""
        if self._live is None:
            return
        from rich.progress_bar import ProgressBar  # noqa: PLC0415 - as above
        from rich.table import Table  # noqa: PLC0415 - as above
        from rich.text import Text  # noqa: PLC0415 - as above

        table = Table.grid(padding=(0, 2))
        for bar in bars:
            full = max(0.0, min(1.0, bar.left / bar.whole)) if bar.whole else 0.0
            colour = "green" if full > 0.5 else "yellow" if full > 0.2 else "red"  # noqa: PLR2004 - a matter of taste
            drawn = ProgressBar(total=1.0, completed=full, width=30, complete_style=colour, finished_style=colour)
            left = f"{bar.left:3.0f} s left" if bar.left > 0 else "over"
            table.add_row("", bar.label, drawn, Text(left, style=colour), Text(bar.note, style="dim"))
        self._live.update(table, refresh=True)

    def _line(self, text: str, style: str = "") -> None:
        self._after_output = False
        if not self.lively:
            self._out.answer(text)
            return
        from rich.text import Text  # noqa: PLC0415 - as above

        self._console.print(Text(text, style=style), soft_wrap=True)


def stopwatch(seconds: float) -> str:
    """``0:07``."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02}"
