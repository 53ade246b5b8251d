"""What a word of the command line may be completed to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from aws_sso_core.errors import AppError

if TYPE_CHECKING:
    from aws_sso_core.cli.services import Services


def profile_names(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Profiles; read as fast as they can be."""
    from aws_sso_core.profiles import names  # noqa: PLC0415 - for completion only

    paths = _services(ctx).paths
    try:
        return _beginning(incomplete, names(config=paths.config, credentials=paths.credentials))
    except AppError:
        return []


def session_names(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Sessions, and the profiles that stand for theirs."""
    try:
        config = _services(ctx).config
    except AppError:
        return []
    sessions = _beginning(incomplete, (session.label for session in config.sessions))
    return list(dict.fromkeys([*sessions, *profile_names(ctx, parameter, incomplete)]))


def setting_names(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Settings."""
    from aws_sso_core.settings import KEYS  # noqa: PLC0415 - for completion only

    return _beginning(incomplete, KEYS)


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    """In any case: a shell that minds case leaves out what does not fit."""
    start = incomplete.casefold()
    return [name for name in names if name.casefold().startswith(start)]


def _services(ctx: click.Context) -> Services:
    services: Services = ctx.find_root().obj
    return services
