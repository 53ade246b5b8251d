"""A command line taken apart by click, with click's own errors made ours."""

from __future__ import annotations

import click

from aws_sso_core.cli.group import group
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.table import COMMANDS, PROGRAM
from aws_sso_core.errors import AppError, UsageError


def by_click(args: list[str], services: Services) -> int:
    """Run the command that ``args`` name; its exit code.

    Raises:
        AppError: what the command raised, or what is wrong with the line.
        KeyboardInterrupt: a prompt was left.
    """
    try:
        with group.make_context(PROGRAM, args, obj=services) as ctx:
            group.invoke(ctx)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.Abort as abort:
        raise KeyboardInterrupt from abort
    except click.UsageError as error:
        raise _usage(error, args) from error
    except click.ClickException as error:
        raise AppError(error.format_message()) from error
    return 0


def _usage(error: click.UsageError, args: list[str]) -> UsageError:
    # Of an option without its value click does not tell whose it is.
    command = next((arg for arg in args if any(arg in rows for rows in COMMANDS.values())), "")
    path = error.ctx.command_path if error.ctx else f"{PROGRAM} {command}".rstrip()
    if isinstance(error, click.NoSuchOption):
        near = sorted(error.possibilities or [])
        hint = f"Did you mean {' or '.join(near)}?" if near else f"`{path} --help` lists the options."
        if error.option_name == "--profile" and _takes_a_name(error.ctx):
            hint = f"The name goes alone: `{path} dev.admin`."
        return UsageError(f"There is no option {error.option_name}.", hint)
    said = " ".join(error.format_message().split()).rstrip(".").replace("No such command", "There is no command")
    return UsageError(f"{said}.", f"`{path} --help` shows how.")


def _takes_a_name(ctx: click.Context | None) -> bool:
    """Whether this command's profile is an argument, which who comes from AWS CLI gives by ``--profile``."""
    params = ctx.command.params if ctx else ()
    return any(isinstance(param, click.Argument) and param.name in {"name", "profile"} for param in params)
