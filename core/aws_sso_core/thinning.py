"""Versions of a file, and which of them are kept as time goes by. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aws_sso_core.timestamps import format_time, parse_time

ALL, DAILY, WEEKLY = timedelta(days=2), timedelta(days=30), timedelta(days=365)
"""All versions stay so long, then the last of each day, then the last of each week, then none but the newest."""

MOST = 300
"""Versions of all files together."""

MOST_BYTES = 64 << 20
"""Of all versions that are kept whole; the others are differences from those, and small."""


@dataclass(frozen=True, slots=True)
class Version:
    """What one file was from a moment on."""

    number: int
    """By which people name it; never given twice."""
    path: str
    at: datetime
    """When it was first seen, in UTC."""
    digest: str | None
    """Names its bytes; None: the file was not there."""
    size: int = 0
    by: str = ""
    """Our command that wrote it; empty for another program."""
    first: bool = False
    """It was there when we first looked."""
    sections: int = 0
    lost: int = 0
    gained: int = 0
    """Sections that the version before had, or had not."""
    middle: str | None = None
    """What differs from ``base``, a character a byte; None: its bytes are kept whole."""
    base: str = ""
    """The name of the bytes that this is a difference from; empty for none."""
    start: int = 0
    rest: int = 0
    """As in ``config.difference``."""

    @property
    def kept_in(self) -> str:
        """The name of the bytes that must be kept whole for this version; empty for none."""
        return (self.digest or "") if self.middle is None else self.base

    def as_data(self) -> dict[str, Any]:
        """For the list of versions."""
        names = _TYPES if self.middle is not None else _TYPES.keys() - _DIFFERENCE
        return {"at": format_time(self.at)} | {name: getattr(self, name) for name in _TYPES if name in names}

    @classmethod
    def from_data(cls, data: object) -> Version | None:
        """Of an entry of the list; None for junk."""
        if not isinstance(data, Mapping):
            return None
        known = {key: data[key] for key in _TYPES if isinstance(data.get(key), _TYPES[key])}
        at = parse_time(data.get("at"))
        if at is None or not known.keys() >= {"number", "path"}:
            return None
        return cls(at=at, digest=known.pop("digest", None), **known)


_TYPES: dict[str, type] = {
    "number": int,
    "path": str,
    "digest": str,
    "size": int,
    "by": str,
    "first": bool,
    "sections": int,
    "lost": int,
    "gained": int,
    "middle": str,
    "base": str,
    "start": int,
    "rest": int,
}
_DIFFERENCE = frozenset({"middle", "base", "start", "rest"})


def thinned(versions: Iterable[Version], now: datetime) -> list[Version]:
    """The versions to keep, in their order; of each file always the newest and the one before it."""
    versions = sorted(versions, key=lambda v: v.number)
    kept: dict[Hashable, Version] = {}
    for version in versions:  # of those that fall together the last one stays
        if version.at > now - WEEKLY:
            kept[version.path, _together(version, now)] = version
    protected = _newest(versions)
    chosen = {v.number for v in kept.values()} | protected
    return _bounded([v for v in versions if v.number in chosen], protected)


def _together(version: Version, now: datetime) -> Hashable:
    age = now - version.at
    if age <= ALL:
        return version.number
    if age <= DAILY:
        return version.at.date()
    return version.at.isocalendar()[:2]


def _newest(versions: list[Version]) -> set[int]:
    """Numbers of the last two of each file, of the files that were seen last."""
    found: dict[str, list[int]] = {}
    for version in reversed(versions):
        if version.path in found or len(found) < MOST // 4:
            numbers = found.setdefault(version.path, [])
            if len(numbers) < 2:  # noqa: PLR2004 - two, as the docstring says
                numbers.append(version.number)
    return {number for numbers in found.values() for number in numbers}


def _bounded(versions: list[Version], protected: set[int]) -> list[Version]:
    """Without the oldest ones, as far as there are too many or what is kept whole for them is too big."""
    users = Counter(v.kept_in for v in versions)
    sizes = {v.kept_in: v.size for v in versions if v.kept_in}
    count, size = len(versions), sum(sizes.values())
    kept = []
    for version in versions:
        if (count > MOST or size > MOST_BYTES) and version.number not in protected:
            count -= 1
            users[version.kept_in] -= 1
            if not users[version.kept_in]:
                size -= sizes.get(version.kept_in, 0)
        else:
            kept.append(version)
    return kept
