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
    sessions = _beginning(incomplete, session_labels(ctx))
    return list(dict.fromkeys([*sessions, *profile_names(ctx, parameter, incomplete)]))


def session_labels(ctx: click.Context) -> list[str]:
    """Sessions alone, by what people call them."""
    try:
        return [session.label for session in _services(ctx).config.sessions]
    except AppError:
        return []


def region_names(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Regions."""
    from aws_sso_core import regions  # noqa: PLC0415 - for completion only

    return _beginning(incomplete, regions.known())


def setting_names(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Settings; of a table each entry, too."""
    from aws_sso_core.settings import KEYS  # noqa: PLC0415 - for completion only

    names = [*KEYS]
    if incomplete.startswith("session_durations"):
        names += [f"session_durations.{label}" for label in session_labels(ctx)]
    return _beginning(incomplete, names)


def setting_values(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """What the setting may be, where that is one of a few words or a name; of a list, what its last part may be."""
    from aws_sso_core.settings import KEYS  # noqa: PLC0415 - for completion only
    from aws_sso_core.settings.values import Names, OneOf, SomeOf, YesNo  # noqa: PLC0415 - as above

    key = KEYS.get(ctx.params.get("key") or "")
    before, comma, last = incomplete.rpartition(",")
    match key and key.kind:
        case SomeOf(choices=words):
            return [f"{before}{comma}{word}" for word in _beginning(last.lstrip(), words)]
        case Names():
            return [f"{before}{comma}{name}" for name in profile_names(ctx, parameter, last.lstrip())]
        case OneOf(choices=words):
            return _beginning(incomplete, words)
        case YesNo():
            return _beginning(incomplete, ("true", "false"))
        case _:
            return region_names(ctx, parameter, incomplete) if key and key.name == "sso_region" else []


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    """In any case: a shell that minds case leaves out what does not fit."""
    start = incomplete.casefold()
    return [name for name in names if name.casefold().startswith(start)]


def _services(ctx: click.Context) -> Services:
    services: Services = ctx.find_root().obj
    return services
