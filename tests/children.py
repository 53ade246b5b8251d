"""Child processes for tests: one that is a copy of this one with less power, and one that runs a few lines."""

from __future__ import annotations

import os
import pickle
import struct
import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import TypeVar

import pytest

T = TypeVar("T")

posix_only = pytest.mark.skipif(os.name == "nt", reason="modes, links, forks and limits are POSIX matters")


def in_child(job: Callable[[], T], *, file_limit: int | None = None) -> T:
    """Run ``job`` in a copy of this process that modes bind, root or not; its result or its error.

    ``file_limit``: no file may grow past this many bytes, the nearest thing to a full disk that needs no privilege.
    """
    if sys.platform == "win32":
        raise OSError("a test for POSIX")
    read_end, write_end = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other tests' threads; this child only touches files
        pid = os.fork()
    if pid == 0:
        _be_child(job, write_end, file_limit)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as answers:
        answer = answers.read()
    os.waitpid(pid, 0)
    ok, value = pickle.loads(answer)
    if ok:
        result: T = value
        return result
    raise value


def _be_child(job: Callable[[], object], write_end: int, file_limit: int | None) -> None:
    if sys.platform == "win32":
        raise OSError("a test for POSIX")
    import resource  # noqa: PLC0415 - POSIX only

    try:
        if os.getuid() == 0:
            _give_up_root()
        if file_limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
        answer = pickle.dumps((True, job()))
    except BaseException as error:  # noqa: BLE001 - raised again in the parent
        answer = _pickled(error)
    os.write(write_end, answer)
    os._exit(0)


def _give_up_root() -> None:
    """Keep the user but lose every privilege over files: root's own modes then bind root too (capabilities(7))."""
    import ctypes  # noqa: PLC0415 - this child only

    version_3, myself = 0x20080522, 0
    header, nothing = struct.pack("Ii", version_3, myself), bytes(24)
    if ctypes.CDLL(None, use_errno=True).capset(header, nothing) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def _pickled(error: BaseException) -> bytes:
    try:
        pickle.loads(pickle.dumps(error))
        return pickle.dumps((False, error))
    except Exception:  # noqa: BLE001 - an error that cannot travel goes as its text
        return pickle.dumps((False, AssertionError(repr(error))))


def start(code: str, *arguments: str) -> subprocess.Popen[str]:
    """A Python that runs ``code``; read its lines to know how far it is."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
