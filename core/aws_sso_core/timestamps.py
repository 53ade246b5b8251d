"""Times as AWS tools write them into their files, and durations as people write them.

Written is one form only, ``2026-11-23T10:25:17Z``, the one that every SDK reads. Read is every form that is found in
real caches: ``Z`` in either case, the ``UTC`` suffix of old AWS CLI versions, offsets with and without a colon, a blank
for the ``T``, zero to nine fraction digits (Java, .NET, JavaScript), and no zone at all, which means UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_SHORTEST = len("20261123T1025")
"""Anything shorter has no time of day; an expiry without one is junk, not midnight."""
_DURATION = re.compile(
    r"P?\s*(?:(\d+)\s*d(?:ays?)?)?\s*T?\s*(?:(\d+)\s*h(?:ours?)?)?\s*"
    r"(?:(\d+)\s*m(?:in(?:utes?)?)?)?\s*(?:(\d+)\s*s(?:ec(?:onds?)?)?)?",
    re.IGNORECASE | re.ASCII,
)


def parse_time(value: object) -> datetime | None:
    """The aware UTC time that a JSON value stands for, or None when it is no time (null, a number, junk)."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text[-3:].upper() in {"UTC", "GMT"}:
        text = text[:-3].rstrip() + "Z"
    if len(text) < _SHORTEST:
        return None
    try:
        time = datetime.fromisoformat(text.upper())
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def format_time(time: datetime) -> str:
    """``YYYY-MM-DDTHH:MM:SSZ``: whole seconds, cut rather than rounded, as AWS CLI does.

    Raises:
        ValueError: the time is naive, so nobody knows which moment it is.
    """
    if time.tzinfo is None:
        raise ValueError("a naive time stands for no moment")
    return time.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def parse_duration(text: str) -> timedelta | None:
    """The time that "8h", "90m", "1h30m", "1h 30 min", "7d" or ISO 8601's "PT8H" stands for, or None.

    A bare number stands for nothing: people mean minutes, seconds and hours by it.
    """
    match = _DURATION.fullmatch(text.strip())
    if not match or not any(match.groups()):
        return None
    days, hours, minutes, seconds = (int(group or 0) for group in match.groups())
    try:
        return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None


def format_duration(time: timedelta) -> str:
    """The shortest text that ``parse_duration`` reads back: "8h", "1h30m", "0m"; parts of a second are cut."""
    rest = int(time.total_seconds())
    parts = []
    for unit, seconds in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, seconds)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0m"
