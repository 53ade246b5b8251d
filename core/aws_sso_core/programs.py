"""How our own programs are called, installed by pip or frozen by an installer."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_SUFFIX = ".exe" if os.name == "nt" else ""


def command_line() -> list[str]:
    """The beginning of a command line for ``aws-sso-tray``: of this very installation, whatever is on the PATH."""
    if getattr(sys, "frozen", False):
        return [str(_beside("aws-sso-tray"))]
    return [sys.executable, *_SAFE, "-m", "aws_sso_core.cli"]


def tray(*, console: bool = False) -> list[str]:
    """The command line of the tray.

    Args:
        console: with a console where the system tells the two apart (Windows), for ``start --foreground``.
    """
    if getattr(sys, "frozen", False):
        return [str(_beside("aws-sso-trayw"))]
    windowless = Path(sys.executable).with_name("pythonw.exe")
    python = str(windowless) if os.name == "nt" and not console and windowless.exists() else sys.executable
    return [python, *_SAFE, "-m", "aws_sso_tray.app"]


def picker() -> list[str]:
    """The command line of the picker, the window to search profiles in."""
    if getattr(sys, "frozen", False):
        return [str(_beside("aws-sso-trayw")), "pick"]
    return [sys.executable, *_SAFE, "-m", "aws_sso_tray.picker"]


_SAFE = ("-P",)
"""Without it ``-m`` imports from the current folder first, which may be anybody's."""


def _beside(name: str) -> Path:
    return Path(sys.executable).with_name(name + _SUFFIX)
