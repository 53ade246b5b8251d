"""launchd's agents: property lists in ``~/Library/LaunchAgents`` that start programs with the person's session."""

from __future__ import annotations

import plistlib
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from aws_sso_core import files

Run = Callable[[Sequence[str]], str | None]
"""Runs a program; its standard output, or None when it failed."""

_SECONDS = 10.0


def run(arguments: Sequence[str]) -> str | None:
    """The real ``Run``."""
    try:
        done = subprocess.run(
            arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.returncode == 0 else None


def write_agent(path: Path, label: str, command: Sequence[str]) -> None:
    """Write an agent that runs once at log-in, in graphical sessions only.

    Raises:
        ReadOnlyPlace, DiskFull, StoreFailed: it cannot be written.
    """
    agent = {
        "Label": label,
        "ProgramArguments": list(command),
        "RunAtLoad": True,
        "LimitLoadToSessionType": "Aqua",
        "ProcessType": "Interactive",
    }
    files.write_atomic(path, plistlib.dumps(agent))


def read_command(path: Path) -> list[str] | None:
    """The command of an agent; None when there is none, or none that can be read."""
    try:
        agent = plistlib.loads(files.read_bytes(path) or b"")
    except (plistlib.InvalidFileException, ValueError):
        return None
    except Exception:  # noqa: BLE001 - plistlib lets its XML parser's own errors out
        return None
    command = agent.get("ProgramArguments") if isinstance(agent, dict) else None
    return [str(word) for word in command] if isinstance(command, list) else None
