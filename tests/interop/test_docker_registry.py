"""Real clients and real registries under ECR's own names, with our helper asked through ``credHelpers``.

skopeo pushes and pulls without a daemon; Docker's own command line does so only for what needs none.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import registry_stage
from registry_stage import PRIVATE, PUBLIC, Stage

GREETING = b"hello from the sandbox"
ANONYMOUS = ("unauthorized", "authentication required")
"""How skopeo calls it; either, by version."""

pytestmark = pytest.mark.skipif("sys.platform != 'linux'", reason="namespaces are Linux's")


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    registry_stage.require()
    with Stage(tmp_path) as made:
        registry_stage.image(tmp_path / "image", GREETING)
        yield made


def copy(stage: Stage, source: str, target: str, *options: str) -> subprocess.CompletedProcess[str]:
    return stage.run("skopeo", "copy", "--insecure-policy", *options, source, target)


def push(stage: Stage, host: str = PRIVATE, *options: str) -> subprocess.CompletedProcess[str]:
    return copy(stage, f"oci:{stage.home}/image", f"docker://{host}/team/app:1.0", *options)


def pull(stage: Stage, host: str = PRIVATE) -> subprocess.CompletedProcess[str]:
    return copy(stage, f"docker://{host}/team/app:1.0", f"oci:{stage.home}/pulled")


def inspect(stage: Stage) -> subprocess.CompletedProcess[str]:
    env = {"DOCKER_CLI_EXPERIMENTAL": "enabled"}
    return stage.run("docker", "manifest", "inspect", f"{PRIVATE}/team/app:1.0", env=env)


def test_push_and_pull_work_by_ecr_login_alone(stage: Stage) -> None:
    stage.sign_in()
    said = stage.ours("ecr", "login", f"{PRIVATE}/team/app:1.0")
    assert said == f"Docker signs in to {PRIVATE} by itself from now on, as dev.admin.\n"
    config = json.loads((stage.home / ".docker" / "config.json").read_text())
    assert config == {"credHelpers": {PRIVATE: "aws-sso-tray"}}
    stage.let_in(stage.helper()["Secret"])
    for done in (push(stage), pull(stage)):
        assert done.returncode == 0, done.stderr
    assert registry_stage.contents(stage.home / "pulled") == [GREETING]
    assert stage.asked("GetAuthorizationToken") == 1


def test_a_registry_that_takes_another_password_lets_nobody_in(stage: Stage) -> None:
    stage.sign_in()
    stage.ours("ecr", "login", PRIVATE)
    done = push(stage)
    assert done.returncode != 0
    assert any(words in done.stderr for words in ANONYMOUS), done.stderr


def test_nobody_signed_in_goes_on_anonymously_and_the_reason_is_told_and_logged(stage: Stage) -> None:
    stage.run("aws-sso-tray", "ecr", "login", PRIVATE)
    done = push(stage)
    assert done.returncode != 0
    assert any(words in done.stderr for words in ANONYMOUS), done.stderr
    assert "aws-sso-tray: Nobody is signed in to corp." in done.stderr
    assert f"{PRIVATE}: sign-in-needed: Nobody is signed in to corp." in stage.log()


def test_what_is_open_to_all_can_be_pulled_by_nobody_too(stage: Stage) -> None:
    assert push(stage, PUBLIC).returncode == 0
    stage.run("aws-sso-tray", "ecr", "login", PUBLIC)
    done = pull(stage, PUBLIC)
    assert done.returncode == 0, done.stderr
    assert "aws-sso-tray: Nobody is signed in to corp." in done.stderr
    assert registry_stage.contents(stage.home / "pulled") == [GREETING]


def test_after_a_sign_out_the_registry_is_closed(stage: Stage) -> None:
    stage.sign_in()
    stage.ours("ecr", "login", PRIVATE)
    stage.let_in(stage.helper()["Secret"])
    assert push(stage).returncode == 0
    stage.ours("logout")
    assert pull(stage).returncode != 0


def test_docker_itself_gets_in_and_not_after_a_sign_out(stage: Stage) -> None:
    stage.sign_in()
    stage.ours("ecr", "login", PRIVATE)
    stage.let_in(stage.helper()["Secret"])
    assert push(stage, PRIVATE, "--format", "v2s2").returncode == 0
    done = inspect(stage)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["schemaVersion"] == 2
    stage.ours("logout")
    done = inspect(stage)
    assert "no basic auth credentials" in done.stderr
    assert "aws-sso-tray: Nobody is signed in to corp." in done.stderr


def test_docker_login_and_logout_do_not_break(stage: Stage) -> None:
    stage.sign_in()
    stage.ours("ecr", "login", PRIVATE)
    password = stage.helper()["Secret"]
    stage.let_in(password)
    done = stage.run("docker", "login", "--username", "AWS", "--password-stdin", PRIVATE, given=password)
    assert (done.returncode, done.stderr) == (0, "")
    done = stage.run("docker", "logout", PRIVATE)
    assert (done.returncode, done.stderr) == (0, "")
    assert stage.helper()["Secret"] != password


def test_docker_login_by_us_puts_the_password_into_dockers_own_store(stage: Stage) -> None:
    stage.sign_in()
    stage.let_in(stage.helper()["Secret"])
    said = stage.ours("ecr", "login", PRIVATE, "--docker-login")
    assert said.startswith(f"Docker is signed in to {PRIVATE} until ")
    config = json.loads((stage.home / ".docker" / "config.json").read_text())
    assert (list(config), list(config["auths"])) == (["auths"], [PRIVATE])
    assert push(stage).returncode == 0


def test_a_client_that_does_not_get_in_is_told_with_its_words(stage: Stage) -> None:
    stage.sign_in()
    done = stage.run("aws-sso-tray", "ecr", "login", PRIVATE, "--docker-login")
    assert done.returncode == 1
    assert f"login --username AWS --password-stdin {PRIVATE}` failed: " in done.stderr


def test_many_pulls_at_once_ask_ecr_and_the_portal_once(stage: Stage) -> None:
    stage.sign_in()
    answers = stage.together(12, "docker-credential-aws-sso-tray", "get", given=PRIVATE)
    assert len(set(answers)) == 1
    assert json.loads(answers[0])["Username"] == "AWS"
    assert (stage.asked("GetAuthorizationToken"), stage.asked("GetRoleCredentials")) == (1, 1)
