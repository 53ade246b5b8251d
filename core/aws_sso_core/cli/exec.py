"""``exec``: runs one program as a role."""

from __future__ import annotations

import click

from aws_sso_core.as_profile import launch
from aws_sso_core.as_profile.environment import as_credentials
from aws_sso_core.cli.as_profile import command_line
from aws_sso_core.cli.completion import profile_names
from aws_sso_core.cli.granted import granted
from aws_sso_core.cli.group import cli_command
from aws_sso_core.cli.services import Services


@cli_command(starts_another=True)
@click.argument("profile", shell_complete=profile_names)
@click.argument("words", metavar="-- COMMAND ...", nargs=-1, type=click.UNPROCESSED)
def command(services: Services, *, profile: str, words: tuple[str, ...]) -> None:
    """Run COMMAND with the credentials of PROFILE in its environment, and nothing else there that says who it is.

    The credentials end after one to twelve hours; `aws-sso-tray serve --profile PROFILE -- COMMAND` is for programs that
    run longer. The exit code is the command's; 127 when there is no such command, 126 when it cannot be started.

    \b
    Examples:
      aws-sso-tray exec dev.admin -- terraform plan
      aws-sso-tray exec prod.readonly -- aws s3 ls
      aws-sso-tray exec dev.admin -- bash          a shell of its own, until you leave it
    """
    line = command_line(words, example=f"aws-sso-tray exec {profile} -- aws s3 ls")
    found = granted(services, profile)
    variables = as_credentials(found.profile.name, found.profile.region, found.credentials)
    raise click.exceptions.Exit(launch.start(line, variables.over(services.env)))
