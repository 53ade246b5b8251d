"""Locks between our processes."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from aws_sso_core.errors import LockTimeout
from aws_sso_core.files import failure, in_use, make_private_dir

_PAUSE = 0.05
"""Seconds between the first two tries."""
_LONGEST_PAUSE = 0.25
"""Seconds; 200 who wait would else take a third of a core with trying."""
_LOOK = 2.0
"""Seconds between two looks at whether there is still a reason to wait."""


@contextlib.contextmanager
def lock(
    path: Path, *, timeout: float = 10.0, what: str = "the files", meanwhile: Callable[[], object] | None = None
) -> Iterator[None]:
    """Hold a lock between our processes (and threads); the system frees it when a process dies, however it dies.

    Not reentrant: asking twice in one thread waits for oneself. The lock file stays, its content means nothing.

    Args:
        path: the lock file; made if missing.
        timeout: seconds to wait; negative waits for ever.
        what: named in the error ("the config file").
        meanwhile: called now and then while it waits; what it raises ends the waiting.

    Raises:
        LockTimeout: another of our processes held it all that time.
        ReadOnlyPlace, DiskFull, StoreFailed: the lock file cannot be made.
    """
    make_private_dir(path.parent)
    deadline, look_at, pause = time.monotonic() + timeout, time.monotonic() + _LOOK, _PAUSE
    while (fd := _try_lock(path)) is None:
        if meanwhile and time.monotonic() >= look_at:
            meanwhile()
            look_at = time.monotonic() + _LOOK
        if timeout >= 0 and time.monotonic() >= deadline:
            raise LockTimeout(
                f"Another aws-sso-tray process has been holding {what} for over {timeout:.0f} s.",
                "Wait a moment and try again; `aws-sso-tray stop` ends the tray.",
            )
        time.sleep(pause)
        pause = min(1.2 * pause, _LONGEST_PAUSE)
    try:
        yield
    finally:
        _system_unlock(fd)
        os.close(fd)


def _try_lock(path: Path) -> int | None:
    """The open and locked file, or None while somebody else holds it."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        if in_use(error):
            return None
        raise failure(path, error) from error
    try:
        if _system_lock(fd) and _is_same_file(fd, path):
            return fd
    except OSError as error:
        os.close(fd)
        raise failure(path, error) from error
    os.close(fd)
    return None


def _is_same_file(fd: int, path: Path) -> bool:
    """Whether the lock file is still the one that was opened, and not one that was removed from under its holder."""
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False


# The system's own locks rather than the filelock package, which loads asyncio: 6 MB in the tray, 20 ms in the helper.
if sys.platform == "win32":  # pragma: no cover - exercised by tests/windows
    import msvcrt

    def _system_lock(fd: int) -> bool:
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:  # EACCES on Windows, no number at all under Wine
            return False
        return True

    def _system_unlock(fd: int) -> None:
        os.lseek(fd, 0, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _system_lock(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _system_unlock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_UN)
