"""The profiles a person chose last."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aws_sso_core.json_file import JsonFile

FILE = "recents.json"
KEPT = 20


class Recents:
    """Recently chosen profiles, in ``recents.json``."""

    def __init__(self, state_dir: Path) -> None:
        self._file = JsonFile(state_dir / FILE, lock=state_dir / "locks" / "recents.lock")

    def read(self) -> tuple[str, ...]:
        """Profile names, the latest first. They may no longer exist."""
        return tuple(_names(self._file.read()))

    def note(self, profile: str) -> None:
        """A person chose this profile.

        Raises:
            LockTimeout, ReadOnlyPlace, DiskFull, StoreFailed: it was not noted.
        """

        def put_first(document: dict[str, Any]) -> None:
            others = [name for name in _names(document) if name != profile]
            document["profiles"] = [profile, *others][:KEPT]

        self._file.change(put_first)


def _names(document: dict[str, Any]) -> list[str]:
    names = document.get("profiles")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
