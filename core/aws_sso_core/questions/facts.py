"""What is known, and what follows from it without asking. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from aws_sso_core.model import SSO_SCOPE, Account, Session
from aws_sso_core.naming.sessions import session_names
from aws_sso_core.questions.words import ANOTHER, Key
from aws_sso_core.start_url import StartUrl, parse, same_center

T = TypeVar("T")


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


def _free_name(facts: Facts, start: StartUrl) -> str | None:
    """What the organization is called in the address; an id is no name, so then somebody is asked if there is anybody."""
    if start.alias is None and facts.attended:
        return None
    return first_free(session_names(start.url), facts)


def first_free(names: Iterable[str], facts: Facts) -> str:
    """The first of these names that no sso-session has."""
    taken = {*facts.taken, *(s.name for s in facts.sessions)}
    return next(name for name in names if name not in taken)


def _one(answer: str | None, known: tuple[T, ...] | None, *, key: Callable[[T], str]) -> T | None:
    """The chosen one among those that are known, or the only one."""
    if known is None:
        return None
    if answer is None:
        return known[0] if len(known) == 1 else None
    return next((one for one in known if key(one) == answer), None)
