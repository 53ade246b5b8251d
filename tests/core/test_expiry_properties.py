"""What holds on every day, however odd: random lives of a few sessions, stepped through at random moments."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.expiry import (
    Decision,
    Expired,
    Facts,
    Memory,
    OpenSignIn,
    Policy,
    Presence,
    Recall,
    Renew,
    Step,
    Warn,
    describe,
    step,
)
from aws_sso_core.expiry.renewal import BACK_OFF
from aws_sso_core.model import State

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

seconds = st.integers(-3 * 3600, 10 * 3600).map(lambda s: timedelta(seconds=s))
spans = st.integers(1, 14 * 60).map(lambda m: m * MINUTE)
moments = seconds.map(lambda s: NOON + s)
maybe = st.none() | moments
seldom = st.sampled_from([False] * 4 + [True])
learned = st.none() | spans
facts_of = {
    key: st.builds(
        Facts,
        st.just(key),
        token_ends_at=maybe,
        renewable=st.booleans(),
        refused=st.booleans(),
        damaged=seldom,
        denied=seldom,
        signed_in_at=maybe,
        renewed_at=maybe,
        learned=learned,
        configured=learned,
        waiting=st.lists(st.sampled_from(["terraform", "kubectl"]), max_size=5).map(tuple),
        signing_in=seldom,
    )
    for key in ("corp", "lab", "old")
}
keys = st.sampled_from(list(facts_of))
all_facts = st.lists(keys, unique=True).flatmap(lambda names: st.tuples(*(facts_of[name] for name in names)))
presences = st.builds(
    Presence,
    locked=st.booleans(),
    asleep=st.booleans(),
    away=st.booleans(),
    paused_until=maybe,
    resumed_at=maybe,
)
policies = st.builds(
    Policy,
    leads=st.lists(st.sampled_from([0, 5, 15, 60, 90]).map(lambda m: m * MINUTE), max_size=4).map(tuple),
    renew=st.booleans(),
    sign_in=st.sampled_from(["ask", "automatic", "never"]),
    notices=st.booleans(),
)
recalls = st.builds(
    Recall,
    attempts=st.integers(0, 9),
    attempted_at=maybe,
    end=maybe,
    given=st.lists(st.sampled_from([0, 5, 15, 60]).map(lambda m: m * MINUTE), unique=True).map(tuple),
    shown=st.none() | st.sampled_from([0, 5, 60]).map(lambda m: m * MINUTE),
    unseen=st.booleans(),
    paged=st.booleans(),
    snoozed_until=maybe,
    asked=st.integers(0, 5),
    asked_at=maybe,
)
memories = st.builds(
    Memory,
    sessions=st.dictionaries(keys, recalls),
    page=st.none() | keys,
    page_at=maybe,
).map(lambda m: replace(m, page_at=m.page_at if m.page else None))


@given(all_facts, memories, presences, policies, moments)
def test_a_second_step_at_the_same_moment_decides_nothing(
    facts: tuple[Facts, ...], memory: Memory, presence: Presence, policy: Policy, now: datetime
) -> None:
    first = step(facts, memory, presence, policy, now)
    second = step(facts, first.memory, presence, policy, now)
    assert second.decisions == ()
    assert second.memory == first.memory


@given(all_facts, memories, presences, policies, moments)
def test_the_next_wake_up_lies_ahead_and_not_far(
    facts: tuple[Facts, ...], memory: Memory, presence: Presence, policy: Policy, now: datetime
) -> None:
    wake_at = step(facts, memory, presence, policy, now).wake_at
    assert wake_at is None or now < wake_at <= now + 5 * MINUTE


@given(all_facts, memories, presences, policies, moments)
def test_behind_a_lock_screen_only_silent_renewals_are_decided_and_asleep_nothing(
    facts: tuple[Facts, ...], memory: Memory, presence: Presence, policy: Policy, now: datetime
) -> None:
    locked = step(facts, memory, replace(presence, locked=True, asleep=False), policy, now)
    assert all(isinstance(d, Renew) for d in locked.decisions)
    assert step(facts, memory, replace(presence, asleep=True), policy, now).decisions == ()


@given(all_facts, memories, presences, policies, moments)
def test_expired_is_said_only_of_what_is_past_and_cannot_be_renewed(
    facts: tuple[Facts, ...], memory: Memory, presence: Presence, policy: Policy, now: datetime
) -> None:
    by_key = {f.session_key: f for f in facts}
    for decision in step(facts, memory, presence, policy, now).decisions:
        if isinstance(decision, Expired):
            for f in (by_key[key] for key in decision.sessions):
                assert f.token_ends_at is not None
                assert f.token_ends_at <= now
                assert f.refused or not f.renewable


@given(all_facts, memories, presences, policies, moments)
def test_at_most_one_page_opens_and_none_unasked(
    facts: tuple[Facts, ...], memory: Memory, presence: Presence, policy: Policy, now: datetime
) -> None:
    pages = [d for d in step(facts, memory, presence, policy, now).decisions if isinstance(d, OpenSignIn)]
    assert len(pages) <= (policy.sign_in == "automatic" and not presence.away)


@given(all_facts, policies, moments)
def test_one_session_is_in_at_most_one_notice_of_a_step(
    facts: tuple[Facts, ...], policy: Policy, now: datetime
) -> None:
    named = Counter(
        key for d in step(facts, Memory(), Presence(), policy, now).decisions for key in getattr(d, "sessions", ())
    )
    assert not named or max(named.values()) == 1


@given(memories)
def test_memory_comes_back_from_json_as_it_was(memory: Memory) -> None:
    assert Memory.from_json(memory.to_json()) == memory


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("2026-03-02T12:00:00+00:00"),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["sessions", "page", "page_at", "given", "end", "shown", "corp"]), inner)
    ),
)


@given(json_values, all_facts, moments)
def test_no_junk_in_the_memory_file_stops_the_policy(junk: object, facts: tuple[Facts, ...], now: datetime) -> None:
    step(facts, Memory.from_json(junk), Presence(), Policy(), now)


@given(keys.flatmap(facts_of.__getitem__), policies, moments)
def test_an_estimate_alone_never_makes_a_session_expired(facts: Facts, policy: Policy, now: datetime) -> None:
    unrefused = replace(facts, renewable=True, refused=False)
    assert describe(unrefused, now, policy).state is not State.EXPIRED


# Lives: one session with a fixed end, looked at in random order of time -------------------------------------------------


@dataclass
class Life:
    """Runs steps on and keeps what came out."""

    policy: Policy
    memory: Memory
    said: list[tuple[datetime, Decision]]

    def look(self, facts: Facts, presence: Presence, now: datetime) -> Step:
        result = step([facts], self.memory, presence, self.policy, now)
        self.memory = result.memory
        self.said += [(now, d) for d in result.decisions]
        return result


someone = st.builds(Presence, locked=st.booleans(), away=st.booleans(), paused_until=st.none() | moments)


@given(st.lists(st.tuples(seconds, someone), min_size=1, max_size=60), moments)
def test_no_notice_is_given_twice_to_somebody_for_one_end_even_if_the_clock_runs_wild(
    looks: list[tuple[timedelta, Presence]], ends_at: datetime
) -> None:
    life = Life(Policy(), Memory(), [])
    heard: Counter[timedelta] = Counter()
    for offset, presence in looks:
        facts = Facts("corp", kind="legacy", token_ends_at=ends_at)
        for d in life.look(facts, presence, NOON + offset).decisions:
            if isinstance(d, Warn | Expired) and not presence.away:
                heard[d.lead if isinstance(d, Warn) else timedelta(0)] += 1
    assert not heard or max(heard.values()) == 1


@given(st.lists(st.tuples(st.integers(1, 1200), someone), min_size=1, max_size=60))
def test_with_a_steady_clock_no_notice_is_given_more_than_once_to_nobody_and_once_on_return(
    looks: list[tuple[int, Presence]],
) -> None:
    life, now = Life(Policy(), Memory(), []), NOON
    given: Counter[tuple[bool, timedelta]] = Counter()
    for wait, presence in looks:
        now += timedelta(seconds=wait)
        facts = Facts("corp", kind="legacy", token_ends_at=NOON + 120 * MINUTE)
        for d in life.look(facts, presence, now).decisions:
            if isinstance(d, Warn | Expired):
                given[presence.away, d.lead if isinstance(d, Warn) else timedelta(0)] += 1
    assert not given or max(given.values()) == 1


@given(st.lists(st.tuples(st.integers(1, 1200), someone), min_size=1, max_size=60))
def test_with_a_steady_clock_no_notice_is_less_urgent_than_the_one_before(
    looks: list[tuple[int, Presence]],
) -> None:
    life, now = Life(Policy(), Memory(), []), NOON
    for wait, presence in looks:
        now += timedelta(seconds=wait)
        life.look(Facts("corp", kind="legacy", token_ends_at=NOON + 120 * MINUTE), presence, now)
    leads = [d.lead if isinstance(d, Warn) else timedelta(0) for _, d in life.said if isinstance(d, Warn | Expired)]
    assert leads == sorted(leads, reverse=True)


@given(st.lists(st.integers(1, 1200), min_size=1, max_size=100))
def test_renewals_that_fail_never_come_within_the_back_off(waits: list[int]) -> None:
    life, now = Life(Policy(), Memory(), []), NOON
    for wait in waits:
        now += timedelta(seconds=wait)
        life.look(Facts("corp", token_ends_at=NOON, renewable=True), Presence(), now)
    tries = [when for when, d in life.said if isinstance(d, Renew)]
    for n, (earlier, later) in enumerate(itertools.pairwise(tries)):
        assert later - earlier >= BACK_OFF[min(n, len(BACK_OFF) - 1)]


@given(memories, presences, st.integers(1, 600))
def test_a_token_in_its_window_is_tried_within_a_quarter_of_an_hour_whatever_went_before(
    memory: Memory, presence: Presence, seconds_left: int
) -> None:
    life, now = Life(Policy(), memory, []), NOON
    facts = Facts("corp", token_ends_at=NOON + timedelta(seconds=seconds_left), renewable=True)
    for _ in range(20):
        life.look(facts, replace(presence, asleep=False), now)
        now += MINUTE
    assert Renew("corp") in [d for _, d in life.said]


@given(st.lists(st.tuples(st.integers(1, 900), st.booleans()), min_size=1, max_size=80))
def test_somebody_at_the_keyboard_at_the_end_always_hears_of_it(looks: list[tuple[int, bool]]) -> None:
    life, now = Life(Policy(), Memory(), []), NOON
    for wait, locked in looks:
        now += timedelta(seconds=wait)
        facts = Facts("corp", kind="legacy", token_ends_at=NOON + 60 * MINUTE)
        life.look(facts, Presence(locked=locked), now)
    seen_over = any(
        not locked and NOON + timedelta(seconds=sum(w for w, _ in looks[: n + 1])) >= NOON + 60 * MINUTE
        for n, (_, locked) in enumerate(looks)
    )
    assert [type(d) for _, d in life.said].count(Expired) == int(seen_over)
