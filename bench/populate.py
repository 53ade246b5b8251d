"""What populate costs next to its floor, and next to aws-sso-util, on the sandbox's portal.

    python bench/populate.py [--accounts 50 200 500] [--latency 0.05] [--theirs PATH/aws-sso-util]

The floor without a limit is calls / 16 x latency (16 requests under way at a time), with the portal's 20 requests a second
(calls - 20) / 20 seconds; a call is one for each account and one for each hundred of them. Whole processes are timed. Our
own budget of requests is on in both, as it is for everybody; ``library`` is the reading alone without it.
"""

from __future__ import annotations

import argparse
import json
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
from aws_sso_core.sandbox import START_URL, Directory, Knobs, Sandbox
from aws_sso_core.system_clock import SystemClock
from aws_sso_core.token_cache import TokenCache

ROLES = 4
AWS_LIMIT = 20.0
LONGEST = 900
PAGE = 100


@dataclass(frozen=True)
class Outcome:
    """One run."""

    seconds: float
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
        begun = time.perf_counter()
        subprocess.run(command, env=env, check=True, capture_output=True, timeout=LONGEST, stdin=subprocess.DEVNULL)
        return self._outcome(time.perf_counter() - begun)

    def read(self) -> Outcome:
        """Time the reading alone, without our budget, in a process of its own: the sandbox needs this one."""
        child = [sys.executable, __file__, "--read", self.box.url, str(self.folder)]
        told = subprocess.run(child, check=True, capture_output=True, text=True, timeout=LONGEST).stdout
        seconds, roles = told.split()
        return Outcome(float(seconds), int(roles), self._refused())

    def _outcome(self, seconds: float) -> Outcome:
        return Outcome(seconds, len(re.findall(r"^\[profile ", self.config.read_text(), re.MULTILINE)), self._refused())

    def _refused(self) -> int:
        return sum(
            call.status == 429 for call in (*self.box.calls.of("ListAccounts"), *self.box.calls.of("ListAccountRoles"))
        )


def read(url: str, folder: Path) -> None:
    """What the child of ``Home.read`` does."""
    session, clock, stopped = Session("corp", START_URL, "us-east-1"), SystemClock(), threading.Event()
    token = TokenCache(folder / ".aws" / "sso" / "cache").read(session)
    assert token
    budget = Budget(clock=clock, stopped=stopped, ledger=OwnLedger(), rate=None)
    portal = aws.portal(session, clock=clock, config=None, endpoint=url, pace=budget, connections=THREADS)
    begun = time.perf_counter()
    listing = list_directory(
        session,
        token=token.access_token,
        portal=portal,
        listings=Listings(folder / "state"),
        clock=clock,
        locks_dir=folder / "locks",
        refresh=True,
        stopped=stopped,
        report=lambda _progress: None,
    )
    print(time.perf_counter() - begun, listing.roles)


def measured(accounts: int, latency: float, limit: float | None, who: str, theirs: str) -> Outcome:
    """One contender on a sandbox of its own."""
    knobs = Knobs(latency=latency, rate_limit=limit)
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(SystemClock(), Directory.large(accounts, ROLES), knobs) as box,
    ):
        home = Home(box, Path(folder))
        if who == "library":
            return home.read()
        if who == "aws-sso-util":
            url = ["--sso-start-url", box.start_url, "--sso-region", box.region]
            return home.run(theirs, "configure", "populate", *url, "--region", "us-east-1")
        return home.run(sys.executable, "-P", "-m", "aws_sso_core.cli", "populate", "--region", "us-east-1")


def floor(accounts: int, latency: float, limit: float | None) -> float:
    """Seconds."""
    calls = accounts + -(-accounts // PAGE)
    seconds = calls / THREADS * latency
    return max(seconds, (calls - limit) / limit) if limit else seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, nargs="+", default=[50, 200, 500])
    parser.add_argument("--latency", type=float, default=0.05, help="seconds before each answer")
    parser.add_argument("--theirs", default=os.environ.get("AWS_SSO_UTIL", ""), help="a real aws-sso-util")
    parser.add_argument("--read", nargs=2, metavar=("URL", "HOME"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.read:
        read(options.read[0], Path(options.read[1]))
        return
    print(f"{ROLES} roles an account, {options.latency * 1000:.0f} ms a call\n")
    print("accounts  limit  contender       seconds  of the floor  profiles  429s")
    rows = []
    for accounts in options.accounts:
        for limit in (None, AWS_LIMIT):
            least = floor(accounts, options.latency, limit)
            contenders = [
                "aws-sso-tray",
                *(["library"] if limit is None else []),
                *(["aws-sso-util"] if options.theirs else []),
            ]
            for who in contenders:
                got = measured(accounts, options.latency, limit, who, options.theirs)
                shown = f"{limit:.0f}/s" if limit else "none"
                ratio = got.seconds / least
                print(
                    f"{accounts:8}  {shown:5}  {who:14}  {got.seconds:7.2f}  {ratio:11.2f}x  {got.profiles:8}  {got.refused:4}",
                    flush=True,
                )
                rows.append({"accounts": accounts, "limit": limit, "who": who, "seconds": got.seconds, "ratio": ratio})
    print("\n" + json.dumps(rows))


if __name__ == "__main__":
    main()
