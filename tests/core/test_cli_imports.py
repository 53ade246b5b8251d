"""What a command must not cost: the modules that it loads, seen in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aws_sso_core.cli.table import COMMANDS, HIDDEN
from cli_world import World

LIMIT = 30
CHILD = """
import sys
from aws_sso_core.cli.run import run
for line in sys.argv[1:]:
    run(line.split(), env=__import__("os").environ)
sys.stderr.write("\\n" + " ".join(sys.modules))
"""
NAMES = [name for rows in COMMANDS.values() for name in rows]


def loaded(home: Path, *command_lines: str) -> set[str]:
    """The modules that are there after these commands."""
    env = {**os.environ, "HOME": str(home), "USERPROFILE": str(home), "AWS_SSO_TRAY_HOME": str(home / "tray")}
    ran = subprocess.run(
        [sys.executable, "-c", CHILD, *command_lines],
        env=env,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=True,
    )
    return set(ran.stderr.rpartition("\n")[2].split())


def test_help_and_misspelt_commands_load_no_command(tmp_path: Path) -> None:
    there = loaded(tmp_path, "--help", "--version", "logni")
    assert there.isdisjoint(f"aws_sso_core.cli.{name}" for name in [*NAMES, *HIDDEN])
    assert there.isdisjoint({"boto3", "botocore", "rich", "tomlkit", "platformdirs", "aws_sso_core.profiles"})


def test_looking_loads_no_aws_library(tmp_path: Path) -> None:
    there = loaded(tmp_path, "status --json", "profiles", "settings", "use --show", "login")
    assert there & {"boto3", "botocore", "rich", "tomlkit", "segno", "asyncio", "prompt_toolkit"} == set()


@pytest.mark.parametrize("name", [*NAMES, *HIDDEN])
def test_every_command_of_the_table_has_a_help_page_with_an_example(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = World(tmp_path, monkeypatch).run(name, "--help").out
    assert page.startswith(f"Usage: aws-sso-tray {name} ")
    assert f"  aws-sso-tray {name}" in page.partition("Example")[2]


def test_the_way_out_looks_for_no_garbage(tmp_path: Path) -> None:
    child = (
        "import atexit, gc, sys; atexit.register(lambda: print(gc.get_freeze_count()));"
        "from aws_sso_core.cli.main import main; sys.argv[1:] = ['profiles']; main()"
    )
    env = {**os.environ, "HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "AWS_SSO_TRAY_HOME": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", child], env=env, capture_output=True, text=True, timeout=LIMIT, check=True
    )
    assert int(ran.stdout.splitlines()[-1]) > 0
