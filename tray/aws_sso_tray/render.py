"""The only importer of pystray: items -> the system's menu, a gauge -> the system's icon.

The engine's thread calls ``show``; what must happen on the icon's own loop is taken there by ``surfaces``.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from aws_sso_core.desktop.ports import WindowMessages
from aws_sso_core.errors import DesktopUnavailable
from aws_sso_tray import icon as drawing
from aws_sso_tray.actions import Action
from aws_sso_tray.gauge import Gauge, gauge, tooltip
from aws_sso_tray.items import SEPARATOR, Item
from aws_sso_tray.menu import menu
from aws_sso_tray.snapshot import Snapshot
from aws_sso_tray.surfaces import DOUBLE_CLICK, GtkSurface, MacSurface, Surface, WindowsSurface

NAME = "aws-sso-tray"
LINUX_HELP = (
    "For the icon: pip install 'aws-sso-tray[linux-tray]' (on Debian 12 with 'PyGObject<3.52'), after apt install "
    "gir1.2-ayatanaappindicator3-0.1 libgirepository1.0-dev libcairo2-dev pkg-config gcc python3-dev. "
    "Everything else works without it."
)

log = logging.getLogger(__name__)


def pystray_module() -> Any:
    """Import pystray with a backend that has a menu.

    Raises:
        DesktopUnavailable: no display, or GObject introspection is missing on Linux.
    """
    try:
        import pystray  # noqa: PLC0415 - fails where there is no display
    except ValueError:
        # GTK is there and the AppIndicator is not, which pystray 0.19.5 does not expect: the older tray may do.
        os.environ["PYSTRAY_BACKEND"] = "gtk"
        sys.modules.pop("pystray", None)
        try:
            import pystray  # noqa: PLC0415
        except Exception as error:
            raise DesktopUnavailable("The tray icon needs GTK 3 for Python.", LINUX_HELP) from error
    except Exception as error:
        raise DesktopUnavailable(
            "There is no display, so there is no tray icon.", "Notices and commands work all the same."
        ) from error
    if not pystray.Icon.HAS_MENU:
        raise DesktopUnavailable("The tray icon needs GObject introspection for Python (PyGObject).", LINUX_HELP)
    return pystray


def surface_for(backend: str, messages: WindowMessages | None) -> Surface:
    """The ways of pystray's backend, by its module's name."""
    if backend.endswith("_win32"):
        return WindowsSurface(messages)
    if backend.endswith("_darwin"):
        return MacSurface()
    return GtkSurface(importlib.import_module("gi.repository.GLib"))


class TrayIcon:
    """The icon in the tray.

    Args:
        pystray: the module, from ``pystray_module``.
        first: what to show first.
        post: where clicks go; must return at once.
        messages: who wants Windows's window messages.
        on_loop: called in the loop's thread right before it starts, when signal handlers can be set for good.
    """

    def __init__(
        self,
        pystray: Any,
        *,
        first: Snapshot,
        post: Callable[[Action], None],
        messages: WindowMessages | None = None,
        on_loop: Callable[[], None] = lambda: None,
    ) -> None:
        self._pystray = pystray
        self._post = post
        self._surface = surface_for(pystray.Icon.__module__, messages)
        self._items: tuple[Item, ...] = menu(first)
        self._gauge: Gauge = gauge(first)
        self._size = self._surface.icon_size()
        self._clicked: tuple[Action | None, float] = (None, 0.0)

        class Icon(pystray.Icon):  # type: ignore[misc] # pystray has no types
            def _mark_ready(icon) -> None:  # noqa: N805 - ``self`` is the TrayIcon
                self._surface.attach(icon)
                on_loop()
                super()._mark_ready()

            def _handler(icon, callback: Callable[[Any], None]) -> Callable[..., None]:  # noqa: N805
                # Without pystray's rebuild after each click: a panel does not bear two within milliseconds.
                return lambda *_: callback(icon)

        self._rows = self._drawn(self._items)
        self._icon = Icon(
            NAME,
            icon=drawing.picture(self._gauge, self._size),
            title=tooltip(first),
            menu=pystray.Menu(lambda: self._rows),
        )

    @property
    def backend(self) -> str:
        """The backend in use: "appindicator", "gtk", "win32" or "darwin"."""
        return str(self._pystray.Icon.__module__).rpartition("._")[2]

    def run(self, when_shown: Callable[[], None]) -> None:
        """Show the icon until ``stop``; on the main thread, as macOS demands.

        Args:
            when_shown: called in a thread of its own as soon as the icon is there.
        """

        def shown(icon: Any) -> None:
            icon.visible = True
            when_shown()

        try:
            self._icon.run(shown)
        except Exception as error:  # noqa: BLE001 - gtk: GLib.GError at the end where nothing shows notifications
            log.info("The icon's loop ended with: %s", error)

    def stop(self) -> None:
        """End ``run``; from any thread."""
        self._icon.stop()

    def show(self, snapshot: Snapshot) -> None:
        """Show this; touches only what looks different."""
        look, title, items = gauge(snapshot), tooltip(snapshot), menu(snapshot)
        size = self._surface.icon_size()  # a taskbar may move to a monitor that is denser
        if (look, size) != (self._gauge, self._size):
            self._gauge, self._size = look, size
            self._icon.icon = drawing.picture(look, size)
        if title != self._icon.title:
            self._icon.title = title
        if items != self._items:
            before, self._items, self._rows = self._items, items, self._drawn(items)
            self._surface.refresh(self._icon, before, items)

    def copy(self, text: str) -> None:
        """Put a text on the clipboard."""
        self._surface.copy(text)

    def balloon(self, title: str, body: str) -> None:
        """A notice on the icon itself, where the system has that (Windows)."""
        self._icon.notify(body, title)

    def _drawn(self, items: Sequence[Item]) -> tuple[Any, ...]:
        return tuple(self._row(item) for item in items)

    def _row(self, item: Item) -> Any:
        if item == SEPARATOR:
            return self._pystray.Menu.SEPARATOR
        label = item.label.replace("&", "&&") if self._surface.doubles_ampersands else item.label
        if item.children:
            return self._pystray.MenuItem(label, self._pystray.Menu(*self._drawn(item.children)))
        checked = None if item.checked is None else (lambda _row, checked=item.checked: checked)
        return self._pystray.MenuItem(
            label,
            self._click(item),
            checked=checked,
            radio=item.checked is not None,
            enabled=item.enabled,
            default=item.default,
        )

    def _click(self, item: Item) -> Callable[[Any, Any], None] | None:
        action = item.action
        if action is None:
            return None

        def clicked(icon: Any, _row: Any) -> None:
            last, at = self._clicked
            self._clicked = (action, time.monotonic())
            try:
                if action != last or self._clicked[1] - at > DOUBLE_CLICK:
                    self._post(action)
                if item.checked is not None:
                    self._surface.ticked(icon)
            except Exception:
                log.exception("%s was not passed on", action)

        return clicked
