"""The credentials that a command works with: which profile is meant, and how long it may wait for a sign-in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from aws_sso_core import credentials as job
from aws_sso_core import wording
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.table import PROGRAM
from aws_sso_core.errors import SessionIncomplete, SignInNeeded, UsageError
from aws_sso_core.model import Profile, Role, RoleCredentials, Session
from aws_sso_core.processes import caller_name
from aws_sso_core.profiles import Config

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Granted:
    """Credentials, and whose."""

    profile: Profile
    session: Session
    credentials: RoleCredentials


@dataclass(frozen=True, slots=True)
class Meant:
    """What a profile stands for."""

    profile: Profile
    session: Session
    role: Role


def granted(services: Services, name: str | None, *, wait: timedelta | None = None) -> Granted:
    """Credentials for a profile that signs in by IAM Identity Center.

    Args:
        services: of this process.
        name: of the profile; None is the active one: chosen by the tray or `use`, else ``[default]``.
        wait: how long to wait for a sign-in; None is the setting ``wait_seconds`` where a tray asks for it, else not at all.

    Raises:
        ProfileNotFound, SessionIncomplete, UsageError: the profile gives none.
        SignInNeeded: nobody signed in, also while we waited.
        Forbidden, Offline, ServiceFailed, StoreFailed, ConfigUnreadable: as ``credentials.role_credentials``.
    """
    who = meant(services, name)
    return Granted(who.profile, who.session, obtained(services, who, wait=wait))


def meant(services: Services, name: str | None) -> Meant:
    """The profile of that name, or the active one, and what it stands for; errors as ``granted``."""
    config = services.config
    profile = config.profile(active_name(services, config) if name is None else name)
    return Meant(profile, *role_of(profile, config))


def obtained(
    services: Services, who: Meant, *, wait: timedelta | None, program: Callable[[], str] = caller_name
) -> RoleCredentials:
    """The credentials; ``wait`` and errors as ``granted``. ``program`` names who waits, when somebody has to."""

    def patience() -> timedelta:
        if wait is not None:
            return wait
        asks = services.instance.holder() is not None and services.settings.sign_in != "never"
        return timedelta(seconds=services.settings.wait_seconds if asks else 0)

    try:
        return job.role_credentials(
            who.session,
            who.role,
            tokens=services.tokens,
            role_cache=services.role_cache,
            portal=services.portal(who.session, who.profile.name),
            oidc=services.oidc(who.session, who.profile.name),
            clock=services.clock,
            locks_dir=services.paths.locks_dir,
            learned=services.learned,
            wanted=services.wanted,
            program=program,
            wait=patience,
            report=lambda old: _tell(old, services),
        )
    except SignInNeeded as error:
        error.hint = f"{error.hint.rstrip('.')}: `{PROGRAM} login {who.profile.name}`"
        raise


def active_name(services: Services, config: Config) -> str:
    """The active profile's name.

    Raises:
        UsageError: none is active, and there is no ``[default]`` either.
    """
    from aws_sso_core.switching import active  # noqa: PLC0415 - 10 ms that a named profile does not cost

    chosen = active.current(paths=services.paths)
    if chosen is not None:
        return chosen
    if any(profile.name == DEFAULT for profile in config.profiles):
        return DEFAULT
    if not config.profiles:
        raise UsageError("There is no profile yet.", f"`{PROGRAM} configure` sets up the first.")
    raise UsageError("No profile is active.", f"Name one, or choose one with `{PROGRAM} use PROFILE`.")


def role_of(profile: Profile, config: Config) -> tuple[Session, Role]:
    """The session and the role that a profile stands for.

    Raises:
        SessionIncomplete: something of it is missing.
        UsageError: it does not sign in by IAM Identity Center itself.
    """
    if profile.session is None:
        raise UsageError(
            f"The profile {profile.name!r} does not sign in by IAM Identity Center itself.",
            f"`{PROGRAM} why {profile.name}` shows where its credentials come from.",
        )
    session = config.session_of(profile)
    if not (profile.account_id and profile.role_name):
        keys = {"sso_account_id": profile.account_id, "sso_role_name": profile.role_name}
        lacking = " and ".join(key for key, value in keys.items() if not value)
        raise SessionIncomplete(
            f"The profile {profile.name!r} lacks {lacking}.", "Add what is missing to the config file."
        )
    return session, Role(profile.account_id, profile.role_name)


def _tell(old: job.StillGood, services: Services) -> None:
    until = wording.at(old.expires_at, services.clock.now(), services.zone)
    services.out.advise(f"{old.why.sentence} The credentials from before are used; they are good until {until}.")
