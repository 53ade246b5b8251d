"""How far a budget of requests is used up: in one process, or in a small file that all our processes share.

The file holds two times of the machine's monotonic clock, which all processes have in common. It is written in place,
under a lock: a process that is killed leaves at worst junk, and junk counts as "all used up", which costs a second. What a
machine that was started anew left behind is times far in the future, and counts as junk too.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aws_sso_core.digest import sha1_hex
from aws_sso_core.errors import StoreFailed
from aws_sso_core.files import read_bytes
from aws_sso_core.locking import lock
from aws_sso_core.model import Session

_PATIENCE = 5.0
"""Seconds to wait for the lock, which is held for less than a thousandth."""
_LARGEST = 200
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far it is used up; both are times of the monotonic clock."""

    full_at: float
    """When the bucket will be full again."""
    paused_until: float = float("-inf")
    """AWS asked to be left alone until then."""


class Ledger(Protocol):
    """Where the mark is kept."""

    def change(self, step: Callable[[Mark | None], Mark]) -> Mark:
        """Replace the mark by what ``step`` makes of it, with nobody else in between; None is "nothing is known"."""


UNTOUCHED = Mark(float("-inf"))
"""A full bucket."""


class OwnLedger:
    """For the threads of one process; the caller sees to it that one changes it at a time."""

    def __init__(self) -> None:
        self._mark: Mark | None = UNTOUCHED

    def change(self, step: Callable[[Mark | None], Mark]) -> Mark:
        """As ``Ledger``."""
        self._mark = mark = step(self._mark)
        return mark


class SharedLedger:
    """For all our processes that ask one Identity Center. Where the file cannot be used, each goes by itself.

    Args:
        locks_dir: ``Paths.locks_dir``.
        session: whose Identity Center.
    """

    def __init__(self, locks_dir: Path, session: Session) -> None:
        name = f"portal-{sha1_hex(session.start_url.rstrip('/#'))}"
        self._lock = locks_dir / f"{name}.lock"
        self._path = locks_dir / f"{name}.pace"
        self._own = OwnLedger()

    def change(self, step: Callable[[Mark | None], Mark]) -> Mark:
        """As ``Ledger``."""
        try:
            with lock(self._lock, timeout=_PATIENCE, what="the count of requests"):
                mark = step(_parsed(read_bytes(self._path, limit=_LARGEST)))
                _write(self._path, mark)
        except (StoreFailed, OSError) as error:
            _log.warning("Requests are counted in this process alone: %s", error)
            return self._own.change(step)
        self._own.change(lambda _old: mark)
        return mark


def _parsed(data: bytes | None) -> Mark | None:
    if data is None:
        return UNTOUCHED
    try:
        full_at, paused_until = (float(word) for word in data.split())
    except ValueError:
        return None
    return Mark(full_at, paused_until)


def _write(path: Path, mark: Mark) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(fd, f"{mark.full_at!r} {mark.paused_until!r}\n".encode())
    finally:
        os.close(fd)
