"""A program of the person's own that names profiles (``populate --profile-name-process``)."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence

from aws_sso_core import batch
from aws_sso_core.errors import UsageError
from aws_sso_core.other_programs import find

_SECONDS = 60.0
"""More than any program needs to put a name together."""


def ask_process(command: str, arguments: Sequence[str], *, windows: bool = os.name == "nt") -> str:
    """Run the command with the arguments after its own, and give what it says, without blanks around.

    No shell comes between, as the arguments hold names that other people chose; a batch file, which Windows' own shell
    reads, gets them in its quotation or not at all.

    Raises:
        UsageError: it cannot be run, or not with these names; it fails, or says nothing that is text.
    """
    try:
        program, *own = _split(command, windows=windows)
        found = find(program, os.environ.get("PATH", os.defpath), windows=windows) or program
        line = batch.arguments(found, [*own, *arguments], windows=windows)
        done = subprocess.run(line, capture_output=True, check=False, timeout=_SECONDS)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"--profile-name-process: {command!r} cannot be run: {error}.", "Correct the command."
        ) from error
    except subprocess.TimeoutExpired as error:
        raise UsageError(
            f"--profile-name-process: {command!r} did not answer within {_SECONDS:.0f} seconds.", "Correct the program."
        ) from error
    if done.returncode:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())[-200:]
        raise UsageError(
            f"--profile-name-process failed with exit code {done.returncode} for {shlex.join(arguments)}"
            f"{f': {said}' if said else ''}.",
            "Correct the program; SKIP as its answer leaves a profile out.",
        )
    try:
        return done.stdout.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise UsageError("--profile-name-process: the answer is not UTF-8.", "Correct the program.") from error


def _split(command: str, *, windows: bool) -> list[str]:
    if not windows:
        return shlex.split(command)
    # Backslashes are part of Windows paths.
    return [part.strip('"') for part in shlex.split(command, posix=False)]
