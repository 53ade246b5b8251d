"""What the long way of ``credentials`` leaves for the short one: one small file per profile, without secrets."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from aws_sso_core import warm
from aws_sso_core.clock import Clock
from aws_sso_core.errors import StoreFailed
from aws_sso_core.files import read_bytes, remove, write_atomic

_SETTLED = 3
"""Seconds: a file may change again within one tick of its clock and look the same; the coarsest (FAT) ticks at 2 s."""


class WarmEntries:
    """The folder of entries (``Paths.warm_dir``); need not exist.

    Args:
        directory: the folder.
        env: the variables that the answers depend on.
        clock: tells which files were changed just now.
    """

    def __init__(self, directory: Path, env: Mapping[str, str], clock: Clock) -> None:
        self._clock = clock
        self._directory = directory
        self._env = env

    def edited(self, paths: Iterable[Path]) -> dict[str, str]:
        """The states of files that people and programs edit, to be taken before they are read."""
        return {
            path: warm.content_state(path) if self._is_fresh(state) else state for path, state in self._states(paths)
        }

    def replaced(self, paths: Iterable[Path]) -> dict[str, str]:
        """The same of files that nobody writes twice in a moment."""
        return dict(self._states(paths))

    def keep(self, name: str, states: Mapping[str, str], credentials: Path) -> None:
        """Let the short way answer for this profile as long as the files look as they did; if it cannot, nothing is lost.

        Args:
            name: of the profile, or ``warm.ACTIVE``.
            states: of all files that the answer depends on, from before they were read.
            credentials: the role's file in the cache of AWS CLI.
        """
        place = warm.entry_path(name, self._env)
        text = warm.entry(self._env, states, str(credentials))
        if place is None or text is None or Path(place).parent != self._directory:
            return
        if any(warm.state_like(then, path) != then for path, then in states.items()):
            return
        data = text.encode("utf-8", "surrogateescape")
        with contextlib.suppress(StoreFailed):
            if read_bytes(Path(place)) != data:
                write_atomic(Path(place), data)

    def clear(self) -> None:
        """Remove all entries: after a sign-out the short way has nothing to say.

        Raises:
            ReadOnlyPlace, StoreFailed: one cannot be removed.
        """
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(self._directory) as entries:
            for entry in entries:
                if not entry.name.endswith(warm.GATE):  # Windows would not let go of one that is held
                    remove(Path(entry))

    def open_gate(self, name: str) -> None:
        """Let others go the long way for this profile, too: ours takes as long as a person does."""
        place = warm.entry_path(name, self._env)
        if place is not None:
            with contextlib.suppress(OSError):  # Windows: then they run out of patience
                Path(warm.gate_path(place)).unlink()

    def _states(self, paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
        return ((str(path), warm.state(str(path))) for path in paths)

    def _is_fresh(self, state: str) -> bool:
        """Whether a file of this state was changed just now."""
        latest = (self._clock.now().timestamp() - _SETTLED) * 10**9
        return state != warm.NOT_THERE and any(int(at) > latest for at in state.split(".")[:2])
