"""A registry's password for Docker: the kept one for half of its life, else one call of ECR for all who ask.

While ECR cannot be asked, a kept one does until its end. Role credentials are fetched outside the registry's lock: that
may take as long as a person takes to sign in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from aws_sso_core.clock import Clock
from aws_sso_core.credentials import is_of_this_sign_in
from aws_sso_core.errors import AppError, Forbidden, LockTimeout, Offline, ServiceFailed, SignInNeeded, StoreFailed
from aws_sso_core.locking import lock
from aws_sso_core.model import Profile, Role, RoleCredentials, Session
from aws_sso_core.registries.hosts import Registry
from aws_sso_core.registries.tokens import RegistryToken, RegistryTokens
from aws_sso_core.state import Learned
from aws_sso_core.token_cache import TokenCache

if TYPE_CHECKING:
    from aws_sso_core.aws import Ecr

_ALIVE = timedelta(minutes=1)
"""A pull that begins with less than this may not get far."""
_LOCK_SECONDS = 60.0
"""Longer than one call of ECR takes with all its attempts."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """A token that is good now."""

    token: RegistryToken
    in_spite_of: AppError | None = None
    """Why there is no newer one, where it is time for one."""


def password(
    registry: Registry,
    profile: Profile,
    session: Session,
    *,
    kept: RegistryTokens,
    tokens: TokenCache,
    learned: Learned,
    credentials: Callable[[timedelta | None], RoleCredentials],
    ecr: Callable[[RoleCredentials], Ecr],
    clock: Clock,
    locks_dir: Path,
) -> Answer:
    """The password of a registry, for the role of this profile.

    Args:
        registry: which.
        profile: asks; it has an account and a role.
        session: the profile's.
        kept: where passwords are kept.
        tokens: tells whether somebody is signed in: after a sign-out nothing that is kept counts.
        learned: tells a renewal from another sign-in.
        credentials: gets the role's credentials, and waits this long for a sign-in (None: as usual).
        ecr: the service in the registry's region.
        clock: decides what is left.
        locks_dir: ``Paths.locks_dir``.

    Raises:
        SignInNeeded: nobody signed in, also while we waited.
        Forbidden: the role is not assigned, or may not have a token.
        Offline, ServiceFailed: AWS could not be asked, and no kept token is alive.
    """
    job = _Job(registry, profile, session, kept, tokens, learned, clock)
    old = job.kept()
    if old and old.reuse_until > clock.now():
        job.keep(old)
        return Answer(old)
    try:
        # With something in hand nobody need be disturbed.
        keys = credentials(timedelta() if old else None)
        with lock(locks_dir / f"registry-{registry.host}.lock", timeout=_LOCK_SECONDS, what="the registry's token"):
            now = job.kept()
            if now and now.reuse_until > clock.now():
                return Answer(now)
            return Answer(job.fetch(ecr(keys)))
    except (Offline, ServiceFailed, SignInNeeded, LockTimeout) as error:
        if old is None or isinstance(error, Forbidden):
            raise
        _log.info("The kept token of %s must do: %s", registry.host, error)
        return Answer(old, in_spite_of=error)


@dataclass(frozen=True, slots=True)
class _Job:
    registry: Registry
    profile: Profile
    session: Session
    tokens_kept: RegistryTokens
    tokens: TokenCache
    learned: Learned
    clock: Clock

    @property
    def role(self) -> Role:
        return Role(self.profile.account_id or "", self.profile.role_name or "")

    def kept(self) -> RegistryToken | None:
        """What is kept of this very role and sign-in, and not over."""
        token = self.tokens_kept.read(self.registry.host)
        if token is None or (token.session, token.role) != (self.session.cache_key, self.role):
            return None
        alive = token.fetched_at <= self.clock.now() < token.expires_at - _ALIVE
        place = self.tokens_kept.path(self.registry.host)
        return token if alive and is_of_this_sign_in(place, self.session, self.tokens, self.learned) else None

    def fetch(self, ecr: Ecr) -> RegistryToken:
        fetched_at = self.clock.now()
        new = ecr.authorization()
        token = RegistryToken(
            password=new.password,
            profile=self.profile.name,
            session=self.session.cache_key,
            role=self.role,
            fetched_at=fetched_at,
            expires_at=new.expires_at,
        )
        self.keep(token)
        return token

    def keep(self, token: RegistryToken) -> None:
        try:
            self.tokens_kept.write(
                self.registry.host,
                replace(token, profile=self.profile.name),
                sign_in=self.tokens.path(self.session),
            )
        except StoreFailed as error:  # Docker shall have it all the same
            _log.warning("The token of %s could not be kept: %s", self.registry.host, error)
