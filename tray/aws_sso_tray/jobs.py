"""Our own commands, run as child processes: all network work happens there, so the tray stays small and never hangs.

A child answers in JSON lines on its standard output; the last one is the outcome. Two threads per child, for as long as it
runs: one reads, one waits for the end, because a browser that the child started may keep the pipe open for hours.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import IO, Any, Literal

GRACE = 3.0
"""Seconds between asking a child to end and ending it."""

CALLED_OFF = 130
"""The exit code of a command that a person ended without a choice."""

_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)

log = logging.getLogger(__name__)

Kind = Literal["login", "logout", "renew", "use", "pick", "restore", "settings", "doctor", "console", "env", "news"]


@dataclass(frozen=True, slots=True)
class JobSaid:
    """A line of a running job."""

    kind: Kind
    subject: str
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class JobEnded:
    """A job is over; nothing of it runs any more."""

    kind: Kind
    subject: str
    exit_code: int
    outcome: Mapping[str, Any]
    """Its last line; empty when it said nothing that could be read."""
    cancelled: bool = False


JobEvent = JobSaid | JobEnded


class _Hidden(dict[str, Any]):
    """What a job says that must not show in a log: credentials."""

    def __repr__(self) -> str:
        return "{…}"


@dataclass
class _Job:
    kind: Kind
    subject: str
    process: subprocess.Popen[bytes]
    last: dict[str, Any] = field(default_factory=dict)
    other: str = ""
    cancelled: bool = False


class Jobs:
    """Starts, reads and ends the children. One job per kind and subject at a time.

    Args:
        command: how to call our own program, such as ``[sys.executable, "-m", "aws_sso_core.cli"]``.
        env: the environment for the children.
        post: where events go; called from any thread, must return at once.
        others: kinds that are programs of their own, and how to call those; they say JSON lines unasked.
    """

    def __init__(
        self,
        *,
        command: Sequence[str],
        env: Mapping[str, str],
        post: Callable[[JobEvent], None],
        others: Mapping[Kind, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        self._command = tuple(command)
        self._others = dict(others)
        self._env = dict(env)
        self._post = post
        self._running: dict[tuple[Kind, str], _Job] = {}
        self._lock = threading.Lock()

    def run(self, kind: Kind, subject: str, *options: str) -> bool:
        """Start ``kind`` for a session or profile ("" for none); False when it already runs or cannot be started."""
        with self._lock:
            if (kind, subject) in self._running:
                return False
            try:
                process = subprocess.Popen(
                    self._others.get(kind)
                    or [*self._command, kind, *options, "--json", *(["--", subject] if subject else [])],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    env=self._env,
                    creationflags=_NO_WINDOW,
                    start_new_session=os.name != "nt",
                )
            except OSError:
                log.exception("%s %s could not be started", kind, subject)
                return False
            job = self._running[kind, subject] = _Job(kind, subject, process)
        reader = threading.Thread(target=self._read, args=(job, process.stdout), name=f"{kind} output", daemon=True)
        reader.start()
        threading.Thread(target=self._wait, args=(job, reader), name=f"{kind} end", daemon=True).start()
        return True

    def cancel(self, kind: Kind, subject: str) -> None:
        """End a job; its ``JobEnded`` follows."""
        with self._lock:
            job = self._running.get((kind, subject))
        if job is not None:
            self._end(job)

    def stop(self) -> None:
        """End the sign-ins that wait for a person.

        All else finishes by itself within seconds, and must: a renewal that
        was cut off would have spent its refresh token for nothing.
        """
        with self._lock:
            jobs = [job for job in self._running.values() if job.kind == "login"]
        for job in jobs:
            self._end(job)
        for job in jobs:
            with contextlib.suppress(subprocess.TimeoutExpired):
                job.process.wait(GRACE + 1)

    def _end(self, job: _Job) -> None:
        job.cancelled = True
        with contextlib.suppress(OSError):
            job.process.terminate()
        killer = threading.Timer(GRACE, _kill, (job.process,))
        killer.daemon = True
        killer.start()

    def _read(self, job: _Job, output: IO[bytes]) -> None:
        with output:
            for line in output:
                said = _parsed(line)
                if said is None:
                    job.other = (job.other + line.decode("utf-8", "replace"))[-2000:]
                    continue
                job.last = _Hidden(said) if job.kind == "env" else said
                self._tell(JobSaid(job.kind, job.subject, job.last))

    def _wait(self, job: _Job, reader: threading.Thread) -> None:
        code = job.process.wait()
        reader.join(timeout=1.0)
        with self._lock:
            self._running.pop((job.kind, job.subject), None)
        if code and not job.cancelled and code != CALLED_OFF:
            log.warning("%s %s ended with %d: %s", job.kind, job.subject, code, job.other.strip() or job.last)
        self._tell(JobEnded(job.kind, job.subject, code, job.last, job.cancelled))

    def _tell(self, event: JobEvent) -> None:
        try:
            self._post(event)
        except Exception:
            log.exception("%s could not be told", event)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with contextlib.suppress(OSError):
            process.kill()
