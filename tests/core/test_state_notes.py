from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from aws_sso_core.errors import ReadOnlyPlace
from aws_sso_core.state import Pause, Recents, Wanted, Wish, Wishes
from children import in_child, posix_only, start
from fakes import NOON, FakeClock, Worker

# Who waits


@pytest.fixture
def wanted(tmp_path: Path, clock: FakeClock) -> Wanted:
    return Wanted(tmp_path / "wanted", clock)


def files_in(folder: Path) -> int:
    return len(list(folder.iterdir())) if folder.exists() else 0


def test_a_waiting_program_is_seen_with_its_session_and_since_when(wanted: Wanted) -> None:
    wanted.leave("corp", program="terraform")
    (note,) = wanted.read()
    assert (note.session, note.program, note.pid, note.since) == ("corp", "terraform", os.getpid(), NOON)


def test_nobody_waits_where_there_is_no_folder(wanted: Wanted) -> None:
    assert wanted.read() == ()


def test_a_withdrawn_note_is_gone_and_withdrawing_twice_is_no_error(wanted: Wanted, tmp_path: Path) -> None:
    note = wanted.leave("corp", program="terraform")
    wanted.withdraw(note)
    wanted.withdraw(note)
    assert wanted.read() == ()
    assert files_in(tmp_path / "wanted") == 0


def test_a_note_lasts_as_long_as_its_block_even_if_that_fails(wanted: Wanted) -> None:
    seen: list[str] = []

    def fail_while_waiting() -> None:
        with wanted.waiting("corp", program="kubectl"):
            seen.extend(n.program for n in wanted.read())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_while_waiting()
    assert seen == ["kubectl"]
    assert wanted.read() == ()


def test_who_came_first_stands_first(wanted: Wanted, clock: FakeClock) -> None:
    for program in ("terraform", "kubectl", "aws"):
        wanted.leave("corp", program=program)
        clock.advance(1)
    assert [n.program for n in wanted.read()] == ["terraform", "kubectl", "aws"]


def test_two_hundred_notes_at_once_are_all_seen(wanted: Wanted) -> None:
    def leave() -> None:
        for _ in range(20):
            wanted.leave("corp", program="terraform")

    for worker in [Worker(leave) for _ in range(10)]:
        worker.result()
    assert len(wanted.read()) == 200


def test_the_note_of_a_program_that_was_killed_is_cleared_away(wanted: Wanted, tmp_path: Path) -> None:
    with start("import sys; sys.stdin.readline()") as program:
        wanted.leave("corp", program="terraform", pid=program.pid)
        assert [n.program for n in wanted.read()] == ["terraform"]
        program.kill()
        program.wait()
    assert wanted.read() == ()
    assert files_in(tmp_path / "wanted") == 0


def test_an_old_note_belongs_to_nobody_even_if_its_process_id_lives(wanted: Wanted, clock: FakeClock) -> None:
    wanted.leave("corp", program="terraform")
    clock.advance(timedelta(hours=1, seconds=1))
    assert wanted.read() == ()


def test_a_clock_set_back_does_not_keep_a_note_for_ever(wanted: Wanted, clock: FakeClock) -> None:
    wanted.leave("corp", program="terraform")
    clock.set_wall(NOON - timedelta(days=30))
    assert wanted.read() == ()


@pytest.mark.parametrize(
    "junk",
    [b"", b"{", b"[]", b"{}", b'{"pid": 0, "program": "x", "session": "corp", "since": "2026-03-02T12:00:00Z"}',
     b'{"pid": -1, "program": "x", "session": "corp", "since": "2026-03-02T12:00:00Z"}',
     b'{"pid": true, "program": "x", "session": "corp", "since": "2026-03-02T12:00:00Z"}',
     b'{"pid": 99999999999999999999, "program": "x", "session": "corp", "since": "2026-03-02T12:00:00Z"}',
     b'{"pid": 1, "program": "x", "session": "corp", "since": 5}'],
)  # fmt: skip
def test_junk_among_the_notes_is_cleared_away(wanted: Wanted, tmp_path: Path, junk: bytes) -> None:
    wanted.leave("corp", program="terraform")
    (tmp_path / "wanted" / "junk.json").write_bytes(junk)
    assert [n.program for n in wanted.read()] == ["terraform"]
    assert files_in(tmp_path / "wanted") == 1


def test_a_programs_name_is_made_fit_for_a_notice(wanted: Wanted) -> None:
    wanted.leave("corp", program="evil\x1b[31m\nname" + "x" * 100)
    (note,) = wanted.read()
    assert note.program == "evil[31mname" + "x" * 27 + "…"


