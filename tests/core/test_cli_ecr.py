"""``ecr`` where a transcript does not reach: questions, other programs, what is remembered."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_sso_core.sandbox import Sandbox
from cli_world import Ran, Terminal, World
from corp_config import CORP

HOST = "111122223333.dkr.ecr.eu-central-1.amazonaws.com"
OTHER = "333344445555.dkr.ecr.eu-west-1.amazonaws.com"
CONFIG = f"""\
{CORP}
[profile dev.reader]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = AWSReadOnlyAccess
region = eu-central-1

[profile prod.reader]
sso_session = corp
sso_account_id = 333344445555
sso_role_name = AWSReadOnlyAccess
region = eu-west-1
"""
PODMAN = """\
#!/bin/sh
echo "$@" > "$HOME/said"
read password
echo "$password" > "$HOME/password"
test ! -e "$HOME/refuse" || { echo "Error: logging into $5: no" >&2; exit 125; }
echo "Login Succeeded!"
"""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World(tmp_path, monkeypatch)
    with Sandbox(made.clock) as box:
        made.set(**box.environment(), TERM="dumb", PATH=str(tmp_path / "bin"))
        made.config(CONFIG)
        made.given_token(box)
        yield made


def typing(world: World, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person at a terminal types this."""
    stdin, world.stderr = Terminal(), Terminal()
    stdin.write(text)
    stdin.seek(0)
    monkeypatch.setattr(sys, "stdin", stdin)


def login(world: World, *words: str) -> Ran:
    return world.run("ecr", "login", *words)


def docker_config(world: World) -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = json.loads((world.home / ".docker" / "config.json").read_text())
    return loaded


def test_where_several_profiles_fit_a_person_is_asked_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    typing(world, "2\n", monkeypatch)
    first = login(world, HOST)
    assert "Several profiles fit account 111122223333: dev.admin, dev.reader.\n" in first.err
    assert first.out == f"Docker signs in to {HOST} by itself from now on, as dev.reader.\n"
    typing(world, "", monkeypatch)
    assert login(world, HOST).out == f"Docker signs in to {HOST} by itself already, as dev.reader.\n"


def test_where_nobody_can_be_asked_the_profiles_are_told(world: World) -> None:
    ran = login(world, HOST)
    assert (ran.code, ran.out) == (2, "")
    assert "dev.admin, dev.reader.\n" in ran.err
    assert not (world.home / ".docker").exists()


def test_a_rehearsal_remembers_nothing(world: World) -> None:
    assert login(world, HOST, "--profile", "dev.reader", "--dry-run").code == 0
    assert login(world, HOST).code == 2


def test_signing_out_of_a_registry_forgets_its_profile(world: World) -> None:
    login(world, HOST, "--profile", "dev.reader")
    world.run("ecr", "logout", HOST)
    assert login(world, HOST).code == 2


def test_several_registries_are_one_change(world: World) -> None:
    ran = login(world, HOST, OTHER, f"https://{HOST}/v2/", "--profile", "dev.admin", "--json")
    answer = json.loads(ran.out)
    assert [row["registry"] for row in answer["registries"]] == [HOST, OTHER]
    assert docker_config(world) == {"credHelpers": {HOST: "aws-sso-tray", OTHER: "aws-sso-tray"}}


def test_the_shells_profile_names_the_registry_when_none_is_named(world: World) -> None:
    world.set(AWS_PROFILE="prod.reader")
    assert login(world).out == f"Docker signs in to {OTHER} by itself from now on, as prod.reader.\n"


def test_a_profile_without_a_role_is_refused(world: World) -> None:
    world.config(f"{CONFIG}[profile plain]\nregion = eu-west-1\n")
    ran = login(world, HOST, "--profile", "plain")
    assert ran.code == 2
    assert "'plain' does not sign in by IAM Identity Center" in ran.err


def test_a_helper_that_docker_will_not_find_is_told(world: World) -> None:
    ran = login(world, OTHER)
    assert "Docker will not find docker-credential-aws-sso-tray" in ran.err
    assert str(Path(sys.executable).parent) in ran.err


def test_without_a_client_there_is_nobody_to_hand_the_password_to(world: World) -> None:
    ran = login(world, OTHER, "--docker-login")
    assert ran.code == 2
    assert "None of docker, podman, nerdctl, finch and skopeo is in your PATH." in ran.err


@pytest.fixture
def podman(world: World) -> World:
    if os.name == "nt":
        pytest.skip("the stand-in is a shell script")
    place = world.home / "bin" / "podman"
    place.parent.mkdir()
    place.write_text(PODMAN)
    place.chmod(0o755)
    return world


def test_docker_login_hands_the_password_over_by_standard_input_alone(podman: World) -> None:
    ran = login(podman, OTHER, "--docker-login")
    assert ran.out == f"Docker is signed in to {OTHER} until Tue 00:00, as prod.reader.\n"
    assert (podman.home / "said").read_text() == f"login --username AWS --password-stdin {OTHER}\n"
    assert len((podman.home / "password").read_text()) > 1000
    assert not (podman.home / ".docker").exists()


def test_what_the_client_says_of_a_failure_is_told(podman: World) -> None:
    (podman.home / "refuse").touch()
    ran = login(podman, OTHER, "--docker-login")
    assert ran.code == 1
    assert f"failed: Error: logging into {OTHER}: no" in ran.err


def test_a_rehearsal_hands_nothing_over(podman: World) -> None:
    assert (
        f"podman login --username AWS --password-stdin {OTHER}"
        in login(podman, OTHER, "--docker-login", "--dry-run").err
    )
    assert not (podman.home / "said").exists()
