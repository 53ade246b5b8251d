"""How each of pystray's backends wants to be treated: its loop, its menu, its clipboard.

pystray itself is not imported here; what is reached into (``_menu_handle``, ``_message_handlers``) is private, which is
why ``pystray==0.19.5`` is pinned and a test reads its source.
"""

from __future__ import annotations

import importlib
import logging
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from io import BytesIO
from typing import Any, Protocol

from aws_sso_core.desktop import appearance
from aws_sso_core.desktop.ports import WindowMessages
from aws_sso_core.desktop.windows import clipboard
from aws_sso_tray.items import Item

REBUILD_PAUSE = 0.3
"""Seconds between two rebuilds of a menu: xfce4-panel's tray crashes (libdbusmenu) when they come milliseconds apart."""

ICON_SIZE = 64
"""Pixels where the panel scales the icon; it is drawn with shapes thick enough for 16."""

WM_TRAY = 0x400 + 11
"""The message pystray has its icon send (its ``WM_NOTIFY``); the mouse event is in the second parameter."""
WM_LBUTTONUP = 0x0202
WM_RBUTTONUP = 0x0205

DOUBLE_CLICK = 0.5
"""Seconds within which a second click of the same kind is the second half of a double click."""


log = logging.getLogger(__name__)


class Surface(Protocol):
    """One backend's ways."""

    doubles_ampersands: bool
    """Whether ``&`` in a label would mark a key."""

    def icon_size(self) -> int:
        """Pixels that the icon should have now."""

    def attach(self, icon: Any) -> None:
        """The icon's loop is about to start; called in its thread."""

    def refresh(self, icon: Any, old: Sequence[Item], new: Sequence[Item]) -> None:
        """The menu has changed from ``old`` to ``new``; called from any thread."""

    def ticked(self, icon: Any) -> None:
        """A row with a tick was clicked, which the system may have moved by itself; called in the icon's loop."""

    def copy(self, text: str) -> None:
        """Put a text on the clipboard; called from any thread."""


def same_shape(old: Sequence[Item], new: Sequence[Item]) -> bool:
    """Whether only the wording differs, so that the rows can be relabelled while the menu is open."""
    return len(old) == len(new) and all(
        (a.label == "") == (b.label == "")
        and a.action == b.action
        and a.checked == b.checked
        and same_shape(a.children, b.children)
        for a, b in zip(old, new, strict=True)
    )


class GtkSurface:
    """AppIndicator and GtkStatusIcon: everything on GLib's loop; a rebuild closes an open menu, so it is the last resort."""

    doubles_ampersands = False

    def __init__(self, glib: Any) -> None:
        self._glib = glib
        self._lock = threading.Lock()
        self._drawn: Sequence[Item] = ()
        self._wanted: Sequence[Item] | None = None
        self._ticks_moved = False
        self._due = False
        self._rebuilt_at = float("-inf")

    def icon_size(self) -> int:
        """The panel scales."""
        return ICON_SIZE

    def attach(self, icon: Any) -> None:  # noqa: ARG002 - the surface's shape
        """The first menu is built now."""
        self._rebuilt_at = time.monotonic()

    def refresh(self, icon: Any, old: Sequence[Item], new: Sequence[Item]) -> None:
        """Relabel in place where that is enough, else rebuild, not more often than the panel bears."""
        with self._lock:
            if self._wanted is None:
                self._drawn = old
            self._wanted = new
        self._draw_after(max(0.0, self._rebuilt_at + REBUILD_PAUSE - time.monotonic()), icon)

    def ticked(self, icon: Any) -> None:
        """GTK moves ticks by itself. They are put right together with what the click leads to, or without that."""
        with self._lock:
            self._ticks_moved = True
        self._draw_after(REBUILD_PAUSE, icon)

    def _draw_after(self, seconds: float, icon: Any) -> None:
        with self._lock:
            if self._due:
                return
            self._due = True
        self._glib.timeout_add(round(seconds * 1000), self._draw, icon)

    def _draw(self, icon: Any) -> bool:
        with self._lock:
            drawn, wanted, moved = self._drawn, self._wanted, self._ticks_moved
            self._due = self._ticks_moved = False
            self._drawn = drawn if wanted is None else wanted
        if moved or wanted is None or not self._relabelled(icon, drawn, wanted):
            self._rebuilt_at = time.monotonic()
            icon.update_menu()
        return False

    @staticmethod
    def _relabelled(icon: Any, drawn: Sequence[Item], wanted: Sequence[Item]) -> bool:
        return same_shape(drawn, wanted) and _relabel(icon._menu_handle, drawn, wanted)  # noqa: SLF001

    def copy(self, text: str) -> None:
        """By GTK, which is loaded anyway; kept by the clipboard manager after we end, where there is one."""
        gdk = importlib.import_module("gi.repository.Gdk")
        gtk = importlib.import_module("gi.repository.Gtk")

        def put() -> bool:
            clipboard = gtk.Clipboard.get(gdk.SELECTION_CLIPBOARD)
            clipboard.set_text(text, -1)
            clipboard.store()
            return False

        self._glib.idle_add(put)


