"""Lasting environment variables: ``launchctl setenv`` now, and an agent that does it again at each log-in.

Not run on a Mac by us so far.
"""

from __future__ import annotations

from pathlib import Path

from aws_sso_core import files
from aws_sso_core.desktop.macos.launchd import Run, read_command, write_agent


class MacEnvironment:
    """An ``Environment``: one agent for each variable."""

    def __init__(self, *, home: Path, run: Run) -> None:
        self._folder = home / "Library" / "LaunchAgents"
        self._run = run

    def get(self, name: str) -> str | None:
        """What our agent sets at log-in."""
        match read_command(self._path(name)):
            case [_, "setenv", str(), value]:
                return value
            case _:
                return None

    def set(self, name: str, value: str | None) -> None:
        """Set or remove, for now and for later.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: the agent cannot be written or removed.
        """
        if value is None:
            files.remove(self._path(name))
            self._run(["/bin/launchctl", "unsetenv", name])
        else:
            command = ["/bin/launchctl", "setenv", name, value]
            write_agent(self._path(name), self._label(name), command)
            self._run(command)

    def _label(self, name: str) -> str:
        return f"com.github.aws-sso-tray.environment.{name}"

    def _path(self, name: str) -> Path:
        return self._folder / f"{self._label(name)}.plist"
