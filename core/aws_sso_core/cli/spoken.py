"""The options of a call as words, so that it can be made again."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import click
from click.core import ParameterSource


def spoken(ctx: click.Context, *, without: Collection[str]) -> tuple[str, ...]:
    """What a person typed as options, in the command's own order.

    Args:
        ctx: of the call.
        without: parameters that are left out.
    """
    return tuple(word for option in ctx.command.params for word in _words(ctx, option, without))


def _words(ctx: click.Context, option: click.Parameter, without: Collection[str]) -> Iterator[str]:
    name = option.name or ""
    typed = ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
    if not typed or name in without or not isinstance(option, click.Option):
        return
    value = ctx.params[name]
    if option.is_flag:
        yield from (option.opts if value else option.secondary_opts)[:1]
        return
    for one in value if option.multiple else (value,):
        yield from (option.opts[0], str(one))
