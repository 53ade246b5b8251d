"""A person's home on Windows, with a blank and foreign letters in its path, and our programs as separate processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from aws_sso_core import programs
from aws_sso_core.paths import Paths
from aws_sso_core.sandbox import Sandbox
from corp_config import CORP

LIMIT = 240
CONFIG = CORP


class WindowsHome:
    """A home folder, its environment, and what runs in it."""

    def __init__(self, folder: Path, box: Sandbox) -> None:
        foreign = ("AWS_", "BOTO", "HTTP", "NO_PROXY", "PYTHON")
        clean = {k: v for k, v in os.environ.items() if not k.upper().startswith(foreign)}
        ours = {"USERPROFILE": str(folder), "AWS_SSO_TRAY_HOME": str(folder / "ours")}
        # The visitor's own path would need quotes in BROWSER; its folder is found by -m.
        browser = {"BROWSER": f'"{sys.executable}" -P -m aws_sso_core.sandbox.visitor %s'}
        self.box = box
        self.env = {**clean, **ours, **box.environment(), **browser}
        self.paths = Paths.from_environment(self.env)
        self.paths.aws_dir.mkdir(parents=True)
        self.paths.config.write_text(CONFIG, encoding="utf-8")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One of our commands, to its end."""
        return subprocess.run(
            [*programs.command_line(), *words],
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )

    def outcome(self, *words: str) -> dict[str, Any]:
        """The last line of a command's JSON."""
        ran = self.run(*words, "--json")
        assert ran.returncode == 0, ran.stderr
        said: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
        return said

    def python(self, code: str, *, program: str = sys.executable) -> subprocess.CompletedProcess[bytes]:
        """A few lines of Python here."""
        command = [program, "-P", "-c", code]
        return subprocess.run(command, env=self.env, capture_output=True, timeout=LIMIT, check=False)
