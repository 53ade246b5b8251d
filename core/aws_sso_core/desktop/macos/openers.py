"""Opening a Terminal window with a program in it, and a file in an editor."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from aws_sso_core.desktop.macos.launchd import Run

_SCRIPT = 'tell application "Terminal"\nactivate\ndo script "{}"\nend tell'


def window(command: Sequence[str], env: Mapping[str, str], *, run: Run) -> bool:  # noqa: ARG001 - as on every system
    """Run a program in a new window of Terminal, whose shell makes its own environment."""
    line = shlex.join(command).replace("\\", "\\\\").replace('"', '\\"')
    return run(["osascript", "-e", _SCRIPT.format(line)]) is not None


def file(path: Path, env: Mapping[str, str], *, run: Run) -> bool:  # noqa: ARG001 - as on every system
    """Show a file in the person's text editor."""
    return run(["open", "-t", str(path)]) is not None
