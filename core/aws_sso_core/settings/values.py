"""The kinds of values a setting may have: from TOML, from what a person types, and back to text.

A wrong value is a ``ValueError`` whose text goes on from the setting's name: "must be one of ask, never".
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from aws_sso_core.errors import UsageError
from aws_sso_core.timestamps import format_duration, parse_duration

_DAY = 24 * 60
"""Minutes."""
_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_LONGEST_SESSION = timedelta(days=90)
"""What IAM Identity Center allows at the most."""


class Kind(Protocol):
    """How one kind of value is read and shown."""

    def accepted(self, value: Any) -> Any:
        """The value for a TOML one, or ValueError."""

    def typed(self, text: str) -> Any:
        """The TOML value for what a person typed, or ValueError. It still has to be ``accepted``."""

    def shown(self, value: Any) -> str:
        """An accepted value as a person would type it."""


class OneOf:
    """One of a few words."""

    def __init__(self, *choices: str) -> None:
        self.choices = choices

    def accepted(self, value: Any) -> str:
        """The word itself."""
        if isinstance(value, str) and value in self.choices:
            return value
        raise ValueError(f"must be one of {', '.join(self.choices)}")

    def typed(self, text: str) -> str:
        """In any case."""
        return text.strip().lower()

    def shown(self, value: str) -> str:
        """The word itself."""
        return value


class SomeOf:
    """One or several of a few words, in their order."""

    def __init__(self, *choices: str) -> None:
        self.choices = choices

    def accepted(self, value: Any) -> tuple[str, ...]:
        """A TOML array of the words, or one word."""
        given = [value] if isinstance(value, str) else value
        if isinstance(given, list) and given and all(word in self.choices for word in given):
            return tuple(word for word in self.choices if word in given)
        raise ValueError(f"must be one or several of {', '.join(self.choices)}")

    def typed(self, text: str) -> list[str]:
        """Parted by commas or blanks, in any case."""
        return _parts(text.lower())

    def shown(self, value: tuple[str, ...]) -> str:
        """Parted by commas."""
        return ", ".join(value)


class YesNo:
    """True or false."""

    def accepted(self, value: Any) -> bool:
        """A TOML boolean only."""
        if isinstance(value, bool):
            return value
        raise ValueError("must be true or false")

    def typed(self, text: str) -> bool:
        """Also yes, no, on and off."""
        try:
            return _WORDS[text.strip().lower()]
        except KeyError:
            raise ValueError("must be true or false") from None

    def shown(self, value: bool) -> str:
        """As in TOML."""
        return "true" if value else "false"


class Number:
    """A whole number between two bounds."""

    def __init__(self, least: int, most: int) -> None:
        self._least = least
        self._most = most

    def accepted(self, value: Any) -> int:
        """A TOML integer within the bounds."""
        if type(value) is int and self._least <= value <= self._most:
            return value
        raise ValueError(f"must be a whole number from {self._least} to {self._most}")

    def typed(self, text: str) -> int:
        """Digits."""
        try:
            return int(text)
        except ValueError:
            raise ValueError(f"must be a whole number from {self._least} to {self._most}") from None

    def shown(self, value: int) -> str:
        """Digits."""
        return str(value)


class Minutes:
    """A list of minutes, each up to a day; kept from the longest to the shortest, each once."""

    _wanted = f"must be a list of whole minutes from 0 to {_DAY}, such as 60, 15, 5, 0"

    def accepted(self, value: Any) -> tuple[int, ...]:
        """A TOML array of integers."""
        if isinstance(value, list) and all(type(v) is int and 0 <= v <= _DAY for v in value):
            return tuple(sorted(set(value), reverse=True))
        raise ValueError(self._wanted)

    def typed(self, text: str) -> list[int]:
        """Numbers parted by commas or blanks."""
        try:
            return [int(part) for part in _parts(text)]
        except ValueError:
            raise ValueError(self._wanted) from None

    def shown(self, value: tuple[int, ...]) -> str:
        """Parted by commas."""
        return ", ".join(map(str, value))


class Text:
    """Any text on one line."""

    def accepted(self, value: Any) -> str:
        """A TOML string."""
        if isinstance(value, str) and (value.isprintable()):
            return value.strip()
        raise ValueError("must be a text on one line")

    def typed(self, text: str) -> str:
        """As it is."""
        return text

    def shown(self, value: str) -> str:
        """As it is."""
        return value


class Pattern(Text):
    """A regular expression; empty matches nothing."""

    def accepted(self, value: Any) -> str:
        """One that compiles."""
        text = super().accepted(value)
        try:
            re.compile(text)
        except (re.error, RecursionError, OverflowError) as error:
            raise ValueError(f"must be a regular expression ({error})") from error
        return text


class Template(Text):
    """A template of profile names, as of `populate --profile-name-template`; empty for none."""

    def accepted(self, value: Any) -> str:
        """One that names its fields rightly."""
        text = super().accepted(value)
        if text:
            from aws_sso_core.naming import naming  # noqa: PLC0415 - the tray has no other need of it

            try:
                naming(template=text)
            except UsageError as error:
                raise ValueError(f"is no template ({error.sentence})") from error
        return text


class Names:
    """A list of names, in their order, each once."""

    def accepted(self, value: Any) -> tuple[str, ...]:
        """A TOML array of strings."""
        if isinstance(value, list) and all(isinstance(v, str) and v.isprintable() for v in value):
            return tuple(dict.fromkeys(v for v in value if v))
        raise ValueError("must be a list of names")

    def typed(self, text: str) -> list[str]:
        """Parted by commas, as names may hold blanks; or a list in brackets and quotes, as names may hold commas too."""
        if text.lstrip().startswith("["):
            with contextlib.suppress(ValueError):
                listed = json.loads(text)
                if isinstance(listed, list) and all(isinstance(name, str) for name in listed):
                    return listed
        return [name for part in text.split(",") if (name := part.strip())]

    def shown(self, value: tuple[str, ...]) -> str:
        """Parted by commas."""
        return ", ".join(value)


class Durations:
    """A table from session to time: ``corp = "8h"``."""

    def accepted(self, value: Any) -> Mapping[str, timedelta]:
        """A TOML table of texts that ``parse_duration`` reads."""
        if not isinstance(value, dict):
            raise ValueError("must be a table such as { corp = '8h' }")  # noqa: TRY004 - one error for all
        return {str(session): _session_length(session, time) for session, time in value.items()}

    def typed(self, text: str) -> dict[str, str]:
        """``corp=8h, dev=90m``."""
        pairs = [part.rpartition("=") for part in _parts(text)]
        if any(not session for session, _, _ in pairs):
            raise ValueError("must look like corp=8h, dev=90m")
        return {session: time for session, _, time in pairs}

    def shown(self, value: Mapping[str, timedelta]) -> str:
        """As typed."""
        return ", ".join(f"{session}={format_duration(time)}" for session, time in value.items())


LISTS = (SomeOf, Minutes, Names, Durations)
"""Kinds of several values, which may be parted by commas."""


def _session_length(session: str, value: Any) -> timedelta:
    time = parse_duration(value) if isinstance(value, str) else None
    if time is None or not timedelta(minutes=1) <= time <= _LONGEST_SESSION:
        raise ValueError(f"must tell a time such as '8h' or '90m' for {session}")
    return time


def _parts(text: str) -> list[str]:
    """Parted by commas or blanks, brackets and quotes of a TOML array taken off."""
    return text.strip().strip("[]{}").replace(",", " ").replace('"', " ").split()
