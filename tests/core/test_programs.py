"""How our own programs are called: the line that ``credential_process`` gets."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from botocore.compat import compat_shell_split

from aws_sso_core import programs


def test_the_credential_process_is_the_fast_helper_of_this_installation() -> None:
    words = compat_shell_split(programs.credential_process("my team"), sys.platform)
    assert [Path(words[0]).name, *words[1:3], *words[4:]] == [
        Path(sys.executable).name,
        "-I",
        "-S",
        "--profile",
        "my team",
    ]
    assert Path(words[3]).samefile(Path(programs.__file__).with_name("helper.py"))


def test_without_a_profile_it_gives_the_active_ones_credentials() -> None:
    assert programs.credential_process(None).endswith("helper.py --active")


def test_a_frozen_program_calls_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(Path("/opt/my tray/aws-sso-trayw").absolute()))
    path, *rest = compat_shell_split(programs.credential_process("dev"), sys.platform)
    assert (Path(path).parent.name, Path(path).stem) == ("my tray", "aws-sso-tray")
    assert rest == ["credentials", "--profile", "dev"]


@pytest.mark.parametrize("name", ["python.exe", "pythonw.exe"])
def test_a_windowless_interpreter_is_never_the_credential_process(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(Path("/opt/python").absolute() / name))
    assert Path(compat_shell_split(programs.credential_process("dev"), sys.platform)[0]).name == "python.exe"
