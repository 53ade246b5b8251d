"""``env`` in the system's own cmd, and ``exec`` with programs and batch files, as a person on Windows starts them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from aws_sso_core import programs
from aws_sso_core.launch import run
from aws_sso_core.processes import ancestor_names
from windows.inside.windows_home import WindowsHome

if sys.platform != "win32":
    pytest.skip("for Windows", allow_module_level=True)

LIMIT = 60
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


def script(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("".join(f"{line}\r\n" for line in ("@echo off", *lines)), newline="")
    return path


def test_cmd_takes_over_what_env_says(home: WindowsHome) -> None:
    home.outcome("login", "--no-device")
    ours = subprocess.list2cmdline([*programs.command_line(), "env", "dev.admin", "--shell", "cmd"])
    seen = home.paths.aws_dir / "seen.json"
    dump = home.paths.aws_dir / "dump.py"
    dump.write_text(f"import json, os; json.dump(dict(os.environ), open({str(seen)!r}, 'w'))")
    file = script(
        home.paths.aws_dir,
        "take-over.cmd",
        f'for /f "usebackq delims=" %%i in (`"{ours}"`) do %%i',
        subprocess.list2cmdline([sys.executable, "-I", "-S", str(dump)]),
    )
    subprocess.run(
        ["cmd", "/d", "/c", str(file)], env={**home.env, "AWS_PROFILE": "left-over"}, timeout=LIMIT, check=True
    )
    there = json.loads(seen.read_text())
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


def test_a_batch_file_hands_every_argument_on_as_it_was(home: WindowsHome) -> None:
    seen = home.paths.aws_dir / "seen.json"
    look = home.paths.aws_dir / "look.py"
    look.write_text(f"import json, sys; json.dump(sys.argv[1:], open({str(seen)!r}, 'w'))")
    tool = script(
        home.paths.aws_dir, "tool.cmd", f"{subprocess.list2cmdline([sys.executable, '-I', '-S', str(look)])} %*"
    )
    path = f"{home.paths.aws_dir};{home.env['PATH']}"
    for argument in ARGUMENTS:
        run([tool.stem, argument, "last"], {**home.env, "PATH": path})
        assert json.loads(seen.read_text()) == [argument, "last"]


def test_the_program_that_started_this_one_is_seen() -> None:
    code = "from aws_sso_core.processes import ancestor_names; print(ancestor_names()[0])"
    ran = subprocess.run(
        ["cmd", "/d", "/c", subprocess.list2cmdline([sys.executable, "-c", code])],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=True,
    )
    assert ran.stdout.strip().lower() == "cmd"
    assert ancestor_names()
