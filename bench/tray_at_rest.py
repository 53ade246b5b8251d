"""The tray on a real panel next to pystray and Pillow alone: memory, idle CPU, start, and a changed token in the menu.

    .venv/bin/python bench/tray_at_rest.py [--rounds N] [--idle SECONDS]

Needs what the tests of ``tests/desktop`` need. Both programs run on the same desk, with the same Python and the same
pystray backend; starts alternate, and memory and CPU are taken in the same minute. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from bench.process import Memory, children, cpu_seconds, memory, threads  # noqa: E402 - needs the path above

from aws_sso_core import programs  # noqa: E402
from aws_sso_core.model import Secret, Session, Token  # noqa: E402
from aws_sso_core.token_cache import TokenCache, format_time  # noqa: E402
from desktop.desk import Desk  # noqa: E402 - from tests/
from desktop.tray_item import TrayItem, tray_items  # noqa: E402
from patience import until  # noqa: E402

BARE = (sys.executable, str(ROOT / "tests" / "desktop" / "bare_icon.py"))
CORP = Session("corp", "https://sandbox.awsapps.com/start", "us-east-1")
PROFILES = 30
CHANGES = 20
SETTLING = 10.0
"""Seconds for start-up work to be over before anything is called rest."""
LOOK_EVERY = 0.002

Child = subprocess.Popen[bytes]


class Start(NamedTuple):
    """One start, up to the moment at which the panel had the icon."""

    seconds: float
    cpu: float
    """Seconds of computing, which a busy machine changes less."""


class Bench:
    """A desk with a person who is signed in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        aws = desk.home / ".aws"
        aws.mkdir(mode=0o700)
        (aws / "config").write_text(config())
        self._tokens = TokenCache(aws / "sso" / "cache")
        self.put_token(timedelta(hours=6))

    def put_token(self, left: timedelta) -> datetime:
        """A token that cannot be renewed, as by another program; its end."""
        ends_at = datetime.now(UTC).replace(microsecond=0) + left
        self._tokens.write(CORP, Token(Secret("somebody's"), ends_at))
        return ends_at

    def put_token_in_place(self, left: timedelta) -> datetime:
        """The same as AWS CLI v2 does it: the file is truncated and written again."""
        ends_at = datetime.now(UTC).replace(microsecond=0) + left
        document = {
            "startUrl": CORP.start_url,
            "region": CORP.region,
            "accessToken": "somebody's",
            "expiresAt": format_time(ends_at),
        }
        with self._tokens.path(CORP).open("w") as file:
            json.dump(document, file)
        return ends_at

    def started(self, command: Sequence[str]) -> tuple[Child, str, float]:
        """Start a program; it, its icon's name on the bus, and the seconds until the panel had the icon."""
        before = set(tray_items(self._desk.bus))
        began = time.perf_counter()
        child = self._desk.run(*command, log=f"bench-{len(before)}")
        while not (new := set(tray_items(self._desk.bus)) - before):
            if time.perf_counter() - began > 20:
                said = "\n".join(log.read_text() for log in self._desk.folder.glob("bench-*.log"))
                raise TimeoutError(f"no icon of {command}; it said:\n{said}")
            time.sleep(LOOK_EVERY)
        return child, new.pop(), time.perf_counter() - began

    def ended(self, child: Child) -> None:
        """End a program and wait until its icon is gone."""
        count = len(tray_items(self._desk.bus))
        self._desk.end(child)
        until(lambda: len(tray_items(self._desk.bus)) < count, "the icon is gone")

    def start_of(self, command: Sequence[str]) -> Start:
        """Seconds from nothing to the icon."""
        child, _, seconds = self.started(command)
        start = Start(seconds, cpu_seconds(child.pid))
        self.ended(child)
        return start

    def start_by_command(self) -> float:
        """Seconds from ``aws-sso-tray start`` to the icon; the command itself goes on for a moment after it."""
        child, _, seconds = self.started((*programs.command_line(), "start"))
        child.wait(20)
        stop = self._desk.run(*programs.command_line(), "stop")
        if stop.wait(20) != 0:
            raise RuntimeError("aws-sso-tray stop failed")
        until(lambda: not tray_items(self._desk.bus), "the icon is gone")
        return seconds

    def change_to_menu(self, item: TrayItem, put: Callable[[timedelta], datetime], n: int) -> float:
        """Seconds from a token file's change to the menu that tells it."""
        ends_at = put(timedelta(hours=2, minutes=n))
        began = time.perf_counter()
        while f"{ends_at:%H:%M}" not in item.menu().text():
            if time.perf_counter() - began > 20:
                raise TimeoutError(f"{ends_at:%H:%M} is not in the menu:\n{item.menu().text()}")
            time.sleep(LOOK_EVERY)
        return time.perf_counter() - began

    def changes(self, name: str, put: Callable[[timedelta], datetime]) -> list[float]:
        """Several of them, far enough apart that none is helped by the one before."""
        item, seconds = TrayItem(self._desk.bus, name), []
        for n in range(CHANGES):
            time.sleep(1.0 + 0.05 * n)
            seconds.append(self.change_to_menu(item, put, n))
        return seconds


