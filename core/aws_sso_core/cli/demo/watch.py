"""What the tray does all day, made visible: look at the files, ask the policy, renew or speak, wait.

The parts are the real ones (``overview.look``, ``expiry.step``, our ``renew`` command); only the policy counts in seconds
here, as the sandbox's lifetimes do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from aws_sso_core import expiry
from aws_sso_core.cli.demo.commands import Task
from aws_sso_core.clock import Clock
from aws_sso_core.expiry import Expired, Facts, Memory, Outlook, Policy, Presence, Renew, Warn

FRAME = 0.2
"""Seconds between two looks: what a person feels to be at once."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One look."""

    now: datetime
    facts: Facts
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class Renewed:
    """A silent renewal has brought a new token."""

    now: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Spoken:
    """The policy wants something said."""

    now: datetime
    decision: Warn | Expired


Event: TypeAlias = Frame | Renewed | Spoken


def watch(
    *,
    look: Callable[[datetime], Facts],
    policy: Policy,
    clock: Clock,
    renew: Callable[[], Task],
    limit: timedelta,
) -> Iterator[Event]:
    """Watch one session until its end has been told, or until ``limit`` is over.

    Args:
        look: the facts about the session now.
        policy: what to do when.
        clock: the time, and the waiting between two looks.
        renew: starts a renewal.
        limit: the longest time to watch.
    """
    memory, task, over = Memory(), None, clock.now() + limit
    told_end = False
    while clock.now() < over and not told_end:
        now = clock.now()
        facts = look(now)
        if task is not None and (ran := task.poll()) is not None:
            task = None
            if ran.code == 0 and facts.token_ends_at is not None:
                yield Renewed(now, facts.token_ends_at)
        step = expiry.step([facts], memory, Presence(), policy, now)
        memory = step.memory
        for decision in step.decisions:
            if isinstance(decision, Renew) and task is None:
                task = renew()
            elif isinstance(decision, Warn | Expired):
                yield Spoken(now, decision)
                told_end = isinstance(decision, Expired)
        yield Frame(now, facts, expiry.describe(facts, now, policy))
        clock.sleep(FRAME)
