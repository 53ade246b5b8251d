"""The door of the command line: signals, then the command."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

from aws_sso_core import warm
from aws_sso_core.cli.table import Terminated


def main() -> NoReturn:
    """Run the command line of this process and end it with the command's exit code."""
    if sys.argv[1:2] == ["credentials"] and (text := warm.answer(sys.argv[2:], os.environ)) and sys.stdout:
        sys.stdout.write(text)
        sys.exit(0)
    for name in ("SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _terminate)
    from aws_sso_core.cli.run import run  # noqa: PLC0415 - click comes with it

    sys.exit(run(sys.argv[1:], env=os.environ))


def _terminate(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)  # locks are being given back now; a second signal must not disturb that
    raise Terminated
