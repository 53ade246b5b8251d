"""What a person's hand does on a desk: click the icon, pick rows of its menu, press a notice's button.

Where things are is read from the pixels, so no theme's measures stand here: rows lie evenly between a menu's separator
lines, and a notice's buttons are what touches the lowest line of its window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PIL import Image

from desktop.desk import Desk
from desktop.screen import Box, Screen
from desktop.tray_item import Row, TrayItem, tray_items
from patience import LIMIT, until, within

PANEL = Box(0, 768, 1280, 32)
"""Where panel.xml puts it."""
NOTICE = "xfce4-notifyd"
"""The name of a notice's window."""

_TRIES = 5
_MOMENT = 0.2
_BORDER = 2
_SMALLEST_BUTTON = 20
Colour = tuple[int, int, int]


class Hand:
    """A hand on a desk with a panel."""

    def __init__(self, desk: Desk, screen: Screen) -> None:
        self._desk = desk
        self._screen = screen

    def icon(self) -> TrayItem:
        """The one icon in the tray, waited for; more than one is a mistake."""
        names = until(lambda: tray_items(self._desk.bus), "an icon is in the tray")
        assert len(names) == 1, names
        return TrayItem(self._desk.bus, names[0])

    def icon_box(self) -> Box:
        """Where the icon shows on the panel, waited for."""

        def look() -> Box | None:
            strip = self._screen.picture(PANEL)
            background = _background(strip)
            drawn = [x for x in range(PANEL.width // 2, PANEL.width) if _differs(strip, x, background)]
            return Box(drawn[0], PANEL.y, drawn[-1] - drawn[0] + 1, PANEL.height) if drawn else None

        return until(look, "the panel draws an icon")

    def open_menu(self) -> Box:
        """Click the icon; the menu's place."""
        return self._opened()[1][0]

    def open_submenu(self, label: str) -> tuple[Box, Box]:
        """Open the menu, and the submenu of the row that begins so; both places."""
        _, boxes = self._opened(label)
        return boxes[0], boxes[1]

    def pick(self, *labels: str) -> None:
        """Open the menu and click the row that begins so, through submenus, with the pointer all the way."""
        row, boxes = self._opened(*labels[:-1], wanted=labels)
        self._screen.click(*self._place(row.rows, row.find(labels[-1]), boxes[-1]))
        self._screen.wait_for_menus(0)

    def _opened(self, *labels: str, wanted: Sequence[str] = ()) -> tuple[Row, list[Box]]:
        """The menu and the submenus of these rows, opened with the pointer: the innermost row, and where each lies.

        A menu that the program builds anew meanwhile is closed by the panel; a person clicks again.
        """
        for _ in range(_TRIES):
            menu = self._calm_menu(wanted or labels)
            self._screen.click(*self.icon_box().middle)
            if found := self._unfolded(menu, labels):
                return found
            self.close_menu()
        raise AssertionError("the menu does not stay open")

    def _unfolded(self, menu: Row, labels: Sequence[str]) -> tuple[Row, list[Box]] | None:
        row, boxes = menu, self._screen.menus_soon(1)
        for label in labels:
            if not boxes or self.icon().menu() != menu:
                return None
            row, above = row.find(label), row
            self._screen.click(*self._place(above.rows, row, boxes[-1]))
            boxes = self._screen.menus_soon(len(boxes) + 1)
        return (row, boxes) if boxes and self.icon().menu() == menu else None

    def _calm_menu(self, wanted: Sequence[str]) -> Row:
        """The menu, once it has the wanted row and the program leaves it as it is for a moment."""
        menu = self.icon().menu()

        def calm() -> bool:
            nonlocal menu
            last, menu = menu, self.icon().menu()
            return menu == last and menu.has(*wanted)

        if not within(LIMIT, calm, step=_MOMENT):
            menu.find(*wanted)
            raise AssertionError("the menu never stays as it is")
        return menu

    def pick_by_keys(self, *labels: str) -> None:
        """The same with the arrow keys, which pass over rows that cannot be chosen."""
        row, _ = self._opened(wanted=labels)
        for depth, label in enumerate(labels, 1):
            found = row.find(label)
            able = [r for r in row.rows if r.enabled and not r.separator]
            downs = able.index(found) + (1 if depth == 1 else 0)
            self._screen.key(*["Down"] * downs, "Return" if depth == len(labels) else "Right")
            self._screen.wait_for_menus(0 if depth == len(labels) else depth + 1)
            row = found

    def close_menu(self) -> None:
        """Close it without a choice."""
        for _ in self._screen.menus():
            self._screen.key("Escape")
        self._screen.wait_for_menus(0)

    def notice(self) -> Box:
        """The notice that shows, waited for and painted."""
        boxes = until(lambda: self._screen.windows(NOTICE), "a notice shows")
        self._screen.wait_until_still(boxes[-1])
        return self._screen.windows(NOTICE)[-1]

    def notices(self) -> int:
        """How many show."""
        return len(self._screen.windows(NOTICE))

    def press(self, number: int) -> None:
        """Press a button of the notice that shows, counted from the left and zero."""
        box = self.notice()
        buttons = _buttons(self._screen.picture(box))
        assert len(buttons) > number, f"the notice has {len(buttons)} buttons"
        x, y = buttons[number]
        self._screen.click(box.x + x, box.y + y)

    def buttons(self) -> int:
        """How many buttons the notice that shows has."""
        return len(_buttons(self._screen.picture(self.notice())))

    def _place(self, rows: Sequence[Row], wanted: Row, box: Box) -> tuple[int, int]:
        lines = _separators(self._screen.picture(box))
        groups: list[list[Row]] = [[]]
        for row in rows:
            if row.separator:
                groups.append([])
            else:
                groups[-1].append(row)
        assert len(lines) == len(groups) - 1, f"{len(lines)} lines are drawn between {len(groups)} groups of rows"
        edges = [_BORDER, *lines, box.height - _BORDER]
        number = next(n for n, group in enumerate(groups) if wanted in group)
        top, bottom = edges[number], edges[number + 1]
        height = (bottom - top) / len(groups[number])
        return box.x + box.width // 3, box.y + round(top + height * (groups[number].index(wanted) + 0.5))


def _background(picture: Image.Image) -> Colour:
    colours: Any = picture.getcolors(1 << 24)
    most: Colour = max(colours)[1]
    return most


def _differs(picture: Image.Image, x: int, background: Colour) -> bool:
    inside = range(_BORDER, picture.height - _BORDER)
    return any(_far(picture.getpixel((x, y)), background) for y in inside)


def _far(colour: Any, other: Colour, distance: int = 24) -> bool:
    apart: int = sum(abs(a - b) for a, b in zip(colour, other, strict=True))
    return apart > distance


def _separators(menu: Image.Image) -> list[int]:
    """The heights of the lines that go through from side to side."""
    background = _background(menu)

    def line(y: int) -> bool:
        colours = {menu.getpixel((x, y)) for x in range(_BORDER, menu.width - _BORDER)}
        return len(colours) == 1 and background not in colours

    return _firsts(line, range(_BORDER, menu.height - _BORDER))


def _firsts(is_so: Callable[[int], bool], where: Iterable[int]) -> list[int]:
    """Where it begins to be so."""
    found: list[int] = []
    before = False
    for n in where:
        now = is_so(n)
        if now and not before:
            found.append(n)
        before = now
    return found


def _buttons(notice: Image.Image) -> list[tuple[int, int]]:
    """The middles of the buttons: runs of the lowest line that is drawn inside the window."""
    background = _background(notice)
    for y in range(notice.height - 2 * _BORDER, notice.height // 2, -1):
        runs: list[list[int]] = []
        for x in range(2 * _BORDER, notice.width - 2 * _BORDER):
            if not _far(notice.getpixel((x, y)), background):
                continue
            if runs and runs[-1][-1] == x - 1:
                runs[-1].append(x)
            else:
                runs.append([x])
        wide = [run for run in runs if len(run) >= _SMALLEST_BUTTON]
        if wide:
            return [(run[len(run) // 2], y - 8) for run in wide]
    return []
