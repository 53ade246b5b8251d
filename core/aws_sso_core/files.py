"""Files: read with patience, replaced in one step, locked between our processes.

Writers of ``~/.aws`` take no locks and often truncate in place, so a reader must expect half a file, and a writer of
ours never leaves one: temporary file in the same folder, owner-only before the content, flushed, one replace.
"""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from aws_sso_core.errors import ChangedMeanwhile, DiskFull, LockTimeout, ReadOnlyPlace, StoreFailed

REPLACE_PATIENCE = 2.0
"""Seconds to keep trying a replace that Windows refuses because somebody has the file open."""

Signature = tuple[int, int, int]
"""(mtime in ns, size, inode): changes when a file does, whoever wrote it."""


def signature(path: Path) -> Signature | None:
    """What the file looks like from outside; None when it cannot be seen."""
    try:
        s = path.stat()
    except OSError:
        return None
    return s.st_mtime_ns, s.st_size, s.st_ino


def read_bytes(path: Path) -> bytes | None:
    """The whole file, or None when it is not there.

    Raises:
        StoreFailed: it is there but cannot be read.
    """
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreFailed(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from error


def make_private_dir(path: Path) -> None:
    """Create the folder (and parents) for the owner only; an existing one keeps its mode.

    Raises:
        ReadOnlyPlace, DiskFull, StoreFailed: it cannot be made.
    """
    try:
        missing = [p for p in (path, *path.parents) if not p.exists()]
        for p in reversed(missing):
            p.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise _told(path, error) from error


def write_atomic(path: Path, data: bytes, *, keep_mode: bool = False) -> None:
    """Replace the file in one step; a reader sees the old or the new content, never a mix.

    A symbolic link is followed, so it stays one. New files are owner-only (0600); ``keep_mode`` gives an existing
    file's mode and owner to the new one, for files that other people's programs made.

    Raises:
        ReadOnlyPlace, DiskFull, StoreFailed: nothing was changed and no temporary file is left.
    """
    target = Path(os.path.realpath(path))
    make_private_dir(target.parent)
    try:
        fd, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    except OSError as error:
        raise _told(path, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(fd, "wb") as f:
            f.write(data)
            f.flush()
            os.fsync(f.fileno())
        if keep_mode:
            _copy_mode(target, temporary)
        _replace(temporary, target)
    except OSError as error:
        raise _told(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def replace_if_unchanged(path: Path, before: bytes | None, after: bytes) -> None:
    """``write_atomic`` (mode kept), but only while the file still holds ``before``.

    Raises:
        ChangedMeanwhile: it does not; read again and redo.
        ReadOnlyPlace, DiskFull, StoreFailed: as ``write_atomic``.
    """
    if read_bytes(path) != before:
        raise ChangedMeanwhile(f"{path} was changed by another program.", "Try again.")
    write_atomic(path, after, keep_mode=True)


def remove(path: Path) -> bool:
    """Remove a file; False when it was not there.

    Raises:
        ReadOnlyPlace, StoreFailed: it cannot be removed.
    """
    deadline = time.monotonic() + REPLACE_PATIENCE
    while True:
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        except PermissionError as error:
            if os.name != "nt" or time.monotonic() > deadline:
                raise _told(path, error) from error
            time.sleep(0.02)
        except OSError as error:
            raise _told(path, error) from error
        else:
            return True


@contextlib.contextmanager
def lock(path: Path, *, timeout: float = 10.0, what: str = "the files") -> Iterator[None]:
    """Hold a lock between our processes; the system frees it when a process dies.

    Args:
        path: the lock file; made if missing.
        timeout: seconds to wait; negative waits for ever.
        what: named in the error ("the config file").

    Raises:
        LockTimeout: another of our processes held it all that time.
        ReadOnlyPlace, DiskFull, StoreFailed: the lock file cannot be made.
    """
    import filelock  # noqa: PLC0415 - 36 ms that readers need not pay

    make_private_dir(path.parent)
    try:
        guard = filelock.FileLock(path, mode=0o600)
        guard.acquire(timeout=timeout, poll_interval=0.05)
    except filelock.Timeout as error:
        raise LockTimeout(
            f"Another aws-sso-tray process has been holding {what} for over {timeout:.0f} s.",
            "Wait a moment and try again; `aws-sso-tray stop` ends the tray.",
        ) from error
    except OSError as error:
        raise _told(path, error) from error
    try:
        yield
    finally:
        guard.release()


def _replace(temporary: Path, target: Path) -> None:
    deadline = time.monotonic() + REPLACE_PATIENCE
    while True:
        try:
            temporary.replace(target)
        except PermissionError:
            # Windows refuses while another process has the target open, which lasts milliseconds.
            if os.name != "nt" or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _copy_mode(source: Path, target: Path) -> None:
    try:
        s = source.stat()
    except OSError:
        return
    target.chmod(s.st_mode & 0o7777)
    if hasattr(os, "chown"):
        with contextlib.suppress(OSError):  # only root may give files away; a foreign group is no reason to fail
            os.chown(target, s.st_uid, s.st_gid)


def _told(path: Path, error: OSError) -> StoreFailed:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            f"There is no space left to write {path}; the old file is whole.", "Free some space, then try again."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ReadOnlyPlace(
            f"{path} cannot be written: {error.strerror}.", "Check the permissions of the file and its folder."
        )
    return StoreFailed(f"{path} cannot be written: {error.strerror}.")
