"""What a person is told, and what is taken back.

The only bookkeeping is ``Recall.given``: the leads at which something was said about the end ``Recall.end``. A notice is
due when the most urgent lead that has been reached is not among them. Leads that went by unseen (locked, asleep, not
running) are therefore never made up for, and what is held back is decided afresh when somebody is there again. So is
what was said while nobody touched the machine: whoever is away misses it, whoever only reads does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from aws_sso_core.expiry.memory import Recall
from aws_sso_core.expiry.turn import FORGOTTEN, Case, Turn
from aws_sso_core.expiry.words import AT_ONCE, Decision, Expired, Waiting, Warn, Withdraw
from aws_sso_core.model import State

NOW = timedelta(0)
"""The lead that is the end itself."""


# Taking back --------------------------------------------------------------------------------------------------------


def take_back(turn: Turn) -> Iterator[Withdraw]:
    """What was said of an end that is not the end any more is withdrawn, and a new end starts afresh."""
    untrue = [key for key, recall in turn.memory.sessions.items() if _untrue(turn, turn.cases.get(key), recall)]
    for key in untrue:
        turn.note(key, shown=None, asked=0)
    for case in turn.cases.values():
        ends_at = case.outlook.ends_at
        if ends_at is not None and not turn.same_end(turn.recall(case).end, ends_at):
            turn.note(case.key, end=ends_at, given=(), paged=False, snoozed_until=None)
        elif ends_at is None and case.outlook.alive:
            turn.note(case.key, paged=False, snoozed_until=None)
    if untrue:
        yield Withdraw(tuple(untrue))


def _untrue(turn: Turn, case: Case | None, recall: Recall) -> bool:
    if case is None:
        return recall.shown is not None or recall.asked > 0
    if case.outlook.state is State.UNKNOWN:
        return False  # nothing is known, so nothing is known to be untrue
    if recall.asked and case.outlook.alive and not case.facts.refused:
        return True
    return recall.shown is not None and not _stands(turn, case, recall.end, recall.shown)


def _stands(turn: Turn, case: Case, end: datetime | None, lead: timedelta) -> bool:
    """Whether it is still so that this session has that end, with so little left (the clock may have been set back)."""
    return turn.same_end(end, case.outlook.ends_at) and case.end - turn.now <= lead + turn.policy.together


# Saying again -------------------------------------------------------------------------------------------------------


def say_again(turn: Turn) -> Iterator[Decision]:
    """Somebody is back: what was last said to nobody is as if it had not been said, and the rules after this one decide."""
    for case in turn.cases.values():
        recall = turn.recall(case)
        if not recall.unseen:
            continue
        turn.note(case.key, unseen=False)
        if not case.facts.signing_in:
            turn.note(case.key, asked=0, given=tuple(lead for lead in recall.given if lead != recall.shown))
    yield from ()


# Programs that wait -------------------------------------------------------------------------------------------------


def tell_who_waits(turn: Turn) -> Iterator[Waiting]:
    """Programs that wait for a sign-in are named once, and again when they have become many more."""
    new = [case for case in turn.cases.values() if _many_more_wait(turn, case)]
    for case in new:
        # This says all that "expired" would say.
        told = {"given": (NOW, *turn.recall(case).given)} if case.outlook.state is State.EXPIRED else {}
        said = {"asked": _names(case), "asked_at": turn.now, "unseen": turn.presence.away}
        turn.note(case.key, snoozed_until=None, **said, **told)
    if new:
        yield Waiting(tuple(c.key for c in new), tuple(p for c in new for p in c.facts.waiting))


def _many_more_wait(turn: Turn, case: Case) -> bool:
    recall, waiting = turn.recall(case), _names(case)
    if recall.asked and NOW in recall.given and recall.shown != NOW:
        _settle(turn, case)
    if waiting:
        return waiting >= max(1, 2 * recall.asked) and turn.needs_sign_in(case)
    if recall.asked_at is not None and turn.now - recall.asked_at >= turn.policy.snooze:
        turn.note(case.key, asked=0, asked_at=None)  # they gave up; the next one is news again
    return False


def _settle(turn: Turn, case: Case) -> None:
    """The notice about programs stood for the one of the end: until somebody acts on it, or nobody waits any more."""
    if case.facts.signing_in:
        turn.note(case.key, shown=NOW)
    elif not case.facts.waiting:
        turn.note(case.key, given=tuple(lead for lead in turn.recall(case).given if lead != NOW))


def _names(case: Case) -> int:
    """How many a notice can tell apart: two hundred of one name are one."""
    return len(set(case.facts.waiting))


# Ends ---------------------------------------------------------------------------------------------------------------


def tell_ends(turn: Turn) -> Iterator[Warn | Expired]:
    """Ends are told at their leads, those that fall together in one notice."""
    ended: list[Case] = []
    for group in _groups(turn):
        news: dict[timedelta, list[Case]] = {}
        for case in group:
            lead = _lead(turn, case, group)
            if lead is None or not _is_news(turn, case, lead):
                continue
            if lead == NOW and case.outlook.certain:
                ended.append(case)
            else:
                news.setdefault(lead, []).append(case)
        for lead, cases in news.items():
            yield _warning(turn, lead, cases)
    if ended:
        _note_given(turn, ended, NOW)
        yield Expired(tuple(c.key for c in ended), ended[0].end)


def _groups(turn: Turn) -> list[list[Case]]:
    """Sessions with an end, by end, gathered so that those within ``policy.together`` of a group's first are in it."""
    groups: list[list[Case]] = []
    for case in sorted((c for c in turn.cases.values() if _matters(turn, c)), key=lambda c: (c.end, c.key)):
        if groups and case.end - groups[-1][0].end <= turn.policy.together:
            groups[-1].append(case)
        else:
            groups.append([case])
    return groups


