"""Until when notices are paused."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from aws_sso_core.json_file import JsonFile
from aws_sso_core.timestamps import format_time, parse_time


class Pause:
    """The pause of notices, in ``pause.json``; it survives a restart of the tray."""

    def __init__(self, state_dir: Path) -> None:
        self._file = JsonFile(state_dir / "pause.json", lock=state_dir / "locks" / "pause.lock")

    def until(self, now: datetime) -> datetime | None:
        """When the pause ends; None when there is none or it is over."""
        end = parse_time(self._file.read().get("until"))
        return end if end and end > now else None

    def set(self, until: datetime | None) -> None:
        """Pause until then, or (None) no longer.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: the pause is as it was.
        """
        self._file.write({"until": format_time(until)} if until else {})
