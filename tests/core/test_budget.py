"""The portal's budget of requests: a bucket that threads draw from, and processes by way of a file."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from aws_sso_core.errors import Interrupted
from aws_sso_core.identity_center.budget import Budget
from aws_sso_core.identity_center.ledger import Ledger, OwnLedger, SharedLedger
from aws_sso_core.model import Session
from children import posix_only
from fakes import FakeClock

CORP = Session("corp", "https://corp.awsapps.com/start", "us-east-1")


class Caller:
    """One who draws, with a clock that moves by sleeping."""

    def __init__(
        self, ledger: Ledger | None = None, *, rate: float | None = 20, burst: int = 10, clock: FakeClock | None = None
    ) -> None:
        self.clock = clock or FakeClock()
        self.stopped = threading.Event()
        ledger = ledger or OwnLedger()
        self.budget = Budget(clock=self.clock, stopped=self.stopped, ledger=ledger, rate=rate, burst=burst)

    def seconds_for(self, count: int) -> float:
        before = self.clock.monotonic()
        for _ in range(count):
            self.budget.turn()
        return self.clock.monotonic() - before


def test_a_burst_goes_at_once() -> None:
    assert Caller().seconds_for(10) == 0


def test_then_each_request_waits_for_its_share_of_a_second() -> None:
    assert Caller().seconds_for(110) == pytest.approx(5.0)


def test_after_a_while_a_burst_may_go_again() -> None:
    caller = Caller()
    caller.seconds_for(100)
    caller.clock.advance(0.5)
    assert caller.seconds_for(10) == pytest.approx(0, abs=0.01)


def test_without_a_rate_nobody_waits() -> None:
    assert Caller(rate=None).seconds_for(1000) == 0


@pytest.mark.parametrize("rate", [20.0, None])
def test_retry_after_is_honoured(rate: float | None) -> None:
    caller = Caller(rate=rate)
    caller.budget.throttled(7.0)
    assert 7.0 <= caller.seconds_for(1) <= 7.6


def test_after_a_429_it_goes_slower_and_without_a_burst() -> None:
    caller = Caller()
    caller.budget.throttled(1.0)
    caller.budget.turn()
    assert caller.seconds_for(14) == pytest.approx(1.0, abs=0.1)


def test_many_429_at_once_slow_it_down_once() -> None:
    caller = Caller()
    for _ in range(16):
        caller.budget.throttled(1.0)
    caller.budget.turn()
    assert caller.seconds_for(14) == pytest.approx(1.0, abs=0.1)


def test_answers_bring_the_full_rate_back() -> None:
    caller = Caller()
    caller.budget.throttled(1.0)
    for _ in range(100):
        caller.budget.answered()
    caller.seconds_for(20)
    assert caller.seconds_for(20) == pytest.approx(1.0)


def test_a_stop_ends_the_waiting() -> None:
    caller = Caller(rate=1, burst=1)
    caller.budget.turn()
    caller.stopped.set()
    with pytest.raises(Interrupted):
        caller.budget.turn()


@pytest.fixture
def shared(tmp_path: Path) -> tuple[Caller, Caller]:
    """Two processes, as it were."""
    clock = FakeClock()
    return Caller(SharedLedger(tmp_path, CORP), clock=clock), Caller(SharedLedger(tmp_path, CORP), clock=clock)


def pace_file(folder: Path) -> Path:
    [path] = folder.glob("*.pace")
    return path


def test_two_processes_have_one_burst_and_one_rate(shared: tuple[Caller, Caller]) -> None:
    one, other = shared
    assert one.seconds_for(5) + other.seconds_for(5) == 0
    assert one.seconds_for(50) + other.seconds_for(50) == pytest.approx(5.0)


def test_a_pause_that_aws_asked_one_for_holds_for_the_other(shared: tuple[Caller, Caller]) -> None:
    one, other = shared
    one.budget.throttled(7.0)
    assert other.seconds_for(1) >= 7.0


def test_another_identity_center_has_a_budget_of_its_own(tmp_path: Path) -> None:
    clock = FakeClock()
    sandbox = Session("sandbox", "https://sandbox.awsapps.com/start", "us-east-1")
    Caller(SharedLedger(tmp_path, CORP), clock=clock).seconds_for(10)
    assert Caller(SharedLedger(tmp_path, sandbox), clock=clock).seconds_for(10) == 0


def test_however_the_start_url_is_written_the_budget_is_one(tmp_path: Path) -> None:
    clock = FakeClock()
    legacy = Session(f"{CORP.start_url}/#/", f"{CORP.start_url}/#/", "us-east-1", kind="legacy")
    Caller(SharedLedger(tmp_path, CORP), clock=clock).seconds_for(10)
    assert Caller(SharedLedger(tmp_path, legacy), clock=clock).seconds_for(20) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "junk", [b"", b"1", b"\0" * 40, b"nan nan\n", b"x y\n", b"1e300 0\n", b"inf inf\n", b"9" * 999]
)
def test_what_a_killed_process_left_is_no_permission_to_hurry(
    junk: bytes, tmp_path: Path, shared: tuple[Caller, Caller]
) -> None:
    one, other = shared
    one.seconds_for(1)
    pace_file(tmp_path).write_bytes(junk)
    assert other.seconds_for(11) == pytest.approx(0.5)


def test_times_from_before_the_machine_was_started_anew_keep_nobody_waiting_for_long(tmp_path: Path) -> None:
    Caller(SharedLedger(tmp_path, CORP), clock=FakeClock(monotonic=1_000_000.0)).seconds_for(100)
    assert Caller(SharedLedger(tmp_path, CORP), clock=FakeClock(monotonic=50.0)).seconds_for(1) < 1


def test_where_the_file_cannot_be_used_each_process_counts_for_itself(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert Caller(SharedLedger(tmp_path / "file" / "locks", CORP)).seconds_for(110) == pytest.approx(5.0)


@posix_only
def test_the_file_is_for_the_owner_only(tmp_path: Path, shared: tuple[Caller, Caller]) -> None:
    shared[0].budget.turn()
    assert pace_file(tmp_path).stat().st_mode & 0o077 == 0