def _matters(turn: Turn, case: Case) -> bool:
    ends_at = case.outlook.ends_at
    if ends_at is None or case.facts.signing_in or case.outlook.state is State.UNKNOWN:
        return False
    return turn.now - ends_at < FORGOTTEN


def _lead(turn: Turn, case: Case, group: Sequence[Case]) -> timedelta | None:
    """The most urgent lead that is reached now, if any.

    The group's first end decides for all of it, so that one warning serves; only "ended" waits for the last, as it must
    not be said too early of any.
    """
    first, last = group[0].end, group[-1].end
    leads = {*turn.policy.leads, *([AT_ONCE] if case.facts.refused else [])}
    for lead in leads:
        turn.look_at(first - lead if lead else last)
    if turn.now >= case.end:
        return NOW if NOW in leads and turn.now >= last else None
    return min((lead for lead in leads if lead and turn.now >= first - lead), default=None)


def _is_news(turn: Turn, case: Case, lead: timedelta) -> bool:
    recall = turn.recall(case)
    if recall.snoozed_until is not None:
        return not turn.snoozed(case)
    if lead in recall.given:
        return False
    urgent = min(recall.given, default=None)
    # After a warning at 15 minutes, a clock corrected by seconds is no reason to give the one at 60.
    return urgent is None or lead < urgent or case.end - turn.now > urgent + turn.policy.together


def _warning(turn: Turn, lead: timedelta, cases: Sequence[Case]) -> Warn:
    _note_given(turn, cases, lead)
    first = cases[0]
    refused = any(c.facts.refused for c in cases)
    return Warn(tuple(c.key for c in cases), lead, first.end, first.outlook.source or "token", refused)


def _note_given(turn: Turn, cases: Sequence[Case], lead: timedelta) -> None:
    for case in cases:
        given = {*turn.recall(case).given, lead}
        turn.note(case.key, given=tuple(sorted(given)), shown=lead, unseen=turn.presence.away, snoozed_until=None)
