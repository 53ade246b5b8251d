"""Lock and sleep, by the notification centres of AppKit, which pystray brings and whose loop it runs.

Not run on a Mac by us so far; where AppKit is not there the comparison of the two clocks still finds every sleep.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable
from typing import Any

from aws_sso_core.desktop.ports import PowerEvent

_SCREEN = {
    "com.apple.screenIsLocked": PowerEvent.LOCKED,
    "com.apple.screenIsUnlocked": PowerEvent.UNLOCKED,
}
_WORKSPACE = {
    "NSWorkspaceWillSleepNotification": PowerEvent.SLEEP,
    "NSWorkspaceDidWakeNotification": PowerEvent.RESUMED,
    "NSWorkspaceWillPowerOffNotification": PowerEvent.LOG_OFF,
}
_log = logging.getLogger(__name__)


def appkit() -> Any:
    """The module of pyobjc, in which Foundation's names are too."""
    return importlib.import_module("AppKit")


class MacPower:
    """A ``Power`` by AppKit.

    Args:
        load: imports AppKit.
    """

    def __init__(self, load: Callable[[], Any] = appkit) -> None:
        self._load = load
        self._observers: list[tuple[Any, Any]] = []
        self._locked: bool | None = None

    def start(self, on_event: Callable[[PowerEvent], None]) -> bool:
        """Observe; the events come from the main thread's loop."""
        try:
            kit = self._load()
            self._observe(kit.NSDistributedNotificationCenter.defaultCenter(), _SCREEN, on_event)
            self._observe(kit.NSWorkspace.sharedWorkspace().notificationCenter(), _WORKSPACE, on_event)
        except (ImportError, AttributeError) as error:
            _log.info("macOS tells nothing about lock and sleep: %s", error)
            self.stop()
            return False
        return True

    def locked(self) -> bool | None:
        """As last told."""
        return self._locked

    def stop(self) -> None:
        """Observe no more."""
        for centre, observer in self._observers:
            centre.removeObserver_(observer)
        self._observers.clear()

    def _observe(self, centre: Any, events: dict[str, PowerEvent], on_event: Callable[[PowerEvent], None]) -> None:
        for name, event in events.items():
            block = self._teller(event, on_event)
            self._observers.append(
                (centre, centre.addObserverForName_object_queue_usingBlock_(name, None, None, block))
            )

    def _teller(self, event: PowerEvent, on_event: Callable[[PowerEvent], None]) -> Callable[[Any], None]:
        def tell(_notification: Any) -> None:
            if event in (PowerEvent.LOCKED, PowerEvent.UNLOCKED):
                self._locked = event is PowerEvent.LOCKED
            on_event(event)

        return tell
