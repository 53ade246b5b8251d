"""``profiles``: what there is to choose from, for eyes and for scripts."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from typing import Any

import click

from aws_sso_core.cli.group import cli_command, json_option
from aws_sso_core.cli.output import is_terminal
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.table import PROGRAM
from aws_sso_core.errors import UsageError
from aws_sso_core.model import Profile
from aws_sso_core.profiles import names

_HEADINGS = ("PROFILE", "ACCOUNT", "ROLE", "SESSION", "REGION")
_GAP = "  "


@cli_command()
@click.option("--filter", "text", metavar="TEXT", help="Only those that hold every word of TEXT, in any case.")
@click.option("--names", "only_names", is_flag=True, help="The names alone, one a line: quickest in a large file.")
@json_option
def command(services: Services, *, text: str | None, only_names: bool, as_json: bool) -> None:
    """List the profiles of ~/.aws/config and ~/.aws/credentials; the active one has a *.

    The words of --filter are looked for in the names of profile, account, role, session and region. When nothing holds
    them, profiles whose name has their letters in that order are listed.

    \b
    Examples:
      aws-sso-tray profiles
      aws-sso-tray profiles --filter "prod read"
      aws-sso-tray profiles --filter pdadm              finds prod.admin
      aws-sso-tray profiles --names | fzf
      aws-sso-tray profiles --json | jq -r '.profiles[].name'
    """
    if only_names:
        _print_names(services, with_others=text is not None or as_json)
        return
    config = services.config
    labels = {session.name: session.label for session in config.sessions}
    profiles = list(config.profiles) if text is None else matching(config.profiles, text, labels)
    current = _active(services)
    if as_json:
        services.out.json({"profiles": [_row(p, current) for p in profiles]})
        return
    # The copy that [default] is of the active profile is no choice of its own.
    profiles = [profile for profile in profiles if profile.copy_of is None]
    for problem in config.problems:
        services.out.advise(problem)
    if not config.profiles:
        services.out.say(f"There is no profile in {services.paths.config} yet; `{PROGRAM} configure` sets one up.")
    elif not profiles:
        services.out.say(f"No profile matches {text!r}.")
    else:
        services.out.answer("\n".join(_table(profiles, current, labels, _width(services))))


def _print_names(services: Services, *, with_others: bool) -> None:
    if with_others:
        raise UsageError("--names goes alone.", "`aws-sso-tray profiles --filter TEXT` searches.")
    found = names(config=services.paths.config, credentials=services.paths.credentials)
    services.out.script("".join(f"{name}\n" for name in found))


def matching(profiles: Iterable[Profile], text: str, labels: dict[str, str]) -> list[Profile]:
    """The profiles that hold every word of ``text``; if none does, those whose name has the letters in that order.

    ``labels`` are the names by which people call sessions.
    """
    words = text.casefold().split()
    named = [(profile, _haystack(profile, labels)) for profile in profiles]
    found = [profile for profile, haystack in named if all(word in haystack for word in words)]
    return found or [p for p, _ in named if all(_in_order(word, p.name.casefold()) for word in words)]


def _active(services: Services) -> str | None:
    from aws_sso_core.switching import active  # noqa: PLC0415 - --names does without

    return active.current(paths=services.paths)


def _haystack(profile: Profile, labels: dict[str, str]) -> str:
    session = labels.get(profile.session or "", profile.session)
    parts = (profile.name, profile.account_name, profile.account_id, profile.role_name, profile.region, session)
    return "\n".join(part for part in parts if part).casefold()


def _in_order(letters: str, name: str) -> bool:
    rest = iter(name)
    return all(letter in rest for letter in letters)


def _row(profile: Profile, current: str | None) -> dict[str, Any]:
    return {
        "name": profile.name,
        "session": profile.session,
        "account_id": profile.account_id,
        "account_name": profile.account_name,
        "role_name": profile.role_name,
        "region": profile.region,
        "active": profile.name == current,
        "source": profile.source,
    }


def _table(profiles: Sequence[Profile], current: str | None, labels: dict[str, str], width: int | None) -> list[str]:
    """Aligned columns; the last ones are left out where the terminal is too narrow for them."""
    rows = [_HEADINGS, *(_cells(p, labels) for p in profiles)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADINGS))]
    shown = [i for i, column in enumerate(widths) if any(row[i] for row in rows[1:])]
    while width and len(shown) > 1 and sum(widths[i] + len(_GAP) for i in shown) > width:
        shown.pop()
    marks = [" ", *("*" if p.name == current else " " for p in profiles)]
    return [
        f"{mark} {_GAP.join(row[i].ljust(widths[i]) for i in shown)}".rstrip()
        for mark, row in zip(marks, rows, strict=True)
    ]


def _cells(profile: Profile, labels: dict[str, str]) -> tuple[str, ...]:
    account = profile.account_id or ""
    if profile.account_name:
        account = f"{profile.account_name} ({account})" if account else profile.account_name
    session = labels.get(profile.session or "", profile.session or "")
    return profile.name, account, profile.role_name or "", session, profile.region or ""


def _width(services: Services) -> int | None:
    return shutil.get_terminal_size().columns if is_terminal(services.out.stdout) else None
