"""``whoami``: who AWS says you are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import click

from aws_sso_core import overview, whoami, wording
from aws_sso_core.as_profile.environment import AS_VARIABLE
from aws_sso_core.cli import words
from aws_sso_core.cli.as_profile import of_this_shell
from aws_sso_core.cli.completion import profile_names
from aws_sso_core.cli.granted import granted, role_of
from aws_sso_core.cli.group import cli_command, json_option
from aws_sso_core.cli.services import Services
from aws_sso_core.errors import Offline
from aws_sso_core.model import Profile, RoleCredentials, Secret, Session, SessionStatus
from aws_sso_core.timestamps import parse_time

if TYPE_CHECKING:
    from aws_sso_core.aws import Sts

_NO_SESSION = Session("", "", "us-east-1")
"""Stands for one where keys of the environment are asked about."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose credentials AWS is asked about."""

    credentials: RoleCredentials
    ends: datetime | None
    region: str | None
    session: Session = _NO_SESSION
    profile: Profile | None = None
    source: Literal["profile", "environment"] = "profile"


@cli_command()
@click.argument("profile", required=False, shell_complete=profile_names)
@json_option
def command(services: Services, *, profile: str | None, as_json: bool) -> None:
    """Ask AWS who you are as PROFILE; without PROFILE, who programs are that this shell starts.

    That is whoever the keys in the environment belong to, else the profile of AWS_PROFILE, else the active one.

    \b
    Examples:
      aws-sso-tray whoami
      aws-sso-tray whoami dev.admin --json | jq -r .arn
    """
    asked = (_of_environment(services) if profile is None else None) or _of_profile(services, profile)
    try:
        found = whoami.ask(_sts(asked, services))
    except Offline as error:
        if asked.profile and not as_json:
            services.out.say(f"By your files you are {_by_files(asked.profile)}; AWS was not reached.")
        raise error from error.__cause__
    asked = asked if asked.profile else _known_by_name(asked, found, services)
    name = _account_name(found.account_id, asked, services)
    status = next((s for s in _statuses(services) if s.session == asked.session), None)
    if as_json:
        services.out.json(_as_data(found, asked, name, status))
    else:
        _tell(found, asked, name, status, services)


def _of_profile(services: Services, name: str | None) -> _Asked:
    found = granted(services, name or of_this_shell(services))
    ends = found.credentials.expires_at
    return _Asked(found.credentials, ends, found.profile.region, found.session, found.profile)


def _of_environment(services: Services) -> _Asked | None:
    """The keys that every AWS tool takes first, if there are any."""
    env = services.env
    key, secret = env.get("AWS_ACCESS_KEY_ID"), env.get("AWS_SECRET_ACCESS_KEY")
    if not (key and secret):
        return None
    ends = parse_time(env.get("AWS_CREDENTIAL_EXPIRATION"))
    token = Secret(env.get("AWS_SESSION_TOKEN", ""))
    keys = RoleCredentials(key, Secret(secret), token, ends or services.clock.now())
    return _Asked(keys, ends, env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION"), source="environment")


def _known_by_name(asked: _Asked, found: whoami.Identity, services: Services) -> _Asked:
    """The profile that ``env`` or ``exec`` set the keys for, if they are really its."""
    config, name = services.config, services.env.get(AS_VARIABLE)
    profile = next((p for p in config.profiles if p.name == name), None)
    if profile is None or (profile.account_id, profile.role_name) != (found.account_id, found.role_name):
        return asked
    return replace(asked, profile=profile, session=role_of(profile, config)[0])


def _sts(asked: _Asked, services: Services) -> Sts:
    from aws_sso_core import aws  # noqa: PLC0415 - boto3: 200 ms

    return aws.sts(
        asked.credentials,
        session=asked.session,
        clock=services.clock,
        config=services.paths.config,
        region=asked.region,
        profile=asked.profile.name if asked.profile else None,
    )


def _statuses(services: Services) -> tuple[SessionStatus, ...]:
    return overview.survey(
        config=services.config,
        tokens=services.tokens,
        learned=services.learned,
        wanted=services.wanted,
        settings=services.settings,
        now=services.clock.now(),
    )


def _account_name(account_id: str, asked: _Asked, services: Services) -> str | None:
    """By the config, else by the portal."""
    known = (p.account_name for p in services.config.profiles if p.account_id == account_id and p.account_name)
    if name := next(known, None):
        return name
    if asked.profile is None:
        return None
    session, profile = asked.session, asked.profile.name
    return whoami.account_name(
        account_id, session, tokens=services.tokens, portal=lambda: services.portal(session, profile)
    )


def _by_files(profile: Profile) -> str:
    return f"{profile.role_name} in {_account(profile.account_id or '', profile.account_name)}"


def _account(account_id: str, name: str | None) -> str:
    return f"{name} ({account_id})" if name else account_id


def _tell(
    found: whoami.Identity, asked: _Asked, account_name: str | None, status: SessionStatus | None, services: Services
) -> None:
    now = services.clock.now()
    account, from_keys = _account(found.account_id, account_name), asked.source == "environment"
    rows = [
        ("person", found.person or ""),
        ("ARN", found.arn),
        (
            "profile",
            (asked.profile.name if asked.profile else "none") + " (by the keys in the environment)" * from_keys,
        ),
        ("region", asked.region or ""),
        ("credentials", f"good until {wording.at(asked.ends, now, services.zone)}" if asked.ends else ""),
        ("session", f"{status.session.label} - {words.clocks(status, now, services.zone)}" if status else ""),
    ]
    services.out.answer(f"You are {found.role_name or found.arn.rpartition(':')[2]} in {account}.")
    for name, value in rows:
        if value:
            services.out.answer(f"  {name:<12} {value}")


def _as_data(
    found: whoami.Identity, asked: _Asked, account_name: str | None, status: SessionStatus | None
) -> dict[str, Any]:
    return {
        "profile": asked.profile.name if asked.profile else None,
        "source": asked.source,
        "account_id": found.account_id,
        "account_name": account_name,
        "role_name": found.role_name,
        "person": found.person,
        "arn": found.arn,
        "user_id": found.user_id,
        "region": asked.region,
        "session": asked.session.name or None,
        "credentials_expire_at": asked.ends,
        "sign_in_ends_at": status.sign_in_ends_at if status else None,
        "sign_in_end_source": status.sign_in_end_source if status else None,
    }
