"""A whole sign-in with a real browser in it: consent page, redirect to our listener, landing page."""

from __future__ import annotations

import queue

import pytest

from auth_bench import Bench
from aws_sso_core.errors import AppError, SignInDenied, SignInFailed
from aws_sso_core.progress import SignedIn
from aws_sso_core.sandbox import Fault
from browser.chromium import LIMIT, Chromium
from fakes import Worker


class Desk:
    """A person with a browser: pages that programs open come here."""

    def __init__(self) -> None:
        self.pages: queue.Queue[str] = queue.Queue()

    def open(self, url: str) -> bool:
        self.pages.put(url)
        return True

    def page(self) -> str:
        """The page that a program opened."""
        return self.pages.get(timeout=LIMIT)


def begin(bench: Bench, browser: Chromium) -> Worker[SignedIn]:
    """A sign-in has begun and its page is in front of the person."""
    desk = Desk()
    running = Worker(lambda: bench.sign_in(desk))
    browser.goto(desk.page())
    return running


def test_a_person_who_approves_is_told_so_and_is_signed_in(bench: Bench, browser: Chromium) -> None:
    running = begin(bench, browser)
    browser.click("button[value=approve]")
    assert browser.names("heading") == ["You are signed in"]
    assert running.result().how == "new"
    assert bench.token().expires_at == running.result().token_expires_at
    assert browser.problems == []
    browser.screenshot("landing-signed-in-light")
    browser.prefer("dark")
    browser.screenshot("landing-signed-in-dark")


def test_a_person_who_denies_is_told_so_and_nothing_has_changed(bench: Bench, browser: Chromium) -> None:
    running = begin(bench, browser)
    browser.click("button[value=deny]")
    assert browser.names("heading") == ["Sign-in was declined"]
    with pytest.raises(SignInDenied):
        running.result()
    assert bench.tokens.read(bench.session) is None
    browser.screenshot("landing-denied-light")


def test_a_sign_in_that_fails_after_approval_is_not_shown_as_a_success(bench: Bench, browser: Chromium) -> None:
    running = begin(bench, browser)
    bench.box.fail("CreateToken", Fault.error("InvalidGrantException"), times=None)
    browser.click("button[value=approve]")
    assert browser.names("heading") == ["Sign-in did not work"]
    with pytest.raises(AppError):
        running.result()
    assert bench.tokens.read(bench.session) is None
    browser.screenshot("landing-failed-light")


def test_in_the_wrong_region_the_browser_comes_back_with_the_reason(bench: Bench, browser: Chromium) -> None:
    desk = Desk()
    running = Worker(lambda: bench.sign_in(desk))
    page = desk.page()
    bench.box.knobs.wrong_region = True
    browser.goto(page)
    assert "invalid_grant" in browser.text
    with pytest.raises(SignInFailed, match="invalid_grant"):
        running.result()
    browser.screenshot("landing-wrong-region-light")
