"""Days on which nobody is there, the network is away, or the clock jumps."""

from __future__ import annotations

from datetime import timedelta

from expiry_day import HOUR, Day, at

# Nobody there -------------------------------------------------------------------------------------------------------


def test_sleeping_over_the_end_gives_exactly_one_expired_on_unlock() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("12:00")
    day.sleep_until("20:00")
    day.until("20:10")
    assert day.lines == []
    day.present(locked=False)
    day.until("23:00")
    assert day.lines == ["Mon 20:10 expired corp at 17:00"]


def test_two_sessions_that_ended_at_different_times_overnight_make_one_notice_in_the_morning() -> None:
    day = Day()
    day.sign_in("corp", legacy=True)
    day.sign_in("lab", legacy=True, lasts=12 * HOUR)
    day.sleep_until("08:00", day=1)
    day.present(locked=False)
    assert day.lines == ["Tue 08:00 expired corp lab at 17:00"]


def test_warnings_missed_behind_the_lock_screen_come_as_one_on_return() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("15:50")
    day.present(locked=True)
    day.until("16:50")
    day.present(locked=False)
    day.until("16:54")
    assert day.lines == ["Mon 16:50 warn corp: 15 min, ends 17:00 (token)"]


def test_a_warning_held_behind_the_lock_screen_is_dropped_when_somebody_signs_in_meanwhile() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("15:50")
    day.present(locked=True)
    day.until("16:50")
    day.sign_in(legacy=True)
    day.present(locked=False)
    day.until("17:30")
    assert day.lines == []


def test_behind_the_lock_screen_renewals_go_on() -> None:
    day = Day()
    day.sign_in()
    day.present(locked=True)
    day.until("17:00")
    assert len(day.lines) >= 12
    assert day.spoken == []


def test_somebody_away_from_the_keyboard_is_told_again_on_return_and_only_the_last_of_it() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.present(away=True)
    day.until("18:00")
    told = list(day.lines)
    assert told[-1] == "Mon 17:00 expired corp at 17:00"
    day.present(away=False)
    day.until("19:00")
    assert day.lines == [*told, "Mon 18:00 expired corp at 17:00"]


def test_somebody_back_from_the_coffee_machine_hears_what_still_holds() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("15:50")
    day.present(away=True)
    day.until("16:10")
    assert len(day.lines) == 1
    day.present(away=False)
    day.present(away=True)
    day.present(away=False)
    assert len(day.lines) == 2
    assert day.lines[1].removeprefix("Mon 16:10") == day.lines[0].removeprefix("Mon 16:00")


def test_programs_that_wait_are_named_again_to_somebody_who_was_away() -> None:
    day = Day()
    day.sign_in(legacy=True, lasts=HOUR)
    day.until("10:30")
    day.present(away=True)
    day.change(waiting=("terraform",))
    day.until("12:00")
    once = list(day.lines)
    day.present(away=False)
    assert len(day.lines) == len(once) + 1
    assert "terraform" in day.lines[-1]


def test_a_sign_in_meanwhile_leaves_nothing_to_say_on_return() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.present(away=True)
    day.until("16:30")
    day.sign_in(legacy=True)
    told = list(day.lines)
    day.present(away=False)
    day.until("17:00")
    assert day.lines == told


def test_a_pause_holds_notices_but_not_renewals() -> None:
    day = Day()
    day.sign_in("corp")
    day.sign_in("old", legacy=True, lasts=2 * HOUR)
    day.present(paused_until=at("11:30"))
    day.until("12:00")
    assert day.spoken == ["Mon 11:30 expired old at 11:00"]
    assert len(day.lines) > len(day.spoken)


# The network --------------------------------------------------------------------------------------------------------


def test_offline_at_wake_up_is_unknown_and_backs_off_until_the_network_is_back() -> None:
    day = Day()
    day.sign_in()
    day.until("09:30")
    day.network = "down"
    day.sleep_until("12:00")
    day.present(locked=False)
    day.until("13:10")
    assert day.lines == [
        "Mon 12:00 renew corp",
        "Mon 12:01 renew corp",
        "Mon 12:03 renew corp",
        "Mon 12:07 renew corp",
        "Mon 12:15 renew corp",
        "Mon 12:30 renew corp",
        "Mon 12:45 renew corp",
        "Mon 13:00 renew corp",
    ]
    assert day.state == "unknown"
    day.network = "up"
    day.until("13:20")
    assert day.lines[8:] == ["Mon 13:15 renew corp"]
    assert day.state == "signed-in"


