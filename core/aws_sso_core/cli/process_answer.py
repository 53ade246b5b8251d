"""The answer of a credential process, the long way. No click here: AWS tools wait for it."""

from __future__ import annotations

import json
from datetime import timedelta

from aws_sso_core import warm
from aws_sso_core.cli.granted import meant, obtained
from aws_sso_core.cli.services import Services
from aws_sso_core.model import RoleCredentials
from aws_sso_core.processes import caller_name
from aws_sso_core.switching import choice, record
from aws_sso_core.timestamps import format_time

_VERSION = 1
"""Of AWS's own contract ("Sourcing credentials with an external process"), not of our JSON."""


def give(services: Services, profile: str | None, *, wait: timedelta | None) -> None:
    """Print a profile's credentials (None: the active one's), and leave an entry for the short way.

    Raises:
        AppError: as ``granted``; nothing was printed.
    """
    paths, entries, name = services.paths, services.warm_entries, profile or warm.ACTIVE
    chosen = [] if profile else [paths.state_dir / file for file in (choice.FILE, *record.FILES)]
    states = entries.edited([paths.config, paths.credentials, *chosen])
    who = meant(services, profile)
    states |= entries.replaced([services.tokens.path(who.session)])

    def program() -> str:
        entries.open_gate(name)
        return caller_name()

    credentials = obtained(services, who, wait=wait, program=program)
    services.out.answer(_as_json(credentials))
    entries.keep(name, states, services.role_cache.path(who.session, who.role))


def _as_json(credentials: RoleCredentials) -> str:
    """On one line, as ``warm`` has it."""
    return json.dumps(
        {
            "Version": _VERSION,
            "AccessKeyId": credentials.access_key_id,
            "SecretAccessKey": credentials.secret_access_key.reveal(),
            "SessionToken": credentials.session_token.reveal(),
            "Expiration": format_time(credentials.expires_at),
            "AccountId": credentials.account_id,
        }
    )
