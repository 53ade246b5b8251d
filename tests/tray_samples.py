"""Sessions, profiles and snapshots that the tray's tests speak of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from aws_sso_core.model import Profile, Session, SessionStatus, State
from aws_sso_tray.snapshot import Snapshot

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday."""
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

CORP = Session("corp", "https://corp.awsapps.com/start", "us-east-1")
OLD = Session("https://old.awsapps.com/start", "https://old.awsapps.com/start", "us-east-1", "legacy")


def signed_in(session: Session = CORP, **changes: Any) -> SessionStatus:
    """Renews itself at 10:20 and ends about 17:30, as learned."""
    known: dict[str, Any] = {
        "state": State.SIGNED_IN,
        "token_expires_at": NOW + 41 * MINUTE,
        "renewable": True,
        "renews_at": NOW + 20 * MINUTE,
        "sign_in_ends_at": NOW + 7.5 * HOUR,
        "sign_in_end_source": "learned",
        "profiles": 3,
    }
    return SessionStatus(session, **{**known, **changes})


def status(state: State, session: Session = CORP, **changes: Any) -> SessionStatus:
    """A session of which only the state is known."""
    return SessionStatus(session, state, **changes)


def profile(name: str, account: str = "000000000001", session: str | None = "corp", **changes: Any) -> Profile:
    """A profile of the session ``corp``."""
    return Profile(name, session, account, "Admin", **changes)


def snapshot(**changes: Any) -> Snapshot:
    """A world at ``NOW``, told in UTC."""
    known: dict[str, Any] = {"now": NOW, "zone": UTC}
    return Snapshot(**{**known, **changes})
