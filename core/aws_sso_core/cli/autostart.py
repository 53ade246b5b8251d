"""``autostart``: the tray with the desktop session."""

from __future__ import annotations

import click

from aws_sso_core import programs
from aws_sso_core.cli.group import cli_command, json_option
from aws_sso_core.cli.services import Services

_SAID = {
    "on": "The tray starts with your desktop.",
    "off": "The tray does not start with your desktop.",
    "blocked": "The tray is registered to start with your desktop, but switched off in the desktop's own settings.",
}


@cli_command()
@click.argument("what", type=click.Choice(["on", "off", "status"]), default="status")
@json_option
def command(services: Services, what: str, as_json: bool) -> None:
    """Start the tray with your desktop session, or no longer.

    \b
    Examples:
      aws-sso-tray autostart on
      aws-sso-tray autostart off
      aws-sso-tray autostart status
    """
    autostart = services.autostart
    if what == "on":
        autostart.enable(programs.tray())
    elif what == "off":
        autostart.disable()
    state = autostart.state()
    if as_json:
        services.out.json({"autostart": state})
    else:
        services.out.answer(_SAID[state])
        if state == "blocked":
            services.out.say("Switch it on there: Task Manager on Windows, the start-up settings elsewhere.")
