"""``bridge wsl``: one sign-in for Windows and for the Linux inside it."""

from __future__ import annotations

import platform
from collections.abc import Sequence

import click

from aws_sso_core import programs
from aws_sso_core.cli.agreement import agree
from aws_sso_core.cli.completion import profile_names
from aws_sso_core.cli.group import cli_command, json_option
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.table import PROGRAM
from aws_sso_core.errors import UsageError
from aws_sso_core.model import Profile
from aws_sso_core.text_diff import diff_lines
from aws_sso_core.wsl import bridge
from aws_sso_core.wsl.bridge import Bridge
from aws_sso_core.wsl.distributions import Distribution, SystemWsl, distributions


@cli_command()
@click.argument("to", type=click.Choice(["wsl"]))
@click.argument("profiles", metavar="[PROFILE]...", nargs=-1, shell_complete=profile_names)
@click.option("--distro", "names", multiple=True, metavar="NAME", help="Only this distribution; repeatable.")
@click.option("--undo", is_flag=True, help="Take the bridge down again.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@json_option
def command(
    services: Services,
    *,
    to: str,  # noqa: ARG001 - there is one kind of bridge so far
    profiles: tuple[str, ...],
    names: tuple[str, ...],
    undo: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Let profiles inside WSL (Linux in Windows) use this Windows program: one sign-in for both.

    Each profile of yours gets one of the same name in the distribution's ~/.aws/config, whose credential_process calls
    this program; the browser opens on the Windows side. What stands there by your own hand stays; the changes are shown
    first. Run it again after `populate`.

    \b
    Examples:
      aws-sso-tray bridge wsl --dry-run
      aws-sso-tray bridge wsl
      aws-sso-tray bridge wsl dev.admin --distro Ubuntu
      aws-sso-tray bridge wsl --undo
    """
    wanted = [] if undo else _wanted(profiles, services)
    found = _distributions(names, services)
    helper = programs.credential_helper()
    bridges = [bridge.propose(distribution, wanted, helper=helper) for distribution in found]
    changing = [one for one in bridges if one.changes]
    if not as_json:
        _preview(bridges, services)
    written = bool(changing) and not dry_run
    if written and not yes:
        question = f"Change ~/.aws/config in {', '.join(one.distribution.name for one in changing)}?"
        unasked, hint = "Nothing was changed: nobody was asked.", "Add --yes to do it, or --dry-run to see it."
        if as_json:
            raise UsageError(unasked, hint)
        agree(services, question, unasked=unasked, hint=hint)
    if written:
        for one in changing:
            bridge.build(one)
    _tell(bridges, services, written=written, as_json=as_json)


def _wanted(names: Sequence[str], services: Services) -> list[Profile]:
    config = services.config
    wanted = [config.profile(name) for name in names] or [p for p in config.profiles if p.session and p.role_name]
    for profile in wanted:
        if not (profile.session and profile.role_name):
            raise UsageError(f"The profile {profile.name!r} has no role to give credentials of.", "Leave it out.")
    if not wanted:
        raise UsageError("There is no profile to build a bridge for.", f"`{PROGRAM} configure` sets one up.")
    return wanted


def _distributions(names: Sequence[str], services: Services) -> list[Distribution]:
    program = services.which("wsl.exe")
    if platform.system() != "Windows" or program is None:
        raise UsageError("There is no WSL here.", f"`{PROGRAM} bridge wsl` is run on the Windows side.")
    found = distributions(SystemWsl(str(program), services.env))
    known = {distribution.name: distribution for distribution in found}
    for name in names:
        if name not in known:
            raise UsageError(f"There is no distribution {name!r}.", f"There are {', '.join(known) or 'none'}.")
    chosen = [known[name] for name in names] or found
    if not chosen:
        raise UsageError("There is no WSL distribution.", "`wsl --install` gets one.")
    return chosen


def _preview(bridges: Sequence[Bridge], services: Services) -> None:
    for one in bridges:
        name = one.distribution.name
        if one.changes:
            services.out.answer_diff(diff_lines(one.before, one.after, name=f"{name}: ~/.aws/config"))
        for profile in one.by_hand:
            services.out.advise(f"{name} has a profile {profile!r} of its own, which stays as it is.")


def _tell(bridges: Sequence[Bridge], services: Services, *, written: bool, as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "name": one.distribution.name,
                "added": one.added,
                "changed": one.changed,
                "removed": one.removed,
                "kept_by_hand": one.by_hand,
                "written": written and one.changes,
            }
            for one in bridges
        ]
        services.out.json({"distributions": rows})
        return
    for one in bridges:
        parts = [(len(one.added), "added"), (len(one.changed), "changed"), (len(one.removed), "removed")]
        said = ", ".join(f"{count} {what}" for count, what in parts if count) or "nothing to change"
        services.out.answer(f"{one.distribution.name}: {said}{'' if written or not one.changes else ' (not written)'}.")
