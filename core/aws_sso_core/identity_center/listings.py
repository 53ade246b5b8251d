"""What the portal told last about accounts and roles, so that an interrupted reading goes on where it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aws_sso_core.digest import sha1_hex
from aws_sso_core.errors import StoreFailed
from aws_sso_core.files import read_bytes, write_atomic
from aws_sso_core.model import Session
from aws_sso_core.timestamps import format_time, parse_time

_LARGEST = 64 << 20
"""Bytes; 20,000 roles take two million."""


@dataclass(frozen=True, slots=True)
class Known:
    """The roles of one account."""

    roles: tuple[str, ...]
    at: datetime
    """When the portal told them."""


class Listings:
    """One owner-only JSON file for each session; anything odd in it counts as not known."""

    def __init__(self, state_dir: Path) -> None:
        self._directory = state_dir / "listings"

    def path(self, session: Session) -> Path:
        """The file."""
        return self._directory / f"{sha1_hex(f'{session.cache_key} {session.start_url}')}.json"

    def read(self, session: Session) -> dict[str, Known]:
        """Account id -> its roles."""
        try:
            document = json.loads(read_bytes(self.path(session), limit=_LARGEST) or b"null")
        except (StoreFailed, ValueError, RecursionError):
            return {}
        accounts = document.get("accounts") if isinstance(document, dict) else None
        if not isinstance(accounts, dict):
            return {}
        return {number: known for number, entry in accounts.items() if (known := _known(entry)) is not None}

    def write(self, session: Session, known: Mapping[str, Known]) -> None:
        """Replace the file.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: the old one is whole.
        """
        accounts = {number: {"at": format_time(one.at), "roles": one.roles} for number, one in known.items()}
        write_atomic(self.path(session), json.dumps({"version": 1, "accounts": accounts}).encode())


def _known(entry: Any) -> Known | None:
    if not isinstance(entry, dict):
        return None
    at, roles = parse_time(entry.get("at")), entry.get("roles")
    if at is None or not isinstance(roles, list) or not all(isinstance(role, str) and role for role in roles):
        return None
    return Known(tuple(roles), at)
