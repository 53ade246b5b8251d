"""Tray icons as the bus has them: StatusNotifierItem for the icon, com.canonical.dbusmenu for its menu."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aws_sso_core.desktop.linux.bus import Bus, BusFailed, Service

WATCHER_SERVICE = Service("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher")


@dataclass(frozen=True)
class Row:
    """One row of a menu."""

    number: int
    label: str
    enabled: bool
    ticked: bool | None
    """None where there is no tick to have."""
    separator: bool
    rows: tuple[Row, ...]

    def find(self, *labels: str) -> Row:
        """The row whose label begins so, by one label a level.

        Raises:
            LookupError: there is none; the message is the whole menu.
        """
        row = self
        for label in labels:
            found = [r for r in row.rows if r.label.startswith(label)]
            if not found:
                raise LookupError(f"no {label!r} in:\n{row.text()}")
            row = found[0]
        return row

    def has(self, *labels: str) -> bool:
        """Whether ``find`` finds it."""
        try:
            self.find(*labels)
        except LookupError:
            return False
        return True

    def text(self) -> str:
        """The rows below as text, to read in a failure."""
        return "\n".join(self._lines(""))

    def _lines(self, indent: str) -> Iterator[str]:
        for row in self.rows:
            tick = {True: "* ", False: "o ", None: ""}[row.ticked]
            label = "---" if row.separator else f"{tick}{row.label}"
            yield indent + (label if row.enabled or row.separator else f"({label})")
            yield from row._lines(indent + "    ")


class TrayItem:
    """One icon that a program has put into the tray."""

    def __init__(self, bus: Bus, name: str) -> None:
        self._bus = bus
        owner, _, path = name.partition("/")
        self._item = Service(owner, f"/{path}", "org.kde.StatusNotifierItem")
        self._menu = Service(owner, str(self.get("Menu")), "com.canonical.dbusmenu")

    def get(self, name: str) -> Any:
        """A property of the item: Title, IconName, Status ..."""
        return self._bus.get(self._item, name)

    @property
    def icon(self) -> str:
        """The path of the picture that shows."""
        return str(self.get("IconName"))

    def menu(self) -> Row:
        """The whole menu as it is now. Numbers change with every rebuild, so look again before each click."""
        _, root = self._bus.call(self._menu, "GetLayout", "iias", (0, -1, []))
        return _row(root)

    def click(self, *labels: str) -> Row:
        """Click a row as a panel does when a person has; returns when the click was taken."""
        while True:
            row = self.menu().find(*labels)
            body = (row.number, "clicked", ("i", 0), int(time.time()) & 0xFFFFFFFF)
            try:
                self._bus.call(self._menu, "Event", "isvu", body)
            except BusFailed:  # rebuilt between our look and our click
                if self.menu().find(*labels).number == row.number:
                    raise
            else:
                return row


def tray_items(bus: Bus) -> list[str]:
    """The names of all icons in the tray; empty where there is no tray."""
    try:
        names = bus.get(WATCHER_SERVICE, "RegisteredStatusNotifierItems")
    except BusFailed:
        return []
    return [str(name) for name in names]


def _row(node: Any) -> Row:
    number, properties, children = node
    values = {name: value for name, (_, value) in properties.items()}
    return Row(
        number=number,
        label=str(values.get("label", "")).replace("__", "_"),
        enabled=bool(values.get("enabled", True)),
        ticked=bool(values.get("toggle-state")) if values.get("toggle-type") else None,
        separator=values.get("type") == "separator",
        rows=tuple(_row(child) for _, child in children if values.get("visible", True)),
    )
