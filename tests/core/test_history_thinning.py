"""Which versions are kept as time goes by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.thinning import ALL, DAILY, MOST, MOST_BYTES, WEEKLY, Version, thinned

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
VERSIONS = st.lists(
    st.tuples(
        st.sampled_from(["config", "credentials"]),
        st.integers(0, 600 * 24 * 60),
        st.sampled_from([10, 10, 10, 100 << 20]),
    ),
    max_size=60,
).map(
    lambda rows: [
        Version(number, path, NOW - timedelta(minutes=age), f"{number}", size)
        for number, (path, age, size) in enumerate(sorted(rows, key=lambda row: -row[1]), 1)
    ]
)


@given(VERSIONS)
def test_thinning_keeps_the_newest_two_of_each_file(versions: list[Version]) -> None:
    kept = thinned(versions, NOW)
    for path in ("config", "credentials"):
        assert [v for v in versions if v.path == path][-2:] == [v for v in kept if v.path == path][-2:]


@given(VERSIONS)
def test_thinning_keeps_all_of_the_last_days_unless_they_are_too_big(versions: list[Version]) -> None:
    kept = thinned(versions, NOW)
    if sum(v.size for v in versions) <= MOST_BYTES:
        assert [v for v in versions if v.at >= NOW - ALL] == [v for v in kept if v.at >= NOW - ALL]


@given(VERSIONS)
def test_thinning_leaves_one_a_day_then_one_a_week_then_none(versions: list[Version]) -> None:
    older = [v for v in thinned(versions, NOW) if v.at < NOW - ALL]
    newest = {v.number for path in ("config", "credentials") for v in [v for v in versions if v.path == path][-2:]}
    days = [(v.path, v.at.date()) for v in older if v.at >= NOW - DAILY and v.number not in newest]
    weeks = [(v.path, v.at.isocalendar()[:2]) for v in older if v.at < NOW - DAILY and v.number not in newest]
    assert len(set(days)) == len(days)
    assert len(set(weeks)) == len(weeks)
    assert all(v.at > NOW - WEEKLY or v.number in newest for v in older)


@given(VERSIONS)
def test_thinning_twice_is_thinning_once(versions: list[Version]) -> None:
    once = thinned(versions, NOW)
    assert thinned(once, NOW) == once


def test_thinning_is_bounded_in_number_and_size() -> None:
    many = [Version(n, "config", NOW, str(n), 10) for n in range(1, 2 * MOST)]
    assert [v.number for v in thinned(many, NOW)] == list(range(MOST, 2 * MOST))
    big = [Version(n, "config", NOW, str(n), MOST_BYTES // 2) for n in range(1, 9)]
    assert [v.number for v in thinned(big, NOW)] == [7, 8]


def test_many_files_that_were_seen_once_do_not_grow_without_end() -> None:
    scratch = [Version(n, f"/tmp/{n}/config", NOW, str(n), 10) for n in range(1, 3 * MOST)]
    assert len(thinned(scratch, NOW)) <= MOST