@posix_only
def test_notes_are_owner_only(wanted: Wanted) -> None:
    note = wanted.leave("corp", program="terraform")
    assert note.path.stat().st_mode & 0o777 == 0o600
    assert note.path.parent.stat().st_mode & 0o777 == 0o700


@posix_only
def test_a_note_that_cannot_be_left_is_told(wanted: Wanted, tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(ReadOnlyPlace):
            in_child(lambda: wanted.leave("corp", program="terraform"))
    finally:
        tmp_path.chmod(0o755)


# What is wished for


@pytest.fixture
def wishes(tmp_path: Path, clock: FakeClock) -> Wishes:
    return Wishes(tmp_path / "wishes", clock)


def test_wishes_are_taken_in_their_order_and_once(wishes: Wishes) -> None:
    for kind in ("show", "pick", "quit"):
        wishes.ask(kind, about=kind.upper())
    assert wishes.take() == [
        Wish("show", "SHOW", NOON),
        Wish("pick", "PICK", NOON),
        Wish("quit", "QUIT", NOON),
    ]
    assert wishes.take() == []


def test_wishes_of_other_processes_come_after_earlier_ones(wishes: Wishes, clock: FakeClock) -> None:
    wishes.ask("second")
    clock.set_wall(NOON - timedelta(seconds=5))
    wishes.ask("first")
    assert [w.kind for w in wishes.take()] == ["first", "second"]


def test_a_quit_meant_for_an_earlier_tray_does_not_end_the_next_one(wishes: Wishes, clock: FakeClock) -> None:
    wishes.ask("quit")
    clock.advance(61)
    assert wishes.take() == []
    clock.advance(-61)
    assert wishes.take() == []


@pytest.mark.parametrize("junk", [b"", b"[]", b"{}", b'{"kind": 3}', b'{"kind": "quit", "about": ""}', b"\xff"])
def test_junk_among_the_wishes_is_cleared_away(wishes: Wishes, tmp_path: Path, junk: bytes) -> None:
    wishes.ask("show")
    (tmp_path / "wishes" / "junk.json").write_bytes(junk)
    assert [w.kind for w in wishes.take()] == ["show"]
    assert files_in(tmp_path / "wishes") == 0


def test_no_folder_means_no_wish(wishes: Wishes) -> None:
    assert wishes.take() == []


# Recent profiles


@pytest.fixture
def recents(tmp_path: Path) -> Recents:
    return Recents(tmp_path)


def test_the_profile_chosen_last_stands_first_and_each_stands_once(recents: Recents) -> None:
    for profile in ("dev.admin", "prod.read", "dev.admin"):
        recents.note(profile)
    assert recents.read() == ("dev.admin", "prod.read")


def test_only_the_latest_twenty_are_kept(recents: Recents) -> None:
    for n in range(25):
        recents.note(f"p{n}")
    assert recents.read() == tuple(f"p{n}" for n in range(24, 4, -1))


@pytest.mark.parametrize("junk", ["", "[]", '{"profiles": 3}', '{"profiles": [3, null]}'])
def test_junk_in_the_recents_counts_as_none(recents: Recents, tmp_path: Path, junk: str) -> None:
    (tmp_path / "recents.json").write_text(junk)
    assert recents.read() == ()
    recents.note("dev")
    assert recents.read() == ("dev",)


def test_keys_of_another_version_stay(recents: Recents, tmp_path: Path) -> None:
    (tmp_path / "recents.json").write_text('{"profiles": [], "later": 1}')
    recents.note("dev")
    assert json.loads((tmp_path / "recents.json").read_text()) == {"profiles": ["dev"], "later": 1}


# The pause


@pytest.fixture
def pause(tmp_path: Path) -> Pause:
    return Pause(tmp_path)


def test_a_pause_lasts_until_its_end_and_survives_a_restart(pause: Pause, tmp_path: Path) -> None:
    end = NOON + timedelta(hours=1)
    pause.set(end)
    again = Pause(tmp_path)
    assert [again.until(NOON), again.until(end - timedelta(seconds=1)), again.until(end)] == [end, end, None]


def test_a_pause_can_be_ended_early(pause: Pause) -> None:
    pause.set(NOON + timedelta(hours=1))
    pause.set(None)
    assert pause.until(NOON) is None


def test_junk_is_no_pause(pause: Pause, tmp_path: Path) -> None:
    (tmp_path / "pause.json").write_text('{"until": 99999999999}')
    assert pause.until(NOON) is None
