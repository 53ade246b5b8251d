"""Other people's programs: which ones are started, and what they are handed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aws_sso_core.batch import NotForBatch, arguments
from aws_sso_core.other_programs import find
from aws_sso_core.populate.process import ask_process


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The current folder, somebody's repository; and one of the PATH."""
    here, there = tmp_path / "repository", tmp_path / "bin"
    for folder in (here, there):
        folder.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("PATHEXT", ".COM;.EXE;.CMD")
    return here, there


def program(folder: Path, name: str) -> str:
    path = folder / name
    path.touch(0o755)
    return str(path)


def test_on_windows_a_program_in_the_current_folder_is_not_taken_for_the_one_that_is_meant(
    folders: tuple[Path, Path],
) -> None:
    here, there = folders
    program(here, "docker.EXE")
    assert find("docker", str(there), windows=True) is None
    meant = program(there, "docker.EXE")
    assert find("docker", os.pathsep.join([".", "", str(there)]), windows=True) == meant


@pytest.mark.parametrize("name", ["wsl", "wsl.EXE"])
def test_on_windows_the_ending_may_be_left_out(folders: tuple[Path, Path], name: str) -> None:
    meant = program(folders[1], "wsl.EXE")
    assert find(name, str(folders[1]), windows=True) == meant


def test_a_path_is_taken_as_it_is(folders: tuple[Path, Path]) -> None:
    meant = program(folders[1], "tool.EXE")
    assert find(meant, "", windows=True) == meant


def test_an_accounts_name_is_no_command_for_a_batch_file_that_names_profiles() -> None:
    with pytest.raises(NotForBatch, match="calc"):
        ask_process("naming.cmd", ['dev" & calc & "', "123456789012"], windows=True)


@pytest.mark.parametrize("program", [r"C:\bin\naming.CMD", "a.bat"])
def test_what_cmd_reads_is_quoted_for_it(program: str) -> None:
    assert arguments(program, ["a&b", "plain"], windows=True) == f'"{program}" "a&b" plain'


def test_others_get_a_list_without_any_shell() -> None:
    assert arguments("naming.exe", ["a&b"], windows=True) == ["naming.exe", "a&b"]
    assert arguments("naming.cmd", ["a&b"], windows=False) == ["naming.cmd", "a&b"]
