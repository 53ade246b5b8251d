"""``status`` on a terminal: watched, narrow, in colours and without; and both clocks in words."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from aws_sso_core.cli import words
from aws_sso_core.model import EndSource, Secret, Session, SessionStatus, State, Token
from cli_world import Terminal, World
from fakes import NOON

CORP = Session("corp", "https://corp.awsapps.com/start", "us-east-1")
CONFIG = """\
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
[sso-session a-session-with-a-rather-long-name]
sso_start_url = https://other.awsapps.com/start
sso_region = us-east-1
"""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path, monkeypatch)
    made.config(CONFIG)
    made.instance.pid = 4711
    return made


def sign_in(world: World) -> None:
    """Somebody signs in to corp by another tool."""
    world.services().tokens.write(CORP, Token(Secret("t"), world.clock.now() + timedelta(hours=8)))


def after_looks(world: World, *events: Callable[[], None]) -> None:
    """Let these happen after the first look, the second, and so on; then Ctrl+C."""
    waiting = list(events)

    def go_on(_seconds: float) -> None:
        if not waiting:
            raise KeyboardInterrupt
        waiting.pop(0)()

    world.clock.on_sleep = go_on


def test_watch_tells_a_script_every_change_once(world: World) -> None:
    after_looks(world, lambda: None, lambda: sign_in(world), lambda: None)
    ran = world.run("status", "--watch", "--json")
    states = [json.loads(line)["sessions"][0]["state"] for line in ran.out.splitlines()]
    assert (ran.code, states) == (0, ["signed-out", "signed-in"])


def test_watch_redraws_on_a_terminal_and_ends_quietly(world: World) -> None:
    world.stdout = Terminal()
    after_looks(world, lambda: sign_in(world))
    ran = world.run("status", "--watch")
    assert (ran.code, ran.err) == (0, "")
    assert "signed in" in ran.out


def test_watch_survives_a_config_that_is_being_edited(world: World) -> None:
    world.stdout = Terminal()
    after_looks(world, lambda: world.config("[profile a]\nhalf a li"), lambda: world.config(CONFIG))
    ran = world.run("status", "--watch")
    assert ran.code == 0
    assert "cannot read" in ran.out


@pytest.mark.parametrize("width", [30, 45, 60, 200])
def test_the_table_fits_the_terminal(world: World, width: int) -> None:
    sign_in(world)
    world.stdout = Terminal()
    world.set(COLUMNS=str(width), NO_COLOR="1")
    assert max(len(line) for line in world.run("status").out.splitlines()) <= width


@pytest.mark.parametrize(
    ("stream", "env", "coloured"),
    [
        (Terminal(), {"TERM": "xterm"}, True),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (Terminal(terminal=False), {"TERM": "xterm"}, False),
    ],
    ids=["terminal", "no-color", "pipe"],
)
def test_colours_are_for_terminals_only(world: World, stream: Terminal, env: dict[str, str], coloured: bool) -> None:
    sign_in(world)
    world.stdout = stream
    world.set(**env)
    out = world.run("status").out
    assert ("\x1b[32m" in out, "signed in" in out) == (coloured, True)


def test_the_table_is_plain_where_the_console_is(world: World) -> None:
    world.stdout = Terminal("cp437")
    world.set(NO_COLOR="1")
    assert world.run("status").code == 0


def with_an_end(world: World, *, in_hours: int) -> None:
    """Somebody signed in to corp some time ago, for 8 hours."""
    world.config(CONFIG.replace("[sso-session a-", "session_duration = 8h\n[sso-session a-"))
    services, now = world.services(), world.clock.now()
    token = Token(
        Secret("t"),
        now + timedelta(hours=1),
        refresh_token=Secret("r"),
        client_id="c",
        client_secret=Secret("s"),
        registration_expires_at=now + timedelta(days=90),
    )
    services.tokens.write(CORP, token)
    services.learned.record_sign_in("corp", now - timedelta(hours=8 - in_hours), fresh=True)


@pytest.mark.parametrize(("code_page", "full"), [("utf-8", "━"), ("ascii", "-")])
def test_what_is_left_of_a_sign_in_is_a_bar_and_words(world: World, code_page: str, full: str) -> None:
    with_an_end(world, in_hours=4)
    world.stdout = Terminal(code_page)
    world.set(COLUMNS="160", NO_COLOR="1")
    full = "-" if os.name == "nt" else full  # rich draws plainly on what may be an old console
    row = next(line for line in world.run("status").out.splitlines() if line.startswith("corp"))
    assert row.count(full * 6) == 1
    assert full * 7 not in row
    assert " 4h " in row


@pytest.mark.parametrize("stream", [Terminal(terminal=False), Terminal()], ids=["pipe", "narrow"])
def test_bars_are_for_wide_terminals(world: World, stream: Terminal) -> None:
    with_an_end(world, in_hours=4)
    world.stdout = stream
    world.set(COLUMNS="80")
    assert "TIME LEFT" not in world.run("status").out


def test_bars_take_no_room_where_no_end_is_known(world: World) -> None:
    world.stdout = Terminal()
    world.set(COLUMNS="160")
    assert "TIME LEFT" not in world.run("status").out


def test_on_a_narrow_terminal_each_session_has_lines_of_its_own(world: World) -> None:
    with_an_end(world, in_hours=4)
    world.stdout = Terminal()
    world.set(COLUMNS="46", NO_COLOR="1")  # Windows keeps one free
    lines = world.run("status").out.splitlines()
    assert lines[lines.index("corp: signed in") + 1].startswith("  renews itself at ")
    assert "a-session-with-a-rather-long-name: signed out" in lines


def test_a_tray_that_does_not_run_is_mentioned_where_there_is_a_desktop(world: World) -> None:
    world.instance.pid = None
    world.prepare = lambda services: setattr(services, "has_display", lambda: True)
    assert world.run("status").err.startswith("Note: The tray is not running, so nothing renews or reminds.")


def test_two_sessions_of_one_name_are_told_apart_by_what_login_understands(world: World) -> None:
    world.config(
        "[profile a]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n"
        "[profile b]\nsso_start_url = https://corp.awsapps.com/start/\nsso_region = us-east-1\n"
    )
    world.services().wanted.leave("https://corp.awsapps.com/start/", program="terraform")
    assert "waits for https://corp.awsapps.com/start/: `aws-sso-tray login https://" in world.run("status").out


def clocks(
    state: State,
    token: timedelta | None,
    end: timedelta | None = None,
    source: EndSource | None = None,
    *,
    renewable: bool = True,
) -> str:
    status = SessionStatus(
        CORP,
        state,
        token_expires_at=None if token is None else NOON + token,
        renewable=renewable,
        renews_at=None if token is None or not renewable else NOON + token - timedelta(minutes=20),
        sign_in_ends_at=None if end is None else NOON + end,
        sign_in_end_source=source,
    )
    return words.clocks(status, NOON, UTC)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (clocks(State.SIGNED_OUT, None), ""),
        (clocks(State.SIGNED_OUT, hours(1)), ""),
        (clocks(State.SIGNED_IN, hours(1)), "renews itself at 12:40 - end not known yet"),
        (
            clocks(State.SIGNED_IN, hours(1), hours(5.5), "learned"),
            "renews itself at 12:40 - sign in again about 17:30 (learned)",
        ),
        (clocks(State.SIGNED_IN, timedelta(minutes=15)), "renews itself now - end not known yet"),
        (clocks(State.SIGNED_IN, hours(8), hours(8), "token", renewable=False), "sign in again 20:00"),
        (clocks(State.EXPIRED, hours(-3), hours(-3), "token", renewable=False), "ended 09:00"),
        (clocks(State.UNKNOWN, hours(-3), hours(-2), "learned"), "probably over since 10:00 (learned)"),
        (clocks(State.UNKNOWN, None), ""),
    ],
)
def test_both_clocks_are_told_in_words(said: str, expected: str) -> None:
    assert said == expected
