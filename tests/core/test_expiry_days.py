"""Whole days of the policy, told by a simulator that lives from one wake-up to the next and logs what was decided."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from aws_sso_core.expiry import (
    Decision,
    Expired,
    Facts,
    Memory,
    OpenSignIn,
    Policy,
    Presence,
    Renew,
    Waiting,
    Warn,
    Withdraw,
    describe,
    snooze,
    step,
)

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

Network = Literal["up", "down", "refuses"]


def at(clock: str, day: int = 0) -> datetime:
    hours, minutes, *seconds = (int(part) for part in clock.split(":"))
    return MONDAY + timedelta(days=day, hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)


@dataclass
class Day:
    """A machine, its person and AWS, from 09:00 on."""

    policy: Policy = field(default_factory=Policy)
    now: datetime = field(default_factory=lambda: at("09:00"))
    network: Network = "up"
    session_ends_at: datetime | None = None
    """The sign-in session's real end, where it cuts the last tokens short."""
    facts: dict[str, Facts] = field(default_factory=dict)
    presence: Presence = field(default_factory=Presence)
    memory: Memory = field(default_factory=Memory)
    lines: list[str] = field(default_factory=list)
    steps: int = 0

    # Events ---------------------------------------------------------------------------------------------------------

    def sign_in(self, session: str = "corp", *, legacy: bool = False, lasts: timedelta = 8 * HOUR) -> None:
        """Somebody signs in, by whatever program. ``lasts`` counts for a legacy token, the others have an hour."""
        old = self.facts.get(session, Facts(session, session))
        self.facts[session] = replace(
            old,
            kind="legacy" if legacy else "sso-session",
            token_ends_at=self.now + (lasts if legacy else HOUR),
            renewable=not legacy,
            refused=False,
            damaged=False,
            signed_in_at=self.now,
            renewed_at=self.now,
            waiting=(),
            signing_in=False,
        )
        self.look()

    def change(self, session: str = "corp", **changes: object) -> None:
        """Something is known anew about a session."""
        old = self.facts.get(session, Facts(session, session))
        self.facts[session] = replace(old, **changes)  # type: ignore[arg-type]
        self.look()

    def present(self, **changes: object) -> None:
        """The person or the machine does something."""
        self.presence = replace(self.presence, **changes)  # type: ignore[arg-type]
        self.look()

    def later(self, session: str = "corp") -> None:
        """The person presses *Later*."""
        self.memory = snooze(self.memory, [session], self.policy, self.now)
        self.look()

    def sleep_until(self, clock: str, day: int = 0) -> None:
        """The lid is closed, and opened again with the screen locked."""
        self.present(asleep=True, locked=True)
        self.now = at(clock, day)
        self.present(asleep=False, resumed_at=self.now)

    def set_clock(self, by: timedelta) -> None:
        """Somebody sets the wall clock; no timer of ours fires for it."""
        self.now += by

    def restart(self) -> None:
        """The tray is stopped and started: only what is in the state file is left."""
        self.memory = Memory.from_json(self.memory.to_json())
        self.look()

    # Life -----------------------------------------------------------------------------------------------------------

    def until(self, clock: str, day: int = 0) -> None:
        """Time passes."""
        end = at(clock, day)
        while True:
            wake_at = self.look()
            if wake_at is None or wake_at >= end:
                break
            assert wake_at > self.now, "a wake-up in the past"
            self.now = wake_at
        self.now = end
        self.look()

    def look(self) -> datetime | None:
        while True:
            self.steps += 1
            result = step(list(self.facts.values()), self.memory, self.presence, self.policy, self.now)
            self.memory = result.memory
            for decision in result.decisions:
                self.lines.append(f"{self.now:%a %H:%M} {told(decision)}")
                if isinstance(decision, Renew):
                    self.try_renewal(decision.session)
            if not result.decisions:
                return result.wake_at

    def try_renewal(self, session: str) -> None:
        old = self.facts[session]
        match self.network:
            case "up":
                ends_at = min(self.now + HOUR, self.session_ends_at or self.now + HOUR)
                new = replace(old, token_ends_at=ends_at, renewed_at=self.now)
            case "down":
                new = old
            case "refuses":
                new = replace(old, refused=True)
        self.facts[session] = new

    @property
    def spoken(self) -> list[str]:
        """All that a person noticed: the lines without silent renewals."""
        return [line for line in self.lines if " renew " not in line]

    @property
    def state(self) -> str:
        return describe(self.facts["corp"], self.now, self.policy).state


def told(decision: Decision) -> str:
    match decision:
        case Renew(session):
            return f"renew {session}"
        case Warn(sessions, lead, ends_at, source, refused):
            left = "at once" if lead > timedelta(days=1) else f"{lead // MINUTE} min"
            why = "renewal refused" if refused else source
            return f"warn {' '.join(sessions)}: {left}, ends {ends_at:%H:%M} ({why})"
        case Expired(sessions, ended_at):
            return f"expired {' '.join(sessions)} at {ended_at:%H:%M}"
        case Waiting(sessions, programs):
            return f"{' '.join(programs)} wait for {' '.join(sessions)}"
        case OpenSignIn(session):
            return f"open page for {session}"
        case Withdraw(sessions):
            return f"withdraw {' '.join(sessions)}"


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


# Programs that wait -------------------------------------------------------------------------------------------------


