"""``use``: who every AWS tool is that was not told otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from typing import Any

import click

from aws_sso_core.cli.completion import profile_names
from aws_sso_core.cli.group import cli_command, json_lines_option
from aws_sso_core.cli.services import Services
from aws_sso_core.errors import StoreFailed, UsageError
from aws_sso_core.switching import active
from aws_sso_core.switching.active import Shadow, Undone, Used
from aws_sso_core.switching.choice import DEFAULT, ENVIRONMENT, WAYS
from aws_sso_core.switching.switch import Switch


@cli_command()
@click.argument("profile", required=False, shell_complete=profile_names)
@click.option("--show", is_flag=True, help="Show the active profile, and what hides it from some tools.")
@click.option("--undo", is_flag=True, help="Go back to the one before.")
@json_lines_option
def command(services: Services, *, profile: str | None, show: bool, undo: bool, as_json: bool) -> None:
    """Make PROFILE the default for every AWS tool, also in the shells and programs that run already.

    The [default] section of ~/.aws/config becomes a copy of it; nothing else in the file changes. A [default] that you
    wrote yourself is put aside, and comes back with --undo. What hides the choice from some tool, such as AWS_PROFILE in
    your environment, is named, with the way to cure it.

    The setting `switch` names other ways, instead or as well: AWS_PROFILE for programs that are started later, and
    AWS_PROFILE in open shells with `aws-sso-tray shell-init`.

    \b
    Examples:
      aws-sso-tray use dev.admin
      aws-sso-tray use --show
      aws-sso-tray use --undo
    """
    if (profile is not None) + show + undo != 1:
        raise UsageError(
            "Name one profile, or use one of --show and --undo.", "`aws-sso-tray profiles` lists the profiles."
        )
    if show:
        _show(services, as_json=as_json)
        return
    switch = Switch(paths=services.paths, clock=services.clock, env=services.env, environment=services.environment)
    done: Used | Undone
    if profile is not None:
        done = switch.use(profile, ways=services.settings.switch)
        with suppress(StoreFailed):  # the switch is made; that it is not among the recent ones is no failure
            services.recents.note(profile)
    else:
        done = switch.undo()
    tell(done, services, as_json=as_json)


def _show(services: Services, *, as_json: bool) -> None:
    current = active.current(paths=services.paths)
    hidden_by = active.shadows(paths=services.paths, env=services.env, lasting=services.lasting)
    if as_json:
        services.out.json({"active_profile": current, "shadowed_by": as_data(hidden_by)})
        return
    if current is None:
        services.out.say("No profile was made the default; `aws-sso-tray use PROFILE` does.")
    else:
        services.out.answer(current)
    _advise(hidden_by, services)


def tell(done: Used | Undone, services: Services, *, as_json: bool) -> None:
    """Say what the default is now; a script hears the same for a switch and for its undoing."""
    used = done if isinstance(done, Used) else None
    if as_json:
        services.out.event(
            "used",
            profile=used.profile if used else None,
            previous=done.previous,
            ways=[way for way in WAYS if way in done.ways],
            shadowed_by=as_data(used.shadowed_by) if used else [],
        )
    elif DEFAULT not in done.ways:
        subject = f"{used.profile} is now" if used else f"{done.previous} is no longer"
        services.out.answer(f"{subject} the profile of {_followers(done.ways)}.")
    elif isinstance(done, Used):
        services.out.answer(f"{done.profile} is the default profile now.")
    else:
        left = "your own [default] is back" if done.restored else "there is no default profile now"
        services.out.answer(f"{done.previous} is no longer the default profile; {left}.")
    if used and not as_json:
        for caution in used.cautions:
            services.out.advise(caution)
        _advise(used.shadowed_by, services)


def _followers(ways: Collection[str]) -> str:
    """Who follows a choice that left [default] alone."""
    return "open shells with shell-init" + (" and of programs started later" if ENVIRONMENT in ways else "")


def as_data(hidden_by: tuple[Shadow, ...]) -> list[dict[str, Any]]:
    """What hides the choice, as JSON says it."""
    return [{"what": s.what, "why": s.why, "fix": s.fix} for s in hidden_by]


def advise_of(hidden_by: Iterable[Mapping[str, Any]], services: Services) -> None:
    """Say what hides the choice, as ``as_data`` put it."""
    for shadow in hidden_by:
        services.out.advise(f"{shadow.get('what', '')} {shadow.get('why', '')}", str(shadow.get("fix", "")))


def _advise(hidden_by: tuple[Shadow, ...], services: Services) -> None:
    for shadow in hidden_by:
        services.out.advise(f"{shadow.what} {shadow.why}", shadow.fix)
