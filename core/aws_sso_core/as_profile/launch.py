"""Starting a person's program with an environment that we prepared: in place of us, or as our child.

In place of us is best: exit code, signals and job control are then the program's own. Windows has no such thing, and a
program that needs us as long as it runs (``serve``) must be a child.
"""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from aws_sso_core import batch, other_programs
from aws_sso_core.errors import UsageError

SIGNALLED = 128
"""Shells show a program that signal N ended as 128 + N."""


class CommandNotFound(UsageError):
    """There is no such program; the exit code is that of shells."""

    exit_code = 127


class CommandNotRunnable(UsageError):
    """There is one, but it cannot be started; the exit code is that of shells."""

    exit_code = 126


def start(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Run the program in place of this process where the system can do that, else as a child: then its exit code.

    Args:
        command: program and arguments; the program is looked for on the PATH of ``env``.
        env: the program's whole environment.

    Raises:
        CommandNotFound, CommandNotRunnable: nothing was started.
    """
    if os.name != "nt":
        become(command, env)
    return run(command, env)


def become(command: Sequence[str], env: Mapping[str, str]) -> NoReturn:
    """Replace this process; errors as ``start``."""
    program = find(command[0], env)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    # Python ignores these for itself, and what is ignored stays so in the new program. Handlers go by themselves.
    for name in ("SIGPIPE", "SIGXFSZ"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    try:
        os.execve(program, list(command), dict(env))  # noqa: S606 - there is no shell on purpose
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise _failed(command[0], error) from error
    os.execve("/bin/sh", ["sh", program, *command[1:]], dict(env))  # noqa: S606 - a script without #!, as execvp(3) does


def run(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Run the program as a child, and give its exit code (128 + N for signal N); errors as ``start``.

    Ctrl+C reaches the child from the terminal itself, so it is only ignored here. What ends this process otherwise, and can
    be heard of, ends the child first.
    """
    program = find(command[0], env)
    with _deaf_to_the_terminal():
        try:
            child = subprocess.Popen(_arguments(program, command), env=dict(env))
        except OSError as error:
            raise _failed(command[0], error) from error
        try:
            code = child.wait()
        except BaseException:
            child.terminate()
            child.wait()
            raise
    return SIGNALLED - code if code < 0 else code


def find(program: str, env: Mapping[str, str]) -> str:
    """Where the program is; errors as ``start``."""
    found = other_programs.find(program, env.get("PATH", os.defpath))
    if found is not None:
        return found
    if Path(program).name != program and os.path.exists(program):  # noqa: PTH110 - pathlib's fails for closed folders
        kind = "a folder" if Path(program).is_dir() else "no program"
        raise CommandNotRunnable(f"{program} is {kind}.", "" if kind == "a folder" else "Is it executable?")
    raise CommandNotFound(f"There is no command {program!r}.", "It is looked for in the folders of PATH.")


def _arguments(program: str, command: Sequence[str]) -> str | list[str]:
    try:
        return batch.arguments(program, command[1:], windows=os.name == "nt")
    except batch.NotForBatch as error:
        raise CommandNotRunnable(error.sentence, error.hint) from error


def _failed(word: str, error: OSError) -> UsageError:
    if isinstance(error, FileNotFoundError):
        return CommandNotFound(f"{word} cannot be started: what its first line names is not there.")
    return CommandNotRunnable(f"{word} cannot be started: {error.strerror}.")


@contextmanager
def _deaf_to_the_terminal() -> Iterator[None]:
    """With a handler, not by ignoring: what is ignored, a child would ignore too."""
    names = [name for name in ("SIGINT", "SIGQUIT", "SIGBREAK") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), lambda *_: None) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
