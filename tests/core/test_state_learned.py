from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.state import Learned, Lesson
from aws_sso_core.state.learned import after_refusal, after_renewal, after_sign_in
from children import in_child, posix_only
from fakes import NOON, Worker

CORP = "corp"


def h(hours: float) -> datetime:
    """So many hours after the first sign-in."""
    return NOON + timedelta(hours=hours)


def told(*events: tuple[str, float]) -> Lesson:
    """The lesson after these events: ``("in", 0), ("alive", 1), ("refused", 8)``."""
    lesson = Lesson()
    for what, hours in events:
        match what:
            case "in" | "fresh":
                lesson = after_sign_in(lesson, h(hours), fresh=what == "fresh")
            case "alive":
                lesson = after_renewal(lesson, h(hours))
            case _:
                lesson = after_refusal(lesson, h(hours))
    return lesson


def a_day(begins: float, *, lasts: float, every: float = 0.65) -> list[tuple[str, float]]:
    """A sign-in that is renewed every 39 minutes until the first renewal after its end is refused."""
    renewals = [begins + every * n for n in range(1, int(lasts / every) + 1)]
    return [("in", begins), *(("alive", r) for r in renewals), ("refused", begins + every * (len(renewals) + 1))]


def hours(lesson: Lesson) -> float | None:
    return None if lesson.duration is None else lesson.duration / timedelta(hours=1)


def test_nothing_is_known_before_a_sign_in_was_seen_to_end() -> None:
    assert told(("in", 0), ("alive", 1), ("alive", 7)).duration is None


def test_a_refused_renewal_teaches_how_long_the_sign_in_lasted() -> None:
    assert hours(told(("in", 0), ("refused", 8))) == 8


def test_the_next_sign_in_is_expected_to_end_after_the_learned_time() -> None:
    assert told(("in", 0), ("refused", 8), ("in", 24)).ends_at == h(32)


def test_no_end_is_expected_of_what_is_over() -> None:
    assert told(("in", 0), ("refused", 8)).ends_at is None


def test_the_shortest_life_counts() -> None:
    assert hours(told(("in", 0), ("refused", 9), ("in", 24), ("refused", 32), ("in", 48), ("refused", 60))) == 8


def test_a_whole_hour_between_the_last_life_sign_and_the_refusal_is_taken_for_the_end() -> None:
    assert hours(told(*a_day(0, lasts=8))) == 8


def test_without_a_whole_hour_between_them_the_refusal_is_taken() -> None:
    assert hours(told(("in", 0), ("alive", 8.2), ("refused", 8.8))) == pytest.approx(8.8)


def test_lives_of_under_five_minutes_are_accidents() -> None:
    assert told(("in", 0), ("refused", 0.05)).duration is None


def test_a_clock_that_was_set_back_teaches_nothing() -> None:
    assert told(("in", 0), ("refused", -3)).duration is None


def test_a_refusal_seen_long_after_the_last_renewal_does_not_tell_the_end() -> None:
    overnight = told(("in", 0), ("alive", 7.5), ("refused", 23))
    assert overnight.duration is None
    assert overnight.ended_at == h(23)


def test_several_processes_that_see_one_refusal_teach_it_once() -> None:
    assert hours(told(("in", 0), ("refused", 8), ("refused", 9), ("refused", 3))) == 8


def test_a_refusal_without_a_known_sign_in_teaches_only_that_it_is_over() -> None:
    lesson = told(("refused", 8))
    assert (lesson.ended_at, lesson.duration) == (h(8), None)


def test_signing_in_again_while_the_browser_session_lives_keeps_the_old_end() -> None:
    lesson = told(*a_day(-24, lasts=8), ("in", 0), ("alive", 6.5), ("in", 7))
    assert (lesson.signed_in_at, lesson.last_sign_in_at, lesson.ends_at) == (h(0), h(7), h(8))


def test_an_inherited_end_does_not_teach_a_length_of_one_hour() -> None:
    assert hours(told(("in", 0), ("alive", 6.5), ("in", 7), ("alive", 7.6), ("refused", 8.3))) == 8


def test_a_sign_in_after_our_own_sign_out_has_its_full_length() -> None:
    lesson = told(*a_day(-24, lasts=8), ("in", 0), ("alive", 6.5), ("fresh", 7))
    assert lesson.ends_at == h(15)


def test_a_sign_in_after_the_old_end_has_its_full_length() -> None:
    assert told(*a_day(-24, lasts=8), ("in", 0), ("alive", 7.8), ("in", 8.5)).ends_at == h(16.5)


def test_a_sign_in_long_after_the_last_life_sign_has_its_full_length() -> None:
    assert told(*a_day(-24, lasts=8), ("in", 0), ("alive", 2), ("in", 5)).ends_at == h(13)


