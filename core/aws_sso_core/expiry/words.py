"""What the policy can decide, and what it wants to know about the person in front of the machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from aws_sso_core.expiry.memory import Memory
from aws_sso_core.model import EndSource

AT_ONCE = timedelta(days=3650)
"""The lead of a refused renewal's warning when no lead of the person's own has been reached: longer than any end."""


@dataclass(frozen=True, slots=True)
class Renew:
    """Run a silent renewal."""

    session: str


@dataclass(frozen=True, slots=True)
class Warn:
    """Say that these sessions need a new sign-in at ``ends_at`` (the earliest of theirs), certainly or by estimate.

    ``lead`` is the one of ``Policy.leads`` that was reached (``AT_ONCE`` for a refused renewal long before the end);
    what is left is ``ends_at - now``, and negative when an estimate is past.
    """

    sessions: tuple[str, ...]
    lead: timedelta
    ends_at: datetime
    source: EndSource
    refused: bool = False
    """A renewal was refused: the sign-in session is over, and the token is living out its time."""


@dataclass(frozen=True, slots=True)
class Expired:
    """Say that these sessions have ended, the first at ``ended_at``."""

    sessions: tuple[str, ...]
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """Say that these programs wait for a sign-in to these sessions."""

    sessions: tuple[str, ...]
    programs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenSignIn:
    """Begin a sign-in, browser and all, without being asked."""

    session: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """What was last said about these sessions is no longer true; a notice that names others too stays for those."""

    sessions: tuple[str, ...]


Decision: TypeAlias = Renew | Warn | Expired | Waiting | OpenSignIn | Withdraw


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether anybody is there to see a notice."""

    locked: bool = False
    asleep: bool = False
    away: bool = False
    """Nobody has touched keyboard or mouse for a while: perhaps somebody reads, perhaps nobody is there."""
    paused_until: datetime | None = None
    """*Pause notices*: renewals go on, all that would disturb waits."""
    resumed_at: datetime | None = None
    """When the machine last woke up."""


@dataclass(frozen=True, slots=True)
class Step:
    """What to do now, what to remember, and when to call again at the latest (None: only when something changes)."""

    decisions: tuple[Decision, ...]
    memory: Memory
    wake_at: datetime | None
