from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from auth_bench import HOUR, MINUTE, Bench
from aws_sso_core.errors import (
    BrowserUnavailable,
    DiskFull,
    Interrupted,
    Offline,
    SignInDenied,
    SignInTimedOut,
    StoreFailed,
)
from aws_sso_core.identity_center import callback
from aws_sso_core.identity_center.callback import Callback, PortTaken
from aws_sso_core.identity_center.locks import sign_in_lock
from aws_sso_core.model import Secret, Session, Token
from aws_sso_core.progress import Done, Ended, FellBack, OpenPage, Progress, ShowCode, SignedIn, Waiting
from aws_sso_core.sandbox import Fault
from aws_sso_core.sign_in import why_device
from aws_sso_core.state import Learned
from aws_sso_core.token_cache import TokenCache
from fakes import NOON, FakeBrowser, Worker

DESKTOP = {"DISPLAY": ":0"}


def test_a_sign_in_leaves_a_renewable_token(bench: Bench) -> None:
    token = bench.signed_in()
    assert token.expires_at == NOON + HOUR
    assert token.renewable(bench.clock.now())
    assert (token.start_url, token.region) == (bench.session.start_url, bench.session.region)


def test_the_outcome_is_returned_and_reported(bench: Bench) -> None:
    browser = FakeBrowser(bench.box)
    outcome = bench.sign_in(browser)
    browser.wait()
    assert outcome == SignedIn(bench.session, NOON + HOUR, renewable=True, how="new")
    assert bench.said.items[-1] == Done(outcome)


def test_the_token_works(bench: Bench) -> None:
    token = bench.signed_in()
    assert bench.portal().accounts(token.access_token)


def test_the_sign_in_is_remembered(bench: Bench) -> None:
    bench.signed_in()
    assert bench.learned.read(bench.session.cache_key).signed_in_at == NOON


def test_a_token_with_over_15_minutes_left_is_kept(bench: Bench) -> None:
    bench.given_token()
    bench.clock.advance(44 * MINUTE)
    assert bench.sign_in(None).how == "kept"
    assert bench.pages_opened() == 0


@pytest.mark.parametrize("how", [Learned.record_refused, Learned.record_denied, Learned.record_unrenewable])
def test_a_token_that_aws_takes_no_longer_is_not_kept_however_much_is_left(
    how: Callable[[Learned, str, datetime], None], bench: Bench
) -> None:
    before = bench.given_token()
    os.utime(bench.tokens.path(bench.session), (NOON.timestamp(),) * 2)
    how(bench.learned, bench.session.cache_key, NOON)
    assert bench.signed_in() != before
    assert bench.pages_opened() == 1
    assert bench.sign_in(None).how == "kept"


def test_a_token_with_less_left_is_renewed_without_a_page(bench: Bench) -> None:
    bench.given_token()
    bench.clock.advance(46 * MINUTE)
    assert bench.sign_in(None).how == "renewed"
    assert bench.pages_opened() == 0


def test_an_expired_token_of_a_living_session_is_renewed_without_a_page(bench: Bench) -> None:
    bench.given_token()
    bench.clock.advance(5 * HOUR)
    assert bench.sign_in(None).how == "renewed"


def test_a_session_that_is_over_asks_the_person(bench: Bench) -> None:
    bench.given_token()
    bench.clock.advance(9 * HOUR)
    browser = FakeBrowser(bench.box)
    assert bench.sign_in(browser).how == "new"
    browser.wait()


def test_a_renewal_that_aws_fails_asks_the_person(bench: Bench) -> None:
    bench.given_token()
    bench.clock.advance(2 * HOUR)
    bench.box.fail("CreateToken", Fault.status(500))
    browser = FakeBrowser(bench.box)
    assert bench.sign_in(browser).how == "new"
    browser.wait()


def test_a_damaged_token_file_is_repaired(bench: Bench) -> None:
    bench.signed_in()
    bench.tokens.path(bench.session).write_text('{"accessToken": "half')
    assert bench.signed_in().renewable(bench.clock.now())


