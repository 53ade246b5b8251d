"""What the credential helper costs: warm next to an interpreter and two peers, cold next to boto3, and 200 at once.

    python bench/credential_helper.py [--theirs PATH/aws-sso-util] [--aws PATH/aws] [--rounds 40]

Whole processes on the sandbox's portal, in turns; the median counts. *Warm*: credentials are kept with over 15 minutes left,
in the cache of AWS CLI, which AWS CLI and aws-sso-util read too. *Cold*: they are not. The command line of the helper is
the one that ``populate --credential-process`` writes.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

from aws_sso_core import programs, warm
from aws_sso_core.model import SSO_SCOPE, Role, Secret, Session, Token
from aws_sso_core.role_cache import RoleCache
from aws_sso_core.sandbox import START_URL, Directory, Sandbox
from aws_sso_core.system_clock import SystemClock
from aws_sso_core.token_cache import TokenCache
from aws_sso_core.warm_entries import WarmEntries

CORP = Session("corp", START_URL, "us-east-1", scopes=(SSO_SCOPE,))
LEGACY = Session(START_URL, START_URL, "us-east-1", kind="legacy")
ROLE = Role("111122223333", "Admin")
MINE, THEIRS = "corp.admin", "legacy.admin"
SIZES = (1, 2000, 10000)
CALLERS = 200
LONGEST = 300
SETTLED = 4
BOTO3 = """
import boto3, sys
from botocore import UNSIGNED
from botocore.config import Config
client = boto3.client("sso", region_name="us-east-1", endpoint_url=sys.argv[1], config=Config(signature_version=UNSIGNED))
client.get_role_credentials(accessToken=sys.argv[2], accountId=sys.argv[3], roleName=sys.argv[4])
"""


class Cost(NamedTuple):
    """Of one process, in milliseconds."""

    wall: float
    cpu: float

    def over(self, other: Cost) -> str:
        """How many times the other's, in wall time and, which a busy machine changes less, in computing."""
        return f"{self.wall / other.wall:.2f}x (computing {self.cpu / other.cpu:.2f}x)"


