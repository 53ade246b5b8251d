"""Silent renewal: a new access token for an old one, with nobody disturbed.

Done with 25 minutes left, before any SDK's own window opens (AWS CLI: 15 minutes), so that nobody else races for the
refresh token, which is good for one use. What looks like the end of a sign-in session is believed only after a race and
a wrong region are ruled out (protocol: sections 2 and 11).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from aws_sso_core.clock import Clock
from aws_sso_core.errors import BadReply, Offline, ServiceFailed, SignInNeeded
from aws_sso_core.identity_center.locks import token_lock
from aws_sso_core.model import Session, Token
from aws_sso_core.state import Learned
from aws_sso_core.token_cache import TokenCache, TokenDamaged

if TYPE_CHECKING:
    from aws_sso_core.aws import Grant, Oidc

WINDOW = timedelta(minutes=25)
"""Renew when less than this is left."""
_MOMENT = 1.0
"""Seconds until a renewal whose answer was lost is tried again, and between looks for another program's."""
_LOOKS = 3
_REGISTRATION_CODES = {"InvalidClientException", "UnauthorizedClientException"}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Renewed:
    """The token file holds a new token, made by us just now."""

    token: Token


@dataclass(frozen=True, slots=True)
class NotDue:
    """Enough is left."""

    token: Token


@dataclass(frozen=True, slots=True)
class Adopted:
    """Somebody else (AWS CLI, an SDK, another process of ours) renewed or signed in meanwhile."""

    token: Token


Renewal = Renewed | NotDue | Adopted


def renew(
    session: Session,
    *,
    tokens: TokenCache,
    oidc: Oidc,
    clock: Clock,
    locks_dir: Path,
    learned: Learned,
    window: timedelta = WINDOW,
    refused: Token | None = None,
) -> Renewal:
    """Renew the session's token if less than ``window`` is left, or if it is the ``refused`` one.

    Args:
        session: whose token.
        tokens: where it lies; read before and after, under our lock.
        oidc: the service in the session's region.
        clock: decides what is left.
        locks_dir: ``Paths.locks_dir``.
        learned: told whether the sign-in session lives or is over.
        window: how much must be left to leave it alone.
        refused: a token that the portal does not accept, however much is left of it.

    Raises:
        SignInNeeded: only a person can help, and why.
        Offline, ServiceFailed: nothing is known, the token is untouched; try again later.
        StoreFailed: files or the lock cannot be used.
    """

    def is_due(token: Token) -> bool:
        return token == refused or token.expires_at - clock.now() <= window

    before = _read(session, tokens)
    if not is_due(before):
        return NotDue(before)
    check_hope(session, tokens=tokens, clock=clock, learned=learned)
    with token_lock(locks_dir, session):
        token = _read(session, tokens)
        if not is_due(token):
            return Adopted(token)
        check_hope(session, tokens=tokens, clock=clock, learned=learned)
        return _renew(session, token, tokens=tokens, oidc=oidc, clock=clock, learned=learned)


def check_hope(session: Session, *, tokens: TokenCache, clock: Clock, learned: Learned) -> None:
    """Whether the session's token could be renewed, by all that is known here; nobody is asked, and no lock is taken.

    Two hundred programs need not each hear it from AWS, nor queue for the locks to hear it one after the other.

    Raises:
        SignInNeeded: only a person can help, and why.
        StoreFailed: the file cannot be read.
    """
    _check_renewable(session, _read(session, tokens), clock.now())
    lesson = learned.read(session.cache_key)
    if lesson.is_over(tokens.written_at(session), clock.now()):
        raise _over(session) if lesson.refused_at == lesson.ended_at else _unrenewable(session)


