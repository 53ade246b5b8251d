"""The credential helper as many processes at once: one sign-in and one call of the portal for all who ask or wait."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aws_sso_core import programs
from aws_sso_core.model import Secret, Token
from aws_sso_core.paths import Paths
from aws_sso_core.sandbox import Sandbox
from aws_sso_core.system_clock import SystemClock
from aws_world import CORP, LIMIT, World
from patience import until

LONG = "1800"
"""Seconds that a program waits which is to see the sign-in, however long as many processes take to start."""
VISITOR = f"{sys.executable} -P -m aws_sso_core.sandbox.visitor"
ANOTHER_ROLE = """
[profile prod]
sso_session = corp
sso_account_id = 333344445555
sso_role_name = AWSReadOnlyAccess
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Sandbox(SystemClock()) as box:
        yield World(tmp_path / "home", box)


Gather = Callable[..., "Crowd"]


class Crowd:
    """Programs that ask for credentials at the same time."""

    def __init__(self, world: World, size: int, *more: str, profiles: tuple[str, ...] = ("dev",)) -> None:
        self._world = world
        commands = [[*shlex.split(programs.credential_process(profile)), *more] for profile in profiles]
        self._callers = [
            subprocess.Popen(
                commands[number % len(commands)], env=env(world), stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            for number in range(size)
        ]

    def notes(self) -> int:
        """How many have left a note that they wait."""
        return len(list((self._world.home / "tray" / "state" / "wanted").glob("*.json")))

    def wait_until_all_wait(self) -> None:
        def all_wait() -> bool:
            gone = [caller for caller in self._callers if caller.poll() is not None]
            assert not gone, [caller.communicate() for caller in gone]
            return self.notes() == len(self._callers)

        until(all_wait, "all of them wait", limit=LIMIT)

    def ended(self) -> list[tuple[bytes, str, int]]:
        """What each prints, what it says, and its exit code."""
        ends = [(*caller.communicate(timeout=LIMIT), caller.returncode) for caller in self._callers]
        return [(out, said.decode(), code) for out, said, code in ends]

    def disperse(self) -> None:
        """End those that are left, where a test failed."""
        for caller in self._callers:
            if caller.poll() is None:
                caller.kill()
            caller.communicate()

    def answers(self) -> list[bytes]:
        """What they print; every one must succeed."""
        ended = self.ended()
        assert [said for _, said, code in ended if code] == []
        return [out for out, _, _ in ended]


@pytest.fixture
def gather(world: World) -> Iterator[Gather]:
    """Gathers crowds."""
    crowds: list[Crowd] = []

    def gathered(*how: Any, **more: Any) -> Crowd:
        crowds.append(Crowd(world, *how, **more))
        return crowds[-1]

    yield gathered
    for crowd in crowds:
        crowd.disperse()


def env(world: World) -> dict[str, str]:
    return {**world.environment(), "AWS_SSO_TRAY_HOME": str(world.home / "tray")}


def over() -> Token:
    """What is left of a sign-in that has ended."""
    return Token(Secret("somebody's"), datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1))


@contextmanager
def automatic_tray(world: World, *browser: str) -> Iterator[None]:
    """A tray that opens the sign-in page by itself, in a browser that does so."""
    ours = env(world)
    settings = Paths.from_environment(ours).settings
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('sign_in = "automatic"\n')
    quiet = {"XDG_RUNTIME_DIR": str(world.home), "BROWSER": " ".join([VISITOR, *browser])}
    tray = subprocess.Popen(
        programs.tray(), env=ours | quiet, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=world.home
    )
    try:
        yield
    finally:
        tray.terminate()
        tray.wait(LIMIT)


def test_two_hundred_programs_that_ask_at_once_make_one_call(world: World, gather: Gather) -> None:
    world.tokens.write(CORP, world.signed_in())
    answers = gather(200).answers()
    assert len(set(answers)) == 1
    assert json.loads(answers[0])["Version"] == 1
    assert world.box.calls.count("GetRoleCredentials") == 1


def test_all_who_wait_for_a_sign_in_go_on_with_one_call(world: World, gather: Gather) -> None:
    crowd = gather(20, "--wait", LONG)
    crowd.wait_until_all_wait()
    world.tokens.write(CORP, world.signed_in())
    assert len(set(crowd.answers())) == 1
    assert (world.box.calls.count("GetRoleCredentials"), crowd.notes()) == (1, 0)


def test_two_hundred_programs_over_the_end_of_a_sign_in_cost_one_sign_in_and_one_call_for_each_role(
    world: World, gather: Gather
) -> None:
    """AWS refuses to renew, and is asked for that once, too."""
    with (world.aws / "config").open("a") as config:
        config.write(ANOTHER_ROLE)
    world.tokens.write(CORP, replace(world.signed_in(), expires_at=over().expires_at))
    world.box.end_sign_in()
    world.box.calls.clear()
    crowd = gather(200, "--wait", LONG, profiles=("dev", "prod"))
    crowd.wait_until_all_wait()
    with automatic_tray(world):
        assert len(set(crowd.answers())) == 2
    assert [world.box.calls.count(name) for name in ("Authorize", "GetRoleCredentials")] == [1, 2]
    asked = [call.detail.split()[0] for call in world.box.calls.of("CreateToken")]
    assert asked == ["refresh_token", "authorization_code"]
    assert crowd.notes() == 0


def test_a_sign_in_that_was_ended_elsewhere_costs_one_page_though_its_token_has_time_left(
    world: World, gather: Gather
) -> None:
    world.tokens.write(CORP, world.signed_in())
    world.box.end_sign_in()
    crowd = gather(20, "--wait", LONG)
    crowd.wait_until_all_wait()
    world.box.calls.clear()
    with automatic_tray(world):
        assert len(set(crowd.answers())) == 1
    assert [world.box.calls.count(name) for name in ("Authorize", "GetRoleCredentials")] == [1, 1]


def test_automatic_opens_no_second_page_for_those_who_come_after_a_refusal(world: World, gather: Gather) -> None:
    world.tokens.write(CORP, over())
    with automatic_tray(world, "--deny"):
        assert world.box.calls.wait_for("AuthorizeDecision", timeout=LIMIT)
        assert [code for _, _, code in gather(2, "--wait", "5").ended()] == [3, 3]
    assert world.box.calls.count("Authorize") == 1


def test_where_no_tray_could_ask_programs_are_told_at_once_what_to_do(gather: Gather) -> None:
    crowd = gather(5)
    told = "aws-sso-tray: Nobody is signed in to corp.\n  Sign in: `aws-sso-tray login dev`\n"
    assert crowd.ended() == [(b"", told, 3)] * 5