def config() -> str:
    """One session and its profiles."""
    session = f"[sso-session corp]\nsso_start_url = {CORP.start_url}\nsso_region = {CORP.region}\n\n"
    return session + "".join(
        f"[profile account-{n:02}.admin]\nsso_session = corp\nsso_account_id = {n:012}\n"
        f"sso_role_name = AdministratorAccess\nregion = eu-west-1\n\n"
        for n in range(PROFILES)
    )


@contextmanager
def desk() -> Iterator[Desk]:
    folder = Path(tempfile.mkdtemp(prefix="desk-"))
    made = Desk(folder)
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def at_rest(pids: Sequence[int], seconds: float) -> tuple[list[float], list[Memory]]:
    """The share of one core that each took in this time, and its memory at the end."""
    before = [cpu_seconds(pid) for pid in pids]
    began = time.perf_counter()
    time.sleep(seconds)
    took = time.perf_counter() - began
    return [(cpu_seconds(p) - b) / took for p, b in zip(pids, before, strict=True)], [memory(p) for p in pids]


def machine() -> str:
    """Where the figures come from."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("pystray", "Pillow", "PyGObject", "watchdog"))
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, CPython {platform.python_version()}; {packages}"


def ratio(one: Sequence[float], other: Sequence[float]) -> str:
    return f"{statistics.median(one) / statistics.median(other):.2f}x"


def spread(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})"


def measure(bench: Bench, rounds: int, idle: float) -> None:
    tray = programs.tray()
    bench.start_of(BARE)  # the first start of all reads everything from the disk
    bench.start_of(tray)
    starts = [(bench.start_of(BARE), bench.start_of(tray), bench.start_by_command()) for _ in range(rounds)]
    bare_start, tray_start = [s[0].seconds for s in starts], [s[1].seconds for s in starts]
    bare_cpu, tray_cpu = [s[0].cpu for s in starts], [s[1].cpu for s in starts]
    command_start = [s[2] for s in starts]

    bare_child, _, _ = bench.started(BARE)
    tray_child, tray_name, _ = bench.started(tray)
    time.sleep(SETTLING)
    shares, (bare, ours) = at_rest([bare_child.pid, tray_child.pid], idle)
    counts = threads(bare_child.pid), threads(tray_child.pid), children(tray_child.pid)
    replaced = bench.changes(tray_name, bench.put_token)
    in_place = bench.changes(tray_name, bench.put_token_in_place)
    after = memory(tray_child.pid)

    print(f"{machine()}\n")
    print("| | pystray + Pillow | aws-sso-tray | |")
    print("|---|---|---|---|")
    print(f"| RSS at rest, MiB | {bare.rss:.1f} | {ours.rss:.1f} | +{ours.rss - bare.rss:.1f} |")
    print(f"| PSS at rest, MiB | {bare.pss:.1f} | {ours.pss:.1f} | +{ours.pss - bare.pss:.1f} |")
    print(f"| RSS after {2 * CHANGES} new tokens, MiB | | {after.rss:.1f} | +{after.rss - bare.rss:.1f} |")
    print(f"| CPU over {idle:.0f} s idle, of one core | {shares[0]:.4%} | {shares[1]:.4%} | |")
    print(f"| threads; child processes | {counts[0]} | {counts[1]}; {counts[2]} | |")
    print(f"| start to icon | {spread(bare_start)} | {spread(tray_start)} | {ratio(tray_start, bare_start)} |")
    print(f"| computing until the icon | {spread(bare_cpu)} | {spread(tray_cpu)} | {ratio(tray_cpu, bare_cpu)} |")
    print(f"| `aws-sso-tray start` to icon | | {spread(command_start)} | {ratio(command_start, bare_start)} |")
    print(f"| token file replaced, to the menu | | {spread(replaced)} | |")
    print(f"| token file written in place, to the menu | | {spread(in_place)} | |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="starts of each kind")
    parser.add_argument("--idle", type=float, default=60.0, help="seconds of rest")
    words = parser.parse_args()
    with desk() as made:
        measure(Bench(made), words.rounds, words.idle)


if __name__ == "__main__":
    main()
