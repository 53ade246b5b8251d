"""``news`` (hidden): which accounts and roles are new or gone since a person last heard; what the tray calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import click

from aws_sso_core.cli.group import cli_command, json_lines_option
from aws_sso_core.cli.populating import read_directory
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.signed_in import token_of
from aws_sso_core.errors import StoreFailed
from aws_sso_core.identity_center.catalogue import Catalogue, News, Told, news
from aws_sso_core.model import Account, Session

DAILY = timedelta(hours=24)


@cli_command()
@click.argument("session_name", metavar="SESSION")
@json_lines_option
def command(services: Services, *, session_name: str, as_json: bool) -> None:
    """Tell which accounts and roles are new or gone, at most once a day; the first time is only remembered.

    Nobody is asked to sign in, and no profile is changed.

    \b
    Example:
      aws-sso-tray news corp
    """
    session = services.config.session(session_name)
    catalogue, now = Catalogue(services.paths.state_dir), services.clock.now()
    before = catalogue.read(session)
    found = News()
    if before.at is None or not timedelta() <= now - before.at < DAILY:
        token = token_of(session, services, may_sign_in=False)
        listing = read_directory(session, token, services, refresh=True, quiet=True)
        found = news(before, listing)
        catalogue.note(session, listing, at=now)
    if as_json:
        services.out.event("news", session=session.name, **_data(found), populate=_populate(session, before, services))
    else:
        services.out.answer("\n".join(_lines(found)) or f"Nothing is new in {session.label}.")


def _data(found: News) -> dict[str, Any]:
    def accounts(some: Sequence[Account]) -> list[dict[str, Any]]:
        return [{"account_id": a.id, "account_name": a.name} for a in some]

    def roles(some: Sequence[tuple[Account, str]]) -> list[dict[str, Any]]:
        return [{"account_id": a.id, "account_name": a.name, "role_name": role} for a, role in some]

    return {
        "new_accounts": accounts(found.new_accounts),
        "gone_accounts": accounts(found.gone_accounts),
        "new_roles": roles(found.new_roles),
        "gone_roles": roles(found.gone_roles),
    }


def _lines(found: News) -> list[str]:
    def shown(account: Account) -> str:
        return f"{account.name} ({account.id})" if account.name else account.id

    return [
        *(f"+ {shown(account)}" for account in found.new_accounts),
        *(f"+ {shown(account)}: {role}" for account, role in found.new_roles),
        *(f"- {shown(account)}" for account in found.gone_accounts),
        *(f"- {shown(account)}: {role}" for account, role in found.gone_roles),
    ]


def _populate(session: Session, before: Told, services: Services) -> list[str]:
    """The words of a call of ``populate`` for this session: as it was last called, else with the usual region."""
    if before.words:
        return ["populate", *before.words]
    regions: Counter[str] = Counter()
    with suppress(StoreFailed):
        regions.update(p.region for p in services.config.profiles_of(session) if p.region)
    region = regions.most_common(1)[0][0] if regions else session.region
    return ["populate", "--session", session.name, "--region", region]
