"""Copies of the files in ``~/.aws`` as they were before we changed them: dated and owner-only."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path

from aws_sso_core.errors import StoreFailed
from aws_sso_core.files import make_private_dir, read_bytes, write_atomic

KEPT = 30
"""How many copies of one file stay; the oldest go."""


def keep(directory: Path, name: str, data: bytes, now: datetime) -> Path:
    """Keep these bytes of a file, unless the latest copy has the same.

    Args:
        directory: of the copies.
        name: of the file ("config").
        data: its bytes.
        now: in UTC; part of the copy's name, which sorts by it.

    Raises:
        ReadOnlyPlace, DiskFull, StoreFailed: there is no copy.
    """
    make_private_dir(directory)
    there = sorted(directory.glob(f"{name}-*Z"))
    if there and _is(there[-1], data):
        return there[-1]
    path = directory / f"{name}-{now:%Y%m%dT%H%M%S.%f}Z"
    write_atomic(path, data)
    for old in there[: max(0, len(there) + 1 - KEPT)]:
        with contextlib.suppress(OSError):
            old.unlink()
    return path


def _is(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and read_bytes(path) == data
    except (OSError, StoreFailed):
        return False
