"""Which accounts and roles are meant: ``ACCOUNT`` or ``ACCOUNT/ROLE`` patterns. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aws_sso_core.errors import UsageError
from aws_sso_core.model import Account


@dataclass(frozen=True, slots=True)
class Wish:
    """One pattern: ``*`` is any text, ``?`` any character, case does not matter; the account goes by name or id."""

    text: str
    account: re.Pattern[str]
    role: re.Pattern[str]

    def fits(self, account: Account, role: str) -> bool:
        """Whether this role of this account is meant."""
        names = (account.id, account.name or account.id)
        return any(self.account.fullmatch(name) for name in names) and bool(self.role.fullmatch(role))


def wish(text: str) -> Wish:
    """The pattern; what comes after the last slash is the role."""
    account, slash, role = text.rpartition("/")
    if not slash:
        account, role = text, "*"
    return Wish(text, _pattern(account or "*"), _pattern(role or "*"))


@dataclass(frozen=True, slots=True)
class Selection:
    """Everything that some ``include`` fits (all, if there is none), without what some ``exclude`` fits."""

    include: tuple[Wish, ...] = ()
    exclude: tuple[Wish, ...] = ()

    @classmethod
    def of(cls, include: Sequence[str], exclude: Sequence[str]) -> Selection:
        """From the patterns as a person writes them.

        Raises:
            UsageError: one is empty, as a variable that is not set leaves it; it would fit everything.
        """
        for option, patterns in (("--include", include), ("--exclude", exclude)):
            if not all(pattern.strip(" /") for pattern in patterns):
                raise UsageError(f"{option}: a pattern is empty.", "* fits everything.")
        return cls(tuple(wish(text) for text in include), tuple(wish(text) for text in exclude))

    def takes(self, account: Account, role: str) -> bool:
        """Whether this role is wanted."""
        wanted = not self.include or any(one.fits(account, role) for one in self.include)
        return wanted and not any(one.fits(account, role) for one in self.exclude)

    def unfitting(self, roles: Iterable[tuple[Account, str]]) -> tuple[str, ...]:
        """The patterns that fit none of these, as a person wrote them: mostly a slip."""
        idle = [*self.include, *self.exclude]
        for account, role in roles:
            if not idle:
                break
            idle = [one for one in idle if not one.fits(account, role)]
        return tuple(one.text for one in idle)


def _pattern(text: str) -> re.Pattern[str]:
    first, *others = (re.escape(part).replace(r"\?", ".") for part in text.split("*"))
    if others:
        *between, last = others
        # Whatever comes between two stars is found once and not looked for again, or many stars would take for ever.
        first += "".join(f"(?>.*?{part})" for part in between) + ".*" + last
    return re.compile(first, re.IGNORECASE | re.DOTALL)
