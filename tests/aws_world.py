"""A scratch home with a config for the Sandbox, in which real AWS programs run."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aws_sso_core.model import Role, Secret, Session, Token
from aws_sso_core.role_cache import RoleCache
from aws_sso_core.sandbox import START_URL, Sandbox
from aws_sso_core.token_cache import TokenCache
from sandbox_clients import Program

CORP = Session("corp", START_URL, "us-east-1", scopes=("sso:account:access",))
LEGACY = Session(START_URL, START_URL, "us-east-1", kind="legacy")
ROLE = Role("000123456789", "SecurityAudit")
CONFIG = f"""\
[profile dev]
sso_session = corp
sso_account_id = {ROLE.account_id}
sso_role_name = {ROLE.name}
region = us-east-1

[profile old]
sso_start_url = {START_URL}
sso_region = us-east-1
sso_account_id = {ROLE.account_id}
sso_role_name = {ROLE.name}
region = us-east-1

[sso-session corp]
sso_start_url = {START_URL}
sso_region = us-east-1
sso_registration_scopes = sso:account:access
"""
LIMIT = 300
"""Seconds for one run of an AWS program; a slow machine needs ten."""


@functools.cache
def aws_cli(generation: int) -> str:
    """The path of AWS CLI 1 or 2; without it the test is skipped, or fails where everything must be there."""
    named = [os.environ["AWS_CLI_V1"]] if "AWS_CLI_V1" in os.environ else []
    places = [Path(folder) for folder in os.get_exec_path()]
    for command in [*named, *filter(None, (shutil.which("aws", path=str(place)) for place in places))]:
        done = subprocess.run([command, "--version"], check=False, capture_output=True, text=True, timeout=LIMIT)
        if f"aws-cli/{generation}." in done.stdout + done.stderr:
            return command
    missing = f"AWS CLI v{generation} is missing: `python3 noxfile.py test` installs it."
    if os.environ.get("AWS_SSO_TRAY_REQUIRE"):
        pytest.fail(missing)
    pytest.skip(missing)


class World:
    """The home, the Sandbox it belongs to, and our stores in it."""

    def __init__(self, home: Path, box: Sandbox) -> None:
        self.home = home
        self.box = box
        self.aws = home / ".aws"
        self.tokens = TokenCache(self.aws / "sso" / "cache")
        self.roles = RoleCache(self.aws / "cli" / "cache")
        self.aws.mkdir(parents=True)
        (self.aws / "config").write_text(CONFIG)
        self._lead_old_clis_to(box)

    def environment(self) -> dict[str, str]:
        """Nothing of this machine's AWS settings, proxies or browser."""
        kept = {k: v for k, v in os.environ.items() if k.upper() in {"PATH", "SYSTEMROOT", "LANG", "TEMP", "TMP"}}
        home = {"HOME": str(self.home), "USERPROFILE": str(self.home)}
        return {**kept, **home, **self.box.environment(), "AWS_PAGER": "", "NO_PROXY": "127.0.0.1", "BROWSER": "true"}

    def run(self, *command: str, env: Mapping[str, str] | None = None) -> str:
        """The program's standard output; a failure is told with everything it said."""
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            env={**self.environment(), **(env or {})},
        )
        assert done.returncode == 0, f"{command} ended with {done.returncode}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def boto3(self, expression: str, *, profile: str = "dev", first: str = "") -> Any:
        """What an expression of ``session``, a boto3 session in a process of its own, gives as JSON."""
        lines = ["import boto3, json", f"session = boto3.Session(profile_name={profile!r})", first]
        code = "\n".join([*lines, f"print(json.dumps({expression}))"])
        return json.loads(self.run(sys.executable, "-W", "error", "-c", code))

    def cli_login(self, cli: str, profile: str) -> None:
        """``aws sso login`` by the device flow, its code read from what it prints, and approved."""
        version = re.search(r"aws-cli/(\d+)\.(\d+)", self.run(cli, "--version"))
        assert version, "an AWS CLI without a version"
        device = ["--use-device-code"] if (int(version[1]), int(version[2])) >= (2, 22) else []
        command = [cli, "sso", "login", "--no-browser", "--profile", profile, *device]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.environment()
        ) as login:
            end = threading.Timer(LIMIT, login.kill)
            end.start()
            assert login.stdout is not None
            said = ""
            for line in login.stdout:
                said += line
                if code := re.fullmatch(r"\s*([A-Z]{4}-[A-Z]{4})\s*", line):
                    self.box.approve_device(code[1])
            end.cancel()
        assert login.returncode == 0, said

    def signed_in(self, session: Session = CORP) -> Token:
        """A token that the Sandbox issued, as our own sign-in would give it."""
        device = Program(self.box, scopes=session.scopes)
        answer = device.sign_in()
        refresh_token = answer.get("refreshToken")
        return Token(
            access_token=Secret(answer["accessToken"]),
            expires_at=(datetime.now(UTC) + timedelta(seconds=answer["expiresIn"])).replace(microsecond=0),
            refresh_token=Secret(refresh_token) if refresh_token else None,
            client_id=device.me["clientId"],
            client_secret=Secret(device.me["clientSecret"]),
            registration_expires_at=datetime.fromtimestamp(device.registered["clientSecretExpiresAt"], UTC),
        )

    def _lead_old_clis_to(self, box: Sandbox) -> None:
        """Debian's AWS CLI 2.9 knows no AWS_ENDPOINT_URL_*, but takes endpoint rules from ``~/.aws/models`` first."""
        rules = {
            "version": "1.0",
            "parameters": {
                "Region": {"builtIn": "AWS::Region", "required": False, "documentation": "", "type": "String"}
            },
            "rules": [
                {"conditions": [], "endpoint": {"url": box.url, "properties": {}, "headers": {}}, "type": "endpoint"}
            ],
        }
        for service, version in (("sso", "2019-06-10"), ("sso-oidc", "2019-06-10"), ("sts", "2011-06-15")):
            folder = self.aws / "models" / service / version
            folder.mkdir(parents=True)
            (folder / "endpoint-rule-set-1.json").write_text(json.dumps(rules))
