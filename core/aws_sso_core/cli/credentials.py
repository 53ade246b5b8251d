"""``credentials``: the credential process of AWS tools; ``warm`` answers what is kept without all this."""

from __future__ import annotations

from datetime import timedelta

import click

from aws_sso_core.cli.completion import profile_names
from aws_sso_core.cli.group import cli_command
from aws_sso_core.cli.process_answer import give
from aws_sso_core.cli.services import Services
from aws_sso_core.errors import UsageError


@cli_command()
@click.option("--profile", metavar="PROFILE", shell_complete=profile_names, help="Whose credentials.")
@click.option("--active", is_flag=True, help="Those of the active profile, whichever it is.")
@click.option(
    "--wait",
    metavar="SECONDS",
    type=click.IntRange(0, 3600),
    help="How long to wait for a sign-in; else the setting wait_seconds.",
)
@click.option("--no-wait", is_flag=True, help="Fail at once when nobody is signed in.")
def command(services: Services, *, profile: str | None, active: bool, wait: int | None, no_wait: bool) -> None:
    """Give credentials to an AWS tool: what `credential_process` in ~/.aws/config calls.

    The answer is AWS's JSON for credential processes. Credentials are kept in the cache of AWS CLI and given out while
    over 15 minutes are left. When nobody is signed in, the tray asks you, and all programs that wait go on together; where
    no tray asks (none runs, or sign_in is never), this fails at once. A browser is never opened from here.

    \b
    Examples:
      aws-sso-tray credentials --profile dev.admin
      aws-sso-tray credentials --active --no-wait
    """
    if (profile is None) is not active:
        raise UsageError("Say --profile PROFILE or --active.", "`aws-sso-tray profiles` lists the profiles.")
    if no_wait and wait is not None:
        raise UsageError("--wait and --no-wait exclude each other.", "`aws-sso-tray credentials --help` shows how.")
    patience = timedelta() if no_wait else None if wait is None else timedelta(seconds=wait)
    give(services, profile, wait=patience)
