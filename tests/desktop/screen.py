"""The screen as a person has it: pointer, keys, windows and pixels, by the X protocol's test extension."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image, ImageChops
from Xlib import XK, X, Xatom
from Xlib.display import Display
from Xlib.error import XError
from Xlib.ext import xtest

from patience import until, within

_SOON = 15.0
_BLUE = 0x3A6EA5  # windows without a border of their own stand out against it
OUT = Path(__file__).parent / "out"
"""Where screenshots go, for a person to look at."""


class Box(NamedTuple):
    """A rectangle on the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        """Its middle."""
        return self.x + self.width // 2, self.y + self.height // 2


class Screen:
    """A connection to a display of our own."""

    def __init__(self, display: str) -> None:
        self._display = Display(display)
        self._root = self._display.screen().root
        self._root.change_attributes(background_pixel=_BLUE)
        self._root.clear_area()
        self._display.sync()

    def close(self) -> None:
        """Leave the display."""
        self._display.close()

    def move(self, x: int, y: int) -> None:
        """Move the pointer there."""
        xtest.fake_input(self._display, X.MotionNotify, x=x, y=y)
        self._display.sync()

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Press and release a button there."""
        self.move(x, y)
        for event in (X.ButtonPress, X.ButtonRelease):
            xtest.fake_input(self._display, event, button)
            self._display.sync()

    def key(self, *names: str) -> None:
        """Press and release keys, one after another: "Down", "Return"."""
        for name in names:
            code = self._display.keysym_to_keycode(XK.string_to_keysym(name))
            for event in (X.KeyPress, X.KeyRelease):
                xtest.fake_input(self._display, event, code)
                self._display.sync()

    def chord(self, *names: str) -> None:
        """Press keys together: "Control_L", "c"."""
        codes = [self._display.keysym_to_keycode(XK.string_to_keysym(name)) for name in names]
        for event, order in ((X.KeyPress, codes), (X.KeyRelease, codes[::-1])):
            for code in order:
                xtest.fake_input(self._display, event, code)
                self._display.sync()

    def type(self, text: str) -> None:
        """Type small letters, figures and the signs below."""
        self.key(*(_SIGNS.get(letter, letter) for letter in text))

    def set_density(self, dpi: int) -> None:
        """Choose a scale as desktops do, for programs that start from now on; 96 is 100 %."""
        name = self._display.intern_atom("RESOURCE_MANAGER")
        self._root.change_property(name, Xatom.STRING, 8, f"Xft.dpi:\t{dpi}\n".encode())
        self._display.sync()

    def inner(self, name: str) -> Box | None:
        """The inside of the window of this name that a window manager has framed."""
        for frame, _ in self._visible():
            for window in self._children(frame):
                if self._name(window) == name and (box := self._inside(window)):
                    return box
        return None

    def wait_for_keyboard(self, name: str) -> None:
        """Until what is typed goes to the window of this name."""
        until(lambda: self._has_keyboard(name), f"{name!r} has the keyboard")

    def _has_keyboard(self, name: str) -> bool:
        window = self._display.get_input_focus().focus
        try:
            while window not in (X.NONE, X.PointerRoot, self._root):
                if self._name(window) == name:
                    return True
                window = window.query_tree().parent
        except XError:  # gone meanwhile
            pass
        return False

    def _inside(self, window: Any) -> Box | None:
        try:
            size, at = window.get_geometry(), window.translate_coords(self._root, 0, 0)
        except XError:  # gone meanwhile
            return None
        return Box(-at.x, -at.y, size.width, size.height)

    def _children(self, window: Any) -> list[Any]:
        try:
            return list(window.query_tree().children)
        except XError:  # gone meanwhile
            return []

    def picture(self, box: Box | None = None) -> Image.Image:
        """What shows."""
        whole = self._root.get_geometry()
        x, y, width, height = box or (0, 0, whole.width, whole.height)
        raw = self._root.get_image(x, y, width, height, X.ZPixmap, 0xFFFFFFFF)
        return Image.frombytes("RGB", (width, height), raw.data, "raw", "BGRX")

    def save(self, name: str) -> Path:
        """Keep a screenshot for a person to look at."""
        OUT.mkdir(exist_ok=True)
        path = OUT / f"{name}.png"
        self.picture().save(path)
        return path

    def menus(self) -> list[Box]:
        """The menus that are open, the newest last."""
        return [box for window, box in self._visible() if self._kind(window) & _MENUS]

    def windows(self, name: str) -> list[Box]:
        """The windows of this name."""
        return [box for window, box in self._visible() if self._name(window) == name]

    def wait_for_menus(self, count: int) -> list[Box]:
        """Until so many menus are open and painted."""
        until(lambda: self._open_menus(count) is not None, f"{count} menus are open")
        return self.menus()

    def menus_soon(self, count: int) -> list[Box]:
        """The same for a hand that tries again: empty where they do not open, or close again at once."""
        return within(_SOON, lambda: self._open_menus(count)) or []

    def _open_menus(self, count: int) -> list[Box] | None:
        boxes = self.menus()
        painted = len(boxes) == count and all(self.still(box) for box in boxes)
        return boxes if painted and boxes == self.menus() else None

    def wait_until_still(self, box: Box) -> Image.Image:
        """Until a part of the screen has been painted and no longer changes."""
        return until(lambda: self.still(box), f"{box} is painted")

    def still(self, box: Box) -> Image.Image | None:
        """What a part of the screen shows; None where nothing is painted, or something changes."""
        before = self.picture(box)
        time.sleep(0.1)
        now = self.picture(box)
        same = ImageChops.difference(before, now).getbbox() is None
        return now if same and len(now.getcolors(1 << 24) or []) > 1 else None

    def _visible(self) -> list[tuple[Any, Box]]:
        found = []
        for window in self._root.query_tree().children:
            try:
                if window.get_attributes().map_state == X.IsViewable:
                    place = window.get_geometry()
                    found.append((window, Box(place.x, place.y, place.width, place.height)))
            except XError:  # gone between the two questions
                continue
        return found

    def _name(self, window: Any) -> str | None:
        try:
            name: str | None = window.get_wm_name()
        except XError:  # gone meanwhile
            return None
        return name

    def _kind(self, window: Any) -> set[str]:
        try:
            kind = window.get_full_property(self._display.intern_atom("_NET_WM_WINDOW_TYPE"), X.AnyPropertyType)
            return {self._display.get_atom_name(atom) for atom in kind.value} if kind else set()
        except XError:
            return set()


_SIGNS = {" ": "space", ".": "period", "-": "minus", "/": "slash", "\n": "Return"}
_MENUS = {"_NET_WM_WINDOW_TYPE_POPUP_MENU", "_NET_WM_WINDOW_TYPE_DROPDOWN_MENU"}
