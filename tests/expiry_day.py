"""A day of the policy, lived by a simulator from one wake-up to the next, which logs what was decided."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from aws_sso_core.expiry import (
    Decision,
    Expired,
    Facts,
    Memory,
    OpenSignIn,
    Policy,
    Presence,
    Renew,
    Waiting,
    Warn,
    Withdraw,
    describe,
    snooze,
    step,
)

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

Network = Literal["up", "down", "refuses"]


def at(clock: str, day: int = 0) -> datetime:
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    return MONDAY + timedelta(days=day, hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)


@dataclass
class Day:
    """A machine, its person and AWS, from 09:00 on."""

    policy: Policy = field(default_factory=Policy)
    now: datetime = field(default_factory=lambda: at("09:00"))
    network: Network = "up"
    session_ends_at: datetime | None = None
    """The sign-in session's real end, where it cuts the last tokens short."""
    facts: dict[str, Facts] = field(default_factory=dict)
    presence: Presence = field(default_factory=Presence)
    memory: Memory = field(default_factory=Memory)
    lines: list[str] = field(default_factory=list)
    steps: int = 0

    # Events ---------------------------------------------------------------------------------------------------------

    def sign_in(self, session: str = "corp", *, legacy: bool = False, lasts: timedelta = 8 * HOUR) -> None:
        """Somebody signs in, by whatever program. ``lasts`` counts for a legacy token, the others have an hour."""
        old = self.facts.get(session, Facts(session, session))
        self.facts[session] = replace(
            old,
            kind="legacy" if legacy else "sso-session",
            token_ends_at=self.now + (lasts if legacy else HOUR),
            renewable=not legacy,
            refused=False,
            damaged=False,
            denied=False,
            signed_in_at=self.now,
            renewed_at=self.now,
            waiting=(),
            signing_in=False,
        )
        self.look()

    def change(self, session: str = "corp", **changes: object) -> None:
        """Something is known anew about a session."""
        old = self.facts.get(session, Facts(session, session))
        self.facts[session] = replace(old, **changes)  # type: ignore[arg-type]
        self.look()

    def present(self, **changes: object) -> None:
        """The person or the machine does something."""
        self.presence = replace(self.presence, **changes)  # type: ignore[arg-type]
        self.look()

    def later(self, session: str = "corp") -> None:
        """The person presses *Later*."""
        self.memory = snooze(self.memory, [session], self.policy, self.now)
        self.look()

    def sleep_until(self, clock: str, day: int = 0) -> None:
        """The lid is closed, and opened again with the screen locked."""
        self.present(asleep=True, locked=True)
        self.now = at(clock, day)
        self.present(asleep=False, resumed_at=self.now)

    def set_clock(self, by: timedelta) -> None:
        """Somebody sets the wall clock; no timer of ours fires for it."""
        self.now += by

    def restart(self) -> None:
        """The tray is stopped and started: only what is in the state file is left."""
        self.memory = Memory.from_json(self.memory.to_json())
        self.look()

    # Life -----------------------------------------------------------------------------------------------------------

    def until(self, clock: str, day: int = 0) -> None:
        """Time passes."""
        end = at(clock, day)
        while True:
            wake_at = self.look()
            if wake_at is None or wake_at >= end:
                break
            assert wake_at > self.now, "a wake-up in the past"
            self.now = wake_at
        self.now = end
        self.look()

    def look(self) -> datetime | None:
        while True:
            self.steps += 1
            result = step(list(self.facts.values()), self.memory, self.presence, self.policy, self.now)
            self.memory = result.memory
            for decision in result.decisions:
                self.lines.append(f"{self.now:%a %H:%M} {told(decision)}")
                if isinstance(decision, Renew):
                    self.try_renewal(decision.session)
            if not result.decisions:
                return result.wake_at

    def try_renewal(self, session: str) -> None:
        old = self.facts[session]
        match self.network:
            case "up":
                ends_at = min(self.now + HOUR, self.session_ends_at or self.now + HOUR)
                new = replace(old, token_ends_at=ends_at, renewed_at=self.now)
            case "down":
                new = old
            case "refuses":
                new = replace(old, refused=True)
        self.facts[session] = new

    @property
    def spoken(self) -> list[str]:
        """All that a person noticed: the lines without silent renewals."""
        return [line for line in self.lines if " renew " not in line]

    @property
    def state(self) -> str:
        return describe(self.facts["corp"], self.now, self.policy).state


def told(decision: Decision) -> str:
    match decision:
        case Renew(session):
            return f"renew {session}"
        case Warn(sessions, lead, ends_at, source, refused):
            left = "at once" if lead > timedelta(days=1) else f"{lead // MINUTE} min"
            why = "renewal refused" if refused else source
            return f"warn {' '.join(sessions)}: {left}, ends {ends_at:%H:%M} ({why})"
        case Expired(sessions, ended_at):
            return f"expired {' '.join(sessions)} at {ended_at:%H:%M}"
        case Waiting(sessions, programs):
            return f"{' '.join(programs)} wait for {' '.join(sessions)}"
        case OpenSignIn(session):
            return f"open page for {session}"
        case Withdraw(sessions):
            return f"withdraw {' '.join(sessions)}"