def test_offline_opens_no_page(bench: Bench) -> None:
    browser = FakeBrowser(bench.box)
    with pytest.raises(Offline):
        bench.sign_in(browser, oidc=bench.oidc(endpoint="http://127.0.0.1:1"))
    assert browser.opened == []


def test_a_browser_that_does_not_start_ends_it(bench: Bench) -> None:
    with pytest.raises(BrowserUnavailable) as raised:
        bench.sign_in(FakeBrowser(bench.box, starts=False))
    assert "--no-browser" in raised.value.hint


def test_without_a_browser_the_page_is_told_and_waited_for(bench: Bench) -> None:
    signing_in = Worker(lambda: bench.sign_in(None))
    page = bench.said.wait_for(lambda said: isinstance(said, OpenPage))
    assert isinstance(page, OpenPage)
    assert not page.opened
    bench.box.visit(page.url)
    assert signing_in.result().how == "new"


def test_a_closed_tab_ends_in_a_time_out(bench: Bench) -> None:
    browser = FakeBrowser(bench.box, "close")
    signing_in = Worker(lambda: bench.sign_in(browser))
    bench.said.wait_for(lambda said: isinstance(said, OpenPage))
    bench.clock.advance(10 * MINUTE)
    with pytest.raises(SignInTimedOut):
        signing_in.result()
    browser.wait()


def test_a_token_that_cannot_be_written_is_told_in_the_browser(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_self: TokenCache, _session: Session, _token: Token) -> None:
        raise DiskFull("There is no space left.", "Free some space.")

    monkeypatch.setattr(TokenCache, "write", full)
    browser = FakeBrowser(bench.box)
    with pytest.raises(DiskFull):
        bench.sign_in(browser)
    browser.wait()
    assert "There is no space left." in browser.pages[0]


def test_a_home_that_cannot_be_written_is_told(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / ".aws").write_text("a file where the folder should be")
    browser = FakeBrowser(bench.box)
    with pytest.raises(StoreFailed):
        bench.sign_in(browser)
    browser.wait()
    assert "did not work" in browser.pages[0]


