"""How long a sign-in lasts, learned from sign-ins that were seen to end.

No file and no answer of AWS tells when a sign-in session ends. What can be seen are moments: somebody signed in, a
renewal succeeded (it is alive), a renewal was refused (it is over). So the length lies above the longest life seen and
at most at the shortest life seen to end; administrators choose whole hours nearly always, so a whole hour between the
two is taken for it.

Signing in again while the browser's own session lives starts nothing new: the end stays the old one's (aws-cli#7361).
Such a sign-in is counted from the first of its chain until a renewal proves it to be a new one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aws_sso_core.errors import StoreFailed
from aws_sso_core.json_file import JsonFile
from aws_sso_core.timestamps import format_time, parse_time

_log = logging.getLogger(__name__)

_SHORTEST = timedelta(minutes=5)
"""Shorter lives are accidents: an administrator can set 15 minutes at the least."""
_SURE_ALIVE = timedelta(minutes=75)
"""A session that was alive this long ago probably still is: its access token's hour and some delay."""
_PRECISE = timedelta(hours=2)
"""A refusal that comes later than this after the last renewal (the machine slept) does not tell when the end was."""
_WHOLE = timedelta(hours=1)
_CUT = timedelta(seconds=1)
"""Times are kept in whole seconds."""

BELIEVED = timedelta(minutes=15)
"""How long the portal's word counts against a token that has time left: in an outage it refuses good ones, too."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is known about one session's sign-in."""

    signed_in_at: datetime | None = None
    """The sign-in from which the end counts: the first of a chain that shares one browser session."""
    last_sign_in_at: datetime | None = None
    """The latest sign-in; the same as ``signed_in_at`` unless that one is inherited."""
    alive_at: datetime | None = None
    """When it was last seen alive: a sign-in or a successful renewal."""
    ended_at: datetime | None = None
    """When it was found to be over; None while it lives."""
    unrenewable_at: datetime | None = None
    """When AWS refused a renewal for another reason than the end: the sign-in may live, and nothing renews its token."""
    unanswered_at: datetime | None = None
    """When a renewal was asked for; None once it was answered. The refresh token may be used up since."""
    denied_at: datetime | None = None
    """When the portal gave no credentials for its token, and no renewal helped."""
    longest_alive: timedelta | None = None
    """The longest life seen, of this sign-in or an earlier one."""
    shortest_ended: timedelta | None = None
    """The shortest life seen to end with a refused renewal."""

    @property
    def refused_at(self) -> datetime | None:
        """When AWS last refused a renewal for good, whatever the reason."""
        return max((at for at in (self.ended_at, self.unrenewable_at) if at), default=None)

    def is_over(self, written_at: datetime | None, now: datetime, *, slack: timedelta = timedelta()) -> bool:
        """Whether AWS renews a token written then no longer: one written after the refusal is of a new sign-in."""
        return _counts(self.refused_at, written_at, now, slack)

    def is_unanswered(self, written_at: datetime | None, now: datetime) -> bool:
        """Whether AWS's answer to a renewal of a token written then was lost."""
        return _counts(self.unanswered_at, written_at, now)

    def is_denied(self, written_at: datetime | None, now: datetime, *, within: timedelta = BELIEVED) -> bool:
        """Whether the portal refused a token written then, so short a time ago."""
        at = self.denied_at
        return at is not None and now - at <= within and _counts(at, written_at, now, _CUT)

    @property
    def duration(self) -> timedelta | None:
        """The learned length of a sign-in session, or None as long as none was seen to end."""
        if self.shortest_ended is None:
            return None
        whole = self.shortest_ended // _WHOLE * _WHOLE
        return whole if self.longest_alive and self.longest_alive < whole else self.shortest_ended

    @property
    def ends_at(self) -> datetime | None:
        """The estimated end of the present sign-in; None when unknown or already over."""
        if self.ended_at or self.signed_in_at is None or self.duration is None:
            return None
        return self.signed_in_at + self.duration


