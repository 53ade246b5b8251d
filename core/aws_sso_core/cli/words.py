"""How commands say the state of a session to a person."""

from __future__ import annotations

from datetime import datetime, tzinfo

from aws_sso_core.model import SessionStatus, State
from aws_sso_core.wording import at


def clocks(status: SessionStatus, now: datetime, zone: tzinfo | None) -> str:
    """Both clocks of a session in one line, empty when there is nothing to tell."""
    token_end, end = status.token_expires_at, status.sign_in_ends_at
    if status.state is State.EXPIRED:
        ended = end or token_end
        return f"ended {at(ended, now, zone)}" if ended else "ended"
    if token_end is None or status.state is State.SIGNED_OUT:
        return ""
    parts = []
    if status.renews_at is not None and token_end > now:
        parts.append(
            "renews itself now" if status.renews_at <= now else f"renews itself at {at(status.renews_at, now, zone)}"
        )
    if end is None:
        parts.append("end not known yet")
    elif end <= now:
        parts.append(f"probably over since {at(end, now, zone)} ({status.sign_in_end_source})")
    elif status.sign_in_end_source == "token":
        parts.append(f"sign in again {at(end, now, zone)}")
    else:
        parts.append(f"sign in again about {at(end, now, zone)} ({status.sign_in_end_source})")
    return " - ".join(parts)


def state(value: State) -> str:
    """A state as people say it."""
    return value.value.replace("-", " ")
