"""Days on which programs wait for a sign-in, and on which the browser opens by itself."""

from __future__ import annotations

from datetime import timedelta

from aws_sso_core.expiry import Facts, Policy
from expiry_day import HOUR, Day

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


def test_programs_that_aws_denies_are_named_while_their_token_has_hours_left() -> None:
    day = Day()
    day.sign_in(legacy=True)
    day.until("10:00")
    day.change(waiting=("terraform",), denied=True)
    day.change(waiting=())
    day.until("10:10")
    day.change(denied=False)  # it was AWS's trouble
    assert day.lines == ["Mon 10:00 terraform wait for corp", "Mon 10:10 withdraw corp"]


def test_their_notice_takes_the_place_of_the_warning_and_stands_until_somebody_signs_in() -> None:
    day = Day()
    day.sign_in()
    day.change(refused=True)
    day.change(waiting=("terraform",), denied=True)
    day.change(waiting=())
    day.change(denied=False)
    day.until("09:10")
    day.sign_in()
    assert [line.removeprefix("Mon ") for line in day.lines] == [
        "09:00 warn corp: 60 min, ends 10:00 (renewal refused)",
        "09:00 withdraw corp",
        "09:00 terraform wait for corp",
        "09:10 withdraw corp",
    ]


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
