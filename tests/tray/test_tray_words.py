"""Times, lengths and names as the tray says them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_tray import words

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (timedelta(minutes=41), "10:41"),
        (timedelta(days=1), "Tue 10:00"),
        (timedelta(days=-1), "Sun 10:00"),
        (timedelta(days=10), "3 Dec"),
        (timedelta(days=90), "21 Feb 2027"),
    ],
)
def test_a_moment_is_said_as_precisely_as_its_distance_needs(later: timedelta, said: str) -> None:
    assert words.at(NOW + later, NOW, UTC) == said


def test_a_moment_is_said_in_the_persons_own_zone() -> None:
    assert words.at(NOW, NOW, timezone(timedelta(hours=2))) == "12:00"


def test_the_day_changes_at_the_persons_own_midnight() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert words.at(NOW + timedelta(hours=6), NOW, tokyo) == "Tue 01:00"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=4, seconds=59), "4 min"),
        (timedelta(minutes=39), "35 min"),
        (timedelta(minutes=60), "1 h"),
        (timedelta(minutes=104), "1 h 40 min"),
        (timedelta(hours=7, minutes=50), "7 h"),
        (timedelta(days=89), "89 days"),
    ],
)
def test_a_length_is_said_coarser_the_longer_it_is(length: timedelta, said: str) -> None:
    assert words.left(length) == said


@pytest.mark.parametrize(
    ("given_names", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d", "e"], "a, b and 3 others"),
    ],
)
def test_names_are_counted_beyond_three(given_names: list[str], said: str) -> None:
    assert words.names(given_names) == said


def test_a_squeezed_name_keeps_its_end_which_tells_the_role() -> None:
    assert words.squeeze("a-very-long-account-name.administrator", 20) == "a-very-lon…nistrator"


@given(st.text(), st.integers(2, 80))
def test_cut_and_squeeze_never_exceed_their_limit(text: str, limit: int) -> None:
    assert len(words.cut(text, limit)) <= limit
    assert len(words.squeeze(text, limit)) <= limit


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 80))
def test_utf16_never_exceeds_its_limit_nor_halves_a_character(text: str, limit: int) -> None:
    kept = words.utf16(text, limit)
    assert len(kept.encode("utf-16-le")) // 2 <= limit
    assert kept == text or text.startswith(kept[:-1])


def test_names_are_sorted_as_people_do() -> None:
    assert sorted(["b", "a10", "A2", "a1", "1"], key=words.natural) == ["1", "a1", "A2", "a10", "b"]


@given(st.lists(st.text(), unique=True))
def test_any_names_can_be_sorted_in_one_way_only(given_names: list[str]) -> None:
    backwards = given_names[::-1]
    given_names.sort(key=words.natural)
    backwards.sort(key=words.natural)
    assert backwards == given_names