def _relabel(menu: Any, old: Sequence[Item], new: Sequence[Item]) -> bool:
    """Give the rows of a GTK menu their new labels; False when the menu is not what it should be."""
    rows = menu.get_children() if menu is not None else []
    if len(rows) != len(new):
        return False
    for row, before, after in zip(rows, old, new, strict=True):
        if before.label != after.label:
            row.set_label(after.label)
        if after.children and not _relabel(row.get_submenu(), before.children, after.children):
            return False
    return True


class WindowsSurface:
    """The notification area: the menu is built anew each time it opens, in the loop's thread, and never while it shows.

    A left click opens the picker where there is one (the default row), a right click the menu.
    """

    doubles_ampersands = True

    def __init__(self, messages: WindowMessages | None) -> None:
        self._messages = messages
        self._clicked_at = float("-inf")

    def icon_size(self) -> int:
        """As many pixels as Windows shows: what it scales itself gets soft."""
        return appearance.tray_icon_size() or ICON_SIZE

    def attach(self, icon: Any) -> None:
        """Answer the messages that pystray would answer with 0, such as "may Windows log off?"."""
        scaled = icon._assert_icon_handle  # noqa: SLF001
        icon._assert_icon_handle = lambda: _sharp(icon) or scaled()  # noqa: SLF001
        handlers = icon._message_handlers  # noqa: SLF001
        shown = handlers[WM_TRAY]
        handlers[WM_TRAY] = lambda wparam, lparam: self._clicked(icon, shown, wparam, lparam)
        if self._messages is None:
            return
        for message in self._messages.messages:
            handlers[message] = partial(self._messages.handle, message)
        self._messages.attach(icon._hwnd)  # noqa: SLF001

    def refresh(self, icon: Any, old: Sequence[Item], new: Sequence[Item]) -> None:
        """Nothing now: it is drawn when it opens."""

    def ticked(self, icon: Any) -> None:
        """Nothing: as above."""

    def _clicked(self, icon: Any, shown: Callable[[int, int], Any], wparam: int, lparam: int) -> Any:
        if lparam not in (WM_LBUTTONUP, WM_RBUTTONUP):
            return shown(wparam, lparam)
        if time.monotonic() - self._clicked_at < DOUBLE_CLICK:
            return 0
        try:
            if lparam == WM_LBUTTONUP and any(row.default for row in icon.menu.items):
                return shown(wparam, WM_LBUTTONUP)
            icon.update_menu()
            return shown(wparam, WM_RBUTTONUP)
        finally:
            self._clicked_at = time.monotonic()

    def copy(self, text: str) -> None:
        """As a secret, which a script with credentials is."""
        threading.Thread(target=_copied, args=(text,), name="clipboard", daemon=True).start()


def _copied(text: str) -> None:
    try:
        clipboard.copy(text)
    except OSError:
        log.exception("Nothing was copied")


def _sharp(icon: Any) -> bool:
    """Give pystray's icon a handle of the very pixels drawn; its own way loads 32, which the taskbar then scales."""
    if icon._icon_handle:  # noqa: SLF001
        return True
    png = BytesIO()
    icon.icon.save(png, "PNG")
    try:
        icon._icon_handle = appearance.icon_handle(png.getvalue(), icon.icon.width)  # noqa: SLF001
    except OSError as error:
        log.info("The icon is scaled by Windows: %s", error)
        return False
    return True


class MacSurface:
    """The menu bar: AppKit may be touched from its own thread only."""

    doubles_ampersands = False

    def icon_size(self) -> int:
        """The menu bar scales."""
        return ICON_SIZE

    def attach(self, icon: Any) -> None:
        """Nothing to prepare."""

    def refresh(self, icon: Any, old: Sequence[Item], new: Sequence[Item]) -> None:  # noqa: ARG002
        """Rebuild on AppKit's loop."""
        helper = importlib.import_module("PyObjCTools.AppHelper")
        helper.callAfter(icon.update_menu)

    def ticked(self, icon: Any) -> None:
        """Nothing: AppKit moves no tick by itself."""

    def copy(self, text: str) -> None:
        """By macOS's own ``pbcopy``."""
        _pipe(["pbcopy"], text.encode())


def _pipe(command: list[str], data: bytes) -> None:
    def run() -> None:
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        subprocess.run(command, input=data, check=False, timeout=10, creationflags=flags)

    threading.Thread(target=run, name="clipboard", daemon=True).start()
