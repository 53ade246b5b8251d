"""A throw-away home: its own ~/.aws, its own state, and an environment that leads every AWS tool to the sandbox."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from aws_sso_core.clock import Clock
from aws_sso_core.errors import StoreFailed
from aws_sso_core.paths import Paths
from aws_sso_core.sandbox import Sandbox
from aws_sso_core.timestamps import format_duration

SESSION = "demo"

_PROFILES = (
    ("dev.admin", "111122223333", "AdministratorAccess", "eu-central-1"),
    ("dev.readonly", "111122223333", "AWSReadOnlyAccess", "eu-central-1"),
    ("staging.poweruser", "222233334444", "AWSPowerUserAccess", "eu-central-1"),
    ("prod-eu.readonly", "333344445555", "AWSReadOnlyAccess", "eu-central-1"),
    ("prod-us.readonly", "444455556666", "AWSReadOnlyAccess", "us-east-1"),
    ("data.poweruser", "012345678901", "AWSPowerUserAccess", "eu-west-1"),
    ("logs.audit", "000123456789", "SecurityAudit", "eu-central-1"),
)
"""Profile, account, role and region; all of them in ``sandbox.SAMPLE``."""

_TRIES, _PAUSE = 30, 0.1
_LOCAL = "127.0.0.1,localhost"
_FOREIGN = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")
"""Signs that the browser is on another machine; the one that presses Approve in the tour is here."""


@dataclass(frozen=True, slots=True)
class Home:
    """The folder, and the environment of every program that lives in it."""

    folder: Path
    env: Mapping[str, str]
    paths: Paths
    box: Sandbox

    def with_env(self, **more: str) -> Home:
        """The same home, with more in its environment."""
        return replace(self, env={**self.env, **more})

    def write_config(self, *, sign_in: timedelta) -> None:
        """The profiles of the demo's person, who knows the tray; ``session_duration`` tells how long a sign-in lasts."""
        self.paths.welcomed.parent.mkdir(parents=True, exist_ok=True)
        self.paths.welcomed.touch()
        lines = [
            f"[sso-session {SESSION}]",
            f"sso_start_url = {self.box.start_url}",
            f"sso_region = {self.box.region}",
            "sso_registration_scopes = sso:account:access",
            f"session_duration = {format_duration(sign_in)}",
        ]
        for name, account, role, region in _PROFILES:
            lines += ["", f"[profile {name}]", f"sso_session = {SESSION}", f"sso_account_id = {account}"]
            lines += [f"sso_role_name = {role}", f"region = {region}"]
        self.paths.config.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


@contextlib.contextmanager
def throw_away_home(box: Sandbox, env: Mapping[str, str], *, clock: Clock, alone: bool) -> Iterator[Home]:
    """A home for the length of the block; nothing of it is left afterwards.

    Args:
        box: where its environment leads.
        env: the person's own environment; all that is about AWS or a proxy is left out.
        clock: waits for programs that are just ending.
        alone: nobody looks at a screen, so the environment does not tell of one elsewhere.
    """
    folder = Path(tempfile.mkdtemp(prefix="aws-sso-tray-demo-"))
    try:
        clean = {key: value for key, value in env.items() if not _is_about_aws(key)}
        if alone:
            clean = {key: value for key, value in clean.items() if key not in _FOREIGN}
        own = {
            "HOME": str(folder),
            "USERPROFILE": str(folder),
            "AWS_SSO_TRAY_HOME": str(folder / "aws-sso-tray"),
            "NO_PROXY": _LOCAL,
            "no_proxy": _LOCAL,
        }
        full = {**clean, **_kept(env), **own, **box.environment()}
        (folder / ".aws").mkdir(mode=0o700)
        yield Home(folder, full, Paths.from_environment(full), box)
    finally:
        _remove(folder, clock)


def _is_about_aws(key: str) -> bool:
    upper = key.upper()
    return upper.startswith("AWS_") or upper in {"BOTO_CONFIG", "NO_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}


def _kept(env: Mapping[str, str]) -> dict[str, str]:
    """What a desktop program finds by the home folder, and must still find."""
    authority = Path(env.get("HOME", "/")) / ".Xauthority"
    return {"XAUTHORITY": str(authority)} if "XAUTHORITY" not in env and authority.exists() else {}


def _remove(folder: Path, clock: Clock) -> None:
    """Remove the folder; a program that is just ending may still write into it, or hold a file open on Windows."""
    for _ in range(_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        clock.sleep(_PAUSE)
    raise StoreFailed(f"{folder} could not be removed.", "Another program still uses it; remove it by hand.")
