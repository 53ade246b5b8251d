"""What time it is, as a thing that is handed in."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """A source of time. The real one is ``system_clock.SystemClock``; tests hand in their own."""

    def now(self) -> datetime:
        """The wall clock: aware, in UTC. It may jump when somebody sets it."""

    def monotonic(self) -> float:
        """Seconds that never go back and stand still while the machine sleeps (where the system allows)."""

    def sleep(self, seconds: float) -> None:
        """Wait."""
