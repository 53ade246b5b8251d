"""The sections of a file in whatever state it is, and which of them a change took away or brought."""

from __future__ import annotations

from typing import NamedTuple

from aws_sso_core.config.difference import same_end, same_start


class Moved(NamedTuple):
    """What a change did to a file's sections; names in their order."""

    lost: tuple[str, ...]
    gained: tuple[str, ...]
    more: int
    """How many headers there are more than before."""


def count(data: bytes) -> int:
    """How many headers there are."""
    return len(_names_in(_lines(data)))


def moved(before: bytes, after: bytes) -> Moved:
    """The sections that only one of them has. What is indented is not looked at.

    Only what lies between the first and the last difference is taken apart: of a large file mostly one section.
    """
    old, new = _lines(before), _lines(after)
    start = old.rfind(b"\n[", 0, same_start(old, new) + 1) + 1
    rest = min(same_end(old, new), len(old) - start, len(new) - start)
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
        if name in gone and b"\n[%b]" % name not in data and not data.startswith(b"[%b]" % name)
    )


def _lines(data: bytes) -> bytes:
    return data.replace(b"\r", b"\n") if b"\r" in data else data


def _names_in(data: bytes) -> list[bytes]:
    """The names in headers, of lines that begin with the data."""
    return [chunk.partition(b"]")[0] for chunk in (b"\n" + data).split(b"\n[")[1:]]
