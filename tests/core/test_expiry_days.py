"""Whole days of the policy: sessions that end, are renewed, signed in to anew, and a tray that is restarted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from aws_sso_core.expiry import Facts, Policy
from expiry_day import HOUR, MINUTE, Day, at

# An ordinary day ----------------------------------------------------------------------------------------------------


def test_a_legacy_session_is_warned_of_three_times_and_then_expires() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("23:00")
    assert day.lines == [
        "Mon 16:00 warn corp: 60 min, ends 17:00 (token)",
        "Mon 16:45 warn corp: 15 min, ends 17:00 (token)",
        "Mon 16:55 warn corp: 5 min, ends 17:00 (token)",
        "Mon 17:00 expired corp at 17:00",
    ]
    assert day.state == "expired"


def test_a_renewable_session_of_unknown_length_is_renewed_all_day_in_silence() -> None:
    day = Day()
    day.sign_in()
    day.until("17:00")
    assert day.spoken == []
    assert 480 // 40 <= len(day.lines) <= 480 // 35 + 1


def test_the_first_refused_renewal_of_an_unknown_session_warns_at_once_with_the_true_end() -> None:
    day = Day(policy=Policy(leads=(15 * MINUTE, 5 * MINUTE, timedelta(0))))
    day.sign_in()
    day.network = "refuses"
    day.until("12:00")
    assert day.lines == [
        "Mon 09:36 renew corp",
        "Mon 09:36 warn corp: at once, ends 10:00 (renewal refused)",
        "Mon 09:45 warn corp: 15 min, ends 10:00 (renewal refused)",
        "Mon 09:55 warn corp: 5 min, ends 10:00 (renewal refused)",
        "Mon 10:00 expired corp at 10:00",
    ]


def test_a_learned_end_is_warned_of_but_only_the_refusal_ends_the_session() -> None:
    day = Day()
    day.change(learned=4 * HOUR)
    day.sign_in()
    day.until("12:58")
    day.network = "refuses"
    day.until("18:00")
    assert day.spoken == [
        "Mon 12:00 warn corp: 60 min, ends 13:00 (learned)",
        "Mon 12:45 warn corp: 15 min, ends 13:00 (learned)",
        "Mon 12:55 warn corp: 5 min, ends 13:00 (learned)",
        "Mon 13:00 warn corp: 0 min, ends 13:00 (learned)",
        "Mon 13:20 withdraw corp",
        "Mon 13:20 warn corp: 60 min, ends 13:43 (renewal refused)",
        "Mon 13:28 warn corp: 15 min, ends 13:43 (renewal refused)",
        "Mon 13:38 warn corp: 5 min, ends 13:43 (renewal refused)",
        "Mon 13:43 expired corp at 13:43",
    ]


def test_a_learned_end_that_was_too_short_is_taken_back_by_the_next_renewal() -> None:
    day = Day()
    day.change(learned=4 * HOUR)
    day.sign_in()
    day.until("18:00")
    assert day.spoken[-2:] == [
        "Mon 13:00 warn corp: 0 min, ends 13:00 (learned)",
        "Mon 13:20 withdraw corp",
    ]
    assert day.state == "signed-in"


# Two sessions -------------------------------------------------------------------------------------------------------


def test_two_sessions_that_end_within_three_minutes_share_every_notice() -> None:
    day = Day()
    day.sign_in("corp", legacy=True)
    day.until("09:02")
    day.sign_in("lab", legacy=True)
    day.until("20:00")
    assert day.lines == [
        "Mon 16:00 warn corp lab: 60 min, ends 17:00 (token)",
        "Mon 16:45 warn corp lab: 15 min, ends 17:00 (token)",
        "Mon 16:55 warn corp lab: 5 min, ends 17:00 (token)",
        "Mon 17:02 expired corp lab at 17:00",
    ]


@pytest.mark.parametrize(("apart", "notices"), [(3 * MINUTE, 1), (3 * MINUTE + timedelta(seconds=1), 2)])
def test_three_minutes_apart_is_together_and_longer_is_not(apart: timedelta, notices: int) -> None:
    day = Day(policy=Policy(leads=(60 * MINUTE,)))
    day.sign_in("corp", legacy=True)
    day.sign_in("lab", legacy=True, lasts=8 * HOUR + apart)
    day.until("17:30")
    assert len(day.lines) == notices


def test_two_sessions_that_end_apart_are_told_apart() -> None:
    day = Day(policy=Policy(leads=(timedelta(0),)))
    day.sign_in("corp", legacy=True)
    day.sign_in("lab", legacy=True, lasts=9 * HOUR)
    day.until("20:00")
    assert day.lines == ["Mon 17:00 expired corp at 17:00", "Mon 18:00 expired lab at 18:00"]


def test_a_session_signed_in_later_joins_without_repeating_the_other() -> None:
    day = Day()
    day.sign_in("corp", legacy=True)
    day.until("16:30")
    day.sign_in("lab", legacy=True, lasts=31 * MINUTE)
    day.until("16:50")
    assert day.lines[1:] == [
        "Mon 16:30 warn lab: 60 min, ends 17:01 (token)",
        "Mon 16:45 warn corp lab: 15 min, ends 17:00 (token)",
    ]


# Signing in elsewhere -----------------------------------------------------------------------------------------------


def test_a_sign_in_from_a_terminal_withdraws_the_warning_and_begins_anew() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("16:10")
    day.sign_in(legacy=True)
    day.until("23:30", day=0)
    assert day.lines == [
        "Mon 16:00 warn corp: 60 min, ends 17:00 (token)",
        "Mon 16:10 withdraw corp",
        "Mon 23:10 warn corp: 60 min, ends 00:10 (token)",
    ]


def test_signing_out_withdraws_and_then_nothing_more_is_said() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("16:10")
    day.change(token_ends_at=None, renewable=False)
    day.until("23:00")
    assert day.lines[1:] == ["Mon 16:10 withdraw corp"]
    assert day.state == "signed-out"


def test_a_session_that_leaves_the_config_takes_its_notice_with_it() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("16:10")
    del day.facts["corp"]
    day.look()
    assert day.lines[1:] == ["Mon 16:10 withdraw corp"]


def test_a_session_of_which_nothing_stands_leaves_the_config_in_silence() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("16:10")
    day.sign_in(legacy=True)
    del day.facts["corp"]
    day.look()
    assert day.lines[1:] == ["Mon 16:10 withdraw corp"]


def test_while_a_sign_in_runs_nothing_is_said() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("16:59")
    day.change(signing_in=True)
    day.until("17:02")
    day.sign_in(legacy=True)
    assert day.lines[3:] == ["Mon 17:02 withdraw corp"]


def test_a_half_written_token_file_changes_nothing_that_stands() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("16:10")
    day.change(damaged=True)
    assert day.state == "unknown"
    day.change(damaged=False)
    assert day.lines == ["Mon 16:00 warn corp: 60 min, ends 17:00 (token)"]


# Later --------------------------------------------------------------------------------------------------------------


def test_later_is_quiet_for_a_quarter_of_an_hour_and_then_says_what_holds_once() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("16:46")
    day.later()
    day.until("23:00")
    assert day.lines[1:] == [
        "Mon 16:45 warn corp: 15 min, ends 17:00 (token)",
        "Mon 17:01 expired corp at 17:00",
    ]


def test_later_at_the_first_warning_repeats_it_with_less_time_left() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("16:00")
    day.later()
    day.until("16:44")
    assert day.lines == [
        "Mon 16:00 warn corp: 60 min, ends 17:00 (token)",
        "Mon 16:15 warn corp: 60 min, ends 17:00 (token)",
    ]


def test_later_is_over_when_somebody_signs_in() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("17:01")
    day.later()
    day.sign_in(legacy=True, lasts=61 * MINUTE)
    day.until("17:03")
    assert day.lines[4:] == ["Mon 17:02 warn corp: 60 min, ends 18:02 (token)"]


# Restarts -----------------------------------------------------------------------------------------------------------


def test_a_restart_repeats_nothing() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("16:50")
    day.restart()
    day.until("16:54")
    assert len(day.lines) == 2


def test_a_tray_started_late_gives_only_the_most_urgent_warning() -> None:
    day = Day()
    day.facts["corp"] = Facts("corp", "corp", "legacy", token_ends_at=at("09:04"))
    day.until("09:10")
    assert day.lines == [
        "Mon 09:00 warn corp: 5 min, ends 09:04 (token)",
        "Mon 09:04 expired corp at 09:04",
    ]


def test_a_session_that_ended_weeks_ago_is_nobodys_surprise() -> None:
    day = Day(policy=Policy(sign_in="automatic"))
    day.facts["corp"] = Facts("corp", "corp", "legacy", token_ends_at=at("09:00") - timedelta(days=8))
    day.until("18:00")
    assert day.lines == []
