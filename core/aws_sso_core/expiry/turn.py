"""The workings of one step: what is so, whom one may disturb, and what the rules have noted so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aws_sso_core.expiry.memory import Memory, Recall
from aws_sso_core.expiry.outlook import Facts, Outlook, Policy, describe
from aws_sso_core.expiry.words import Presence

LOOK_AGAIN = timedelta(minutes=5)
"""The longest time between two steps, so that a clock that was set is noticed."""

FORGOTTEN = timedelta(days=7)
"""An end further back than this is nobody's surprise any more; it shows as a state only."""


@dataclass(frozen=True, slots=True)
class Case:
    """One session within a step."""

    facts: Facts
    outlook: Outlook

    @property
    def key(self) -> str:
        """The session key."""
        return self.facts.session_key

    @property
    def end(self) -> datetime:
        """The sign-in end, for a case that has one."""
        if self.outlook.ends_at is None:
            raise ValueError(f"{self.key} has no end")
        return self.outlook.ends_at


class Turn:
    """Made by ``step``, changed by its rules through ``note`` and ``look_at`` only, thrown away after it."""

    def __init__(
        self, facts: Sequence[Facts], memory: Memory, presence: Presence, policy: Policy, now: datetime
    ) -> None:
        self.cases = {f.session_key: Case(f, describe(f, now, policy)) for f in facts}
        self.memory = memory.as_of(now, policy.snooze)
        self.presence = presence
        self.policy = policy
        self.now = now
        self._moments: list[datetime] = []
        for moment in (*(f.token_ends_at for f in facts), presence.paused_until):
            self.look_at(moment)

    @property
    def wake_at(self) -> datetime | None:
        """The earliest moment noted, never more than ``LOOK_AGAIN`` ahead."""
        return min((*self._moments, self.now + LOOK_AGAIN)) if self._moments else None

    def look_at(self, moment: datetime | None) -> None:
        """Something may be due then; moments that are past are of no interest."""
        if moment is not None and moment > self.now:
            self._moments.append(moment)

    def recall(self, case: Case) -> Recall:
        """What is remembered of a session."""
        return self.memory.of(case.key)

    def note(self, key: str, **changes: Any) -> None:
        """Remember something of a session: fields of ``Recall``."""
        changed = replace(self.memory.of(key), **changes)
        self.memory = replace(self.memory, sessions={**self.memory.sessions, key: changed})

    def same_end(self, one: datetime | None, other: datetime | None) -> bool:
        """Whether two ends are one, give or take what a clock or a slow answer may shift it."""
        return one is not None and other is not None and abs(one - other) <= self.policy.together

    def snoozed(self, case: Case) -> bool:
        """Whether the person said *Later*, and it is not later yet."""
        until = self.recall(case).snoozed_until
        self.look_at(until)
        return until is not None and self.now < until

    def needs_sign_in(self, case: Case) -> bool:
        """Whether only a sign-in helps this session, none is under way, and the person may be told so."""
        helpless = case.outlook.over or case.facts.damaged
        return helpless and not case.facts.signing_in and not self.snoozed(case)

    # Whether a rule applies -------------------------------------------------------------------------------------

    def is_awake(self) -> bool:
        """The machine runs."""
        return not self.presence.asleep

    def is_unlocked(self) -> bool:
        """Somebody could look at the screen."""
        return not (self.presence.asleep or self.presence.locked)

    def may_speak(self) -> bool:
        """A notice may be seen and is wanted."""
        return self.policy.notices and self._may_disturb()

    def is_heard(self) -> bool:
        """Somebody is there, and may be told."""
        return self.may_speak() and not self.presence.away

    def may_open(self) -> bool:
        """A browser may be opened unasked."""
        return self.policy.sign_in == "automatic" and self._may_disturb() and not self.presence.away

    def _may_disturb(self) -> bool:
        paused = self.presence.paused_until is not None and self.now < self.presence.paused_until
        return self.is_unlocked() and not paused and self.policy.sign_in != "never"
