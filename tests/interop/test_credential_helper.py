"""The credential helper as many processes at once: one call of the portal, whether they ask or wait."""

from __future__ import annotations

import json
import shlex
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_sso_core import programs
from aws_sso_core.sandbox import Sandbox
from aws_sso_core.system_clock import SystemClock
from aws_world import CORP, LIMIT, World

HELPER = programs.credential_process("dev")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Sandbox(SystemClock()) as box:
        yield World(tmp_path / "home", box)


class Crowd:
    """Programs that ask for credentials at the same time."""

    def __init__(self, world: World, size: int, *more: str) -> None:
        self._world = world
        env = {**world.environment(), "AWS_SSO_TRAY_HOME": str(world.home / "tray")}
        command = [*shlex.split(HELPER), *more]
        self._callers = [
            subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(size)
        ]

    def notes(self) -> int:
        """How many have left a note that they wait."""
        return len(list((self._world.home / "tray" / "state" / "wanted").glob("*.json")))

    def answers(self) -> list[bytes]:
        """What they print; every one must succeed."""
        ended = [(*caller.communicate(timeout=LIMIT), caller.returncode) for caller in self._callers]
        assert [said for _, said, code in ended if code] == []
        return [out for out, _, _ in ended]


def test_two_hundred_programs_that_ask_at_once_make_one_call(world: World) -> None:
    world.tokens.write(CORP, world.signed_in())
    answers = Crowd(world, 200).answers()
    assert len(set(answers)) == 1
    assert json.loads(answers[0])["Version"] == 1
    assert world.box.calls.count("GetRoleCredentials") == 1


def test_all_who_wait_for_a_sign_in_go_on_with_one_call(world: World) -> None:
    crowd = Crowd(world, 60, "--wait", str(LIMIT))
    end = time.monotonic() + LIMIT
    while crowd.notes() < 60:
        assert time.monotonic() < end, f"only {crowd.notes()} wait"
        time.sleep(0.1)
    world.tokens.write(CORP, world.signed_in())
    assert len(set(crowd.answers())) == 1
    assert (world.box.calls.count("GetRoleCredentials"), crowd.notes()) == (1, 0)
