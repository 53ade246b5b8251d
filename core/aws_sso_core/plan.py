"""What populate would add, change, keep and retire in the config: as data, so that it can be shown first. Pure.

Ours are the sections with ``sso_auto_populated = true`` (aws-sso-util writes the same mark) that belong to the same
Identity Center, told by its start URL, and to no other sso-session for it: two people may share a config. Every other
section is somebody's own and is never in a plan.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from aws_sso_core.config.helper_form import OURS, PROCESS, as_sso, is_own_process, through_helper
from aws_sso_core.config.text import Profiles, Section, Value, section_name
from aws_sso_core.errors import UsageError
from aws_sso_core.model import SSO_SCOPE, Session
from aws_sso_core.naming import Candidate
from aws_sso_core.start_url import same_center

MARK = "sso_auto_populated"
MANAGED = (
    "sso_session",
    "sso_start_url",
    "sso_region",
    "sso_account_name",
    "sso_account_id",
    "sso_role_name",
    "region",
    MARK,
    *OURS.values(),
)
"""The keys that are ours in a marked section; nobody's settings."""
_KEY = re.compile(r"[A-Za-z0-9_.-]+").fullmatch
_ACCOUNT_ID = re.compile(r"[0-9]{12}").fullmatch
_ROLE_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]{1,128}").fullmatch
_FEW = 2
"""A loss of that many roles is never suspicious."""

Action = Literal["keep", "overwrite", "discard"]


@dataclass(frozen=True, slots=True)
class Options:
    """How the sections are written."""

    session: Session
    config_defaults: Mapping[str, str] = field(default_factory=dict)
    existing: Action = "keep"
    """Whose value counts where a config default meets a key that is there; "discard" drops all other keys, too."""
    process: Callable[[str], str] | None = None
    """Gives the ``credential_process`` of a profile; None for SSO by the AWS tools' own means."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A section and what it is to hold."""

    name: str
    """The profile's."""
    section: str
    """The text between the brackets: of the section there is, else as it will be written."""
    values: Section
    changes: Mapping[str, Value | None] = field(default_factory=dict)
    """What must be done to the section there is: keys to set and (None) to remove."""
    candidate: Candidate | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The outcome; each tuple in the order of names."""

    add: tuple[Entry, ...] = ()
    change: tuple[Entry, ...] = ()
    keep: tuple[Entry, ...] = ()
    """As they should be already."""
    retire: tuple[Entry, ...] = ()
    """Ours, of this Identity Center, but for nothing that it gives today; removed only when that is asked for."""
    before: int = 0
    """Roles of accounts that our sections stood for until now."""
    gone: int = 0
    """How many of these the portal no longer gives."""

    @property
    def suspicious(self) -> bool:
        """Whether the portal gives so much less than before that it may be a mistake: nothing, or half of it gone."""
        return self.gone > _FEW and 2 * self.gone > self.before


def check_defaults(pairs: Sequence[str]) -> dict[str, str]:
    """``K=V`` words as a dictionary.

    Raises:
        UsageError: one is no such word, or its key is not for a person to set.
    """
    found = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        key = key.strip().lower()
        if not equals or not _KEY(key):
            raise UsageError(f"--config-default: {pair!r} is no KEY=VALUE.", "Write for instance output=json.")
        if key in MANAGED or key == PROCESS:
            raise UsageError(f"--config-default: {key} is set by populate itself.", "Leave it out.")
        if not value.isprintable():
            raise UsageError(f"--config-default: the value of {key} is more than one line.", "Shorten it.")
        found[key] = value.strip()
    return found


def needs_session(session: Session, found: Profiles) -> bool:
    """Whether the config lacks this sso-session.

    Raises:
        UsageError: it has another one of that name.
    """
    if session.kind != "sso-session":
        return False
    present = found.sessions.get(session.name)
    if present is not None and (present.get("sso_start_url"), present.get("sso_region")) != (
        session.start_url,
        session.region,
    ):
        raise UsageError(
            f"There is another sso-session named {session.name!r} in the config.",
            "Give this one another name with --session.",
        )
    return present is None


def session_values(session: Session) -> Section:
    """The keys of an sso-session's section."""
    return {
        "sso_start_url": session.start_url,
        "sso_region": session.region,
        "sso_registration_scopes": ",".join(session.scopes or (SSO_SCOPE,)),
    }


def is_possible(candidate: Candidate) -> bool:
    """Whether id and role are what AWS gives out; anything else must not get into a config file."""
    return bool(_ACCOUNT_ID(candidate.account.id) and _ROLE_NAME(candidate.role_name))


@dataclass(frozen=True, slots=True)
class Existing:
    """The sections of a config that matter here."""

    ours: Mapping[str, Entry]
    """Profile name -> its section: marked, and of this Identity Center."""
    others: Collection[str]
    """The names of all other profiles, those in the credentials file among them."""


