"""What can happen to the tray, and what the engine needs of those around it."""

from __future__ import annotations

import queue
from dataclasses import dataclass
from typing import Protocol

from aws_sso_core.desktop.ports import PowerEvent
from aws_sso_tray.actions import Action
from aws_sso_tray.deeds import Clipboard
from aws_sso_tray.jobs import JobEnded, JobSaid
from aws_sso_tray.sign_ins import Runs
from aws_sso_tray.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Hint:
    """Some file may have changed."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of a notice was pressed."""

    key: str
    button: str


Event = Action | Hint | Pressed | PowerEvent | JobSaid | JobEnded


class Inbox:
    """The engine's one queue."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._hinted = False

    def post(self, event: Event) -> None:
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

    def get(self, seconds: float) -> Event | None:
        """The next event; None when none comes in that time."""
        try:
            return self._queue.get(timeout=seconds)
        except queue.Empty:
            return None


class Watches(Protocol):
    """What is needed of ``watcher.Watcher``."""

    @property
    def interval(self) -> float:
        """Seconds until the next sweep."""

    def start(self) -> None:
        """Begin."""

    def sweep(self) -> bool:
        """Whether anything changed."""

    def stop(self) -> None:
        """End."""


class EndingRuns(Runs, Protocol):
    """What is needed of ``jobs.Jobs``."""

    def stop(self) -> None:
        """End them."""


class View(Clipboard, Protocol):
    """What shows the snapshot."""

    def show(self, snapshot: Snapshot) -> None:
        """Show this."""
