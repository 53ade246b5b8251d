"""``start`` ahead of its command line: the tray begins in a copy of this process while click is still being loaded.

That spares a second interpreter and 60 ms of imports before the icon. What is said, and all that can go wrong, stays with
``cli/start.py``, which finds the tray begun and waits for it as for any other.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import suppress

from aws_sso_core import desktop, programs
from aws_sso_core.as_profile.environment import without_given
from aws_sso_core.errors import StoreFailed
from aws_sso_core.files import make_private_dir
from aws_sso_core.paths import Paths

WORDS = "tray-start.txt"
"""In the log folder: what a tray says before it has a log."""


class Begun:
    """The tray as the process that began it sees it; the part of ``Popen`` that ``start`` uses."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        return self._reap(os.WNOHANG) if self.returncode is None and hasattr(os, "WNOHANG") else self.returncode

    def wait(self, timeout: float) -> int | None:  # noqa: ARG002 - Popen's shape; the tray ends when it is told to
        """The exit code, once it has ended."""
        return self._reap(0) if self.returncode is None else self.returncode

    def terminate(self) -> None:
        """Ask it to end."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def _reap(self, options: int) -> int | None:
        ended, status = os.waitpid(self.pid, options)
        if ended:
            self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


_begun: Begun | None = None


def begin(env: Mapping[str, str]) -> None:
    """Begin the tray, if none runs; in the new process this runs it, and ends with its exit code.

    Where there is no quick way, or anything is odd, nothing happens: ``start`` then does it, and says what is wrong.
    """
    global _begun  # noqa: PLW0603 - one process begins one tray, before there is anything to keep it in
    module = programs.tray_module()
    paths = Paths.from_environment(env)
    if module is None or desktop.instance(paths).holder() is not None:
        return
    try:
        make_private_dir(paths.log_dir)
        pid = desktop.detached_copy(paths.log_dir / WORDS)
    except (OSError, StoreFailed):
        return
    if pid == 0:
        sys.argv[1:] = []
        forget_role(os.environ)
        sys.exit(importlib.import_module(module).main())
    _begun = Begun(pid) if pid else None


def forget_role(environ: MutableMapping[str, str]) -> None:
    """Take the role that this shell was given out of the environment: the tray needs none, and stays for days."""
    for name in environ.keys() - without_given(environ).keys():
        del environ[name]


def taken() -> Begun | None:
    """The tray that was begun, once."""
    global _begun
    begun, _begun = _begun, None
    return begun
