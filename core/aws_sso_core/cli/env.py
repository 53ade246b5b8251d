"""``env``: makes one shell a role."""

from __future__ import annotations

import os
from datetime import datetime

import click

from aws_sso_core.cli.as_profile import of_this_shell, shell_of
from aws_sso_core.cli.completion import profile_names
from aws_sso_core.cli.granted import active_name, granted
from aws_sso_core.cli.group import cli_command, json_option
from aws_sso_core.cli.output import is_terminal
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.shells.variables import SHELLS, ShellName, how_to_use, lines
from aws_sso_core.cli.table import PROGRAM
from aws_sso_core.errors import UsageError
from aws_sso_core.role_environment import Variables, as_credentials, as_profile, nobody


@cli_command()
@click.argument("profile", required=False, shell_complete=profile_names)
@click.option("--shell", type=click.Choice(SHELLS), help="Whose language; without it, the shell that asks.")
@click.option("--profile-only", is_flag=True, help="Set AWS_PROFILE, and no credentials.")
@click.option("--clear", is_flag=True, help="Take away what says who this shell is.")
@json_option
def command(
    services: Services, *, profile: str | None, shell: ShellName | None, profile_only: bool, clear: bool, as_json: bool
) -> None:
    """Print the lines that make one shell PROFILE; without PROFILE, the one of this shell, else the active one.

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
    name, variables, ends = _wanted(services, profile, profile_only=profile_only, clear=clear)
    variables = variables.after(services.env)
    if as_json:
        script = {"script": lines(variables, shell)} if shell else {}
        services.out.json(
            {"profile": name, "expires_at": ends, "set": variables.values, "unset": variables.removed, **script}
        )
        return
    shell = shell or shell_of(services, windows=os.name == "nt")
    services.out.script(lines(variables, shell))
    if is_terminal(services.out.stdout):
        words = " ".join(filter(None, (PROGRAM, "env", name, "--clear" if clear else "--profile-only" * profile_only)))
        services.out.advise("These lines are for your shell to run:", how_to_use(words, shell))


def _wanted(
    services: Services, profile: str | None, *, profile_only: bool, clear: bool
) -> tuple[str | None, Variables, datetime | None]:
    """Whose variables, which, and when they end."""
    if clear:
        return None, nobody(), None
    name = profile or of_this_shell(services)
    if profile_only:
        config = services.config
        name = config.profile(name or active_name(services, config)).name
        return name, as_profile(name), None
    found = granted(services, name)
    region = found.profile.region
    return (
        found.profile.name,
        as_credentials(found.profile.name, region, found.credentials),
        found.credentials.expires_at,
    )
