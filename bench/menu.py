"""The tray's menu for many profiles: how long building it takes, and how many rows the desktop is given.

.venv/bin/python bench/menu.py
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from aws_sso_core.model import Profile, Session, SessionStatus, State
from aws_sso_tray.items import Item
from aws_sso_tray.menu import menu
from aws_sso_tray.snapshot import Snapshot

ROLES = ("admin", "billing", "poweruser", "readonly")
COUNTS = (10, 100, 1000, 5000)
TIMES = 15


def world(count: int, *, can_find: bool) -> Snapshot:
    session = Session("corp", "https://corp.awsapps.com/start", "us-east-1")
    profiles = tuple(
        Profile(
            f"team{n // 40}.{n // 4}.{ROLES[n % 4]}", "corp", f"{n // 4:012}", ROLES[n % 4], None, f"Account {n // 4}"
        )
        for n in range(count)
    )
    return Snapshot(
        datetime.now(UTC),
        sessions=(SessionStatus(session, State.SIGNED_IN, profiles=count),),
        profiles=profiles,
        active=profiles[0].name,
        recents=tuple(p.name for p in profiles[1:5]),
        production="prod",
        can_find=can_find,
    )


def rows(items: Sequence[Item]) -> int:
    return sum(1 + rows(item.children) for item in items)


def milliseconds(snapshot: Snapshot) -> float:
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        menu(snapshot)
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def main() -> None:
    print("| profiles | rows | building, ms | rows without Tk | building, ms |")
    print("|---|---|---|---|---|")
    for count in COUNTS:
        cells = []
        for can_find in (True, False):
            snapshot = world(count, can_find=can_find)
            cells += [f"{rows(menu(snapshot)):,}", f"{milliseconds(snapshot):.2f}"]
        print(f"| {count:,} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
