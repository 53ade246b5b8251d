"""Docker's ``config.json`` on disk: read, and changed in one step while Docker may be changing it, too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from aws_sso_core.errors import ChangedMeanwhile, UsageError
from aws_sso_core.files import read_bytes, replace_if_unchanged
from aws_sso_core.locking import lock
from aws_sso_core.registries.docker_config import NotDockers

T = TypeVar("T")
_TRIES = 5


class DockerFile:
    """The file at ``Paths.docker_config``; need not exist."""

    def __init__(self, path: Path, *, lock: Path) -> None:
        self.path = path
        self._lock = lock

    def ask(self, question: Callable[[str], T]) -> T:
        """What a function of the text says, such as ``docker_config.helpers``; errors as ``change``."""
        return self._of(read_bytes(self.path), question)

    def change(self, edit: Callable[[str], str]) -> bool:
        """Let ``edit`` make a new text of the old one (empty where there is no file); whether that changed anything.

        Raises:
            UsageError: the file is nothing that Docker could read, so it was left alone.
            ChangedMeanwhile, LockTimeout, ReadOnlyPlace, DiskFull, StoreFailed: the file is as it was.
        """
        with lock(self._lock, what=f"the file {self.path}"):
            for _ in range(_TRIES):
                before = read_bytes(self.path)
                after = self._of(before, edit).encode()
                if after == (before or b""):
                    return False
                try:
                    replace_if_unchanged(self.path, before, after)
                except ChangedMeanwhile:
                    continue
                return True
        raise ChangedMeanwhile(f"{self.path} is being changed by another program all the time.", "Try again later.")

    def _of(self, data: bytes | None, function: Callable[[str], T]) -> T:
        try:
            return function((data or b"").decode())
        except UnicodeDecodeError as error:
            raise self._refused("it is not UTF-8 text") from error
        except NotDockers as error:
            raise self._refused(str(error)) from error

    def _refused(self, why: str) -> UsageError:
        return UsageError(
            f"Docker cannot read {self.path}, so it was left alone: {why}.", "Correct it; then try again."
        )
