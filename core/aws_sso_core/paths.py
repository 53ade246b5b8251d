"""Where everything lies on this machine.

The AWS side follows botocore: the home folder by ``expanduser``, config and credentials movable by ``AWS_CONFIG_FILE``
and ``AWS_SHARED_CREDENTIALS_FILE`` (with ``$VARS`` and ``~`` expanded), the token cache always in the home folder.
Our own side follows the platform (platformdirs); ``AWS_SSO_TRAY_HOME`` moves all of it into one folder.
"""

from __future__ import annotations

import ntpath
import os
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from aws_sso_core import warm

APP = "aws-sso-tray"
HOME_VARIABLE = "USERPROFILE" if os.name == "nt" else "HOME"
"""What decides the home folder here."""

_VARIABLE = re.compile(r"\$(?:(\w+)|\{([^}]*)\})", re.ASCII)
_WINDOWS_VARIABLE = re.compile(r"%%|\$\$|%([^%]+)%|\$\{([^}]*)\}|\$([\w-]+)|'[^']*'?|%[^%]*\Z|\$\{[^}]*\Z", re.ASCII)
"""The forms that ``posixpath.expandvars`` and ``ntpath.expandvars`` know."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Every place we read or write."""

    aws_dir: Path
    config: Path
    credentials: Path
    sso_cache: Path
    """Token files, shared with every AWS tool."""
    cli_cache: Path
    """Role credentials in AWS CLI's own form."""
    settings: Path
    """Our settings, TOML."""
    managed_settings: Path
    """Those that an administrator set for everybody, TOML."""
    state_dir: Path
    """What we keep between runs: learned lifetimes, locks, notes of who waits, history."""
    log_dir: Path
    docker_config: Path
    """Docker's own settings, as its command line finds them."""

    @property
    def warm_dir(self) -> Path:
        """What the credential helper's short way knows; in the home folder, where it can look without any of this."""
        return self.aws_dir / warm.FOLDER[-1]

    @property
    def locks_dir(self) -> Path:
        """Lock files; their content means nothing."""
        return self.state_dir / "locks"

    @property
    def history_dir(self) -> Path:
        """Dated copies of config and credentials as they were before a change."""
        return self.state_dir / "history"

    @property
    def registrations_dir(self) -> Path:
        """Our OIDC client registrations; never under AWS CLI's own names."""
        return self.state_dir / "registrations"

    @property
    def wanted_dir(self) -> Path:
        """One small note per program that waits for a sign-in."""
        return self.state_dir / "wanted"

    @property
    def wishes_dir(self) -> Path:
        """What other processes of ours ask of the running tray (quit, open the picker); one file each."""
        return self.state_dir / "wishes"

    @property
    def welcomed(self) -> Path:
        """There once the tray has greeted the person."""
        return self.state_dir / "welcomed"

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Paths:
        """All places for this environment (``os.environ`` in programs, a made-up one in tests).

        ``HOME`` (``USERPROFILE`` on Windows) in ``env`` decides the home folder; without it the system's answer does.
        """
        home = _home(env)
        aws_dir = home / ".aws"
        own = env.get("AWS_SSO_TRAY_HOME")
        if own:
            base = Path(_expand(own, env, home))
            settings, state_dir, log_dir = base / "settings.toml", base / "state", base / "log"
            managed = base / "managed.toml"
        else:
            import platformdirs  # noqa: PLC0415 - costs 20 ms, and the credential helper has no need of it

            dirs = platformdirs.PlatformDirs(APP, appauthor=False, roaming=False)
            settings = dirs.user_config_path / "settings.toml"
            managed = _everybodys(env) / "settings.toml"
            state_dir, log_dir = dirs.user_state_path, dirs.user_log_path
        return cls(
            aws_dir=aws_dir,
            config=_file(env, "AWS_CONFIG_FILE", aws_dir / "config", home),
            credentials=_file(env, "AWS_SHARED_CREDENTIALS_FILE", aws_dir / "credentials", home),
            sso_cache=aws_dir / "sso" / "cache",
            cli_cache=aws_dir / "cli" / "cache",
            settings=settings,
            managed_settings=managed,
            state_dir=state_dir,
            log_dir=log_dir,
            docker_config=Path(env.get("DOCKER_CONFIG") or home / ".docker") / "config.json",
        )


def _home(env: Mapping[str, str], *, windows: bool = os.name == "nt") -> Path:
    """As Python's ``expanduser`` does, so as botocore: Windows asks no ``HOME``."""
    if windows:
        home = env.get("USERPROFILE") or env.get("HOMEDRIVE", "") + env.get("HOMEPATH", "")
    else:
        home = env.get("HOME", "")
    return Path(home or os.path.expanduser("~"))  # noqa: PTH111 - botocore's own rule


def _everybodys(env: Mapping[str, str]) -> Path:
    """Where administrators put what counts for everybody."""
    if os.name == "nt":
        return Path(env.get("PROGRAMDATA") or r"C:\ProgramData", APP)
    mac = Path("/Library/Application Support")
    return mac / APP if mac.is_dir() else Path("/etc", APP)


def _expand(text: str, env: Mapping[str, str], home: PurePath, *, windows: bool = os.name == "nt") -> str:
    """As Python's ``expandvars`` and then ``expanduser``, but for this environment; unknown names stay as they are."""

    def value(match: re.Match[str]) -> str:
        if match.lastindex is None:  # a doubled sign stands for one; what is quoted or not closed stays
            return match[0][:1] if match[0] in {"%%", "$$"} else match[0]
        return env.get(match[match.lastindex], match[0])

    text = (_WINDOWS_VARIABLE if windows else _VARIABLE).sub(value, text)
    if text == "~" or text.startswith(("~/", "~\\") if windows else "~/"):
        return str(home) + text[1:]
    return ntpath.expanduser(text) if windows else posixpath.expanduser(text)  # "~name"


def _file(env: Mapping[str, str], name: str, default: Path, home: Path) -> Path:
    value = env.get(name)
    return Path(_expand(value, env, home)) if value else default
