"""Who waits for a sign-in: one small note per waiting process, so 200 of them at once need no lock."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from aws_sso_core.clock import Clock
from aws_sso_core.errors import StoreFailed
from aws_sso_core.files import remove
from aws_sso_core.json_file import read_object, write_object
from aws_sso_core.processes import alive, shown_name
from aws_sso_core.timestamps import format_time, parse_time

LONGEST = timedelta(hours=1)
"""Nobody waits longer for a sign-in; an older note belongs to a process id that was given out again."""

_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Note:
    """One waiting program."""

    session: str
    """``Session.cache_key`` of the sign-in it waits for."""
    program: str
    """What people call it: "terraform"."""
    pid: int
    since: datetime
    path: Path


class Wanted:
    """The folder of notes (``Paths.wanted_dir``); need not exist."""

    def __init__(self, directory: Path, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock

    def leave(self, session_key: str, *, program: str, pid: int | None = None) -> Note:
        """Leave a note for this process (or ``pid``); take it back with ``withdraw``.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: there is no note.
        """
        pid = os.getpid() if pid is None else pid
        note = Note(
            session=session_key,
            program=shown_name(program),
            pid=pid,
            since=self._clock.now(),
            path=self._directory / f"{pid}-{os.getpid()}-{next(_numbers)}.json",
        )
        document = {"pid": pid, "program": note.program, "session": session_key, "since": format_time(note.since)}
        write_object(note.path, document)
        return note

    def withdraw(self, note: Note) -> None:
        """Take a note back; not an error when it is gone."""
        with contextlib.suppress(StoreFailed):
            remove(note.path)

    @contextlib.contextmanager
    def waiting(self, session_key: str, *, program: str) -> Iterator[Note]:
        """A note for as long as the block runs.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: there is no note.
        """
        note = self.leave(session_key, program=program)
        try:
            yield note
        finally:
            self.withdraw(note)

    def read(self) -> tuple[Note, ...]:
        """Those who wait now, who came first first. Notes of the dead, old ones and junk are cleared away."""
        try:
            paths = [p for p in self._directory.iterdir() if p.suffix == ".json"]
        except OSError:
            return ()
        now = self._clock.now()
        notes = []
        for path in paths:
            note = _note(path)
            if note and abs(now - note.since) <= LONGEST and alive(note.pid):
                notes.append(note)
            else:
                with contextlib.suppress(StoreFailed):
                    remove(path)
        return tuple(sorted(notes, key=lambda n: (n.since, n.path)))


def _note(path: Path) -> Note | None:
    document = read_object(path) or {}
    session, program, pid = document.get("session"), document.get("program"), document.get("pid")
    since = parse_time(document.get("since"))
    if not (isinstance(session, str) and isinstance(program, str) and type(pid) is int and pid > 0 and since):
        return None
    return Note(session, shown_name(program), pid, since, path)
