"""How fast the portal may be asked: AWS allows 20 requests a second to one Identity Center, all callers together."""

from __future__ import annotations

import random
import threading

from aws_sso_core.clock import Clock
from aws_sso_core.errors import Interrupted

RATE = 19.5
"""Requests a second, a little under AWS's 20 ("IAM Identity Center quotas": the portal's APIs share them)."""
BURST = 18
"""Requests that may go at once after a pause."""
_SLOWEST = 1.0
_SLOWER = 0.7
_FASTER = 0.1
_PAUSE = 1.0
"""Seconds to leave AWS alone after a 429 that does not say how long."""
_LONGEST_PAUSE = 60.0
_LOOK = 0.2
"""Seconds between two looks at whether we were stopped."""


class Budget:
    """A token bucket that several threads draw from; it slows down when AWS asks for that, and recovers."""

    attempts = 8
    """How often a request is sent before its error counts; a 429 among hundreds of requests is nothing special."""

    def __init__(
        self, *, clock: Clock, stopped: threading.Event, rate: float | None = RATE, burst: int = BURST
    ) -> None:
        """``rate`` None sets no limit of ours; ``stopped`` ends all waiting."""
        self._clock = clock
        self._stopped = stopped
        self._full_rate = self._rate = rate
        self._burst = burst
        self._lock = threading.Lock()
        self._due = clock.monotonic()
        """When the bucket will be full again."""
        self._paused_until = self._due

    def turn(self) -> None:
        """Wait until one more request may go.

        Raises:
            Interrupted: stopped.
        """
        at = self._reserve()
        while True:
            if self._stopped.is_set():
                raise Interrupted
            left = at - self._clock.monotonic()
            if left <= 0:
                if at >= self._paused_until:
                    return
                at = self._reserve()  # AWS asked for a pause while we waited for our turn
                continue
            self._clock.sleep(min(left, _LOOK))

    def answered(self) -> None:
        """A request went well."""
        with self._lock:
            if self._rate is not None and self._full_rate is not None:
                self._rate = min(self._full_rate, self._rate + _FASTER)

    def throttled(self, seconds: float | None) -> None:
        """AWS asks for fewer requests; ``seconds`` is its Retry-After."""
        pause = min(_PAUSE if seconds is None else seconds, _LONGEST_PAUSE)
        pause += random.uniform(0, _PAUSE / 2)  # noqa: S311 - no secret depends on it
        with self._lock:
            now = self._clock.monotonic()
            if now >= self._paused_until:  # the answers to all that was under way come together: one is enough
                self._rate = max(_SLOWEST, (self._rate or RATE) * _SLOWER)
            self._paused_until = max(self._paused_until, now + pause)
            self._due = max(self._due, self._paused_until + self._reserve_seconds())

    def _reserve(self) -> float:
        with self._lock:
            now = self._clock.monotonic()
            if self._rate is None:
                return now
            at = max(now, self._due - self._reserve_seconds())
            self._due = max(self._due, now) + 1 / self._rate
            return at

    def _reserve_seconds(self) -> float:
        return (self._burst - 1) / self._rate if self._rate else 0.0
