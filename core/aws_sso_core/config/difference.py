"""What differs between two states of a file: one stretch of bytes, between two parts that are the same."""

from __future__ import annotations

from typing import NamedTuple


class Difference(NamedTuple):
    """How the later state comes of the earlier one; as small as it can be, so the same for the same two states."""

    start: int
    """How many bytes at the beginning are the same."""
    rest: int
    """How many bytes at the end are the same, beyond those at the beginning."""
    middle: bytes
    """What the later state has between the two."""


def difference(before: bytes, after: bytes) -> Difference:
    """From one state to the other."""
    start = same_start(before, after)
    rest = min(same_end(before, after), len(before) - start, len(after) - start)
    return Difference(start, rest, after[start : len(after) - rest])


def applied(before: bytes, found: Difference) -> bytes:
    """The later state."""
    return b"".join((before[: found.start], found.middle, before[len(before) - found.rest :]))


def same_start(one: bytes, other: bytes) -> int:
    """How many bytes at the beginning are the same."""
    view = memoryview(other)
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one.startswith(view[low:middle], low):
            low = middle
        else:
            high = middle - 1
    return low


def same_end(one: bytes, other: bytes) -> int:
    """How many bytes at the end are the same."""
    view, end = memoryview(other), len(other)
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one.endswith(view[end - middle : end - low], 0, len(one) - low):
            low = middle
        else:
            high = middle - 1
    return low