class Home:
    """A throw-away home of a person who is signed in to a sandbox."""

    def __init__(self, box: Sandbox, folder: Path) -> None:
        self.box = box
        self.aws = folder / ".aws"
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            **box.environment(),
            "HOME": str(folder),
            "AWS_SSO_TRAY_HOME": str(folder / "tray"),
        }
        self.tokens = TokenCache(self.aws / "sso" / "cache")
        self.roles = RoleCache(self.aws / "cli" / "cache")
        self.notes = folder / "tray" / "state" / "wanted"
        self.token = ""

    def sign_in(self) -> None:
        """Write a new token, for both forms of profiles."""
        center = self.box._center  # noqa: SLF001 - a sign-in without a browser
        with center.lock:
            client = center.register("bench", (SSO_SCOPE,), ("authorization_code", "refresh_token"), ())
            grant = center.issue(client, center.sign_in(None), client.scopes)
        self.token = grant.access.value
        expires_at = datetime.now(UTC) + timedelta(hours=1)
        token = Token(Secret(self.token), expires_at, CORP.start_url, CORP.region)
        self.tokens.write(LEGACY, token)
        if grant.refresh:
            token = replace(token, refresh_token=Secret(grant.refresh.value), client_id=client.id)
            token = replace(token, client_secret=Secret(client.secret), registration_expires_at=client.expires_at)
        self.tokens.write(CORP, token)

    def end_sign_in(self) -> None:
        """The token is past, and AWS refuses to renew it."""
        token = self.tokens.read(CORP)
        if token:
            self.tokens.write(CORP, replace(token, expires_at=datetime.now(UTC) - timedelta(minutes=1)))
        self.tokens.forget(LEGACY)
        self.box.end_sign_in()

    def write_config(self, profiles: int) -> None:
        """A config with so many profiles; the one that is asked for is the last."""
        sso = f"sso_account_id = {ROLE.account_id}\nsso_role_name = {ROLE.name}\nregion = us-east-1\n\n"
        others = (
            f"[profile account-{i}.reader]\nsso_session = corp\nsso_account_id = {i:012}\nsso_role_name = Reader\n"
            "region = us-east-1\n\n"
            for i in range(profiles - 1)
        )
        self.aws.mkdir(exist_ok=True)
        (self.aws / "config").write_text(
            f"[sso-session corp]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n"
            f"sso_registration_scopes = {SSO_SCOPE}\n\n"
            f"[profile {THEIRS}]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n{sso}"
            f"{''.join(others)}[profile {MINE}]\nsso_session = corp\n{sso}"
        )

    def forget(self) -> None:
        """Make it cold."""
        for session in (CORP, LEGACY):
            self.roles.forget(session, [ROLE])
        WarmEntries(self.aws / warm.FOLDER[-1], self.env, SystemClock()).clear()

    def run(self, command: Sequence[str]) -> Cost:
        """What it costs."""
        before, begun = ended_children_seconds(), time.perf_counter()
        subprocess.run(command, env=self.env, check=True, capture_output=True, timeout=LONGEST)
        took, computed = time.perf_counter() - begun, ended_children_seconds() - before
        return Cost(1000 * took, 1000 * computed)

    def start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        """Begin one of many."""
        return subprocess.Popen(command, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def ended_children_seconds() -> float:
    """What all children that have ended have computed."""
    if sys.platform == "win32":
        raise NotImplementedError("Windows does not count that")
    import resource  # noqa: PLC0415 - POSIX only

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def in_turns(jobs: dict[str, Callable[[], Cost]], rounds: int) -> dict[str, Cost]:
    """The medians of each; the first round does not count."""
    seen: dict[str, list[Cost]] = {name: [] for name in jobs}
    for _ in range(rounds + 1):
        for name, job in jobs.items():
            seen[name].append(job())
    return {
        name: Cost(*(statistics.median(column) for column in zip(*costs[1:], strict=True)))
        for name, costs in seen.items()
    }


def measure_warm(home: Home, helper: list[str], peers: dict[str, list[str]], rounds: int) -> None:
    print("| profiles | helper | of an interpreter | long way, kept |" + "".join(f" {name} |" for name in peers))
    print("|---|---|---|---|" + "---|" * len(peers))
    for size in SIZES:
        home.write_config(size)
        for command in (helper, *peers.values()):
            home.run(command)
        time.sleep(SETTLED)  # a config that was just written is compared by its content
        WarmEntries(home.aws / warm.FOLDER[-1], home.env, SystemClock()).clear()
        home.run(helper)
        assert warm.answer(["--profile", MINE], home.env), "the helper is not warm"
        fast: dict[str, list[str]] = {"floor": [sys.executable, "-I", "-S", "-c", "pass"], "helper": helper}
        quick = in_turns({name: partial(home.run, command) for name, command in fast.items()}, rounds)
        long_way = [sys.executable, "-P", "-m", "aws_sso_core.cli", "credentials", "--profile", MINE, "--no-wait"]
        slow = {"helper": helper, "long": long_way, **peers}
        slower = in_turns({name: partial(home.run, command) for name, command in slow.items()}, max(5, rounds // 8))
        mine = slower["helper"]
        print(
            f"| {size} | {quick['helper'].wall:.1f} ms | {quick['helper'].over(quick['floor'])} | {slower['long'].wall:.0f} ms |"
            + "".join(f" {slower[n].wall:.0f} ms = {slower[n].wall / mine.wall:.0f}x |" for n in peers),
            flush=True,
        )


def measure_cold(home: Home, helper: list[str], rounds: int) -> None:
    home.write_config(1)
    boto3 = [sys.executable, "-c", BOTO3, home.box.url, home.token, ROLE.account_id, ROLE.name]

    def cold() -> Cost:
        home.forget()
        return home.run(helper)

    found = in_turns({"helper": cold, "boto3": partial(home.run, boto3)}, max(5, rounds // 2))
    print(f"\ncold: {found['helper'].wall:.0f} ms, {found['helper'].over(found['boto3'])} of boto3 and one call")


def measure_crowd(home: Home, helper: list[str]) -> None:
    home.forget()
    home.box.calls.clear()
    begun = time.perf_counter()
    answers = ended([home.start(helper) for _ in range(CALLERS)])
    took = time.perf_counter() - begun
    print(f"{CALLERS} at once, cold: {took:.1f} s, {calls(home)} of the portal, {good(answers)} got credentials")

    home.forget()
    home.end_sign_in()
    home.box.calls.clear()
    begun = time.perf_counter()
    waiting = [home.start([*helper, "--wait", str(LONGEST)]) for _ in range(CALLERS)]
    while not home.notes.is_dir() or len(list(home.notes.glob("*.json"))) < CALLERS:
        time.sleep(0.1)
    came, refusals = time.perf_counter() - begun, home.box.calls.count("CreateToken")
    home.run([sys.executable, "-I", "-S", "-c", "pass"])
    used = sum(cpu(caller.pid) for caller in waiting)
    time.sleep(5)
    idle = (sum(cpu(caller.pid) for caller in waiting) - used) / 5
    home.sign_in()
    begun = time.perf_counter()
    answers = ended(waiting)
    took = time.perf_counter() - begun
    print(
        f"{CALLERS} over the end of a sign-in: after {came:.1f} s all wait, {refusals} heard of it from AWS; {idle:.1%} of "
        f"one core while they wait; {took:.1f} s from the token until the last has ended, {calls(home)} of the portal, "
        f"{good(answers)} got credentials"
    )


def ended(callers: list[subprocess.Popen[bytes]]) -> list[bytes]:
    return [caller.communicate(timeout=LONGEST)[0] for caller in callers]


def good(answers: list[bytes]) -> int:
    return sum(json.loads(answer or b"{}").get("Version") == 1 for answer in answers)


def calls(home: Home) -> str:
    made = home.box.calls.count("GetRoleCredentials")
    return f"{made} call{'s' * (made != 1)}"


def cpu(pid: int) -> float:
    """Seconds that a process has computed so far."""
    if sys.platform == "win32":
        raise NotImplementedError("Windows has no such clock")
    return time.clock_gettime((~pid << 3) | 2)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--theirs", metavar="AWS-SSO-UTIL")
    arguments.add_argument("--aws", metavar="AWS", help="AWS CLI v2")
    arguments.add_argument("--rounds", type=int, default=40)
    given = arguments.parse_args()
    peers = {}
    if given.theirs:
        peers["aws-sso-util"] = [given.theirs, "credential-process", "--profile", THEIRS]
    if given.aws:
        peers["AWS CLI v2"] = [given.aws, "configure", "export-credentials", "--profile", MINE]
    helper = shlex.split(programs.credential_process(MINE))
    directory = Directory.of((ROLE.account_id, "Dev", (ROLE.name,)))
    with tempfile.TemporaryDirectory() as folder, Sandbox(SystemClock(), directory) as box:
        home = Home(box, Path(folder))
        home.sign_in()
        measure_warm(home, helper, peers, given.rounds)
        measure_cold(home, helper, given.rounds)
        measure_crowd(home, helper)


if __name__ == "__main__":
    main()
