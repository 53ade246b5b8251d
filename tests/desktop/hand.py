"""What a person's hand does on a desk: click the icon, pick rows of its menu, press a notice's button.

Where things are is read from the pixels, so no theme's measures stand here: rows lie evenly between a menu's separator
lines, and a notice's buttons are what touches the lowest line of its window. A person whose click went nowhere, because
the program just drew the menu or the notice anew, clicks again; so does the hand, which hears on the bus what arrived.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from PIL import Image

from aws_sso_core.desktop.linux.bus import BusFailed
from desktop.desk import Desk
from desktop.overheard import Overheard
from desktop.screen import Box, Screen
from desktop.tray_item import Row, TrayItem, tray_items
from patience import LIMIT, until, within

PANEL = Box(0, 768, 1280, 32)
"""Where xfce4-panel.xml puts it."""
NOTICE = "xfce4-notifyd"
"""The name of a notice's window."""

_CLICKED = 'string "clicked"'
_PRESSED = "member=ActionInvoked"
_RULES = (
    "type='method_call',interface='com.canonical.dbusmenu'",
    "type='signal',interface='org.freedesktop.Notifications'",
)
_HEARD = 20.0
"""Seconds until a click that nobody heard of is taken for lost."""
_SOON = 15.0
"""Seconds until a menu that does not close is told again to."""
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
        self._overheard = Overheard(desk, "hand", *_RULES)

    def icon(self) -> TrayItem:
        """The one icon in the tray, waited for; more than one is a mistake."""
        items = until(self._icons, "an icon is in the tray")
        assert len(items) == 1, items
        return items[0]

    def _icons(self) -> list[TrayItem]:
        """Those that answer: the tray lists a program that was killed for a moment, and a new one before its menu."""
        found = []
        for name in tray_items(self._desk.bus):
            with suppress(BusFailed):
                item = TrayItem(self._desk.bus, name)
                item.menu()
                found.append(item)
        return found

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
        return self._opened()[-1][0]

    def open_submenu(self, label: str) -> tuple[Box, Box]:
        """Open the menu, and the submenu of the row that begins so; both places."""
        *_, boxes = self._opened(label)
        return boxes[0], boxes[1]

    def pick(self, *labels: str) -> None:
        """Open the menu and click the row that begins so, through submenus, with the pointer all the way."""

        def click() -> bool:
            menu, row, boxes = self._opened(*labels[:-1], wanted=labels)
            place = self._place(row.rows, row.find(labels[-1]), boxes[-1])
            if place is None or self.icon().menu() != menu:
                return False
            self._screen.click(*place)
            return True

        self._until_heard(_CLICKED, click)

    def _until_heard(self, sign: str, act: Callable[[], bool]) -> None:
        """Do it until this is heard on the bus."""
        for _ in range(_TRIES):
            if self._is_heard(sign, act):
                self._screen.wait_for_menus(0)
                return
            self.close_menu()
        raise AssertionError(f"no {sign} after {_TRIES} tries")

    def _is_heard(self, sign: str, act: Callable[[], bool]) -> bool:
        before = self._overheard.text().count(sign)
        return act() and bool(within(_HEARD, lambda: self._overheard.text().count(sign) > before))

    def _opened(self, *labels: str, wanted: Sequence[str] = ()) -> tuple[Row, Row, list[Box]]:
        """The menu and the submenus of these rows, opened with the pointer: menu, innermost row, and where each lies.

        A menu that the program builds anew meanwhile is closed by the panel; a person clicks again.
        """
        for _ in range(_TRIES):
            menu = self._calm_menu(wanted or labels)
            self._screen.click(*self.icon_box().middle)
            if found := self._unfolded(menu, labels):
                return menu, *found
            self.close_menu()
        raise AssertionError("the menu does not stay open")

    def _unfolded(self, menu: Row, labels: Sequence[str]) -> tuple[Row, list[Box]] | None:
        row, boxes = menu, self._screen.menus_soon(1)
        for label in labels:
            if not boxes or self.icon().menu() != menu:
                return None
            row, above = row.find(label), row
            if not (place := self._place(above.rows, row, boxes[-1])):
                return None
            self._screen.click(*place)
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

        def type_keys() -> bool:
            _, row, _ = self._opened(wanted=labels)
            for depth, label in enumerate(labels, 1):
                found = row.find(label)
                able = [r for r in row.rows if r.enabled and not r.separator]
                downs = able.index(found) + (1 if depth == 1 else 0)
                self._screen.key(*["Down"] * downs, "Return" if depth == len(labels) else "Right")
                if depth < len(labels) and not self._screen.menus_soon(depth + 1):
                    return False
                row = found
            return True

        self._until_heard(_CLICKED, type_keys)

    def close_menu(self) -> None:
        """Close it without a choice."""

        def closed() -> bool:
            for _ in self._screen.menus():
                self._screen.key("Escape")
            return bool(within(_SOON, lambda: not self._screen.menus()))

        until(closed, "no menu is open")

    def notice(self) -> Box:
        """The notice that shows, waited for and painted; the lowest of several."""

        def still() -> Box | None:
            boxes = self._screen.windows(NOTICE)
            painted = boxes and self._screen.still(boxes[-1])
            return boxes[-1] if painted and boxes == self._screen.windows(NOTICE) else None

        return until(still, "a notice shows")

    def notices(self) -> int:
        """How many show."""
        return len(self._screen.windows(NOTICE))

    def press(self, number: int) -> None:
        """Press a button of the notice that shows, counted from the left and zero."""

        def press() -> bool:
            box, buttons = self._with_buttons(number + 1)
            x, y = buttons[number]
            self._screen.click(box.x + x, box.y + y)
            return True

        self._until_heard(_PRESSED, press)

    def buttons(self) -> int:
        """How many buttons the notice that shows has, once it has any."""
        return len(self._with_buttons(1)[1])

    def _with_buttons(self, count: int) -> tuple[Box, list[tuple[int, int]]]:
        """The notice that shows, and its buttons, of which there are so many at least."""

        def look() -> tuple[Box, list[tuple[int, int]]] | None:
            box = self.notice()
            buttons = _buttons(self._screen.picture(box))
            return (box, buttons) if len(buttons) >= count else None

        return until(look, f"a notice with {count} buttons shows")

    def _place(self, rows: Sequence[Row], wanted: Row, box: Box) -> tuple[int, int] | None:
        """Where the row lies; None while other rows are drawn than those."""
        lines = _separators(self._screen.picture(box))
        groups: list[list[Row]] = [[]]
        for row in rows:
            if row.separator:
                groups.append([])
            else:
                groups[-1].append(row)
        if len(lines) != len(groups) - 1:
            return None
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
