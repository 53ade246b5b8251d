"""What Docker waits for when it asks for a password that is kept: whole processes, ours and AWS's own helper.

    .venv/bin/python bench/docker_helper.py        half a minute; AWS's: apt-get install amazon-ecr-credential-helper

AWS's helper is a compiled Go program. It gets a made-up access key by the environment and a password in its own cache, so
neither of the two goes to the network.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aws_sso_core.model import Role, Secret
from aws_sso_core.registries.tokens import RegistryToken, RegistryTokens

ROUNDS = 41
ACCOUNT, REGION = "111122223333", "eu-west-1"
HOST = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
PASSWORD = "x" * 1800
"""As long as real ones are."""
THEIRS = "docker-credential-ecr-login"
KEY = "AKIAIOSFODNN7EXAMPLE"
BARE = "`python -I -S -c pass`"


def keep_ours(home: Path, env: dict[str, str]) -> None:
    """Leave what the long way leaves behind."""
    now, config = datetime.now(UTC), home / "config"
    config.write_text("")
    token = RegistryToken(Secret(PASSWORD), "dev.admin", "corp", Role(ACCOUNT, "Admin"), now, now + timedelta(hours=12))
    RegistryTokens(home / "tray" / "state", env=env, files=[config]).write(HOST, token, sign_in=config)


def keep_theirs(home: Path) -> None:
    """Write its ``~/.ecr/cache.json``."""
    now = datetime.now(UTC)
    scope = base64.b64encode(KEY.encode() + hashlib.md5(b"", usedforsecurity=False).digest()).decode()
    entry = {
        "AuthorizationToken": base64.b64encode(f"AWS:{PASSWORD}".encode()).decode(),
        "RequestedAt": now.isoformat(),
        "ExpiresAt": (now + timedelta(hours=12)).isoformat(),
        "ProxyEndpoint": f"https://{HOST}",
        "Service": "ecr",
    }
    place = home / ".ecr" / "cache.json"
    place.parent.mkdir()
    place.write_text(json.dumps({"Version": "1.0", "Registries": {f"{REGION}-{scope}-{ACCOUNT}": entry}}))


def milliseconds(command: list[str], env: dict[str, str]) -> float:
    """One run, which must give the password."""
    began = time.perf_counter()
    done = subprocess.run(command, input=HOST.encode(), capture_output=True, env=env, timeout=60, check=False)
    took = time.perf_counter() - began
    if command[-1] == "get" and PASSWORD not in done.stdout.decode():
        sys.exit(f"{command[0]} gave no password: {done.stdout!r} {done.stderr!r}")
    return took * 1000


def main() -> None:
    """Print the table."""
    commands = {
        BARE: [sys.executable, "-I", "-S", "-c", "pass"],
        "`python -c pass`": [sys.executable, "-c", "pass"],
        "docker-credential-aws-sso-tray": [
            str(Path(sys.executable).with_name("docker-credential-aws-sso-tray")),
            "get",
        ],
    }
    if shutil.which(THEIRS):
        commands[THEIRS] = [str(shutil.which(THEIRS)), "get"]
    else:
        print(f"{THEIRS} is not installed here", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        env = {"HOME": folder, "PATH": os.environ["PATH"], "AWS_SSO_TRAY_HOME": str(home / "tray")}
        env |= {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": "made-up", "AWS_EC2_METADATA_DISABLED": "true"}
        keep_ours(home, env)
        keep_theirs(home)
        took: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                took[name].append(milliseconds(command, env))
    print("| process | ms, median (least to most) | of a bare interpreter |\n|---|---|---|")
    for name, ms in took.items():
        ratio = statistics.median(a / b for a, b in zip(ms, took[BARE], strict=True))
        print(f"| {name} | {statistics.median(ms):.1f} ({min(ms):.1f} to {max(ms):.1f}) | {ratio:.2f} |")


if __name__ == "__main__":
    main()
