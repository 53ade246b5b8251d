"""Files: read with patience, replaced in one step, whatever happens meanwhile."""

from __future__ import annotations

import errno
import os
import stat
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Generic, ParamSpec, TypeVar

import pytest

from aws_sso_core import files
from aws_sso_core.errors import ChangedMeanwhile, DiskFull, ReadOnlyPlace, StoreFailed
from children import in_child, posix_only
from fakes import LIMIT, Worker

P = ParamSpec("P")
T = TypeVar("T")


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# Writing


def test_a_file_and_its_folders_are_made(tmp_path: Path) -> None:
    files.write_atomic(tmp_path / "a" / "b" / "file", b"new")
    assert (tmp_path / "a" / "b" / "file").read_bytes() == b"new"


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    files.write_atomic(tmp_path / "file", b"old")
    files.write_atomic(tmp_path / "file", b"new")
    assert names(tmp_path) == ["file"]
    assert (tmp_path / "file").read_bytes() == b"new"


@posix_only
def test_a_new_file_is_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        files.write_atomic(tmp_path / "folder" / "file", b"secret")
    finally:
        os.umask(before)
    assert (mode(tmp_path / "folder"), mode(tmp_path / "folder" / "file")) == (0o700, 0o600)


@posix_only
def test_a_file_is_owner_only_before_its_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = os.fsync

    def look(fd: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(fd).st_mode))
        real(fd)

    opened: list[tuple[int, int]] = []

    def opener(name: str, flags: int, wanted: int = 0o777) -> int:
        fd = real_open(name, flags, wanted)
        opened.append((stat.S_IMODE(os.fstat(fd).st_mode), os.fstat(fd).st_size))
        return fd

    real_open = os.open
    monkeypatch.setattr(os, "open", opener)
    monkeypatch.setattr(os, "fsync", look)
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "file").chmod(0o644)
    files.write_atomic(tmp_path / "file", b"secret", keep_mode=True)
    assert opened == [(0o600, 0)]
    assert seen == [0o600]


@posix_only
def test_an_open_file_becomes_owner_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "file").chmod(0o644)
    files.write_atomic(tmp_path / "file", b"new")
    assert mode(tmp_path / "file") == 0o600


@posix_only
def test_other_programs_files_keep_their_mode_when_asked(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "file").chmod(0o640)
    files.write_atomic(tmp_path / "file", b"new", keep_mode=True)
    assert mode(tmp_path / "file") == 0o640


@posix_only
@pytest.mark.parametrize(("laid_by", "followed"), [(4711, False), (1001, True)])
def test_another_users_link_in_a_place_of_everybodys_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, laid_by: int, *, followed: bool
) -> None:
    """`serve --token-file /tmp/token`, say: the link leads where they cannot write themselves, and we can."""
    everybodys = tmp_path / "tmp"
    everybodys.mkdir()
    everybodys.chmod(0o1777)
    (tmp_path / "mine").write_bytes(b"mine")
    (everybodys / "token").symlink_to(tmp_path / "mine")
    monkeypatch.setattr(files, "_me", lambda: 1001)
    link = os.lstat(everybodys / "token")
    laid = os.stat_result((*link[:4], laid_by, *link[5:]))
    monkeypatch.setattr(Path, "lstat", lambda _self: laid)
    if followed:
        files.write_atomic(everybodys / "token", b"new")
    else:
        with pytest.raises(ReadOnlyPlace, match="another user"):
            files.write_atomic(everybodys / "token", b"new")
    assert (tmp_path / "mine").read_bytes() == (b"new" if followed else b"mine")


@posix_only
def test_a_symbolic_link_stays_one_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "dotfiles" / "config").write_bytes(b"old")
    (tmp_path / "config").symlink_to(tmp_path / "dotfiles" / "config")
    files.write_atomic(tmp_path / "config", b"new")
    assert (tmp_path / "config").is_symlink()
    assert (tmp_path / "dotfiles" / "config").read_bytes() == b"new"
    assert names(tmp_path / "dotfiles") == ["config"]


