"""The file that tells open shells what is chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from aws_sso_core.switching import choice
from aws_sso_core.switching.choice import Choice, without_ours


@pytest.mark.parametrize("name", ["dev.admin", "Dev Account admin", "größe \u4e2d", "a'b\"c$d`e", "-x"])
def test_what_was_written_is_read(name: str, tmp_path: Path) -> None:
    chosen = Choice(name, frozenset({"environment", "shells"}), ("one", "two three"))
    choice.write(tmp_path, chosen)
    assert choice.read(tmp_path) == chosen


def test_the_first_line_is_the_profile_and_the_second_tells_the_ways(tmp_path: Path) -> None:
    choice.write(tmp_path, Choice("dev.admin", frozenset({"shells", "default"})))
    assert (tmp_path / "active-profile").read_bytes() == b"dev.admin\ndefault shells\n"


def test_nothing_chosen_is_no_file(tmp_path: Path) -> None:
    choice.write(tmp_path, Choice("dev.admin", frozenset({"default"})))
    choice.write(tmp_path, None)
    assert list(tmp_path.iterdir()) == []
    assert choice.read(tmp_path) is None


@pytest.mark.parametrize("junk", [b"", b"\n", b"\xff\xfe", b"\n\n\n"])
def test_junk_is_no_choice(junk: bytes, tmp_path: Path) -> None:
    (tmp_path / "active-profile").write_bytes(junk)
    assert choice.read(tmp_path) is None


def test_a_name_alone_is_a_choice_by_no_known_way(tmp_path: Path) -> None:
    (tmp_path / "active-profile").write_bytes(b"dev\nteleport\n")
    assert choice.read(tmp_path) == Choice("dev", frozenset())


def test_the_same_again_leaves_the_file_alone(tmp_path: Path) -> None:
    chosen = Choice("dev.admin", frozenset({"default"}))
    choice.write(tmp_path, chosen)
    before = (tmp_path / "active-profile").stat()
    choice.write(tmp_path, chosen)
    after = (tmp_path / "active-profile").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_a_variable_of_ours_is_no_choice_of_the_persons() -> None:
    env = {"AWS_PROFILE": "dev", "AWS_SSO_TRAY_FOLLOWS": "dev", "HOME": "/"}
    assert "AWS_PROFILE" not in without_ours(env)


@pytest.mark.parametrize("env", [{"AWS_PROFILE": "dev", "AWS_SSO_TRAY_FOLLOWS": "prod"}, {"AWS_PROFILE": "dev"}, {}])
def test_a_variable_of_the_persons_own_stays(env: dict[str, str]) -> None:
    assert without_ours(env) == env
