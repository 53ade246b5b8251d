"""Lock, sleep and log-off, from the messages that Windows sends to the tray icon's own window.

pystray's window is a top-level one, so it gets them, but pystray answers 0 to all it does not know, which to
WM_QUERYENDSESSION means "no": the program would be ended without a word. The tray hands its messages to ``handle``.
"""

from __future__ import annotations

from collections.abc import Callable

from aws_sso_core.desktop.ports import PowerEvent
from aws_sso_core.desktop.windows.api import Api

WM_QUERYENDSESSION = 0x0011
WM_ENDSESSION = 0x0016
WM_POWERBROADCAST = 0x0218
WM_WTSSESSION_CHANGE = 0x02B1

_PBT_APMSUSPEND = 0x4
_PBT_APMRESUMEAUTOMATIC = 0x12  # always comes; RESUMESUSPEND (7) only follows it when a person woke the machine
_WTS_SESSION_LOCK = 0x7
_WTS_SESSION_UNLOCK = 0x8
_YES = 1

_EVENTS = {
    (WM_POWERBROADCAST, _PBT_APMSUSPEND): PowerEvent.SLEEP,
    (WM_POWERBROADCAST, _PBT_APMRESUMEAUTOMATIC): PowerEvent.RESUMED,
    (WM_WTSSESSION_CHANGE, _WTS_SESSION_LOCK): PowerEvent.LOCKED,
    (WM_WTSSESSION_CHANGE, _WTS_SESSION_UNLOCK): PowerEvent.UNLOCKED,
    (WM_ENDSESSION, _YES): PowerEvent.LOG_OFF,
}


class WindowsPower:
    """A ``Power`` and a ``WindowMessages``."""

    messages = (WM_QUERYENDSESSION, WM_ENDSESSION, WM_POWERBROADCAST, WM_WTSSESSION_CHANGE)

    def __init__(self, api: Api) -> None:
        self._api = api
        self._on_event: Callable[[PowerEvent], None] | None = None
        self._locked: bool | None = None

    def start(self, on_event: Callable[[PowerEvent], None]) -> bool:
        """Ready; the events come once the tray's window feeds its messages."""
        self._on_event = on_event
        return True

    def locked(self) -> bool | None:
        """As last told; None until the first lock or unlock."""
        return self._locked

    def stop(self) -> None:
        """Tell nothing more."""
        self._on_event = None

    def attach(self, window: int) -> bool:
        """Have lock and unlock sent to this window; False when Windows refuses."""
        return self._api.register_session_notification(window)

    def handle(self, message: int, wparam: int) -> int:
        """Take a window message and return the answer to it.

        Returns:
            1 ("go on") where Windows asks or broadcasts, else 0.
        """
        event = _EVENTS.get((message, wparam))
        if event in (PowerEvent.LOCKED, PowerEvent.UNLOCKED):
            self._locked = event is PowerEvent.LOCKED
        if event is not None and self._on_event is not None:
            self._on_event(event)
        return _YES if message in (WM_QUERYENDSESSION, WM_POWERBROADCAST) else 0
