"""How fast the portal may be asked: AWS allows 20 requests a second to one Identity Center, all callers together."""

from __future__ import annotations

import random
import threading

from aws_sso_core.clock import Clock
from aws_sso_core.errors import Interrupted
from aws_sso_core.identity_center.ledger import Ledger, Mark

RATE = 19.5
"""Requests a second, a little under AWS's 20 ("IAM Identity Center quotas": the portal's APIs share them)."""
BURST = 18
"""Requests that may go at once after a pause."""
ATTEMPTS = 8
"""How often a request is sent before its error counts; a 429 among hundreds of requests is nothing special."""
_SLOWEST = 1.0
_SLOWER = 0.7
_FASTER = 0.1
_PAUSE = 1.0
"""Seconds to leave AWS alone after a 429 that does not say how long."""
_LONGEST_PAUSE = 60.0
_FARTHEST = 120.0
"""Seconds; nobody waits longer for a turn, so a time beyond that is another start of the machine's."""
_LOOK = 0.2
"""Seconds between two looks at whether we were stopped."""


class Budget:
    """A token bucket that threads and processes draw from; it slows down when AWS asks for that, and recovers."""

    def __init__(
        self,
        *,
        clock: Clock,
        stopped: threading.Event,
        ledger: Ledger,
        rate: float | None = RATE,
        burst: int = BURST,
        attempts: int = ATTEMPTS,
    ) -> None:
        """Draw from the bucket whose mark ``ledger`` keeps.

        Args:
            clock: its monotonic hand is that of the ledger's times.
            stopped: ends all waiting.
            ledger: shared with whoever asks the same Identity Center.
            rate: requests a second; None sets no limit of ours.
            burst: how many may go at once.
            attempts: how often a request is sent.
        """
        self.attempts = attempts
        self._clock = clock
        self._stopped = stopped
        self._ledger = ledger
        self._full_rate = self._rate = rate
        self._burst = burst
        self._lock = threading.Lock()
        self._paused_until = float("-inf")

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

            def step(mark: Mark | None) -> Mark:
                mark = self._known(mark, now)
                until = max(mark.paused_until, now + pause)
                return Mark(max(mark.full_at, until + self._reserve_seconds()), until)

            self._paused_until = self._ledger.change(step).paused_until

    def _reserve(self) -> float:
        with self._lock:
            now = self._clock.monotonic()
            rate = self._rate
            if rate is None:
                return now
            at = now

            def step(mark: Mark | None) -> Mark:
                nonlocal at
                mark = self._known(mark, now)
                at = max(now, mark.full_at - self._reserve_seconds())
                return Mark(max(mark.full_at, now) + 1 / rate, mark.paused_until)

            self._paused_until = self._ledger.change(step).paused_until
            return at

    def _known(self, mark: Mark | None, now: float) -> Mark:
        """The mark, or an empty bucket where nothing is known."""
        if mark is None or not max(mark.full_at, mark.paused_until) - now < _FARTHEST:
            return Mark(now + self._reserve_seconds())
        return mark

    def _reserve_seconds(self) -> float:
        return (self._burst - 1) / self._rate if self._rate else 0.0
