"""What the wizard does next, from what is known so far: a question, something to look up, or writing. Pure.

Every question has the option that answers it, so a script answers by options what a person answers by typing. What can
be known is not asked: a region that the address tells, the only account, a name that is free.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Literal, TypeVar

from aws_sso_core.errors import AppError, UsageError
from aws_sso_core.model import SSO_SCOPE, Account, Session
from aws_sso_core.naming import Candidate, naming, told_apart
from aws_sso_core.naming.sessions import session_names
from aws_sso_core.plan import same_center
from aws_sso_core.start_url import EXAMPLE, StartUrl, parse, partition_of

T = TypeVar("T")
Key = Literal["session", "start_url", "sso_region", "account", "role", "region", "output", "profile"]

FLAGS: Mapping[Key, str] = {
    "session": "--session",
    "start_url": "--sso-start-url",
    "sso_region": "--sso-region",
    "account": "--account",
    "role": "--role",
    "region": "--region",
    "output": "--output",
    "profile": "--profile",
}
OUTPUTS = ("json", "yaml", "yaml-stream", "text", "table")
"""What AWS CLI 2 knows."""
ANOTHER = "\0another"
"""The answer to "which session": one that is not there yet. No section is called so."""
CLEAN_NAMES: Mapping[str, str | tuple[str, ...]] = {
    "account_name_case": "lower",
    "role_name_case": "lower",
    "trim_role_name": ("(?<=admin)istratoraccess", "^aws", "(?<=readonly)access", "(?<=poweruser)access"),
}
"""Options of ``naming`` that give names such as dev-account.admin."""

_NAME = re.compile(r"[A-Za-z0-9._-]+").fullmatch
_REGION = re.compile(r"[a-z]{2,}(-[a-z0-9]+)+").fullmatch
_PLAIN_SESSION = "sso"
_NAMELESS = "(no name)"
_SHOWN = 10


class Do(Enum):
    """Something that is no question."""

    FIND_REGION = auto()
    READ_ACCOUNTS = auto()
    READ_ROLES = auto()
    WRITE = auto()


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to choose."""

    value: str
    text: str
    """As it is shown, and searched."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person, or an option, must say."""

    key: Key
    text: str
    choices: tuple[Choice, ...] = ()
    """Empty: any text."""
    default: str = ""
    """What Enter means; empty: there is nothing to propose."""
    is_open: bool = False
    """Whether another text than one of the choices may be an answer, too."""
    note: str = ""
    """What helps to answer; one or two sentences."""
    missing: str = ""
    """The sentence for a script that did not say it."""

    @property
    def flag(self) -> str:
        """The option that answers it."""
        return FLAGS[self.key]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known."""

    attended: bool
    """Whether there is somebody to ask."""
    sessions: tuple[Session, ...] = ()
    """Those of the config."""
    taken: Collection[str] = ()
    """Names of sso-sessions that are in the config, complete or not."""
    profiles: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    """Profile -> account id and role of those there are, in both files."""
    regions: Mapping[str, str] = field(default_factory=dict)
    """AWS's regions, and what they are called."""
    portal: StartUrl | None = None
    """The one that the settings or the environment name, if any."""
    usual_region: str | None = None
    """Where this person works, as far as the environment or other profiles tell."""
    answers: Mapping[Key, str] = field(default_factory=dict)
    every: bool = False
    """Whether all accounts and roles are wanted."""
    looked: bool = False
    """Whether the region was looked for."""
    accounts: tuple[Account, ...] | None = None
    """Those of the signed-in person; None: not read yet."""
    roles: tuple[str, ...] | None = None
    """Those in the chosen account; None: not read yet."""

    def answered(self, key: Key, value: str) -> Facts:
        """With one answer more, which must have gone through ``accepted``.

        Of a legacy session the portal is taken, which gets an sso-session.
        """
        more: dict[Key, str] = {key: value}
        legacy = next((s for s in self.sessions if s.kind == "legacy" and s.name == value), None)
        if key == "session" and legacy is not None:
            more = {"session": ANOTHER, "start_url": legacy.start_url, "sso_region": legacy.region}
        return replace(self, answers={**self.answers, **more})

    def without(self, *keys: Key) -> Facts:
        """With these to be asked again."""
        return replace(self, answers={key: value for key, value in self.answers.items() if key not in keys})

    @property
    def start(self) -> StartUrl | None:
        """The start URL as the person said it."""
        url = self.answers.get("start_url")
        return parse(url) if url is not None else None

    @property
    def sso_region(self) -> str | None:
        """The region of the start URL, as far as it was said, or is in the address or the settings."""
        start = self.start
        usual = self.portal.region if self.portal and start and self.portal.url == start.url else None
        return self.answers.get("sso_region") or (start.region if start else None) or usual

    @property
    def session(self) -> Session | None:
        """The sso-session of the profile, one of the config or a new one; None while that is open."""
        name, start = self.answers.get("session"), self.start
        if start is None:
            modern = [s for s in self.sessions if s.kind == "sso-session"]
            if name is None and not self.attended and len(modern) == 1:
                return modern[0]
            return next((s for s in modern if s.name == name), None)
        region = self.sso_region
        if known := _known(self, start, region, name):
            return known
        if region is None:
            return None
        name = name if name not in (None, ANOTHER) else _free_name(self, start)
        return Session(name, start.url, region, scopes=(SSO_SCOPE,)) if name is not None else None

    @property
    def account(self) -> Account | None:
        """The chosen account, or the only one."""
        return _one(self.answers.get("account"), self.accounts, key=lambda account: account.id)

    @property
    def role(self) -> str | None:
        """The chosen role, or the only one."""
        return _one(self.answers.get("role"), self.roles, key=str)


