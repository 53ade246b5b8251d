"""The command line as people and scripts start it: real processes against an embedded Identity Center, in real time."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aws_sso_core import programs
from aws_sso_core.sandbox import Fault, Sandbox
from aws_sso_core.system_clock import SystemClock
from corp_config import CORP

LIMIT = 300
VISITOR = f"{sys.executable} -P -m aws_sso_core.sandbox.visitor"
CONFIG = f"""\
# kept as it is
{CORP}
[profile prod.readonly]
sso_session = corp
sso_account_id = 333344445555
sso_role_name = AWSReadOnlyAccess
region = eu-central-1
"""

posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals and pipes")


class Machine:
    """A home, an Identity Center, and the program installed here."""

    def __init__(self, home: Path, box: Sandbox) -> None:
        foreign = ("AWS_", "BOTO", "HTTP", "NO_PROXY", "PYTHON")
        clean = {k: v for k, v in os.environ.items() if not k.upper().startswith(foreign)}
        self.home = home
        self.box = box
        self.env = {
            **clean,
            **box.environment(),
            "HOME": str(home),
            "USERPROFILE": str(home),
            "AWS_SSO_TRAY_HOME": str(home / "tray"),
            "BROWSER": VISITOR,
        }
        (home / ".aws").mkdir()
        self.config = home / ".aws" / "config"
        self.config.write_text(CONFIG)

    def start(self, *args: str, **env: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*programs.command_line(), *args],
            env={**self.env, **env},
            cwd=self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        with self.start(*args, **env) as child:
            out, err = child.communicate(timeout=LIMIT)
        return subprocess.CompletedProcess(args, child.returncode, out, err)

    def login(self, *args: str, **env: str) -> dict[str, Any]:
        """Sign in and give the outcome."""
        ran = self.run("login", "--no-device", "--json", *args, **env)
        assert ran.returncode == 0, ran.stderr
        return outcome(ran.stdout)

    def tokens(self) -> list[dict[str, Any]]:
        return [json.loads(p.read_text()) for p in (self.home / ".aws" / "sso" / "cache").glob("*.json")]


def outcome(lines: str) -> dict[str, Any]:
    """The last of the JSON lines."""
    said: dict[str, Any] = json.loads(lines.splitlines()[-1])
    return said


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with Sandbox(SystemClock()) as box:
        yield Machine(tmp_path, box)


def test_login_by_browser_leaves_the_token_where_every_aws_tool_reads_it(machine: Machine) -> None:
    ran = machine.run("login", "--no-device")
    assert (ran.returncode, ran.stdout[:16]) == (0, "Signed in to cor")
    [token] = machine.tokens()
    assert token["startUrl"] == "https://sandbox.awsapps.com/start"
    assert "refreshToken" in token
    assert machine.box.calls.count("Authorize") == 1
    assert token["accessToken"] not in ran.stdout + ran.stderr


def test_login_by_code_waits_until_somebody_confirms_it(machine: Machine) -> None:
    with machine.start("login", "--device", "--no-browser", "--json") as child:
        assert child.stdout
        said = json.loads(child.stdout.readline())
        assert (said["event"], said["opened"]) == ("code", False)
        machine.box.approve_device(said["code"])
        assert outcome(child.communicate(timeout=LIMIT)[0])["event"] == "signed-in"
    assert machine.box.calls.count("Authorize") == 0


def test_a_second_login_asks_nobody(machine: Machine) -> None:
    first = machine.login()
    second = machine.login("dev.admin")
    assert (first["how"], second["how"]) == ("new", "kept")
    assert machine.box.calls.count("CreateToken") == 1


def test_login_with_force_ends_the_old_sign_in_first(machine: Machine) -> None:
    machine.login()
    [before] = machine.tokens()
    assert machine.login("--force")["how"] == "new"
    [after] = machine.tokens()
    assert before["accessToken"] != after["accessToken"]
    assert [machine.box.calls.count(o) for o in ("Logout", "Authorize")] == [1, 2]


def test_two_logins_at_once_open_one_page(machine: Machine) -> None:
    with (
        machine.start("login", "--no-device", "--json") as one,
        machine.start("login", "--no-device", "--json") as other,
    ):
        ends = [outcome(child.communicate(timeout=LIMIT)[0]) for child in (one, other)]
    assert [end["event"] for end in ends] == ["signed-in", "signed-in"]
    assert machine.box.calls.count("Authorize") == 1


def test_logout_ends_the_sign_in_at_aws_and_forgets_the_token(machine: Machine) -> None:
    machine.login()
    ran = machine.run("logout")
    assert (ran.returncode, ran.stdout) == (0, "Signed out of corp.\n")
    assert machine.tokens() == []
    assert machine.box.calls.count("Logout") == 1


def test_logout_without_a_network_keeps_the_token_unless_told_otherwise(machine: Machine) -> None:
    machine.login()
    machine.box.fail("Logout", Fault.DROPPED, times=None)
    assert (machine.run("logout").returncode, len(machine.tokens())) == (4, 1)
    assert (machine.run("logout", "--local").returncode, machine.tokens()) == (0, [])


def test_a_declined_consent_is_told_and_changes_nothing(machine: Machine) -> None:
    ran = machine.run("login", "--no-device", "--json", BROWSER=f"{VISITOR} --deny")
    assert (ran.returncode, outcome(ran.stdout)["kind"], machine.tokens()) == (1, "sign-in-denied", [])


def test_a_wrong_region_is_told(machine: Machine) -> None:
    machine.box.knobs.wrong_region = True
    ran = machine.run("login", "--device", "--no-browser")
    assert ran.returncode == 1
    assert "Check sso_start_url and sso_region" in ran.stderr


def test_a_browser_that_cannot_be_started_is_told(machine: Machine) -> None:
    ran = machine.run("login", "--no-device", "--browser", "no-such-browser %s")
    assert ran.returncode == 1
    assert "The browser 'no-such-browser %s' cannot be started." in ran.stderr


@posix_only
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_login_holds_up_nobody(machine: Machine, number: int, code: int) -> None:
    with machine.start("login", "--no-device", "--no-browser", "--json") as child:
        assert child.stdout
        assert json.loads(child.stdout.readline())["event"] == "open"
        child.send_signal(number)
        child.communicate(timeout=LIMIT)
    assert child.returncode == code
    assert machine.login()["how"] == "new"


def test_renew_renews_without_a_person(machine: Machine) -> None:
    machine.box.knobs.access_token_lifetime = timedelta(minutes=20)
    machine.login()
    machine.box.knobs.access_token_lifetime = timedelta(hours=1)
    ran = machine.run("renew", "--json")
    assert (ran.returncode, outcome(ran.stdout)["event"]) == (0, "renewed")
    assert machine.box.calls.count("Authorize") == 1


def test_status_has_the_fields_of_its_contract(machine: Machine) -> None:
    machine.login()
    machine.run("use", "dev.admin")
    told = json.loads(machine.run("status", "--json").stdout)
    [session] = told["sessions"]
    assert (told["version"], told["active_profile"], told["shadowed_by"]) == (1, "dev.admin", [])
    assert {k: v for k, v in session.items() if k not in ("token_expires_at", "problem")} == {
        "name": "corp",
        "start_url": "https://sandbox.awsapps.com/start",
        "region": "us-east-1",
        "kind": "sso-session",
        "state": "signed-in",
        "renewable": True,
        "sign_in_ends_at": None,
        "sign_in_end_source": None,
        "profiles": 2,  # our copy in [default] is no further one
        "waiting": [],
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", session["token_expires_at"])


def test_boto3_follows_use_and_its_undoing(machine: Machine) -> None:
    machine.login()
    who = [sys.executable, "-c", "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"]

    def caller() -> str:
        ran = subprocess.run(who, env=machine.env, capture_output=True, text=True, timeout=LIMIT, check=False)
        return ran.stdout.partition("/")[2].partition("_")[2].partition("_")[0]

    machine.run("use", "dev.admin")
    assert caller() == "AdministratorAccess"
    machine.run("use", "prod.readonly")
    assert caller() == "AWSReadOnlyAccess"
    machine.run("use", "--undo")
    machine.run("use", "--undo")
    assert (machine.config.read_text(), caller()) == (CONFIG, "")


@posix_only
def test_the_tray_is_started_once_and_stopped(machine: Machine) -> None:
    env = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}
    try:
        assert machine.run("start", **env).stdout == "The tray is running.\n"
        assert machine.run("start", **env).stdout == "The tray is running already.\n"
        assert json.loads(machine.run("status", "--json").stdout)["tray_running"]
    finally:
        ended = machine.run("stop")
    assert ended.stdout == "The tray has ended.\n"
    assert machine.run("stop").stdout == "The tray is not running.\n"


@posix_only
def test_a_reader_that_had_enough_hears_no_complaint(machine: Machine) -> None:
    machine.config.write_text("".join(f"[profile p{i:05}]\nregion = us-east-1\n" for i in range(20_000)))
    with machine.start("profiles") as child:
        assert child.stdout
        assert child.stderr
        child.stdout.readline()
        child.stdout.close()
        assert (child.stderr.read(), child.wait(LIMIT)) == ("", 141)


def test_a_console_of_another_code_page_loses_a_character_not_the_answer(machine: Machine) -> None:
    machine.config.write_text("[profile snow\N{SNOWMAN}]\nregion = us-east-1\n", encoding="utf-8")
    ran = machine.run("profiles", PYTHONUTF8="0", PYTHONIOENCODING="cp437")
    assert (ran.returncode, "snow?" in ran.stdout) == (0, True), ran.stderr


@posix_only
def test_closed_streams_are_survived(machine: Machine) -> None:
    command = " ".join([*programs.command_line(), "settings", ">&-", "2>&-", "<&-"])
    assert subprocess.run(["sh", "-c", command], env=machine.env, timeout=LIMIT, check=False).returncode == 0
