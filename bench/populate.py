"""What populate costs next to its floor, and next to aws-sso-util, on the sandbox's portal.

    python bench/populate.py [--accounts 50 200 500] [--latency 0.05] [--theirs PATH/aws-sso-util]

The floor without a limit is calls / 16 x latency (16 requests under way at a time), with the portal's 20 requests a second
(calls - 20) / 20 seconds; a call is one for each account and one for each hundred of them. Whole processes are timed, from
their start to their end; what the reading alone took stands beside it. At 20 requests a second it is the command itself;
without a limit its parts without our budget, since that never lets more than 19.5 requests a second go.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aws_sso_core import aws
from aws_sso_core.identity_center.budget import Budget
from aws_sso_core.identity_center.directory import THREADS, list_directory
from aws_sso_core.identity_center.ledger import OwnLedger
from aws_sso_core.identity_center.listings import Listings
from aws_sso_core.model import SSO_SCOPE, Secret, Session, Token
from aws_sso_core.naming import naming
from aws_sso_core.paths import Paths
from aws_sso_core.plan import Options
from aws_sso_core.populate import Wanted, propose, write
from aws_sso_core.sandbox import START_URL, Directory, Knobs, Sandbox
from aws_sso_core.system_clock import SystemClock
from aws_sso_core.token_cache import TokenCache

ROLES = 4
AWS_LIMIT = 20.0
UNDER_WAY = 16
"""Requests at a time, for the floor; what ours has is its own affair."""
LONGEST = 900
PAGE = 100


@dataclass(frozen=True)
class Outcome:
    """One run."""

    seconds: float
    """From the start of the process to its end."""
    reading: float | None
    """From the first request to the last answer, where that is known."""
    computing: float
    """Seconds of one core; unlike the others, other work on the machine hardly changes them."""
    mib: float
    """The most memory it used."""
    profiles: int
    refused: int
    """Requests answered 429."""


class Home:
    """A throw-away home of a person who is signed in to a sandbox."""

    def __init__(self, box: Sandbox, folder: Path) -> None:
        self.box = box
        self.folder = folder
        self.session = Session("corp", box.start_url, box.region, scopes=(SSO_SCOPE,))
        self.token = self._issued(box)
        tokens = TokenCache(folder / ".aws" / "sso" / "cache")
        tokens.write(self.session, self.token)
        tokens.write(Session(box.start_url, box.start_url, box.region, kind="legacy"), self.token)
        self.config = folder / ".aws" / "config"
        self.config.write_text(
            f"[sso-session corp]\nsso_start_url = {box.start_url}\nsso_region = {box.region}\n"
            f"sso_registration_scopes = {SSO_SCOPE}\n"
        )

    @staticmethod
    def _issued(box: Sandbox) -> Token:
        center = box._center  # noqa: SLF001 - a sign-in without a browser
        with center.lock:
            client = center.register("bench", (SSO_SCOPE,), ("authorization_code", "refresh_token"), ())
            grant = center.issue(client, center.sign_in(None), client.scopes)
        return Token(
            Secret(grant.access.value),
            datetime.now(UTC) + timedelta(hours=1),
            start_url=box.start_url,
            region=box.region,
        )

    def run(self, *command: str) -> Outcome:
        """Time a program that populates."""
        env = {
            **{k: v for k, v in os.environ.items() if not k.startswith("AWS_")},
            **self.box.environment(),
            "HOME": str(self.folder),
            "AWS_SSO_TRAY_HOME": str(self.folder / "tray"),
        }
        if sys.platform == "win32":
            raise OSError("memory and computing time are those of POSIX")
        begun = time.perf_counter()
        child = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - begun
        assert status == 0, command
        profiles = len(re.findall(r"^\[profile ", self.config.read_text(), re.MULTILINE))
        computing = used.ru_utime + used.ru_stime
        return Outcome(seconds, self._reading(), computing, used.ru_maxrss / 1024, profiles, self._refused())

    def _reading(self) -> float | None:
        told = self.folder / "reading"
        if told.exists():
            return float(told.read_text())
        calls = [*self.box.calls.of("ListAccounts"), *self.box.calls.of("ListAccountRoles")]
        moments = sorted(call.at for call in calls)
        # The first one was answered when its latency was over.
        return (moments[-1] - moments[0]).total_seconds() + self.box.knobs.latency if moments else None

    def without_budget(self) -> Outcome:
        """Time all of populate but its budget, in a process of its own: the sandbox needs this one."""
        return self.run(sys.executable, __file__, "--populate", self.box.url, str(self.folder))

    def _refused(self) -> int:
        return sum(
            call.status == 429 for call in (*self.box.calls.of("ListAccounts"), *self.box.calls.of("ListAccountRoles"))
        )


def populate_without_budget(url: str, folder: Path) -> None:
    """What the child of ``Home.without_budget`` does."""
    session, clock, stopped = Session("corp", START_URL, "us-east-1"), SystemClock(), threading.Event()
    paths = Paths.from_environment(os.environ)
    token = TokenCache(paths.sso_cache).read(session)
    assert token
    budget = Budget(clock=clock, stopped=stopped, ledger=OwnLedger(), rate=None)
    portal = aws.portal(session, clock=clock, config=None, endpoint=url, pace=budget, connections=THREADS)
    begun = time.perf_counter()
    listing = list_directory(
        session,
        token=token.access_token,
        portal=portal,
        listings=Listings(paths.state_dir),
        clock=clock,
        locks_dir=paths.locks_dir,
        refresh=True,
        stopped=stopped,
        report=lambda _progress: None,
    )
    seconds = time.perf_counter() - begun
    wanted = Wanted(Options(session), naming(), ("us-east-1",))
    write(propose(listing, wanted, paths=paths), listing, wanted, paths=paths, clock=clock)
    (folder / "reading").write_text(str(seconds))


def measured(accounts: int, latency: float, limit: float | None, who: str, theirs: str) -> Outcome:
    """One contender on a sandbox of its own."""
    knobs = Knobs(latency=latency, rate_limit=limit)
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(SystemClock(), Directory.large(accounts, ROLES), knobs) as box,
    ):
        home = Home(box, Path(folder))
        if who == "without budget":
            return home.without_budget()
        if who == "aws-sso-util":
            url = ["--sso-start-url", box.start_url, "--sso-region", box.region]
            return home.run(theirs, "configure", "populate", *url, "--region", "us-east-1")
        return home.run(sys.executable, "-P", "-m", "aws_sso_core.cli", "populate", "--region", "us-east-1")


def floor(accounts: int, latency: float, limit: float | None) -> float:
    """Seconds."""
    calls = accounts + -(-accounts // PAGE)
    seconds = calls / UNDER_WAY * latency
    return max(seconds, (calls - limit) / limit) if limit else seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, nargs="+", default=[50, 200, 500])
    parser.add_argument("--latency", type=float, default=0.05, help="seconds before each answer")
    parser.add_argument("--theirs", default=os.environ.get("AWS_SSO_UTIL", ""), help="a real aws-sso-util")
    parser.add_argument("--unlimited", action="store_true", help="only without a limit, for thousands of accounts")
    parser.add_argument("--populate", nargs=2, metavar=("URL", "HOME"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.populate:
        populate_without_budget(options.populate[0], Path(options.populate[1]))
        return
    print(f"{ROLES} roles an account, {options.latency * 1000:.0f} ms a call\n")
    print(
        "accounts  limit  contender       seconds  of the floor  reading  of the floor  computing  MiB  profiles  429s"
    )
    for accounts in options.accounts:
        if not options.unlimited:
            compare(accounts, options.latency, AWS_LIMIT, "aws-sso-tray")
        ours = compare(accounts, options.latency, None, "without budget")
        if options.theirs:
            theirs = compare(accounts, options.latency, None, "aws-sso-util", options.theirs)
            print(f"{accounts:8}  aws-sso-util takes {theirs.seconds / ours.seconds:.0f}x as long")


def compare(accounts: int, latency: float, limit: float | None, who: str, theirs: str = "") -> Outcome:
    """Measure one contender, and print its line."""
    least, got = floor(accounts, latency, limit), measured(accounts, latency, limit, who, theirs)
    shown = f"{limit:.0f}/s" if limit else "none"
    reading = got.reading or 0.0
    print(
        f"{accounts:8}  {shown:5}  {who:14}  {got.seconds:7.2f}  {got.seconds / least:11.2f}x  {reading:7.2f}"
        f"  {reading / least:11.2f}x  {got.computing:9.2f}  {got.mib:3.0f}  {got.profiles:8}  {got.refused:4}",
        flush=True,
    )
    return got


if __name__ == "__main__":
    main()
