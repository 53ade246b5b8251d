"""Files: read with patience, replaced in one step.

Writers of ``~/.aws`` take no locks and often truncate in place, so a reader must expect half a file, and a writer of
ours never leaves one: temporary file in the same folder, owner-only before the content, flushed, one replace.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import re
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from aws_sso_core.errors import ChangedMeanwhile, DiskFull, ReadOnlyPlace, StoreFailed

REPLACE_PATIENCE = 2.0
"""Seconds to keep trying a replace that Windows refuses because somebody has the file open."""
_READ_PATIENCE = 0.25
_RETRY_PAUSE = 0.005

_LEFTOVER = 60.0
"""Seconds after which a temporary file is nobody's any more; a write takes milliseconds."""
_numbers = itertools.count()

T = TypeVar("T")

PIECE = 1 << 16
"""Bytes: as much as a large file is compared at a time."""

Signature = tuple[int, int, int]
"""(mtime in ns, size, inode): changes when a file does, whoever wrote it."""


def signature(path: Path) -> Signature | None:
    """What the file looks like from outside; None when it cannot be seen."""
    try:
        s = path.stat()
    except OSError:
        return None
    return s.st_mtime_ns, s.st_size, s.st_ino


def read_bytes(path: Path, *, limit: int | None = None) -> bytes | None:
    """The whole file, or None when it is not there.

    Args:
        path: a symbolic link is followed.
        limit: read no more than this and one byte, by which the caller sees that there is more.

    Raises:
        StoreFailed: it is there but cannot be read.
    """
    return reading(path, lambda file: file.read() if limit is None else file.read(limit + 1))


def reading(path: Path, read: Callable[[BinaryIO], T]) -> T | None:
    """What ``read`` makes of the open file, or None when it is not there.

    Raises:
        StoreFailed: it is there but cannot be read.
    """
    deadline = time.monotonic() + _READ_PATIENCE
    while True:
        try:
            with path.open("rb") as f:
                return read(f)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if not in_use(error) or time.monotonic() > deadline:
                hint = "A file belongs there, not a folder." if path.is_dir() else "Check its permissions."
                raise StoreFailed(f"{path} cannot be read: {error.strerror}.", hint) from error
        time.sleep(_RETRY_PAUSE)


def holds(path: Path, data: bytes | None) -> bool:
    """Whether the file holds just that (None: is not there). Looked at in pieces, as memory for another copy takes longest.

    Raises:
        StoreFailed: it is there but cannot be read.
    """
    content = data or b""

    def same(file: BinaryIO) -> bool:
        at = 0
        while piece := file.read(PIECE):
            if not content.startswith(piece, at):
                return False
            at += len(piece)
        return at == len(content)

    found = reading(path, same)
    return found is None if data is None else bool(found)


def make_private_dir(path: Path) -> None:
    """Create the folder (and parents) for the owner only; an existing one keeps its mode.

    Raises:
        ReadOnlyPlace, DiskFull, StoreFailed: it cannot be made.
    """
    if path.is_dir():
        return
    try:
        missing = [p for p in (path, *path.parents) if not p.exists()]
        for p in reversed(missing):
            _make_private_dir(p)
    except OSError as error:
        raise failure(path, error) from error


def _make_private_dir(path: Path) -> None:
    if os.name == "nt":
        from aws_sso_core import access_list  # noqa: PLC0415 - for Windows only

        with contextlib.suppress(OSError):
            access_list.make_private_folder(path)
            return
        path.mkdir(exist_ok=True)  # a mode would make it its owner's: not the person's, in an administrator's window
        return
    path.mkdir(mode=0o700, exist_ok=True)


def write_atomic(path: Path, data: bytes, *, keep_mode: bool = False, durable: bool = True) -> None:
    """Replace the file in one step; a reader sees the old or the new content, never a mix.

    A symbolic link is followed, so it stays one, unless another user laid it in a place like ``/tmp``. New files are owner-only (0600); ``keep_mode`` gives an existing
    file's mode and owner (Windows: its access list) to the new one, for files that other people's programs made. What is not ``durable`` may be gone,
    or junk, after a power cut: for what can be done without.

    Raises:
        ReadOnlyPlace, DiskFull, StoreFailed: nothing was changed and no temporary file is left.
    """
    _write(path, data, keep_mode=keep_mode, last_look=lambda: None, durable=durable)


