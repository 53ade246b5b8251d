"""AWS CDK's own command line, which finds credentials by code of its own, works as our profiles.

It is asked to prepare an account that is not the profile's: before it does anything it looks whose credentials it has,
and its refusal names them. So no CloudFormation is needed.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_sso_core import programs
from aws_sso_core.sandbox import Sandbox
from aws_sso_core.system_clock import SystemClock
from aws_world import CORP, ROLE, World
from resolution_world import js_program, needs

LIMIT = 300
SOMEBODY_ELSES = "999999999999"
WHOSE = f"the current credentials are for {ROLE.account_id}"
OURS = programs.command_line()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Sandbox(SystemClock()) as box:
        world = World(tmp_path / "home", box)
        world.tokens.write(CORP, world.signed_in())
        yield world


@pytest.fixture
def cdk() -> list[str]:
    """CDK's command line."""
    node, env = js_program()
    command = [node, str(Path(env["AWS_JS_SDK"]) / "node_modules" / "aws-cdk" / "bin" / "cdk")]
    needs([*command, "--version"], "AWS CDK")
    return [*command, "bootstrap", f"aws://{SOMEBODY_ELSES}/us-east-1", "--no-notices"]


def said(world: World, *words: str) -> str:
    done = subprocess.run(
        words,
        check=False,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        cwd=world.home,
        env={**world.environment(), "AWS_SSO_TRAY_HOME": str(world.home / "tray")},
    )
    return done.stdout + done.stderr


def test_cdk_takes_a_profile(world: World, cdk: list[str]) -> None:
    assert WHOSE in said(world, *cdk, "--profile", "dev")


def test_cdk_takes_the_default_that_was_chosen(world: World, cdk: list[str]) -> None:
    assert WHOSE not in said(world, *cdk)
    said(world, *OURS, "use", "dev")
    assert WHOSE in said(world, *cdk)


def test_cdk_works_under_exec(world: World, cdk: list[str]) -> None:
    assert WHOSE in said(world, *OURS, "exec", "dev", "--", *cdk)
