"""Real AWS clients after ``migrate``: nobody has to sign in again, and everybody is who they were."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aws_sso_core import programs
from aws_sso_core.model import Session
from aws_sso_core.sandbox import START_URL, Sandbox
from aws_sso_core.system_clock import SystemClock
from aws_world import LEGACY, LIMIT, ROLE, World, aws_cli
from resolution_world import js_oracle

SANDBOX = Session("sandbox", START_URL, "us-east-1")
ARN = "arn:aws:sts::000123456789:assumed-role/AWSReservedSSO_SecurityAudit_"
WHO = "session.client('sts').get_caller_identity()['Arn']"
CONFIG = f"""\
# my accounts
[profile old]
sso_start_url = {START_URL}
sso_region = us-east-1
sso_account_id = {ROLE.account_id}
sso_role_name = {ROLE.name}
region = us-east-1
"""


class Migrated:
    """A person who was signed in to a legacy profile, after ``migrate``."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.config = world.aws / "config"
        self.config.write_text(CONFIG)
        world.tokens.write(LEGACY, world.signed_in(LEGACY))
        assert world.boto3(WHO, profile="old").startswith(ARN)
        self.run("migrate", "--yes")
        assert "sso_session = sandbox\n" in self.config.read_text()

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [*programs.command_line(), *words],
            check=False,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            env={**self.world.environment(), "AWS_SSO_TRAY_HOME": str(self.world.home / "tray")},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def arn(self, cli: str) -> str:
        told = self.world.run(cli, "sts", "get-caller-identity", "--profile", "old", "--output", "json")
        arn: str = json.loads(told)["Arn"]
        return arn


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[Migrated]:
    with Sandbox(SystemClock()) as box:
        yield Migrated(World(tmp_path / "home", box))


@pytest.fixture(params=[1, 2], ids=["v1", "v2"])
def cli(request: pytest.FixtureRequest) -> str:
    """Both AWS CLIs in turn."""
    return aws_cli(request.param)


def test_boto3_goes_on_without_a_sign_in(migrated: Migrated) -> None:
    assert migrated.world.boto3(WHO, profile="old").startswith(ARN)


def test_aws_cli_goes_on_without_a_sign_in(migrated: Migrated, cli: str) -> None:
    assert migrated.arn(cli).startswith(ARN)


def test_javascript_goes_on_without_a_sign_in(migrated: Migrated) -> None:
    with closing(js_oracle(migrated.world.home)) as js:
        told = js.ask(env={"HOME": str(migrated.world.home)}, profile="old")
    assert (told["problem"], told["key"], told["region"]) == (
        None,
        f"SSO:{ROLE.name} in {ROLE.account_id}",
        "us-east-1",
    )


def test_a_sign_in_by_aws_cli_is_renewable_from_then_on(migrated: Migrated) -> None:
    migrated.world.cli_login(aws_cli(2), "old")
    token = migrated.world.tokens.read(SANDBOX)
    assert token is not None
    assert token.renewable(datetime.now(UTC))
    assert migrated.world.boto3(WHO, profile="old").startswith(ARN)


def test_taken_back_it_goes_on_without_a_sign_in_too(migrated: Migrated) -> None:
    migrated.run("restore", "--yes")
    assert migrated.config.read_text() == CONFIG
    assert migrated.world.boto3(WHO, profile="old").startswith(ARN)
