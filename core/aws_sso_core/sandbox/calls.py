"""The record of what was asked of the sandbox."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the operation, when it was answered (the sandbox's clock), the HTTP status, and what it was about.

    ``status`` is 0 when no answer was given. ``detail`` is the grant type of CreateToken (``device_code``,
    ``authorization_code``, ``refresh_token``), the account and role of
    GetRoleCredentials, the decision on a page; for a refusal the exception's name stands behind it.
    """

    operation: str
    at: datetime
    status: int
    detail: str = ""


class Calls:
    """All calls so far, in the order they were answered. Safe to ask from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._calls: list[Call] = []

    def add(self, call: Call) -> None:
        """Record one (the server does, before the first byte of the answer goes out)."""
        with self._changed:
            self._calls.append(call)
            self._changed.notify_all()

    def all(self) -> list[Call]:
        """Every call."""
        with self._changed:
            return list(self._calls)

    def of(self, operation: str) -> list[Call]:
        """The calls of one operation."""
        return [call for call in self.all() if call.operation == operation]

    def count(self, operation: str) -> int:
        """How many calls of one operation there were."""
        return len(self.of(operation))

    def clear(self) -> None:
        """Forget them."""
        with self._changed:
            self._calls.clear()

    def wait_for(self, operation: str, count: int = 1, *, timeout: float = 120.0) -> bool:
        """Wait (real seconds) until there were so many calls of the operation; False when the time ran out."""
        with self._changed:
            return self._changed.wait_for(lambda: sum(c.operation == operation for c in self._calls) >= count, timeout)
