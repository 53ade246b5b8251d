"""The sections of a file in whatever state it is, and which of them a change took away or brought."""

from __future__ import annotations

from typing import NamedTuple


class Moved(NamedTuple):
    """What a change did to a file's sections; names in their order."""

    lost: tuple[str, ...]
    gained: tuple[str, ...]
    more: int
    """How many headers there are more than before."""


def count(data: bytes) -> int:
    """How many headers there are."""
    return len(_names(data))


def moved(before: bytes, after: bytes) -> Moved:
    """The sections that only one of them has. What is indented is not looked at.

    Only what lies between the first and the last difference is taken apart: of a large file mostly one section.
    """
    old, new = _lines(before), _lines(after)
    start = old.rfind(b"\n[", 0, _same_start(old, new) + 1)
    start = max(start, 0)
    rest = min(_same_end(old, new), len(old) - start, len(new) - start)
    at = old.find(b"\n[", len(old) - rest)
    rest = len(old) - at if at >= 0 else 0
    names, now = _names_in(old[start : len(old) - rest]), _names_in(new[start : len(new) - rest])
    return Moved(_missing(names, now, new), _missing(now, names, old), len(now) - len(names))


def _missing(names: list[bytes], others: list[bytes], data: bytes) -> tuple[str, ...]:
    gone = dict.fromkeys(names).keys() - set(others)
    # A name may be there twice, and still be there outside of what was looked at.
    return tuple(
        name.decode("utf-8", "replace")
        for name in dict.fromkeys(names)
        if name in gone and b"\n[%b]" % name not in data
    )


def _lines(data: bytes) -> bytes:
    return b"\n" + (data.replace(b"\r", b"\n") if b"\r" in data else data)


def _names(data: bytes) -> list[bytes]:
    return _names_in(_lines(data))


def _names_in(data: bytes) -> list[bytes]:
    return [chunk.partition(b"]")[0] for chunk in data.split(b"\n[")[1:]]


def _same_start(one: bytes, other: bytes) -> int:
    """How many bytes at the beginning are the same."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _same_end(one: bytes, other: bytes) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[len(one) - middle : len(one) - low] == other[len(other) - middle : len(other) - low]:
            low = middle
        else:
            high = middle - 1
    return low
