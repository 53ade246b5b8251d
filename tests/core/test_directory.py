"""Reading accounts and roles from the portal: complete or an error, at the portal's pace, and resumable."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from auth_bench import Bench
from aws_sso_core import files
from aws_sso_core.errors import BadReply, Offline, ServiceFailed, SignInNeeded
from aws_sso_core.identity_center.budget import Budget
from aws_sso_core.identity_center.directory import FRESH, THREADS, Listing, Progress, list_directory
from aws_sso_core.identity_center.ledger import OwnLedger
from aws_sso_core.identity_center.listings import Listings
from aws_sso_core.sandbox import Directory, Fault
from children import posix_only
from fakes import Recorder

ACCOUNTS = 10
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
        pace = Budget(clock=self.bench.clock, stopped=stopped, ledger=OwnLedger(), rate=rate)
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


@pytest.mark.parametrize("name", ["111122223333", "  "])
def test_an_account_named_by_its_id_or_by_blanks_has_no_name(name: str, reading: Reading) -> None:
    reading.bench.box._center.directory = Directory.of(("111122223333", name, ("Admin",)))
    assert [one.account.name for one in reading.read().accounts] == [None]


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


def test_five_failures_are_enough_however_often_too_fast_is_answered(reading: Reading) -> None:
    for _ in range(3):
        reading.bench.box.fail("ListAccounts", Fault.status(429), times=1)
        reading.bench.box.fail("ListAccounts", Fault.HTML, times=1)
    reading.bench.box.fail("ListAccounts", Fault.HTML, times=None)
    with pytest.raises(BadReply):
        reading.read()
    assert reading.calls.count("ListAccounts") == 3 + 5


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


def test_only_what_is_stale_is_read_again(reading: Reading) -> None:
    reading.read()
    reading.bench.clock.advance(FRESH / 2)
    reading.bench.box._center.directory = Directory.large(ACCOUNTS + 10, 3)
    reading.read()
    assert reading.role_calls() == ACCOUNTS + 10
    reading.bench.clock.advance(FRESH / 2)
    reading.token = reading.bench.given_token().access_token
    listing = reading.read()
    assert (listing.remembered, reading.role_calls()) == (10, 2 * ACCOUNTS + 10)


def test_an_account_or_role_that_is_listed_twice_counts_once(reading: Reading) -> None:
    twice = ("111122223333", "Dev", ("A", "B", "A"))
    reading.bench.box._center.directory = Directory.of(twice, twice)
    listing = reading.read()
    assert [(one.account.id, one.roles) for one in listing.accounts] == [("111122223333", ("A", "B"))]
    assert reading.role_calls() == 1


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


@posix_only
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
