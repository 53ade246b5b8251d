"""``demo``: everything at work on an embedded IAM Identity Center, in a throw-away home."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from aws_sso_core import programs
from aws_sso_core.cli.group import cli_command
from aws_sso_core.cli.services import Services
from aws_sso_core.errors import DesktopUnavailable


@cli_command()
@click.option("--tour", is_flag=True, help="Tell the story in the terminal, even where there is a tray.")
@click.option("--pace", type=click.FloatRange(0.1, 10.0), default=1.0, hidden=True, help="Below 1 is faster.")
def command(services: Services, tour: bool, pace: float) -> None:
    """See it all work, with nothing to set up.

    An IAM Identity Center of its own runs on 127.0.0.1, the home folder is a throw-away one, and lifetimes are seconds
    where AWS has hours. Nothing of yours is read or changed, and nothing is left behind.

    With a desktop that shows tray icons you get the real tray and your own browser, to play with for a few minutes.
    Without one, or with --tour, the story is told in the terminal in under two minutes: sign in, silent renewal, warning,
    expiry, sign in again, profile switch, and boto3 using it.

    \b
    Examples:
      aws-sso-tray demo
      aws-sso-tray demo --tour
    """
    from aws_sso_core.cli.demo import tray  # noqa: PLC0415 - --help must stay cheap

    if not tour and tray.possible(services):
        try:
            tray.show(services)
        except DesktopUnavailable as error:
            services.out.advise(error.sentence, error.hint)
        else:
            return
    tell_tour(services, pace)


def tell_tour(services: Services, pace: float) -> None:
    """The story in the terminal."""
    from aws_sso_core.cli.demo.commands import Children  # noqa: PLC0415 - --help must stay cheap
    from aws_sso_core.cli.demo.home import throw_away_home  # noqa: PLC0415 - as above
    from aws_sso_core.cli.demo.stage import Stage  # noqa: PLC0415 - as above
    from aws_sso_core.cli.demo.tour import Lengths, Tour  # noqa: PLC0415 - as above
    from aws_sso_core.sandbox import Sandbox  # noqa: PLC0415 - as above

    stage = Stage(services.out)
    with (
        Sandbox(services.clock) as box,
        throw_away_home(box, services.env, clock=services.clock, alone=True) as home,
        contextlib.closing(Children(home.with_env(BROWSER=stand_in(home.folder)))) as children,
    ):
        lengths = Lengths().times(pace)
        Tour(home=home, runner=children, stage=stage, clock=services.clock, lengths=lengths).tell()
    stage.end("All of it really ran; only the Identity Center was made up. The throw-away home is gone.")


def stand_in(folder: Path) -> str:
    """The command line of a browser in which somebody presses Approve at once; it keeps its cookies."""
    from aws_sso_core.cli.demo.commands import command_text  # noqa: PLC0415 - as above

    visitor = programs.module("aws_sso_core.sandbox.visitor")
    return command_text([*visitor, "--cookies", str(folder / "browser-cookies"), "%s"])
