"""The tray as a process, on a machine without any display: what it loads, how it begins and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aws_sso_core.paths import Paths
from aws_sso_core.state import Wishes
from aws_sso_core.system_clock import SystemClock
from fakes import LIMIT

FORBIDDEN = {"boto3", "botocore", "click", "rich", "tomlkit", "ssl", "asyncio", "http", "gi", "pystray", "tkinter"}

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A bare machine: a home folder, no display, no bus."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMPDIR") if name in os.environ}
    home = str(tmp_path / "home")
    (tmp_path / "run").mkdir(mode=0o700)
    ours = {"HOME": home, "USERPROFILE": home, "AWS_SSO_TRAY_HOME": str(tmp_path / "ours")}
    return {**kept, **ours, "XDG_RUNTIME_DIR": str(tmp_path / "run"), "PYTHONWARNINGS": "error"}


@pytest.fixture
def start(env: dict[str, str]) -> Iterator[Start]:
    """Starts trays, and ends those that are left."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> subprocess.Popen[str]:
        tray = subprocess.Popen(
            [sys.executable, "-P", "-m", "aws_sso_tray.app", *arguments],
            env=env,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(tray)
        return tray

    yield begin
    for tray in started:
        tray.kill()
        tray.communicate()


def says_it_has_no_icon(tray: subprocess.Popen[str]) -> str:
    """The first line a tray without a display says; by then it heeds signals."""
    assert tray.stderr is not None
    return tray.stderr.readline()


def test_nothing_heavy_is_loaded_by_the_trays_modules(env: dict[str, str]) -> None:
    look = "import sys, aws_sso_tray.app, aws_sso_tray.parts, aws_sso_tray.file_events; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-P", "-c", look], env=env, capture_output=True, text=True, check=True)
    assert FORBIDDEN & set(done.stdout.split()) == set()


def test_without_a_display_it_says_so_and_works_on(start: Start, env: dict[str, str]) -> None:
    tray = start()
    assert "aws-sso-tray: " in says_it_has_no_icon(tray)
    Wishes(Paths.from_environment(env).wishes_dir, SystemClock()).ask("quit")
    assert tray.wait(LIMIT) == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM that a program could heed")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(start: Start, number: signal.Signals) -> None:
    tray = start()
    says_it_has_no_icon(tray)
    tray.send_signal(number)
    assert tray.wait(LIMIT) == 0


def test_a_second_one_says_that_the_first_runs_and_goes(start: Start) -> None:
    says_it_has_no_icon(start())
    second = start()
    assert second.wait(LIMIT) == 0
    assert says_it_has_no_icon(second) == "aws-sso-tray: The tray is running already.\n"


def test_after_its_end_another_can_begin(start: Start, env: dict[str, str]) -> None:
    wishes = Wishes(Paths.from_environment(env).wishes_dir, SystemClock())
    for _ in range(2):
        tray = start()
        says_it_has_no_icon(tray)
        wishes.ask("quit")
        assert tray.wait(LIMIT) == 0


def test_a_missing_console_is_survived(env: dict[str, str]) -> None:
    windowless = (
        "import sys; sys.stdin = sys.stdout = sys.stderr = None\n"
        "from aws_sso_tray.app import main\n"
        "code = main([])\n"
        "import os; os._exit(code)"
    )
    Wishes(Paths.from_environment(env).wishes_dir, SystemClock()).ask("quit")
    assert subprocess.run([sys.executable, "-P", "-c", windowless], env=env, timeout=LIMIT, check=False).returncode == 0


def test_a_state_folder_that_cannot_be_written_is_one_clear_sentence(start: Start, env: dict[str, str]) -> None:
    Path(env["AWS_SSO_TRAY_HOME"]).write_text("a file where the folder should be")
    tray = start()
    assert tray.wait(LIMIT) == 1
    assert says_it_has_no_icon(tray).startswith("aws-sso-tray: ")


def test_the_log_tells_what_was_done_in_an_owner_only_file(start: Start, env: dict[str, str]) -> None:
    tray = start()
    says_it_has_no_icon(tray)
    Wishes(Paths.from_environment(env).wishes_dir, SystemClock()).ask("quit")
    tray.wait(LIMIT)
    (file,) = Paths.from_environment(env).log_dir.glob("*.log")
    assert "Asked to quit" in file.read_text()
    assert os.name == "nt" or file.stat().st_mode & 0o077 == 0
