"""Notices on Windows, by levels: its own toasts, win10toast, the tray icon's balloon.

The first has buttons; of the other two the menu says what can be done.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aws_sso_core.desktop.levels import LevelsNotifier, Lost
from aws_sso_core.desktop.ports import Balloon, Notifier, Sealing
from aws_sso_core.desktop.windows import press_link, winrt_toast
from aws_sso_core.desktop.windows.limits import BODY_UNITS, TITLE_UNITS, cut
from aws_sso_core.desktop.windows.toast import ToastNotifier
from aws_sso_core.desktop.windows.winrt_toast import WinRtNotifier
from aws_sso_core.model import Notice

_log = logging.getLogger(__name__)


class BalloonNotifier:
    """A ``Notifier`` by a function of the tray icon's."""

    level = "balloon"
    has_buttons = False

    def __init__(self, balloon: Balloon) -> None:
        self._balloon = balloon

    def show(self, notice: Notice) -> bool:
        """Show; a balloon has no key, the newest one stands."""
        try:
            self._balloon(cut(notice.title, TITLE_UNITS), cut(notice.body, BODY_UNITS))
        except Exception:  # noqa: BLE001 - whatever the tray icon's library raises, the tray must go on
            _log.exception("the balloon failed")
            return False
        return True

    def withdraw(self, key: str) -> None:
        """Balloons go by themselves."""

    def close(self) -> None:
        """Nothing to give up."""


def windows_notifier(
    balloon: Balloon | None, *, icon: Path | None, keep_in: Path | None, sealing: Sealing
) -> LevelsNotifier:
    """The levels of this machine.

    Args:
        balloon: the tray icon's; without an icon there is no third level.
        icon: an .ico file.
        keep_in: the folder of this person's tray, for the key of our links; None in a throw-away home, which must leave
            nothing in the registry: there the first level is left out.
        sealing: for that key's file.
    """
    levels: list[Callable[[Lost], Notifier]] = []
    if keep_in is not None:
        folder = keep_in
        levels.append(lambda lost: _winrt(folder, sealing, icon, lost))
    levels.append(lambda lost: ToastNotifier(_win10toast, pump=_pump, icon=icon, lost=lost))
    if balloon is not None:
        shown = balloon
        levels.append(lambda _: BalloonNotifier(shown))
    return LevelsNotifier(*levels)


def _winrt(folder: Path, sealing: Sealing, icon: Path | None, lost: Lost) -> WinRtNotifier:
    def link(press: press_link.Press) -> str | None:
        return press_link.write(press, press_link.key_in(folder, sealing))

    def prepare() -> tuple[Any, Any]:
        if sys.platform != "win32":
            raise OSError("this is no Windows")
        return winrt_toast.windows_toasts(icon)

    return WinRtNotifier(prepare, link=link, lost=lost)


def _win10toast() -> Any:
    """The module, at the first notice: it needs pywin32 and pkg_resources, either of which may be missing."""
    import win10toast  # noqa: PLC0415

    return win10toast


def _pump() -> Callable[[], object]:
    """What reads this thread's waiting window messages."""
    import win32gui  # noqa: PLC0415 - pywin32

    read: Callable[[], object] = win32gui.PumpWaitingMessages
    return read
