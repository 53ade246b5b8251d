"""What our prompt hook costs each shell, in the real shells: a loop of hooks less an empty loop of the same length.

    .venv/bin/python bench/shell_prompt.py        a few seconds; needs zsh and fish for their rows

The goal is 5 ms a prompt. PowerShell runs on none of our machines; see docs/manual-checks.md.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from aws_sso_core import programs
from aws_sso_core.cli.shells import script
from aws_sso_core.switching import choice
from aws_sso_core.switching.choice import Choice

PROMPTS = 2000
ROUNDS = 7
GOAL_MS = 5.0
FOR = {
    "bash": "for ((i = 0; i < {0}; i++)); do {1}; done",
    "zsh": "for ((i = 0; i < {0}; i++)); do {1}; done",
    "fish": "set i 0; while test $i -lt {0}; set i (math $i + 1); {1}; end",
}
OPTIONS = {"bash": ["--noprofile", "--norc"], "zsh": ["-f"], "fish": ["--no-config"]}


def seconds(shell: str, lines: str) -> float:
    """The time of one run of these lines."""
    began = time.perf_counter()
    subprocess.run([shell, *OPTIONS[shell], "-c", lines], check=True, stdout=subprocess.DEVNULL, timeout=300)
    return time.perf_counter() - began


def hook_ms(shell: str, file: Path) -> list[float]:
    """Milliseconds a prompt, once for each round; loops with and without the hook take turns."""
    text = script(shell, program=programs.command_line(), file=file)
    found = []
    for _ in range(ROUNDS):
        without = seconds(shell, f"{text}\n{FOR[shell].format(PROMPTS, 'true')}")
        with_hook = seconds(shell, f"{text}\n{FOR[shell].format(PROMPTS, '_aws_sso_tray_follow')}")
        found.append((with_hook - without) / PROMPTS * 1000)
    return found


def main() -> None:
    """Print the table."""
    print("| shell | ms a prompt, median (least to most) | goal |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        choice.write(state, Choice("dev.admin", frozenset({"default", "shells"})))
        for shell in FOR:
            if not shutil.which(shell):
                print(f"| {shell} | not installed here | |", file=sys.stderr)
                continue
            ms = hook_ms(shell, state / choice.FILE)
            print(f"| {shell} | {statistics.median(ms):.3f} ({min(ms):.3f} to {max(ms):.3f}) | {GOAL_MS:.0f} |")


if __name__ == "__main__":
    main()
