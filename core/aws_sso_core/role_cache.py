"""Role credentials at rest, in AWS CLI's own form and place: ``~/.aws/cli/cache/<sha1>.json``.

So the CLI starts warm from ours and we from the CLI's, and ``aws sso logout`` removes both. The folder also holds other
programs' files (assumed roles, a ``session.db``); only names that we computed are ever touched.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path

from aws_sso_core.digest import sha1_hex
from aws_sso_core.files import remove, signature, write_atomic
from aws_sso_core.json_file import read_object
from aws_sso_core.model import Role, RoleCredentials, Secret, Session
from aws_sso_core.timestamps import format_time, parse_time

_SKEW_NS = 300 * 10**9
"""How far the clock of a network drive may be off."""


class RoleCache:
    """The folder of role credentials (``Paths.cli_cache``); need not exist."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def path(self, session: Session, role: Role) -> Path:
        """The role's file: SHA-1 of the minified, sorted JSON that botocore's ``SSOCredentialFetcher`` builds."""
        scope = {"sessionName": session.name} if session.kind == "sso-session" else {"startUrl": session.start_url}
        facts = {"accountId": role.account_id, "roleName": role.name, **scope}
        return self._directory / f"{sha1_hex(json.dumps(facts, separators=(',', ':')))}.json"

    def read(self, session: Session, role: Role) -> RoleCredentials | None:
        """The role's credentials, expired or not; None when there are none, or none that can be read.

        Nor any from the future: then the clock was set back, and seems to give them time that they do not have.
        """
        path = self.path(session, role)
        written = signature(path)
        if written is None or written[0] > time.time_ns() + _SKEW_NS:
            return None
        document = read_object(path) or {}
        held = document.get("Credentials")
        if document.get("ProviderType") != "sso" or not isinstance(held, dict):
            return None
        key, secret, token = (held.get(name) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
        expires_at = parse_time(held.get("Expiration"))
        if not (isinstance(key, str) and isinstance(secret, str) and isinstance(token, str)):
            return None
        if not (key and secret and token and expires_at):
            return None
        return RoleCredentials(key, Secret(secret), Secret(token), expires_at, role.account_id)

    def write(self, session: Session, role: Role, credentials: RoleCredentials) -> None:
        """Keep the role's credentials, owner-only, byte for byte as AWS CLI does.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: nothing was changed.
        """
        document = {
            "ProviderType": "sso",
            "Credentials": {
                "AccessKeyId": credentials.access_key_id,
                "SecretAccessKey": credentials.secret_access_key.reveal(),
                "SessionToken": credentials.session_token.reveal(),
                "Expiration": format_time(credentials.expires_at),
                "AccountId": role.account_id,
            },
        }
        write_atomic(self.path(session, role), json.dumps(document).encode("ascii"))

    def forget(self, session: Session, roles: Iterable[Role]) -> int:
        """Remove what is kept for these roles of the session; how many files went.

        An entry does not tell its session, so those of roles that are not named here stay until they expire.

        Raises:
            ReadOnlyPlace, StoreFailed: one cannot be removed; those before it are gone.
        """
        return sum(remove(self.path(session, role)) for role in set(roles))
