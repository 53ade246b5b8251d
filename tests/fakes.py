"""Stand-ins that tests hand in: a clock that only moves when told, a browser wired to a Sandbox, recorders.

Nothing here sleeps. What runs beside the test (a fake browser's visit) is waited for by events with a generous limit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Generic, Literal, Protocol, TypeVar

T = TypeVar("T")
S = TypeVar("S")

LIMIT = 120.0
"""Seconds to wait for another thread before the test is called broken; never reached when all is well."""

NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
"""A Monday at noon: when tests begin unless they say otherwise."""


class FakeClock:
    """A ``Clock`` whose two hands are set apart: a wall clock that may jump, a monotonic one that never goes back.

    ``sleep`` returns at once and moves both hands. ``on_sleep`` runs after each sleep, without any lock held: the place
    for "while we waited, the person pressed Approve".
    """

    def __init__(self, now: datetime = NOON, monotonic: float = 1000.0) -> None:
        self._lock = threading.RLock()
        self._now = now
        self._monotonic = monotonic
        self.slept: list[float] = []
        self.on_sleep: Callable[[float], None] = lambda _seconds: None

    def now(self) -> datetime:
        """The wall hand."""
        with self._lock:
            return self._now

    def monotonic(self) -> float:
        """The monotonic hand."""
        with self._lock:
            return self._monotonic

    def sleep(self, seconds: float) -> None:
        """Move both hands and return at once."""
        with self._lock:
            self.slept.append(seconds)
            self._now += timedelta(seconds=seconds)
            self._monotonic += seconds
        self.on_sleep(seconds)

    def advance(self, by: timedelta | float) -> None:
        """Time passes for both hands."""
        delta = by if isinstance(by, timedelta) else timedelta(seconds=by)
        with self._lock:
            self._now += delta
            self._monotonic += delta.total_seconds()

    def suspend(self, by: timedelta) -> None:
        """The machine sleeps: the wall hand moves on, the monotonic one stands still."""
        with self._lock:
            self._now += by

    def set_wall(self, now: datetime) -> None:
        """Somebody sets the wall clock, forward or back."""
        with self._lock:
            self._now = now

    def set_monotonic(self, seconds: float) -> None:
        """Put the monotonic hand somewhere."""
        with self._lock:
            self._monotonic = seconds


Consent = Literal["approve", "deny", "close"]


class Visits(Protocol):
    """What a ``FakeBrowser`` needs of a Sandbox."""

    def visit(self, url: str, consent: Consent = "approve") -> str:
        """Behave as a person's browser on that page."""


class FakeBrowser:
    """A ``Browser`` in which a person answers at once: every opened page is visited in the Sandbox.

    Like a real browser it returns before the visit is over; ``inline=True`` visits first and returns then (for device
    pages, which need no answer from us). ``pages`` holds the last page of each visit, ``opened`` the URLs. A visit's
    error is raised by ``wait``.
    """

    def __init__(
        self,
        box: Visits | None = None,
        consent: Consent = "approve",
        *,
        starts: bool = True,
        inline: bool = False,
        visit: Callable[[str], str] | None = None,
    ) -> None:
        self._box = box
        self._visit = visit
        self._threads: list[threading.Thread] = []
        self.consent = consent
        self.starts = starts
        self.inline = inline
        self.opened: list[str] = []
        self.pages: list[str] = []
        self.errors: list[BaseException] = []

    def open(self, url: str) -> bool:
        """Visit the page; False (and nothing visited) for a browser that does not start."""
        self.opened.append(url)
        if not self.starts:
            return False
        if self.inline:
            self._go(url)
            return True
        thread = threading.Thread(target=self._go, args=(url,), name="fake-browser", daemon=True)
        self._threads.append(thread)
        thread.start()
        return True

    def wait(self) -> None:
        """Until all visits are over; raises what the first failed one raised."""
        for thread in self._threads:
            thread.join(LIMIT)
            assert not thread.is_alive(), "the fake browser still waits for a page"
        if self.errors:
            raise self.errors[0]

    def _go(self, url: str) -> None:
        try:
            if self._visit is not None:
                self.pages.append(self._visit(url))
            elif self._box is not None:
                self.pages.append(self._box.visit(url, self.consent))
        except BaseException as error:  # noqa: BLE001 - a thread's error must reach the test, not stderr
            self.errors.append(error)


class Recorder(Generic[T]):
    """A callable that keeps what it was called with; ``wait_for`` waits until something suitable came."""

    def __init__(self, then: Callable[[T], None] | None = None) -> None:
        self._changed = threading.Condition()
        self._then = then
        self.items: list[T] = []

    def __call__(self, item: T) -> None:
        """Keep it, and pass it on to ``then``."""
        with self._changed:
            self.items.append(item)
            self._changed.notify_all()
        if self._then is not None:
            self._then(item)

    def wait_for(self, suits: Callable[[T], bool] = lambda _item: True) -> T:
        """The first item that suits, when it comes."""
        with self._changed:
            found = self._changed.wait_for(lambda: any(suits(i) for i in self.items), LIMIT)
            assert found, f"nothing suitable came; only {self.items!r}"
            return next(i for i in self.items if suits(i))

    def of(self, kind: type[S]) -> list[S]:
        """All items of one class."""
        return [i for i in self.items if isinstance(i, kind)]


class Worker(Generic[T]):
    """Runs something in a thread from now on; ``result`` waits for it and gives its value or raises its error."""

    def __init__(self, job: Callable[[], T], name: str = "worker") -> None:
        self._job = job
        self._value: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._thread.is_alive()

    def result(self) -> T:
        """Its value, when it is there."""
        self._thread.join(LIMIT)
        assert not self._thread.is_alive(), f"{self._thread.name} is still busy"
        if self._error is not None:
            raise self._error
        return self._value[0]

    def _run(self) -> None:
        try:
            self._value.append(self._job())
        except BaseException as error:  # noqa: BLE001 - handed to whoever asks for the result
            self._error = error
