"""The picker's list: a canvas on which only the rows that show are drawn, so that 5,000 profiles cost as much as ten."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from tkinter.font import Font
from typing import Any

from aws_sso_core.model import Profile
from aws_sso_tray.picker_filter import marks, runs
from aws_sso_tray.picker_theme import Theme
from aws_sso_tray.production import is_production

ELLIPSIS = "…"
_STAR = ((0, -10), (2.6, -3.4), (9.5, -3.1), (4.1, 1.3), (5.9, 8.1), (0, 4.2), (-5.9, 8.1), (-4.1, 1.3), (-9.5, -3.1), (-2.6, -3.4))  # fmt: skip
"""A star's corners, in twentieths of its size."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """The letters of a row, in points: Tk makes them as many pixels as the monitor needs."""

    name: Font
    name_match: Font
    detail: Font
    detail_match: Font
    badge: Font


@dataclass(slots=True)
class Shown:
    """What the list shows."""

    profiles: Sequence[Profile] = ()
    asked: Sequence[str] = ()
    """The words to mark in the rows."""
    active: str | None = None
    favorites: Collection[str] = ()
    production: str = ""
    """The pattern."""
    selected: int = 0
    top: int = 0
    """The first row that shows."""
    hover: int | None = None
    empty: str = ""
    """What to say instead of rows."""
    spots: dict[int, tuple[float, float]] = field(default_factory=dict)
    """Where each drawn row's star is, from and to."""


