"""A program on a terminal of its own, as a person has it. POSIX only."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence

LIMIT = 300.0
"""Seconds."""


def start(terminal: int, command: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start it there."""
    return subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, env=env, start_new_session=True)


def read(terminal: int) -> bytes:
    """What comes next; nothing at the end."""
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux says that nobody is at the other end any more
        return b""


def answering(command: Sequence[str], env: Mapping[str, str], answer: bytes) -> tuple[int, str]:
    """Run it, give this answer to its question; its exit code and all it said."""
    if sys.platform == "win32":
        raise OSError("a test for POSIX")
    ours, theirs = os.openpty()
    os.write(ours, answer)
    with start(theirs, command, env) as run:
        os.close(theirs)
        said = b""
        while chunk := read(ours):
            said += chunk
        code = run.wait(LIMIT)
    os.close(ours)
    return code, said.decode()