def existing(found: Profiles, credentials: Iterable[str], session: Session) -> Existing:
    """Sort the profiles of a config into ours and all others.

    Args:
        found: of the config file.
        credentials: names of the profiles in the credentials file.
        session: tells the Identity Center.
    """
    ours = {}
    for name, values in found.profiles.items():
        is_marked = str(values.get(MARK, "")).lower() == "true"
        if is_marked and name not in found.doubles and _is_of(session, as_sso(values), found):
            ours[name] = Entry(name, found.headers[name], values)
    return Existing(ours, {*found.profiles, *credentials} - ours.keys())


def _is_of(session: Session, values: Section, found: Profiles) -> bool:
    """Whether a profile is of this Identity Center, and not of another sso-session for it: that is another sign-in."""
    url, named = _start_url(values, found), values.get("sso_session")
    others = session.kind == "sso-session" and named not in (None, session.name)
    return url is not None and same_center(url, session.start_url) and not others


def _start_url(values: Section, found: Profiles) -> str | None:
    if "sso_session" in values:
        values = found.sessions.get(str(values["sso_session"]), {})
    url = values.get("sso_start_url")
    return url if isinstance(url, str) else None


def covered_by_hand(found: Profiles, others: Collection[str], session: Session) -> dict[str, tuple[str, str]]:
    """Hand-written profile -> (account id, role) for those of this Identity Center: they need no second profile."""
    covered = {}
    for name, written in found.profiles.items():
        values = as_sso(written)
        account, role, url = values.get("sso_account_id"), values.get("sso_role_name"), _start_url(values, found)
        if name not in others or url is None or not same_center(url, session.start_url):
            continue
        if isinstance(account, str) and isinstance(role, str):
            covered[name] = account, role
    return covered


def plan(
    named: Mapping[Candidate, str],
    now: Existing,
    options: Options,
    *,
    given: Collection[tuple[str, str]],
    unknown: Collection[str] = (),
) -> Plan:
    """Compare what there should be with what there is.

    Args:
        named: what is to be a profile, with its name.
        now: the config.
        options: how sections are written.
        given: (account id, role) of all that the portal gives, wanted or not.
        unknown: ids of accounts of which nothing is known today; their profiles are left alone.
    """
    add: list[Entry] = []
    change: list[Entry] = []
    keep: list[Entry] = []
    for candidate, name in sorted(named.items(), key=lambda pair: pair[1]):
        present = now.ours.get(name)
        values = _values(candidate, name, present.values if present else {}, options)
        section = present.section if present else section_name("profile", name)
        changes = _changes(present.values if present else {}, values)
        entry = Entry(name, section, values, changes, candidate)
        kind = add if present is None else change if changes else keep
        kind.append(entry)
    wanted = set(named.values())
    retire = [
        entry
        for name, entry in sorted(now.ours.items())
        if name not in wanted and _role(entry.values)[0] not in unknown
    ]
    before = {_role(entry.values) for entry in now.ours.values()}
    gone = {role for role in before if role not in given and role[0] not in unknown}
    return Plan(tuple(add), tuple(change), tuple(keep), tuple(retire), len(before), len(gone))


def _changes(present: Section, values: Section) -> dict[str, Value | None]:
    removed: dict[str, Value | None] = {key: None for key in present if key not in values}
    return removed | {key: value for key, value in values.items() if present.get(key) != value}


def _role(values: Section) -> tuple[Value, Value]:
    values = as_sso(values)
    return values.get("sso_account_id", ""), values.get("sso_role_name", "")


def _values(candidate: Candidate, name: str, present: Section, options: Options) -> Section:
    """The keys of one section; those of somebody's own come after ours, or stay where they are."""
    session = options.session
    ours: Section = (
        {"sso_session": session.name}
        if session.kind == "sso-session"
        else {"sso_start_url": session.start_url, "sso_region": session.region}
    )
    account_name = written_name(candidate)
    if account_name is not None:
        ours["sso_account_name"] = account_name
    ours |= {
        "sso_account_id": candidate.account.id,
        "sso_role_name": candidate.role_name,
        "region": candidate.region,
    }
    own = {} if options.existing == "discard" else {k: v for k, v in present.items() if k not in MANAGED}
    if options.process is not None or is_own_process(own.get(PROCESS)):
        own.pop(PROCESS, None)
    for key, value in options.config_defaults.items():
        if key not in own or options.existing != "keep":
            own[key] = value
    if options.process is not None:
        ours = through_helper(ours, options.process(name))
    return {**ours, **own, MARK: "true"}


def written_name(candidate: Candidate) -> str | None:
    """The account's name as it may stand in the file, which botocore reads in the encoding of the machine: ASCII.

    None where it says no more than the id, or nothing of it is left.
    """
    text = unicodedata.normalize("NFKD", candidate.account.name or "").encode("ascii", "ignore").decode()
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if text and text != candidate.account.id else None
