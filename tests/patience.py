"""Waiting for what tells nobody when it comes: windows, other processes, files."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LIMIT = 90.0
"""Seconds; a busy machine takes its time."""


def until(what: Callable[[], T | None], told: str, *, limit: float = LIMIT, step: float = 0.05) -> T:
    """The first true answer; the test fails where none comes in time."""
    answer = within(limit, what, step=step)
    assert answer, f"not within {limit:g} s: {told}"
    return answer


def within(limit: float, what: Callable[[], T | None], *, step: float = 0.05) -> T | None:
    """The first true answer of so many seconds, else the last one."""
    deadline = time.monotonic() + limit
    while not (answer := what()) and time.monotonic() < deadline:
        time.sleep(step)
    return answer
