"""``env``: makes one shell a role."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta

import click

from aws_sso_core.as_profile.environment import Variables, as_credentials, as_profile, nobody
from aws_sso_core.cli.as_profile import of_this_shell, shell_of
from aws_sso_core.cli.completion import profile_names
from aws_sso_core.cli.granted import active_name, granted
from aws_sso_core.cli.group import cli_command, json_option
from aws_sso_core.cli.output import is_terminal
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.shells.variables import SHELLS, ShellName, how_to_use, lines
from aws_sso_core.cli.table import PROGRAM
from aws_sso_core.errors import UsageError


@cli_command()
@click.argument("profile", required=False, shell_complete=profile_names)
@click.option("--shell", type=click.Choice(SHELLS), help="Whose language; without it, the shell that asks.")
@click.option("--profile-only", is_flag=True, help="Set AWS_PROFILE, and no credentials.")
@click.option("--clear", is_flag=True, help="Take away what says who this shell is.")
@click.option("--no-wait", is_flag=True, help="Fail at once when nobody is signed in.")
@json_option
def command(
    services: Services,
    *,
    profile: str | None,
    shell: ShellName | None,
    profile_only: bool,
    clear: bool,
    no_wait: bool,
    as_json: bool,
) -> None:
    """Print the lines by which a shell works as PROFILE; without PROFILE, as the one it has, else the active one.

    They set credentials, their end and the region, and take away every variable that could win over them in some AWS tool.
    Such credentials end after one to twelve hours; run it again then. With --profile-only they set AWS_PROFILE instead: for
    tools that read ~/.aws/config, and good for as long as you are signed in.

    \b
    How each shell takes them over:
      bash, zsh   eval "$(aws-sso-tray env dev.admin)"
      fish        aws-sso-tray env dev.admin | source
      PowerShell  aws-sso-tray env dev.admin | Out-String | Invoke-Expression
      cmd         for /f "delims=" %i in ('aws-sso-tray env dev.admin --shell cmd') do @%i

    \b
    Examples:
      aws-sso-tray env dev.admin
      aws-sso-tray env dev.admin --profile-only --shell fish
      aws-sso-tray env --clear
    """
    if clear and (profile is not None or profile_only):
        raise UsageError("--clear stands alone.", f"`{PROGRAM} env --help` shows how.")
    made = _made(services, profile, profile_only=profile_only, clear=clear, no_wait=no_wait)
    variables = made.variables.after(services.env)
    if as_json:
        script = {"script": lines(variables, shell)} if shell else {}
        told = {"profile": made.profile, "expires_at": made.ends, "set": variables.values, "unset": variables.removed}
        services.out.json({**told, **script})
        return
    shell = shell or shell_of(services, windows=os.name == "nt")
    services.out.script(lines(variables, shell))
    if is_terminal(services.out.stdout):
        words = (PROGRAM, "env", made.profile, "--clear" * clear, "--profile-only" * profile_only)
        services.out.advise("These lines are for your shell to run:", how_to_use(" ".join(filter(None, words)), shell))


@dataclass(frozen=True, slots=True)
class _Made:
    """The variables, whose, and when they end."""

    variables: Variables
    profile: str | None = None
    ends: datetime | None = None


def _made(services: Services, profile: str | None, *, profile_only: bool, clear: bool, no_wait: bool) -> _Made:
    if clear:
        return _Made(nobody())
    name = profile or of_this_shell(services)
    if profile_only:
        config = services.config
        name = config.profile(name or active_name(services, config)).name
        return _Made(as_profile(name), name)
    found = granted(services, name, wait=timedelta() if no_wait else None)
    name, credentials = found.profile.name, found.credentials
    return _Made(as_credentials(name, found.profile.region, credentials), name, credentials.expires_at)
