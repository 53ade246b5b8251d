from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from aws_sso_core.expiry import Facts, Outlook, Policy, describe
from aws_sso_core.model import State
from fakes import NOON

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

RENEWABLE = Facts("corp", token_ends_at=NOON + HOUR, renewable=True)
LEGACY = Facts("corp", kind="legacy", token_ends_at=NOON + 8 * HOUR)


def outlook(facts: Facts, now: datetime = NOON, policy: Policy | None = None) -> Outlook:
    return describe(facts, now, policy or Policy())


def test_without_a_token_file_the_session_is_signed_out() -> None:
    assert outlook(Facts("corp")) == Outlook(State.SIGNED_OUT)


def test_a_damaged_token_file_is_unknown_and_not_signed_out() -> None:
    assert outlook(Facts("corp", damaged=True)) == Outlook(State.UNKNOWN)


def test_a_legacy_token_ends_when_it_says() -> None:
    assert outlook(LEGACY) == Outlook(State.SIGNED_IN, NOON + 8 * HOUR, "token")


def test_a_renewable_token_of_unknown_length_has_no_end() -> None:
    assert outlook(RENEWABLE) == Outlook(State.SIGNED_IN)


@pytest.mark.parametrize(("left", "state"), [(61, State.SIGNED_IN), (60, State.EXPIRING), (1, State.EXPIRING)])
def test_within_the_first_lead_a_session_is_expiring(left: int, state: State) -> None:
    assert outlook(replace(LEGACY, token_ends_at=NOON + left * MINUTE)).state is state


def test_without_leads_a_session_is_expiring_in_the_window_of_the_aws_cli() -> None:
    quiet = Policy(leads=())
    assert outlook(replace(LEGACY, token_ends_at=NOON + 16 * MINUTE), policy=quiet).state is State.SIGNED_IN
    assert outlook(replace(LEGACY, token_ends_at=NOON + 15 * MINUTE), policy=quiet).state is State.EXPIRING


def test_a_legacy_token_is_expired_at_its_very_end() -> None:
    assert outlook(LEGACY, LEGACY.token_ends_at or NOON).state is State.EXPIRED


def test_a_past_token_that_may_yet_be_renewed_is_unknown() -> None:
    assert outlook(RENEWABLE, NOON + 2 * HOUR).state is State.UNKNOWN


def test_a_past_token_that_was_refused_is_expired() -> None:
    assert outlook(replace(RENEWABLE, refused=True), NOON + 2 * HOUR).state is State.EXPIRED


def test_a_refused_token_that_lives_is_expiring_and_its_end_is_certain() -> None:
    refused = outlook(replace(RENEWABLE, token_ends_at=NOON + 3 * HOUR, refused=True))
    assert refused == Outlook(State.EXPIRING, NOON + 3 * HOUR, "token")
    assert refused.certain


def test_the_learned_length_counts_from_the_sign_in() -> None:
    facts = replace(RENEWABLE, signed_in_at=NOON - HOUR, learned=8 * HOUR)
    assert outlook(facts) == Outlook(State.SIGNED_IN, NOON + 7 * HOUR, "learned")


@pytest.mark.parametrize(
    ("learned", "configured", "expected"), [(8, 9, "learned"), (9, 8, "configured"), (8, 8, "configured")]
)
def test_of_two_estimates_the_earlier_counts_and_is_named(learned: int, configured: int, expected: str) -> None:
    facts = replace(RENEWABLE, signed_in_at=NOON, learned=learned * HOUR, configured=configured * HOUR)
    assert outlook(facts).ends_at == NOON + 8 * HOUR
    assert outlook(facts).source == expected


def test_an_estimate_that_a_renewal_has_outlived_is_dropped_for_the_other() -> None:
    facts = replace(RENEWABLE, signed_in_at=NOON - 5 * HOUR, learned=4 * HOUR, configured=8 * HOUR, renewed_at=NOON)
    assert outlook(facts) == Outlook(State.SIGNED_IN, NOON + 3 * HOUR, "configured")
    assert outlook(replace(facts, configured=None)) == Outlook(State.SIGNED_IN)


def test_a_renewal_at_the_very_end_that_was_estimated_has_outlived_it() -> None:
    facts = replace(RENEWABLE, signed_in_at=NOON - 4 * HOUR, learned=4 * HOUR, renewed_at=NOON)
    assert outlook(facts).ends_at is None


def test_past_an_estimate_a_living_session_is_expiring_and_not_expired() -> None:
    facts = replace(RENEWABLE, signed_in_at=NOON - 4 * HOUR, learned=4 * HOUR, renewed_at=NOON - 10 * MINUTE)
    assert outlook(facts, NOON + 5 * MINUTE) == Outlook(State.EXPIRING, NOON, "learned")


def test_a_length_without_a_sign_in_to_count_from_is_no_estimate() -> None:
    assert outlook(replace(RENEWABLE, learned=8 * HOUR)).ends_at is None


def test_a_length_beyond_all_calendars_is_no_estimate() -> None:
    assert outlook(replace(RENEWABLE, signed_in_at=NOON, configured=timedelta.max)).ends_at is None


def test_a_token_that_lost_its_refresh_token_ends_like_a_legacy_one() -> None:
    facts = replace(RENEWABLE, renewable=False, signed_in_at=NOON, configured=8 * HOUR)
    assert outlook(facts) == Outlook(State.EXPIRING, NOON + HOUR, "token")
