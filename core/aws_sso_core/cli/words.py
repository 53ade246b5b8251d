"""How commands say times and states to a person: local time, in words."""

from __future__ import annotations

from datetime import datetime, tzinfo

from aws_sso_core.model import SessionStatus, State
from aws_sso_core.timestamps import clock_time

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEK = 7


def at(moment: datetime, now: datetime, zone: tzinfo | None) -> str:
    """A moment: ``10:41`` today, ``Tue 10:41`` within a week, ``3 Dec 10:41`` (with the year if another) beyond.

    ``zone`` None is the machine's own.
    """
    local, today = moment.astimezone(zone), now.astimezone(zone)
    clock = clock_time(local)
    days = abs((local.date() - today.date()).days)
    if days == 0:
        return clock
    if days < _WEEK:
        return f"{_DAYS[local.weekday()]} {clock}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {_MONTHS[local.month - 1]}{year} {clock}"


def clocks(status: SessionStatus, now: datetime, zone: tzinfo | None) -> str:
    """Both clocks of a session in one line, empty when there is nothing to tell."""
    token_end, end = status.token_expires_at, status.sign_in_ends_at
    if status.state is State.EXPIRED:
        ended = end or token_end
        return f"ended {at(ended, now, zone)}" if ended else "ended"
    if token_end is None:
        return ""
    parts = []
    if status.renews_at is not None and token_end > now:
        parts.append(
            "renews itself now" if status.renews_at <= now else f"renews itself at {at(status.renews_at, now, zone)}"
        )
    if end is None:
        parts.append("end not known yet")
    elif end <= now:
        parts.append(f"probably over since {at(end, now, zone)} ({status.sign_in_end_source})")
    elif status.sign_in_end_source == "token":
        parts.append(f"sign in again {at(end, now, zone)}")
    else:
        parts.append(f"sign in again about {at(end, now, zone)} ({status.sign_in_end_source})")
    return " - ".join(parts)


def state(value: State) -> str:
    """A state as people say it."""
    return value.value.replace("-", " ")


def either(names: list[str]) -> str:
    """Names to choose from: ``a``, ``a or b``, ``a, b or c``."""
    return " or ".join(part for part in (", ".join(names[:-1]), names[-1] if names else "") if part)


def both(names: tuple[str, ...]) -> str:
    """Names in a row, each once: ``a``, ``a and b``, ``a, b and c``."""
    known = list(dict.fromkeys(names))
    return " and ".join(part for part in (", ".join(known[:-1]), known[-1] if known else "") if part)
