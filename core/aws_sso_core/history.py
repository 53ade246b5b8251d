"""The time machine: every version of ``~/.aws/config`` and ``credentials`` that we made or saw, to look at and go back to.

A version is a dated entry in an index and, once for equal bytes, an object named by their digest that holds them packed;
all of it is owner-only. Our own writers tell beforehand what they are about to write (``writing``), so a watcher that is
faster than they are does not take it for somebody else's. Old versions are thinned out (``thinned``).
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_sso_core.clock import Clock
from aws_sso_core.config.section_names import Moved, count, moved
from aws_sso_core.digest import content_name
from aws_sso_core.errors import AppError, StoreFailed, UsageError
from aws_sso_core.files import read_bytes, remove, replace_if_unchanged, write_atomic
from aws_sso_core.json_file import JsonFile
from aws_sso_core.locking import lock
from aws_sso_core.paths import Paths
from aws_sso_core.thinning import Version, thinned

LARGEST = 16 << 20
"""Bytes; a file beyond that is no config that a person wrote, and is not kept."""

_SETTLED = 0.3
"""Seconds that a file which lost sections must stay as it is: AWS CLI and editors truncate and write in place."""
_LOOKS = 5


@dataclass(frozen=True, slots=True)
class Change:
    """A version that is new to us."""

    version: Version
    before: Version | None
    """The version of the same file until then; None when none was known."""
    lost: tuple[str, ...] = ()
    """Names of the sections that are gone."""
    gained: tuple[str, ...] = ()

    @property
    def foreign(self) -> bool:
        """Another program made it."""
        return not self.version.by and self.before is not None


@dataclass(frozen=True, slots=True)
class Restored:
    """A version that was put back."""

    version: Version
    replaced: Version
    """What was there until now: restore this to undo it."""


class History:
    """The versions kept for this person."""

    def __init__(self, paths: Paths, clock: Clock) -> None:
        self._paths = paths
        self._clock = clock
        self._objects = paths.history_dir / "objects"
        self._index = JsonFile(paths.history_dir / "index.json", lock=paths.locks_dir / "history.lock", indent=None)
        self._named: list[tuple[bytes, str]] = []

    def versions(self) -> tuple[Version, ...]:
        """All that are kept, the newest first."""
        return tuple(reversed(_versions(self._index.read())))

    def data(self, version: Version) -> bytes | None:
        """The bytes of this version; None where the file was not there.

        Raises:
            StoreFailed: they are damaged or gone.
        """
        if version.digest is None:
            return None
        packed = read_bytes(self._objects / version.digest)
        try:
            data = zlib.decompress(packed or b"")
        except zlib.error:
            data = b""
        if self._name(data) != version.digest:
            raise StoreFailed(f"Version {version.number} is damaged.", "`aws-sso-tray history` lists the others.")
        return data

    def content_name(self, data: bytes) -> str:
        """``digest.content_name``, known for the bytes that one change is about: it takes as long as reading them twice."""
        known = next((name for named, name in self._named if named is data), None)
        if known is None:
            known = content_name(data)
            self._named = [*self._named[-2:], (data, known)]
        return known

    def note(self) -> tuple[Change, ...]:
        """Keep what the files are now, where that is new. A file that lost sections is first given time to settle.

        Raises:
            LockTimeout, ReadOnlyPlace, DiskFull, StoreFailed: it is not kept.
        """
        changes = [self._keep(path, self._settled(path)) for path in (self._paths.config, self._paths.credentials)]
        return tuple(change for change in changes if change is not None)

    @contextlib.contextmanager
    def writing(self, path: Path, before: bytes | None, after: bytes | None, by: str) -> Iterator[None]:
        """Keep what is there, announce what the block is going to write, and keep that, too, once it is written.

        Args:
            path: of the file.
            before: what it holds now.
            after: what it will hold; None for nothing.
            by: our command, such as ``use dev.admin``.

        Raises:
            LockTimeout, ReadOnlyPlace, DiskFull, StoreFailed: what is there could not be kept; nothing is written then.
        """
        self._keep(path, before, announce={self._name(after) or "": by})
        yield
        with contextlib.suppress(AppError):  # it is written; the next look keeps it
            now = read_bytes(path, limit=LARGEST)
            self._keep(path, after if now == after else now, last=before)

    def find(self, number: int | None) -> Version:
        """The version of that number; without one the version before the latest change.

        Raises:
            UsageError: there is none.
        """
        versions = self.versions()
        if number is not None:
            found = next((v for v in versions if v.number == number), None)
        else:
            latest = next((v for v in versions if not v.first), None)
            earlier = (v for v in versions if latest and v.path == latest.path and v.number < latest.number)
            found = next(earlier, None)
        if found is None:
            what = "no earlier version" if number is None else f"no version {number}"
            raise UsageError(f"There is {what} to restore.", "`aws-sso-tray history` lists what there is.")
        return found

    def restore(self, version: Version, *, seen: bytes | None) -> Restored:
        """Put a version back, byte for byte; what was there until now is kept and can be restored again.

        Args:
            version: of ``versions``.
            seen: what the file held when the person agreed.

        Raises:
            ChangedMeanwhile: it no longer holds that.
            LockTimeout, ReadOnlyPlace, DiskFull, StoreFailed: nothing was changed.
        """
        path, data = Path(version.path), self.data(version)
        with lock(self._paths.locks_dir / "config.lock", what="the config file"):
            with self.writing(path, seen, data, by=f"restore {version.number}"):
                if data is None:
                    remove(path)
                else:
                    replace_if_unchanged(path, seen, data)
            versions = [v for v in self.versions() if v.path == version.path]
        was = self._name(seen)
        replaced = next((v for v in versions if v.digest == was), version)
        return Restored(version, replaced)

    def _settled(self, path: Path) -> bytes | None:
        """The file's bytes, once it stays as it is: writers that truncate first seem to lose everything."""
        data, last = read_bytes(path, limit=LARGEST), self._last(path)
        for _ in range(_LOOKS if last is not None else 0):
            if last is None or not moved(self._data_of(last), data or b"").lost:
                break
            self._clock.sleep(_SETTLED)
            before, data = data, read_bytes(path, limit=LARGEST)
            if data == before:
                break
        return data

    def _keep(
        self,
        path: Path,
        data: bytes | None,
        *,
        announce: dict[str, str] | None = None,
        last: bytes | None = None,
    ) -> Change | None:
        """Make an entry for these bytes, unless they are those of the last one; ``announce`` what comes next.

        ``last`` are the last one's bytes, for whoever has them.
        """
        if data is not None and len(data) > LARGEST:
            return None
        digest, change = self._name(data), None
        if announce is None and digest == _digest(self._last(path)):
            return None

        def keep(index: dict[str, Any]) -> None:
            nonlocal change
            versions = _versions(index)
            if digest != _digest(_last(versions, path)):
                change = self._added(versions, path, data, last, by=_announced(index).get(digest or "", ""))
            index["announced"] = announce or {}
            self._thin(index, versions)

        self._index.change(keep)
        return change

    def _added(
        self, versions: list[Version], path: Path, data: bytes | None, before: bytes | None, *, by: str
    ) -> Change:
        last, digest = _last(versions, path), self._name(data)
        if last is None:
            change, sections = Moved((), (), 0), count(data or b"")
        else:
            known = before if before is not None and self._name(before) == last.digest else self._data_of(last)
            change = moved(known, data or b"")
            sections = (last.sections if known else 0) + change.more
        if digest is not None and data is not None and not (self._objects / digest).exists():
            write_atomic(self._objects / digest, zlib.compress(data, 1))
        version = Version(
            number=max((v.number for v in versions), default=0) + 1,
            path=str(path),
            at=self._clock.now(),
            digest=digest,
            size=len(data or b""),
            by=by,
            first=last is None,
            sections=sections,
            lost=len(change.lost),
            gained=len(change.gained),
        )
        versions.append(version)
        return Change(version, last, change.lost, change.gained)

    def _thin(self, index: dict[str, Any], versions: list[Version]) -> None:
        kept = thinned(versions, self._clock.now())
        index.update(version=1, entries=[v.as_data() for v in kept])
        for digest in {v.digest for v in versions} - {v.digest for v in kept} - {None}:
            with contextlib.suppress(AppError):
                remove(self._objects / str(digest))

    def _last(self, path: Path) -> Version | None:
        return _last(_versions(self._index.read()), path)

    def _data_of(self, version: Version) -> bytes:
        try:
            return self.data(version) or b""
        except StoreFailed:
            return b""

    def _name(self, data: bytes | None) -> str | None:
        return None if data is None else self.content_name(data)


def note_change(paths: Paths, clock: Clock) -> tuple[Change, ...]:
    """Keep what another program wrote, and tell what it lost or gained; for the tray, at each change of the files.

    Raises:
        LockTimeout, ReadOnlyPlace, DiskFull, StoreFailed: it is not kept.
    """
    return History(paths, clock).note()


def _versions(index: dict[str, Any]) -> list[Version]:
    entries = index.get("entries")
    found = [Version.from_data(entry) for entry in (entries if isinstance(entries, list) else ())]
    return [version for version in found if version is not None]


def _last(versions: list[Version], path: Path) -> Version | None:
    return next((v for v in reversed(versions) if v.path == str(path)), None)


def _digest(version: Version | None) -> str | None:
    return version.digest if version else None


def _announced(index: dict[str, Any]) -> dict[str, Any]:
    announced = index.get("announced")
    return announced if isinstance(announced, dict) else {}
