"""Opening a console window with a program in it, and a file in an editor."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path, PureWindowsPath

from aws_sso_core.other_programs import start


def window(command: Sequence[str], env: Mapping[str, str]) -> bool:
    """Run a program in a new window, of whatever terminal the person made the default one."""
    # Its standard streams must be the new console's, so that none may be given.
    try:
        subprocess.Popen(list(command), env=dict(env), creationflags=getattr(subprocess, "CREATE_NEW_CONSOLE", 0))
    except OSError:
        return False
    return True


def file(path: Path, env: Mapping[str, str]) -> bool:
    """Show a file in Notepad: ``config`` has no ending by which Windows would know an editor."""
    root = env.get("SystemRoot") or env.get("SYSTEMROOT") or r"C:\Windows"
    return start([str(PureWindowsPath(root, "notepad.exe")), os.fspath(path)], env)
