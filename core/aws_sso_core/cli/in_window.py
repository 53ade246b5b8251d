"""``in-window`` (hidden): one of our commands in a window that the tray opened for it, which stays until it was read."""

from __future__ import annotations

import shutil
import subprocess
import sys

import click

from aws_sso_core import programs
from aws_sso_core.cli.group import cli_command
from aws_sso_core.cli.output import Output
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.table import PROGRAM

_HELP = ("--help",)
_SPARE = 5
"""Rows for the window's first lines, for one that is wrapped, and for what asks to go on."""


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
        if words == _HELP:
            code = 0
            _page(click.get_current_context().find_root().get_help(), services.out)
        else:
            code = subprocess.call([*programs.command_line(), *words])
        services.out.say()
        services.out.say("Press Enter to close this window.")
        sys.stdin.readline()
    except KeyboardInterrupt:
        code = 130
    raise click.exceptions.Exit(code)


def _page(text: str, out: Output) -> None:
    """A windowful at a time: of a longer text a new window would show the end."""
    lines = text.splitlines()
    size = max(1, shutil.get_terminal_size().lines - _SPARE)
    for start in range(0, len(lines), size):
        if start:
            out.ask(out.paint("Press Enter for more. ", "dim"))
            sys.stdin.readline()
        out.answer("\n".join(lines[start : start + size]))
