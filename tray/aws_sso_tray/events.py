"""What can happen to the tray (besides a hint of the ``Inbox``'s own), and what the engine needs of those around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from aws_sso_core.desktop.ports import PowerEvent
from aws_sso_tray.actions import Action
from aws_sso_tray.deeds import Clipboard
from aws_sso_tray.jobs import JobEnded, JobSaid
from aws_sso_tray.sign_ins import Runs
from aws_sso_tray.snapshot import Snapshot

PRESS = "press"
"""The wish (``state.Wishes``) of the program that Windows starts when a button of a toast is pressed."""

SHOW = "show"
"""The wish of whoever starts the tray from the Start menu while it runs: to see something of it."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button of a notice was pressed."""

    key: str
    button: str
    lasting: bool = False
    """It may be a notice of an earlier tray that still stood (Windows's Action Center)."""

    @classmethod
    def from_wish(cls, about: str) -> Pressed:
        """The press that a wish is about."""
        button, _, key = about.partition(" ")
        return cls(key, button, lasting=True)

    def as_wish(self) -> str:
        """What such a wish is about."""
        return f"{self.button} {self.key}"


Event = Action | Pressed | PowerEvent | JobSaid | JobEnded


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