def next_step(facts: Facts) -> Question | Do:
    """What is next. Each question is asked once, and ``Do.WRITE`` comes when all is known.

    Raises:
        UsageError: answers contradict each other, or what is there.
        AppError: the signed-in person has no account.
    """
    session = facts.session
    if session is None:
        return _session_step(facts)
    _refuse_other_url(facts, session)
    if not facts.every or "account" in facts.answers:
        step = _role_step(facts)
        if step is not None:
            return step
    return _profile_step(facts, session) or Do.WRITE


def accepted(key: Key, text: str, facts: Facts) -> str:  # noqa: PLR0911 - one for each kind of answer
    """An answer in the form in which it is kept.

    Raises:
        UsageError: it is none; says what would be one.
    """
    text = text.strip()
    match key:
        case "session":
            return _session_accepted(text, facts)
        case "start_url":
            return parse(text).url
        case "account":
            return _account_accepted(text, facts)
        case "role":
            return _role_accepted(text, facts)
        case "sso_region" | "region":
            if not _REGION(text):
                raise UsageError(f"{text!r} is no AWS region.", "It looks like eu-west-1.")
            return text
        case "output":
            if text not in OUTPUTS:
                raise UsageError(f"{text!r} is no output format.", f"There are {', '.join(OUTPUTS)}.")
            return text
        case "profile":
            return _profile_accepted(text)


def proposed_name(facts: Facts, account: Account, role: str) -> str:
    """A profile name such as dev-account.admin that no profile for something else has."""
    others = [name for name, identity in facts.profiles.items() if identity != (account.id, role)]
    candidate = Candidate(account, role, "")
    rules = naming(components="account_name,role_name", **CLEAN_NAMES)  # type: ignore[arg-type]  # its values fit
    return told_apart([candidate], rules, taken=others).named[candidate]


