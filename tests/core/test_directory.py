"""Reading accounts and roles from the portal: complete or an error, at the portal's pace, and resumable."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auth_bench import Bench
from aws_sso_core import files
from aws_sso_core.errors import BadReply, Interrupted, Offline, ServiceFailed, SignInNeeded
from aws_sso_core.identity_center.budget import Budget
from aws_sso_core.identity_center.directory import FRESH, THREADS, Listing, Progress, list_directory
from aws_sso_core.identity_center.listings import Listings
from aws_sso_core.sandbox import Directory, Fault
from fakes import FakeClock, Recorder

ACCOUNTS = 30
LARGE = Directory.large(ACCOUNTS, 3)


class Reading:
    """A person signed in to a sandbox with a large directory."""

    def __init__(self, bench: Bench, home: Path) -> None:
        self.bench = bench
        self.calls = bench.box.calls
        self.listings = Listings(home / "state")
        self.told: Recorder[Progress] = Recorder()
        self.token = bench.given_token().access_token
        bench.box._center.directory = LARGE

    def read(self, *, refresh: bool = False, rate: float | None = None) -> Listing:
        stopped = threading.Event()
        pace = Budget(clock=self.bench.clock, stopped=stopped, rate=rate)
        return list_directory(
            self.bench.session,
            token=self.token,
            portal=self.bench.portal(pace=pace, connections=16),
            listings=self.listings,
            clock=self.bench.clock,
            locks_dir=self.bench.locks_dir,
            refresh=refresh,
            stopped=stopped,
            report=self.told,
        )

    def role_calls(self) -> int:
        return self.calls.count("ListAccountRoles")


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[Reading]:
    with Bench(tmp_path) as bench:
        yield Reading(bench, tmp_path)


def assert_complete(listing: Listing) -> None:
    assert [(one.account, one.roles) for one in listing.accounts] == [(a.account, a.roles) for a in LARGE.assignments]
    assert not listing.denied


def test_all_accounts_and_roles_are_read(reading: Reading) -> None:
    assert_complete(reading.read())


def test_progress_counts_accounts_and_roles(reading: Reading) -> None:
    reading.read()
    assert [p.done for p in reading.told.items] == list(range(1, ACCOUNTS + 1))
    assert reading.told.items[-1] == Progress(ACCOUNTS, ACCOUNTS, 3 * ACCOUNTS, timedelta())


@pytest.mark.parametrize(
    "fault",
    [Fault.status(429), Fault.status(500), Fault.DROPPED, Fault.TRUNCATED, Fault.HTML, Fault.WRONG_JSON],
    ids=lambda fault: f"{fault.kind}{fault.code or ''}",
)
@pytest.mark.parametrize("operation", ["ListAccounts", "ListAccountRoles"])
def test_a_fault_costs_a_retry_and_never_an_account(reading: Reading, operation: str, fault: Fault) -> None:
    reading.bench.box.fail(operation, fault, times=4)
    assert_complete(reading.read())


@pytest.mark.parametrize(
    ("fault", "error"),
    [(Fault.status(503), ServiceFailed), (Fault.WRONG_JSON, BadReply), (Fault.DROPPED, Offline)],
    ids=["503", "no list key", "dropped"],
)
def test_an_account_that_cannot_be_read_is_an_error(reading: Reading, fault: Fault, error: type[Exception]) -> None:
    reading.bench.box.fail("ListAccountRoles", fault, times=None)
    with pytest.raises(error):
        reading.read()


def test_an_interrupted_reading_goes_on_where_it_ended(reading: Reading) -> None:
    def stop(progress: Progress) -> None:
        if progress.done == 80:
            raise KeyboardInterrupt

    reading.bench.box._center.directory = Directory.large(100, 1)
    reading.told = Recorder(stop)
    with pytest.raises(KeyboardInterrupt):
        reading.read()
    reading.told = Recorder()
    listing = reading.read()
    assert len(listing.accounts) == 100
    assert listing.remembered >= 80
    assert reading.role_calls() <= 100 + THREADS


def test_what_was_read_shortly_before_is_not_read_again(reading: Reading) -> None:
    reading.read()
    reading.bench.clock.advance(FRESH - timedelta(minutes=1))
    reading.token = reading.bench.given_token().access_token
    assert_complete(reading.read())
    assert reading.role_calls() == ACCOUNTS


def test_what_is_stale_is_read_again(reading: Reading) -> None:
    reading.read()
    reading.bench.clock.advance(FRESH)
    reading.token = reading.bench.given_token().access_token
    assert_complete(reading.read())
    assert reading.role_calls() == 2 * ACCOUNTS


def test_refresh_reads_everything_again(reading: Reading) -> None:
    reading.read()
    assert_complete(reading.read(refresh=True))
    assert reading.role_calls() == 2 * ACCOUNTS


def test_a_reading_from_the_future_is_not_believed(reading: Reading) -> None:
    reading.read()
    reading.bench.clock.set_wall(reading.bench.clock.now() - timedelta(minutes=10))
    reading.read()
    assert reading.role_calls() == 2 * ACCOUNTS


def test_one_denied_account_does_not_stop_the_rest(reading: Reading) -> None:
    reading.bench.box.fail("ListAccountRoles", Fault.status(403), times=1)
    listing = reading.read()
    assert len(listing.denied) == 1
    assert len(listing.accounts) == ACCOUNTS - 1


def test_a_denied_account_is_asked_for_again_the_next_time(reading: Reading) -> None:
    reading.bench.box.fail("ListAccountRoles", Fault.status(403), times=1)
    reading.read()
    assert_complete(reading.read())


@pytest.mark.parametrize("operation", ["ListAccounts", "ListAccountRoles"])
def test_a_sign_in_that_is_over_stops_the_reading(reading: Reading, operation: str) -> None:
    reading.bench.box.fail(operation, Fault.status(401), times=None)
    with pytest.raises(SignInNeeded):
        reading.read()


def test_somebody_without_accounts_has_none(reading: Reading) -> None:
    reading.bench.box._center.directory = Directory(())
    assert reading.read() == Listing(())


def test_the_kept_listing_is_for_the_owner_only(reading: Reading) -> None:
    reading.read()
    assert reading.listings.path(reading.bench.session).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "junk",
    [b"", b"[]", b"{", b'{"accounts": []}', b'{"accounts": {"1": {"at": 1, "roles": [2]}}}', b"\xff\xfe"],
)
def test_junk_in_the_kept_listing_is_no_knowledge(reading: Reading, junk: bytes) -> None:
    files.write_atomic(reading.listings.path(reading.bench.session), junk)
    assert reading.listings.read(reading.bench.session) == {}


class TestBudget:
    """The token bucket, with one thread and a clock that moves by sleeping."""

    def take(self, count: int, **options: Any) -> tuple[FakeClock, Budget, float]:
        clock = FakeClock(monotonic=0.0)
        budget = Budget(clock=clock, stopped=threading.Event(), **options)
        for _ in range(count):
            budget.turn()
        return clock, budget, clock.monotonic()

    def test_a_burst_goes_at_once(self) -> None:
        assert self.take(10, rate=20, burst=10)[2] == 0

    def test_then_each_request_waits_for_its_share_of_a_second(self) -> None:
        assert self.take(110, rate=20, burst=10)[2] == pytest.approx(5.0)

    def test_without_a_rate_nobody_waits(self) -> None:
        assert self.take(1000, rate=None)[2] == 0

    def test_retry_after_is_honoured(self) -> None:
        clock, budget, before = self.take(1, rate=20, burst=10)
        budget.throttled(7.0)
        budget.turn()
        assert 7.0 <= clock.monotonic() - before <= 7.6

    def test_without_a_rate_retry_after_is_honoured_too(self) -> None:
        clock, budget, before = self.take(1, rate=None)
        budget.throttled(7.0)
        budget.turn()
        assert clock.monotonic() - before >= 7.0

    def test_after_a_429_it_goes_slower_and_without_a_burst(self) -> None:
        clock, budget, _ = self.take(1, rate=20, burst=10)
        budget.throttled(1.0)
        budget.turn()
        before = clock.monotonic()
        for _ in range(14):
            budget.turn()
        assert clock.monotonic() - before == pytest.approx(1.0, abs=0.1)

    def test_many_429_at_once_slow_it_down_once(self) -> None:
        _, budget, _ = self.take(1, rate=20)
        for _ in range(16):
            budget.throttled(1.0)
        assert budget._rate == pytest.approx(14.0)

    def test_answers_bring_the_full_rate_back(self) -> None:
        _, budget, _ = self.take(1, rate=20)
        budget.throttled(1.0)
        for _ in range(100):
            budget.answered()
        assert budget._rate == 20

    def test_a_stop_ends_the_waiting(self) -> None:
        stopped = threading.Event()
        budget = Budget(clock=FakeClock(), stopped=stopped, rate=1, burst=1)
        budget.turn()
        stopped.set()
        with pytest.raises(Interrupted):
            budget.turn()
