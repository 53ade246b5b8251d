"""Runs our commands, each in a copy of this process, and kills them with SIGKILL at a chosen step of their file work.

Reads lines of JSON: the command's words, where to put what it says, and the step at which it dies (0: it lives). A step is an
open, rename, removal, new folder, mode, owner, lock or flush to the disk that has to do with a file under HOME. Answers with
a line each: the exit code, -9 for a killed one.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

from aws_sso_core.cli import history, restore, use  # noqa: F401 - so that no copy has to import them
from aws_sso_core.cli.run import run

HOME = os.environ["HOME"]
STEPS = {"open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "os.chown", "os.truncate", "fcntl.flock"}


def die_at(step: int) -> None:
    """Kill this process before its file work of that number is done."""
    steps = itertools.count(1)

    def count() -> None:
        if sys.platform != "win32" and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def look(event: str, given: tuple[Any, ...]) -> None:
        if event in STEPS and (event == "fcntl.flock" or str(given[0]).startswith(HOME)):
            count()

    fsync = os.fsync

    def counted(file: Any) -> None:
        count()
        fsync(file)

    vars(os)["fsync"] = counted
    sys.addaudithook(look)


def be_command(words: list[str], said: str, step: int) -> NoReturn:
    """The command, with what it says in a file."""
    with Path(said).open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    if step:
        die_at(step)
    code = run(words, env=os.environ)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> None:
    """Serve until there are no more lines."""
    if sys.platform == "win32":
        raise OSError("Windows has no fork")
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            be_command(**json.loads(line))
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
