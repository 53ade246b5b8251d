"""``pick``: the search window, also where there is no tray."""

from __future__ import annotations

import json
import subprocess
from contextlib import suppress
from typing import Any

import click

from aws_sso_core import programs
from aws_sso_core.cli import early_pick
from aws_sso_core.cli.group import cli_command, json_lines_option
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.use import advise_of
from aws_sso_core.errors import AppError, DesktopUnavailable


@cli_command()
@json_lines_option
def command(services: Services, *, as_json: bool) -> None:
    """Search your profiles in a window, and make one the default.

    Type parts of its name, account, role or region; Enter takes the row that is marked. There is one such window: asking
    again brings it to the front. It needs Tk for Python (on Debian and Ubuntu: apt install python3-tk).

    \b
    Examples:
      aws-sso-tray pick

    Exit code 130 means that the window was closed without a choice.
    """
    code, said = _open(services)
    event = said.pop("event", None)
    said.pop("version", None)
    if event == "error" or event is None:
        raise _error(said, services)
    if as_json:
        services.out.event(event, **said)
    elif event == "used":
        services.out.answer(f"{said.get('profile')} is the default profile now.")
        advise_of(said.get("shadowed_by") or [], services)
    elif event == "raised":
        services.out.say("The window is open already; it is in front now.")
    if code:
        raise click.exceptions.Exit(code)


def _open(services: Services) -> tuple[int, dict[str, Any]]:
    """Run the window to its end; its exit code and its last line."""
    try:
        child = early_pick.taken() or subprocess.Popen(
            programs.picker(), env=dict(services.env), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )
        with child:
            output = child.communicate()[0]
    except OSError as error:
        raise AppError(
            f"The window cannot be opened: {error.strerror}.", "Reinstalling aws-sso-tray may help."
        ) from error
    said: object = None
    with suppress(ValueError, IndexError):
        said = json.loads(output.splitlines()[-1])
    return child.returncode, said if isinstance(said, dict) else {}


def _error(said: dict[str, Any], services: Services) -> AppError:
    message = said.get("message")
    if not isinstance(message, str):
        return AppError("The window ended unexpectedly.", f"The log in {services.paths.log_dir} tells more.")
    kind = DesktopUnavailable if said.get("kind") == "desktop-unavailable" else AppError
    return kind(message, str(said.get("hint") or ""))
