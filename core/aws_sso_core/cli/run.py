"""Runs one command and turns whatever comes of it into words and an exit code."""

from __future__ import annotations

import itertools
import logging
import os
from collections.abc import Mapping, Sequence

import click

from aws_sso_core.cli.group import group
from aws_sso_core.cli.output import Output, is_terminal
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.table import PROGRAM, Terminated
from aws_sso_core.errors import AppError, Interrupted, UsageError
from aws_sso_core.system_clock import SystemClock

PIPE_CLOSED = 141
"""What a shell shows for a program that SIGPIPE ended: the reader had enough, which is no failure worth a word."""
TERMINATED = 143
"""What a shell shows for a program that SIGTERM ended."""

log = logging.getLogger(__name__)


class Unexpected(AppError):
    """A bug of ours: told honestly, with the trace in the log."""

    kind = "unexpected"


def run(
    args: Sequence[str], *, env: Mapping[str, str], out: Output | None = None, services: Services | None = None
) -> int:
    """The exit code of the command line ``args`` (without the program's name); everything else is already said."""
    out = out or Output.of_process(env)
    services = services or Services(env=env, out=out, clock=SystemClock())
    try:
        return _run(list(args), services)
    except AppError as error:
        return _fail(error, args, out)
    except (KeyboardInterrupt, click.Abort):
        return _interrupted(args, out)
    except Terminated:
        log.info("ended by a signal")
        return TERMINATED
    except BrokenPipeError:
        _give_up_stdout(out)
        return PIPE_CLOSED
    finally:
        services.close()


def _run(args: list[str], services: Services) -> int:
    try:
        services.log_to_file(next((a for a in args if not a.startswith("-")), "help"))
        with group.make_context(PROGRAM, args, obj=services) as ctx:
            group.invoke(ctx)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.UsageError as error:
        raise _usage(error) from error
    except click.ClickException as error:
        raise AppError(error.format_message()) from error
    except (AppError, click.Abort, BrokenPipeError):
        raise
    except Exception as error:
        log.exception("unexpected")
        where = services.log_file
        raise Unexpected(
            f"Something went wrong that should not have: {type(error).__name__}.",
            f"The details are in {where}." if where else "Run it again with --verbose to see the details.",
        ) from error
    return 0


def _usage(error: click.UsageError) -> UsageError:
    path = error.ctx.command_path if error.ctx else PROGRAM
    if isinstance(error, click.NoSuchOption):
        near = sorted(error.possibilities or [])
        hint = f"Did you mean {' or '.join(near)}?" if near else f"`{path} --help` lists the options."
        return UsageError(f"There is no option {error.option_name}.", hint)
    said = " ".join(error.format_message().split()).rstrip(".")
    return UsageError(f"{said}.", f"`{path} --help` shows how.")


def _fail(error: AppError, args: Sequence[str], out: Output) -> int:
    log.info("%s: %s", error.kind, error.sentence)
    if not isinstance(error, Unexpected) and error.__cause__ is not None:
        log.debug("because of", exc_info=error.__cause__)
    try:
        if "--json" in itertools.takewhile(lambda word: word != "--", args):
            out.error_event(error)
        out.problem(error)
    except BrokenPipeError:
        _give_up_stdout(out)
    return error.exit_code


def _interrupted(args: Sequence[str], out: Output) -> int:
    if is_terminal(out.stderr):
        out.say()  # the terminal has just written ^C
    return _fail(Interrupted(), args, out)


def _give_up_stdout(out: Output) -> None:
    # The interpreter flushes standard output once more at its end, and would complain about the pipe then.
    if out.stdout is not None:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), out.stdout.fileno())
        except (OSError, ValueError):
            out.stdout = None
