from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from auth_bench import Bench
from aws_sso_core.errors import (
    AppError,
    Interrupted,
    Offline,
    ServiceFailed,
    SignInDenied,
    SignInFailed,
    SignInTimedOut,
)
from aws_sso_core.model import Registration, Secret
from aws_sso_core.progress import Done, OpenPage, Progress, ShowCode, SignedIn
from aws_sso_core.sandbox import Fault
from fakes import NOON, FakeBrowser, Recorder


def by_device(bench: Bench, **options: object) -> SignedIn:
    return bench.sign_in(FakeBrowser(bench.box, inline=True), flow="device", **options)  # type: ignore[arg-type]


def approve_after(bench: Bench, polls: int) -> None:
    """A person approves once so many polls were answered."""

    def look(_seconds: float) -> None:
        codes = bench.said.of(ShowCode)
        waiting = [c for c in bench.box.calls.of("DeviceDecision") if c.detail == "approve"]
        if codes and not waiting and bench.box.calls.count("CreateToken") >= polls:
            bench.box.approve_device(codes[0].code)

    bench.clock.on_sleep = look


def test_the_code_is_shown_with_its_end(bench: Bench) -> None:
    by_device(bench)
    (shown,) = bench.said.of(ShowCode)
    assert len(shown.code) >= 8
    assert shown.url == f"{bench.box.url}/device"
    assert shown.opened
    assert shown.expires_at == NOON + bench.box.knobs.device_code_lifetime


def test_one_page_is_opened(bench: Bench) -> None:
    browser = FakeBrowser(bench.box, inline=True)
    bench.sign_in(browser, flow="device")
    assert len(browser.opened) == 1
    assert bench.said.of(OpenPage) == []


def test_without_a_browser_the_code_is_shown_all_the_same(bench: Bench) -> None:
    approve_after(bench, 3)
    outcome = bench.sign_in(None, flow="device")
    assert (outcome.how, bench.said.of(ShowCode)[0].opened) == ("new", False)
    assert bench.box.calls.count("CreateToken") == 4


def test_polls_keep_the_interval_that_aws_gives(bench: Bench) -> None:
    bench.box.knobs.device_interval = timedelta(seconds=3)
    approve_after(bench, 2)
    bench.sign_in(None, flow="device")
    polls = [call.at for call in bench.box.calls.of("CreateToken")]
    assert [b - a for a, b in itertools.pairwise(polls)] == [timedelta(seconds=3)] * 2
    assert polls[0] == NOON + timedelta(seconds=3)


def test_slow_down_adds_five_seconds_for_good(bench: Bench) -> None:
    bench.box.fail("CreateToken", Fault.error("SlowDownException"))
    approve_after(bench, 3)
    bench.sign_in(None, flow="device")
    polls = [call.at for call in bench.box.calls.of("CreateToken")]
    assert [b - a for a, b in itertools.pairwise(polls)] == [timedelta(seconds=6)] * 3


def test_a_denied_code_is_told(bench: Bench) -> None:
    with pytest.raises(SignInDenied, match="corp"):
        bench.sign_in(FakeBrowser(bench.box, "deny", inline=True), flow="device")


def test_a_code_that_nobody_confirms_expires(bench: Bench) -> None:
    bench.box.knobs.device_code_lifetime = timedelta(seconds=20)
    with pytest.raises(SignInTimedOut, match="in time"):
        bench.sign_in(FakeBrowser(bench.box, "close", inline=True), flow="device", timeout=timedelta(hours=1))
    assert bench.clock.now() >= NOON + bench.box.knobs.device_code_lifetime
    assert bench.box.calls.count("StartDeviceAuthorization") == 1


def test_a_time_out_before_the_codes_end_counts(bench: Bench) -> None:
    with pytest.raises(SignInTimedOut):
        bench.sign_in(None, flow="device", timeout=timedelta(seconds=30))
    assert bench.clock.now() == NOON + timedelta(seconds=30)


def test_cancelling_ends_the_polling(bench: Bench) -> None:
    bench.clock.on_sleep = lambda _seconds: bench.cancelled.set()
    with pytest.raises(Interrupted):
        bench.sign_in(None, flow="device")


@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.HTML, Fault.TRUNCATED, Fault.status(503), Fault.status(429)])
def test_a_network_that_fails_for_a_while_does_not_end_it(bench: Bench, fault: Fault) -> None:
    # Nothing is decided yet, so a lost answer loses nothing.
    bench.box.fail("CreateToken", fault, 3)
    approve_after(bench, 3)
    assert bench.sign_in(None, flow="device").how == "new"


def test_a_network_that_stays_away_is_told_as_such(bench: Bench) -> None:
    bench.box.knobs.device_code_lifetime = timedelta(seconds=20)
    bench.box.fail("CreateToken", Fault.DROPPED, None)
    with pytest.raises(Offline):
        bench.sign_in(None, flow="device")


def test_an_answer_lost_after_the_code_was_used_is_told(bench: Bench) -> None:
    bench.box.fail("CreateToken", Fault.LOST_REPLY)
    with pytest.raises(SignInFailed, match="lost on the way"):
        by_device(bench)
    assert bench.box.calls.count("StartDeviceAuthorization") == 1


def test_another_refusal_ends_it(bench: Bench) -> None:
    bench.box.fail("CreateToken", Fault.error("UnauthorizedClientException"))
    with pytest.raises(ServiceFailed, match="UnauthorizedClient"):
        by_device(bench)


def test_a_wrong_start_url_or_region_is_said_to_be_that(bench: Bench) -> None:
    bench.box.knobs.wrong_region = True
    with pytest.raises(SignInFailed, match="does not know the start URL") as raised:
        by_device(bench)
    assert "sso_region" in raised.value.hint


def test_a_registration_that_aws_forgot_is_replaced_once(bench: Bench) -> None:
    bench.registrations.write(
        bench.session,
        Registration("forgotten", Secret("x"), NOON + timedelta(days=60)),
    )
    assert by_device(bench).how == "new"
    assert bench.box.calls.count("RegisterClient") == 1
    assert bench.token().client_id != "forgotten"


def test_a_registration_that_is_refused_twice_ends_it(bench: Bench) -> None:
    bench.box.fail("StartDeviceAuthorization", Fault.error("InvalidClientException", 401), None)
    with pytest.raises(AppError):
        by_device(bench)
    assert bench.box.calls.count("RegisterClient") == 2


def test_a_legacy_session_asks_for_no_scope_and_gets_the_long_token(bench: Bench) -> None:
    token = bench.signed_in(bench.legacy)
    assert token.refresh_token is None
    assert token.expires_at - bench.clock.now() > timedelta(hours=7)


def test_an_sso_session_by_device_is_renewable(bench: Bench) -> None:
    assert by_device(bench).renewable


def test_the_last_poll_is_made_at_the_very_end(bench: Bench) -> None:
    def approve_late(_seconds: float) -> None:
        codes = bench.said.of(ShowCode)
        if codes and bench.clock.now() >= NOON + timedelta(seconds=30) and not bench.box.calls.count("DeviceDecision"):
            bench.box.approve_device(codes[0].code)

    bench.clock.on_sleep = approve_late
    assert bench.sign_in(None, flow="device", timeout=timedelta(seconds=30)).how == "new"


def test_the_code_is_shown_before_the_first_poll(bench: Bench) -> None:
    polls_before: list[int] = []
    said: Recorder[Progress] = Recorder(lambda _said: polls_before.append(bench.box.calls.count("CreateToken")))
    by_device(bench, report=said)
    assert [type(item) for item in said.items] == [ShowCode, Done]
    assert polls_before[0] == 0
