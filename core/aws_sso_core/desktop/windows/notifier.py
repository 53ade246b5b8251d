"""Notices on Windows, by levels: win10toast, then the tray icon's own balloon.

A level with buttons (WinRT toasts) goes before these two. Neither of them has any: the menu says what can be done.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aws_sso_core.desktop.levels import LevelsNotifier
from aws_sso_core.desktop.ports import Balloon, Notifier
from aws_sso_core.desktop.windows.limits import BODY_UNITS, TITLE_UNITS, cut
from aws_sso_core.desktop.windows.toast import ToastNotifier
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


def windows_notifier(balloon: Balloon | None, *, icon: Path | None) -> LevelsNotifier:
    """The levels of this machine; without a tray icon only the first."""
    levels: list[Notifier] = [ToastNotifier(_win10toast, pump=_pump, icon=icon)]
    if balloon is not None:
        levels.append(BalloonNotifier(balloon))
    return LevelsNotifier(levels)


def _win10toast() -> Any:
    """The module, at the first notice: it needs pywin32 and pkg_resources, either of which may be missing."""
    return importlib.import_module("win10toast")


def _pump() -> Callable[[], object]:
    """What reads this thread's waiting window messages."""
    read: Callable[[], object] = importlib.import_module("win32gui").PumpWaitingMessages
    return read
