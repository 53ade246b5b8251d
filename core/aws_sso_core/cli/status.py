"""``status``: who is signed in until when, which profile is active, who waits, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from aws_sso_core import overview, wording
from aws_sso_core.cli import chosen, words
from aws_sso_core.cli.group import cli_command, json_option
from aws_sso_core.cli.output import is_terminal
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.use import as_data as shadows_as_data
from aws_sso_core.errors import AppError, ConfigUnreadable
from aws_sso_core.model import USUAL_SIGN_IN, Session, SessionStatus, State
from aws_sso_core.switching import active
from aws_sso_core.timestamps import format_duration
from aws_sso_core.visible import visible

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table

    from aws_sso_core.switching.active import Shadow

EVERY = 1.0
"""Seconds between two looks of ``--watch``: a look reads a few small files."""

_BAR = 12
_ROOM_FOR_BARS = 100
"""Columns; the words are worth more than a picture of them."""
_ROOM_FOR_A_TABLE = 60
"""Columns; in fewer, its cells would be a few letters wide."""

_COLOURS = {State.SIGNED_IN: "green", State.EXPIRING: "yellow", State.EXPIRED: "red", State.UNKNOWN: "magenta"}


@dataclass(frozen=True)
class Report:
    """All that ``status`` tells, at one moment."""

    now: datetime
    active_profile: str | None
    shadows: tuple[Shadow, ...]
    sessions: tuple[SessionStatus, ...]
    problems: tuple[str, ...]
    tray: bool
    """Whether the tray runs."""
    called: Mapping[Session, str]
    """The name that a person can give to ``login`` for each session."""


@cli_command()
@json_option
@click.option("--watch", is_flag=True, help="Stay, and show every change until Ctrl+C.")
def command(services: Services, as_json: bool, watch: bool) -> None:
    """Show who is signed in until when, the active profile, and who waits for a sign-in.

    Two clocks run. The access token renews itself every hour or so; the sign-in itself ends at a time that AWS tells
    nobody, so it is learned from earlier ones, or taken from your configuration, and marked so.

    \b
    Examples:
      aws-sso-tray status
      aws-sso-tray status --watch
      aws-sso-tray status --json | jq -r '.sessions[] | select(.state != "signed-in") | .name'
    """
    if watch:
        _watch(services, as_json=as_json)
    elif as_json:
        services.out.json(as_data(report(services)))
    else:
        _print(services, report(services))


def report(services: Services) -> Report:
    """Look at the files once. No network, no AWS library.

    Raises:
        ConfigUnreadable: a file that no AWS tool can parse.
    """
    config = services.config
    now = services.clock.now()
    return Report(
        now=now,
        active_profile=active.current(paths=services.paths),
        shadows=active.shadows(paths=services.paths, env=services.env, lasting=services.lasting),
        sessions=overview.survey(
            config=config,
            tokens=services.tokens,
            learned=services.learned,
            wanted=services.wanted,
            settings=services.settings,
            now=now,
        ),
        problems=config.problems,
        tray=services.instance.holder() is not None,
        called={session: chosen.called(session, config) for session in config.sessions},
    )


def as_data(told: Report) -> dict[str, Any]:
    """The JSON contract of ``status``; fields may be added, never renamed."""
    return {
        "active_profile": told.active_profile,
        "shadowed_by": shadows_as_data(told.shadows),
        "sessions": [_session(status) for status in told.sessions],
        "problems": list(told.problems),
        "tray_running": told.tray,
    }


def _session(status: SessionStatus) -> dict[str, Any]:
    return {
        "name": status.session.name,
        "start_url": status.session.start_url,
        "region": status.session.region,
        "kind": status.session.kind,
        "state": status.state.value,
        "token_expires_at": status.token_expires_at,
        "renewable": status.renewable,
        "sign_in_ends_at": status.sign_in_ends_at,
        "sign_in_end_source": status.sign_in_end_source,
        "profiles": status.profiles,
        "waiting": list(status.waiting),
        "problem": status.problem,
    }


def _print(services: Services, told: Report) -> None:
    services.out.answer(_text(told, services))
    if not told.sessions:
        services.out.say("`aws-sso-tray configure` sets one up; `aws-sso-tray demo` shows how it goes without any.")
    elif not told.tray and services.has_display():
        services.out.advise("The tray is not running, so nothing renews or reminds.", "Run `aws-sso-tray start`.")


def _text(told: Report, services: Services) -> str:
    console = services.out.console()
    with console.capture() as captured:
        console.print(_drawn(told, services))
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def _drawn(told: Report, services: Services) -> Group:
    from rich.console import Group  # noqa: PLC0415 - 50 ms that --json need not pay
    from rich.padding import Padding  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    parts: list[RenderableType] = [Text(f"Active profile: {told.active_profile or 'none'}")]
    parts += [Padding(Text(sentence), (0, 0, 0, 2)) for s in told.shadows for sentence in (f"{s.what} {s.why}", s.fix)]
    parts.append(Text())
    if told.sessions and services.out.columns < _ROOM_FOR_A_TABLE:
        parts += [line for status in told.sessions for line in _lines(status, told, services)]
    elif told.sessions:
        parts.append(_table(told, services))
    else:
        parts.append(Text(f"There is no IAM Identity Center session in {services.paths.config}."))
    remarks = [Text(remark) for remark in _remarks(told)]
    return Group(*parts, *([Text(), *remarks] if remarks else []))


def _lines(status: SessionStatus, told: Report, services: Services) -> Iterator[RenderableType]:
    from rich.padding import Padding  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    state = Text(words.state(status.state), style=_COLOURS.get(status.state, ""))
    yield Text.assemble((told.called[status.session], "bold"), ": ", state)
    if clocks := words.clocks(status, told.now, services.zone):
        yield Padding(Text(clocks), (0, 0, 0, 2))


def _table(told: Report, services: Services) -> Table:
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    lefts = [_time_left(status, told.now) for status in told.sessions]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("SESSION", overflow="fold")
    table.add_column("STATE")
    wide = is_terminal(services.out.stdout) and services.out.columns >= _ROOM_FOR_BARS
    bars = wide and any(said for _, said in lefts)
    if bars:
        table.add_column("TIME LEFT")
        table.add_column("")
    table.add_column("SIGN-IN", overflow="fold")
    table.add_column("PROFILES", justify="right")
    for status, left in zip(told.sessions, lefts, strict=True):
        table.add_row(
            told.called[status.session],
            Text(words.state(status.state), style=_COLOURS.get(status.state, "")),
            *(left if bars else ()),
            words.clocks(status, told.now, services.zone),
            str(status.profiles),
        )
    return table


def _time_left(status: SessionStatus, now: datetime) -> tuple[RenderableType, str]:
    """How much of the sign-in is left, as a bar and in words; both empty where nobody knows, or nothing is."""
    from rich.progress_bar import ProgressBar  # noqa: PLC0415 - as above

    left = status.sign_in_ends_at - now if status.sign_in_ends_at else timedelta(0)
    if left <= timedelta(0) or status.state not in (State.SIGNED_IN, State.EXPIRING):
        return "", ""
    whole = max(status.session.duration or USUAL_SIGN_IN, left)
    colour = _COLOURS[status.state]
    bar = ProgressBar(100, 100 * (left / whole), width=_BAR, complete_style=colour, finished_style=colour)
    return bar, format_duration(timedelta(minutes=max(1, left // timedelta(minutes=1))))


def _remarks(told: Report) -> Iterator[str]:
    for status in told.sessions:
        called = told.called[status.session]
        if status.waiting:
            verb = "waits" if len(status.waiting) == 1 else "wait"
            yield f"{wording.names(status.waiting)} {verb} for {called}: `aws-sso-tray login {called}`"
        if status.problem:
            yield f"{called}: {status.problem}"
    yield from told.problems


def _watch(services: Services, *, as_json: bool) -> None:
    """Show every change until Ctrl+C, which is the way this is meant to end and so no failure."""
    try:
        if as_json or not is_terminal(services.out.stdout):
            _tell_changes(services, as_json=as_json)
        else:
            _redraw(services)
    except KeyboardInterrupt:
        return


def _tell_changes(services: Services, *, as_json: bool) -> None:
    before = None
    while True:
        told = report(services)
        data = as_data(told)
        if data != before:
            if as_json:
                services.out.json(data)
            else:
                _print(services, told)
                services.out.answer()
        before = data
        services.clock.sleep(EVERY)


def _redraw(services: Services) -> None:
    from rich.live import Live  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    with Live(console=services.out.console(), auto_refresh=False) as live:
        while True:
            try:
                live.update(Text.from_ansi(visible(_text(report(services), services))), refresh=True)
            except ConfigUnreadable as error:  # somebody is editing it: say so and look again
                live.update(Text(_both(error)), refresh=True)
            services.clock.sleep(EVERY)


def _both(error: AppError) -> str:
    return f"{error.sentence}\n{error.hint}"
