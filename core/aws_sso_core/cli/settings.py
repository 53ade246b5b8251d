"""``settings``: each with its value, where that comes from and what it means; and the way to change one."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import click

from aws_sso_core.cli.completion import setting_names, setting_values
from aws_sso_core.cli.group import cli_command, json_option
from aws_sso_core.cli.services import Services
from aws_sso_core.errors import AppError, SettingInvalid, UsageError
from aws_sso_core.files import write_atomic
from aws_sso_core.settings import DEFAULTS, KEYS, Key, Settings, change, managed, template
from aws_sso_core.settings.values import LISTS
from aws_sso_core.timestamps import format_duration

NOTHING = '""'
_INDENT = " " * 4
_SAID = {"default": "default", "managed": "your administrator's default", "user": "set by you"}
_POLICY = "set by your administrator's policy: {place}"


@cli_command()
@click.argument("key", required=False, shell_complete=setting_names)
@click.argument("words", metavar="[VALUE]", nargs=-1, shell_complete=setting_values)
@click.option("--reset", is_flag=True, help="Take KEY out of your file, so that its default is in force again.")
@click.option("--edit", is_flag=True, help="Open the file in your editor; a new one has every key in a comment.")
@json_option
def command(
    services: Services, *, key: str | None, words: tuple[str, ...], reset: bool, edit: bool, as_json: bool
) -> None:
    """Show every setting, show one, or change one.

    They are kept in a TOML file that you may also edit; its comments stay. A running tray notices a change by itself. An
    administrator can give defaults, and a policy that nobody may overrule; each value tells where it comes from.

    \b
    Examples:
      aws-sso-tray settings                              all of them
      aws-sso-tray settings sign_in                      one value
      aws-sso-tray settings sign_in automatic            change it
      aws-sso-tray settings warn_minutes "30, 10, 0"
      aws-sso-tray settings session_durations.corp 12h   one entry of a table
      aws-sso-tray settings sign_in --reset              back to the default
      aws-sso-tray settings --edit                       in your editor
    """
    if reset and (key is None or words):
        raise UsageError("--reset needs the name of one setting.", "`aws-sso-tray settings KEY --reset`")
    if edit:
        _edit(services)
        return
    keys = list(KEYS.values()) if key is None else [_key(key)]
    if key is not None and (reset or words):
        layers = managed.layers(services.paths.managed_settings)
        settings = change(services.paths.settings, key, None if reset else _joined(words, keys[0]), managed=layers)
    else:
        settings = services.settings
    if as_json:
        services.out.json({"path": str(services.paths.settings), "settings": [_row(k, settings) for k in keys]})
    elif key is None:
        _list(services, settings)
    elif reset or words:
        services.out.answer(_line(keys[0], settings))
    else:
        services.out.answer(keys[0].shown(settings))


def _joined(words: Sequence[str], key: Key) -> str:
    """One value: PowerShell makes ``a,b`` two words, and in any shell ``30, 10, 0`` without quotes is three."""
    return (", " if isinstance(key.kind, LISTS) else " ").join(words)


def _edit(services: Services) -> None:
    path = services.paths.settings
    if not path.exists():
        write_atomic(path, template().encode())
    if not services.open_file(path):
        raise AppError("Nothing here opens text files.", f"The settings are in {path}.")


def _key(name: str) -> Key:
    found = KEYS.get(name.partition(".")[0])
    if found is None:
        near = [key for key in KEYS if name and name in key][:1] or difflib.get_close_matches(name, KEYS, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"The settings are {', '.join(KEYS)}."
        raise SettingInvalid(f"There is no setting named {name!r}.", hint)
    return found


def _list(services: Services, settings: Settings) -> None:
    out = services.out
    out.answer(f"# {services.paths.settings}")
    for key in KEYS.values():
        out.answer()
        out.answer(_line(key, settings))
        out.answer(textwrap.fill(key.meaning, out.columns, initial_indent=_INDENT, subsequent_indent=_INDENT))


def _line(key: Key, settings: Settings) -> str:
    return f"{key.name} = {key.shown(settings) or NOTHING}  ({_source(key, settings)})"


def _source(key: Key, settings: Settings) -> str:
    source = settings.source(key.name)
    return _POLICY.format(place=settings.places[key.name]) if source == "policy" else _SAID[source]


def _row(key: Key, settings: Settings) -> dict[str, Any]:
    return {
        "name": key.name,
        "value": _plain(getattr(settings, key.name)),
        "default": _plain(getattr(DEFAULTS, key.name)),
        "source": settings.source(key.name),
        "place": settings.places.get(key.name),
        "meaning": key.meaning,
    }


def _plain(value: object) -> object:
    """The value as JSON says it: a time as it is typed."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return format_duration(value) if isinstance(value, timedelta) else value