def test_a_port_that_cannot_be_had_leads_to_a_device_code_and_says_why(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(_self: Callback) -> Callback:
        raise PortTaken("This computer lets nothing listen on 127.0.0.1: in use.")

    monkeypatch.setattr(callback.Callback, "__enter__", taken)
    browser = FakeBrowser(bench.box, inline=True)
    assert bench.sign_in(browser).how == "new"
    assert "127.0.0.1" in bench.said.of(FellBack)[0].reason
    assert len(bench.said.of(ShowCode)) == len(browser.opened) == 1


def test_clocks_that_differ_too_much_are_told(bench: Bench) -> None:
    bench.signed_in()
    assert bench.said.of(Done)[0].outcome.clock_skew is None
    ahead = Bench(bench.tokens.path(bench.session).parents[4] / "two", clock=bench.clock)
    ahead.clock.set_wall(bench.clock.now() + HOUR)
    with ahead:
        browser = FakeBrowser(ahead.box)
        assert ahead.sign_in(browser).clock_skew == -HOUR
        browser.wait()


def test_a_forced_sign_in_ends_the_old_session_first(bench: Bench) -> None:
    old = bench.given_token()
    bench.clock.advance(10 * MINUTE)
    browser = FakeBrowser(bench.box)
    assert bench.sign_in(browser, force=True).how == "new"
    browser.wait()
    assert len(bench.said.of(Ended)) == bench.box.calls.count("Logout") == 1
    assert bench.token().access_token != old.access_token


def test_a_forced_sign_in_has_its_full_length(bench: Bench) -> None:
    bench.signed_in()
    bench.clock.advance(7 * HOUR)
    bench.renew()
    browser = FakeBrowser(bench.box)
    bench.sign_in(browser, force=True)
    browser.wait()
    for _ in range(7):
        bench.clock.advance(HOUR)
        bench.renew()
    assert bench.learned.read(bench.session.cache_key).signed_in_at == NOON + 7 * HOUR


def test_a_forced_sign_in_that_is_given_up_leaves_no_dead_token(bench: Bench) -> None:
    bench.given_token()
    with pytest.raises(SignInTimedOut):
        bench.sign_in(FakeBrowser(bench.box, "close"), force=True, timeout=timedelta(0))
    assert bench.tokens.read(bench.session) is None


def test_a_forced_sign_in_that_is_denied_says_that_the_old_one_is_gone(bench: Bench) -> None:
    bench.given_token()
    with pytest.raises(SignInDenied) as raised:
        bench.sign_in(FakeBrowser(bench.box, "deny"), force=True)
    assert raised.value.hint == "The old sign-in had been ended first: sign in again."
    assert bench.tokens.read(bench.session) is None


def test_a_forced_sign_in_offline_keeps_what_there_is(bench: Bench) -> None:
    token = bench.given_token()
    bench.box.fail("Logout", Fault.DROPPED, None)
    with pytest.raises(Offline):
        bench.sign_in(None, force=True)
    assert bench.token() == token


def test_a_forced_sign_in_without_a_living_token_has_nothing_to_end(bench: Bench) -> None:
    bench.given_token()
    bench.clock.advance(2 * HOUR)
    browser = FakeBrowser(bench.box)
    bench.sign_in(browser, force=True)
    browser.wait()
    assert bench.box.calls.count("Logout") == 0


def test_a_forced_sign_in_survives_a_session_that_was_ended_elsewhere(bench: Bench) -> None:
    bench.given_token()
    bench.box.end_sign_in()
    browser = FakeBrowser(bench.box)
    assert bench.sign_in(browser, force=True).how == "new"
    browser.wait()


def test_of_many_callers_one_asks_and_all_are_signed_in(bench: Bench) -> None:
    callers = 20
    browser = FakeBrowser(bench.box)
    begin = threading.Barrier(callers)

    def call() -> SignedIn:
        begin.wait()
        return bench.sign_in(browser)

    outcomes = [worker.result() for worker in [Worker(call) for _ in range(callers)]]
    browser.wait()
    assert len(browser.opened) == bench.box.calls.count("CreateToken") == 1
    assert [o.how for o in outcomes].count("new") == 1
    assert {o.token_expires_at for o in outcomes} == {bench.token().expires_at}


def test_forced_callers_share_one_sign_in_too(bench: Bench) -> None:
    bench.given_token()
    first = Worker(lambda: bench.sign_in(None, force=True))
    page = bench.said.wait_for(lambda said: isinstance(said, OpenPage))
    second = Worker(lambda: bench.sign_in(None, force=True))
    bench.said.wait_for(lambda said: isinstance(said, Waiting))
    assert isinstance(page, OpenPage)
    bench.box.visit(page.url)
    assert {first.result().how, second.result().how} == {"new", "other"}
    assert bench.box.calls.count("Logout") == 1


def test_a_second_caller_says_that_it_waits(bench: Bench) -> None:
    first = Worker(lambda: bench.sign_in(None))
    page = bench.said.wait_for(lambda said: isinstance(said, OpenPage))
    second = Worker(lambda: bench.sign_in(None))
    bench.said.wait_for(lambda said: isinstance(said, Waiting))
    assert isinstance(page, OpenPage)
    bench.box.visit(page.url)
    assert (first.result().how, second.result().how) == ("new", "other")
    assert bench.pages_opened() == 1


def test_when_the_first_is_denied_the_next_one_goes_on(bench: Bench) -> None:
    first = Worker(lambda: bench.sign_in(None))
    page = bench.said.wait_for(lambda said: isinstance(said, OpenPage))
    browser = FakeBrowser(bench.box)
    second = Worker(lambda: bench.sign_in(browser))
    bench.said.wait_for(lambda said: isinstance(said, Waiting))
    assert isinstance(page, OpenPage)
    bench.box.visit(page.url, "deny")
    with pytest.raises(SignInDenied):
        first.result()
    assert second.result().how == "new"
    browser.wait()


def test_who_waits_can_be_cancelled(bench: Bench) -> None:
    with sign_in_lock(bench.locks_dir, bench.session):
        waiting = Worker(lambda: bench.sign_in(None))
        bench.said.wait_for(lambda said: isinstance(said, Waiting))
        bench.cancelled.set()
        with pytest.raises(Interrupted):
            waiting.result()


def test_who_waits_does_not_wait_for_ever(bench: Bench) -> None:
    with sign_in_lock(bench.locks_dir, bench.session):
        waiting = Worker(lambda: bench.sign_in(None))
        bench.said.wait_for(lambda said: isinstance(said, Waiting))
        bench.clock.advance(10 * MINUTE)
        with pytest.raises(SignInTimedOut, match="Another program"):
            waiting.result()


def test_another_session_does_not_wait(bench: Bench) -> None:
    with sign_in_lock(bench.locks_dir, bench.session):
        assert bench.signed_in(Session("other", bench.box.start_url, bench.box.region)).client_id


def elsewhere(bench: Bench) -> Token:
    """Somebody runs ``aws sso login``, which knows no lock of ours."""
    token = Token(Secret("theirs"), bench.clock.now() + HOUR)
    bench.tokens.write(bench.session, token)
    return token


@pytest.mark.parametrize("flow", ["pkce", "device"])
def test_a_sign_in_in_some_terminal_is_enough(bench: Bench, flow: Literal["pkce", "device"]) -> None:
    def meanwhile(said: Progress) -> None:
        if isinstance(said, OpenPage | ShowCode):
            elsewhere(bench)

    outcome = bench.sign_in(None, flow=flow, report=meanwhile)
    assert (outcome.how, outcome.token_expires_at) == ("other", NOON + HOUR)
    assert bench.token().access_token == Secret("theirs")


def test_who_waits_for_another_goes_on_with_a_sign_in_in_some_terminal(bench: Bench) -> None:
    with sign_in_lock(bench.locks_dir, bench.session):
        waiting = Worker(lambda: bench.sign_in(None))
        bench.said.wait_for(lambda said: isinstance(said, Waiting))
        elsewhere(bench)
        assert waiting.result().how == "other"


def test_a_token_file_that_only_gets_worse_changes_nothing(bench: Bench) -> None:
    signing_in = Worker(lambda: bench.sign_in(None))
    page = bench.said.wait_for(lambda said: isinstance(said, OpenPage))
    bench.tokens.write(bench.session, Token(Secret("old"), bench.clock.now() - HOUR))
    assert isinstance(page, OpenPage)
    bench.box.visit(page.url)
    assert signing_in.result().how == "new"


NO_DISPLAY = "device" if sys.platform == "linux" else "pkce"
"""Elsewhere no variable tells of the desktop, so there is one."""


@pytest.mark.parametrize(
    ("env", "device", "flow"),
    [
        (DESKTOP, None, "pkce"),
        (DESKTOP, True, "device"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, None, "pkce"),
        ({}, None, NO_DISPLAY),
        ({**DESKTOP, "SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22"}, None, "device"),
        ({"container": "podman"}, None, NO_DISPLAY),
        ({**DESKTOP, "container": "toolbox"}, None, "pkce"),
        ({**DESKTOP, "CODESPACES": "true"}, None, "device"),
        ({**DESKTOP, "WSL_DISTRO_NAME": "Debian"}, None, "device"),
        ({"BROWSER": "firefox"}, None, "pkce"),
    ],
)
def test_the_flow_follows_where_the_person_sits(env: dict[str, str], device: bool | None, flow: str) -> None:
    session = Session("corp", "https://x.awsapps.com/start", "us-east-1")
    assert bool(why_device(session, device=device, env=env)) == (flow == "device")


def test_a_legacy_session_signs_in_by_device_code() -> None:
    session = Session("https://x", "https://x", "us-east-1", kind="legacy")
    assert why_device(session, device=False, env=DESKTOP)