def _session_step(facts: Facts) -> Question | Do:
    start = facts.start
    if start is None:
        if "session" not in facts.answers and facts.sessions:
            return _which_session(facts)
        return Question(
            "start_url",
            "Start URL",
            default=facts.portal.url if facts.portal else "",
            note=f"The address of the page where you choose an AWS account, as in {EXAMPLE}: copy it from your browser.",
            missing="The start URL is missing.",
        )
    if facts.sso_region is None:
        return _which_region(facts, start) if facts.looked else Do.FIND_REGION
    return Question(
        "session",
        "Name for this sign-in",
        default=_first_free(session_names(_PLAIN_SESSION), facts),
        note="A short name; `aws sso login --sso-session NAME` and our commands call it so.",
        missing="The name of the sso-session is missing.",
    )


def _which_session(facts: Facts) -> Question:
    rows = [Choice(s.name, f"{s.label}  {s.start_url}") for s in facts.sessions]
    return Question(
        "session",
        "Which sign-in is the profile for",
        (*rows, Choice(ANOTHER, "another one, which is not set up yet")),
        default=facts.sessions[0].name,
        missing=f"There are several sessions: {', '.join(s.label for s in facts.sessions)}.",
    )


def _which_region(facts: Facts, start: StartUrl) -> Question:
    return Question(
        "sso_region",
        "Region of that IAM Identity Center",
        _region_choices(facts, start.partition, facts.usual_region),
        default=facts.usual_region or "",
        is_open=True,
        note="It could not be found out. The page where you choose an account shows it: `Access keys`, SSO region.",
        missing=f"The region of {start.url} could not be found out.",
    )


def _role_step(facts: Facts) -> Question | Do | None:
    if facts.accounts is None:
        return Do.READ_ACCOUNTS
    if not facts.accounts:
        raise AppError("You have no AWS accounts there yet.", "Ask an administrator to assign you to one.")
    if facts.account is None:
        rows = sorted(facts.accounts, key=lambda a: (not a.name, (a.name or "").casefold(), a.id))
        width = max(len(a.name or _NAMELESS) for a in rows)
        listed = ", ".join(a.name or a.id for a in rows[:_SHOWN]) + (", ..." if len(rows) > _SHOWN else "")
        return Question(
            "account",
            "Account",
            tuple(Choice(a.id, f"{(a.name or _NAMELESS).ljust(width)}  {a.id}") for a in rows),
            missing=f"There are {len(rows)} accounts: {listed}.",
        )
    if facts.roles is None:
        return Do.READ_ROLES
    if facts.role is None:
        return Question(
            "role",
            "Role",
            tuple(Choice(role, role) for role in sorted(facts.roles, key=str.casefold)),
            missing=f"There are {len(facts.roles)} roles: {', '.join(sorted(facts.roles))}.",
        )
    return None


def _profile_step(facts: Facts, session: Session) -> Question | None:
    if "region" not in facts.answers:
        usual = facts.usual_region or session.region
        return Question(
            "region",
            "Region to work in",
            _region_choices(facts, partition_of(session.region), usual),
            default=usual,
            is_open=True,
            missing="The region of the profile is missing.",
        )
    if "output" not in facts.answers and facts.attended:
        return Question(
            "output", "Output of the AWS CLI", tuple(Choice(word, word) for word in OUTPUTS), default=OUTPUTS[0]
        )
    if "profile" not in facts.answers and facts.account is not None and facts.role is not None:
        return Question("profile", "Name of the profile", default=proposed_name(facts, facts.account, facts.role))
    return None


def _known(facts: Facts, start: StartUrl, region: str | None, name: str | None) -> Session | None:
    """The sso-session of the config for this portal, where the person did not name another."""
    return next(
        (
            s
            for s in facts.sessions
            if s.kind == "sso-session"
            and same_center(s.start_url, start.url)
            and region in (None, s.region)
            and name in (None, ANOTHER, s.name)
        ),
        None,
    )


