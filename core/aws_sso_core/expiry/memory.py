"""What the policy remembers from one step to the next, and across restarts as JSON.

Reading is tolerant: a field that makes no sense is as if it were not there. The worst that junk can do is that a notice
is given a second time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

KEEP = timedelta(days=30)
"""How long a session that left the config is remembered, in case it comes back."""

_MOMENTS = ("attempted_at", "end", "snoozed_until", "asked_at")


@dataclass(frozen=True, slots=True)
class Recall:
    """What was done and said about one session."""

    attempts: int = 0
    """Renewals asked for since the token came within its window."""
    attempted_at: datetime | None = None
    end: datetime | None = None
    """The sign-in end that the next three are about."""
    given: tuple[timedelta, ...] = ()
    """Leads at which something was said."""
    shown: timedelta | None = None
    """The lead of the notice that stands; None when none does."""
    unseen: bool = False
    """What was last said was said to nobody."""
    paged: bool = False
    """The browser was opened for this end."""
    snoozed_until: datetime | None = None
    asked: int = 0
    """How many names of waiting programs the last notice about them had."""
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """All that ``expiry.step`` remembers."""

    sessions: Mapping[str, Recall] = field(default_factory=dict)
    page: str | None = None
    """The session for which the browser was opened last, by ourselves."""
    page_at: datetime | None = None

    def of(self, session_key: str) -> Recall:
        """What is remembered of one session, which may be nothing."""
        return self.sessions.get(session_key, Recall())

    def as_of(self, now: datetime, snooze: timedelta) -> Memory:
        """The same with the clock's jumps taken out: nothing we did lies ahead, and no snooze lasts too long."""
        return Memory(
            {key: _sane(recall, now, snooze) for key, recall in self.sessions.items()},
            self.page,
            _at_most(self.page_at, now),
        )

    def without_strangers(self, known: Collection[str], now: datetime) -> Memory:
        """The same less what is empty, and less sessions that left the config and ended long ago."""
        kept = {
            key: recall
            for key, recall in self.sessions.items()
            if recall != Recall() and (key in known or (recall.end is not None and now - recall.end < KEEP))
        }
        return replace(self, sessions=kept)

    def to_json(self) -> Json:
        """A JSON object; fields at their default are left out."""
        page = {"page": self.page, "page_at": _written(self.page_at)} if self.page is not None else {}
        return {"sessions": {key: _recall_to_json(recall) for key, recall in self.sessions.items()}, **page}

    @classmethod
    def from_json(cls, data: object) -> Memory:
        """The memory in a JSON value, or as much of it as makes sense."""
        if not isinstance(data, dict):
            return cls()
        sessions, page = data.get("sessions"), data.get("page")
        return cls(
            {str(k): _recall_from_json(v) for k, v in sessions.items()} if isinstance(sessions, dict) else {},
            page if isinstance(page, str) else None,
            _moment(data.get("page_at")) if isinstance(page, str) else None,
        )


def _sane(recall: Recall, now: datetime, snooze: timedelta) -> Recall:
    return replace(
        recall,
        attempted_at=_at_most(recall.attempted_at, now),
        asked_at=_at_most(recall.asked_at, now),
        snoozed_until=_at_most(recall.snoozed_until, now + snooze),
    )


def _at_most(moment: datetime | None, limit: datetime) -> datetime | None:
    return None if moment is None else min(moment, limit)


def _recall_to_json(recall: Recall) -> Json:
    values = {f.name: getattr(recall, f.name) for f in fields(recall)}
    return {name: _written(value) for name, value in values.items() if value != getattr(Recall(), name)}


def _written(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case timedelta():
            return value.total_seconds()
        case tuple():
            return [_written(v) for v in value]
        case _:
            return value


def _recall_from_json(data: object) -> Recall:
    if not isinstance(data, dict):
        return Recall()
    given = data.get("given")
    leads = [_duration(v) for v in given] if isinstance(given, list) else []
    return Recall(
        attempts=_count(data.get("attempts")),
        given=tuple(v for v in leads if v is not None),
        shown=_duration(data.get("shown")),
        unseen=data.get("unseen") is True,
        paged=data.get("paged") is True,
        asked=_count(data.get("asked")),
        **{name: _moment(data.get(name)) for name in _MOMENTS},
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0


def _duration(value: object) -> timedelta | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return timedelta(seconds=value)
    except (OverflowError, ValueError):
        return None


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (OverflowError, ValueError):
        return None