class ProfileList:
    """Rows of profiles.

    Args:
        parent: what it is packed into.
        theme: its colours.
        fonts: its letters.
        px: pixels for a length at 100 %.
        on_use: a row was clicked.
        on_star: a row's star was clicked.
    """

    def __init__(
        self,
        parent: tk.Misc,
        *,
        theme: Theme,
        fonts: Fonts,
        px: Callable[[float], int],
        on_use: Callable[[Profile], None],
        on_star: Callable[[Profile], None],
    ) -> None:
        self._theme, self._fonts, self._px = theme, fonts, px
        self._on_use, self._on_star = on_use, on_star
        self.shown = Shown()
        self._name_height = fonts.name.metrics("linespace")
        self.row_height = self._name_height + fonts.detail.metrics("linespace") + px(13)
        self.canvas = tk.Canvas(parent, background=theme.ground, highlightthickness=0, borderwidth=0, takefocus=False)
        self._dragged: float | None = None
        for event, handler in (
            ("<Configure>", lambda _: self.draw()),
            ("<Motion>", self._moved),
            ("<Leave>", lambda _: self._hover(None)),
            ("<Button-1>", self._pressed),
            ("<B1-Motion>", self._drag),
            ("<ButtonRelease-1>", self._released),
            ("<Button-4>", lambda _: self.scroll(-2)),
            ("<Button-5>", lambda _: self.scroll(2)),
            ("<MouseWheel>", self._wheel),
        ):
            self.canvas.bind(event, handler)

    @property
    def page(self) -> int:
        """Whole rows that fit."""
        return max(1, self.canvas.winfo_height() // self.row_height)

    @property
    def selected(self) -> Profile | None:
        """The row that Enter takes."""
        shown = self.shown
        return shown.profiles[shown.selected] if shown.profiles else None

    def show(self, profiles: Sequence[Profile], asked: Sequence[str], empty: str) -> None:
        """Other rows, the first one selected."""
        shown = self.shown
        shown.profiles, shown.asked, shown.empty = profiles, asked, empty
        shown.selected = shown.top = 0
        shown.hover = None
        self.draw()

    def move(self, steps: int) -> None:
        """Select another row, so many further down; it comes into sight."""
        shown = self.shown
        shown.selected = max(0, min(len(shown.profiles) - 1, shown.selected + steps))
        shown.top = max(shown.selected - self.page + 1, min(shown.top, shown.selected))
        self.draw()

    def scroll(self, rows: int) -> None:
        """Show other rows; the selection stays."""
        self._scroll_to(self.shown.top + rows)

    def _scroll_to(self, top: int) -> None:
        self.shown.top = max(0, min(len(self.shown.profiles) - self.page, top))
        self.draw()

    # Drawing ----------------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw the rows that show."""
        canvas, shown, theme = self.canvas, self.shown, self._theme
        canvas.delete("all")
        shown.spots.clear()
        width, height = canvas.winfo_width(), canvas.winfo_height()
        if not shown.profiles:
            canvas.create_text(
                width / 2, self.row_height * 1.5, text=shown.empty, font=self._fonts.name, fill=theme.dim,
                width=width - self._px(60), justify="center",
            )  # fmt: skip
            return
        last = min(len(shown.profiles), shown.top + -(-height // self.row_height))
        for number in range(shown.top, last):
            self._row(number, (number - shown.top) * self.row_height, width)
        self._slider(width, height)

    def _row(self, number: int, top: int, width: int) -> None:
        shown, theme, px = self.shown, self._theme, self._px
        profile = shown.profiles[number]
        chosen, hover = number == shown.selected, number == shown.hover
        if chosen or hover:
            ground = theme.selected if chosen else theme.hover
            self.canvas.create_rectangle(0, top, width, top + self.row_height, fill=ground, width=0)
        if chosen:
            self.canvas.create_rectangle(0, top, px(3), top + self.row_height, fill=theme.mark, width=0)
        self._star(number, profile, top, visible=chosen or hover)
        left, right = px(44), width - px(18)
        middle = top + px(6) + self._name_height / 2
        for told, text_color, ground in self._badges(profile):
            right = self._badge(told, right, middle, text_color, ground)
        found = marks(profile, shown.asked) if shown.asked else {}
        self._name(profile.name, found.get("name", frozenset()), left, middle, right - px(10))
        self._details(profile, found, left, top + px(7) + self._name_height, width - px(18))

    def _badges(self, profile: Profile) -> list[tuple[str, str, str]]:
        theme, found = self._theme, []
        if is_production(profile, self.shown.production):
            found.append(("production", theme.production, theme.production_ground))
        if profile.name == self.shown.active:
            found.append(("active", theme.active, theme.active_ground))
        return found

    def _badge(self, told: str, right: int, middle: float, color: str, ground: str) -> int:
        """A word on a ground of its own that ends at ``right``; where it begins."""
        px, font = self._px, self._fonts.badge
        half, left = font.metrics("linespace") / 2 + px(1), right - font.measure(told) - px(14)
        # Round ends: a line with round caps is the only round shape that a canvas draws smoothly enough.
        self.canvas.create_line(
            left + half, middle, right - half, middle, width=2 * half, capstyle="round", fill=ground
        )
        self.canvas.create_text((left + right) / 2, middle, text=told, font=font, fill=color)
        return left - px(6)

    def _name(self, name: str, found: Collection[int], left: int, middle: float, right: int) -> None:
        fonts, theme = self._fonts, self._theme
        self._text(name, found, left, right, middle, (fonts.name, theme.text), (fonts.name_match, theme.match), "w")

    def _details(
        self, profile: Profile, found: Mapping[str, Collection[int]], left: int, top: float, right: int
    ) -> None:
        text = ""
        letters: set[int] = set()
        for name in ("account_name", "account_id", "role_name", "region"):
            if value := getattr(profile, name):
                gap = "" if not text else "  " if name == "account_id" and profile.account_name else "  ·  "
                start = len(text) + len(gap)
                letters.update(start + at for at in found.get(name, ()))
                text += gap + value
        fonts, theme = self._fonts, self._theme
        plain = text or ("static keys" if profile.has_static_keys else "without IAM Identity Center")
        self._text(plain, letters, left, right, top, (fonts.detail, theme.dim), (fonts.detail_match, theme.match), "nw")

    def _text(
        self, text: str, found: Collection[int], x: float, right: float, y: float,
        plain: tuple[Font, str], marked: tuple[Font, str], anchor: Any,
    ) -> None:  # fmt: skip
        """A line of text with some letters marked, cut where it is too long."""
        for run, is_marked in runs(text, found):
            font, color = marked if is_marked else plain
            told, wide = run, font.measure(run)
            if x + wide > right:
                told = fitting(run, right - x, font.measure)
            self.canvas.create_text(x, y, text=told, font=font, fill=color, anchor=anchor)
            if told != run:
                return
            x += wide

    def _star(self, number: int, profile: Profile, top: int, *, visible: bool) -> None:
        favorite = profile.name in self.shown.favorites
        if not (favorite or visible):
            return
        size, x, y = self._px(18) / 20, self._px(24), top + self.row_height / 2
        corners = [part for dx, dy in _STAR for part in (x + dx * size * 0.9, y + dy * size * 0.9)]
        star = self._theme.star
        self.canvas.create_polygon(
            corners,
            fill=star if favorite else "",
            outline=star if favorite else self._theme.dim,
            width=max(1, self._px(1.2)),
        )
        self.shown.spots[number] = (0, self._px(40))

    def _slider(self, width: int, height: int) -> None:
        count = len(self.shown.profiles)
        if count > self.page:
            top, length = self._slider_place(count, height)
            x = width - self._px(5)
            self.canvas.create_line(
                x, top, x, top + length, width=self._px(4), capstyle="round", fill=self._theme.slider
            )

    def _slider_place(self, count: int, height: int) -> tuple[float, float]:
        length = max(self._px(24), height * self.page / count)
        room = height - length - self._px(8)
        return self._px(4) + room * self.shown.top / max(1, count - self.page), length

    # Pointer ----------------------------------------------------------------------------------------------------------

    def _at(self, y: int) -> int | None:
        number = self.shown.top + y // self.row_height
        return number if 0 <= number < len(self.shown.profiles) else None

    def _hover(self, number: int | None) -> None:
        if number != self.shown.hover:
            self.shown.hover = number
            self.draw()

    def _moved(self, event: tk.Event[tk.Canvas]) -> None:
        self._hover(self._at(event.y))

    def _wheel(self, event: tk.Event[tk.Canvas]) -> None:
        step = event.delta if abs(event.delta) < 30 else event.delta / 40  # noqa: PLR2004 - macOS tells lines, Windows 120ths
        self.scroll(-round(step) or (-1 if event.delta > 0 else 1))

    def _pressed(self, event: tk.Event[tk.Canvas]) -> None:
        on_slider = event.x >= self.canvas.winfo_width() - self._px(12) and len(self.shown.profiles) > self.page
        self._dragged = event.y if on_slider else None
        if on_slider:
            self._drag(event)

    def _drag(self, event: tk.Event[tk.Canvas]) -> None:
        if self._dragged is None:
            return
        count, height = len(self.shown.profiles), self.canvas.winfo_height()
        _, length = self._slider_place(count, height)
        self._scroll_to(round((event.y - length / 2) / max(1, height - length) * (count - self.page)))

    def _released(self, event: tk.Event[tk.Canvas]) -> None:
        number, dragged, self._dragged = self._at(event.y), self._dragged, None
        if dragged is not None or number is None:
            return
        profile, spot = self.shown.profiles[number], self.shown.spots.get(number)
        if spot and spot[0] <= event.x < spot[1]:
            self._on_star(profile)
            return
        self.shown.selected = number
        self.draw()
        self._on_use(profile)


def fitting(text: str, room: float, measure: Callable[[str], int]) -> str:
    """As much of the text as fits, and an ellipsis."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle] + ELLIPSIS) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS
