"""Faults to order: what goes wrong, at which operation, and how often."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import ClassVar, Literal

Kind = Literal["status", "error", "dropped", "truncated", "slow", "html", "lost-reply", "wrong-json"]

NAMES = {
    400: ("InvalidRequestException", "Invalid request"),
    401: ("UnauthorizedException", "Session token not found or invalid"),
    403: ("ForbiddenException", "No access"),
    404: ("ResourceNotFoundException", "Resource not found"),
    429: ("TooManyRequestsException", "HTTP 429 Unknown Code"),
    500: ("InternalServerException", "Internal server error"),
    503: ("ServiceUnavailableException", "Service unavailable"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    ``Fault.status(503)``, ``Fault.status(429, retry_after=2)`` and ``Fault.error("InvalidGrantException", 400)`` answer
    in the service's own form, without acting.
    """

    kind: Kind
    code: int = 0
    name: str = ""
    message: str = ""
    retry_after: int | None = None
    seconds: float = 0.0

    DROPPED: ClassVar[Fault]
    """The connection ends before anything was done."""
    TRUNCATED: ClassVar[Fault]
    """It is done, but half of the answer arrives."""
    SLOW: ClassVar[Fault]
    """It is done, but the answer takes 30 real seconds (or until the sandbox closes); see ``slow``."""
    HTML: ClassVar[Fault]
    """A page of some hotel's Wi-Fi, with status 200, instead of the service."""
    LOST_REPLY: ClassVar[Fault]
    """It is done, but the connection ends before the answer."""
    WRONG_JSON: ClassVar[Fault]
    """Status 200 and JSON without the promised keys."""

    @classmethod
    def status(cls, code: int, *, retry_after: int | None = None) -> Fault:
        """This HTTP status, in the service's form; 429 carries ``Retry-After`` (1 second unless told)."""
        name, message = NAMES.get(code, (f"Status{code}Exception", f"Status {code}"))
        return cls("status", code, name, message, 1 if code == 429 and retry_after is None else retry_after)  # noqa: PLR2004 - 429 is its own name

    @classmethod
    def error(cls, name: str, status: int = 400, message: str = "") -> Fault:
        """This exception of the service's, such as ``InvalidGrantException``."""
        return cls("error", status, name, message or name)

    @classmethod
    def slow(cls, seconds: float) -> Fault:
        """It is done, but the answer takes this many real seconds (or until the sandbox closes)."""
        return cls("slow", seconds=seconds)


Fault.DROPPED = Fault("dropped")
Fault.TRUNCATED = Fault("truncated")
Fault.SLOW = Fault.slow(30.0)
Fault.HTML = Fault("html")
Fault.LOST_REPLY = Fault("lost-reply")
Fault.WRONG_JSON = Fault("wrong-json")


class Faults:
    """The faults that are still to come, first ordered first; ``"*"`` stands for every operation."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[str, Fault, int | None]] = []

    def add(self, operation: str, fault: Fault, times: int | None) -> None:
        """Let the next ``times`` calls of this operation fail (None: all, until ``clear``)."""
        with self._lock:
            self._waiting.append((operation, fault, times))

    def clear(self) -> None:
        """All is well from now on."""
        with self._lock:
            self._waiting.clear()

    def take(self, operation: str) -> Fault | None:
        """The fault for this call, or None."""
        with self._lock:
            for i, (wanted, fault, times) in enumerate(self._waiting):
                if wanted not in {operation, "*"}:
                    continue
                if times is not None and times <= 1:
                    del self._waiting[i]
                elif times is not None:
                    self._waiting[i] = (wanted, fault, times - 1)
                return fault
        return None
