"""Whether somebody is there: lock, sleep and touch as the system tells them, and sleep found out by the clocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from aws_sso_core.clock import Clock
from aws_sso_core.desktop.ports import PowerEvent
from aws_sso_core.expiry import Presence

JUMP = timedelta(seconds=30)
"""A wall clock this far ahead of the monotonic one between two looks: the machine slept, or somebody set the clock."""

LONGEST_SLEEP_NEWS = timedelta(minutes=2)
"""A "going to sleep" that nothing came of (a sleep that failed) is forgotten after this much waking time."""

AWAY = 180.0
"""Seconds without a key or a pointer movement after which nobody is taken to be at the keyboard."""


class Attendance:
    """Keeps what is known; ``presence`` is the value for the policy.

    Not every system tells of sleep (Modern Standby, containers, no logind), so each look also compares the wall clock
    with the monotonic one. The process itself is proof of being awake: whoever runs does not sleep.

    Args:
        clock: both hands.
        idle_seconds: how long nobody has touched the machine; None when nobody knows.
    """

    def __init__(self, clock: Clock, idle_seconds: Callable[[datetime], float | None]) -> None:
        self._clock = clock
        self._idle_seconds = idle_seconds
        self._locked = False
        self._asleep_since: float | None = None
        self._resumed_at: datetime | None = None
        self._hands = (clock.now(), clock.monotonic())
        self._there_at = clock.now()
        """When somebody was last seen here."""
        self._left_at: datetime | None = None
        """The ``_there_at`` of the absence that was told to be long."""

    def heard(self, event: PowerEvent) -> None:
        """The system told something."""
        match event:
            case PowerEvent.LOCKED:
                self._locked = True
            case PowerEvent.UNLOCKED:
                self._locked = False
            case PowerEvent.SLEEP:
                self._asleep_since = self._clock.monotonic()
            case PowerEvent.RESUMED:
                self._woke_up()
            case PowerEvent.LOG_OFF | PowerEvent.END:
                pass

    def look(self, waited: float | None = None) -> bool:
        """Compare the clocks; True when the machine seems to have slept since the last look.

        Args:
            waited: the seconds after which this look was due: Windows's monotonic clock goes on during sleep, and then
                only the delay tells.
        """
        wall, monotonic = self._hands
        self._hands = (self._clock.now(), self._clock.monotonic())
        passed = timedelta(seconds=self._hands[1] - monotonic)
        late = waited is not None and passed > timedelta(seconds=waited) + JUMP
        slept = late or (self._hands[0] - wall) - passed > JUMP
        if slept:
            self._woke_up()
        elif self._asleep_since is not None:
            awake = timedelta(seconds=self._hands[1] - self._asleep_since)
            if awake > LONGEST_SLEEP_NEWS:
                self._asleep_since = None
        return slept

    def presence(self, *, paused_until: datetime | None, away: bool = False) -> Presence:
        """Who is there now."""
        return Presence(
            locked=self._locked,
            asleep=self._asleep_since is not None,
            away=away,
            paused_until=paused_until,
            resumed_at=self._resumed_at,
        )

    def nobody_there(self) -> bool:
        """Whether nobody is at the keyboard."""
        idle = self._idle_seconds(self._clock.now())
        return idle is not None and idle >= AWAY

    def long_absent(self, limit: timedelta) -> bool:
        """Whether nobody was there for so long, told once for each absence: while it lasts, or at the return.

        Without limit (zero) no absence is long. Ask often: this is also how somebody is seen.
        """
        now, there_at = self._clock.now(), self._there_at
        if not (self._locked or self._asleep_since is not None or self.nobody_there()):
            self._there_at = now
        if not limit or now - there_at < limit or there_at == self._left_at:
            return False
        self._left_at = there_at
        return True

    def _woke_up(self) -> None:
        self._asleep_since = None
        self._resumed_at = self._clock.now()
