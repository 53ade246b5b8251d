"""Other people's programs on this machine: where they are, and what they say of themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 10.0
"""Seconds for a program to answer a question like ``--version``; a cold AWS CLI takes 3."""
_PLACES = ("/usr/local/bin", "/opt/homebrew/bin", "/snap/bin", "~/.local/bin", "/usr/bin")
_WINDOWS_PLACES = (r"C:\Program Files\Amazon\AWSCLIV2", r"C:\Program Files\Docker\Docker\resources\bin")


_PATHEXT = ".COM;.EXE;.BAT;.CMD"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program said, on both its streams."""

    code: int
    out: str


def which(program: str, env: Mapping[str, str]) -> Path | None:
    """Where a shell with this environment would find the program."""
    found = find(program, env.get("PATH", ""))
    return Path(found) if found else None


def find(program: str, path: str, *, windows: bool = os.name == "nt") -> str | None:
    """As ``shutil.which``, but on Windows without the current folder, which comes first there and may be anybody's.

    Args:
        program: a name, or a path, which is taken as it is.
        path: folders, as in ``PATH``.
        windows: whether this is Windows.
    """
    if not windows or Path(program).name != program:
        return shutil.which(program, path=path)
    endings = os.environ.get("PATHEXT", _PATHEXT).split(";")
    names = [program] if program.lower().endswith(tuple(map(str.lower, endings))) else [program + e for e in endings]
    places = (Path(folder.strip('"')) for folder in path.split(os.pathsep) if folder)
    return next((str(place / name) for place in places for name in names if _is_there(place, name)), None)


def _is_there(place: Path, name: str) -> bool:
    return place.is_absolute() and os.path.isfile(place / name)  # noqa: PTH113 - pathlib's fails for closed folders


def run(command: Sequence[str], env: Mapping[str, str]) -> Ran | None:
    """Run it without a shell and without a window; None when it cannot be started or takes too long."""
    try:
        done = subprocess.run(
            list(command),
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PATIENCE,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return Ran(done.returncode, done.stdout.decode(errors="replace"))


def start(command: Sequence[str], env: Mapping[str, str], *, flags: int = 0) -> bool:
    """Start it and leave it alone: our own end is nothing to it. False when it cannot be started.

    Args:
        command: program and arguments.
        env: its whole environment.
        flags: Windows' creation flags.
    """
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            list(command),
            env=dict(env),
            stdin=nothing,
            stdout=nothing,
            stderr=nothing,
            creationflags=flags,
            start_new_session=os.name != "nt",
        )
    except OSError:
        return False
    threading.Thread(target=process.wait, name="left alone", daemon=True).start()  # so that no zombie stays
    return True


def elsewhere(program: str, *, env: Mapping[str, str], lasting_path: str | None) -> list[Path]:
    """Where the program is although this shell does not find it: places of a newer PATH, and usual ones.

    Args:
        program: without a suffix.
        env: of this shell.
        lasting_path: the PATH that a shell opened now would get, as far as it is known.
    """
    home = env.get("HOME") or env.get("USERPROFILE") or "~"
    usual = _WINDOWS_PLACES if os.name == "nt" else _PLACES
    places = [*(lasting_path or "").split(os.pathsep), *(place.replace("~", home) for place in usual)]
    return list(dict.fromkeys(_there(program, places)))


def _there(program: str, places: Sequence[str]) -> Iterator[Path]:
    for place in places:
        if place and (found := find(program, os.path.expandvars(place))):
            yield Path(found)
