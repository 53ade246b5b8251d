"""The profiles that a person named for registries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aws_sso_core.json_file import JsonFile

FILE = "registry-profiles.json"


class RegistryProfiles:
    """Which profile asks for an account's registries, in ``registry-profiles.json``."""

    def __init__(self, state_dir: Path) -> None:
        self.path = state_dir / FILE
        self._file = JsonFile(self.path, lock=state_dir / "locks" / "registry-profiles.lock")

    def read(self, owner: str) -> str | None:
        """The profile for this owner (``Registry.owner``), which may no longer exist, or None."""
        profile = _profiles(self._file.read()).get(owner)
        return profile if isinstance(profile, str) else None

    def note(self, owner: str, profile: str | None) -> None:
        """A person named this profile, or takes it back (None).

        Raises:
            LockTimeout, ReadOnlyPlace, DiskFull, StoreFailed: it was not noted.
        """

        def put(document: dict[str, Any]) -> None:
            profiles = _profiles(document)
            profiles.pop(owner, None)
            document["profiles"] = profiles | ({owner: profile} if profile else {})

        if profile != self.read(owner):
            self._file.change(put)


def _profiles(document: dict[str, Any]) -> dict[str, Any]:
    profiles = document.get("profiles")
    return profiles if isinstance(profiles, dict) else {}
