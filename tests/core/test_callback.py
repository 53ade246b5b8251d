from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import pytest

from auth_bench import ask
from aws_sso_core import loopback
from aws_sso_core.errors import Interrupted, SignInDenied, SignInFailed, SignInTimedOut
from aws_sso_core.identity_center.callback import Callback, PortTaken
from aws_sso_core.model import Secret, Session
from fakes import LIMIT, FakeClock, Worker

SESSION = Session("corp", "https://acme.awsapps.com/start", "us-east-1")
STATE = "the-state"
Answer = tuple[int, dict[str, str], str]


@pytest.fixture
def callback() -> Iterator[Callback]:
    with Callback(SESSION, STATE) as listening:
        yield listening


def wait(callback: Callback, *, clock: FakeClock | None = None, check: Callable[[], None] = lambda: None) -> Secret:
    clock = clock or FakeClock()
    return callback.wait(clock=clock, until=clock.monotonic() + 600, check=check)


def answer(callback: Callback, **query: str) -> Worker[Answer]:
    """The browser comes back; its page waits for the outcome."""
    return Worker(lambda: ask(f"{callback.redirect_uri}?{urlencode(query)}"), "browser")


def turned_away(callback: Callback, target: str, **options: str) -> Answer:
    """A request that must get its answer at once."""
    base = callback.redirect_uri.removesuffix("/oauth/callback")
    return ask(f"{base}{target}", **options)  # type: ignore[arg-type]  # method and headers


def test_the_code_of_the_right_answer_is_given_out(callback: Callback) -> None:
    browser = answer(callback, code="c0de", state=STATE)
    assert wait(callback) == Secret("c0de")
    callback.finish("signed-in")
    status, _, page = browser.result()
    assert status == 200
    assert "You are signed in" in page


def test_the_page_waits_for_the_outcome(callback: Callback) -> None:
    browser = answer(callback, code="c0de", state=STATE)
    wait(callback)
    assert browser.running
    callback.finish("failed", "The token could not be written.")
    assert "The token could not be written." in browser.result()[2]


@pytest.mark.parametrize(
    "target",
    [
        "/oauth/callback?code=evil&state=wrong",
        "/oauth/callback?code=evil",
        "/oauth/callback?code=evil&state=",
        "/oauth/callback?code=evil&state=the-state&state=the-state",
        "/oauth/callback?code=evil&code=evil2&state=the-state",
        "/oauth/callback?code=evil&error=access_denied&state=the-state",
        "/oauth/callback?code=&state=the-state",
        "/oauth/callback?state=the-state",
        "/oauth/callback?error=access_denied&state=wrong",
        "/oauth/callback?error=access_denied",
        "/oauth/callback?state=%C3%A9&code=evil",
        "/oauth/callback?" + "&".join(f"a{i}=1" for i in range(40)) + "&code=evil&state=the-state",
        "/oauth/callback",
        "/oauth/callback/?code=evil&state=the-state",
        "/oauth/CALLBACK?code=evil&state=the-state",
        "/?code=evil&state=the-state",
        "/other",
    ],
)
def test_whatever_else_comes_is_ignored_and_the_sign_in_goes_on(callback: Callback, target: str) -> None:
    status, _, page = turned_away(callback, target)
    assert status in {400, 404}
    assert "Nothing to see here" in page
    answer(callback, code="good", state=STATE)
    assert wait(callback) == Secret("good")


def test_head_is_answered_and_consumes_nothing(callback: Callback) -> None:
    query = urlencode({"code": "previewed", "state": STATE})
    status, _, body = turned_away(callback, f"/oauth/callback?{query}", method="HEAD")
    assert (status, body) == (200, "")
    answer(callback, code="good", state=STATE)
    assert wait(callback) == Secret("good")


def test_a_favicon_is_answered_without_a_page(callback: Callback) -> None:
    status, _, body = turned_away(callback, "/favicon.ico")
    assert (status, body) == (204, "")


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "DELETE"])
def test_other_methods_are_refused(callback: Callback, method: str) -> None:
    query = urlencode({"code": "evil", "state": STATE})
    assert turned_away(callback, f"/oauth/callback?{query}", method=method)[0] == 501


@pytest.mark.parametrize("host", ["evil.example", "localhost", "127.0.0.1", "127.0.0.1:1", "[::1]"])
def test_a_request_for_another_host_is_refused(callback: Callback, host: str) -> None:
    query = urlencode({"code": "evil", "state": STATE})
    status, _, page = ask(f"{callback.redirect_uri}?{query}", headers={"Host": host})
    assert status == 421
    assert "corp" not in page


