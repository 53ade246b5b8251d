"""Small JSON files of our own: owner-only, replaced in one step, and never trusted when read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from aws_sso_core.errors import StoreFailed
from aws_sso_core.files import read_bytes, write_atomic
from aws_sso_core.locking import lock

_LARGEST = 1 << 20
"""Bytes; ours have a few hundred."""


class JsonFile:
    """One JSON object in a file.

    What cannot be read counts as empty: nothing in these files is worth a crash, and the next write repairs them.

    Args:
        path: the file; need not exist.
        lock: the lock file for ``change``.
        indent: of its lines; None writes one line, twenty times as fast.
    """

    def __init__(self, path: Path, *, lock: Path, indent: int | None = 1) -> None:
        self.path = path
        self._lock = lock
        self._indent = indent

    def read(self) -> dict[str, Any]:
        """The object; empty when there is none, or only junk."""
        return read_object(self.path) or {}

    def write(self, value: Mapping[str, Any]) -> None:
        """Replace the object.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: nothing was changed.
        """
        write_object(self.path, value, indent=self._indent)

    def change(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Read, let ``change`` alter the object in place, and write it, under the lock.

        Raises:
            LockTimeout, ReadOnlyPlace, DiskFull, StoreFailed: nothing was changed.
        """
        with lock(self._lock, what=f"the file {self.path.name}"):
            value = self.read()
            change(value)
            self.write(value)


def read_object(path: Path) -> dict[str, Any] | None:
    """The file's JSON object; None when it is missing, unreadable or anything else than an object."""
    try:
        value = json.loads(read_bytes(path, limit=_LARGEST) or b"")
    except (StoreFailed, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def write_object(path: Path, value: Mapping[str, Any], *, indent: int | None = 1, durable: bool = True) -> None:
    """Replace the file by this object, owner-only, in one step; ``durable`` as in ``files.write_atomic``.

    Raises:
        ReadOnlyPlace, DiskFull, StoreFailed: nothing was changed.
    """
    write_atomic(path, json.dumps(value, indent=indent).encode() + b"\n", durable=durable)
