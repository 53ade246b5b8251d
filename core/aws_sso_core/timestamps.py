"""Times as AWS tools write them into their files.

Written is one form only, ``2026-11-23T10:25:17Z``, the one that every SDK reads. Read is every form that is found in
real caches: ``Z`` in either case, the ``UTC`` suffix of old AWS CLI versions, offsets with and without a colon, a blank
for the ``T``, zero to nine fraction digits (Java, .NET, JavaScript), and no zone at all, which means UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime

_SHORTEST = len("20261123T1025")
"""Anything shorter has no time of day; an expiry without one is junk, not midnight."""


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
