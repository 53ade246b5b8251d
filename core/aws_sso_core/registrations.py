"""Our OIDC client registrations, one file each, in our own folder.

AWS CLI keeps its registrations beside the tokens under a name that does not tell the redirect address or the flow, so a
registration of ours under that name would be taken up by AWS CLI and fail there (protocol: section 1.6). Ours lie
elsewhere, and everything a registration depends on is part of its name.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from aws_sso_core.desktop.ports import Sealing
from aws_sso_core.digest import sha1_hex
from aws_sso_core.files import read_bytes, remove, write_atomic
from aws_sso_core.model import Registration, Secret, Session
from aws_sso_core.timestamps import format_time, parse_time


class Registrations:
    """The folder of registrations.

    Args:
        directory: ``Paths.registrations_dir``; need not exist.
        sealing: for the files, as they hold client secrets.
    """

    def __init__(self, directory: Path, sealing: Sealing) -> None:
        self._directory = directory
        self._sealing = sealing

    def path(self, session: Session, grant_types: Sequence[str]) -> Path:
        """The file for this session, its place, its scopes and this flow."""
        facts = [session.cache_key, session.start_url, session.region, list(session.scopes), list(grant_types)]
        return self._directory / f"{sha1_hex(json.dumps(facts))}.json"

    def read(self, session: Session, grant_types: Sequence[str]) -> Registration | None:
        """The registration, expired or not; None when there is none or the file is damaged (then one registers anew).

        Raises:
            StoreFailed: it is there but cannot be read.
        """
        data = read_bytes(self.path(session, grant_types))
        try:
            document = json.loads(self._sealing.unseal(data or b"") or b"")
            client_id, client_secret = document["clientId"], document["clientSecret"]
            expires_at = parse_time(document["expiresAt"])
        except (ValueError, TypeError, LookupError, RecursionError):
            return None
        if not (isinstance(client_id, str) and isinstance(client_secret, str) and expires_at):
            return None
        return Registration(
            client_id=client_id,
            client_secret=Secret(client_secret),
            expires_at=expires_at,
            scopes=session.scopes,
            grant_types=tuple(grant_types),
        )

    def write(self, session: Session, registration: Registration) -> None:
        """Keep a registration; its own ``grant_types`` tell the flow.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: nothing was changed.
        """
        document = {
            "clientId": registration.client_id,
            "clientSecret": registration.client_secret.reveal(),
            "expiresAt": format_time(registration.expires_at),
        }
        data = self._sealing.seal(json.dumps(document).encode())
        write_atomic(self.path(session, registration.grant_types), data)

    def forget(self, session: Session, grant_types: Sequence[str]) -> bool:
        """Remove a registration that the service no longer knows; False when there was none.

        Raises:
            ReadOnlyPlace, StoreFailed: it cannot be removed.
        """
        return remove(self.path(session, grant_types))
