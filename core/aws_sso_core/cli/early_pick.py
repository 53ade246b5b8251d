"""``pick`` ahead of its command line: the window's process starts before click is loaded."""

from __future__ import annotations

import subprocess
from contextlib import suppress

from aws_sso_core import programs

_HEAD_START = 0.5
"""Seconds in which only the window is being loaded; the command line, which tells how it ended, has time."""

_begun: subprocess.Popen[bytes] | None = None


def begin() -> None:
    """Start the window's process, which says how it ended on its standard output.

    Where that fails nothing happens: ``pick`` then does it, and says what is wrong.
    """
    global _begun  # noqa: PLW0603 - one process begins one window, before there is anything to keep it in
    with suppress(OSError, subprocess.TimeoutExpired):
        _begun = subprocess.Popen(programs.picker(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        _begun.wait(_HEAD_START)


def taken() -> subprocess.Popen[bytes] | None:
    """The process that was begun, once."""
    global _begun
    begun, _begun = _begun, None
    return begun