def test_where_we_started_the_browser_another_users_answer_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of processes shows them the state, and a code of their own would sign the person in as them."""
    strangers = iter([True, False])
    monkeypatch.setattr(loopback.Handler, "is_another_person", lambda _self: next(strangers))
    with Callback(SESSION, STATE, own_user=True) as callback:
        assert turned_away(callback, f"/oauth/callback?code=theirs&state={STATE}")[0] == 404
        browser = answer(callback, code="c0de", state=STATE)
        assert wait(callback) == Secret("c0de")
        callback.finish("signed-in")
        assert browser.result()[0] == 200


def test_an_address_that_was_only_shown_may_be_opened_as_whoever_one_is(
    callback: Callback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loopback.Handler, "is_another_person", lambda _self: True)
    browser = answer(callback, code="c0de", state=STATE)
    assert wait(callback) == Secret("c0de")
    callback.finish("signed-in")
    assert browser.result()[0] == 200


def test_only_the_first_answer_counts(callback: Callback) -> None:
    browser = answer(callback, code="first", state=STATE)
    assert wait(callback) == Secret("first")
    status, _, page = answer(callback, code="second", state=STATE).result()
    assert status == 410
    assert "Already answered" in page
    assert wait(callback) == Secret("first")
    callback.finish("signed-in")
    browser.result()


def test_of_many_answers_at_once_one_counts(callback: Callback) -> None:
    browsers = [answer(callback, code=f"c{i}", state=STATE) for i in range(8)]
    wait(callback)
    callback.finish("signed-in")
    assert sorted(b.result()[0] for b in browsers) == [200] + [410] * 7


def test_a_refused_consent_ends_it(callback: Callback) -> None:
    browser = answer(callback, error="access_denied", state=STATE)
    with pytest.raises(SignInDenied):
        wait(callback)
    callback.finish("denied")
    assert "declined" in browser.result()[2]


def test_another_refusal_is_told_with_its_word(callback: Callback) -> None:
    answer(callback, error="invalid_grant", state=STATE)
    with pytest.raises(SignInFailed, match="invalid_grant") as raised:
        wait(callback)
    assert "us-east-1" in raised.value.hint


def test_a_refusals_word_cannot_bring_text_of_its_own(callback: Callback) -> None:
    answer(callback, error="<b>call 555\x1b[31m" + "x" * 500, state=STATE)
    with pytest.raises(SignInFailed) as raised:
        wait(callback)
    assert len(raised.value.sentence) < 120
    assert not {"<", "\x1b"} & set(raised.value.sentence)


def test_a_closed_tab_ends_in_a_time_out() -> None:
    clock = FakeClock()
    with Callback(SESSION, STATE) as callback:
        waiting = Worker(lambda: wait(callback, clock=clock))
        clock.advance(timedelta(minutes=10))
        with pytest.raises(SignInTimedOut, match="corp"):
            waiting.result()


def test_whoever_waits_can_be_stopped(callback: Callback) -> None:
    def stop() -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        wait(callback, check=stop)


def test_a_page_that_still_waits_is_told_when_the_program_ends() -> None:
    with Callback(SESSION, STATE) as callback:
        browser = answer(callback, code="c0de", state=STATE)
        wait(callback)
    assert "was ended in the program" in browser.result()[2]


def test_nothing_listens_afterwards() -> None:
    with Callback(SESSION, STATE) as callback:
        address = urlsplit(callback.redirect_uri)
    with socket.socket() as visitor:
        assert visitor.connect_ex((str(address.hostname), int(address.port or 0))) != 0


def test_it_listens_on_loopback_only(callback: Callback) -> None:
    assert urlsplit(callback.redirect_uri).hostname == "127.0.0.1"
    assert callback._server is not None
    assert callback._server.socket.getsockname()[0] == "127.0.0.1"


def test_a_taken_port_is_told() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)), Callback(SESSION, STATE, port=port):
            pass


def test_a_visitor_who_says_nothing_blocks_nobody(callback: Callback) -> None:
    address = urlsplit(callback.redirect_uri)
    with socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=LIMIT):
        answer(callback, code="good", state=STATE)
        assert wait(callback) == Secret("good")


def test_nothing_is_stored_shared_or_loaded(callback: Callback) -> None:
    answered = answer(callback, code="c0de", state=STATE)
    wait(callback)
    callback.finish("signed-in")
    _, headers, page = answered.result()
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none';")
    assert "c0de" not in page
    assert STATE not in page