class Learned:
    """The lessons of all sessions, by ``Session.cache_key``, in ``learned.json``.

    Recording never raises: a lesson that cannot be kept is logged, and no reason to fail a sign-in.
    """

    def __init__(self, state_dir: Path) -> None:
        self._file = JsonFile(state_dir / "learned.json", lock=state_dir / "locks" / "learned.lock")

    def read(self, session_key: str) -> Lesson:
        """What is known; an empty lesson for an unknown session."""
        return _lesson(self._file.read().get(session_key))

    def record_sign_in(self, session_key: str, at: datetime, *, fresh: bool = False) -> None:
        """Somebody signed in. ``fresh``: the old session was ended first, so this one has its full length."""
        self._record(session_key, lambda lesson: after_sign_in(lesson, at, fresh=fresh))

    def record_renewed(self, session_key: str, at: datetime) -> None:
        """A renewal succeeded, so the sign-in session is alive."""
        self._record(session_key, lambda lesson: after_renewal(lesson, at))

    def record_refused(self, session_key: str, at: datetime) -> None:
        """A renewal was refused, with all other causes ruled out: the sign-in session is over."""
        self._record(session_key, lambda lesson: after_refusal(lesson, at))

    def record_unrenewable(self, session_key: str, at: datetime) -> None:
        """A renewal was refused, and not as the sign-in session is over: only a new sign-in helps all the same."""
        self._record(session_key, lambda lesson: replace(lesson, unrenewable_at=at, unanswered_at=None))

    def record_asked(self, session_key: str, at: datetime) -> None:
        """A renewal is asked for. If its answer is lost, a later refusal tells nothing of the session's length."""
        self._record(session_key, lambda lesson: replace(lesson, unanswered_at=at))

    def record_answered(self, session_key: str) -> None:
        """A renewal was answered, or never sent, and nothing follows from that."""
        self._record(session_key, lambda lesson: replace(lesson, unanswered_at=None))

    def record_denied(self, session_key: str, at: datetime) -> None:
        """The portal gave no credentials for the token: the sign-in was ended from elsewhere, or AWS is in trouble."""
        self._record(session_key, lambda lesson: replace(lesson, denied_at=at))

    def record_sign_out(self, session_key: str, at: datetime) -> None:
        """Somebody signed out: nothing is learned about the length, but the next sign-in is a new one."""
        self._record(session_key, lambda lesson: replace(lesson, ended_at=at, unrenewable_at=None, unanswered_at=None))

    def forget(self, session_key: str) -> None:
        """Drop what was learned about a session (it is no longer configured, or its length was changed)."""
        self._change(lambda lessons: lessons.pop(session_key, None))

    def _record(self, session_key: str, change: Callable[[Lesson], Lesson]) -> None:
        def apply(lessons: dict[str, Any]) -> None:
            lessons[session_key] = _document(change(_lesson(lessons.get(session_key))))

        self._change(apply)

    def _change(self, change: Callable[[dict[str, Any]], object]) -> None:
        try:
            self._file.change(change)
        except StoreFailed as error:
            _log.warning("A lesson about a sign-in was lost: %s", error)


def _counts(
    moment: datetime | None, written_at: datetime | None, now: datetime, slack: timedelta = timedelta()
) -> bool:
    """Whether what was seen at a moment is of a token written then.

    What lies ahead was seen by a clock that has been set back since.
    """
    if moment is None or moment > now:
        return False
    return written_at is None or written_at <= moment + slack


def after_sign_in(lesson: Lesson, at: datetime, *, fresh: bool) -> Lesson:
    """The lesson after a sign-in."""
    began = lesson.signed_in_at
    inherits = (
        not fresh
        and lesson.ended_at is None
        and began is not None
        and lesson.alive_at is not None
        and timedelta() <= at - lesson.alive_at <= _SURE_ALIVE
        and (lesson.ends_at is None or lesson.ends_at > at)
    )
    return replace(
        lesson,
        signed_in_at=began if inherits else at,
        last_sign_in_at=at,
        alive_at=at,
        ended_at=None,
        unrenewable_at=None,
        unanswered_at=None,
        denied_at=None,
    )


def after_renewal(lesson: Lesson, at: datetime) -> Lesson:
    """The lesson after a successful renewal."""
    lesson = replace(lesson, unrenewable_at=None, unanswered_at=None, denied_at=None)
    if lesson.signed_in_at is None or at < lesson.signed_in_at:
        return lesson
    began = lesson.signed_in_at
    if lesson.ends_at and at >= lesson.ends_at and lesson.last_sign_in_at:
        began = lesson.last_sign_in_at  # it outlived the old end, so it was a new one after all
    alive = at - began
    longest = max(alive, lesson.longest_alive or alive)
    # Alive for longer than ever seen to last: the administrator has changed the length, so that is to be learned anew.
    shortest = lesson.shortest_ended if lesson.shortest_ended and longest < lesson.shortest_ended else None
    return replace(
        lesson, signed_in_at=began, alive_at=at, ended_at=None, longest_alive=longest, shortest_ended=shortest
    )


def after_refusal(lesson: Lesson, at: datetime) -> Lesson:
    """The lesson after a refused renewal."""
    over = replace(lesson, ended_at=at, unanswered_at=None)
    if lesson.ended_at or lesson.signed_in_at is None or at - lesson.signed_in_at < _SHORTEST:
        return over
    alive = lesson.alive_at if lesson.alive_at != lesson.last_sign_in_at else None
    if alive and at - alive > _PRECISE:
        return over
    life = at - lesson.signed_in_at
    shortest = min(life, lesson.shortest_ended or life)
    longest = lesson.longest_alive
    if longest and longest >= shortest:
        # Ended sooner than an earlier one was seen to live: the length is shorter now, only this one's life counts.
        longest = alive - lesson.signed_in_at if alive else None
    return replace(over, shortest_ended=shortest, longest_alive=longest)


def _lesson(document: object) -> Lesson:
    if not isinstance(document, dict):
        return Lesson()
    return Lesson(
        signed_in_at=parse_time(document.get("signed_in_at")),
        last_sign_in_at=parse_time(document.get("last_sign_in_at")),
        alive_at=parse_time(document.get("alive_at")),
        ended_at=parse_time(document.get("ended_at")),
        unrenewable_at=parse_time(document.get("unrenewable_at")),
        unanswered_at=parse_time(document.get("unanswered_at")),
        denied_at=parse_time(document.get("denied_at")),
        longest_alive=_span(document.get("longest_alive")),
        shortest_ended=_span(document.get("shortest_ended")),
    )


def _span(value: object) -> timedelta | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        span = timedelta(seconds=value)
    except (OverflowError, ValueError):
        return None
    return span if span >= _SHORTEST else None


def _document(lesson: Lesson) -> dict[str, Any]:
    return {
        key: format_time(value) if isinstance(value, datetime) else value.total_seconds()
        for key, value in asdict(lesson).items()
        if value is not None
    }
