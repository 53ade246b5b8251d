from __future__ import annotations

import json
import os
import stat
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.errors import ChangedMeanwhile, StoreFailed, UsageError
from aws_sso_core.history import History, note_change
from aws_sso_core.paths import Paths
from children import in_child, posix_only
from fakes import FakeClock

TWO = b"[profile a]\r\nregion = x\n\n[profile b]\nregion = y"
LARGE = b"".join(b"[profile p%d]\nregion = eu-west-%d\n" % (n, n) for n in range(300))


class Home:
    def __init__(self, folder: Path) -> None:
        env = {"HOME": str(folder), "USERPROFILE": str(folder), "AWS_SSO_TRAY_HOME": str(folder / "tray")}
        self.paths = Paths.from_environment(env)
        self.clock = FakeClock()
        self.history = History(self.paths, self.clock)
        self.paths.aws_dir.mkdir()

    def config(self, data: bytes) -> None:
        self.paths.config.write_bytes(data)

    def objects(self) -> set[str]:
        return {path.name for path in (self.paths.history_dir / "objects").iterdir()}

    def numbers(self) -> list[int]:
        return [v.number for v in self.history.versions()]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_the_first_look_keeps_what_is_there_and_calls_it_nobodys_change(home: Home) -> None:
    home.config(TWO)
    (change,) = home.history.note()
    assert change.version.first
    assert not change.foreign
    assert (change.lost, change.gained) == ((), ())
    assert home.history.data(change.version) == TWO


def test_a_look_at_unchanged_files_keeps_nothing(home: Home) -> None:
    home.config(TWO)
    home.history.note()
    assert home.history.note() == ()
    assert home.numbers() == [1]


def test_no_files_leave_no_versions(home: Home) -> None:
    assert home.history.note() == ()
    assert not home.paths.history_dir.exists()


def test_another_program_that_drops_a_section_is_told_of_with_its_name(home: Home) -> None:
    home.config(TWO)
    home.history.note()
    home.config(b"[profile b]\nregion = y\n[profile c]\n")
    (change,) = note_change(home.paths, home.clock)
    assert change.foreign
    assert change.lost == ("profile a",)
    assert change.gained == ("profile c",)
    assert change.before is not None
    assert change.before.number == 1


def test_a_file_in_the_middle_of_being_written_is_waited_for(home: Home) -> None:
    home.config(TWO)
    home.history.note()
    home.config(b"")
    home.clock.on_sleep = lambda _seconds: home.config(TWO + b"\n")
    (change,) = home.history.note()
    assert change.lost == ()
    assert home.history.data(change.version) == TWO + b"\n"


def test_a_file_that_is_gone_is_a_version_too_and_comes_back(home: Home) -> None:
    home.config(TWO)
    home.history.note()
    home.paths.config.unlink()
    (change,) = home.history.note()
    assert change.version.digest is None
    assert len(change.lost) == 2
    home.history.restore(home.history.find(1), seen=None)
    assert home.paths.config.read_bytes() == TWO


def test_a_version_before_the_file_existed_removes_it(home: Home) -> None:
    home.config(TWO)
    home.history.note()
    home.paths.config.unlink()
    home.history.note()
    home.config(b"[default]\n")
    home.history.note()
    home.history.restore(home.history.find(2), seen=b"[default]\n")
    assert not home.paths.config.exists()


def test_what_we_write_is_known_as_ours_even_to_a_watcher_that_is_faster(home: Home) -> None:
    home.config(TWO)
    with home.history.writing(home.paths.config, TWO, b"[default]\n", by="use dev"):
        home.config(b"[default]\n")
        (seen,) = History(home.paths, home.clock).note()
        assert seen.version.by == "use dev"
        assert not seen.foreign
    assert [v.by for v in home.history.versions()] == ["use dev", ""]


def test_what_came_right_after_our_change_stays_the_last_version(home: Home) -> None:
    home.config(TWO)
    with home.history.writing(home.paths.config, TWO, b"[default]\n", by="use dev"):
        for data in (b"[default]\n", b"[theirs]\n"):
            home.config(data)
            History(home.paths, home.clock).note()
    assert [v.by for v in home.history.versions()] == ["", "use dev", ""]
    assert home.history.note() == ()


def test_our_change_is_kept_also_where_another_one_came_right_after_it(home: Home) -> None:
    home.config(TWO)
    with home.history.writing(home.paths.config, TWO, b"[default]\n", by="use dev"):
        home.config(b"[theirs]\n")
    (change,) = home.history.note()
    assert change.foreign
    assert [home.history.data(v) for v in home.history.versions()] == [b"[theirs]\n", b"[default]\n", TWO]


