"""Runs one command and turns whatever comes of it into words and an exit code."""

from __future__ import annotations

import itertools
import logging
import os
from collections.abc import Mapping, Sequence

from aws_sso_core.cli.output import Output, is_terminal
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.table import Terminated
from aws_sso_core.errors import AppError, Interrupted
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
    except KeyboardInterrupt:
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
        return _go(args, services)
    except (AppError, BrokenPipeError):
        raise
    except Exception as error:
        log.exception("unexpected")
        where = services.log_file
        raise Unexpected(
            f"Something went wrong that should not have: {type(error).__name__}.",
            f"The details are in {where}." if where else "Run it again with --verbose to see the details.",
        ) from error


def _go(args: list[str], services: Services) -> int:
    match args:
        case ["credentials", "--profile", name] if name and not name.startswith("-"):
            # As AWS tools ask, who wait for it: click would be a tenth of all it takes.
            from aws_sso_core.cli.process_answer import give  # noqa: PLC0415 - for this one line

            give(services, name, wait=None)
            return 0
        case _:
            from aws_sso_core.cli.by_click import by_click  # noqa: PLC0415 - 25 ms

            return by_click(args, services)


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