def _renew(
    session: Session, token: Token, *, tokens: TokenCache, oidc: Oidc, clock: Clock, learned: Learned
) -> Renewal:
    key, asked_at = session.cache_key, clock.now()
    lost = learned.read(key).is_unanswered(tokens.written_at(session), asked_at)
    # Noted first: this process may not live until the answer, and the refresh token is used up all the same.
    learned.record_asked(key, asked_at)
    try:
        try:
            grant = _ask(token, oidc)
        except (Offline, BadReply) as error:
            if isinstance(error, Offline) and not error.sent:
                raise
            # AWS may have used the refresh token up without our hearing of it: once more, at once, tells.
            lost = True
            clock.sleep(_MOMENT)
            asked_at, grant = clock.now(), _ask(token, oidc)
    except (Offline, ServiceFailed) as error:
        return _failed(session, token, error, lost=lost, tokens=tokens, clock=clock, learned=learned)
    new = replace(
        token,
        access_token=grant.access_token,
        expires_at=asked_at + grant.expires_in,
        refresh_token=grant.refresh_token or token.refresh_token,
    )
    held = tokens.replace_if(session, token, new)
    if held is None:
        raise SignInNeeded(f"Somebody signed out of {session.label} just now.", "Sign in again.")
    if held is not new:
        return Adopted(held)
    learned.record_renewed(session.cache_key, clock.now())
    return Renewed(new)


def _ask(token: Token, oidc: Oidc) -> Grant:
    if token.client_id is None or token.client_secret is None or token.refresh_token is None:  # pragma: no cover
        raise TypeError("only renewable tokens come here")
    return oidc.token_by_refresh(token.client_id, token.client_secret, token.refresh_token)


def _failed(
    session: Session,
    token: Token,
    error: Offline | ServiceFailed,
    *,
    lost: bool,
    tokens: TokenCache,
    clock: Clock,
    learned: Learned,
) -> Adopted:
    code = error.code if isinstance(error, ServiceFailed) else ""
    if code == "InvalidGrantException":
        return _refused(session, token, error, lost=lost, tokens=tokens, clock=clock, learned=learned)
    if code in _REGISTRATION_CODES:
        learned.record_unrenewable(session.cache_key, clock.now())
        raise SignInNeeded(
            f"AWS no longer knows our registration, so {session.label} cannot be renewed.", "Sign in again."
        ) from error
    if not lost:
        learned.record_answered(session.cache_key)
    raise error


def _refused(
    session: Session,
    token: Token,
    error: Exception,
    *,
    lost: bool,
    tokens: TokenCache,
    clock: Clock,
    learned: Learned,
) -> Adopted:
    """Rule out all that looks like the end of the sign-in session, and only then say so."""
    moved = bool(token.region) and token.region != session.region  # then nobody's renewal is on its way
    for look in range(1 if moved else _LOOKS):
        # The winner of a race has its answer, but may still be writing it down.
        if look:
            clock.sleep(_MOMENT)
        current = _read(session, tokens)
        if current != token and current.expires_at > clock.now():
            return Adopted(current)
    if moved:
        if not lost:
            learned.record_answered(session.cache_key)
        raise SignInNeeded(
            f"The sign-in to {session.label} was made in {token.region}, but its sso_region is {session.region} now.",
            "Correct sso_region, or sign in again.",
        ) from error
    if lost:
        # True for the person, but nothing to learn the session's length from.
        learned.record_unrenewable(session.cache_key, clock.now())
        raise SignInNeeded(
            f"AWS's answer to the renewal of {session.label} was lost on the way, and it is given once only.",
            "Sign in again.",
        ) from error
    _log.info("The sign-in session of %s is over.", session.label)
    learned.record_refused(session.cache_key, clock.now())
    raise _over(session) from error


def _over(session: Session) -> SignInNeeded:
    return SignInNeeded(f"The sign-in session of {session.label} is over.", "Sign in again.")


def _unrenewable(session: Session) -> SignInNeeded:
    return SignInNeeded(f"AWS renews the sign-in to {session.label} no longer.", "Sign in again.")


def _read(session: Session, tokens: TokenCache) -> Token:
    try:
        token = tokens.read(session)
    except TokenDamaged as error:
        raise SignInNeeded(error.sentence, error.hint) from error
    if token is None:
        raise SignInNeeded(f"Nobody is signed in to {session.label}.", "Sign in.")
    return token


def _check_renewable(session: Session, token: Token, now: datetime) -> None:
    if token.renewable(now):
        return
    if token.registration_expires_at and token.registration_expires_at <= now and token.refresh_token:
        reason = f"The client registration of {session.label} has expired, so it cannot be renewed."
    elif token.expires_at > now:
        reason = f"The sign-in to {session.label} ends soon, and cannot be renewed."
    else:
        reason = f"The sign-in to {session.label} has ended."
    raise SignInNeeded(reason, "Sign in again.")
