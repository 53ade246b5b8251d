"""Notices that a file changed: the system's event is the hint, a look at every file is the truth.

Hints get lost (symlinked folders, folders deleted and made again, network drives, overflowing buffers), so nothing rests
on them: ``sweep`` compares what the files look like with last time, at a hint and every few seconds.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from aws_sso_core.files import Signature, signature

SWEEP_WITH_HINTS = 5.0
"""Seconds between two looks while the system's hints come in."""

SWEEP_WITHOUT_HINTS = 1.0
"""Seconds between two looks where they cannot."""

log = logging.getLogger(__name__)

Look = dict[str, Signature | None]


class Events(Protocol):
    """What is needed of ``file_events.FileEvents``."""

    @property
    def alive(self) -> bool:
        """Whether every folder is still watched."""

    def stop(self) -> None:
        """End it."""


Observe = Callable[[Iterable[str], Callable[[str], bool], Callable[[], None]], Events]
"""(folders, which paths matter, hint) -> the system's events; may raise anything where there are none."""

Places = dict[str, tuple[int, int]]
"""Folders and what identifies each (device, inode): one deleted and made again is another folder."""


class Watcher:
    """Watches some files, and everything that lies directly in some folders; none of them has to exist.

    Args:
        files: single files, such as the config.
        folders: folders whose entries matter, such as the token cache.
        hint: called from another thread when something may have changed; must return at once.
        observe: asks the system for events.
    """

    def __init__(
        self, *, files: Iterable[Path], folders: Iterable[Path], hint: Callable[[], None], observe: Observe
    ) -> None:
        self._files = tuple(files)
        self._folders = tuple(folders)
        self._hint = hint
        self._observe = observe
        self._events: Events | None = None
        self._watched: Places = {}
        self._look: Look = {}
        self._far = False
        """Whether something lies on another machine, be it behind a drive's letter."""

    @property
    def interval(self) -> float:
        """Seconds until the next sweep is due: longer while hints come in."""
        return SWEEP_WITH_HINTS if self.hinted else SWEEP_WITHOUT_HINTS

    @property
    def hinted(self) -> bool:
        """Whether the system tells of changes, and of all of them."""
        return self._events is not None and not self._far

    def start(self) -> None:
        """Look for the first time and ask for hints."""
        self._mend()
        self._look = self._look_now()

    def stop(self) -> None:
        """Ask for no more hints."""
        events, self._events, self._watched = self._events, None, {}
        if events is not None:
            events.stop()

    def sweep(self) -> bool:
        """Whether anything looks different from the last sweep; also renews watches that died."""
        self._mend()
        look = self._look_now()
        changed, self._look = look != self._look, look
        return changed

    def _look_now(self) -> Look:
        look = {str(path): signature(path) for path in self._files}
        for folder in self._folders:
            try:
                with os.scandir(folder) as entries:
                    look.update((entry.path, signature(Path(entry.path))) for entry in entries)
            except OSError:
                look[str(folder)] = None
        return look

    def _mend(self) -> None:
        """Watch what must be watched now: a folder may have been made, deleted, replaced, or its link pointed elsewhere."""
        places = self._places()
        if places == self._watched and (self._events is None or self._events.alive):
            return
        self.stop()
        self._watched = places
        if places:
            self._events = self._observing(places)

    def _observing(self, places: Places) -> Events | None:
        try:
            return self._observe(places, _Matters(self._files, self._folders, places), self._hint)
        except Exception as error:  # noqa: BLE001 - each system raises what it likes; the sweep goes on
            log.warning("File events are not available (%s); looking every second instead", error)
            return None

    def _places(self) -> Places:
        """The folders to watch: behind links, and the nearest existing parent of what is missing."""
        places: dict[str, tuple[int, int]] = {}
        real = _real_folders(self._files, self._folders)
        self._far = any(map(_remote, real))
        for wanted in real:
            for folder in (wanted, *wanted.parents):
                try:
                    s = folder.stat()
                except OSError:
                    continue
                if not _remote(folder):
                    places[str(folder)] = (s.st_dev, s.st_ino)
                break
        return places


def _real_folders(files: Iterable[Path], folders: Iterable[Path]) -> set[Path]:
    """Where changes happen: a linked file changes in its target's folder, or in its own when the link is replaced."""
    files = set(files)
    real = {Path(os.path.realpath(folder)) for folder in {*folders, *(file.parent for file in files)}}
    return real | {Path(os.path.realpath(file)).parent for file in files}


def _remote(path: Path) -> bool:
    """A Windows share, those of WSL included: events from there are few or none."""
    return str(path).startswith(("\\\\", "//"))


class _Matters:
    """Whether a path in an event concerns us: home folders are busy places."""

    def __init__(self, files: Iterable[Path], folders: Iterable[Path], places: Places) -> None:
        files = tuple(files)
        real = {os.path.realpath(folder) for folder in folders}
        exact = {os.path.realpath(file) for file in files}
        exact |= {os.path.join(os.path.realpath(f.parent), f.name) for f in files}  # noqa: PTH118 - strings throughout
        for folder in _real_folders(files, [Path(f) for f in real]):
            if str(folder) not in places:
                exact |= {str(folder), *map(str, folder.parents)}
        self._inside = {os.path.normcase(f) for f in real}
        self._exact = {os.path.normcase(e) for e in exact} | self._inside

    def __call__(self, path: str) -> bool:
        path = os.path.normcase(path)
        return path in self._exact or os.path.dirname(path) in self._inside  # noqa: PTH120 - called often, kept cheap
