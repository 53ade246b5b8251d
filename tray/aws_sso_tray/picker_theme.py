"""The picker's colours, dark and light, and what fits beside each other.

Text stands out from its ground by at least 4.5 : 1 (WCAG AA); a test holds that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as ``#rrggbb``."""

    ground: str
    text: str
    dim: str
    """Account, role and region; hints."""
    match: str
    """Letters that were typed."""
    line: str
    selected: str
    """The ground of the row that Enter takes."""
    hover: str
    mark: str
    """The bar beside the selected row, the text cursor."""
    star: str
    production: str
    production_ground: str
    active: str
    active_ground: str
    problem: str
    slider: str


LIGHT: Final = Theme(
    ground="#ffffff",
    text="#1c232b",
    dim="#586472",
    match="#0a58b8",
    line="#dde2e8",
    selected="#e4eefb",
    hover="#f3f6f9",
    mark="#0a66d6",
    star="#a86f00",
    production="#8f1d4f",
    production_ground="#fbe3ee",
    active="#0b5f38",
    active_ground="#dcf3e6",
    problem="#b3261e",
    slider="#c3cbd4",
)

DARK: Final = Theme(
    ground="#1d2228",
    text="#e9edf1",
    dim="#9faab6",
    match="#7db8ff",
    line="#343c46",
    selected="#2b3a4d",
    hover="#252c34",
    mark="#5aa5ff",
    star="#f2c14e",
    production="#ffb3d1",
    production_ground="#55203b",
    active="#93e6b6",
    active_ground="#1f4431",
    problem="#ff9a92",
    slider="#4c5763",
)


def theme_for(setting: str, *, dark: bool | None) -> Theme:
    """The theme.

    Args:
        setting: "auto", "light" or "dark".
        dark: what the desktop says; None when nobody knows.
    """
    if setting == "auto":
        return DARK if dark else LIGHT
    return DARK if setting == "dark" else LIGHT


def that_fit(widths: Sequence[int], room: int) -> list[int]:
    """Which of several things in a row fit beside each other; the last is dropped last but for the first.

    Args:
        widths: of the things, in their order.
        room: for all of them together.
    """
    fit: list[int] = []
    for number in dict.fromkeys((0, len(widths) - 1, *range(len(widths)))):
        if widths and widths[number] <= room:
            room -= widths[number]
            fit.append(number)
    return sorted(fit)
