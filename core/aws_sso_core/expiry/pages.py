"""When a browser page is opened unasked (``sign_in = "automatic"``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from aws_sso_core.expiry.turn import FORGOTTEN, Case, Turn
from aws_sso_core.expiry.words import OpenSignIn
from aws_sso_core.model import State

PAGE_LIMIT = timedelta(minutes=10)
"""A sign-in page counts as open this long, the time-out of a sign-in, unless its session is signed in before."""


def open_one(turn: Turn) -> Iterator[OpenSignIn]:
    """One page at a time: for sessions that programs wait for first, then for the one that ended first."""
    deserving = [case for case in turn.cases.values() if _deserves_a_page(turn, case)]
    if not deserving:
        return
    if _a_page_is_open(turn):
        turn.look_at(turn.memory.page_at and turn.memory.page_at + PAGE_LIMIT)
        return
    case = min(deserving, key=lambda c: (not c.facts.waiting, c.outlook.ends_at or turn.now, c.key))
    turn.note(case.key, paged=True)
    turn.memory = replace(turn.memory, page=case.key, page_at=turn.now)
    yield OpenSignIn(case.key)


def _deserves_a_page(turn: Turn, case: Case) -> bool:
    if turn.recall(case).paged or not turn.needs_sign_in(case):
        return False
    just_ended = case.outlook.state is State.EXPIRED and turn.now - case.end < FORGOTTEN
    return just_ended or bool(case.facts.waiting)


def _a_page_is_open(turn: Turn) -> bool:
    if any(case.facts.signing_in for case in turn.cases.values()):
        return True
    page = turn.cases.get(turn.memory.page or "")
    if page is None or page.outlook.alive or turn.memory.page_at is None:
        return False
    return turn.now < turn.memory.page_at + PAGE_LIMIT
