"""The whole state in one picture and one tooltip: what the icon stands for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aws_sso_core.model import USUAL_SIGN_IN, SessionStatus, State
from aws_sso_tray import words
from aws_sso_tray.snapshot import Snapshot

TOOLTIP_LIMIT = 127
"""UTF-16 units that Windows shows of a tooltip (``szTip``)."""

STEPS = 24
"""Steps of the ring: few, so that the picture changes rarely, and enough to read it like a clock."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """What the icon shows. Equal gauges are equal pictures."""

    state: State
    left: int = STEPS
    """How much of the sign-in session is left, in ``STEPS``."""
    busy: bool = False
    """A sign-in runs, and the person is expected in the browser; or we are starting."""
    production: bool = False
    """The active profile is a production one."""


def gauge(snapshot: Snapshot) -> Gauge:
    """The icon for this snapshot."""
    busy, production = snapshot.starting or bool(snapshot.signing_in), snapshot.active_is_production()
    status = spokesman(snapshot)
    if status is None:
        return Gauge(State.SIGNED_OUT, 0, busy, production)
    return Gauge(status.state, _steps_left(status, snapshot.now), busy, production)


def spokesman(snapshot: Snapshot) -> SessionStatus | None:
    """The session that stands for all: one that needs a person, else the active profile's, else the best one."""
    sessions = snapshot.sessions
    pressing = [s for s in sessions if s.waiting] or [s for s in sessions if s.state is State.EXPIRING]
    if pressing:
        return min(pressing, key=_end)
    active = next((p.session for p in snapshot.profiles if p.name == snapshot.active), None)
    for status in sessions:
        if active is not None and status.session.name == active:
            return status
    for state in (State.SIGNED_IN, State.EXPIRED, State.UNKNOWN, State.SIGNED_OUT):
        same = [s for s in sessions if s.state is state]
        if same:
            return min(same, key=_end)
    return None


def tooltip(snapshot: Snapshot) -> str:
    """The state in words, within Windows's limit. It may count down: a new tooltip never closes an open menu."""
    lines = [_told(snapshot)]
    if snapshot.active:
        mark = words.PRODUCTION if snapshot.active_is_production() else ""
        lines.append(f"Profile: {words.squeeze(snapshot.active, 40)}{mark}")
    if snapshot.paused():
        lines.append("Notices are paused")
    return words.utf16("\n".join(lines), TOOLTIP_LIMIT)


def _told(snapshot: Snapshot) -> str:
    status = spokesman(snapshot)
    if snapshot.starting:
        return "AWS: looking at your sessions"
    if status is None:
        return "AWS: no session is configured"
    return f"AWS {words.squeeze(status.session.label, 24)}: {_state(status, snapshot)}"


def _state(status: SessionStatus, snapshot: Snapshot) -> str:
    if snapshot.running(status.session.name):
        return "finish the sign-in in the browser"
    if status.waiting:
        return f"{words.cut(words.names(status.waiting), 40)} {words.wait(status.waiting)} for you to sign in"
    end = status.sign_in_ends_at
    if end is not None and status.state in (State.SIGNED_IN, State.EXPIRING):
        about = "" if status.sign_in_end_source == "token" else "about "
        return f"{words.left(end - snapshot.now)} left, until {about}{words.at(end, snapshot.now, snapshot.zone)}"
    return _STATES[status.state]


_STATES = {
    State.SIGNED_IN: "signed in",
    State.EXPIRING: "the sign-in ends soon",
    State.EXPIRED: "the sign-in is over",
    State.SIGNED_OUT: "signed out",
    State.UNKNOWN: "state unknown",
}


def _end(status: SessionStatus) -> float:
    return status.sign_in_ends_at.timestamp() if status.sign_in_ends_at else float("inf")


def _steps_left(status: SessionStatus, now: datetime) -> int:
    if status.state in (State.EXPIRED, State.SIGNED_OUT):
        return 0
    if status.sign_in_ends_at is None:
        return STEPS
    share = (status.sign_in_ends_at - now) / (status.session.duration or USUAL_SIGN_IN)
    return min(STEPS, max(1, round(share * STEPS)))