def test_what_is_there_is_on_the_disk_before_it_is_replaced(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.config(TWO)
    with home.history.writing(home.paths.config, TWO, TWO + b"\n", by="use dev", durable=False):
        home.config(TWO + b"\n")
    flushed: list[bytes] = []
    kept = home.paths.history_dir / "versions.jsonl"
    monkeypatch.setattr(os, "fsync", lambda _fd: flushed.append(kept.read_bytes()))
    with home.history.writing(home.paths.config, TWO + b"\n", b"", by="populate"):
        assert [b'"number": 2' in text for text in flushed] == [True]


def test_an_announcement_that_came_to_nothing_claims_no_other_change(home: Home) -> None:
    home.config(TWO)
    with pytest.raises(ChangedMeanwhile), home.history.writing(home.paths.config, TWO, b"ours", by="use dev"):
        raise ChangedMeanwhile("x")
    home.config(b"[theirs]\n")
    (change,) = home.history.note()
    assert change.foreign


def test_restoring_gives_every_byte_back_and_can_itself_be_undone(home: Home) -> None:
    home.config(TWO)
    home.history.note()
    home.config(b"[default]\n")
    home.history.note()
    done = home.history.restore(home.history.find(None), seen=b"[default]\n")
    assert home.paths.config.read_bytes() == TWO
    assert home.history.versions()[0].by == "restore 1"
    home.history.restore(done.replaced, seen=TWO)
    assert home.paths.config.read_bytes() == b"[default]\n"


def test_a_change_after_the_person_agreed_stops_the_restoring(home: Home) -> None:
    home.config(TWO)
    home.history.note()
    home.config(b"newer")
    with pytest.raises(ChangedMeanwhile):
        home.history.restore(home.history.find(1), seen=TWO)
    assert home.paths.config.read_bytes() == b"newer"


def test_equal_bytes_are_kept_once(home: Home) -> None:
    for data in (LARGE, LARGE[::-1], LARGE):
        home.config(data)
        home.history.note()
    assert home.numbers() == [3, 2, 1]
    assert len(home.objects()) == 2


def test_a_small_change_of_a_large_file_takes_little_room(home: Home) -> None:
    states = [LARGE, LARGE + b"[default]\n", b"[first]\n" + LARGE, LARGE[:50] + LARGE[60:], LARGE]
    for data in states:
        home.config(data)
        home.history.note()
    assert [home.history.data(version) for version in reversed(home.history.versions())] == states
    assert len(home.objects()) == 1
    assert (home.paths.history_dir / "versions.jsonl").stat().st_size < len(LARGE) / 2


def test_a_difference_from_a_damaged_object_is_damaged_too(home: Home) -> None:
    for data in (LARGE, LARGE + b"[default]\n", b"[x]\n"):
        home.config(data)
        home.history.note()
    (object_,) = home.objects()
    (home.paths.history_dir / "objects" / object_).write_bytes(LARGE.replace(b"west", b"east"))
    history = History(home.paths, home.clock)
    for number in (1, 2):
        with pytest.raises(StoreFailed, match="damaged"):
            history.data(history.find(number))
    assert history.data(history.find(3)) == b"[x]\n"


def test_what_differs_stays_whole_while_a_version_is_made_of_it(home: Home) -> None:
    home.config(LARGE)
    home.history.note()
    for day in range(6):
        home.clock.advance(timedelta(days=31))
        home.config(LARGE + b"# %d\n" % day)
        home.history.note()
    home.clock.advance(timedelta(days=250))
    home.config(LARGE + b"# at last\n")
    home.history.note()
    assert 1 not in home.numbers()
    assert [home.history.data(v) for v in home.history.versions()][-1] != LARGE
    for end in (b"# x" * 4000, b"# y" * 4000):
        home.clock.advance(timedelta(days=400))
        home.config(LARGE[::-1] + end)
        home.history.note()
    assert home.objects() == {v.digest for v in home.history.versions()}


def test_a_line_that_was_cut_off_spoils_no_other_one(home: Home) -> None:
    kept = home.paths.history_dir / "versions.jsonl"
    for data in (TWO, b"[x]\n"):
        home.config(data)
        home.history.note()
    kept.write_bytes(kept.read_bytes()[:-7])
    home.config(b"[y]\n")
    home.history.note()
    assert [home.history.data(v) for v in home.history.versions()] == [b"[y]\n", TWO]


def test_config_and_credentials_have_versions_of_their_own(home: Home) -> None:
    home.config(TWO)
    home.paths.credentials.write_bytes(b"[a]\naws_secret_access_key = s\n")
    home.history.note()
    home.config(b"[default]\n")
    home.history.note()
    assert home.history.find(None).path == str(home.paths.config)
    assert home.history.find(None).number == 1


def test_a_file_seen_for_the_first_time_is_not_the_latest_change(home: Home) -> None:
    home.config(TWO)
    home.history.note()
    home.config(b"[default]\n")
    home.history.note()
    home.paths.credentials.write_bytes(b"[a]\n")
    home.history.note()
    assert home.history.find(None).number == 1


def test_restoring_twice_is_there_and_back(home: Home) -> None:
    home.config(TWO)
    home.history.note()
    home.config(b"[default]\n")
    home.history.note()
    for now, then in ((b"[default]\n", TWO), (TWO, b"[default]\n")):
        home.history.restore(home.history.find(None), seen=now)
        assert home.paths.config.read_bytes() == then


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes; the folder's rights are the profile's")
def test_all_that_is_kept_is_for_the_owner_only(home: Home) -> None:
    home.paths.credentials.write_bytes(b"[a]\naws_secret_access_key = s\n")
    home.history.note()
    kept = [home.paths.history_dir, *home.paths.history_dir.rglob("*")]
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in kept)


