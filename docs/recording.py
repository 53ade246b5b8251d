"""A film of a terminal: one SVG that plays once when it is opened, without any script in it."""  # noqa: INP001 - a script's part

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from html import escape
from itertools import pairwise

from docs.terminal import COLOURS, GROUND, INK, shown
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from rich.text import Text

WIDE, HIGH, EDGE = 8.43, 18, 16
"""Pixels of a character, of a line, and of the margin; the first is that of DejaVu Sans Mono at 14 pixels."""
PAUSE = 1.0
"""Seconds between two pictures, at least."""
END = 3.0
"""Seconds that the last one is new for."""
_THEME = TerminalTheme(GROUND, INK, COLOURS, COLOURS)
_LOOKS = (
    '<style>text{font:14px "DejaVu Sans Mono",Menlo,Consolas,monospace;white-space:pre;'
    f"fill:rgb{INK}}}.b{{font-weight:bold}}g{{visibility:hidden}}</style>"
)
_PLAIN = Console(file=io.StringIO())
Moment = tuple[float, str]
"""Seconds since the begin, and all that was written by then."""


def film(moments: Iterable[Moment], *, columns: int, rows: int) -> str:
    """The SVG; the window shows the last ``rows`` lines."""
    pictures = list(_pictures(moments, rows))
    length = pictures[-1][0] + END
    lines = {
        line: f"l{n}" for n, line in enumerate(dict.fromkeys(line for _, shot in pictures for line in shot if line))
    }
    width, height = round(columns * WIDE) + 2 * EDGE, rows * HIGH + 2 * EDGE
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
            _LOOKS,
            f'<rect width="100%" height="100%" fill="rgb{GROUND}"/>',
            "<defs>",
            *(f'<text id="{name}">{_spans(line)}</text>' for line, name in lines.items()),
            "</defs>",
            *_groups(pictures, lines, length),
            "</svg>\n",
        )
    )


def _pictures(moments: Iterable[Moment], rows: int) -> Iterator[tuple[float, list[str]]]:
    """When, and the lines that stand in the window from then on."""
    before: tuple[float, list[str]] | None = None
    for at, written in moments:
        now = shown(written)[-rows:]
        if before and at - before[0] < PAUSE:
            before = before[0], now
            continue
        if before and before[1] != now:
            yield before
        if not before or before[1] != now:
            before = at, now
    if before:
        yield before


def _groups(pictures: list[tuple[float, list[str]]], lines: dict[str, str], length: float) -> Iterator[str]:
    ends = [at for at, _ in pictures[1:]] + [length]
    for (at, shot), end in zip(pictures, ends, strict=True):
        last = end == length
        yield "<g>" + "".join(
            f'<use href="#{lines[line]}" x="{EDGE}" y="{EDGE + HIGH * n + 13}"/>' for n, line in enumerate(shot) if line
        )
        span = "" if last else f' dur="{end - at:.2f}s"'
        yield f'<set attributeName="visibility" to="visible" begin="{at:.2f}s"{span}/></g>'


def _spans(line: str) -> str:
    return "".join(_span(segment) for segment in _segments(line))


def _segments(line: str) -> Iterator[Segment]:
    text = Text.from_ansi(line)
    edges = sorted({0, len(text), *(edge for span in text.spans for edge in (span.start, span.end))})
    for begin, end in pairwise(edges):
        yield Segment(text.plain[begin:end], text.get_style_at_offset(_PLAIN, begin))


def _span(segment: Segment) -> str:
    style = segment.style or Style()
    colour = style.color.get_truecolor(_THEME) if style.color else None
    looks = (f' fill="{colour.hex}"' if colour else "") + (' class="b"' if style.bold else "")
    looks += ' opacity=".55"' if style.dim else ""
    return f"<tspan{looks}>{escape(segment.text)}</tspan>" if looks else escape(segment.text)
