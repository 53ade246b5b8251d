"""What a sign-in tells while it goes on, and how it ended well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from aws_sso_core.model import Session

How = Literal["kept", "renewed", "other", "new"]
"""``kept``: the token had enough left; ``renewed`` in silence; ``other``: somebody else signed in meanwhile; ``new``."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """How a sign-in ended well."""

    session: Session
    token_expires_at: datetime
    renewable: bool
    how: How
    clock_skew: timedelta | None = None
    """How far AWS's clock is ahead of this computer's, where that is too far for signed requests; else None."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody else signs in to this session just now; we wait for it."""

    session: Session


@dataclass(frozen=True, slots=True)
class Ended:
    """The old sign-in session was ended at AWS, so that the new one gets its full length."""

    session: Session


@dataclass(frozen=True, slots=True)
class FellBack:
    """The device flow is used in place of the browser's way back to us, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class OpenPage:
    """The page to sign in on. ``opened``: a browser shows it already; else the person must open it, on this machine."""

    url: str
    opened: bool


@dataclass(frozen=True, slots=True)
class ShowCode:
    """The code to confirm on a page, which may be on any machine. ``opened``: a browser here shows it already."""

    url: str
    code: str
    url_complete: str | None
    expires_at: datetime
    opened: bool


@dataclass(frozen=True, slots=True)
class Done:
    """It is over; the same value is returned."""

    outcome: SignedIn


Progress = Waiting | Ended | FellBack | OpenPage | ShowCode | Done