def test_waiting_programs_are_named_once_and_again_when_they_are_many_more() -> None:
    day = Day()
    day.change(waiting=("terraform",))
    day.until("09:01")
    day.change(waiting=("terraform", "kubectl"))
    day.change(waiting=("terraform", "kubectl", "aws"))
    day.until("09:30")
    day.sign_in()
    assert day.lines == [
        "Mon 09:00 terraform wait for corp",
        "Mon 09:01 terraform kubectl wait for corp",
        "Mon 09:30 withdraw corp",
    ]


def test_two_hundred_programs_of_one_name_are_named_once() -> None:
    day = Day()
    for count in (1, 2, 50, 200):
        day.change(waiting=("terraform",) * count)
    assert day.lines == ["Mon 09:00 terraform wait for corp"]


def test_when_nobody_waits_any_more_the_end_is_told_that_their_notice_stood_for() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("16:59")
    day.change(waiting=("terraform",))
    day.until("17:05")
    day.change(waiting=())
    day.change(waiting=("terraform",))
    day.change(waiting=())
    assert day.lines[3:] == ["Mon 17:00 terraform wait for corp", "Mon 17:05 expired corp at 17:00"]


def test_after_a_sign_in_that_was_begun_and_failed_the_end_is_not_told_over_it() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("16:59")
    day.change(waiting=("terraform",))
    day.until("17:05")
    day.change(signing_in=True)
    day.change(signing_in=False)
    day.change(waiting=())
    assert day.lines[3:] == ["Mon 17:00 terraform wait for corp"]


def test_a_program_that_asks_every_minute_is_announced_once_a_quarter_of_an_hour() -> None:
    day = Day()
    for minute in range(20):
        day.until(f"09:{minute:02}")
        day.change(waiting=("prompt",))
        day.change(waiting=())
    assert day.lines == ["Mon 09:00 prompt wait for corp", "Mon 09:15 prompt wait for corp"]


def test_programs_that_wait_for_two_sessions_make_one_notice() -> None:
    day = Day()
    day.facts["lab"] = Facts("lab", waiting=("kubectl",))
    day.change("corp", waiting=("terraform",))
    assert day.lines == ["Mon 09:00 kubectl terraform wait for lab corp"]


def test_at_an_end_with_programs_waiting_they_are_named_instead_of_a_bare_expired() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("16:59")
    day.change(waiting=("terraform",))
    day.until("17:30")
    assert day.lines[3:] == ["Mon 17:00 terraform wait for corp"]


# The setting sign_in ------------------------------------------------------------------------------------------------


def test_automatic_opens_the_browser_once_at_the_end() -> None:
    day = Day(policy=Policy(sign_in="automatic", leads=(timedelta(0),)))
    day.sign_in(legacy=True)
    day.until("23:00")
    assert day.lines == ["Mon 17:00 expired corp at 17:00", "Mon 17:00 open page for corp"]


def test_automatic_opens_no_browser_behind_the_lock_screen_but_on_return() -> None:
    day = Day(policy=Policy(sign_in="automatic", leads=()))
    day.sign_in(legacy=True)
    day.present(locked=True)
    day.until("18:00")
    assert day.lines == []
    day.present(locked=False)
    assert day.lines == ["Mon 18:00 open page for corp"]


def test_automatic_opens_one_page_at_a_time() -> None:
    day = Day(policy=Policy(sign_in="automatic", leads=()))
    day.sign_in("corp", legacy=True)
    day.sign_in("lab", legacy=True)
    day.until("17:04")
    day.sign_in("corp", legacy=True)
    day.until("17:30")
    assert day.lines == ["Mon 17:00 open page for corp", "Mon 17:04 open page for lab"]


def test_automatic_goes_on_to_the_next_page_when_nobody_answers_the_first() -> None:
    day = Day(policy=Policy(sign_in="automatic", leads=()))
    day.sign_in("corp", legacy=True)
    day.sign_in("lab", legacy=True)
    day.until("20:00")
    assert day.lines == ["Mon 17:00 open page for corp", "Mon 17:10 open page for lab"]


def test_automatic_begins_with_what_ended_first() -> None:
    day = Day(policy=Policy(sign_in="automatic", leads=()))
    day.present(locked=True)
    day.sign_in("alpha", legacy=True, lasts=2 * HOUR)
    day.sign_in("beta", legacy=True, lasts=HOUR)
    day.until("12:00")
    day.present(locked=False)
    assert day.lines == ["Mon 12:00 open page for beta"]


def test_automatic_opens_a_page_for_waiting_programs_first() -> None:
    day = Day(policy=Policy(sign_in="automatic", leads=(), notices=False))
    day.sign_in("corp", legacy=True)
    day.facts["lab"] = Facts("lab")
    day.present(locked=True)
    day.until("18:00")
    day.change("lab", waiting=("terraform",))
    day.present(locked=False)
    assert day.lines == ["Mon 18:00 open page for lab"]


def test_automatic_never_opens_for_an_estimated_end() -> None:
    day = Day(policy=Policy(sign_in="automatic", leads=()))
    day.change(configured=2 * HOUR)
    day.sign_in()
    day.until("11:10")
    assert day.spoken == []


def test_never_renews_and_shows_but_says_nothing() -> None:
    day = Day(policy=Policy(sign_in="never"))
    day.sign_in("corp", legacy=True)
    day.sign_in("lab")
    day.until("20:00")
    assert day.spoken == []
    assert day.lines
    assert day.state == "expired"


def test_an_idle_day_takes_few_steps() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("17:00")
    assert day.steps < 150
