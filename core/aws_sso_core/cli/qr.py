"""A QR code in the terminal, for the phone that approves a sign-in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_QUIET = 4
"""Light modules around the code that readers need (ISO/IEC 18004, 6.3.8)."""


def lines(text: str, *, blocks: bool, colours: bool) -> list[str]:
    """The code, line by line.

    Args:
        text: what it says.
        blocks: half blocks, two modules to a character; otherwise plain ASCII, twice as wide and high.
        colours: paint it black on white, whatever the terminal's own colours; otherwise light on dark is assumed.
    """
    import segno  # noqa: PLC0415 - 70 ms, for this option only

    rows = [[bool(module) for module in row] for row in segno.make(text, error="l").matrix_iter(border=_QUIET)]
    drawn = list(_half_blocks(rows) if blocks else _ascii(rows))
    return [f"\x1b[97;40m{line}\x1b[0m" for line in drawn] if colours else drawn


def _half_blocks(rows: Sequence[Sequence[bool]]) -> Iterator[str]:
    """Light modules are drawn, dark ones are the background."""
    blank = [True] * len(rows[0])
    for upper, lower in zip(rows[::2], [*rows[1::2], blank], strict=False):
        yield "".join("█▀▄ "[2 * top + bottom] for top, bottom in zip(upper, lower, strict=True))


def _ascii(rows: Sequence[Sequence[bool]]) -> Iterator[str]:
    for row in rows:
        yield "".join("  " if dark else "##" for dark in row)
