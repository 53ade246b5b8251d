"""How moments and names are said to a person, by commands, menu and notices alike. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEK = 7
"""Days; beyond it the weekday would be ambiguous."""
_AFTERNOON = datetime(2000, 1, 1, 13, 0, 0)  # noqa: DTZ001 - only its form is looked at


def at(moment: datetime, now: datetime, zone: tzinfo | None, *, brief: bool = False) -> str:
    """A moment: ``10:41`` today, ``Tue 10:41`` within a week, ``3 Dec 10:41`` (with the year if another) beyond.

    Args:
        moment: the moment.
        now: tells what is today.
        zone: the person's; None is the machine's own.
        brief: beyond a week, the day is enough.
    """
    local, today = moment.astimezone(zone), now.astimezone(zone)
    clock = clock_time(local)
    days = abs((local.date() - today.date()).days)
    if days == 0:
        return clock
    if days < _WEEK:
        return f"{_DAYS[local.weekday()]} {clock}"
    day = f"{local.day} {_MONTHS[local.month - 1]}"
    dated = day if local.year == today.year else f"{day} {local.year}"
    return dated if brief else f"{dated} {clock}"


def clock_time(local: datetime) -> str:
    """The time of day as the person's system writes it: ``17:30``, or ``5:30 PM``.

    Which of them is told by the locale of this process (``as_people_here_write``): it writes an afternoon with or
    without its 13. Without a locale it is 24 hours.
    """
    if "13" in _AFTERNOON.strftime("%X"):
        return f"{local:%H:%M}"
    return f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"  # noqa: PLR2004


def as_people_here_write() -> None:
    """Take the person's own form for times of day in this process; for doors, once."""
    import locale  # noqa: PLC0415 - for doors only

    try:
        locale.setlocale(locale.LC_TIME, "")
    except locale.Error:
        return  # a name that this machine does not have


def names(all_of_them: Iterable[str], most: int | None = None) -> str:
    """Names in a row, each once: ``a``, ``a and b``, ``a, b and c``; past ``most``, ``a, b and 4 others``."""
    known = list(dict.fromkeys(all_of_them))
    if most is not None and len(known) > most:
        known = [*known[: most - 1], f"{len(known) - most + 1} others"]
    return " and ".join(part for part in (", ".join(known[:-1]), known[-1] if known else "") if part)
