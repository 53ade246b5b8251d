"""The tray's process, our commands as its children, and an Identity Center, all real; only the icon is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aws_sso_core.clock import Clock
from aws_sso_core.model import Session, Token
from aws_sso_core.paths import Paths
from aws_sso_core.sandbox import Sandbox
from aws_sso_core.system_clock import SystemClock
from aws_sso_core.timestamps import format_time
from aws_sso_core.token_cache import TokenCache
from aws_sso_tray.file_events import FileEvents
from fakes import LIMIT, FakeClock

CORP = Session("corp", "https://sandbox.awsapps.com/start", "us-east-1", scopes=("sso:account:access",))
CONFIG = f"""\
[sso-session corp]
sso_start_url = {CORP.start_url}
sso_region = {CORP.region}
sso_registration_scopes = sso:account:access
"""


class Home:
    """A home folder, signed in to the sandbox, and its tray."""

    def __init__(self, folder: Path, box: Sandbox, clock: Clock) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMPDIR") if name in os.environ}
        visitor = f"{sys.executable} -P -m aws_sso_core.sandbox.visitor"
        ours = {"HOME": str(folder), "USERPROFILE": str(folder), "AWS_SSO_TRAY_HOME": str(folder / "ours")}
        self.env = {**kept, **ours, **box.environment(), "XDG_RUNTIME_DIR": str(folder), "BROWSER": visitor}
        self.paths = Paths.from_environment(self.env)
        self.paths.aws_dir.mkdir(parents=True)
        self.paths.config.write_text(CONFIG)
        self.tokens = TokenCache(self.paths.sso_cache, sleep=clock.sleep)

    def run(self, *arguments: str) -> None:
        """One of our commands, to its end."""
        command = [sys.executable, "-P", "-m", "aws_sso_core.cli", *arguments]
        subprocess.run(command, env=self.env, timeout=LIMIT, check=True, capture_output=True)

    def tray(self) -> subprocess.Popen[bytes]:
        """The tray; it has no display."""
        command = [sys.executable, "-P", "-m", "aws_sso_tray.app"]
        return subprocess.Popen(command, env=self.env, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def token(self) -> Token:
        """The token in the file."""
        token = self.tokens.read(CORP)
        assert token is not None
        return token

    def age(self, left: timedelta) -> None:
        """Let the token have only so much time left."""
        path = self.tokens.path(CORP)
        document = json.loads(path.read_text())
        path.write_text(json.dumps({**document, "expiresAt": format_time(datetime.now(UTC) + left)}))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Sandbox(SystemClock()) as box:
        yield Home(tmp_path / "home", box, FakeClock())


def test_a_token_with_little_time_left_is_renewed_by_a_child_of_the_tray(home: Home) -> None:
    home.run("login", "corp")
    home.age(timedelta(minutes=10))
    before = home.token()
    changed = threading.Event()
    events = FileEvents([str(home.paths.sso_cache)], lambda path: path == str(home.tokens.path(CORP)), changed.set)
    tray = home.tray()
    try:
        assert changed.wait(LIMIT), "the tray renewed nothing"
    finally:
        tray.terminate()
        tray.wait(LIMIT)
        events.stop()
    assert home.token().access_token != before.access_token
    assert home.token().expires_at - datetime.now(UTC) > timedelta(minutes=50)