def _write(path: Path, data: bytes, *, keep_mode: bool, last_look: Callable[[], None], durable: bool = True) -> None:
    if _is_a_trap(path):
        raise ReadOnlyPlace(f"{path} is a link that another user laid there.", "Choose another place.")
    target = Path(os.path.realpath(path))
    make_private_dir(target.parent)
    # Never ".json" at the end: AWS tools read all of those.
    temporary = target.with_name(f".{target.name}.{os.getpid()}-{time.time_ns()}-{next(_numbers)}.tmp")
    try:
        with open(temporary, "xb", opener=owner_only) as f:
            if keep_mode and os.name == "nt":
                _copy_access_list(target, temporary)
            f.write(data)
            f.flush()
            if durable:
                os.fsync(f.fileno())
        if keep_mode and os.name != "nt":
            _copy_mode(target, temporary)
        last_look()
        _replace(temporary, target)
    except OSError as error:
        raise failure(path, error) from error
    finally:
        _discard(temporary)
    clear_leftovers(target)


def _is_a_trap(path: Path) -> bool:
    """Whether somebody else laid a link where everybody may lay one (``/tmp``), so that we write where they cannot.

    As Linux' ``protected_symlinks`` (proc_sys_fs(5)), which does not hold for who asks first where a link leads.
    """
    try:
        link, folder = path.lstat(), path.parent.stat()
    except OSError:
        return False
    everybodys = folder.st_mode & stat.S_ISVTX and folder.st_mode & stat.S_IWOTH
    return bool(stat.S_ISLNK(link.st_mode) and everybodys and link.st_uid not in (_me(), folder.st_uid))


def clear_leftovers(target: Path) -> None:
    """Remove temporary files of a process that was killed while it wrote ``target``: they may hold its secrets."""
    ours = re.compile(rf"\.{re.escape(target.name)}\.\d+-\d+-\d+\.tmp")
    with contextlib.suppress(OSError), os.scandir(target.parent) as entries:
        for entry in entries:
            if ours.fullmatch(entry.name) and time.time() - entry.stat().st_mtime > _LEFTOVER:
                _discard(Path(entry))


def _discard(temporary: Path) -> None:
    with contextlib.suppress(OSError):
        if os.name == "nt" and temporary.exists():
            temporary.chmod(0o600)  # Windows removes nothing that is read-only
        temporary.unlink()


def replace_if_unchanged(path: Path, before: bytes | None, after: bytes) -> None:
    """``write_atomic`` (mode kept), but only while the file still holds ``before``.

    Raises:
        ChangedMeanwhile: it does not; read again and redo.
        ReadOnlyPlace, DiskFull, StoreFailed: as ``write_atomic``.
    """

    def look() -> None:
        if not holds(path, before):
            raise ChangedMeanwhile(f"{path} was changed by another program.", "Try again.")

    # Once the new content is on the disk, which takes the longest: others write in place, without any lock.
    _write(path, after, keep_mode=True, last_look=look)


def remove(path: Path) -> bool:
    """Remove a file; False when it was not there.

    Raises:
        ReadOnlyPlace, StoreFailed: it cannot be removed.
    """
    deadline = time.monotonic() + REPLACE_PATIENCE
    while True:
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            if not in_use(error) or time.monotonic() > deadline:
                raise failure(path, error, "removed") from error
        else:
            return True
        time.sleep(_RETRY_PAUSE)


def in_use(error: OSError) -> bool:
    """Whether Windows refused because another program has the file open, which lasts milliseconds."""
    return os.name == "nt" and isinstance(error, PermissionError)


def _replace(temporary: Path, target: Path) -> None:
    deadline = time.monotonic() + REPLACE_PATIENCE
    while True:
        try:
            temporary.replace(target)
        except PermissionError as error:
            if not in_use(error) or time.monotonic() > deadline:
                raise
        else:
            return
        time.sleep(_RETRY_PAUSE)


def _me() -> int:
    return int(getattr(os, "geteuid", int)())


def owner_only(name: str, flags: int) -> int:
    """The ``opener`` for files that nobody else may read."""
    return os.open(name, flags, 0o600)


def _copy_mode(source: Path, target: Path) -> None:
    try:
        s = source.stat()
    except OSError:
        return
    target.chmod(s.st_mode & 0o7777)
    if hasattr(os, "chown"):
        with contextlib.suppress(OSError):  # only root may give files away; a foreign group is no reason to fail
            os.chown(target, s.st_uid, s.st_gid)


def _copy_access_list(source: Path, target: Path) -> None:
    from aws_sso_core import access_list  # noqa: PLC0415 - for Windows only

    with contextlib.suppress(OSError):  # the file system knows none
        access_list.copy(source, target)


def failure(path: Path, error: OSError, done: str = "written") -> StoreFailed:
    """What the system's error means to a person; ``done`` says what was to be."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            f"There is no space left to write {path}; the old file is whole.", "Free some space, then try again."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ReadOnlyPlace(
            f"{path} cannot be {done}: {error.strerror}.", "Check the permissions of the file and its folder."
        )
    return StoreFailed(f"{path} cannot be {done}: {error.strerror}.")
