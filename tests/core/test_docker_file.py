"""Docker's config on disk: one step, nothing lost, and nothing touched that Docker could not read."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from aws_sso_core.errors import AppError, ChangedMeanwhile, UsageError
from aws_sso_core.paths import Paths
from aws_sso_core.registries.docker_config import helpers, with_helper, without_helper
from aws_sso_core.registries.docker_file import DockerFile

HOST = "111122223333.dkr.ecr.eu-west-1.amazonaws.com"
OLD = '{\n\t"auths": {\n\t\t"ghcr.io": {"auth": "bWU6c2VjcmV0"}\n\t},\n\t"unknown": [1, 2]\n}'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "docker" / "config.json"


@pytest.fixture
def file(place: Path, tmp_path: Path) -> DockerFile:
    return DockerFile(place, lock=tmp_path / "lock")


def put(place: Path, data: bytes) -> None:
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(data)


def add(text: str) -> str:
    return with_helper(text, HOST)


def test_a_missing_file_is_made_for_its_owner_alone(file: DockerFile, place: Path) -> None:
    assert file.change(add)
    assert json.loads(place.read_text()) == {"credHelpers": {HOST: "aws-sso-tray"}}
    assert sys.platform == "win32" or place.stat().st_mode & 0o777 == 0o600


def test_there_and_back_leaves_every_byte(file: DockerFile, place: Path) -> None:
    put(place, OLD.encode())
    assert file.change(add)
    assert file.ask(helpers) == {HOST: "aws-sso-tray"}
    assert file.change(lambda text: without_helper(text, HOST))
    assert place.read_bytes() == OLD.encode()


def test_nothing_to_change_writes_nothing(file: DockerFile, place: Path) -> None:
    file.change(add)
    before = place.stat().st_mtime_ns, place.stat().st_ino
    assert not file.change(add)
    assert (place.stat().st_mtime_ns, place.stat().st_ino) == before


@pytest.mark.skipif("sys.platform == 'win32'", reason="modes and links are POSIX's")
def test_mode_and_link_stay(file: DockerFile, place: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.json"
    real.write_text(OLD)
    real.chmod(0o640)
    place.parent.mkdir()
    place.symlink_to(real)
    file.change(add)
    assert place.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert HOST in real.read_text()


@pytest.mark.parametrize("data", [b"{", b"[]", b"\xff\xfe{}", b"\xef\xbb\xbf{}", b'{"credHelpers": 1}'])
def test_what_docker_could_not_read_is_left_alone(file: DockerFile, place: Path, data: bytes) -> None:
    put(place, data)
    with pytest.raises(UsageError, match=r"Docker cannot read .*config\.json, so it was left alone: "):
        file.change(add)
    assert place.read_bytes() == data


def test_what_docker_writes_meanwhile_is_kept(file: DockerFile, place: Path) -> None:
    put(place, OLD.encode())

    def add_late(text: str) -> str:
        if "currentContext" not in text:
            place.write_text('{"currentContext": "remote"}')
        return add(text)

    assert file.change(add_late)
    assert json.loads(place.read_text()) == {"currentContext": "remote", "credHelpers": {HOST: "aws-sso-tray"}}


def test_a_program_that_never_stops_writing_is_given_up(file: DockerFile, place: Path) -> None:
    put(place, b"{}")

    def add_too_late(text: str) -> str:
        place.write_text(json.dumps({"n": "x" * len(text)}))
        return add(text)

    with pytest.raises(ChangedMeanwhile, match="all the time"):
        file.change(add_too_late)


@pytest.mark.skipif("sys.platform == 'win32' or os.geteuid() == 0", reason="root may write anywhere")
def test_a_place_that_cannot_be_written_is_told(file: DockerFile, place: Path) -> None:
    put(place, OLD.encode())
    place.parent.chmod(0o500)
    with pytest.raises(AppError, match="cannot be written"):
        file.change(add)
    place.parent.chmod(0o700)


def test_it_lies_where_docker_looks(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "AWS_SSO_TRAY_HOME": str(tmp_path)}
    assert Paths.from_environment(env).docker_config == tmp_path / ".docker" / "config.json"
    moved = {**env, "DOCKER_CONFIG": str(tmp_path / "elsewhere")}
    assert Paths.from_environment(moved).docker_config == tmp_path / "elsewhere" / "config.json"
