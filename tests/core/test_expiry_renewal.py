from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from aws_sso_core.expiry import Facts, Memory, Policy, Presence, Renew, renewal_opens, step
from fakes import NOON

MINUTE = timedelta(minutes=1)
END = NOON + timedelta(hours=1)
CORP = Facts("corp", token_ends_at=END, renewable=True)


def opens(facts: Facts) -> datetime:
    moment = renewal_opens(facts, Policy())
    assert moment is not None
    return moment


def test_a_renewal_opens_with_twenty_to_twenty_five_minutes_left() -> None:
    sessions = [replace(CORP, session_key=f"session {n}") for n in range(200)]
    lefts = [END - opens(facts) for facts in sessions]
    assert min(lefts) >= 20 * MINUTE
    assert max(lefts) <= 25 * MINUTE


def test_renewals_of_many_sessions_are_spread_over_the_whole_window() -> None:
    lefts = [END - opens(replace(CORP, session_key=f"session {n}")) for n in range(200)]
    minutes = {left // MINUTE for left in lefts}
    assert minutes == {20, 21, 22, 23, 24}


def test_the_same_session_on_machines_that_signed_in_apart_renews_at_another_share_of_the_window() -> None:
    later = replace(CORP, token_ends_at=END + MINUTE)
    assert opens(later) - opens(CORP) != MINUTE


def test_the_moment_stays_the_same_however_often_it_is_asked() -> None:
    assert opens(CORP) == opens(replace(CORP))


def test_what_cannot_be_renewed_has_no_such_moment() -> None:
    policy = Policy()
    assert renewal_opens(replace(CORP, renewable=False), policy) is None
    assert renewal_opens(replace(CORP, refused=True), policy) is None
    assert renewal_opens(replace(CORP, damaged=True), policy) is None
    assert renewal_opens(Facts("corp"), policy) is None
    assert renewal_opens(CORP, Policy(renew=False)) is None


def test_the_wake_up_for_a_renewal_is_exact() -> None:
    just_before = opens(CORP) - timedelta(seconds=7)
    assert step([CORP], Memory(), Presence(), Policy(), just_before).wake_at == opens(CORP)


def test_no_renewal_races_a_sign_in_that_runs() -> None:
    busy = replace(CORP, signing_in=True)
    assert step([busy], Memory(), Presence(), Policy(), END - 10 * MINUTE).decisions == ()


def test_with_renewals_switched_off_none_is_decided() -> None:
    assert step([CORP], Memory(), Presence(), Policy(renew=False), END - 10 * MINUTE).decisions == ()


def test_two_sessions_in_their_window_are_both_renewed() -> None:
    lab = replace(CORP, session_key="lab")
    decided = step([CORP, lab], Memory(), Presence(), Policy(), END - 10 * MINUTE).decisions
    assert decided == (Renew("corp"), Renew("lab"))
