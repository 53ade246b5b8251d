"""``restore``: put a version of a file in ``~/.aws`` back, after showing what that changes."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

import click

from aws_sso_core.cli.group import cli_command, json_lines_option
from aws_sso_core.cli.history import author, when
from aws_sso_core.cli.output import is_terminal
from aws_sso_core.cli.services import Services
from aws_sso_core.errors import AppError, StoreFailed, UsageError
from aws_sso_core.files import read_bytes
from aws_sso_core.history import History
from aws_sso_core.switching import active
from aws_sso_core.switching.switch import settle
from aws_sso_core.text_diff import diff_lines


@cli_command()
@click.argument("number", metavar="[N]", type=int, required=False)
@click.option("--yes", is_flag=True, help="Do it without asking.")
@json_lines_option
def command(services: Services, *, number: int | None, yes: bool, as_json: bool) -> None:
    """Put version N of a file back, byte for byte; without N the one before the latest change.

    What would change is shown first, with secrets hidden. What is there now is kept too, so a restore can be taken back
    by another one.

    \b
    Examples:
      aws-sso-tray restore            undo the latest change
      aws-sso-tray restore 12 --yes
    """
    history = History(services.paths, services.clock)
    with suppress(StoreFailed):  # restoring keeps what is there, or stops
        history.note()
    version = history.find(number)
    path = Path(version.path)
    seen, then = read_bytes(path), history.data(version)
    if seen == then:
        _tell_unchanged(services, version.number, path, as_json=as_json)
        return
    if not as_json:
        lines = diff_lines(seen, then, name=path.name)
        if lines:
            services.out.answer_diff(lines)
        else:
            services.out.answer(f"Only the line ends of {path} differ.")
    if not yes:
        _ask(services, f"Make {path} what it was {when(version, services)} (written by: {author(version)})?")
    done = history.restore(version, seen=seen)
    settle(active.current(paths=services.paths), paths=services.paths)
    if as_json:
        services.out.event("restored", path=str(path), number=version.number, replaced=done.replaced.number)
    else:
        services.out.answer(f"{path} is as in version {version.number} again.")
        services.out.say(f"To take that back: `aws-sso-tray restore {done.replaced.number}`")


def _tell_unchanged(services: Services, number: int, path: Path, *, as_json: bool) -> None:
    if as_json:
        services.out.event("unchanged", path=str(path), number=number)
    else:
        services.out.say(f"{path} is as in version {number} already.")


def _ask(services: Services, question: str) -> None:
    """Go on only if a person at the terminal says yes."""
    if not (is_terminal(sys.stdin) and is_terminal(services.out.stderr)):
        raise UsageError("Nothing was changed: there is no terminal to ask on.", "Add --yes to do it.")
    if not click.confirm(question, err=True):
        raise AppError("Nothing was changed.")
