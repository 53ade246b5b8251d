"""``ecr``: Docker signs in to Amazon ECR by itself, or right now."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import click

from aws_sso_core import wording
from aws_sso_core.cli import registries
from aws_sso_core.cli.agreement import is_attended
from aws_sso_core.cli.as_profile import of_this_shell
from aws_sso_core.cli.completion import profile_names, region_names
from aws_sso_core.cli.granted import active_name, role_of
from aws_sso_core.cli.group import cli_command, json_option
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.table import PROGRAM
from aws_sso_core.ecr import Answer
from aws_sso_core.errors import AppError, UsageError
from aws_sso_core.model import Profile
from aws_sso_core.registries import docker_config
from aws_sso_core.registries.choice import NoProfile
from aws_sso_core.registries.docker_file import DockerFile
from aws_sso_core.registries.hosts import Registry, of_account, registry
from aws_sso_core.registries.warm import USER

_CLIENTS = ("docker", "podman", "nerdctl", "finch", "skopeo")
"""Programs that take `login --username AWS --password-stdin HOST`; the first one that is there is used."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A registry, and the profile that asks for its password."""

    registry: Registry
    profile: Profile


@cli_command()
@click.argument("action", type=click.Choice(["login", "logout"]))
@click.argument("names", nargs=-1, metavar="[REGISTRY]...")
@click.option(
    "--profile", metavar="PROFILE", shell_complete=profile_names, help="The profile for these registries, from now on."
)
@click.option(
    "--region",
    metavar="REGION",
    shell_complete=region_names,
    help="The region of registries that are named by their account.",
)
@click.option("--docker-login", is_flag=True, help="Hand the password to `docker login` instead; it lasts 12 hours.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@json_option
def command(
    services: Services,
    *,
    action: Literal["login", "logout"],
    names: tuple[str, ...],
    profile: str | None,
    region: str | None,
    docker_login: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Let Docker sign in to Amazon ECR by itself: pull and push without `docker login`, as long as you are signed in.

    REGISTRY is a registry's host (an image's whole name will do), an account id, or public.ecr.aws; none at all is the
    registry of the active profile. The account tells the profile; where several fit you are asked once, or say
    --profile. Docker's config.json gets an entry for the registry under credHelpers, and nothing else in it changes;
    podman, skopeo, buildx and compose read it, too.

    \b
    Examples:
      aws-sso-tray ecr login 123456789012.dkr.ecr.eu-west-1.amazonaws.com
      aws-sso-tray ecr login 123456789012 --profile dev.admin
      aws-sso-tray ecr login --docker-login      just once, into Docker's own store
      aws-sso-tray ecr logout 123456789012
    """
    named = None if profile is None else services.config.profile(profile)
    if action == "logout":
        if named or docker_login:
            raise UsageError("`ecr logout` takes neither --profile nor --docker-login.", f"`{PROGRAM} ecr --help`")
        gone = [_registry(name, None, region, services) for name in names] or [_of_profile(None, region, services)]
        _logout(gone, services, dry_run=dry_run, as_json=as_json)
        return
    wanted = [_registry(name, named, region, services) for name in names] or [_of_profile(named, region, services)]
    asked = [_Asked(r, _profile(r, named, services, remember=not dry_run)) for r in dict.fromkeys(wanted)]
    if docker_login:
        _docker_login(asked, services, dry_run=dry_run, as_json=as_json)
    else:
        _login(asked, services, dry_run=dry_run, as_json=as_json)


# Which registry, which profile ----------------------------------------------------------------------------------------


def _registry(name: str, named: Profile | None, region: str | None, services: Services) -> Registry:
    if found := registry(name):
        return found
    if not name.isdecimal():
        hint = "It looks like 123456789012.dkr.ecr.eu-west-1.amazonaws.com or public.ecr.aws; an account id will do."
        raise UsageError(f"{name!r} is no registry of Amazon ECR.", hint)
    if region is None:
        of_it = [named] if named else [p for p in services.config.profiles if p.account_id == name]
        regions = list(dict.fromkeys(p.region for p in of_it if p.region))
        if len(regions) != 1:
            found_some = f"the profiles say {wording.names(regions)}" if regions else "no profile of it has one"
            raise UsageError(f"The region of account {name} is not known: {found_some}.", "Add --region REGION.")
        region = regions[0]
    return _made(name, region)


def _of_profile(named: Profile | None, region: str | None, services: Services) -> Registry:
    """The registry in the account and region of the named or the active profile."""
    config = services.config
    profile = named or config.profile(of_this_shell(services) or active_name(services, config))
    _, role = role_of(profile, config)
    if not (region or profile.region):
        raise UsageError(f"The profile {profile.name!r} has no region.", "Add --region REGION, or name the registry.")
    return _made(role.account_id, region or profile.region or "")


def _made(account_id: str, region: str) -> Registry:
    found = of_account(account_id, region)
    if found is None:
        raise UsageError(f"There is no registry of account {account_id!r} in region {region!r}.", "Check both.")
    return found


def _profile(of: Registry, named: Profile | None, services: Services, *, remember: bool) -> Profile:
    """The profile that asks; one that a person named, now or when asked, is remembered."""
    if named is None:
        try:
            return registries.who_asks(services, of).profile
        except NoProfile as error:
            if not (error.fitting and is_attended(services)):
                raise
            named = _choose(of, error, services)
    else:
        role_of(named, services.config)
    if remember:
        registries.profiles(services).note(of.owner, named.name)
    return named


def _choose(of: Registry, several: NoProfile, services: Services) -> Profile:
    from aws_sso_core.cli import asking  # noqa: PLC0415 - for questions only
    from aws_sso_core.questions import Choice, Question  # noqa: PLC0415 - as above

    services.out.say(several.sentence)
    rows = tuple(Choice(name, name) for name in several.fitting)
    question = Question("profile", f"Profile for {of.host}, from now on", rows)
    return services.config.profile(asking.asker(services.out).choose(question))


# Docker asks us --------------------------------------------------------------------------------------------------------


def _login(asked: Sequence[_Asked], services: Services, *, dry_run: bool, as_json: bool) -> None:
    file = _docker_file(services)
    before = file.ask(docker_config.helpers)
    rows = [{**_row(one), "changed": before.get(one.registry.host) != docker_config.HELPER} for one in asked]
    if dry_run:
        _tell_plan(asked, rows, file, services, as_json=as_json)
        return
    file.change(lambda text: _with_all(text, asked))
    _advise(asked, before, file, services)
    for one, row in zip(asked, rows, strict=True):
        if not as_json:
            how = "from now on" if row["changed"] else "already"
            services.out.answer(f"Docker signs in to {one.registry.host} by itself {how}, as {one.profile.name}.")
        # What keeps a password away is told now, and not at the next pull.
        row["token_expires_at"] = registries.password(
            services, one.registry, program=lambda: "ecr login"
        ).token.expires_at
    if as_json:
        services.out.json({"docker_config": str(file.path), "registries": rows})


def _with_all(text: str, asked: Sequence[_Asked]) -> str:
    for one in asked:
        text = docker_config.with_helper(text, one.registry.host)
    return text


def _advise(asked: Sequence[_Asked], before: dict[str, str], file: DockerFile, services: Services) -> None:
    """Say what is in the way, or was."""
    for host in (one.registry.host for one in asked):
        if (old := before.get(host)) not in (None, docker_config.HELPER):
            services.out.advise(f"It was docker-credential-{old} that Docker asked for {host} until now.")
        if host in file.ask(docker_config.with_passwords):
            services.out.advise(f"{file.path} still holds an old password for {host}.", f"`docker logout {host}`")
    if services.which(docker_config.PROGRAM) is None:
        services.out.advise(
            f"Docker will not find {docker_config.PROGRAM}: it is in no folder of your PATH.",
            f"Add the folder where it is: {Path(sys.executable).parent}",
        )


# Docker is told once ---------------------------------------------------------------------------------------------------


def _docker_login(asked: Sequence[_Asked], services: Services, *, dry_run: bool, as_json: bool) -> None:
    client = next((str(found) for name in _CLIENTS if (found := services.which(name))), None)
    if client is None:
        raise UsageError(
            f"None of {wording.names(_CLIENTS)} is in your PATH.", "Without --docker-login none is needed."
        )
    rows = []
    for one in asked:
        if dry_run:
            services.out.say(f"{client} login --username {USER} --password-stdin {one.registry.host}")
            continue
        answer = registries.password(services, one.registry, program=lambda: "ecr login")
        _hand_over(client, one.registry, answer)
        rows.append({**_row(one), "token_expires_at": answer.token.expires_at})
        if not as_json:
            until = wording.at(answer.token.expires_at, services.clock.now(), services.zone)
            services.out.answer(f"Docker is signed in to {one.registry.host} until {until}, as {one.profile.name}.")
    if as_json:
        services.out.json({"registries": rows})


def _hand_over(client: str, of: Registry, answer: Answer) -> None:
    import subprocess  # noqa: PLC0415 - for this way only

    command = [client, "login", "--username", USER, "--password-stdin", of.host]
    done = subprocess.run(
        command, input=answer.token.password.reveal(), capture_output=True, text=True, check=False, encoding="utf-8"
    )
    _log.info("%s ended with %d", " ".join(command), done.returncode)
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).split())
        raise AppError(f"`{' '.join(command)}` failed: {said}", "Without --docker-login Docker asks for it by itself.")


# Taking it back --------------------------------------------------------------------------------------------------------


def _logout(gone: Sequence[Registry], services: Services, *, dry_run: bool, as_json: bool) -> None:
    file = _docker_file(services)
    before = file.ask(docker_config.helpers)
    rows = [{"registry": r.host, "changed": before.get(r.host) == docker_config.HELPER} for r in gone]
    if not dry_run:

        def without_all(text: str) -> str:
            for one in gone:
                text = docker_config.without_helper(text, one.host)
            return text

        file.change(without_all)
        for one in gone:
            registries.tokens(services).forget(one.host)
            registries.profiles(services).note(one.owner, None)
    if as_json:
        services.out.json({"docker_config": str(file.path), "registries": rows})
        return
    for row in rows:
        no_longer = "would no longer sign in" if dry_run else "no longer signs in"
        said = f"Docker {no_longer} to {row['registry']} by itself."
        services.out.answer(said if row["changed"] else f"Docker did not sign in to {row['registry']} by itself.")


def _docker_file(services: Services) -> DockerFile:
    return DockerFile(services.paths.docker_config, lock=services.paths.locks_dir / "docker-config.lock")


def _row(one: _Asked) -> dict[str, Any]:
    of = one.registry
    return {"registry": of.host, "account_id": of.account_id, "region": of.region, "profile": one.profile.name}


def _tell_plan(
    asked: Sequence[_Asked], rows: Sequence[dict[str, Any]], file: DockerFile, services: Services, *, as_json: bool
) -> None:
    if as_json:
        services.out.json({"docker_config": str(file.path), "registries": list(rows)})
        return
    for one, row in zip(asked, rows, strict=True):
        host = one.registry.host
        entry = f'"credHelpers": {{"{host}": "{docker_config.HELPER}"}}'
        what = f"{file.path} would get {entry}" if row["changed"] else f"{file.path} has {entry} already"
        services.out.answer(f"{what}; the profile is {one.profile.name}.")
