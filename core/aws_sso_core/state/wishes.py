"""What other processes of ours ask of the running tray: quit, open the picker. One file each, taken once."""

from __future__ import annotations

import contextlib
import itertools
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from aws_sso_core.clock import Clock
from aws_sso_core.errors import StoreFailed
from aws_sso_core.files import remove
from aws_sso_core.json_file import read_object, write_object
from aws_sso_core.timestamps import format_time, parse_time

FRESH = timedelta(minutes=1)
"""An older wish was meant for a tray that is gone: a ``quit`` must not end the next one."""

_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing asked for. Whoever reads it decides what it knows; unknown kinds are not an error."""

    kind: str
    """Such as "quit", "pick", "show"."""
    about: str = ""
    """What it is about, for kinds that need it: a session, a profile."""
    at: datetime | None = None


class Wishes:
    """The folder of wishes (``Paths.wishes_dir``); need not exist."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock

    def ask(self, kind: str, about: str = "") -> None:
        """Ask the tray for something; it sees the file appear.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: the wish was not left.
        """
        now = self._clock.now()
        name = f"{format_time(now).replace(':', '')}-{os.getpid()}-{next(_numbers):06}.json"
        write_object(self._directory / name, {"kind": kind, "about": about, "at": format_time(now)})

    def take(self) -> list[Wish]:
        """All wishes, first come first; each is given out once. Old ones and junk are cleared away."""
        try:
            paths = sorted(p for p in self._directory.iterdir() if p.suffix == ".json")
        except OSError:
            return []
        return [wish for path in paths if (wish := self._taken(path))]

    def _taken(self, path: Path) -> Wish | None:
        document = read_object(path) or {}
        with contextlib.suppress(StoreFailed):
            remove(path)
        kind, about, at = document.get("kind"), document.get("about"), parse_time(document.get("at"))
        if not (isinstance(kind, str) and kind and isinstance(about, str) and at):
            return None
        return Wish(kind, about, at) if abs(self._clock.now() - at) <= FRESH else None