@posix_only
def test_a_symbolic_link_stays_one_when_a_version_is_restored(home: Home, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles"
    real.write_bytes(TWO)
    home.paths.config.symlink_to(real)
    home.history.note()
    real.write_bytes(b"[x]\n")
    home.history.note()
    home.history.restore(home.history.find(1), seen=b"[x]\n")
    assert home.paths.config.is_symlink()
    assert real.read_bytes() == TWO


def test_a_damaged_object_is_told_and_never_written(home: Home) -> None:
    home.config(LARGE)
    (change,) = home.history.note()
    (home.paths.history_dir / "objects" / str(change.version.digest)).write_bytes(b"junk")
    home.history = History(home.paths, home.clock)
    home.config(b"[x]\n")
    home.history.note()
    with pytest.raises(StoreFailed, match="damaged"):
        home.history.restore(home.history.find(1), seen=b"[x]\n")
    assert home.paths.config.read_bytes() == b"[x]\n"


@posix_only
def test_a_restore_that_ends_halfway_leaves_the_file_as_it_was(home: Home) -> None:
    home.config(TWO + b"\n# long" * 4000)
    home.history.note()
    home.config(b"[x]\n")
    home.history.note()
    with pytest.raises(StoreFailed, match="File too large"):
        in_child(lambda: home.history.restore(home.history.find(1), seen=b"[x]\n"), file_limit=8192)
    assert home.paths.config.read_bytes() == b"[x]\n"
    assert [path.name for path in home.paths.aws_dir.iterdir()] == ["config"]


@pytest.mark.parametrize("junk", ["", "junk", "[]", '{"number": 7}', '\n\n{"number": "x"}\n', "[" * 100_000])
def test_junk_in_the_list_is_no_history(home: Home, junk: str) -> None:
    home.paths.history_dir.mkdir(parents=True)
    (home.paths.history_dir / "versions.jsonl").write_text(junk)
    assert home.history.versions() == ()
    home.config(TWO)
    assert len(home.history.note()) == 1


@pytest.mark.parametrize("number", [None, 7])
def test_a_version_that_is_not_there_is_a_usage_error(home: Home, number: int | None) -> None:
    with pytest.raises(UsageError, match="to restore"):
        home.history.find(number)


def test_numbers_are_never_given_twice_however_much_is_thinned(home: Home) -> None:
    seen = []
    for day in range(40):
        home.config(f"[profile p{day}]\n".encode() * 999)
        seen += [change.version.number for change in home.history.note()]
        home.clock.advance(timedelta(days=30))
    assert seen == list(range(1, 41))
    kept = home.history.versions()
    assert len(kept) < 20
    assert home.objects() == {v.digest for v in kept}


def test_the_list_names_each_version_once(home: Home) -> None:
    home.config(TWO)
    home.history.note()
    lines = (home.paths.history_dir / "versions.jsonl").read_text().splitlines()
    assert [json.loads(line)["number"] for line in lines] == [1]


CONTENTS = st.lists(st.sampled_from([b"", b"[a]\n", LARGE[:5000], LARGE, LARGE[::-1]]), min_size=1, max_size=3).map(
    b"".join
)


@given(st.lists(st.one_of(st.none(), CONTENTS, st.binary(max_size=20).map(lambda b: LARGE + b)), max_size=8))
def test_every_version_gives_back_what_was_there(states: list[bytes | None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        seen: list[bytes | None] = []
        for data in states:
            if data is None:
                home.paths.config.unlink(missing_ok=True)
            else:
                home.config(data)
            history = History(home.paths, home.clock)
            changed = data != (seen[-1] if seen else None)
            assert [bool(change) for change in history.note()] == [True] * changed
            seen += [data] * changed
        versions = reversed(History(home.paths, home.clock).versions())
        assert [History(home.paths, home.clock).data(version) for version in versions] == seen
