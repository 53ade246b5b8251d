"""Start at log-in, by a LaunchAgent. Not run on a Mac by us so far."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from aws_sso_core import files
from aws_sso_core.desktop.macos.launchd import Run, write_agent
from aws_sso_core.desktop.ports import AutostartState

LABEL = "com.github.aws-sso-tray"


class MacAutostart:
    """An ``Autostart``; the switch in System Settings, Login Items, is the person's own and never changed here."""

    def __init__(self, *, home: Path, user: int, run: Run) -> None:
        self.path = home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
        self._domain = f"gui/{user}"
        self._run = run

    def state(self) -> AutostartState:
        """``blocked`` where launchd has the agent switched off."""
        if files.read_bytes(self.path) is None:
            return "off"
        told = self._run(["launchctl", "print-disabled", self._domain]) or ""
        off = re.search(rf'"{re.escape(LABEL)}"\s*=>\s*(disabled|true)', told)
        return "blocked" if off else "on"

    def enable(self, command: Sequence[str]) -> None:
        """Register for the next log-in.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: it cannot be written.
        """
        write_agent(self.path, LABEL, command)

    def disable(self) -> None:
        """Unregister.

        Raises:
            ReadOnlyPlace, StoreFailed: it cannot be removed.
        """
        files.remove(self.path)
