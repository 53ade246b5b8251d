"""A person with a home on a desk: AWS files, an Identity Center that is the sandbox, a browser that is its visitor."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aws_sso_core import programs
from aws_sso_core.desktop.linux.bus import BusFailed
from aws_sso_core.model import Secret, Session, Token
from aws_sso_core.sandbox import Sandbox
from aws_sso_core.token_cache import TokenCache, format_time
from desktop.desk import Desk
from desktop.tray_item import TrayItem
from patience import until

CONFIG = """\
# Accounts of the platform team
[sso-session corp]
sso_start_url = https://sandbox.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile dev.admin]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = AdministratorAccess
region = eu-west-1

[profile prod.readonly]
sso_session = corp
sso_account_id = 333344445555
sso_role_name = AWSReadOnlyAccess
region = us-east-2
"""
CORP = Session("corp", "https://sandbox.awsapps.com/start", "us-east-1", scopes=("sso:account:access",))
SECONDS = 300


class Person:
    """Somebody on the desk.

    Args:
        desk: where they sit.
        box: their Identity Center.
        config: their ``~/.aws/config``; None for none.
        new_here: the tray has not greeted them yet.
    """

    def __init__(self, desk: Desk, box: Sandbox, config: str | None = CONFIG, *, new_here: bool = False) -> None:
        self.desk = desk
        self.box = box
        self.aws = desk.home / ".aws"
        self.tokens = TokenCache(self.aws / "sso" / "cache")
        self.cookies = desk.folder / "cookies"
        visitor = [sys.executable, "-m", "aws_sso_core.sandbox.visitor", "--cookies", str(self.cookies)]
        self.env = {**desk.env, **box.environment(), "BROWSER": shlex.join(visitor)}
        self.aws.mkdir(mode=0o700)
        if config is not None:
            self.config.write_text(config)
        if not new_here:
            self.state.mkdir(parents=True)
            (self.state / "welcomed").touch()

    @property
    def state(self) -> Path:
        """Where our programs keep what they know; platformdirs asks this process's environment, which is another."""
        return self.desk.home / ".local" / "state" / "aws-sso-tray"

    @property
    def config(self) -> Path:
        """Their config file."""
        return self.aws / "config"

    def start_tray(self, *words: str) -> subprocess.Popen[bytes]:
        """The tray, as ``aws-sso-tray start`` would start it."""
        return self.desk.run(*programs.tray(), "--verbose", *words, env=self.env, log="tray")

    def log(self) -> str:
        """What the tray said, for failures."""
        path = self.desk.folder / "tray.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run any program as this person, to its end."""
        return subprocess.run(
            command,
            env=self.env,
            cwd=self.desk.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def ours(self, *words: str) -> subprocess.CompletedProcess[str]:
        """``aws-sso-tray WORDS``."""
        return self.run(*programs.command_line(), *words)

    def status(self) -> dict[str, Any]:
        """The first session of ``status --json``."""
        done = self.ours("status", "--json")
        assert done.returncode == 0, done.stderr
        session: dict[str, Any] = json.loads(done.stdout)["sessions"][0]
        return session

    def put_token(self, left: timedelta, session: Session = CORP, **parts: Any) -> Token:
        """A token as another program leaves it, this long before its end."""
        token = Token(Secret("somebody's"), datetime.now(UTC).replace(microsecond=0) + left, **parts)
        self.tokens.write(session, token)
        return token

    def write_in_place(self, session: Session, ends_at: datetime) -> None:
        """A token as AWS CLI v2 writes it: opened, truncated, written piece by piece; anybody may read half of it."""
        text = json.dumps(
            {
                "startUrl": session.start_url,
                "region": session.region,
                "accessToken": "from-another-program",
                "expiresAt": format_time(ends_at),
            }
        )
        path = self.tokens.path(session)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as file:
            for start in range(0, len(text), 40):
                file.write(text[start : start + 40])
                file.flush()

    def identity(self) -> str:
        """Who boto3 in a process of its own says we are: the account and the role of STS' answer."""
        code = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
        done = self.run(sys.executable, "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def wait_for_row(self, item: TrayItem, pattern: str) -> str:
        """Until some row of the menu looks so; the whole menu as text."""
        seen = ""

        def look() -> str | None:
            nonlocal seen
            with suppress(BusFailed):  # the tray has ended; its log tells why
                seen = item.menu().text()
            return seen if re.search(pattern, seen) else None

        try:
            return until(look, "")
        except AssertionError:
            raise AssertionError(f"no {pattern!r} in the menu:\n{seen}\nThe tray said:\n{self.log()}") from None

    def wait_until_signed_in(self) -> Token:
        """Until a good token of ours is there."""

        def token() -> Token | None:
            found = self.tokens.read(CORP)
            return found if found and found.expires_at > datetime.now(UTC) + timedelta(minutes=30) else None

        return until(token, f"somebody is signed in; the tray said:\n{self.log()}")


def legacy_config(start_url: str, profiles: Sequence[str]) -> str:
    """Profiles in the old form, whose tokens cannot be renewed and so have one known end."""
    return "".join(
        f"[profile {name}]\nsso_start_url = {start_url}\nsso_region = us-east-1\n"
        f"sso_account_id = 111122223333\nsso_role_name = AdministratorAccess\n\n"
        for name in profiles
    )
