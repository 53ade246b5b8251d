"""Checks of the programs around us: AWS CLI, Docker, and this program itself."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from aws_sso_core import files, permissions
from aws_sso_core.doctor.checkup import Check, Finding, Machine, ok, problem, skipped, unreadable, warning
from aws_sso_core.registries import docker_config
from aws_sso_core.registries.docker_config import NotDockers
from aws_sso_core.registries.hosts import registry

AREA = "Programs"
PROGRAM = "aws-sso-tray"
_NO_CONFIG = "Unable to parse config file"
_VERSION = re.compile(r"aws-cli/(\d+)\.(\d+)\.(\d+)")
_PKCE = (2, 22)
"""AWS CLI signs in by PKCE since; before, by device code."""
_SESSIONS = (2, 9)
"""AWS CLI reads sso-session sections since (1.27.10 in version 1, which cannot sign in)."""
_INSTALL = {
    "Windows": "winget install Amazon.AWSCLI",
    "Darwin": "brew install awscli",
    "Linux": "See the AWS CLI user guide, or your distribution's package awscli (version 2).",
}
_REFRESH_PATH = {
    "Windows": "In PowerShell: $env:Path = [Environment]::GetEnvironmentVariable('Path','Machine') + ';' + "
    "[Environment]::GetEnvironmentVariable('Path','User')",
    "": 'export PATH="$PATH:{}"',
}
"""By system; what any other one takes has the folder in it."""


def _aws_cli(machine: Machine) -> Iterator[Finding]:
    path = machine.which("aws")
    if path is None:
        yield from _no_aws_cli(machine)
        return
    ran = machine.run([str(path), "--version"])
    found = _VERSION.search(ran.out) if ran else None
    if found is None:
        last = ran.out.strip().splitlines()[-1:] if ran else ()
        if unreadable(machine) or (
            ran and _NO_CONFIG in ran.out
        ):  # AWS CLI reads its config before it tells its version
            yield skipped("AWS CLI cannot parse the config, so it does not even tell its version.")
        else:
            yield problem(f"{path} does not tell its version.", "Install AWS CLI anew.", *last)
        return
    major, minor, patch = (int(part) for part in found.groups())
    told = f"AWS CLI {major}.{minor}.{patch}"
    if major == 1:
        yield warning(f"{told} cannot sign in to IAM Identity Center; it does use our sign-ins.", _install(), str(path))
    elif (major, minor) < _SESSIONS:
        yield problem(f"{told} cannot read sso-session sections.", f"Update it. {_install()}", str(path))
    elif (major, minor) < _PKCE:
        yield ok(f"{told}: `aws sso login` shows a code with it, which newer ones do without.", str(path))
    else:
        yield ok(f"{told}.", str(path))


def _no_aws_cli(machine: Machine) -> Iterator[Finding]:
    elsewhere = machine.programs_elsewhere("aws")
    if elsewhere:
        line = _REFRESH_PATH.get(platform.system(), _REFRESH_PATH[""]).format(elsewhere[0].parent)
        yield warning(
            "AWS CLI is installed, but the PATH of this shell does not lead to it.", line, *map(str, elsewhere)
        )
    else:
        yield warning("AWS CLI is not there; this program does without it.", _install())


def _install() -> str:
    return _INSTALL.get(platform.system(), _INSTALL["Linux"])


def _ourselves(machine: Machine) -> Iterator[Finding]:
    here, ours = Path(sys.executable), version(PROGRAM)
    yield ok(
        f"{PROGRAM} {ours}.",
        f"Python {platform.python_version()} ({here})",
        f"{platform.system()} {platform.release()} ({platform.machine()})",
        f"log: {machine.paths.log_dir}",
        f"state: {machine.paths.state_dir}",
        f"settings: {machine.paths.settings}",
    )
    found = machine.which(PROGRAM)
    if found is None:
        yield warning("The PATH does not lead to aws-sso-tray.", f"Shells find it when {here.parent} is on the PATH.")
    elif (ran := machine.run([str(found), "--version"])) and ran.out.split() != [PROGRAM, ours]:
        said = " ".join(ran.out.split()) or "nothing"
        yield warning(
            f"The PATH leads to another aws-sso-tray, which calls itself {said!r}.", "Remove one of them.", str(found)
        )


def _docker(machine: Machine) -> Iterator[Finding]:
    path = machine.paths.docker_config
    data = files.read_bytes(path)
    if data is None:
        yield skipped("Docker has no config here.")
        return
    try:
        helpers, hosts = docker_config.helpers(data.decode()), docker_config.with_passwords(data.decode())
    except (NotDockers, UnicodeDecodeError):
        yield problem(f"{path} is not the JSON that Docker wants.", "Correct it: Docker does without it until then.")
        return
    if docker_config.HELPER in helpers.values() and machine.which(docker_config.PROGRAM) is None:
        yield problem(
            f"Docker is to ask {docker_config.PROGRAM}, which is not on the PATH.",
            f"Put {Path(sys.executable).parent} on it.",
        )
    if plain := [host for host in hosts if registry(host)]:
        yield warning(
            f"{path} holds passwords of ECR registries in plain text.",
            "`aws-sso-tray ecr login REGISTRY` gives fresh ones when they are asked for; `docker logout REGISTRY`.",
            *plain,
        )


def _log(machine: Machine) -> Iterator[Finding]:
    if trouble := permissions.why_not_writable(machine.paths.log_dir / "x"):
        yield warning(trouble, "Nothing is logged as long as that is so.")
    elif not os.path.isdir(machine.paths.log_dir):  # noqa: PTH112 - one question, no object
        yield skipped("Nothing has been logged yet.")


CHECKS = (
    Check("ourselves", AREA, "This program", "", _ourselves, needs_config=False),
    Check("log", AREA, "The log", "The log can be written.", _log, needs_config=False),
    Check("aws-cli", AREA, "AWS CLI", "", _aws_cli, needs_config=False),
    Check("docker", AREA, "Docker", "Docker's config is in order.", _docker, needs_config=False),
)
