"""One tray per person and machine, by a lock that the system frees when its holder dies."""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import time
from pathlib import Path

from aws_sso_core import files
from aws_sso_core.errors import StoreFailed

if sys.platform == "win32":

    def _flock(file: int) -> None:
        raise OSError(file, "Windows has no flock")

else:
    import fcntl

    def _flock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


_PATIENCE = 0.2
"""Seconds to try for: somebody who only asks who holds the lock has it for a moment."""


class LinuxInstance:
    """An ``Instance`` by ``flock`` on a file that holds the process id.

    The file's name has the machine's: with a home folder on the network each machine may have its tray.
    """

    def __init__(self, state_dir: Path) -> None:
        self.path = state_dir / f"tray-{platform.node() or 'machine'}.lock"
        self._file: int | None = None

    def acquire(self) -> bool:
        """Become the one; again is still the one.

        Raises:
            ReadOnlyPlace, StoreFailed: the lock file cannot be made.
        """
        if self._file is not None:
            return True
        files.make_private_dir(self.path.parent)
        try:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreFailed(f"{self.path} cannot be made: {error.strerror}.", "Check its folder.") from error
        if not _lock(file, patience=_PATIENCE):
            os.close(file)
            return False
        os.ftruncate(file, 0)
        os.write(file, b"%d\n" % os.getpid())
        self._file = file
        return True

    def holder(self) -> int | None:
        """Who has the lock now, ourselves included."""
        try:
            file = os.open(self.path, os.O_RDWR)
        except OSError:
            return None
        try:
            if _lock(file, patience=0.0):
                return None
            with contextlib.suppress(ValueError):
                return int(os.read(file, 32))
            return None
        finally:
            os.close(file)

    def release(self) -> None:
        """Let another become the one. The file stays: removing it could take it from under another's lock."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _lock(file: int, *, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while True:
        try:
            _flock(file)
        except OSError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.01)
        else:
            return True
