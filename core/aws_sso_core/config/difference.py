"""What differs between two states of a file: one stretch of bytes, between two parts that are the same."""

from __future__ import annotations

from io import SEEK_END
from typing import BinaryIO, NamedTuple


class Difference(NamedTuple):
    """How the later state comes of the earlier one; as small as it can be, so the same for the same two states."""

    start: int
    """How many bytes at the beginning are the same."""
    rest: int
    """How many bytes at the end are the same, beyond those at the beginning."""
    middle: bytes
    """What the later state has between the two."""


def difference(before: BinaryIO, after: bytes, *, piece: int = 1 << 16) -> Difference:
    """From the state in this file to the other one. The file is read in pieces: memory for all of it takes longest."""
    size, start, rest = before.seek(0, SEEK_END), 0, 0
    before.seek(0)
    while read := before.read(piece):
        if not after.startswith(read, start):
            start += same_start(read, after[start : start + piece])
            break
        start += len(read)
    most = min(size, len(after)) - start
    while rest < most:
        before.seek(max(size - rest - piece, 0))
        read = before.read(min(piece, size - rest))
        if not after.endswith(read, 0, len(after) - rest):
            rest += same_end(read, after[max(len(after) - rest - piece, 0) : len(after) - rest])
            break
        rest += len(read)
    rest = min(rest, most)
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
