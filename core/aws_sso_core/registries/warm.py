"""The quick way to a registry's kept password: no click, no boto3, no JSON, no config parsed.

A kept token is a small text file, ``key=value`` line by line, in ``state_dir/registries/<host>.token``. Beside the
password it holds what the choice of its profile was based on: some environment variables, and how config, credentials,
our notes and the sign-in's token file looked from outside. While all that is as it was, so is the answer. Whatever is
different, missing or odd sends the caller the long way (``ecr.py``), which reads everything.

Only ``os`` and ``time`` are imported: ``re``, which most modules bring, would double the time of the whole process.
"""

from __future__ import annotations

import os
import time

from aws_sso_core.registries.address import host_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

USER = "AWS"
"""The user name of every password that ECR gives out."""
FOLDER = "registries"
ENDING = ".token"
_VARIABLES = (
    "AWS_SSO_TRAY_AS",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "HOME",
    "USERPROFILE",
)
_HOST_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-")
_BETWEEN = "\t"


def password(address: str, env: Mapping[str, str]) -> str | None:
    """The kept password for what Docker calls a server URL, or None: go the long way."""
    host = host_of(address)
    if not host or not _HOST_LETTERS.issuperset(host):
        return None
    for state_dir in _state_dirs(env):
        kept = fields(os.path.join(state_dir, FOLDER, host + ENDING))  # noqa: PTH118 - pathlib costs 10 ms
        if kept and _still_good(kept, env):
            return kept.get("password")
    return None


def fields(path: str) -> dict[str, str] | None:
    """The lines of a kept token's file, or None when there is none that can be read."""
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123 - as above
            return dict(line.split("=", 1) for line in file.read().splitlines())
    except (OSError, ValueError):
        return None


def basis(env: Mapping[str, str], files: Iterable[str]) -> str:
    """What the choice of a profile is based on, as one line to compare. Take it before the files are read."""
    return repr([[env.get(name) for name in _VARIABLES], [look(path) for path in files]])


def look(path: str) -> str:
    """How a file looks from outside; another one when it was changed, whoever did it."""
    try:
        s = os.stat(path)  # noqa: PTH116 - as above
    except OSError:
        return ""
    return f"{s.st_mtime_ns} {s.st_ctime_ns} {s.st_size} {s.st_ino}"


def _still_good(kept: Mapping[str, str], env: Mapping[str, str]) -> bool:
    try:
        in_time = float(kept["fetched"]) <= time.time() < float(kept["reuse_until"])
        return (
            in_time
            and kept["sign_in_look"] == look(kept["sign_in"]) != ""
            and kept["basis"] == basis(env, kept["files"].split(_BETWEEN))
        )
    except (KeyError, ValueError):
        return False


def _state_dirs(env: Mapping[str, str]) -> list[str]:
    """Where ``Paths.state_dir`` may be. A wrong guess costs nothing: what is not there sends the long way."""
    if own := env.get("AWS_SSO_TRAY_HOME"):
        return [f"{own}/state"]
    if os.name == "nt":
        return [f"{env.get('LOCALAPPDATA', '')}\\aws-sso-tray"]
    home = env.get("HOME", "")
    linux = env.get("XDG_STATE_HOME") or f"{home}/.local/state"
    return [f"{linux}/aws-sso-tray", f"{home}/Library/Application Support/aws-sso-tray"]
