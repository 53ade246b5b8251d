"""The one queue through which everything reaches the engine. Light: it is there before the engine is."""

from __future__ import annotations

import queue
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hint:
    """Some file may have changed."""


class Inbox(Generic[T]):
    """Takes events from any thread."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[T | Hint] = queue.SimpleQueue()
        self._hinted = False

    def post(self, event: T | Hint) -> None:
        """Hand over an event; from any thread and from signal handlers, returns at once."""
        self._queue.put(event)

    def hint(self) -> None:
        """Some file may have changed. Hints that come before the files are looked at are one."""
        if not self._hinted:
            self._hinted = True
            self.post(Hint())

    def looking(self) -> None:
        """The files are looked at from now on: a hint that comes later is a new one."""
        self._hinted = False

    def get(self, seconds: float) -> T | Hint | None:
        """The next event; None when none comes in that time."""
        try:
            return self._queue.get(timeout=seconds)
        except queue.Empty:
            return None
