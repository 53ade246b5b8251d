"""How the tray says times, lengths and names: one place, so that menu, tooltip and notices agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from aws_sso_core import wording

ELLIPSIS = "…"
PRODUCTION = " (production)"
"""Behind the name of a production profile."""


def at(moment: datetime, now: datetime, zone: tzinfo | None) -> str:
    """A moment as people say it today: ``10:41``, within a week ``Tue 10:41``, beyond ``3 Dec`` (and the year)."""
    return wording.at(moment, now, zone, brief=True)


def left(length: timedelta) -> str:
    """A length of time, coarser the longer it is: ``4 min``, ``35 min``, ``1 h 40 min``, ``6 h``, ``3 days``."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 1:
        return "less than a minute"
    if minutes < 15:  # noqa: PLR2004
        return f"{minutes} min"
    minutes -= minutes % 5
    hours, rest = divmod(minutes, 60)
    if hours == 0:
        return f"{minutes} min"
    if hours < 3:  # noqa: PLR2004
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    if hours < 48:  # noqa: PLR2004
        return f"{hours} h"
    return f"{hours // 24} days"


def names(all_of_them: Sequence[str], most: int = 3) -> str:
    """Names in a row: ``a``, ``a and b``, ``a, b and 4 others``."""
    return wording.names(all_of_them, most)


def wait(programs: Sequence[str]) -> str:
    """The verb for these programs: one waits, several wait."""
    return "waits" if len(set(programs)) == 1 else "wait"


def cut(text: str, limit: int) -> str:
    """The text on one line, its end dropped where it is longer than ``limit`` characters."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


def squeeze(name: str, limit: int) -> str:
    """A name with its middle dropped where it is too long: in a profile's name the end tells the role."""
    name = " ".join(name.split())
    if len(name) <= limit:
        return name
    tail = (limit - 1) // 2
    return name[: limit - 1 - tail] + ELLIPSIS + name[len(name) - tail :]


def natural(text: str) -> tuple[str, ...]:
    """A key to sort by as people do: capitals beside small letters, and 2 before 10."""
    words_and_numbers = re.split(r"([0-9]+)", text.casefold())
    for n, number in enumerate(words_and_numbers):
        if n % 2:  # the longer number is the greater one
            digits = number.lstrip("0")
            words_and_numbers[n] = f"{len(digits):06}{digits}"
    return (*words_and_numbers, text)


def utf16(text: str, limit: int) -> str:
    """The text within ``limit`` UTF-16 units, as Windows counts; never half a character."""
    if len(text.encode("utf-16-le")) // 2 <= limit:
        return text
    kept, used = [], len(ELLIPSIS)
    for character in text:
        used += len(character.encode("utf-16-le")) // 2
        if used > limit:
            break
        kept.append(character)
    return "".join(kept) + ELLIPSIS