def test_after_a_resume_the_first_renewal_waits_up_to_five_seconds() -> None:
    day = Day()
    day.sign_in()
    day.until("09:10")
    day.present(asleep=True)
    day.now = at("11:00")
    day.present(asleep=False, resumed_at=day.now)
    assert day.lines == []
    day.until("11:00:05")
    assert day.lines == ["Mon 11:00 renew corp"]


def test_a_resume_gives_one_new_try_in_the_middle_of_a_back_off() -> None:
    day = Day()
    day.network = "down"
    day.sign_in()
    day.until("10:20")
    tries = len(day.lines)
    day.present(resumed_at=day.now)
    day.until("10:21")
    assert len(day.lines) == tries + 1
    assert day.memory.of("corp").attempts == tries + 1


def test_a_renewal_found_refused_on_wake_up_makes_one_expired_notice() -> None:
    day = Day()
    day.sign_in()
    day.network = "refuses"
    day.sleep_until("08:30", day=1)
    day.until("08:40", day=1)
    day.present(locked=False)
    day.until("12:00", day=1)
    assert day.lines == ["Tue 08:30 renew corp", "Tue 08:40 expired corp at 10:00"]


def test_a_token_that_comes_back_with_as_little_time_left_is_not_asked_for_again_at_once() -> None:
    day = Day()
    day.sign_in()
    day.session_ends_at = at("10:00")
    day.until("09:59")
    assert day.lines == [
        "Mon 09:36 renew corp",
        "Mon 09:37 renew corp",
        "Mon 09:39 renew corp",
        "Mon 09:43 renew corp",
        "Mon 09:51 renew corp",
    ]


# Clocks that jump ---------------------------------------------------------------------------------------------------


def test_a_clock_set_back_repeats_no_notice_of_the_same_end() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("16:50")
    day.set_clock(-2 * HOUR)
    day.until("17:30")
    assert day.lines == [
        "Mon 16:00 warn corp: 60 min, ends 17:00 (token)",
        "Mon 16:45 warn corp: 15 min, ends 17:00 (token)",
        "Mon 14:50 withdraw corp",
        "Mon 16:55 warn corp: 5 min, ends 17:00 (token)",
        "Mon 17:00 expired corp at 17:00",
    ]


def test_a_clock_corrected_by_seconds_neither_withdraws_nor_repeats() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("16:45")
    day.set_clock(timedelta(seconds=-90))
    day.until("16:54")
    assert day.lines == [
        "Mon 16:00 warn corp: 60 min, ends 17:00 (token)",
        "Mon 16:45 warn corp: 15 min, ends 17:00 (token)",
    ]


def test_a_clock_set_forward_by_mistake_is_noticed_when_it_is_set_right() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("10:00")
    day.set_clock(12 * HOUR)
    day.until("22:10")
    day.set_clock(-12 * HOUR)
    day.until("17:30")
    assert day.lines == [
        "Mon 22:00 expired corp at 17:00",
        "Mon 10:10 withdraw corp",
        "Mon 16:00 warn corp: 60 min, ends 17:00 (token)",
        "Mon 16:45 warn corp: 15 min, ends 17:00 (token)",
        "Mon 16:55 warn corp: 5 min, ends 17:00 (token)",
    ]


def test_a_clock_set_back_in_a_back_off_does_not_stop_renewals() -> None:
    day = Day()
    day.network = "down"
    day.sign_in()
    day.until("11:00")
    day.set_clock(-timedelta(hours=1, minutes=15))
    day.network = "up"
    day.until("10:10")
    assert day.state == "signed-in"


def test_a_resume_that_lies_ahead_since_the_clock_was_set_back_does_not_stop_renewals() -> None:
    day = Day()
    day.sign_in()
    day.set_clock(12 * HOUR)
    day.present(resumed_at=day.now)
    day.set_clock(-12 * HOUR)
    day.until("12:00")
    assert day.state == "signed-in"
