"""The commands of the story: what a person would type, and how it is run with the demo's environment."""

from __future__ import annotations

import os
import shlex
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from aws_sso_core import programs
from aws_sso_core.cli.demo.home import Home
from aws_sso_core.cli.table import PROGRAM

LIMIT = 60.0
"""Seconds for one command; a second or two as a rule."""

_BOTO3 = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"


@dataclass(frozen=True, slots=True)
class Command:
    """``shown`` is what a person would type; ``line`` what is run."""

    shown: str
    line: tuple[str, ...]
    env: tuple[tuple[str, str], ...] = ()
    """Variables for this command only."""


def ours(*arguments: str) -> Command:
    """``aws-sso-tray ...``."""
    return Command(" ".join((PROGRAM, *arguments)), (*programs.command_line(), *arguments))


def boto3(profile: str | None = None) -> Command:
    """A program that knows nothing of us: boto3 asks STS who it is.

    Args:
        profile: for ``AWS_PROFILE``; None leaves it to the default profile.
    """
    env = (("AWS_PROFILE", profile),) if profile else ()
    shown = " ".join((*(f"{key}={value}" for key, value in env), f'python -c "{_BOTO3}"'))
    return Command(shown, (*programs.python(), "-c", _BOTO3), env)


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended, and all it said."""

    code: int
    said: str


class Task(Protocol):
    """A command that may still run."""

    def poll(self) -> Ran | None:
        """How it ended, or None while it runs."""

    def wait(self) -> Ran:
        """How it ended, when it has."""


class Runner(Protocol):
    """Starts commands."""

    def start(self, command: Command) -> Task:
        """Start one and return at once."""


class Children:
    """Runs commands as child processes in the throw-away home. Closing it ends those that still run."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._running: list[_Child] = []

    def start(self, command: Command) -> Task:
        """Start one and return at once."""
        child = _Child(command, self._home)
        self._running.append(child)
        return child

    def close(self) -> None:
        """End what still runs."""
        for child in self._running:
            child.end()


class _Child:
    def __init__(self, command: Command, home: Home) -> None:
        self._process = subprocess.Popen(
            command.line,
            cwd=home.folder,
            env={**home.env, **dict(command.env)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self._said = ""
        self._reader = threading.Thread(target=self._read, name="demo command", daemon=True)
        self._reader.start()

    def poll(self) -> Ran | None:
        return None if self._reader.is_alive() else self.wait()

    def wait(self) -> Ran:
        self._reader.join(LIMIT)
        if self._reader.is_alive():
            self.end()
        return Ran(self._process.wait(LIMIT), self._said.rstrip())

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(LIMIT)
        self._reader.join(LIMIT)

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        with self._process.stdout as said:
            self._said = said.read()


def command_text(parts: Sequence[str]) -> str:
    """A command line as one text, as ``BROWSER`` holds it: quoted the way this system reads it back."""
    return subprocess.list2cmdline(parts) if os.name == "nt" else shlex.join(parts)
