"""Which sessions a command is about, and doing it to each of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import click

from aws_sso_core.cli.services import Services
from aws_sso_core.cli.table import PROGRAM
from aws_sso_core.errors import AppError, Interrupted, SessionIncomplete, UsageError
from aws_sso_core.model import Session
from aws_sso_core.profiles import Config

_log = logging.getLogger(__name__)


def sessions(verb: str, name: str | None, *, every: bool, config: Config, services: Services) -> list[Session]:
    """The sessions that a person means by NAME, by ``--all``, or by naming none where there is only one.

    Args:
        verb: the command, for advice.
        name: a session, its label, its start URL, or a profile.
        every: ``--all`` was given.
        config: where they are looked for.
        services: told of in errors: the config's place.

    Raises:
        UsageError: none is meant, or several could be.
        SessionNotFound, SessionIncomplete: the one that is meant cannot be used.
    """
    if name is not None:
        if every:
            raise UsageError("--all and a name exclude each other.", f"`{PROGRAM} {verb} --help` shows how.")
        return [config.session(name)]
    if not config.sessions:
        for sentence in config.incomplete.values():
            raise SessionIncomplete(sentence, f"Correct {services.paths.config}.")
        raise UsageError(
            f"There is no IAM Identity Center session in {services.paths.config}.",
            f"`{PROGRAM} configure` sets one up; `{PROGRAM} demo` shows how it goes without any.",
        )
    if every or len(config.sessions) == 1:
        return list(config.sessions)
    raise UsageError(
        f"There are several sessions: {', '.join(called(s, config) for s in config.sessions)}.",
        f"Name one, as in `{PROGRAM} {verb} {called(config.sessions[0], config)}`, or use --all.",
    )


def called(session: Session, config: Config) -> str:
    """The shortest name that means this session and no other."""
    alike = [s for s in config.sessions if session.label in (s.name, s.label)]
    return session.label if len(alike) == 1 else session.name


def each(
    meant: Sequence[Session], act: Callable[[Session], None], *, config: Config, services: Services, as_json: bool
) -> None:
    """Do it to one session after the other, whatever becomes of those before.

    Raises:
        AppError: what went wrong with the only one.
        click.exceptions.Exit: with the worst exit code, when some of several went wrong; what, is said already.
    """
    if len(meant) == 1:
        act(meant[0])
        return
    worst = 0
    for session in meant:
        try:
            act(session)
        except Interrupted:
            raise
        except AppError as error:
            _log.info("%s: %s: %s", session.label, error.kind, error.sentence)
            if as_json:
                services.out.error_event(error, session=session.name)
            services.out.problem(error, about=called(session, config))
            worst = max(worst, error.exit_code)
    if worst:
        raise click.exceptions.Exit(worst)
