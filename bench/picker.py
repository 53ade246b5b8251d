"""The picker: how long until its window is there, against a bare Tk window, and what a key costs among 5,000 profiles.

.venv/bin/python bench/picker.py        half a minute; needs what tests/desktop needs
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from aws_sso_core import programs
from aws_sso_core.profiles import load
from aws_sso_tray.picker_filter import Finder
from desktop.desk import Desk
from desktop.screen import Screen
from large_config import config

TIMES = 9
BARE = "import tkinter; r = tkinter.Tk(); r.title('Find a profile'); tkinter.Entry(r).pack(); r.mainloop()"
TYPED = ("e", "ad", "admin", "prod read", "padm", "zq", "2000")


def seconds_to_window(desk: Desk, screen: Screen, command: list[str]) -> float:
    begun = time.perf_counter()
    child = desk.run(*command, log="window")
    while screen.inner("Find a profile") is None:
        time.sleep(0.002)
    taken = time.perf_counter() - begun
    desk.end(child)
    return taken


def opening(desk: Desk, screen: Screen) -> None:
    aws = desk.home / ".aws"
    aws.mkdir()
    bare = [sys.executable, "-c", BARE]
    taken: dict[str, list[float]] = {}
    for turn in range(TIMES + 1):
        for name, count, command in (
            ("a bare Tk window", 0, bare),
            ("the picker, 10 profiles", 10, programs.picker()),
            ("the picker, 1,000 profiles", 1000, programs.picker()),
            ("the picker, 5,000 profiles", 5000, programs.picker()),
            ("`aws-sso-tray pick`, 5,000 profiles", 5000, [*programs.command_line(), "pick"]),
        ):
            (aws / "config").write_text(config(count))
            seconds = seconds_to_window(desk, screen, command)
            if turn:  # the first one warms up
                taken.setdefault(name, []).append(seconds)
            while screen.inner("Find a profile"):
                screen.key("Escape")
                time.sleep(0.05)
    floor = statistics.median(taken["a bare Tk window"])
    print("| window | start to shown, s | |\n|---|---|---|")
    for name, values in taken.items():
        middle = statistics.median(values)
        print(f"| {name} | {middle:.2f} ({min(values):.2f} to {max(values):.2f}) | {middle / floor:.2f}x |")


def typing(folder: Path) -> None:
    path = folder / "config"
    path.write_text(config(5000))
    finder = Finder(load(config=path, credentials=folder / "none").profiles, favorites=(), recents=())
    finder.prepare()
    print("\n| typed | found | answered in, ms |\n|---|---|---|")
    for text in TYPED:
        taken = []
        for _ in range(TIMES):
            finder.find("\x00")  # so that nothing of the last search can be used
            begun = time.perf_counter()
            found = finder.find(text)
            taken.append((time.perf_counter() - begun) * 1000)
        print(f"| {text} | {len(found):,} | {statistics.median(taken):.1f} |")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="desk-") as name:
        desk = Desk(Path(name), panel=False, notices="none")
        screen = Screen(desk.display)
        try:
            opening(desk, screen)
        finally:
            screen.close()
            desk.stop()
        typing(Path(name))


if __name__ == "__main__":
    main()
