"""Moments and names as people are told them."""

from __future__ import annotations

import locale
import os
from datetime import UTC, datetime, timedelta, timezone

import pytest

from aws_sso_core import wording

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (NOON + timedelta(hours=3), "20:30"),
        (NOON + timedelta(hours=12), "Tue 05:30"),
        (NOON - timedelta(hours=24), "Sun 17:30"),
        (NOON + timedelta(days=7), "9 Mar 17:30"),
        (datetime(2027, 1, 1, tzinfo=UTC), "1 Jan 2027 05:30"),
    ],
)
def test_times_are_those_of_the_persons_zone(moment: datetime, expected: str) -> None:
    assert wording.at(moment, NOON, timezone(timedelta(hours=5, minutes=30))) == expected


def test_beyond_a_week_a_brief_moment_is_its_day() -> None:
    assert wording.at(NOON + timedelta(days=7), NOON, UTC, brief=True) == "9 Mar"


@pytest.mark.parametrize(
    ("given", "said"), [((), ""), (("a",), "a"), (("b", "a", "b"), "b and a"), (("a", "b", "c", "d"), "a, b, c and d")]
)
def test_names_are_said_in_a_row_and_each_once(given: tuple[str, ...], said: str) -> None:
    assert wording.names(given) == said


class Afternoon(datetime):
    """One in a place where clocks are written with twelve hours."""

    def strftime(self, form: str) -> str:
        assert form == "%X"
        return "01:00:00 PM"


@pytest.mark.parametrize(
    ("hour", "here", "there"),
    [(0, "00:05", "12:05 AM"), (9, "09:05", "9:05 AM"), (12, "12:05", "12:05 PM"), (17, "17:05", "5:05 PM")],
)
def test_times_of_day_are_written_as_the_system_writes_them(
    hour: int, here: str, there: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime(2026, 3, 2, hour, 5, tzinfo=UTC)
    monkeypatch.setattr(wording, "_AFTERNOON", datetime(2000, 1, 1, 13, tzinfo=UTC))
    assert wording.clock_time(moment) == here
    monkeypatch.setattr(wording, "_AFTERNOON", Afternoon(2000, 1, 1, 13, tzinfo=UTC))
    assert wording.clock_time(moment) == there


@pytest.mark.skipif(os.name == "nt", reason="Windows asks no variable")
def test_a_locale_that_is_not_there_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = locale.setlocale(locale.LC_TIME)
    monkeypatch.setenv("LC_ALL", "xx_NOWHERE")
    wording.as_people_here_write()
    assert locale.setlocale(locale.LC_TIME) == before


@pytest.mark.skipif(os.name != "nt", reason="Windows has every locale; elsewhere they are installed one by one")
def test_windows_own_forms_are_understood() -> None:
    before = locale.setlocale(locale.LC_TIME)
    try:
        locale.setlocale(locale.LC_TIME, "English_United States")
        assert wording.clock_time(datetime(2026, 3, 2, 17, 5, tzinfo=UTC)) == "5:05 PM"
        locale.setlocale(locale.LC_TIME, "German_Germany")
        assert wording.clock_time(datetime(2026, 3, 2, 17, 5, tzinfo=UTC)) == "17:05"
    finally:
        locale.setlocale(locale.LC_TIME, before)
