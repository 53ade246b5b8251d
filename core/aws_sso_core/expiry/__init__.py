"""The policy: what to do now about every session, and when to look again. Pure: values in, values out.

``step`` is called whenever something may have changed (a file, a clock, a lock screen, a button) and at ``wake_at``. It
keeps these promises:

* A token that can be renewed is renewed with 20 to 25 minutes left, silently, before any SDK's own window opens
  (botocore's is 15 minutes), and after a failure only by the back-off.
* A person hears of a sign-in end 60, 15 and 5 minutes ahead and at it: once each, only the most urgent when several
  were missed, in one notice for sessions that end together, never while nobody can see it. What was said to somebody
  who had not touched the machine for a while is said once more on return.
* "Expired" is said only of a token that is past and that nothing but a new sign-in can replace.
* The browser is opened only when asked for (``sign_in = "automatic"``), only with someone at the keyboard, at most once
  per end, and one page at a time.

Nothing here is a timer: what is due follows from the facts and the clock, and memory only keeps it from being done
twice. That is why sleep, restarts and clock jumps need almost no code of their own.

Read on in this order: ``outlook`` (what one session is), ``words`` (what can be decided), ``turn`` (what the rules
share), then the rules: ``renewal``, ``notices``, ``pages``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aws_sso_core.expiry import notices, pages, renewal
from aws_sso_core.expiry.evidence import TokenChange, token_change
from aws_sso_core.expiry.memory import Memory, Recall
from aws_sso_core.expiry.outlook import Facts, Outlook, Policy, describe
from aws_sso_core.expiry.renewal import renewal_opens
from aws_sso_core.expiry.turn import Turn
from aws_sso_core.expiry.words import (
    AT_ONCE,
    Decision,
    Expired,
    OpenSignIn,
    Presence,
    Renew,
    Step,
    Waiting,
    Warn,
    Withdraw,
)

__all__ = [
    "AT_ONCE",
    "Decision",
    "Expired",
    "Facts",
    "Memory",
    "OpenSignIn",
    "Outlook",
    "Policy",
    "Presence",
    "Recall",
    "Renew",
    "Step",
    "TokenChange",
    "Waiting",
    "Warn",
    "Withdraw",
    "describe",
    "renewal_opens",
    "snooze",
    "step",
    "token_change",
]


@dataclass(frozen=True, slots=True)
class _Rule:
    applies: Callable[[Turn], bool]
    decide: Callable[[Turn], Iterator[Decision]]


RULES = (
    _Rule(Turn.is_unlocked, notices.take_back),
    _Rule(Turn.is_awake, renewal.renew),
    _Rule(Turn.is_heard, notices.say_again),
    _Rule(Turn.may_speak, notices.tell_who_waits),
    _Rule(Turn.may_speak, notices.tell_ends),
    _Rule(Turn.may_open, pages.open_one),
)
"""All of the policy, in order: when a rule applies, and what it decides. Each sees what those before it have noted."""


def step(facts: Sequence[Facts], memory: Memory, presence: Presence, policy: Policy, now: datetime) -> Step:
    """Decide. A second call at the same moment with the memory of the first decides nothing.

    ``facts`` has one entry per session key; ``now`` is the wall clock, which may have jumped either way.
    """
    turn = Turn(facts, memory, presence, policy, now)
    decisions = tuple(decision for rule in RULES if rule.applies(turn) for decision in rule.decide(turn))
    return Step(decisions, turn.memory.without_strangers(turn.cases.keys(), now), turn.wake_at)


def snooze(memory: Memory, sessions: Sequence[str], policy: Policy, now: datetime) -> Memory:
    """*Later*: nothing is said of these sessions for ``policy.snooze``, then once what holds by then."""
    until = now + policy.snooze
    later = {key: replace(memory.of(key), snoozed_until=until, shown=None, asked=0, unseen=False) for key in sessions}
    return replace(memory, sessions={**memory.sessions, **later})
