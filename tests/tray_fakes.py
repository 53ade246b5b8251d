"""Stand-ins for what surrounds the tray's engine: jobs that are only noted, notices that stand in a dictionary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_sso_core.model import Notice
from aws_sso_tray.jobs import JobEnded, JobSaid, Kind
from aws_sso_tray.snapshot import Snapshot


class FakeOpeners:
    """Windows and editors that are only noted."""

    def __init__(self) -> None:
        self.works = True
        self.windows: list[tuple[str, ...]] = []
        self.configs = 0

    def window(self, words: Sequence[str]) -> bool:
        """Note it."""
        self.windows.append(tuple(words))
        return self.works

    def config(self) -> bool:
        """Note it."""
        self.configs += 1
        return self.works


class FakeNotifier:
    """A ``Notifier`` whose screen is a dictionary."""

    level = "fake"
    has_buttons = True

    def __init__(self) -> None:
        self.works = True
        self.standing: dict[str, Notice] = {}
        self.shown: list[Notice] = []
        self.closed = False

    def show(self, notice: Notice) -> bool:
        """Show, if there is a service."""
        if self.works:
            self.standing[notice.key] = notice
            self.shown.append(notice)
        return self.works

    def withdraw(self, key: str) -> None:
        """Take it from the screen."""
        self.standing.pop(key, None)

    def close(self) -> None:
        """Nothing to give up."""
        self.closed = True

    @property
    def titles(self) -> list[str]:
        """Of all that was ever shown, in order."""
        return [notice.title for notice in self.shown]


class FakeJobs:
    """``Jobs`` that start nothing; the test says how each ends."""

    def __init__(self) -> None:
        self.works = True
        self.started: list[tuple[str, ...]] = []
        self.running: list[tuple[Kind, str]] = []
        self.cancelled: list[tuple[Kind, str]] = []
        self.stopped = False

    def run(self, kind: Kind, subject: str, *options: str) -> bool:
        """Note it."""
        if not self.works or (kind, subject) in self.running:
            return False
        self.started.append((kind, subject, *options))
        self.running.append((kind, subject))
        return True

    def cancel(self, kind: Kind, subject: str) -> None:
        """Note it."""
        self.cancelled.append((kind, subject))

    def stop(self) -> None:
        """Note it."""
        self.stopped = True

    def ended(
        self, kind: Kind, subject: str, exit_code: int = 0, /, *, cancelled: bool = False, **outcome: Any
    ) -> JobEnded:
        """The event of its end; it does not run any more."""
        self.running.remove((kind, subject))
        return JobEnded(kind, subject, exit_code, outcome, cancelled)

    @staticmethod
    def said(kind: Kind, subject: str, /, **line: Any) -> JobSaid:
        """The event of a line."""
        said: Mapping[str, Any] = line
        return JobSaid(kind, subject, said)


class FakeView:
    """A ``View`` that keeps what it was shown."""

    def __init__(self) -> None:
        self.snapshots: list[Snapshot] = []
        self.copied: list[str] = []

    def show(self, snapshot: Snapshot) -> None:
        """Keep it."""
        self.snapshots.append(snapshot)

    def copy(self, text: str) -> None:
        """Keep it."""
        self.copied.append(text)