@posix_only
def test_a_link_to_nothing_yet_gets_its_target_made(tmp_path: Path) -> None:
    (tmp_path / "config").symlink_to(tmp_path / "dotfiles" / "config")
    files.write_atomic(tmp_path / "config", b"new")
    assert (tmp_path / "config").is_symlink()
    assert (tmp_path / "dotfiles" / "config").read_bytes() == b"new"


def test_the_temporary_file_is_never_taken_for_a_token_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda _fd: seen.extend(names(tmp_path)))
    files.write_atomic(tmp_path / "token.json", b"{}")
    (name,) = seen
    assert not name.endswith(".json")


def test_what_a_killed_writer_left_is_cleared_away_and_a_running_ones_is_not(tmp_path: Path) -> None:
    old, new, other = tmp_path / ".file.1-2-3.tmp", tmp_path / ".file.4-5-6.tmp", tmp_path / ".file.theirs.tmp"
    for leftover in (old, new, other):
        leftover.write_bytes(b"secret")
    for leftover in (old, other):
        os.utime(leftover, (time.time() - 100, time.time() - 100))
    files.write_atomic(tmp_path / "file", b"new")
    assert names(tmp_path) == sorted(["file", new.name, other.name])


# Bad days


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_and_the_old_file_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    (tmp_path / "file").write_bytes(b"old")

    def full(_fd: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull, match="no space left") as caught:
        files.write_atomic(tmp_path / "file", b"new")
    assert caught.value.hint == "Free some space, then try again."
    assert isinstance(caught.value.__cause__, OSError)
    assert (tmp_path / "file").read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


@posix_only
def test_a_write_that_ends_halfway_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(StoreFailed):
        in_child(lambda: files.write_atomic(tmp_path / "file", b"x" * 100_000), file_limit=10_000)
    assert (tmp_path / "file").read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


@posix_only
def test_a_read_only_folder_is_told_and_the_old_file_is_whole(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(ReadOnlyPlace, match=r"file cannot be written: Permission denied\."):
            in_child(lambda: files.write_atomic(tmp_path / "file", b"new"))
    finally:
        tmp_path.chmod(0o755)
    assert (tmp_path / "file").read_bytes() == b"old"


@posix_only
def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(ReadOnlyPlace):
            in_child(lambda: files.make_private_dir(tmp_path / "a" / "b"))
    finally:
        tmp_path.chmod(0o755)


def test_a_file_where_a_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "aws").write_bytes(b"")
    with pytest.raises(StoreFailed, match="cannot be written"):
        files.write_atomic(tmp_path / "aws" / "sso" / "file", b"new")


def test_a_folder_where_the_file_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(StoreFailed):
        files.write_atomic(tmp_path / "file", b"new")
    assert names(tmp_path) == ["file"]


def test_readers_never_see_half_a_file_while_two_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "REPLACE_PATIENCE", LIMIT)  # a busy machine may stop the reader with the file open
    file = tmp_path / "file"
    contents = {b"a" * 50_000, b"b" * 70_000}
    files.write_atomic(file, b"a" * 50_000)
    done = threading.Event()

    def writing(data: bytes) -> Callable[[], None]:
        def write() -> None:
            for _ in range(60):
                files.write_atomic(file, data)

        return write

    def read() -> set[bytes | None]:
        seen = set()
        while not done.is_set():
            seen.add(files.read_bytes(file))
        return seen

    reader = Worker(read)
    writers = [Worker(writing(data)) for data in contents]
    for writer in writers:
        writer.result()
    done.set()
    assert reader.result() <= contents
    assert names(tmp_path) == ["file"]


def test_a_file_that_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"theirs")
    with pytest.raises(ChangedMeanwhile):
        files.replace_if_unchanged(tmp_path / "file", b"old", b"ours")
    assert (tmp_path / "file").read_bytes() == b"theirs"


def test_a_file_that_appeared_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"theirs")
    with pytest.raises(ChangedMeanwhile):
        files.replace_if_unchanged(tmp_path / "file", None, b"ours")


def test_an_unchanged_file_is_replaced(tmp_path: Path) -> None:
    files.replace_if_unchanged(tmp_path / "file", None, b"first")
    files.replace_if_unchanged(tmp_path / "file", b"first", b"second")
    assert (tmp_path / "file").read_bytes() == b"second"


