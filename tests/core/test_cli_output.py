"""What reaches the two streams: encodings, colours, closed pipes, no streams at all."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aws_sso_core.cli.output import Output
from aws_sso_core.cli.run import run
from aws_sso_core.cli.table import Terminated
from aws_sso_core.errors import SignInNeeded
from aws_sso_core.model import Secret
from cli_world import Terminal, World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, monkeypatch)


def output(
    stdout: io.StringIO | None = None, stderr: io.StringIO | None = None, env: dict[str, str] | None = None
) -> Output:
    return Output(env=env or {}, stdout=stdout or Terminal(terminal=False), stderr=stderr or Terminal(terminal=False))


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii", "no-such-encoding-at-all"])
def test_a_console_that_cannot_draw_a_character_gets_a_plainer_one(encoding: str) -> None:
    class Narrow(io.StringIO):
        @property
        def encoding(self) -> str:  # type: ignore[override]
            return encoding

    stream = Narrow()
    output(stream).answer("Prod …\N{SNOWMAN}")
    assert stream.getvalue() == "Prod ...?\n"


def test_json_is_ascii_whatever_the_console_can_draw() -> None:
    stream = Terminal("ascii", terminal=False)
    output(stream).event("used", profile="Zürich\N{SNOWMAN}")
    assert json.loads(stream.getvalue())["profile"] == "Zürich\N{SNOWMAN}"


def test_json_has_times_in_utc_with_a_z() -> None:
    stream = Terminal(terminal=False)
    output(stream).json({"at": datetime(2026, 3, 2, 13, 0, tzinfo=UTC)})
    assert json.loads(stream.getvalue()) == {"version": 1, "at": "2026-03-02T13:00:00Z"}


def test_a_secret_has_no_place_in_json() -> None:
    with pytest.raises(TypeError):
        output().json({"token": Secret("s3cret")})


def test_json_is_one_line_for_a_script_and_many_for_a_person() -> None:
    script, person = Terminal(terminal=False), Terminal()
    output(script).json({"a": 1})
    output(person).json({"a": 1})
    assert (script.getvalue().count("\n"), person.getvalue().count("\n")) == (1, 4)


def test_a_problem_is_red_on_a_terminal_only() -> None:
    script, person = Terminal(terminal=False), Terminal()
    for stream in (script, person):
        output(stderr=stream).problem(SignInNeeded("Nobody is signed in to corp."))
    assert script.getvalue() == "aws-sso-tray: Nobody is signed in to corp.\n"
    assert person.getvalue() == "\x1b[31;1maws-sso-tray:\x1b[0m Nobody is signed in to corp.\n"


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_colours_can_be_switched_off(env: dict[str, str]) -> None:
    person = Terminal()
    output(stderr=person, env=env).problem(SignInNeeded("Nobody is signed in to corp."))
    assert "\x1b" not in person.getvalue()


def test_colours_can_be_switched_on_for_a_pipe() -> None:
    pipe = Terminal(terminal=False)
    output(stderr=pipe, env={"FORCE_COLOR": "1"}).problem(SignInNeeded("Nobody is signed in to corp."))
    assert "\x1b" in pipe.getvalue()


def test_without_a_console_commands_still_work(world: World) -> None:
    services = world.services()
    services.out.stdout = services.out.stderr = None
    assert run(["settings"], env=world.env, out=services.out, services=services) == 0
    assert run(["settings", "quux"], env=world.env, out=services.out, services=world.services()) == 2


class Deaf(io.StringIO):
    """A pipe whose reader has gone."""

    def write(self, _text: str) -> int:
        raise BrokenPipeError


def test_a_reader_that_had_enough_is_no_failure_worth_a_word(world: World) -> None:
    world.stdout = Deaf()
    ran = world.run("settings")
    assert (ran.code, ran.err) == (141, "")


def test_a_reader_of_problems_that_has_gone_changes_no_exit_code(world: World) -> None:
    world.stderr = Deaf()
    assert world.run("settings", "quux").code == 2


@pytest.mark.parametrize(("event", "code"), [(KeyboardInterrupt, 130), (Terminated, 143), (SystemError, 1)])
def test_whatever_ends_a_command_has_its_exit_code(world: World, event: type[BaseException], code: int) -> None:
    def end() -> None:
        raise event

    world.interfere(end)
    assert world.run("settings").code == code


def test_an_interruption_is_told_on_a_line_of_its_own(world: World) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    world.stderr = Terminal()
    world.set(NO_COLOR="1")
    world.interfere(interrupt)
    assert world.run("settings").err == "\naws-sso-tray: Interrupted.\n"


def test_a_bug_is_told_in_one_sentence_and_traced_in_the_log(world: World) -> None:
    def fail() -> None:
        raise ZeroDivisionError("the details")

    world.interfere(fail)
    ran = world.run("settings")
    log = (world.home / "tray" / "log" / "aws-sso-tray.log").read_text()
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "aws-sso-tray: Something went wrong that should not have: ZeroDivisionError.\n"
        "  The details are in ~/tray/log/aws-sso-tray.log.\n"
    )
    assert "Traceback" in log
    assert "ZeroDivisionError: the details" in log


def test_a_bug_is_told_even_where_no_log_can_be_written(world: World) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    world.interfere(fail)
    (world.home / "tray").write_text("a file where the folder should be")
    ran = world.run("settings")
    assert ran.err.splitlines()[1:] == ["  Run it again with --verbose to see the details."]


@pytest.mark.parametrize("place", [("--verbose", "settings", "quux"), ("settings", "quux", "--verbose")], ids=" ".join)
def test_verbose_shows_the_log_wherever_it_stands(world: World, place: tuple[str, ...]) -> None:
    assert "INFO aws_sso_core.cli.run: setting-invalid" in world.run(*place).err


@pytest.mark.parametrize(("env", "painted"), [({"TERM": "xterm"}, True), ({"NO_COLOR": "1"}, False)])
def test_a_diff_has_colours_where_they_are_wanted_and_signs_everywhere(env: dict[str, str], painted: bool) -> None:
    stdout, stderr = Terminal(), Terminal(terminal=False)
    shown = output(stdout, stderr, env)
    shown.answer_diff(["@@ -1 +1 @@", " a", "-b", "+c", ""])
    shown.say_diff(["-b"])
    assert ("\x1b[31m-b\x1b[0m\n\x1b[32m+c\x1b[0m\n" in stdout.getvalue()) is painted
    assert ("\n-b\n+c\n" in stdout.getvalue()) is not painted
    assert stderr.getvalue() == "-b\n"


@pytest.mark.parametrize(("width", "first"), [(120, "TOOL "), (60, "AWS CLI: dev, eu-west-1")])
def test_why_is_a_table_where_there_is_room_and_lines_elsewhere(world: World, width: int, first: str) -> None:
    world.config("[profile dev]\nregion = eu-west-1\nsso_start_url = https://corp.awsapps.com/start\nsso_region = x\n")
    world.stdout = Terminal()
    world.set(COLUMNS=str(width))
    assert world.run("why", "dev").out.startswith(first)
