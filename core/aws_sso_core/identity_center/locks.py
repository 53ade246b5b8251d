"""The two locks of a session, between all our processes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from aws_sso_core import files
from aws_sso_core.digest import sha1_hex
from aws_sso_core.model import Session

_TOKEN_SECONDS = 60.0
"""A holder asks AWS at most twice under it, with time-outs far below this."""


def sign_in_lock(locks_dir: Path, session: Session) -> AbstractContextManager[None]:
    """Held while a person signs in, so that there is one page for however many callers.

    Does not wait: raises LockTimeout at once when somebody else signs in.
    """
    path = locks_dir / f"sign-in-{sha1_hex(session.cache_key)}.lock"
    return files.lock(path, timeout=0, what=f"the sign-in to {session.label}")


def token_lock(locks_dir: Path, session: Session) -> AbstractContextManager[None]:
    """Held from reading a token to writing its successor: a refresh token is good for one use."""
    path = locks_dir / f"token-{sha1_hex(session.cache_key)}.lock"
    return files.lock(path, timeout=_TOKEN_SECONDS, what=f"the token of {session.label}")
