"""Locks between processes: held, waited for, freed however their holder ends."""

from __future__ import annotations

import stat
import threading
import time
from pathlib import Path

import pytest

from aws_sso_core import locking
from aws_sso_core.errors import LockTimeout, ReadOnlyPlace
from children import in_child, posix_only, start
from fakes import Worker

HOLD = """
import sys
from pathlib import Path
from aws_sso_core.locking import lock
with lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_lock_held_by_another_process_times_out_with_a_sentence(tmp_path: Path) -> None:
    holder = start(HOLD, str(tmp_path / "a.lock"))
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(LockTimeout, match="holding the config file for over 0 s") as caught,
            locking.lock(tmp_path / "a.lock", timeout=0.05, what="the config file"),
        ):
            pass
        assert "try again" in caught.value.hint
        holder.communicate("go\n")


@posix_only
def test_a_lock_is_free_when_its_holder_is_killed(tmp_path: Path) -> None:
    with start(HOLD, str(tmp_path / "a.lock")) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        holder.kill()
        holder.wait()
        with locking.lock(tmp_path / "a.lock", timeout=0):
            pass


def test_a_waiter_gets_the_lock_when_it_is_given_back(tmp_path: Path) -> None:
    entered = threading.Event()

    def wait() -> None:
        with locking.lock(tmp_path / "a.lock"):
            entered.set()

    with locking.lock(tmp_path / "a.lock"):
        waiter = Worker(wait)
        assert not entered.is_set()
    waiter.result()
    assert entered.is_set()


def test_only_one_thread_at_a_time_is_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "_PAUSE", 0.001)
    inside = []
    most = []

    def enter() -> None:
        for _ in range(5):
            with locking.lock(tmp_path / "a.lock"):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0)
                inside.pop()

    for worker in [Worker(enter) for _ in range(8)]:
        worker.result()
    assert set(most) == {1}


def test_a_lock_is_given_back_after_an_error_too(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), locking.lock(tmp_path / "a.lock"):
        raise ZeroDivisionError
    with locking.lock(tmp_path / "a.lock", timeout=0):
        pass


@posix_only
def test_a_lock_file_removed_under_its_waiter_is_made_anew(tmp_path: Path) -> None:
    place = tmp_path / "a.lock"
    with locking.lock(place):
        place.unlink()
        with locking.lock(place, timeout=0):
            assert place.exists()


@posix_only
def test_a_lock_file_is_owner_only(tmp_path: Path) -> None:
    with locking.lock(tmp_path / "locks" / "a.lock"):
        assert stat.S_IMODE((tmp_path / "locks" / "a.lock").stat().st_mode) == 0o600


@posix_only
def test_a_lock_in_a_read_only_place_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)

    def take() -> None:
        with locking.lock(tmp_path / "a.lock"):
            pass

    try:
        with pytest.raises(ReadOnlyPlace):
            in_child(take)
    finally:
        tmp_path.chmod(0o755)
