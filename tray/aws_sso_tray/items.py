"""The tree that a menu is: rows, separators, submenus; and its text form for tests and screen readers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from aws_sso_tray import words
from aws_sso_tray.actions import Action

LONGEST_LABEL = 60
"""Characters of a label that may hold a foreign name; beyond about this a GTK menu grows over the screen."""

LONGEST_LIST = 25
"""Rows of one submenu before it is cut into ranges: what fits a small screen at GTK's 25 px a row."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row. With ``children`` a submenu, with ``action`` a click, with neither a line to read."""

    label: str
    action: Action | None = None
    children: tuple[Item, ...] = ()
    checked: bool | None = None
    """A tick (True), room for one (False), or neither (None). Ticked rows of one menu exclude each other."""
    default: bool = False
    """What a click on the icon itself does, where the system tells that from opening the menu (Windows, GtkStatusIcon)."""

    @property
    def enabled(self) -> bool:
        """Whether a click or a hover does something."""
        return self.action is not None or bool(self.children)


SEPARATOR: Final = Item("")
"""A line between groups; the only item without a label."""


def as_text(items: Iterable[Item], indent: str = "") -> str:
    """The menu as text: ``>`` a submenu, ``*`` a tick, ``o`` no tick, ``( )`` a line to read."""
    lines: list[str] = []
    for item in items:
        if item == SEPARATOR:
            lines.append(f"{indent}---")
        elif item.children:
            lines += [f"{indent}{_mark(item)}{item.label} >", as_text(item.children, indent + "    ")]
        else:
            lines.append(f"{indent}{_mark(item)}{item.label}" if item.action else f"{indent}({item.label})")
    return "\n".join(lines)


def _mark(item: Item) -> str:
    return {True: "* ", False: "o ", None: ""}[item.checked]


def in_ranges(items: Sequence[Item]) -> tuple[Item, ...]:
    """The rows themselves; a long list becomes submenus named by their first and last row, none over ``LONGEST_LIST``."""
    if len(items) <= LONGEST_LIST:
        return tuple(items)
    pieces = min(LONGEST_LIST, -(-len(items) // LONGEST_LIST))
    size = -(-len(items) // pieces)
    return tuple(_range(items[i : i + size]) for i in range(0, len(items), size))


def _range(rows: Sequence[Item]) -> Item:
    half = (LONGEST_LABEL - 3) // 2
    # An account's number after its name tells nobody where they are in a list of names.
    first, last = (
        words.cut(row.label.removesuffix(words.PRODUCTION).partition(" - ")[0], half) for row in (rows[0], rows[-1])
    )
    return Item(f"{first} - {last}", children=in_ranges(rows))
