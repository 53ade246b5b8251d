"""Signing out at log-off: at AWS if that can be done in time, here in any case."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Mapping, Sequence

from aws_sso_core.errors import AppError
from aws_sso_core.model import Role
from aws_sso_core.paths import Paths
from aws_sso_core.profiles import load
from aws_sso_core.role_cache import RoleCache
from aws_sso_core.token_cache import TokenCache

IN_TIME = 3.0
"""Seconds; Windows ends programs that take over 5 to log off."""

log = logging.getLogger(__name__)


def sign_out_now(paths: Paths, *, command: Sequence[str], env: Mapping[str, str]) -> None:
    """Sign out of every session. Never raises.

    Args:
        paths: where config, tokens and role credentials lie.
        command: how to call our own program, which tells AWS.
        env: for it.
    """
    try:
        subprocess.run(
            [*command, "logout", "--all", "--local"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=dict(env),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            timeout=IN_TIME,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("AWS was not told of the sign-out in time: %s", error)
    try:
        _forget(paths)
    except AppError as error:
        log.warning("Not everything was forgotten: %s", error)


def _forget(paths: Paths) -> None:
    """Remove tokens and role credentials, whatever became of the rest."""
    config = load(config=paths.config, credentials=paths.credentials)
    tokens, kept = TokenCache(paths.sso_cache), RoleCache(paths.cli_cache)
    for session in config.sessions:
        tokens.forget(session)
        roles = (Role(p.account_id, p.role_name) for p in config.profiles_of(session) if p.account_id and p.role_name)
        kept.forget(session, roles)
