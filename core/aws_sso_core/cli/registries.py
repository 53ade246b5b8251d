"""What ``ecr`` and Docker's helper share: the profile for a registry, and its password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from aws_sso_core import ecr as job
from aws_sso_core.as_profile.environment import AS_VARIABLE, PROFILE_VARIABLE
from aws_sso_core.cli.granted import Meant, obtained, role_of
from aws_sso_core.cli.services import Services
from aws_sso_core.model import RoleCredentials
from aws_sso_core.registries.choice import Wishes, choose
from aws_sso_core.registries.hosts import Registry
from aws_sso_core.registries.tokens import RegistryTokens
from aws_sso_core.state import recents
from aws_sso_core.state.registry_profiles import RegistryProfiles
from aws_sso_core.switching import active
from aws_sso_core.switching import choice as chosen

if TYPE_CHECKING:
    from aws_sso_core.aws import Ecr

_OF_SHELL = (AS_VARIABLE, PROFILE_VARIABLE, "AWS_DEFAULT_PROFILE")
"""What names the profile of a shell; `env` and `exec` take the other two away."""


def tokens(services: Services) -> RegistryTokens:
    """The kept passwords; made before anything is read that the choice of a profile goes by."""
    paths = services.paths
    notes = (recents.FILE, profiles(services).path.name, chosen.FILE)
    files = (paths.config, paths.credentials, *(paths.state_dir / name for name in notes))
    return RegistryTokens(paths.state_dir, env=services.env, files=files)


def profiles(services: Services) -> RegistryProfiles:
    """The profiles that a person named for registries."""
    return RegistryProfiles(services.paths.state_dir)


def who_asks(services: Services, registry: Registry) -> Meant:
    """The profile that asks for this registry's password.

    Raises:
        NoProfile: none fits, or several do and nothing tells them apart.
        ConfigUnreadable, StoreFailed: nobody knows.
    """
    config = services.config
    wishes = Wishes(
        in_shell=next(filter(None, map(services.env.get, _OF_SHELL)), None),
        for_registry=profiles(services).read(registry.owner),
        active=active.current(paths=services.paths),
        recents=services.recents.read(),
    )
    profile = choose(registry, config.profiles, {s.name: s for s in config.sessions}, wishes)
    return Meant(profile, *role_of(profile, config))


def password(services: Services, registry: Registry, *, program: Callable[[], str]) -> job.Answer:
    """The registry's password, kept or new; ``program`` names who waits, when somebody has to.

    Errors as ``who_asks``, ``ecr.password`` and ``granted.obtained``.
    """
    kept = tokens(services)
    who = who_asks(services, registry)

    def credentials(wait: timedelta | None) -> RoleCredentials:
        return obtained(services, who, wait=wait, program=program)

    def ecr(keys: RoleCredentials) -> Ecr:
        from aws_sso_core import aws  # noqa: PLC0415 - boto3: 200 ms

        return aws.ecr(
            registry,
            keys,
            session=who.session,
            clock=services.clock,
            config=services.paths.config,
            profile=who.profile.name,
        )

    answer = job.password(
        registry,
        who.profile,
        who.session,
        kept=kept,
        tokens=services.tokens,
        learned=services.learned,
        credentials=credentials,
        ecr=ecr,
        clock=services.clock,
        locks_dir=services.paths.locks_dir,
    )
    if answer.in_spite_of is not None:
        services.out.say(
            f"aws-sso-tray: The password from before is used for {registry.host}: {answer.in_spite_of.sentence}"
        )
    return answer
