"""Never a secret out of place: what a person has is sought in all that our commands say, log, start and leave behind."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_sso_core.sandbox import Fault, Sandbox
from cli_world import World
from corp_config import CORP
from fakes import FakeBrowser

STATIC = "StaticKeyOfAnotherAge/wJalrXUtnFEMI+K7MD"
CONFIG = CORP
SAY = (
    "status",
    "status --json",
    "profiles --json",
    "whoami dev.admin",
    "whoami dev.admin --json",
    "use dev.admin",
    "use --show --json",
    "why dev.admin",
    "why keys --json",
    "console dev.admin --federation --json",
    "exec keys -- true",
    "exec nobody -- true",
    "history",
    "history --json",
    "restore 1 --yes",
    "settings --json",
    "doctor",
    "doctor --json",
    "renew --json",
    "login corp --force --json",
    "populate --session corp --region eu-west-1 --dry-run",
    "logout --json",
    "whoami dev.admin",
)
"""None of them is asked for a secret."""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    world = World(tmp_path, monkeypatch)
    world.neutral = str  # type: ignore[method-assign,assignment]  # secrets count here
    world.set(PATH="")  # `doctor` has nobody's programs to ask
    with Sandbox(world.clock) as box:
        world.browser = FakeBrowser(box)
        world.set(**box.environment())
        world.config(CONFIG)
        (world.aws / "credentials").write_text(f"[keys]\naws_access_key_id = AKIA\naws_secret_access_key = {STATIC}\n")
        assert world.run("login", "corp").code == 0
        box.fail("GetCallerIdentity", Fault.status(400))
        yield world


def secrets_of(world: World) -> set[str]:
    """What AWS has given out so far, as far as it is kept, and the person's own key."""
    found = {STATIC}
    for file in world.aws.rglob("*.json"):
        document = json.loads(file.read_text())
        document = document.get("Credentials", document)
        names = ("accessToken", "refreshToken", "clientSecret", "SecretAccessKey", "SessionToken")
        found |= {document[name] for name in names if name in document}
    return found


def test_no_command_says_logs_or_starts_with_a_secret_that_it_is_not_asked_for(world: World) -> None:
    known, said = secrets_of(world), []
    for line in SAY:
        ran = world.run(*line.split()[:1], "--verbose", *line.split()[1:])
        said += [ran.out, ran.err]
        known |= secrets_of(world)
    assert len(known) > 5, "a token, its refresh token and client, a role's keys, the static key"
    browser = world.browser
    assert isinstance(browser, FakeBrowser)
    log = (world.home / "tray" / "log" / "aws-sso-tray.log").read_text()
    for secret in known:
        assert not [text for text in (*said, log, *browser.opened) if secret in text]


@pytest.mark.skipif(os.name == "nt", reason="modes are POSIX's")
def test_no_file_or_folder_that_is_left_is_anybody_elses(world: World) -> None:
    (world.aws / "config").chmod(0o600)  # a test wrote these two
    (world.aws / "credentials").chmod(0o600)
    before = os.umask(0)
    try:
        for line in SAY:
            world.run(*line.split())
    finally:
        os.umask(before)
    left = [path for place in (world.aws / "sso", world.aws / "cli", world.home / "tray") for path in place.rglob("*")]
    assert len(left) > 10
    assert not [path for path in left if stat.S_IMODE(path.lstat().st_mode) & 0o077]
