"""``logout``: at AWS first, then here, and nothing of other sessions."""

from __future__ import annotations

import click

from aws_sso_core import sign_out
from aws_sso_core.cli import chosen, registries
from aws_sso_core.cli.completion import session_names
from aws_sso_core.cli.group import cli_command, json_lines_option
from aws_sso_core.cli.services import Services
from aws_sso_core.model import Role, Session

_SAID: dict[sign_out.AtAws, str] = {
    "ended": "Signed out of {}.",
    "over": "The sign-in to {} was over already; it is forgotten here, too.",
    "unknown": "The sign-in to {} is forgotten on this computer. AWS could not be told, so it lives on there.",
    "none": "Nobody was signed in to {}.",
}


@cli_command()
@click.argument("name", required=False, shell_complete=session_names)
@click.option("--all", "every", is_flag=True, help="All sessions, one after the other.")
@click.option("--local", is_flag=True, help="Forget it on this computer even when AWS cannot be told.")
@json_lines_option
def command(services: Services, *, name: str | None, every: bool, local: bool, as_json: bool) -> None:
    """Sign out of a session. NAME is a session or a profile; with only one session it may be left out.

    AWS ends the sign-in first, which ends it for every program; then its token is removed here, and the credentials
    that AWS CLI keeps for its roles. Other sessions and other tools' files are left alone. Credentials that programs
    hold already stay good until they expire: AWS offers no way to call them back.

    \b
    Examples:
      aws-sso-tray logout
      aws-sso-tray logout corp
      aws-sso-tray logout --all
      aws-sso-tray logout corp --local     without a network
    """
    config = services.config
    profile = name if any(p.name == name for p in config.profiles) else None

    def act(session: Session) -> None:
        mine = config.profiles_of(session)
        outcome = sign_out.sign_out(
            session,
            tokens=services.tokens,
            portal=services.portal(session, profile),
            roles=[Role(p.account_id, p.role_name) for p in mine if p.account_id and p.role_name],
            role_cache=services.role_cache,
            registry_tokens=registries.tokens(services),
            learned=services.learned,
            clock=services.clock,
            locks_dir=services.paths.locks_dir,
            local=local,
        )
        services.warm_entries.clear()
        if as_json:
            services.out.event("signed-out", session=session.name, at_aws=outcome.at_aws, forgotten=outcome.forgotten)
        else:
            services.out.answer(_SAID[outcome.at_aws].format(chosen.called(session, config)))

    meant = chosen.sessions("logout", name, every=every, config=config, services=services)
    chosen.each(meant, act, config=config, services=services, as_json=as_json)
