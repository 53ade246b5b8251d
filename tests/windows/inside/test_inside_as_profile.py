"""``env`` in the system's own cmd, and ``exec`` with programs and batch files, as a person on Windows starts them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aws_sso_core import programs
from aws_sso_core.as_profile.launch import CommandNotFound, run
from windows.inside.windows_home import WindowsHome

if sys.platform != "win32":
    pytest.skip("for Windows", allow_module_level=True)

LIMIT = 240
ARGUMENTS = [
    "",
    "plain",
    "two words",
    "a&b",
    "x|y>z",
    "(1)",
    "^",
    "!bang!",
    "a,b;c=d",
    "C:\\path with\\",
    "it's",
    "@ok",
]
"""What cmd would take for its own signs, if it were not quoted."""


def batch(folder: Path, name: str, *lines: str) -> Path:
    """A batch file; its folder must have a name that every code page knows."""
    path = folder / name
    path.write_text("".join(f"{line}\r\n" for line in ("@echo off", *lines)), encoding="ascii", newline="")
    return path


def teller(folder: Path, expression: str) -> str:
    """The command line of a program that writes this expression into ``seen.json``."""
    path = folder / "tell.py"
    path.write_text(f"import json, os, sys\njson.dump({expression}, open({str(folder / 'seen.json')!r}, 'w'))\n")
    return subprocess.list2cmdline([sys.executable, "-I", "-S", str(path)])


def seen(folder: Path) -> Any:
    return json.loads((folder / "seen.json").read_text())


def test_cmd_takes_over_what_env_says(home: WindowsHome, tmp_path: Path) -> None:
    home.outcome("login", "--no-device")
    ours = subprocess.list2cmdline([*programs.command_line(), "env", "dev.admin", "--shell", "cmd"])
    said = tmp_path / "said.cmd"  # Wine's cmd cannot run what `for /f` found, as `env --help` has it
    file = batch(tmp_path, "take-over.cmd", f"{ours} >{said}", f"call {said}", teller(tmp_path, "dict(os.environ)"))
    env = {**home.env, "AWS_PROFILE": "left-over"}
    subprocess.run(["cmd", "/d", "/c", str(file)], env=env, timeout=LIMIT, check=True)
    there = seen(tmp_path)
    assert (there["AWS_SSO_TRAY_AS"], there["AWS_REGION"]) == ("dev.admin", "eu-central-1")
    assert there["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert "AWS_PROFILE" not in there


def test_exec_gives_a_program_credentials_and_its_exit_code_back(home: WindowsHome) -> None:
    home.outcome("login", "--no-device")
    code = "import os, sys; print(os.environ['AWS_SSO_TRAY_AS']); sys.exit(7)"
    ran = home.run("exec", "dev.admin", "--", sys.executable, "-I", "-S", "-c", code)
    assert (ran.returncode, ran.stdout.strip()) == (7, "dev.admin")


def test_exec_of_no_program_is_127(home: WindowsHome) -> None:
    home.outcome("login", "--no-device")
    assert home.run("exec", "dev.admin", "--", "no-such-program").returncode == 127


def test_exec_starts_nothing_that_merely_lies_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As PowerShell does: a folder somebody else has filled, such as a clone, must not say what ``terraform`` is."""
    batch(tmp_path, "terraform.cmd", "exit /b 0")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandNotFound):
        run(["terraform"], os.environ)
    assert run([".\\terraform.cmd"], os.environ) == 0


def test_a_batch_file_hands_every_argument_on_as_it_was(tmp_path: Path) -> None:
    tool = batch(tmp_path, "tool.cmd", f"{teller(tmp_path, 'sys.argv[1:]')} %*")
    env = {**os.environ, "PATH": f"{tmp_path};{os.environ['PATH']}"}
    for argument in ARGUMENTS:
        assert run([tool.stem, argument, "last"], env) == 0
        assert seen(tmp_path) == [argument, "last"]


def test_the_program_that_started_this_one_is_seen(tmp_path: Path) -> None:
    ask = tmp_path / "ask.py"
    ask.write_text("from aws_sso_core.processes import ancestor_names; print(ancestor_names()[0])")
    file = batch(tmp_path, "ask.cmd", subprocess.list2cmdline([sys.executable, str(ask)]))
    ran = subprocess.run(["cmd", "/d", "/c", str(file)], capture_output=True, text=True, timeout=LIMIT, check=True)
    assert ran.stdout.strip().lower() == "cmd"
