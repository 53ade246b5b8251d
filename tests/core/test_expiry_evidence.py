from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aws_sso_core.expiry import TokenChange, token_change
from aws_sso_core.model import Secret, Token
from fakes import NOON

MINUTE = timedelta(minutes=1)


def renewable(left: int, name: str = "one", client: str = "client") -> Token:
    return Token(
        access_token=Secret(name),
        expires_at=NOON + left * MINUTE,
        refresh_token=Secret(f"refresh {name}"),
        client_id=client,
        client_secret=Secret("client secret"),
        registration_expires_at=NOON + timedelta(days=90),
    )


def legacy(left: int, name: str = "one") -> Token:
    return Token(access_token=Secret(name), expires_at=NOON + left * MINUTE)


NEW = renewable(60, "two")


@pytest.mark.parametrize("left", [25, 20, 15, 5, 0])
def test_a_renewable_token_replaced_within_its_window_was_renewed(left: int) -> None:
    assert token_change(renewable(left), NEW, now=NOON) is TokenChange.RENEWED


def test_a_token_replaced_before_anybody_renews_comes_from_a_sign_in() -> None:
    assert token_change(renewable(26), NEW, now=NOON) is TokenChange.SIGNED_IN


def test_another_client_is_a_sign_in_whenever_it_comes() -> None:
    assert token_change(renewable(5), renewable(60, "two", "other client"), now=NOON) is TokenChange.SIGNED_IN


@pytest.mark.parametrize("left", [300, 5, -60])
def test_a_legacy_token_is_never_renewed(left: int) -> None:
    assert token_change(legacy(left), legacy(480, "two"), now=NOON) is TokenChange.SIGNED_IN


def test_a_token_with_a_past_registration_cannot_have_been_renewed() -> None:
    stale = replace(renewable(5), registration_expires_at=NOON - MINUTE)
    assert token_change(stale, NEW, now=NOON) is TokenChange.SIGNED_IN


def test_a_token_where_none_was_comes_from_a_sign_in() -> None:
    assert token_change(None, NEW, now=NOON) is TokenChange.SIGNED_IN


def test_a_past_renewable_token_may_have_been_renewed_by_an_sdk_after_the_machine_slept() -> None:
    assert token_change(renewable(-120), NEW, now=NOON) is TokenChange.RENEWED


def test_a_past_token_of_a_session_that_is_over_was_replaced_by_a_sign_in() -> None:
    assert token_change(renewable(-120), NEW, now=NOON, over=True) is TokenChange.SIGNED_IN


def test_the_same_token_written_again_is_no_change() -> None:
    again = replace(renewable(5), region="eu-west-1")
    assert token_change(renewable(5), again, now=NOON) is TokenChange.NOTHING


@pytest.mark.parametrize("after", [renewable(60, "one"), renewable(5, "two")])
def test_another_token_or_another_end_alone_is_a_change(after: Token) -> None:
    assert token_change(renewable(5), after, now=NOON) is TokenChange.RENEWED


def test_a_token_that_went_away_is_a_sign_out() -> None:
    assert token_change(renewable(5), None, now=NOON) is TokenChange.SIGNED_OUT
    assert token_change(None, None, now=NOON) is TokenChange.NOTHING
