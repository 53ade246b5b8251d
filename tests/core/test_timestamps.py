from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.timestamps import format_duration, format_time, parse_duration, parse_time

MOMENT = datetime(2026, 11, 23, 10, 25, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T10:25:17Z",  # AWS CLI, botocore, Go
        "2026-11-23T10:25:17UTC",  # AWS CLI before 2.1.14
        "2026-11-23T10:25:17 utc",
        "2026-11-23T10:25:17+00:00",
        "2026-11-23T12:25:17+02:00",  # Granted
        "2026-11-23T12:25:17+0200",
        "2026-11-23T05:25:17-05",
        "2026-11-23 10:25:17Z",
        "2026-11-23t10:25:17z",
        "2026-11-23T10:25:17",  # no zone: UTC
        " 2026-11-23T10:25:17Z\n",
        "20261123T102517Z",
    ],
)
def test_every_form_found_in_caches_is_the_same_moment(text: str) -> None:
    assert parse_time(text) == MOMENT


@pytest.mark.parametrize("digits", range(1, 10))
def test_fractions_of_one_to_nine_digits_are_read(digits: int) -> None:
    fraction = "123456789"[:digits]
    time = parse_time(f"2026-11-23T10:25:17.{fraction}Z")
    assert time is not None
    assert time - MOMENT == timedelta(microseconds=int(fraction[:6].ljust(6, "0")))


@pytest.mark.parametrize(
    "value",
    [None, 0, 1764000000, 1764000000.5, True, "", "Z", "UTC", "soon", "2026-11-23", "1764000000", "2026-13-45T99:99:99Z",
     [], {}, "2026-11-23T10:25:17Z2026-11-23T10:25:17Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"],
)  # fmt: skip
def test_what_is_no_time_is_none_and_never_an_error(value: object) -> None:
    assert parse_time(value) is None


@given(st.text())
def test_no_text_at_all_makes_parsing_fail(text: str) -> None:
    time = parse_time(text)
    assert time is None or time.tzinfo is UTC


@given(st.floats(0, 4e9), st.integers(-14 * 60, 14 * 60))
def test_what_is_written_reads_back_to_the_second(seconds: float, offset: int) -> None:
    time = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=offset)))
    assert parse_time(format_time(time)) == time.astimezone(UTC).replace(microsecond=0)


def test_a_time_of_another_zone_is_written_in_utc() -> None:
    assert format_time(MOMENT.astimezone(timezone(timedelta(hours=-7)))) == "2026-11-23T10:25:17Z"


def test_parts_of_a_second_are_cut() -> None:
    assert format_time(MOMENT.replace(microsecond=999_999)) == "2026-11-23T10:25:17Z"


def test_a_time_without_a_zone_is_never_written() -> None:
    with pytest.raises(ValueError, match="naive"):
        format_time(MOMENT.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("text", "hours"),
    [("8h", 8), ("PT8H", 8), ("480m", 8), ("1h30m", 1.5), ("1h 30 min", 1.5), ("8 hours", 8), ("7d", 168),
     ("P1DT12H", 36), ("28800s", 8), ("90 minutes", 1.5), (" 8H ", 8)],
)  # fmt: skip
def test_durations_are_read_as_people_and_iso_8601_write_them(text: str, hours: float) -> None:
    assert parse_duration(text) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "8", "h", "P", "PT", "-8h", "8 parsecs", "8h8h", "1.5h", "٣h", "9" * 30 + "d"])
def test_what_is_no_duration_is_none(text: str) -> None:
    assert parse_duration(text) is None


@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=90)))
def test_a_formatted_duration_reads_back_to_the_second(time: timedelta) -> None:
    assert parse_duration(format_duration(time)) == timedelta(seconds=int(time.total_seconds()))
