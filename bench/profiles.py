"""Listing profiles, and switching among them, in small and large configs: our processes and calls, with peers and floors.

.venv/bin/python bench/profiles.py [--aws PATH]        a minute or two; --aws is AWS CLI v2, else the one in PATH
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from aws_sso_core import programs
from aws_sso_core.paths import Paths
from aws_sso_core.profiles import load, names
from aws_sso_core.switching import active
from aws_sso_core.system_clock import SystemClock
from large_config import config, name

SIZES = (10, 1_000, 10_000)
ROUNDS = 7
BOTO3 = "import boto3; print(*boto3.Session().available_profiles, sep='\\n')"
SPLIT = (
    "import os\nwith open(os.environ['AWS_CONFIG_FILE']) as f: print(*[c.partition(']')[0] for c in f.read().split('\\n[')], "
    "sep='\\n')"
)


class Taken(NamedTuple):
    """Milliseconds."""

    wall: float
    computed: float
    """By this process and its children; what a busy machine disturbs least."""


def rows(jobs: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[Taken]]:
    """What each job took; they take turns, and the first turn warms up."""
    taken: dict[str, list[Taken]] = {label: [] for label in jobs}
    for turn in range(rounds + 1):
        for label, job in jobs.items():
            begun, before = time.perf_counter(), sum(os.times()[:4])
            job()
            if turn:
                wall, computed = time.perf_counter() - begun, sum(os.times()[:4]) - before
                taken[label].append(Taken(wall * 1000, computed * 1000))
    return taken


def table(title: str, taken: dict[str, list[Taken]], floor: str) -> None:
    """A row for each: median (least to most), and its ratio to the floor by the clock and by computing."""
    print(f"\n| {title} | ms | of the floor | computing |\n|---|---|---|---|")
    for label, values in taken.items():
        walls = [value.wall for value in values]
        ratios = [_ratio(values, taken[floor], at) for at in range(2)]
        print(
            f"| {label} | {statistics.median(walls):.1f} ({min(walls):.1f} to {max(walls):.1f}) | {' | '.join(ratios)} |"
        )


def _ratio(values: list[Taken], floor: list[Taken], at: int) -> str:
    # Computing is counted in steps of 10 ms, so all rounds together.
    least, ours = (statistics.fmean(value[at] for value in each) for each in (floor, values))
    return f"{ours / least:.2f}x" if least else "-"


def ran(env: dict[str, str], *words: str) -> Callable[[], object]:
    return lambda: subprocess.run(words, env=env, stdout=subprocess.DEVNULL, check=True)


def processes(path: Path, aws: str, env: dict[str, str]) -> None:
    python = sys.executable
    ours = programs.command_line()
    for size in SIZES:
        path.write_text(config(size))
        jobs = {
            "floor: a Python that splits the file once": ran(env, python, "-I", "-S", "-c", SPLIT),
            "`aws-sso-tray profiles --names`": ran(env, *ours, "profiles", "--names"),
            "`aws-sso-tray profiles`": ran(env, *ours, "profiles"),
            "`aws configure list-profiles`": ran(env, aws, "configure", "list-profiles"),
            "boto3: `available_profiles`": ran(env, python, "-c", BOTO3),
        }
        table(f"processes, {size:,} profiles", rows(jobs, ROUNDS), next(iter(jobs)))


def calls(path: Path) -> None:
    missing = path.with_name("no-credentials")
    path.write_text(config(10_000))
    jobs: dict[str, Callable[[], object]] = {
        "floor: read, and one split": lambda: path.read_text().split("\n["),
        "names": lambda: names(config=path, credentials=missing),
        "all that we know of each": lambda: load(config=path, credentials=missing),
    }
    table("calls, 10,000 profiles", rows(jobs, 3 * ROUNDS), next(iter(jobs)))


def write(path: Path, *, durable: bool) -> None:
    """Read the file and replace it by the same."""
    data, temporary = path.read_bytes(), path.with_name("temporary")
    with temporary.open("wb") as file:
        file.write(data)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    temporary.replace(path)


def switching(paths: Paths) -> None:
    """Each switch goes to a profile that was not chosen before, so each leaves a version in the history."""
    for size in SIZES:
        paths.config.write_text(config(size))
        chosen = itertools.cycle(map(name, range(0, size, max(size // 97, 1))))

        def switch(chosen: itertools.cycle[str] = chosen) -> None:
            active.use(next(chosen), paths=paths, clock=SystemClock(), env={})

        def foreign_change_and_switch(switch: Callable[[], None] = switch) -> None:
            with paths.config.open("a") as file:
                file.write("#\n")
            switch()

        jobs: dict[str, Callable[[], object]] = {
            "floor: read and replace, on the disk (fsync)": lambda: write(paths.config, durable=True),
            "read and replace, left to the system": lambda: write(paths.config, durable=False),
            "a switch": switch,
            "a switch after another program changed the file": foreign_change_and_switch,
        }
        floor, *_, disturbed = jobs
        calm = {label: job for label, job in jobs.items() if label != disturbed}
        table(f"switches, {size:,} profiles", rows(calm, 3 * ROUNDS), floor)
        table("disturbed", rows({floor: jobs[floor], disturbed: jobs[disturbed]}, ROUNDS), floor)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--aws", default="aws", help="the AWS CLI")
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = {"HOME": folder, "AWS_SSO_TRAY_HOME": f"{folder}/ours", "AWS_CONFIG_FILE": f"{folder}/.aws/config"}
        env = {"PATH": os.environ["PATH"], **home}
        paths = Paths.from_environment(home)
        paths.aws_dir.mkdir()
        processes(paths.config, words.aws, env)
        calls(paths.config)
        switching(paths)


if __name__ == "__main__":
    main()
