"""``in-window`` (hidden): one of our commands in a window that the tray opened for it, which stays until it was read."""

from __future__ import annotations

import subprocess
import sys

import click

from aws_sso_core import programs
from aws_sso_core.cli.group import cli_command
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.table import PROGRAM


@cli_command()
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def command(services: Services, words: tuple[str, ...]) -> None:
    """Run `aws-sso-tray WORDS`, and wait for Enter before the window closes.

    \b
    Example:
      aws-sso-tray in-window -- doctor
    """
    services.out.say(services.out.paint(f"{PROGRAM} {' '.join(words)}", "dim"))
    services.out.say()
    try:
        code = subprocess.call([*programs.command_line(), *words])
        services.out.say()
        services.out.say("Press Enter to close this window.")
        sys.stdin.readline()
    except KeyboardInterrupt:
        code = 130
    raise click.exceptions.Exit(code)
