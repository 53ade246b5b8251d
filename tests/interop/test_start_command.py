"""``aws-sso-tray start`` as a process: the tray is begun before the command line is loaded, and nobody can tell."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from aws_sso_core.desktop import instance
from aws_sso_core.paths import Paths
from fakes import LIMIT

COMMAND = [sys.executable, "-P", "-m", "aws_sso_core.cli"]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a copy of the process is made on Linux only")


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A bare machine: a home folder, no display, no bus; its tray is ended."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    (tmp_path / "run").mkdir(mode=0o700)
    ours = {"HOME": str(tmp_path / "home"), "AWS_SSO_TRAY_HOME": str(tmp_path / "ours")}
    made = {**kept, **ours, "XDG_RUNTIME_DIR": str(tmp_path / "run"), "PYTHONWARNINGS": "error"}
    yield made
    if sys.platform != "win32" and (pid := holder(made)) is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def holder(env: dict[str, str]) -> int | None:
    return instance(Paths.from_environment(env)).holder()


def ran(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], env=env, capture_output=True, text=True, timeout=LIMIT, check=False)


def test_it_starts_one_tray_and_stop_ends_it(env: dict[str, str]) -> None:
    assert ran(env, "start").stdout == "The tray is running.\n"
    assert holder(env) is not None
    assert ran(env, "start").stdout == "The tray is running already.\n"
    assert ran(env, "stop").returncode == 0
    assert holder(env) is None


def test_the_tray_outlives_its_command_in_a_session_of_its_own(env: dict[str, str]) -> None:
    with subprocess.Popen(
        [*COMMAND, "start"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as command:
        assert command.wait(LIMIT) == 0
    tray = holder(env)
    assert tray not in (None, command.pid)
    assert sys.platform == "win32" or os.getsid(tray or 0) == tray


def test_the_tray_keeps_no_file_of_its_command_open(env: dict[str, str]) -> None:
    ours, theirs = os.pipe()
    with subprocess.Popen([*COMMAND, "start"], env=env, stdout=theirs, stderr=theirs, pass_fds=[theirs]) as command:
        os.close(theirs)
        assert command.wait(LIMIT) == 0
    with os.fdopen(ours) as said:
        assert "The tray is running." in said.read()  # to the end, which comes once nobody has the other end open
    assert holder(env) is not None


def test_a_tray_that_cannot_begin_is_told_in_its_own_words(env: dict[str, str]) -> None:
    paths = Paths.from_environment(env)
    paths.state_dir.mkdir(parents=True)
    lock = instance(paths)
    assert lock.acquire()
    name = next(paths.state_dir.glob("tray-*.lock"))
    lock.release()
    name.unlink()
    name.mkdir()  # nobody can open it for writing
    failed = ran(env, "start")
    assert failed.returncode == 1
    assert f"{name} cannot be made" in failed.stderr
