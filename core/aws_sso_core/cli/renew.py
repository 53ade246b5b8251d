"""``renew`` (hidden): what the tray calls when a token is due."""

from __future__ import annotations

import click

from aws_sso_core import renew, wording
from aws_sso_core.cli import chosen
from aws_sso_core.cli.group import cli_command, json_lines_option
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.table import PROGRAM
from aws_sso_core.errors import SignInNeeded
from aws_sso_core.model import Session


@cli_command()
@click.argument("name", required=False)
@click.option("--all", "every", is_flag=True, help="All sessions, one after the other.")
@json_lines_option
def command(services: Services, *, name: str | None, every: bool, as_json: bool) -> None:
    """Renew a session's access token if less than 25 minutes are left. Nobody is ever asked to sign in.

    The running tray does this by itself; it is here for machines without one, from a timer of yours.

    \b
    Example:
      aws-sso-tray renew corp
    """
    config = services.config

    def act(session: Session) -> None:
        called = chosen.called(session, config)
        try:
            outcome = renew.renew(
                session,
                tokens=services.tokens,
                oidc=services.oidc(session, None),
                clock=services.clock,
                locks_dir=services.paths.locks_dir,
                learned=services.learned,
            )
        except SignInNeeded as error:
            error.hint = f"{error.hint.rstrip('.')}: `{PROGRAM} login {called}`"
            raise
        renewed = not isinstance(outcome, renew.NotDue)
        ends_at = outcome.token.expires_at
        if as_json:
            services.out.event(
                "renewed" if renewed else "unchanged",
                session=session.name,
                token_expires_at=ends_at,
                by_us=isinstance(outcome, renew.Renewed),
            )
        else:
            verb = "is renewed" if renewed else "needs no renewal yet"
            until = wording.at(ends_at, services.clock.now(), services.zone)
            services.out.answer(f"{called} {verb}: its access token ends {until}.")

    meant = chosen.sessions("renew", name, every=every, config=config, services=services)
    chosen.each(meant, act, config=config, services=services, as_json=as_json)
