"""A copy of this process that goes on by itself: a program begun without starting a second interpreter."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform == "win32":

    def detached_copy(words: Path) -> int | None:  # noqa: ARG001 - the seam's shape
        """Windows has no fork."""
        return None

    def answering_copy() -> tuple[int, int] | None:
        """As above."""
        return None

else:

    def detached_copy(words: Path) -> int | None:
        """Split this process in two; see ``desktop.detached_copy``."""
        said = os.open(words, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        pid = os.fork()
        if pid == 0:
            os.setsid()
            nothing = os.open(os.devnull, os.O_RDWR)
            for stream, file in enumerate((nothing, nothing, said)):
                os.dup2(file, stream)
            # Whatever a caller left open for us is not the business of a program that stays for days.
            os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        else:
            os.close(said)
        return pid

    def answering_copy() -> tuple[int, int] | None:
        """Split this process in two; see ``desktop.answering_copy``."""
        answer, said = os.pipe()
        pid = os.fork()
        if pid == 0:
            nothing = os.open(os.devnull, os.O_RDONLY)
            for stream, file in enumerate((nothing, said)):
                os.dup2(file, stream)
            for file in (nothing, answer):
                os.close(file)
        os.close(said)
        return pid, answer
