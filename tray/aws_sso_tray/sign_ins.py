"""The sign-ins a person asked for: one browser page at a time, the others wait in line."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from aws_sso_tray.jobs import Kind
from aws_sso_tray.snapshot import SigningIn


class Runs(Protocol):
    """What is needed of ``jobs.Jobs``."""

    def run(self, kind: Kind, subject: str, *options: str) -> bool:
        """Start a job."""

    def cancel(self, kind: Kind, subject: str) -> None:
        """End a job."""


class SignIns:
    """Runs ``login`` for one session after the other, and keeps what the running one has said.

    By ``Session.name``, as people and commands do.
    """

    def __init__(self, jobs: Runs) -> None:
        self._jobs = jobs
        self._running: SigningIn | None = None
        self._line: deque[tuple[str, tuple[str, ...]]] = deque()

    @property
    def now(self) -> tuple[SigningIn, ...]:
        """Those that run or wait in line, the running one first."""
        waiting = tuple(SigningIn(name) for name, _ in self._line)
        return (self._running, *waiting) if self._running else waiting

    def ask(self, session: str, *, fresh: bool, by_code: bool = False) -> bool:
        """Sign in to this session, now or after the others; asking twice is asking once. False: it cannot be started."""
        if any(s.session == session for s in self.now):
            return True
        options = ["--force"] if fresh else []
        if by_code:
            options += ["--device", "--no-browser"]
        self._line.append((session, tuple(options)))
        return self._go_on()

    def cancel(self, session: str) -> None:
        """Give this one up."""
        self._line = deque(entry for entry in self._line if entry[0] != session)
        if self._running and self._running.session == session:
            self._jobs.cancel("login", session)

    def said(self, session: str, line: Mapping[str, Any]) -> SigningIn | None:
        """The running sign-in said something; returns it when there is a code now that a person must see."""
        if self._running is None or self._running.session != session:
            return None
        url, code = line.get("url"), line.get("code")
        if line.get("event") not in ("open", "code") or not isinstance(url, str):
            return None
        self._running = replace(self._running, url=url, code=code if isinstance(code, str) else None)
        return self._running if self._running.code else None

    def ended(self, session: str) -> None:
        """The running one is over, however it went: the next one begins."""
        if self._running and self._running.session == session:
            self._running = None
        self._go_on()

    def _go_on(self) -> bool:
        while self._running is None and self._line:
            session, options = self._line.popleft()
            if not self._jobs.run("login", session, *options):
                return False
            self._running = SigningIn(session)
        return True
