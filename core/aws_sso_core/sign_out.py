"""Signing out: first at AWS, which ends the sign-in session for all its tokens, then here, and only what is ours.

AWS CLI's ``aws sso logout`` removes every session's token; this removes one. Role credentials that were given out
before stay good at AWS until they expire; those in AWS CLI's cache are removed, and so are passwords of registries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from aws_sso_core.clock import Clock
from aws_sso_core.errors import AppError, Offline, ServiceFailed, SignInNeeded
from aws_sso_core.identity_center.locks import token_lock
from aws_sso_core.model import Role, Session, Token
from aws_sso_core.registries.tokens import RegistryTokens
from aws_sso_core.role_cache import RoleCache
from aws_sso_core.state import Learned
from aws_sso_core.token_cache import TokenCache, TokenDamaged

if TYPE_CHECKING:
    from aws_sso_core.aws import PortalClient

AtAws = Literal["ended", "over", "unknown", "none"]
"""``ended`` by us; ``over`` already; ``unknown``: AWS was not reached, and it was wished to forget all the same;
``none``: nobody was signed in."""


@dataclass(frozen=True, slots=True)
class SignedOut:
    """What a sign-out did."""

    session: Session
    at_aws: AtAws
    forgotten: bool
    """Whether there was a token file."""
    roles_forgotten: int = 0
    """How many roles' credentials were removed."""


def sign_out(
    session: Session,
    *,
    tokens: TokenCache,
    portal: PortalClient,
    roles: Iterable[Role],
    role_cache: RoleCache,
    registry_tokens: RegistryTokens,
    learned: Learned,
    clock: Clock,
    locks_dir: Path,
    local: bool = False,
) -> SignedOut:
    """Sign out of one session.

    Args:
        session: which.
        tokens: its token file.
        portal: the service, in the session's region.
        roles: those whose kept credentials are to go: the roles of the session's profiles.
        role_cache: where they are kept.
        registry_tokens: those that were given out to its roles go, too.
        learned: told that this was no end of its own.
        clock: the time of it.
        locks_dir: ``Paths.locks_dir``.
        local: forget here even when AWS cannot be told.

    Raises:
        Offline, ServiceFailed: AWS could not be told, so (without ``local``) everything was kept.
        StoreFailed: the token file cannot be removed.
    """
    with token_lock(locks_dir, session):  # a renewal on its way must not bring the token back
        try:
            token = tokens.read(session)
        except TokenDamaged:
            token = None
        at_aws = _end_at_aws(session, token, portal, local=local)
        forgotten = tokens.forget(session)
    if forgotten:
        learned.record_sign_out(session.cache_key, clock.now())
    registry_tokens.forget_session(session.cache_key)
    return SignedOut(session, at_aws, forgotten, role_cache.forget(session, roles))


def _end_at_aws(session: Session, token: Token | None, portal: PortalClient, *, local: bool) -> AtAws:
    if token is None:
        return "none"
    try:
        portal.logout(token.access_token)
    except SignInNeeded:
        return "over"
    except (Offline, ServiceFailed) as error:
        if local:
            return "unknown"
        raise _kept(session, error) from error
    return "ended"


def _kept(session: Session, error: AppError) -> AppError:
    """The same kind of error, saying that nothing was removed."""
    sentence = f"AWS could not be told to end the sign-in to {session.label}, so it was kept: {error.sentence}"
    hint = "Try again later, or use `--local` to forget it on this computer only."
    return Offline(sentence, hint) if isinstance(error, Offline) else ServiceFailed(sentence, hint)