def _refuse_other_url(facts: Facts, session: Session) -> None:
    start, region = facts.start, facts.answers.get("sso_region")
    there = next((s for s in facts.sessions if s.name == session.name), None)
    if there is None or (start is None and region is None):
        return
    if start is not None and not same_center(there.start_url, start.url):
        raise _name_taken(there)
    if region is not None and region != there.region:
        raise UsageError(
            f"The sso-session {there.name!r} is in {there.region}, not in {region}.", "Leave --sso-region out."
        )


def _name_taken(there: Session) -> UsageError:
    return UsageError(
        f"There is another sso-session named {there.name!r}, for {there.start_url}.", "Give this one another name."
    )


def _free_name(facts: Facts, start: StartUrl) -> str | None:
    """What the organization is called in the address; an id is no name, so then somebody is asked if there is anybody."""
    if start.alias is None and facts.attended:
        return None
    return _first_free(session_names(start.url), facts)


def _first_free(names: Iterable[str], facts: Facts) -> str:
    taken = {*facts.taken, *(s.name for s in facts.sessions)}
    return next(name for name in names if name not in taken)


def _session_accepted(text: str, facts: Facts) -> str:
    there = next((s for s in facts.sessions if text in (s.name, s.label)), None)
    start = facts.start
    if text == ANOTHER or (there is not None and start is None):
        return there.name if there is not None else text
    if there is not None and start is not None and not same_center(there.start_url, start.url):
        raise _name_taken(there)
    if there is None and text in facts.taken:
        raise UsageError(f"There is a half-written sso-session named {text!r}.", "Give this one another name.")
    if there is None and not _NAME(text):
        raise _bad_name(text, "an sso-session")
    return there.name if there is not None else text


def _account_accepted(text: str, facts: Facts) -> str:
    known = facts.accounts
    if known is None:
        return text
    wanted = text.casefold()
    found = [a for a in known if wanted in (a.id, (a.name or "").casefold())]
    if len(found) == 1:
        return found[0].id
    if found:
        raise UsageError(f"Several accounts are called {text!r}.", f"Say the id: {', '.join(a.id for a in found)}.")
    hint = _nearest(text, [word for a in known for word in (a.name, a.id) if word])
    raise UsageError(f"You have no account {text!r}.", hint)


def _role_accepted(text: str, facts: Facts) -> str:
    if facts.roles is None or text in facts.roles:
        return text
    alike = [role for role in facts.roles if role.casefold() == text.casefold()]
    if len(alike) == 1:
        return alike[0]
    raise UsageError(f"You have no role {text!r} in that account.", _nearest(text, facts.roles))


def _profile_accepted(text: str) -> str:
    if text == "default":
        raise UsageError(
            "A profile named 'default' would be every tool's default for good.",
            "Give it another name; --default makes it the default, in a way that can be undone.",
        )
    if not _NAME(text):
        raise _bad_name(text, "a profile")
    return text


def _bad_name(text: str, what: str) -> UsageError:
    return UsageError(
        f"{text!r} is no name for {what}: not every AWS SDK could read it." if text else "A name is needed.",
        "Keep to letters, digits, dots, dashes and underscores.",
    )


def _one(answer: str | None, known: tuple[T, ...] | None, *, key: Callable[[T], str]) -> T | None:
    """The chosen one among those that are known, or the only one."""
    if known is None:
        return None
    if answer is None:
        return known[0] if len(known) == 1 else None
    return next((one for one in known if key(one) == answer), None)


def _nearest(text: str, known: Iterable[str]) -> str:
    names = list(known)
    close = difflib.get_close_matches(text, names, n=3, cutoff=0.5)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    return f"There are {', '.join(names[:_SHOWN])}{', ...' if len(names) > _SHOWN else ''}."


def _region_choices(facts: Facts, partition: str, first: str | None) -> tuple[Choice, ...]:
    rows = sorted(facts.regions, key=lambda name: (name != first, partition_of(name) != partition, name))
    width = max(map(len, rows), default=0)
    return tuple(Choice(name, f"{name.ljust(width)}  {facts.regions[name]}") for name in rows)
