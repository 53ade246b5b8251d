"""win10toast 0.9, made to behave.

Seen in its source and under Wine: ``show_toast`` sleeps for the whole duration and then ends the message loop of the
thread that called it; a second toast meanwhile is dropped, or breaks on the shared window class; ``on_destroy`` returns
None where Windows wants a number; nothing reads the window's messages. So: one thread of our own, one toast at a time,
``on_destroy`` answering 0, and its ``sleep`` replaced by a wait that can be ended early and reads the messages.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aws_sso_core.desktop.levels import Lost
from aws_sso_core.desktop.windows.limits import BODY_UNITS, TITLE_UNITS, cut
from aws_sso_core.model import Notice

DURATION = 10
"""Seconds that a toast stays; Windows may move it away earlier by its own setting."""

_STARTS_WITHIN = 8.0
"""Seconds for the first one: importing pywin32 takes that long under a virus scanner."""
_READ_MESSAGES_EVERY = 0.1
_log = logging.getLogger(__name__)


class _Toast:
    """A notice on its way to the screen, and its end."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        self.settled = threading.Event()
        self.shown = False
        self.promised = False
        self.over = threading.Event()

    def settle(self, *, shown: bool) -> None:
        self.shown = shown
        self.settled.set()


class ToastNotifier:
    """A ``Notifier`` by win10toast.

    Args:
        load: imports win10toast; called in the toast thread.
        pump: imports what reads a thread's window messages; called there too.
        icon: an .ico file; without one Windows' plain program icon is taken (win10toast's own needs pkg_resources).
        lost: told of a notice that waited for its turn, and then could not be shown.
    """

    level = "win10toast"
    has_buttons = False

    def __init__(
        self, load: Callable[[], Any], *, pump: Callable[[], Callable[[], object]], icon: Path | None, lost: Lost
    ) -> None:
        self._load = load
        self._lost = lost
        self._load_pump = pump
        self._icon = icon
        self._changed = threading.Condition()
        self._waiting: dict[str, _Toast] = {}
        self._current: _Toast | None = None
        self._thread: threading.Thread | None = None
        self._ended = False

    def show(self, notice: Notice) -> bool:
        """Show: at once where nothing shows or the same key does, else after what shows now."""
        toast = _Toast(notice)
        with self._changed:
            if self._ended:
                return False
            current = self._current
            toast.promised = current is not None and current.settled.is_set()
            self._waiting[notice.key] = toast
            if current is not None and current.notice.key == notice.key:
                current.over.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="win10toast", daemon=True)
                self._thread.start()
            self._changed.notify_all()
        return toast.promised or (toast.settled.wait(_STARTS_WITHIN) and toast.shown)

    def withdraw(self, key: str) -> None:
        """End it where it shows, forget it where it waits."""
        with self._changed:
            if waiting := self._waiting.pop(key, None):
                waiting.settle(shown=False)
            if self._current is not None and self._current.notice.key == key:
                self._current.over.set()

    def close(self) -> None:
        """End what shows, and the thread."""
        self._end()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_STARTS_WITHIN)

    def _run(self) -> None:
        try:
            toaster = self._prepared()
            while toast := self._next():
                toaster.show_toast(
                    cut(toast.notice.title, TITLE_UNITS),
                    cut(toast.notice.body, BODY_UNITS) or " ",  # an empty text hides the whole balloon
                    icon_path=str(self._icon or "none.ico"),
                    duration=DURATION,
                )
        except Exception:  # noqa: BLE001 - ImportError, pywintypes.error, a window that broke: each means the next level
            _log.warning("win10toast cannot be used", exc_info=True)
            for toast in self._end():
                self._lost(toast.notice)

    def _next(self) -> _Toast | None:
        with self._changed:
            self._current = None
            self._changed.wait_for(lambda: self._waiting or self._ended)
            if self._ended:
                return None
            self._current = self._waiting.pop(next(iter(self._waiting)))
            return self._current

    def _end(self) -> list[_Toast]:
        """Those that were promised and will not be shown."""
        with self._changed:
            self._ended = True
            left = [*((self._current,) if self._current else ()), *self._waiting.values()]
            for toast in left:
                if not toast.settled.is_set():
                    toast.settle(shown=False)
                toast.over.set()
            self._waiting.clear()
            self._changed.notify_all()
        return [toast for toast in left if toast.promised and not toast.shown]

    def _prepared(self) -> Any:
        module = self._load()
        pump = self._load_pump()

        def rest(seconds: float) -> None:
            toast = self._current
            if toast is None:
                return
            toast.settle(shown=True)
            for _ in range(int(seconds / _READ_MESSAGES_EVERY)):
                pump()
                if toast.over.wait(_READ_MESSAGES_EVERY):
                    return

        def on_destroy(toaster: Any, *window_message: Any) -> int:
            module.ToastNotifier.on_destroy(toaster, *window_message)
            return 0

        module.sleep = rest
        return type("Toaster", (module.ToastNotifier,), {"on_destroy": on_destroy})()
