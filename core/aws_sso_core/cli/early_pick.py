"""``pick`` ahead of its command line: the window begins in a copy of this process before click is loaded.

That spares a second interpreter. Where a process cannot be copied (Windows, macOS), and where there are programs for both,
the window is a process like any other, and ``pick`` starts it.
"""

from __future__ import annotations

import importlib
import os
import select
import sys
from typing import Self

from aws_sso_core import desktop, programs

_HEAD_START = 0.5
"""Seconds in which only the window is being loaded; the command line, which tells how it ended, has time."""


class Begun:
    """The window's process as the one that began it sees it; the part of ``Popen`` that ``pick`` uses."""

    def __init__(self, pid: int, answer: int) -> None:
        self._pid = pid
        self._answer = answer
        self.returncode = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing: a window that is still open outlives us, as what it does is its own."""

    def communicate(self) -> tuple[bytes, None]:
        """What it says until its end."""
        with os.fdopen(self._answer, "rb") as file:
            output = file.read()
        self.returncode = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        return output, None

    def wait(self, seconds: float) -> None:
        """Let it have the machine so long, or until it says something."""
        select.select([self._answer], [], [], seconds)


_begun: Begun | None = None


def begin() -> None:
    """Begin the window; in the new process this runs it, and ends with its exit code.

    Where there is no such way nothing happens: ``pick`` then does it, and says what is wrong.
    """
    global _begun  # noqa: PLW0603 - one process begins one window, before there is anything to keep it in
    module = programs.picker_module()
    try:
        copy = desktop.answering_copy() if module else None
    except OSError:
        return
    if module is None or copy is None:
        return
    pid, answer = copy
    if pid == 0:
        sys.argv[1:] = []
        sys.exit(importlib.import_module(module).main())
    _begun = Begun(pid, answer)
    _begun.wait(_HEAD_START)


def taken() -> Begun | None:
    """The window that was begun, once."""
    global _begun
    begun, _begun = _begun, None
    return begun
