"""The time machine: every version of ``~/.aws/config`` and ``credentials`` that we made or saw, to look at and go back to.

``versions`` has them, dated and owner-only. Our own writers tell beforehand what they are about to write (``writing``), so a
watcher that is faster than they are does not take it for somebody else's. Old versions are thinned out (``thinned``).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from aws_sso_core.clock import Clock
from aws_sso_core.config.section_names import Moved, count, moved
from aws_sso_core.errors import AppError, StoreFailed, UsageError
from aws_sso_core.files import read_bytes, remove, replace_if_unchanged
from aws_sso_core.locking import lock
from aws_sso_core.paths import Paths
from aws_sso_core.thinning import Version
from aws_sso_core.versions import Versions

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
        self._kept = Versions(paths.history_dir)

    def versions(self) -> tuple[Version, ...]:
        """All that are kept, the newest first."""
        return tuple(reversed(self._kept.all()))

    def data(self, version: Version) -> bytes | None:
        """The bytes of this version; None where the file was not there.

        Raises:
            StoreFailed: they are damaged or gone.
        """
        return self._kept.data(version)

    def content_name(self, data: bytes) -> str:
        """Names what the config holds: the same while it is the same, and nothing else is called so."""
        return self._kept.form(data, self._kept.last(self._paths.config)).digest

    def note(self) -> tuple[Change, ...]:
        """Keep what the files are now, where that is new. A file that lost sections is first given time to settle.

        Raises:
            LockTimeout, ReadOnlyPlace, DiskFull, StoreFailed: it is not kept.
        """
        changes = [self._keep(path, self._settled(path)) for path in (self._paths.config, self._paths.credentials)]
        return tuple(change for change in changes if change is not None)

    @contextlib.contextmanager
    def writing(
        self, path: Path, before: bytes | None, after: bytes | None, by: str, *, durable: bool = True
    ) -> Iterator[None]:
        """Keep what is there, announce what the block is going to write, and keep that, too, once it is written.

        Args:
            path: of the file.
            before: what it holds now.
            after: what it will hold; None for nothing.
            by: our command, such as ``use dev.admin``.
            durable: what is there is on the disk before it is replaced. Not needed where what the block takes away is
                kept elsewhere as well, should there be a power cut.

        Raises:
            LockTimeout, ReadOnlyPlace, DiskFull, StoreFailed: what is there could not be kept; nothing is written then.
        """
        self._keep(path, before, announce=(after, by), durable=durable)
        yield
        with contextlib.suppress(AppError):  # it is written; the next look keeps it
            self._keep(path, after, last=before, durable=durable)

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
        with (
            lock(self._paths.locks_dir / "config.lock", what="the config file"),
            self.writing(path, seen, data, by=f"restore {version.number}"),
        ):
            replaced = self._kept.last(path) or version
            if data is None:
                remove(path)
            else:
                replace_if_unchanged(path, seen, data)
        return Restored(version, replaced)

    def _settled(self, path: Path) -> bytes | None:
        """The file's bytes, once it stays as it is: writers that truncate first seem to lose everything."""
        data, last = read_bytes(path, limit=LARGEST), self._kept.last(path)
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
        announce: tuple[bytes | None, str] | None = None,
        last: bytes | None = None,
        durable: bool = True,
    ) -> Change | None:
        """Make an entry for these bytes, unless they are those of the last one; ``announce`` what comes next, and by whom.

        ``last`` are the last one's bytes, for whoever has them.
        """
        if data is not None and len(data) > LARGEST:
            return None
        if announce is None and self._is(data, self._kept.last(path)):
            return None
        with lock(self._paths.locks_dir / "history.lock", what="the history"):
            known, change = self._kept.last(path), None
            if last is not None and not self._is(last, known):
                return None  # a look was faster, and knows what is there now
            if not self._is(data, known):
                change = self._added(known, path, data, last, durable=durable)
                known = change.version
            elif known is not None and durable:
                self._kept.flush()
            if announce is not None:
                after, by = announce
                self._kept.announce(None if after is None else self._kept.form(after, known).digest, by)
            return change

    def _added(
        self, last: Version | None, path: Path, data: bytes | None, before: bytes | None, *, durable: bool
    ) -> Change:
        if last is None:
            change, sections = Moved((), (), 0), count(data or b"")
        else:
            known = before if before is not None and self._is(before, last) else self._data_of(last)
            change = moved(known, data or b"")
            sections = (last.sections if known else 0) + change.more
        version = Version(
            number=0,
            path=str(path),
            at=self._clock.now(),
            digest=None,
            size=len(data or b""),
            first=last is None,
            sections=sections,
            lost=len(change.lost),
            gained=len(change.gained),
        )
        if data is not None:
            version = self._kept.form(data, last).of(version)
        version = replace(version, by=self._kept.announcer(version.digest))
        version = self._kept.add(version, data, self._clock.now(), durable=durable)
        return Change(version, last, change.lost, change.gained)

    def _is(self, data: bytes | None, version: Version | None) -> bool:
        """Whether this is what the version is."""
        if data is None:
            return version is None or version.digest is None
        return version is not None and self._kept.form(data, version).digest == version.digest

    def _data_of(self, version: Version) -> bytes:
        try:
            return self.data(version) or b""
        except StoreFailed:
            return b""


def note_change(paths: Paths, clock: Clock) -> tuple[Change, ...]:
    """Keep what another program wrote, and tell what it lost or gained; for the tray, at each change of the files.

    Raises:
        LockTimeout, ReadOnlyPlace, DiskFull, StoreFailed: it is not kept.
    """
    return History(paths, clock).note()
