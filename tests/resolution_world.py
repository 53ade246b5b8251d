"""The real AWS tools as oracles: child processes that tell what they take for a pair of files and an environment."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from aws_sso_core.resolve import Provider, Resolution

ORACLES = Path(__file__).parent / "interop" / "oracles"
START_URL = "https://sandbox.awsapps.com/start"
SESSIONS = ("corp", "other", START_URL)
SYSTEM_PYTHON = "/usr/bin/python3"
METHODS = {
    "env": Provider.ENV_KEYS,
    "shared-credentials-file": Provider.KEYS,
    "config-file": Provider.KEYS,
    "custom-process": Provider.PROCESS,
    "assume-role": Provider.ROLE,
    "assume-role-with-web-identity": Provider.WEB_IDENTITY,
    "sso": Provider.SSO,
}


class Oracle:
    """One real tool, asked line by line."""

    def __init__(self, home: Path, *command: str, env: Mapping[str, str] | None = None) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", **(env or {})},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._questions, self._answers = self._process.stdin, self._process.stdout

    def ask(self, **case: Any) -> dict[str, Any]:
        self._questions.write(json.dumps(case) + "\n")
        self._questions.flush()
        line = self._answers.readline()
        assert line, "the oracle has ended"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        self._questions.close()
        self._process.wait(120)
        self._answers.close()


class Home:
    """A home with tokens for every session a test may name, and a new pair of files for each case."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cases = 0
        cache = folder / ".aws" / "sso" / "cache"
        cache.mkdir(parents=True)
        for name in SESSIONS:
            token = {"accessToken": "t", "expiresAt": "2099-01-01T00:00:00Z", "startUrl": START_URL}
            (cache / f"{hashlib.sha1(name.encode()).hexdigest()}.json").write_text(json.dumps(token))
        keys = '{"Version": 1, "AccessKeyId": "PROCESS", "SecretAccessKey": "s"}'
        (folder / "keys.sh").write_text(f"echo '{keys}'\n")  # whatever arguments it is given
        (folder / "web-token").write_text("token")

    def files(self, config: bytes, credentials: bytes) -> dict[str, str]:
        """Write the files; the environment that leads there. Their names are new: JavaScript remembers files."""
        self._cases += 1
        places = [self.folder / f"{name}-{self._cases}" for name in ("config", "credentials")]
        for place, data in zip(places, (config, credentials), strict=True):
            place.write_bytes(data)
        return {
            "AWS_CONFIG_FILE": str(places[0]),
            "AWS_SHARED_CREDENTIALS_FILE": str(places[1]),
            "AWS_EC2_METADATA_DISABLED": "true",
        }


def boto3_oracle(home: Path) -> Oracle:
    return Oracle(home, sys.executable, str(ORACLES / "botocore_oracle.py"), "boto3")


def cli_oracle(home: Path) -> Oracle:
    """Debian's AWS CLI v2: its own Python package, asked inside one process."""
    needs([SYSTEM_PYTHON, "-c", "import awscli.botocore"], "AWS CLI v2 (Debian's package awscli)")
    return Oracle(home, SYSTEM_PYTHON, "-W", "ignore", str(ORACLES / "botocore_oracle.py"), "cli")


def js_program() -> tuple[str, dict[str, str]]:
    """Node.js, and the variable that tells our scripts where the JavaScript SDK is."""
    node, sdk = os.environ.get("AWS_JS_NODE") or shutil.which("node"), os.environ.get("AWS_JS_SDK", "")
    needs(
        [node or "node", "-e", f"require({json.dumps(sdk + '/node_modules/@aws-sdk/client-sts')})"],
        "The JavaScript SDK",
    )
    return str(node), {"AWS_JS_SDK": sdk}


def js_oracle(home: Path) -> Oracle:
    node, env = js_program()
    return Oracle(home, node, str(ORACLES / "js_oracle.cjs"), env=env)


def needs(command: Sequence[str], what: str) -> None:
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=120)
    except OSError:
        done = None
    if done is not None and done.returncode == 0:
        return
    missing = f"{what} is missing: `python3 noxfile.py test` installs it."
    if os.environ.get("AWS_SSO_TRAY_REQUIRE"):
        pytest.fail(missing)
    pytest.skip(missing)


def as_botocore_tells(told: Mapping[str, Any]) -> tuple[Any, ...]:
    """A botocore oracle's answer, to compare with ``as_we_tell``."""
    if told["problem"]:
        return ("fails",)
    provider = METHODS[told["method"]] if told["method"] else Provider.NONE
    return told["profile"], told["region"], provider, told["key"]


def as_js_tells(told: Mapping[str, Any]) -> tuple[Any, ...]:
    if told["problem"]:
        return told["region"], "fails"
    kind, _, rest = told["key"].partition(":")
    if kind in ("SSO", "ROLE", "WEB"):
        provider = {"SSO": Provider.SSO, "ROLE": Provider.ROLE, "WEB": Provider.WEB_IDENTITY}[kind]
        return told["region"], provider, rest
    return told["region"], told["key"]


def as_we_tell(ours: Resolution) -> tuple[Any, ...]:
    """Our answer in the words of the oracles; the kinds of SSO are one to them."""
    source = ours.source
    provider = Provider.SSO if source.provider is Provider.LEGACY_SSO else source.provider
    if ours.tool == "js":
        if ours.problem or provider is Provider.NONE:
            return ours.region, "fails"
        if provider in (Provider.ROLE, Provider.WEB_IDENTITY):
            return ours.region, provider, source.identity.partition(" from ")[0]
        if provider is Provider.SSO:
            return ours.region, provider, source.identity.partition(" (")[0]
        return ours.region, "PROCESS" if provider is Provider.PROCESS else source.identity
    if ours.problem:
        return ("fails",)
    static = provider in (Provider.ENV_KEYS, Provider.KEYS)
    key = "PROCESS" if provider is Provider.PROCESS else source.identity if static else None
    return ours.profile, ours.region, provider, key
