"""The locks of a session, between all our processes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from aws_sso_core.digest import sha1_hex
from aws_sso_core.locking import lock
from aws_sso_core.model import Role, Session

_TOKEN_SECONDS = 60.0
"""A holder asks AWS at most twice under it, with time-outs far below this."""
_ROLE_SECONDS = 30.0
"""SDKs give a credential process a minute."""
_HURRY_SECONDS = 3.0


def sign_in_lock(locks_dir: Path, session: Session) -> AbstractContextManager[None]:
    """Held while a person signs in, so that there is one page for however many callers.

    Does not wait: raises LockTimeout at once when somebody else signs in.
    """
    path = locks_dir / f"sign-in-{sha1_hex(session.cache_key)}.lock"
    return lock(path, timeout=0, what=f"the sign-in to {session.label}")


def token_lock(locks_dir: Path, session: Session) -> AbstractContextManager[None]:
    """Held from reading a token to writing its successor: a refresh token is good for one use."""
    path = locks_dir / f"token-{sha1_hex(session.cache_key)}.lock"
    return lock(path, timeout=_TOKEN_SECONDS, what=f"the token of {session.label}")


def role_lock(
    locks_dir: Path, session: Session, role: Role, *, hurry: bool, meanwhile: Callable[[], object] | None = None
) -> AbstractContextManager[None]:
    """Held while credentials of the role are fetched, so that there is one call however many programs ask.

    ``hurry``: for whoever has something to fall back on. ``meanwhile``: as ``lock``.
    """
    path = locks_dir / f"role-{sha1_hex(f'{session.cache_key} {role.account_id} {role.name}')}.lock"
    timeout = _HURRY_SECONDS if hurry else _ROLE_SECONDS
    what = f"the credentials of {role.name} in {role.account_id}"
    return lock(path, timeout=timeout, what=what, meanwhile=meanwhile)
