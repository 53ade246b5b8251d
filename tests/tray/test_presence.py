"""Who is there: as the system tells, and as the clocks tell where it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aws_sso_core.desktop.ports import PowerEvent
from aws_sso_core.expiry import Presence
from aws_sso_tray.presence import Attendance
from fakes import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def attendance(clock: FakeClock) -> Attendance:
    return Attendance(clock, lambda _now: None)


def test_at_first_somebody_is_there(attendance: Attendance) -> None:
    assert attendance.presence(paused_until=None) == Presence()


def test_a_locked_screen_is_locked_until_it_is_unlocked(attendance: Attendance) -> None:
    attendance.heard(PowerEvent.LOCKED)
    assert attendance.presence(paused_until=None).locked
    attendance.heard(PowerEvent.UNLOCKED)
    assert not attendance.presence(paused_until=None).locked


def test_going_to_sleep_holds_until_the_resume_which_is_remembered(attendance: Attendance, clock: FakeClock) -> None:
    attendance.heard(PowerEvent.SLEEP)
    assert attendance.presence(paused_until=None).asleep
    clock.suspend(timedelta(hours=3))
    attendance.heard(PowerEvent.RESUMED)
    assert attendance.presence(paused_until=None) == Presence(resumed_at=clock.now())


def test_a_sleep_that_nobody_told_of_is_seen_by_the_clocks(attendance: Attendance, clock: FakeClock) -> None:
    clock.suspend(timedelta(hours=3))
    assert attendance.look()
    assert attendance.presence(paused_until=None).resumed_at == clock.now()


def test_where_the_monotonic_clock_goes_on_in_sleep_the_delay_tells(attendance: Attendance, clock: FakeClock) -> None:
    clock.advance(timedelta(hours=3))
    assert attendance.look(waited=5.0)


def test_time_that_passes_awake_is_no_sleep(attendance: Attendance, clock: FakeClock) -> None:
    clock.advance(timedelta(hours=3))
    assert not attendance.look()


def test_a_clock_corrected_by_seconds_is_no_sleep(attendance: Attendance, clock: FakeClock) -> None:
    clock.suspend(timedelta(seconds=20))
    assert not attendance.look()


def test_a_clock_set_back_is_no_sleep(attendance: Attendance, clock: FakeClock) -> None:
    clock.set_wall(clock.now() - timedelta(hours=3))
    assert not attendance.look()


def test_a_sleep_that_came_to_nothing_does_not_silence_us_for_ever(attendance: Attendance, clock: FakeClock) -> None:
    attendance.heard(PowerEvent.SLEEP)
    clock.advance(timedelta(minutes=3))
    attendance.look()
    assert not attendance.presence(paused_until=None).asleep


def test_the_screen_stays_locked_through_a_resume(attendance: Attendance) -> None:
    for event in (PowerEvent.LOCKED, PowerEvent.SLEEP, PowerEvent.RESUMED):
        attendance.heard(event)
    assert attendance.presence(paused_until=None).locked


def test_nobody_is_there_after_minutes_without_a_touch_and_whoever_cannot_be_seen_is_there(clock: FakeClock) -> None:
    idle: list[float | None] = [179.0, 180.0, None]
    attendance = Attendance(clock, lambda _now: idle.pop(0))
    assert [attendance.nobody_there() for _ in range(3)] == [False, True, False]


def test_a_long_absence_is_told_once_even_where_it_is_seen_at_the_return_only(clock: FakeClock) -> None:
    attendance = Attendance(clock, lambda _now: 0.0)
    limit = timedelta(hours=2)
    assert not attendance.long_absent(limit)
    for _ in range(2):  # each absence anew
        attendance.heard(PowerEvent.LOCKED)
        clock.advance(limit)
        attendance.heard(PowerEvent.UNLOCKED)
        assert [attendance.long_absent(limit), attendance.long_absent(limit)] == [True, False]


def test_without_a_limit_no_absence_is_long(clock: FakeClock) -> None:
    attendance = Attendance(clock, lambda _now: None)
    attendance.heard(PowerEvent.LOCKED)
    clock.advance(timedelta(days=30))
    assert not attendance.long_absent(timedelta(0))
