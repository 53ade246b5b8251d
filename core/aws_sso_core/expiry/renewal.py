"""When a token is renewed.

Early: no SDK renews with more than 15 minutes left, so with 20 to 25 left nobody races us for the one use of a refresh
token, and a CLI process started in the meantime never finds itself in its own mandatory window.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from aws_sso_core.expiry.outlook import Facts, Policy
from aws_sso_core.expiry.turn import Case, Turn
from aws_sso_core.expiry.words import Renew

BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 2, 4, 8, 15))
"""The waits after the first, second, ... renewal that did not help; the last one repeats."""

RESUME_DELAY = timedelta(seconds=5)
"""After a resume everybody finds the same expired token: a renewal waits up to this long, and reads it again first."""


def renewal_opens(facts: Facts, policy: Policy) -> datetime | None:
    """When the silent renewal of this token comes due ("renews itself at 10:41"); None when it never will.

    The moment differs between sessions and tokens, and is always the same for one token.
    """
    if facts.token_ends_at is None or not facts.renewable or facts.refused or facts.damaged or not policy.renew:
        return None
    share = _share(f"{facts.session_key} {facts.token_ends_at.isoformat()}")
    return facts.token_ends_at - policy.renew_with_left - policy.renew_spread * share


def renew(turn: Turn) -> Iterator[Renew]:
    """Tokens in their window are renewed, with growing patience while that does not help.

    Help is a token that is out of its window again: one that comes back with as little time left (the sign-in session
    nears its end) is no reason to ask again at once.
    """
    for case in turn.cases.values():
        opens = renewal_opens(case.facts, turn.policy)
        if opens is None or case.facts.signing_in:
            continue
        if turn.now < opens and turn.recall(case).attempts:
            turn.note(case.key, attempts=0, attempted_at=None)
        if _due(turn, case, opens) <= turn.now:
            turn.note(case.key, attempts=turn.recall(case).attempts + 1, attempted_at=turn.now)
            yield Renew(case.key)
        turn.look_at(_due(turn, case, opens))


def _due(turn: Turn, case: Case, opens: datetime) -> datetime:
    recall, resumed_at = turn.recall(case), turn.presence.resumed_at
    if resumed_at is not None and (recall.attempted_at or opens) < resumed_at <= turn.now:
        # A machine that wakes up has a new network: one try is due now, whatever failed before it slept.
        return max(opens, resumed_at + RESUME_DELAY * _share(f"{case.key} {resumed_at.isoformat()}"))
    if recall.attempted_at is None:
        return opens
    return max(opens, recall.attempted_at + BACK_OFF[min(recall.attempts, len(BACK_OFF)) - 1])


def _share(seed: str) -> float:
    """A number from 0 to 1 that is always the same for the same seed, and unlike that of any other."""
    return zlib.crc32(seed.encode()) / 0xFFFFFFFF
