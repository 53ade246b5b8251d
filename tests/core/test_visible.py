"""What others chose is shown, and never obeyed: by no terminal, in no log."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core import logs
from aws_sso_core.cli.output import Output
from aws_sso_core.errors import AppError
from aws_sso_core.visible import visible
from cli_world import World

TITLE = "\x1b]0;pwned\x07"
COPY = "\x1b]52;c;cm0gLXJmIH4=\x07"
TURNED = "\u202egnp.exe"


@pytest.mark.parametrize(
    "hostile", [TITLE, COPY, TURNED, "\x1b[2J", "\x1b[8m", "\x9b2J", "a\rb", "\x08", "\x1b[38;5;1m"]
)
def test_a_terminal_gets_nothing_to_obey(hostile: str) -> None:
    shown = visible(f"dev{hostile}.admin")
    assert shown.startswith("dev")
    assert "?" in shown
    assert not set(shown) & set("\x1b\x07\x9b\r\x08\u202e")


@pytest.mark.parametrize("text", ["Zürich 本番 \N{SNOWMAN}", "two\nlines\tand a tab", "\x1b[32;1mgreen\x1b[0m", ""])
def test_what_is_ours_and_what_people_write_stays(text: str) -> None:
    assert visible(text) == text


def test_windows_line_ends_are_line_ends() -> None:
    assert visible("one\r\ntwo") == "one\ntwo"


@given(st.text())
def test_it_is_done_once(text: str) -> None:
    assert visible(visible(text)) == visible(text)


def test_every_stream_is_guarded() -> None:
    stdout, stderr = io.StringIO(), io.StringIO()
    out = Output(env={}, stdout=stdout, stderr=stderr)
    out.answer(TITLE)
    out.problem(AppError(COPY, TITLE), about=COPY)
    out.ask(TITLE)
    assert "\x1b" not in stdout.getvalue() + stderr.getvalue()


def test_a_log_that_is_looked_at_is_obeyed_no_more(tmp_path: Path) -> None:
    with logs.writing(tmp_path, "login") as file:
        logging.getLogger("aws_sso_core.test").warning("AWS said %s", TITLE)
    assert "AWS said ?]0;pwned?" in file.path.read_text()


def test_status_shows_a_hostile_session_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, monkeypatch)
    world.aws.mkdir()
    text = f"[sso-session corp{TITLE}]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n"
    (world.aws / "config").write_text(text)
    said = world.run("status")
    assert "corp?]0;pwned" in said.out
    assert "\x1b" not in said.out
