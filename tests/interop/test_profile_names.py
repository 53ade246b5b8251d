"""``profiles --names`` as a process, which has a short way of its own: the names that the AWS CLI lists."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aws_world import aws_cli
from fakes import LIMIT

COMMAND = [sys.executable, "-P", "-m", "aws_sso_core.cli", "profiles", "--names"]
CONFIG = "[default]\nregion = x\n[profile dev]\n[profile größe]\n[profile 'a b']\n[sso-session corp]\n"


def ran(home: Path, *command: str) -> subprocess.CompletedProcess[bytes]:
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "AWS_SSO_TRAY_HOME": str(home / "ours"), "LANG": "C.UTF-8"}
    return subprocess.run(command, env=env, capture_output=True, timeout=LIMIT, check=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text(CONFIG, encoding="utf-8")
    (tmp_path / ".aws" / "credentials").write_text("[keys]\naws_access_key_id = k\n", encoding="utf-8")
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="the AWS CLI is compared on POSIX")
def test_the_names_are_those_that_the_aws_cli_lists(home: Path) -> None:
    assert ran(home, *COMMAND).stdout == ran(home, aws_cli(2), "configure", "list-profiles").stdout


def test_a_file_that_cannot_be_read_is_told_as_by_every_command(home: Path) -> None:
    (home / ".aws" / "config").write_bytes(b"\xff\xfe[\x00")
    failed = ran(home, *COMMAND)
    assert failed.returncode == 2
    assert failed.stderr.startswith(b"aws-sso-tray: AWS tools cannot read ")
