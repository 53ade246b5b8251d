"""Lock, sleep, log-off and Ctrl+C, from what Windows sends to the tray icon's own window and to its console.

pystray's window is a top-level one, so it gets them, but pystray answers 0 to all it does not know, which to
WM_QUERYENDSESSION means "no": the program would be ended without a word. The tray hands its messages to ``handle``.

Windows may end the process as soon as WM_ENDSESSION is answered, so that answer waits until the tray has saved: until
``stop``. What comes before anybody listens is kept for him, as the icon is there before the engine is.

Ctrl+C is heard here too: Python runs handlers of signals in the main thread, which sits in the icon's message loop.
"""

from __future__ import annotations

import threading
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
_CLOSE_APP = 0x1  # ENDSESSION_CLOSEAPP: an installer needs our files, and nobody logs off

_CTRL_C, _CTRL_BREAK, _CTRL_CLOSE = range(3)

SAVE_WITHIN = 4.0
"""Seconds that the tray has to end in; Windows calls a window that is silent for 5 hung, and says so on the screen."""

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

    def __init__(self, api: Api, *, save_within: float = SAVE_WITHIN) -> None:
        self._api = api
        self._save_within = save_within
        self._lock = threading.Lock()
        self._on_event: Callable[[PowerEvent], None] | None = None
        self._early: list[PowerEvent] = []
        self._stopped = threading.Event()
        self._locked: bool | None = None

    def start(self, on_event: Callable[[PowerEvent], None]) -> bool:
        """Tell what came so far; the rest comes as the tray's window feeds its messages."""
        with self._lock:
            self._on_event, early, self._early = on_event, self._early, []
        for event in early:
            on_event(event)
        return True

    def locked(self) -> bool | None:
        """As last told; None until the first lock or unlock."""
        return self._locked

    def stop(self) -> None:
        """Tell nothing more; the session may end now."""
        with self._lock:
            self._on_event = None
            self._stopped.set()

    def attach(self, window: int) -> bool:
        """Have lock and unlock sent to this window, and the console's wishes to us; False when Windows refuses."""
        self._api.heed_console(self.console)
        self._api.come_back_after_update()
        return self._api.register_session_notification(window)

    def console(self, control: int) -> bool:
        """Take Ctrl+C, Ctrl+Break or the closing of the console, which waits as a log-off does; False for what is left."""
        if control not in (_CTRL_C, _CTRL_BREAK, _CTRL_CLOSE):
            return False
        self._tell(PowerEvent.END)
        if control == _CTRL_CLOSE:
            self._stopped.wait(self._save_within)
        return True

    def handle(self, message: int, wparam: int, lparam: int = 0) -> int:
        """Take a window message and return the answer to it; the session's end is answered after ``stop``.

        Returns:
            1 ("go on") where Windows asks or broadcasts, else 0.
        """
        event = _EVENTS.get((message, wparam))
        if event is PowerEvent.LOG_OFF and lparam & _CLOSE_APP:
            event = PowerEvent.END
        if event in (PowerEvent.LOCKED, PowerEvent.UNLOCKED):
            self._locked = event is PowerEvent.LOCKED
        if event is not None:
            self._tell(event)
        if event in (PowerEvent.LOG_OFF, PowerEvent.END):
            self._stopped.wait(self._save_within)
        return _YES if message in (WM_QUERYENDSESSION, WM_POWERBROADCAST) else 0

    def _tell(self, event: PowerEvent) -> None:
        with self._lock:
            tell = self._on_event
            if tell is None and not self._stopped.is_set():
                self._early.append(event)
        if tell is not None:
            tell(event)
