"""Which profile asks for a registry's token. Pure.

The registry's host tells the account, and the account mostly tells the profile. Where it does not, what a person said
counts before what they did: this shell's profile (`env`, `exec`, AWS_PROFILE), a profile named for the registry, the active one, a recent one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aws_sso_core.errors import UsageError
from aws_sso_core.model import Profile, Session
from aws_sso_core.partitions import partition_of
from aws_sso_core.registries.hosts import Registry


class NoProfile(UsageError):
    """No profile, or more than one, could ask for the registry's token."""

    def __init__(self, sentence: str, hint: str = "", *, fitting: Sequence[str] = ()) -> None:
        super().__init__(sentence, hint)
        self.fitting = tuple(fitting)
        """The profiles to choose from."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person said and did, the most telling first; names may be of profiles that are gone."""

    in_shell: str | None = None
    """By `env` or `exec` (AWS_SSO_TRAY_AS), or by AWS_PROFILE."""
    for_registry: str | None = None
    """Named for this registry's account once (`ecr login --profile`)."""
    active: str | None = None
    recents: tuple[str, ...] = ()


def choose(registry: Registry, profiles: Iterable[Profile], sessions: Mapping[str, Session], wishes: Wishes) -> Profile:
    """The profile that asks for this registry's token.

    A profile that was named for the registry may be of another account: registries are shared between accounts. The
    other wishes count among the profiles of the registry's account, and where there is none, the shell's and the active
    profile may still have been let in.

    Args:
        registry: which.
        profiles: all that there are.
        sessions: the complete ones, by name.
        wishes: what the person said and did.

    Raises:
        NoProfile: none fits, or several do and nothing tells them apart.
    """
    able = {p.name: p for p in profiles if _able(p, sessions, registry)}
    own = {p.name: p for p in able.values() if registry.account_id in (None, p.account_id)}
    order = (
        (wishes.in_shell, own),
        (wishes.for_registry, able),
        (wishes.active, own),
        *((name, own) for name in wishes.recents),
    )
    for name, among in order:
        if name in among:
            return among[name]
    if len({_identity(p) for p in own.values()}) == 1:
        return next(iter(own.values()))
    if own:
        raise _several(registry, list(own))
    for name in (wishes.in_shell, wishes.active):
        if name in able:
            return able[name]
    raise _none(registry, list(able))


def _able(profile: Profile, sessions: Mapping[str, Session], registry: Registry) -> bool:
    session = sessions.get(profile.session or "")
    if not (session and profile.account_id and profile.role_name):
        return False
    return partition_of(session.region).name == registry.partition


def _identity(profile: Profile) -> tuple[str | None, str | None, str | None]:
    return profile.session, profile.account_id, profile.role_name


def _none(registry: Registry, able: list[str]) -> NoProfile:
    if not able:
        return NoProfile(
            "No profile signs in through IAM Identity Center with an account and a role.",
            "`aws-sso-tray populate` writes one for every account and role that you have.",
        )
    hint = f"`aws-sso-tray ecr login {registry.host} --profile NAME` names the one that has access."
    return NoProfile(f"No profile is of account {registry.owner}.", hint, fitting=able)


def _several(registry: Registry, names: list[str]) -> NoProfile:
    whose = f"account {registry.account_id}" if registry.account_id else "public ECR"
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")  # noqa: PLR2004
    return NoProfile(
        f"Several profiles fit {whose}: {shown}.",
        f"`aws-sso-tray ecr login {registry.host} --profile NAME` chooses one, once.",
        fitting=names,
    )
