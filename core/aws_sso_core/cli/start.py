"""``start``: the tray, once."""

from __future__ import annotations

import importlib
import os
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from aws_sso_core import programs
from aws_sso_core.as_profile.environment import without_given
from aws_sso_core.cli import early_start
from aws_sso_core.cli.group import cli_command, json_lines_option
from aws_sso_core.cli.services import Services
from aws_sso_core.errors import AppError, StoreFailed
from aws_sso_core.files import make_private_dir, read_bytes

PATIENCE = 20.0
"""Seconds until a tray that says nothing is taken for stuck; it is there within half a second as a rule."""
_STEP = 0.05
_GRACE = 5.0

_DETACHED = getattr(subprocess, "DETACHED_PROCESS", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)


@cli_command()
@click.option("--foreground", is_flag=True, help="Stay in this terminal until the tray ends; Ctrl+C ends it.")
@json_lines_option
def command(services: Services, foreground: bool, as_json: bool) -> None:
    """Start the tray: it renews, reminds, and lets you switch profiles with two clicks.

    There is one tray per person; starting it again does no harm. Without a desktop it still renews, and shows nothing.

    \b
    Examples:
      aws-sso-tray start
      aws-sso-tray start --foreground --verbose    watch what it does
      aws-sso-tray autostart on                    start it with your desktop from now on
    """
    begun = early_start.taken()
    running = None if begun else services.instance.holder()
    if running is not None:
        if as_json:
            services.out.event("already-running", pid=running)
        else:
            services.out.answer("The tray is running already.")
        return
    if foreground:
        raise click.exceptions.Exit(_stay(services))
    pid = _launch(begun, services)
    if as_json:
        services.out.event("started", pid=pid)
    else:
        services.out.answer("The tray is running.")
    if not services.has_display():
        services.out.advise("There is no desktop here, so it only renews: it cannot show anything, nor remind you.")
    elif services.has_tray_host() is False:
        services.out.advise(
            "This desktop shows no tray icons, so you will see its notices only.",
            "On GNOME, the extension AppIndicator and KStatusNotifierItem Support adds a place for them.",
        )


def _launch(begun: early_start.Begun | None, services: Services) -> int:
    """Start the tray on its own, unless it was begun already, and wait until it runs; its process id.

    Raises:
        AppError: it ended, with what it said; or it does not come up.
    """
    words = services.paths.log_dir / early_start.WORDS
    child = begun or _detached(programs.tray(), words, services)
    deadline = services.clock.monotonic() + PATIENCE
    while services.clock.monotonic() < deadline:
        ended = child.poll()
        running = services.instance.holder()
        if running is not None:
            child.returncode = 0  # it goes on without us; Popen need not warn of that
            return running
        if ended is not None:
            raise _told(words, ended, services)
        services.clock.sleep(_STEP)
    child.terminate()
    child.wait(_GRACE)
    raise AppError(
        f"The tray did not come up within {PATIENCE:.0f} s.",
        f"`aws-sso-tray start --foreground --verbose` shows why; the log is in {services.paths.log_dir}.",
    )


def _detached(command_line: Sequence[str], words: Path, services: Services) -> subprocess.Popen[bytes]:
    """A process that outlives this one and its terminal; what it says goes to the file ``words``."""
    make_private_dir(words.parent)
    try:
        with os.fdopen(os.open(words, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as said:
            return subprocess.Popen(
                command_line,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
                env=without_given(services.env),
                creationflags=_DETACHED,
                start_new_session=True,
            )
    except OSError as error:
        raise AppError(
            f"The tray cannot be started: {error.strerror}.", "Reinstalling aws-sso-tray may help."
        ) from error


def _told(words: Path, code: int, services: Services) -> AppError:
    """The error for a tray that ended at once, in its own words where it had some."""
    said = b""
    with suppress(StoreFailed):
        said = read_bytes(words) or b""
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    for i, line in enumerate(lines):
        if line.startswith("aws-sso-tray: "):
            return AppError(
                line.removeprefix("aws-sso-tray: "), " ".join(more.strip() for more in lines[i + 1 : i + 2])
            )
    return AppError(
        f"The tray ended at once with code {code}" + (f": {lines[-1]}" if lines else "."),
        f"`aws-sso-tray start --foreground --verbose` shows more; the log is in {services.paths.log_dir}.",
    )


def _stay(services: Services) -> int:
    """Run the tray in this terminal; its exit code. A signal to us is passed on, and its end waited for."""
    if module := programs.tray_for_a_terminal():
        early_start.forget_role(os.environ)
        return int(importlib.import_module(module).main([]))
    loud = ["--verbose"] if services.verbose else []
    child = subprocess.Popen([*programs.tray(console=True), *loud], env=without_given(services.env))
    try:
        return child.wait()
    finally:
        if child.poll() is None:
            # Ctrl+C reached it as well, by the terminal; the signal of a service manager did not.
            child.terminate()
            with suppress(subprocess.TimeoutExpired):
                child.wait(_GRACE)
