"""Role credentials for a program that asks: kept ones while they are good, else one call of the portal for all who ask.

Whoever comes first fetches, under the role's lock; the others find what was kept. A person is never asked here: a program
may wait for a sign-in, which leaves a note for the tray, and goes on as soon as there is a token, whoever got it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from aws_sso_core import files
from aws_sso_core.clock import Clock
from aws_sso_core.errors import AppError, Forbidden, LockTimeout, Offline, ServiceFailed, SignInNeeded, StoreFailed
from aws_sso_core.identity_center.locks import role_lock, token_lock
from aws_sso_core.model import SDK_WINDOW, Role, RoleCredentials, Secret, Session, Token
from aws_sso_core.renew import WINDOW, check_hope, renew
from aws_sso_core.role_cache import RoleCache
from aws_sso_core.state import Learned, Wanted
from aws_sso_core.token_cache import TokenCache, TokenDamaged

if TYPE_CHECKING:
    from aws_sso_core.aws import Oidc, PortalClient

LONGEST = timedelta(hours=12)
"""The most that AWS gives a role; whatever seems good for longer was kept by another clock."""
_ALIVE = timedelta(minutes=1)
"""Less than this is of use to nobody."""
_LOOK = 0.5
"""Seconds between two looks at the token file; 200 programs may wait at once."""
_CUT = timedelta(seconds=2)
"""File systems and our own notes cut times to seconds, or two."""
_UNASSIGNED = {403, 404}
_JUST_DENIED = timedelta(seconds=10)
"""Two hundred programs need not each hear from the portal that it takes a token no longer."""

_log = logging.getLogger(__name__)


class _Given(Exception):
    """Not an error: somebody else has got credentials meanwhile."""

    def __init__(self, credentials: RoleCredentials) -> None:
        super().__init__()
        self.credentials = credentials


@dataclass(frozen=True, slots=True)
class StillGood:
    """AWS gave no new credentials, but the kept ones are alive."""

    why: AppError
    expires_at: datetime


def role_credentials(
    session: Session,
    role: Role,
    *,
    tokens: TokenCache,
    role_cache: RoleCache,
    portal: PortalClient,
    oidc: Oidc,
    clock: Clock,
    locks_dir: Path,
    learned: Learned,
    wanted: Wanted,
    program: Callable[[], str],
    wait: Callable[[], timedelta],
    report: Callable[[StillGood], None],
) -> RoleCredentials:
    """Credentials of the role with over 15 minutes left, or with whatever is left while AWS is out of reach.

    Args:
        session: whose token opens the portal.
        role: in which account.
        tokens: where the token lies.
        role_cache: where credentials are kept.
        portal: the service in the session's region.
        oidc: the service that renews tokens there.
        clock: decides what is left, and waits.
        locks_dir: ``Paths.locks_dir``.
        learned: tells a renewal from a new sign-in, and is told about renewals.
        wanted: gets a note while we wait for a sign-in.
        program: what people call the program that waits; asked only then.
        wait: how long to wait for a sign-in, or for who asks AWS; asked only then.
        report: told when kept credentials with less left have to do.

    Raises:
        SignInNeeded: nobody signed in, also while we waited.
        Forbidden: the role is not assigned.
        Offline, ServiceFailed: AWS could not be asked, and nothing that is kept is alive.
        StoreFailed: files or locks cannot be used.
    """
    job = _Job(session, role, tokens, role_cache, portal, oidc, clock, locks_dir, learned, report)
    until: float | None = None
    while True:
        try:
            return job.get()
        except (SignInNeeded, LockTimeout) as error:
            if until is None:
                until = clock.monotonic() + wait().total_seconds()
            if clock.monotonic() >= until:
                raise
            if isinstance(error, SignInNeeded):  # else a machine so busy that whoever asks AWS is slow
                with wanted.waiting(session.cache_key, program=program()):
                    job.wait_for_sign_in(until, error)


@dataclass(slots=True)
class _Job:
    session: Session
    role: Role
    tokens: TokenCache
    role_cache: RoleCache
    portal: PortalClient
    oidc: Oidc
    clock: Clock
    locks_dir: Path
    learned: Learned
    report: Callable[[StillGood], None]
    refused: Secret | None = None
    """The access token that AWS did not accept, for which there is no other."""

    def get(self) -> RoleCredentials:
        """What is kept, or new."""
        kept = self._kept()
        if kept and self._is_good(kept):
            return kept
        hurry, look = self._is_alive(kept), partial(self._look_around, kept)
        try:
            look()
            with role_lock(self.locks_dir, self.session, self.role, hurry=hurry, meanwhile=look):
                look()
                return self._fetch()
        except _Given as given:
            return given.credentials
        except (Offline, ServiceFailed, LockTimeout) as error:
            if kept is None or isinstance(error, Forbidden) or not self._is_alive(kept):
                raise
            self.report(StillGood(error, kept.expires_at))
            return kept

    def _look_around(self, before: RoleCredentials | None) -> None:
        """Raise what somebody else got meanwhile, or learned: 200 programs need not hear it one after the other."""
        now, token = self._kept(), self._token_with_time_left()
        if now and (self._is_good(now) or (now != before and self._is_alive(now))):
            raise _Given(now)
        if token and self._was_just_denied():
            raise self._over(token)
        if token is None and not self._is_alive(now):
            check_hope(self.session, tokens=self.tokens, clock=self.clock, learned=self.learned)

    def wait_for_sign_in(self, until: float, error: SignInNeeded) -> None:
        """Return when there is another token; raise ``error`` when that takes too long."""
        path, seen, first = self.tokens.path(self.session), None, True
        while True:
            now = files.signature(path)
            if first or now != seen:
                first, seen = False, now
                if self._has_usable_token():
                    return
            left = until - self.clock.monotonic()
            if left <= 0:
                raise error
            self.clock.sleep(min(left, _LOOK))

    def _has_usable_token(self) -> bool:
        token = self._token_with_time_left()
        return token is not None and token.access_token != self.refused

    def _token_with_time_left(self) -> Token | None:
        try:
            token = self.tokens.read(self.session)
        except StoreFailed:
            return None
        return token if token and token.expires_at > self.clock.now() else None

    # What is kept -----------------------------------------------------------------------------------------------------

    def _kept(self) -> RoleCredentials | None:
        """What is kept of this very sign-in: somebody else's credentials must not outlive a change of persons."""
        kept = self.role_cache.read(self.session, self.role)
        place = self.role_cache.path(self.session, self.role)
        return kept if kept and is_of_this_sign_in(place, self.session, self.tokens, self.learned) else None

    def _is_good(self, kept: RoleCredentials) -> bool:
        return SDK_WINDOW < kept.expires_at - self.clock.now() <= LONGEST

    def _is_alive(self, kept: RoleCredentials | None) -> bool:
        return kept is not None and _ALIVE < kept.expires_at - self.clock.now() <= LONGEST

    def _keep(self, credentials: RoleCredentials) -> None:
        """Keep them, unless somebody has signed out while we fetched."""
        try:
            with token_lock(self.locks_dir, self.session):
                if self.tokens.path(self.session).exists():
                    self.role_cache.write(self.session, self.role, credentials)
        except StoreFailed as error:  # the program shall have them all the same
            _log.warning("Role credentials could not be kept: %s", error)

    # What is new ------------------------------------------------------------------------------------------------------

    def _fetch(self) -> RoleCredentials:
        token = self._token()
        try:
            new = self._ask(token)
        except SignInNeeded:
            new = self._ask_with_another(token)
        self._keep(new)
        return new

    def _ask(self, token: Token) -> RoleCredentials:
        role = self.role
        try:
            return self.portal.role_credentials(token.access_token, role.account_id, role.name)
        except ServiceFailed as error:
            if error.status not in _UNASSIGNED:
                raise
            raise Forbidden(
                f"The role {role.name} in account {role.account_id} is not (or no longer) assigned to you.",
                "Signing in again does not change that: ask your administrator.",
                code=error.code,
                status=error.status,
            ) from error

    def _token(self) -> Token:
        """A token to ask with; renewed if it is due, unless the old one still does."""
        try:
            token = self.tokens.read(self.session)
        except TokenDamaged as error:
            raise SignInNeeded(error.sentence, error.hint) from error
        left = token.expires_at - self.clock.now() if token else timedelta()
        if token and (left > WINDOW or token.access_token == self.refused):
            return token
        try:
            return self._renewed()
        except (SignInNeeded, Offline, ServiceFailed, LockTimeout) as error:
            if token is None or left <= timedelta():
                raise
            _log.info("The token was not renewed, but is good: %s", error)
            return token

    def _ask_with_another(self, token: Token) -> RoleCredentials:
        """In place of a token that the portal refused: by one renewal, ours or somebody else's."""
        _log.info("The portal refuses the token of %s.", self.session.label)
        other = None
        try:
            other = self._renewed(refused=token)
            return self._ask(other)
        except SignInNeeded as error:
            self.learned.record_denied(self.session.cache_key, self.clock.now())
            # Of a token that cannot be renewed, renewal only tells when it ends.
            told = error.sentence if other is None and token.renewable(self.clock.now()) else ""
            raise self._over(other or token, told) from error

    def _renewed(self, refused: Token | None = None) -> Token:
        return renew(
            self.session,
            tokens=self.tokens,
            oidc=self.oidc,
            clock=self.clock,
            locks_dir=self.locks_dir,
            learned=self.learned,
            refused=refused,
        ).token

    def _was_just_denied(self) -> bool:
        lesson = self.learned.read(self.session.cache_key)
        return lesson.is_denied(self.tokens.written_at(self.session), self.clock.now(), within=_JUST_DENIED)

    def _over(self, token: Token, told: str = "") -> SignInNeeded:
        self.refused = token.access_token
        return SignInNeeded(told or f"AWS no longer accepts the sign-in to {self.session.label}.", "Sign in again.")


def is_of_this_sign_in(kept: Path, session: Session, tokens: TokenCache, learned: Learned) -> bool:
    """Whether a file was written in the sign-in that the session's token is of, and not in the one before.

    It is newer than the token, or the token is known to have been renewed since.
    """
    kept_at, token_at = _written_at(kept), _written_at(tokens.path(session))
    if kept_at is None or token_at is None:
        return False
    if kept_at >= token_at:
        return True
    lesson = learned.read(session.cache_key)
    renewed = lesson.alive_at is not None and lesson.alive_at >= token_at - _CUT
    return renewed and lesson.last_sign_in_at is not None and lesson.last_sign_in_at <= kept_at


def _written_at(path: Path) -> datetime | None:
    seen = files.signature(path)
    return None if seen is None else datetime.fromtimestamp(seen[0] / 1e9, UTC)
