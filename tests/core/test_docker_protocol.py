"""Docker's protocol, word for word, with everything behind it."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aws_sso_core.cli import docker_protocol
from aws_sso_core.sandbox import Fault, Sandbox
from cli_world import World
from corp_config import CORP

HOST = "111122223333.dkr.ecr.eu-central-1.amazonaws.com"
CALLS = """
import io, sys
from aws_sso_core.cli.docker import main
for call in sys.argv[1:]:
    action, _, given = call.partition(" ")
    sys.argv[1:], sys.stdin = action.split(), io.TextIOWrapper(io.BytesIO(given.encode()))
    try:
        main()
    except SystemExit:
        print("end of the answer", flush=True)
"""
"""As many processes, one after the other in one."""
NOT_FOUND = (1, "credentials not found in native keychain\n")
CONFIG = CORP
READER = """
[profile dev.reader]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = AWSReadOnlyAccess
"""


class Docker:
    """Docker, as far as it talks to a credential helper."""

    def __init__(self, world: World, box: Sandbox) -> None:
        self.world = world
        self.box = box
        self.said = ""

    def asks(self, action: str, given: str = "") -> tuple[int, str]:
        """Exit code and answer; what was said beside it is in ``said``."""
        self.world.stderr = io.StringIO()
        services = self.world.services()
        answer = docker_protocol.run([action], given, env=self.world.env, services=services)
        assert self.world.stdout.getvalue() == ""
        self.said = self.world.stderr.getvalue()
        return answer

    def gets(self, url: str = HOST) -> dict[str, Any]:
        """The credentials for a registry."""
        code, text = self.asks("get", url)
        assert code == 0, (text, self.said)
        answer: dict[str, Any] = json.loads(text)
        return answer

    def sign_in(self) -> None:
        """A person signs in to corp."""
        self.world.given_token(self.box)

    def log(self) -> str:
        return (self.world.home / "tray" / "log" / "aws-sso-tray.log").read_text()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, monkeypatch)


@pytest.fixture
def dock(world: World) -> Iterator[Docker]:
    with Sandbox(world.clock) as box:
        world.set(**box.environment())
        world.config(CONFIG)
        yield Docker(world, box)


@pytest.fixture
def signed_in(dock: Docker) -> Docker:
    dock.sign_in()
    return dock


# get ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [HOST, f"https://{HOST}", f"https://{HOST}/v2/", f"  {HOST}\n"])
def test_get_answers_with_the_url_as_it_was_asked(signed_in: Docker, url: str) -> None:
    answer = signed_in.gets(url)
    assert (answer["ServerURL"], answer["Username"]) == (url.strip(), "AWS")
    assert len(answer["Secret"]) > 1000
    assert set(answer) == {"ServerURL", "Username", "Secret"}


def test_public_ecr_has_a_password_too(signed_in: Docker) -> None:
    assert signed_in.gets("public.ecr.aws")["Username"] == "AWS"


def test_nobody_signed_in_lets_docker_go_on_anonymously_and_says_why(dock: Docker) -> None:
    assert dock.asks("get", HOST) == NOT_FOUND
    assert dock.said == "aws-sso-tray: Nobody is signed in to corp. Sign in: `aws-sso-tray login dev.admin`\n"
    assert f"docker[{os.getpid()}] WARNING" in dock.log()
    assert f"{HOST}: sign-in-needed: Nobody is signed in to corp." in dock.log()


def test_where_the_tray_runs_docker_waits_for_the_sign_in(dock: Docker, monkeypatch: pytest.MonkeyPatch) -> None:
    dock.world.instance.pid = 4711
    waiting: list[tuple[str, str]] = []

    def click(_seconds: float) -> None:
        dock.world.clock.on_sleep = lambda _seconds: None
        waiting.extend((note.session, note.program) for note in dock.world.services().wanted.read())
        dock.sign_in()

    dock.world.clock.on_sleep = click
    monkeypatch.setattr(docker_protocol, "ancestor_names", lambda: ["docker-credential-aws-sso-tray.exe", "docker"])
    assert dock.gets()["Username"] == "AWS"
    assert waiting == [("corp", "docker")]


def test_other_registries_are_none_of_ours_and_not_worth_a_word(signed_in: Docker) -> None:
    assert signed_in.asks("get", "https://index.docker.io/v1/") == NOT_FOUND
    assert signed_in.said == ""


def test_no_url_is_dockers_own_error(dock: Docker) -> None:
    assert dock.asks("get", " \n") == (1, "no credentials server URL\n")


def test_several_fitting_profiles_are_not_guessed_among(signed_in: Docker) -> None:
    signed_in.world.config(CONFIG + READER)
    assert signed_in.asks("get", HOST) == NOT_FOUND
    assert "Several profiles fit account 111122223333: dev.admin, dev.reader." in signed_in.said
    assert f"`aws-sso-tray ecr login {HOST} --profile NAME`" in signed_in.said


def test_the_profile_that_was_named_once_asks(signed_in: Docker) -> None:
    signed_in.world.config(CONFIG + READER)
    signed_in.world.run("ecr", "login", HOST, "--profile", "dev.reader")
    signed_in.gets()
    assert signed_in.box.calls.of("GetAuthorizationToken")[-1].detail == "111122223333/AWSReadOnlyAccess"


def test_the_shells_profile_asks_before_the_one_that_was_named(signed_in: Docker) -> None:
    signed_in.world.config(CONFIG + READER)
    signed_in.world.run("ecr", "login", HOST, "--profile", "dev.reader")
    signed_in.world.set(AWS_PROFILE="dev.admin")
    signed_in.gets()
    assert signed_in.box.calls.of("GetAuthorizationToken")[-1].detail == "111122223333/AdministratorAccess"


def test_under_exec_the_profile_asks_that_the_program_was_given(signed_in: Docker) -> None:
    signed_in.world.config(CONFIG + READER)
    signed_in.world.run("ecr", "login", HOST, "--profile", "dev.reader")
    signed_in.gets()
    signed_in.world.set(AWS_SSO_TRAY_AS="dev.admin")
    signed_in.gets()
    assert signed_in.box.calls.of("GetAuthorizationToken")[-1].detail == "111122223333/AdministratorAccess"


def test_a_broken_config_lets_docker_go_on_anonymously(signed_in: Docker) -> None:
    signed_in.world.config("[profile a\n")
    assert signed_in.asks("get", HOST) == NOT_FOUND
    assert "AWS tools cannot read" in signed_in.said


def test_a_bug_of_ours_does_so_too(signed_in: Docker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aws_sso_core.cli.registries.who_asks", lambda *_: 1 / 0)
    assert signed_in.asks("get", HOST) == NOT_FOUND
    assert "Something went wrong that should not have: ZeroDivisionError. The details are in " in signed_in.said
    assert "Traceback" in signed_in.log()


def test_a_password_from_before_is_given_and_told(signed_in: Docker) -> None:
    first = signed_in.gets()
    signed_in.world.clock.advance(timedelta(hours=7))
    signed_in.box.fail("*", Fault.DROPPED, times=None)
    assert signed_in.gets() == first
    assert f"The password from before is used for {HOST}" in signed_in.said


def test_no_secret_is_in_the_log_or_beside_the_answer(signed_in: Docker) -> None:
    secret = signed_in.gets()["Secret"]
    signed_in.world.clock.advance(timedelta(hours=7))
    signed_in.box.fail("*", Fault.DROPPED, times=None)
    assert signed_in.gets()["Secret"] == secret
    told = signed_in.log() + signed_in.said
    assert HOST in told
    assert secret not in told


def test_the_kept_password_is_the_owners_alone(signed_in: Docker) -> None:
    signed_in.gets()
    (kept,) = (signed_in.world.home / "tray" / "state" / "registries").iterdir()
    assert sys.platform == "win32" or kept.stat().st_mode & 0o777 == 0o600


def test_after_a_sign_out_there_is_no_password(signed_in: Docker) -> None:
    signed_in.gets()
    signed_in.world.run("logout")
    assert signed_in.asks("get", HOST) == NOT_FOUND
    assert not list((signed_in.world.home / "tray" / "state" / "registries").iterdir())


# store, erase, list, version ------------------------------------------------------------------------------------------


def test_docker_login_does_not_break(signed_in: Docker) -> None:
    given = json.dumps({"ServerURL": HOST, "Username": "AWS", "Secret": "typed"})
    assert signed_in.asks("store", given) == (0, "")
    assert signed_in.gets()["Secret"] != "typed"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"ServerURL": "docker.io", "Username": "me", "Secret": "s"}, "registries of Amazon ECR only"),
        ({"ServerURL": HOST, "Username": "", "Secret": "s"}, "no credentials username"),
        ({"ServerURL": "", "Username": "AWS", "Secret": "s"}, "no credentials server URL"),
        ({}, "no credentials server URL"),
        ([], "no JSON object"),
    ],
)
def test_what_cannot_be_stored_is_told(dock: Docker, given: object, told: str) -> None:
    code, answer = dock.asks("store", json.dumps(given))
    assert (code, told in answer) == (1, True)


def test_store_wants_json(dock: Docker) -> None:
    assert dock.asks("store", "{") == (1, "the credentials are no JSON object\n")


def test_erase_forgets_the_kept_password(signed_in: Docker) -> None:
    first = signed_in.gets()
    assert signed_in.asks("erase", HOST) == (0, "")
    assert signed_in.gets() != first


@pytest.mark.parametrize("url", [HOST, "docker.io"])
def test_erasing_what_is_not_there_is_no_error(dock: Docker, url: str) -> None:
    assert dock.asks("erase", url) == (0, "")


def test_list_names_the_registries_with_a_password(signed_in: Docker) -> None:
    assert signed_in.asks("list") == (0, "{}\n")
    signed_in.gets(f"https://{HOST}/v2/")
    signed_in.gets("public.ecr.aws")
    code, answer = signed_in.asks("list", "ignored")
    assert (code, json.loads(answer)) == (0, {f"https://{HOST}": "AWS", "https://public.ecr.aws": "AWS"})


def test_a_password_that_has_ended_is_not_listed(signed_in: Docker) -> None:
    signed_in.gets()
    signed_in.world.clock.advance(timedelta(hours=13))
    assert signed_in.asks("list") == (0, "{}\n")


def test_version_help_and_nonsense(dock: Docker) -> None:
    code, answer = dock.asks("version")
    assert (code, answer.startswith("docker-credential-aws-sso-tray (aws-sso-tray) ")) == (0, True)
    usage = "Usage: docker-credential-aws-sso-tray <store|get|erase|list|version>\n"
    assert dock.asks("--help") == (0, usage)
    assert dock.asks("nonsense") == (1, "docker-credential-aws-sso-tray: unknown action: nonsense\n")
    assert docker_protocol.run([], "", env=dock.world.env, services=dock.world.services()) == (1, usage)


def test_whatever_happens_nothing_but_the_answer_is_on_standard_output(world: World) -> None:
    calls = [f"get {HOST}", "get x", "list", f"erase {HOST}", ""]
    child = [sys.executable, "-c", CALLS, *calls]
    env = {**os.environ, **world.env}
    done = subprocess.run(child, capture_output=True, text=True, timeout=120, env=env, check=True)
    *answers, rest = done.stdout.split("end of the answer\n")
    assert [answer.count("\n") for answer in answers] == [1, 1, 1, 0, 1]
    assert logging.getLevelName(logging.WARNING) not in done.stdout
    assert rest == ""
