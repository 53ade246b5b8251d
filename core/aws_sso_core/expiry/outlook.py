"""What one session is by both clocks: the facts about it, and what follows from them.

Two clocks run (AWS: "IAM Identity Center sessions"). The *access token* ends at the moment written in its file: an hour
for sso-session tokens, which renew themselves, about eight for legacy ones, which do not. The *sign-in session* ends at
a moment that is in no file and no answer, unless the token cannot be renewed: then they are one. Otherwise its end is
estimated, from what a person configured or from what was learned, and an estimate never makes a session "expired".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from aws_sso_core.model import SDK_WINDOW, EndSource, SessionKind, State

SignInMode = Literal["ask", "automatic", "never"]

DEFAULT_LEADS = tuple(timedelta(minutes=m) for m in (60, 15, 5, 0))


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known about one session at one moment; absent knowledge is None or False."""

    session_key: str
    """``Session.cache_key``: one per token file."""
    label: str = ""
    kind: SessionKind = "sso-session"
    token_ends_at: datetime | None = None
    """None: there is no token file."""
    renewable: bool = False
    """The token carries all a silent renewal needs, and its registration is not past."""
    refused: bool = False
    """The service refused to renew this very token: the sign-in session is over."""
    damaged: bool = False
    """The token file is there, but cannot be understood."""
    signed_in_at: datetime | None = None
    renewed_at: datetime | None = None
    """The last moment at which the sign-in session was seen alive by a renewal."""
    learned: timedelta | None = None
    """The shortest sign-in lifetime seen to end with a refused renewal."""
    configured: timedelta | None = None
    """The sign-in lifetime that a person configured (``session_duration``)."""
    waiting: tuple[str, ...] = ()
    """Programs that wait for this sign-in, one entry each."""
    denied: bool = False
    """AWS has just refused to give credentials for this very token, whatever its file says."""
    signing_in: bool = False
    """A sign-in runs right now: nothing is said or opened meanwhile."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the person wants; the defaults are the product's promises."""

    leads: tuple[timedelta, ...] = DEFAULT_LEADS
    """How long before a sign-in end to speak; zero is the end itself. Order and repetition do not matter."""
    snooze: timedelta = timedelta(minutes=15)
    renew: bool = True
    sign_in: SignInMode = "ask"
    notices: bool = True
    together: timedelta = timedelta(minutes=3)
    """Ends this close to each other are one end, and make one notice."""
    renew_with_left: timedelta = timedelta(minutes=20)
    renew_spread: timedelta = timedelta(minutes=5)
    """Renewal comes with ``renew_with_left`` to that plus ``renew_spread`` left: before any SDK's own window opens."""

    @property
    def expiring_within(self) -> timedelta:
        """From how long before its end a session counts as expiring: the first lead, or botocore's own window."""
        return max(self.leads, default=timedelta(0)) or SDK_WINDOW


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a session is now, and when a person must sign in again."""

    state: State
    ends_at: datetime | None = None
    """The sign-in session's end; None when nobody can know. An estimate may be past while the session still lives."""
    source: EndSource | None = None
    """Where ``ends_at`` comes from. Only "token" is certain."""

    @property
    def certain(self) -> bool:
        """Whether ``ends_at`` is a fact and no estimate."""
        return self.source == "token"

    @property
    def alive(self) -> bool:
        """Whether AWS tools get credentials from this session now."""
        return self.state in (State.SIGNED_IN, State.EXPIRING)

    @property
    def over(self) -> bool:
        """Whether only a new sign-in helps."""
        return self.state in (State.EXPIRED, State.SIGNED_OUT)


def describe(facts: Facts, now: datetime, policy: Policy) -> Outlook:
    """State and sign-in end of one session, by this table.

    ==================  ================  ===================================  ==================
    token file          can be renewed    while the token lives                once it is past
    ==================  ================  ===================================  ==================
    damaged             -                 unknown                              unknown
    none                -                 signed-out                           signed-out
    there, but denied   -                 signed-out                           signed-out
    there               yes               signed-in, or expiring by estimate   unknown: not tried, or AWS not reached
    there               no                signed-in or expiring: token's end   expired
    there               was refused       expiring: token's end                expired
    ==================  ================  ===================================  ==================
    """
    if facts.damaged:
        return Outlook(State.UNKNOWN)
    if facts.token_ends_at is None or facts.denied:
        return Outlook(State.SIGNED_OUT)
    past = now >= facts.token_ends_at
    if facts.refused or not facts.renewable:
        state = State.EXPIRED if past else _lively(facts.token_ends_at, now, policy)
        return Outlook(State.EXPIRING if facts.refused and not past else state, facts.token_ends_at, "token")
    ends_at, source = estimate(facts) or (None, None)
    return Outlook(State.UNKNOWN if past else _lively(ends_at, now, policy), ends_at, source)


def estimate(facts: Facts) -> tuple[datetime, EndSource] | None:
    """When the sign-in session of a renewable token probably ends, and who says so; None when nobody can.

    Of a configured and a learned lifetime the shorter counts: a warning too early costs a glance, one too late costs
    the work in progress. An end that a renewal has outlived was wrong and is dropped.
    """
    known: list[tuple[datetime | None, EndSource]] = [
        (_after(facts.signed_in_at, facts.configured), "configured"),
        (_after(facts.signed_in_at, facts.learned), "learned"),
    ]
    standing = [(end, source) for end, source in known if end and (facts.renewed_at is None or facts.renewed_at < end)]
    return min(standing, key=lambda candidate: candidate[0], default=None)


def _after(moment: datetime | None, span: timedelta | None) -> datetime | None:
    try:
        return None if moment is None or span is None else moment + span
    except OverflowError:
        return None


def _lively(ends_at: datetime | None, now: datetime, policy: Policy) -> State:
    close = ends_at is not None and ends_at - now <= policy.expiring_within
    return State.EXPIRING if close else State.SIGNED_IN