def test_a_sign_in_that_outlives_the_old_end_was_a_new_one_after_all() -> None:
    lesson = told(*a_day(-24, lasts=8), ("in", 0), ("alive", 6.5), ("in", 7), ("alive", 8.5))
    assert (lesson.signed_in_at, lesson.ends_at) == (h(7), h(15))


def test_a_longer_life_than_the_learned_one_means_the_administrator_changed_it() -> None:
    lesson = told(*a_day(-24, lasts=8), ("in", 0), ("alive", 6.5), ("alive", 9.5))
    assert lesson.duration is None


def test_a_shorter_length_is_learned_at_once() -> None:
    assert hours(told(*a_day(-24, lasts=12), *a_day(0, lasts=4))) == 4


def test_a_longer_length_is_learned_with_its_first_end() -> None:
    assert hours(told(*a_day(-24, lasts=4), *a_day(0, lasts=12))) == 12


@given(st.integers(1, 24), st.floats(0.3, 0.9), st.lists(st.floats(0, 20), min_size=1, max_size=6))
def test_any_whole_length_is_learned_within_one_renewal(length: int, every: float, gaps: list[float]) -> None:
    begins, events = 0.0, []
    for gap in gaps:
        events += a_day(begins, lasts=length, every=every)
        begins += length + 1 + gap
    learned = hours(told(*events))
    assert learned is not None
    assert length <= learned <= length + every + 1e-6


# The store


@pytest.fixture
def learned(tmp_path: Path) -> Learned:
    return Learned(tmp_path / "state")


def test_lessons_survive_a_restart(learned: Learned, tmp_path: Path) -> None:
    learned.record_sign_in(CORP, h(0))
    learned.record_renewed(CORP, h(7.5))
    learned.record_refused(CORP, h(8.2))
    learned.record_sign_in(CORP, h(24), fresh=True)
    again = Learned(tmp_path / "state").read(CORP)
    assert (again.duration, again.ends_at) == (timedelta(hours=8), h(32))


def test_sessions_are_learned_apart(learned: Learned) -> None:
    learned.record_sign_in(CORP, h(0))
    learned.record_sign_in("dev", h(0))
    learned.record_refused(CORP, h(8))
    assert learned.read("dev").duration is None


def test_a_sign_out_teaches_no_length_and_the_next_sign_in_is_a_new_one(learned: Learned) -> None:
    learned.record_sign_in(CORP, h(0))
    learned.record_sign_out(CORP, h(2))
    learned.record_sign_in(CORP, h(2.5))
    assert (learned.read(CORP).duration, learned.read(CORP).signed_in_at) == (None, h(2.5))


def test_a_forgotten_session_is_as_new(learned: Learned) -> None:
    learned.record_sign_in(CORP, h(0))
    learned.forget(CORP)
    learned.forget("never seen")
    assert learned.read(CORP) == Lesson()


@pytest.mark.parametrize(
    "junk",
    [b"", b"{", b"[]", b"\xff", b'{"corp": 3}', b'{"corp": {"signed_in_at": 5, "shortest_ended": "long"}}',
     b'{"corp": {"shortest_ended": 1e400}}', b'{"corp": {"shortest_ended": NaN}}', b'{"corp": {"longest_alive": true}}'],
)  # fmt: skip
def test_junk_in_the_file_counts_as_nothing_and_is_repaired(learned: Learned, tmp_path: Path, junk: bytes) -> None:
    file = tmp_path / "state" / "learned.json"
    file.parent.mkdir()
    file.write_bytes(junk)
    assert learned.read(CORP) == Lesson()
    learned.record_sign_in(CORP, h(0))
    assert learned.read(CORP).signed_in_at == h(0)
    json.loads(file.read_bytes())


def test_lessons_of_many_at_once_are_all_kept(learned: Learned) -> None:
    def record(key: str) -> None:
        learned.record_sign_in(key, h(0))

    keys = [f"session-{n}" for n in range(8)]
    for worker in [Worker(lambda key=key: record(key)) for key in keys]:  # type: ignore[misc]
        worker.result()
    assert [learned.read(key).signed_in_at for key in keys] == [h(0)] * 8


@posix_only
def test_a_lesson_that_cannot_be_kept_is_logged_and_fails_nothing(learned: Learned, tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        in_child(lambda: learned.record_sign_in(CORP, h(0)))
    finally:
        tmp_path.chmod(0o755)
    assert learned.read(CORP) == Lesson()


@posix_only
def test_the_file_is_owner_only(learned: Learned, tmp_path: Path) -> None:
    learned.record_sign_in(CORP, h(0))
    assert (tmp_path / "state" / "learned.json").stat().st_mode & 0o777 == 0o600
