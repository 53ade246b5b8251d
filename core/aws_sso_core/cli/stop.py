"""``stop``: end the tray."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

from aws_sso_core.cli.group import cli_command, json_lines_option
from aws_sso_core.cli.services import Services
from aws_sso_core.errors import AppError, StoreFailed

POLITE = 5.0
"""Seconds for the tray to hear the wish; it watches its folder, so it takes a fraction of one."""
FIRM = 5.0
"""Seconds for it to end after the signal."""
_STEP = 0.05


@cli_command()
@json_lines_option
def command(services: Services, as_json: bool) -> None:
    """End the tray. Sign-ins and files stay as they are; nothing renews or reminds until the next start.

    \b
    Example:
      aws-sso-tray stop
    """
    running = services.instance.holder()
    if running is not None:
        _end(services, running)
    if as_json:
        services.out.event("not-running" if running is None else "stopped")
    else:
        services.out.answer("The tray is not running." if running is None else "The tray has ended.")


def _end(services: Services, pid: int) -> None:
    """Ask the tray to end, then tell it to.

    Raises:
        AppError: it still runs.
    """
    with suppress(StoreFailed):
        services.wishes.ask("quit")
    if _gone(services, pid, POLITE):
        return
    with suppress(OSError):
        os.kill(pid, signal.SIGTERM)
    if not _gone(services, pid, FIRM):
        raise AppError(f"The tray (process {pid}) does not end.", "End that process by the means of your system.")


def _gone(services: Services, pid: int, patience: float) -> bool:
    deadline = services.clock.monotonic() + patience
    while services.instance.holder() == pid:
        if services.clock.monotonic() >= deadline:
            return False
        services.clock.sleep(_STEP)
    return True
