from __future__ import annotations

from collections.abc import Callable

import pytest

from auth_bench import ask
from aws_sso_core import loopback
from aws_sso_core.console.opening import open_secretly
from aws_sso_core.errors import BrowserUnavailable, SignInTimedOut
from aws_sso_core.model import Secret

ADDRESS = Secret("https://us-east-1.signin.aws.amazon.com/federation?SigninToken=secret")


class Visitor:
    """A browser that comes at once, and does what a test says."""

    def __init__(self, visit: Callable[[str], None], *, starts: bool = True) -> None:
        self._visit = visit
        self._starts = starts
        self.addresses: list[str] = []

    def open(self, url: str) -> bool:
        self.addresses.append(url)
        self._visit(url)
        return self._starts


def opened(visit: Callable[[str], None]) -> Visitor:
    browser = Visitor(visit)
    open_secretly(ADDRESS, browser=browser, patience=20)
    return browser


def test_the_browser_is_led_on_and_only_the_answer_holds_the_secret() -> None:
    answers = []
    browser = opened(lambda url: answers.append(ask(url)))
    [(status, headers, body)] = answers
    assert (status, headers["location"], body) == (303, ADDRESS.reveal(), "")
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert "secret" not in browser.addresses[0]
    assert browser.addresses[0].startswith("http://127.0.0.1:")


def test_whoever_comes_second_gets_nothing() -> None:
    answers = []
    opened(lambda url: answers.extend([ask(url), ask(url)]))
    assert [status for status, _, _ in answers] == [303, 410]


def test_wrong_places_and_other_names_get_nothing_and_use_nothing_up() -> None:
    answers = []

    def visit(url: str) -> None:
        port = url.rpartition(":")[2].partition("/")[0]
        answers.append(ask(f"http://127.0.0.1:{port}/"))
        answers.append(ask(url, headers={"Host": f"evil.example:{port}"}))
        answers.append(ask(url, method="POST"))
        answers.append(ask(url))

    opened(visit)
    assert [status for status, _, _ in answers] == [404, 404, 501, 303]


def test_another_user_who_read_the_address_in_the_list_of_processes_gets_nothing_and_uses_nothing_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    strangers = iter([True, False])
    monkeypatch.setattr(loopback.Handler, "is_another_person", lambda _self: next(strangers))
    answers = []
    opened(lambda url: answers.extend([ask(url), ask(url)]))
    assert [(status, ADDRESS.reveal() in headers.values()) for status, headers, _ in answers] == [
        (404, False),
        (303, True),
    ]


def test_a_browser_that_does_not_come_is_told() -> None:
    with pytest.raises(SignInTimedOut, match="did not ask"):
        open_secretly(ADDRESS, browser=Visitor(lambda _url: None), patience=0)


def test_a_browser_that_cannot_be_started_is_told() -> None:
    with pytest.raises(BrowserUnavailable):
        open_secretly(ADDRESS, browser=Visitor(lambda _url: None, starts=False), patience=0)
