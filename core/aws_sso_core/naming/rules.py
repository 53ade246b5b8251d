"""The rules by which one candidate gets its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from aws_sso_core.config.text import by_profile, section_name
from aws_sso_core.model import Account

CASES: Mapping[str, Callable[[str], str]] = {
    "capitalize": str.capitalize,
    "casefold": str.casefold,
    "lower": str.lower,
    "title": str.title,
    "upper": str.upper,
}
FIELDS = ("account_name", "account_id", "account_number", "role_name", "region", "short_region")

_AREAS = {"us-gov": "gov"}
_DIRECTIONS = {
    "north": "no",
    "northeast": "ne",
    "east": "ea",
    "southeast": "se",
    "south": "so",
    "southwest": "sw",
    "west": "we",
    "northwest": "nw",
    "central": "ce",
}
_REGION_PARTS = 3
_UNSAFE_IN_ACCOUNT = re.compile(r"[\s\[\]]+")
_READABLE = re.compile(r"[A-Za-z0-9._-]+").fullmatch
_UNREADABLE_RUN = re.compile(r"-*[^A-Za-z0-9._-]+-*")
_LOOSE_DASH = re.compile(r"-+(?=\.|\Z)|(?:(?<=\.)|\A)-+")


Pattern = tuple[tuple[str, str, tuple[str, ...]], ...]
"""(literal text, field or "", filters) one after the other."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One role of an account in one region: what gets a name."""

    account: Account
    role_name: str
    region: str
    index: int = 0
    """Which of the regions asked for, from 0."""
    count: int = 1
    """How many regions were asked for."""

    @property
    def account_name(self) -> str:
        """Its name, or its id where the portal tells none."""
        return self.account.name or self.account.id

    @property
    def identity(self) -> tuple[str, str, str]:
        """What no two candidates share."""
        return self.account.id, self.role_name, self.region


@dataclass(frozen=True, slots=True)
class Naming:
    """The options of one run, checked by ``naming``."""

    pattern: Pattern
    first_pattern: Pattern
    """The same for the first region."""
    separator: str = "."
    region_style: str = "short"
    account_name_case: str | None = None
    role_name_case: str | None = None
    trim_account_name: tuple[re.Pattern[str], ...] = ()
    trim_role_name: tuple[re.Pattern[str], ...] = ()
    safe: bool = True
    session: str = ""
    encoding: str = "utf-8"
    """In which botocore opens the config here: it reads nothing at all of a file with one name that this cannot say."""

    def name(self, candidate: Candidate) -> str:
        """The name that aws-sso-util gives, readable or not."""
        return self._join(candidate, self._fields(candidate))

    def plain(self, candidate: Candidate) -> str:
        """The same of readable parts only; an account name of which nothing is left becomes the id."""
        fields = {key: legible(value) for key, value in self._fields(candidate).items()}
        fields["account_name"] = fields["account_name"] or candidate.account.id
        return legible(self._join(candidate, fields))

    def untrimmed(self, candidate: Candidate) -> str:
        """The name with the whole role name in it."""
        name = replace(self, trim_role_name=()).name(candidate)
        return name if self.accepts(name) else replace(self, trim_role_name=()).plain(candidate)

    def untrimmed_parts(self, candidate: Candidate) -> tuple[str, str]:
        """Account and role as the trim patterns get them."""
        account, role = account_argument(candidate, safe=self.safe), candidate.role_name
        account = CASES[self.account_name_case](account) if self.account_name_case else account
        return account, CASES[self.role_name_case](role) if self.role_name_case else role

    def accepts(self, name: str) -> bool:
        """Whether this may be a profile's name: raw names too must at least be read back by botocore."""
        return bool(_READABLE(name)) if self.safe else _survives(name) and _is_read(name, self.encoding)

    def region_suffix(self, region: str) -> str:
        """The region in the style asked for."""
        return short_region(region) if self.region_style == "short" else region

    def _fields(self, candidate: Candidate) -> dict[str, str]:
        account, role = self.untrimmed_parts(candidate)
        for pattern in self.trim_account_name:
            account = pattern.sub("", account)
        for pattern in self.trim_role_name:
            role = pattern.sub("", role)
        return {
            "account_name": account,
            "account_id": candidate.account.id,
            "account_number": candidate.account.id,
            "role_name": role,
            "region": candidate.region,
            "short_region": short_region(candidate.region),
            "session": self.session,
        }

    def _join(self, candidate: Candidate, fields: Mapping[str, str]) -> str:
        parts = []
        for literal, field, filters in self.first_pattern if candidate.index == 0 else self.pattern:
            value = fields[field] if field else ""
            for name in filters:
                value = CASES[name](value)
            parts += [literal, value]
        return "".join(parts)


def short_region(region: str) -> str:
    """Such as ``usea1`` for us-east-1; a region that is not made of three parts stays as it is."""
    parts = region.rsplit("-", _REGION_PARTS - 1)
    if len(parts) != _REGION_PARTS:
        return region
    area, direction, number = parts
    return _AREAS.get(area, area) + _DIRECTIONS.get(direction, direction) + number


def account_argument(candidate: Candidate, *, safe: bool) -> str:
    """The account name as case, trim and an external process get it."""
    name = candidate.account_name
    return _UNSAFE_IN_ACCOUNT.sub("-", name).strip("-") if safe else name


def process_arguments(candidate: Candidate, *, safe: bool) -> tuple[str, ...]:
    """The seven arguments that ``--profile-name-process`` gets after its own."""
    return (
        account_argument(candidate, safe=safe),
        candidate.account.id,
        candidate.role_name,
        candidate.region,
        short_region(candidate.region),
        str(candidate.index),
        str(candidate.count),
    )


def legible(text: str) -> str:
    """The text in the portable alphabet: accents dropped, anything else made one dash, none left at the parts' ends."""
    if _READABLE(text):
        return text
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _LOOSE_DASH.sub("", _UNREADABLE_RUN.sub("-", text))


def _survives(name: str) -> bool:
    return (
        name.isprintable() and bool(name) and list(by_profile({section_name("profile", name): {}}).profiles) == [name]
    )


def _is_read(name: str, encoding: str) -> bool:
    try:
        name.encode().decode(encoding)
    except UnicodeError:
        return False
    return True
