"""The accounts and roles that a person was told of last, against which news is news."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeGuard

from aws_sso_core.digest import sha1_hex
from aws_sso_core.errors import StoreFailed
from aws_sso_core.files import read_bytes, write_atomic
from aws_sso_core.identity_center.directory import Listing
from aws_sso_core.model import Account, Session
from aws_sso_core.timestamps import format_time, parse_time

_LARGEST = 64 << 20
"""Bytes; 20,000 roles take one million."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one session's Identity Center."""

    at: datetime | None = None
    """When it was read last; None for never."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Account id -> name, where it has one."""
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Account id -> its roles."""
    words: tuple[str, ...] = ()
    """The options that ``populate`` was last called with."""


@dataclass(frozen=True, slots=True)
class News:
    """What is different; each in the order of account ids."""

    new_accounts: tuple[Account, ...] = ()
    gone_accounts: tuple[Account, ...] = ()
    new_roles: tuple[tuple[Account, str], ...] = ()
    """In accounts that were there before."""
    gone_roles: tuple[tuple[Account, str], ...] = ()
    """In accounts that are still there."""


class Catalogue:
    """One owner-only JSON file for each session; anything odd in it counts as not known."""

    def __init__(self, state_dir: Path) -> None:
        self._directory = state_dir / "catalogue"

    def read(self, session: Session) -> Told:
        """What was told."""
        try:
            document = json.loads(read_bytes(self._path(session), limit=_LARGEST) or b"null")
        except (StoreFailed, ValueError, RecursionError):
            return Told()
        return _told(document) if isinstance(document, dict) else Told()

    def note(self, session: Session, listing: Listing, *, at: datetime, words: Sequence[str] | None = None) -> None:
        """A person hears of this listing; accounts that are denied today stay as they were known.

        Args:
            session: whose.
            listing: complete, but for what is denied.
            at: now.
            words: the options of ``populate``; None leaves those that are known.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: it was not noted.
        """
        before = self.read(session)
        denied = {account.id for account in listing.denied}
        roles = {number: roles for number, roles in before.roles.items() if number in denied}
        roles |= {listed.account.id: frozenset(listed.roles) for listed in listing.accounts}
        known = {listed.account.id: listed.account.name for listed in listing.accounts}
        names = {number: name for number in roles if (name := known.get(number) or before.names.get(number))}
        told = Told(at, names, roles, before.words if words is None else tuple(words))
        write_atomic(self._path(session), json.dumps(_document(told)).encode())

    def _path(self, session: Session) -> Path:
        return self._directory / f"{sha1_hex(f'{session.cache_key} {session.start_url}')}.json"


def news(before: Told, listing: Listing) -> News:
    """What the listing has that was not told, and the other way round; nothing where nothing was ever told."""
    if before.at is None:
        return News()
    now = {listed.account.id: listed for listed in listing.accounts}
    denied = {account.id for account in listing.denied}

    def known(number: str) -> Account:
        return Account(number, before.names.get(number))

    new = [listed.account for number, listed in sorted(now.items()) if number not in before.roles]
    gone = [known(number) for number in sorted(before.roles) if number not in now and number not in denied]
    both = [(listed.account, before.roles[number], listed.roles) for number, listed in sorted(now.items()) if number in before.roles]  # fmt: skip
    return News(
        tuple(account for account in new if now[account.id].roles),
        tuple(account for account in gone if before.roles[account.id]),
        tuple((account, role) for account, then, roles in both for role in sorted(set(roles) - then)),
        tuple((account, role) for account, then, roles in both for role in sorted(then - set(roles))),
    )


def _document(told: Told) -> dict[str, Any]:
    accounts = {
        number: {"name": told.names.get(number), "roles": sorted(roles)} for number, roles in told.roles.items()
    }
    return {"version": 1, "at": told.at and format_time(told.at), "accounts": accounts, "populate": told.words}


def _told(document: Mapping[str, Any]) -> Told:
    accounts, words = document.get("accounts"), document.get("populate")
    found = Told(words=tuple(words) if _are_texts(words) else ())
    if not isinstance(accounts, dict):
        return found
    entries = {number: entry for number, entry in accounts.items() if isinstance(entry, dict)}
    return replace(
        found,
        at=parse_time(document.get("at")),
        names={number: name for number, entry in entries.items() if isinstance(name := entry.get("name"), str)},
        roles={number: frozenset(r) for number, entry in entries.items() if _are_texts(r := entry.get("roles"))},
    )


def _are_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)