# Reading, removing


@pytest.mark.parametrize("name", ["missing", "missing/deeper", "file/deeper"])
def test_what_is_not_there_reads_as_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert files.read_bytes(tmp_path / name) is None
    assert not files.remove(tmp_path / name)


def test_reading_stops_one_byte_past_the_limit(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert [files.read_bytes(tmp_path / "file", limit=n) for n in (3, 5, 9)] == [b"1234", b"12345", b"12345"]


def test_a_folder_cannot_be_read_as_a_file(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="cannot be read"):
        files.read_bytes(tmp_path)


def test_a_removed_file_is_gone(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert files.remove(tmp_path / "file")
    assert names(tmp_path) == []


@posix_only
def test_a_file_that_cannot_be_removed_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    tmp_path.chmod(0o555)
    try:
        with pytest.raises(ReadOnlyPlace, match="cannot be removed"):
            in_child(lambda: files.remove(tmp_path / "file"))
    finally:
        tmp_path.chmod(0o755)


def test_a_signature_changes_with_the_file_and_is_none_without_one(tmp_path: Path) -> None:
    file = tmp_path / "file"
    seen = [files.signature(file)]
    for data in (b"a", b"b"):
        files.write_atomic(file, data)
        seen.append(files.signature(file))
    assert seen[0] is None
    assert len(set(seen)) == 3


# Windows: others may have the file open for a moment


class Refusing(Generic[P, T]):
    """An operation that Windows refuses some times before it lets it through."""

    def __init__(self, operation: Callable[P, T], times: int) -> None:
        self.operation = operation
        self.times = times

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        self.times -= 1
        if self.times >= 0:
            raise PermissionError(errno.EACCES, "in use")
        return self.operation(*args, **kwargs)

    def __get__(self, instance: object, owner: type) -> Callable[..., T]:
        return partial(self.__call__, instance)  # type: ignore[arg-type]


@pytest.fixture
def on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "in_use", lambda error: isinstance(error, PermissionError))
    monkeypatch.setattr(files, "_RETRY_PAUSE", 0)


@pytest.mark.usefixtures("on_windows")
def test_a_replace_refused_while_somebody_reads_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "replace", Refusing(Path.replace, times=3))
    files.write_atomic(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"


@pytest.mark.usefixtures("on_windows")
def test_a_replace_refused_for_good_gives_up_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "REPLACE_PATIENCE", 0.01)
    (tmp_path / "file").write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", Refusing(Path.replace, times=1_000_000))
    with pytest.raises(ReadOnlyPlace):
        files.write_atomic(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


@pytest.mark.usefixtures("on_windows")
def test_reading_and_removing_a_file_in_use_are_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"data")
    monkeypatch.setattr(Path, "open", Refusing(Path.open, times=2))
    monkeypatch.setattr(Path, "unlink", Refusing(Path.unlink, times=2))
    assert files.read_bytes(tmp_path / "file") == b"data"
    assert files.remove(tmp_path / "file")


def test_a_folder_in_a_files_place_is_called_so(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed) as refused:
        files.read_bytes(tmp_path)
    assert refused.value.hint == "A file belongs there, not a folder."


@pytest.mark.parametrize("size", [0, 1, files.PIECE - 1, files.PIECE, files.PIECE + 1, 3 * files.PIECE])
def test_a_file_holds_what_is_in_it_and_nothing_else(tmp_path: Path, size: int) -> None:
    path, data = tmp_path / "file", bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    path.write_bytes(data)
    assert files.holds(path, data)
    others = (
        None,
        data + b"y",
        data[:-1],
        data[:-1] + b"y",
        b"y" + data[1:],
        data[: size // 2] + data[size // 2 + 1 :],
    )
    assert not [other for other in others if other != data and files.holds(path, other)]


def test_a_missing_file_holds_nothing_not_even_no_bytes(tmp_path: Path) -> None:
    assert files.holds(tmp_path / "file", None)
    assert not files.holds(tmp_path / "file", b"")
