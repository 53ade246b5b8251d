from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aws_sso_core import files
from aws_sso_core.errors import (
    ChangedMeanwhile,
    DiskFull,
    ReadOnlyPlace,
)
from aws_sso_core.switching import active
from aws_sso_core.switching import record as switches
from aws_sso_core.switching.active import Undone
from fakes import Worker
from switch_home import CONFIG, Home, scratch_home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return scratch_home(tmp_path, monkeypatch)


def interfering(monkeypatch: pytest.MonkeyPatch, write: Callable[[], None], times: int) -> None:
    """Let another program write the config while a switch is being prepared."""
    left = iter(range(times))

    def write_and_remember(*args: object) -> None:
        if next(left, None) is not None:
            write()
        switches.remember(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("aws_sso_core.switching.active.remember", write_and_remember)


def test_a_change_by_another_program_meanwhile_is_kept_and_the_switch_redone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add() -> None:
        home.config = home.config + "[profile added]\nregion = x\n"

    interfering(monkeypatch, add, times=1)
    home.use("prod")
    assert home.current == "prod"
    assert "[profile added]" in home.config
    assert home.clock.slept


def test_a_change_in_the_last_moment_before_the_replace_is_kept_too(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "_copy_access_list" if os.name == "nt" else "_copy_mode"
    copy, left = getattr(files, name), iter([b"[profile added]\nregion = x\n"])

    def copy_while_another_writes(source: Path, target: Path) -> None:
        copy(source, target)
        home.config = home.config + next(left, b"").decode()

    monkeypatch.setattr(files, name, copy_while_another_writes)
    home.use("prod")
    assert home.current == "prod"
    assert "[profile added]" in home.config
    assert len(home.clock.slept) == 1


def test_a_program_that_never_stops_writing_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def add() -> None:
        home.config = home.config + "#\n"

    interfering(monkeypatch, add, times=99)
    with pytest.raises(ChangedMeanwhile):
        home.use("prod")
    assert home.config.startswith(CONFIG)


def failing(error: int) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise OSError(error, os.strerror(error))

    return fail


def test_a_full_disk_leaves_the_old_file_whole(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", failing(errno.ENOSPC))
    with pytest.raises(DiskFull):
        home.use("prod")
    monkeypatch.undo()
    assert home.config == CONFIG
    assert [p.name for p in home.paths.aws_dir.iterdir()] == ["config"]


def test_a_disk_that_is_full_only_for_the_config_leaves_undo_harmless(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.use("dev.admin")
    before = home.config
    with monkeypatch.context() as patch:
        patch.setattr(files, "_replace", failing_for(home.paths.config, errno.ENOSPC))
        with pytest.raises(DiskFull):
            home.use("prod")
    assert (home.config, home.current) == (before, "dev.admin")
    assert home.undo() == Undone(previous="dev.admin", restored=True)
    assert home.config == CONFIG


def failing_for(path: Path, error: int) -> Callable[[Path, Path], None]:
    replace = files._replace

    def maybe(temporary: Path, target: Path) -> None:
        if target.name == path.name:
            raise OSError(error, os.strerror(error))
        replace(temporary, target)

    return maybe


def test_a_read_only_place_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_replace", failing_for(home.paths.config, errno.EROFS))
    with pytest.raises(ReadOnlyPlace, match="config"):
        home.use("prod")
    assert home.config == CONFIG


class Killed(BaseException):
    """What a kill -9 looks like from inside: nothing after it runs."""


@pytest.mark.parametrize("switch", range(3))
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_switch_killed_around_the_replace_can_be_undone_to_the_last_byte(
    home: Home, monkeypatch: pytest.MonkeyPatch, moment: str, switch: int
) -> None:
    replace = files.replace_if_unchanged

    def killed(path: Path, before: bytes | None, after: bytes) -> None:
        if moment == "after":
            replace(path, before, after)
        raise Killed

    for name in ("dev.admin", "prod")[:switch]:
        home.use(name)
    with monkeypatch.context() as patch:
        patch.setattr(active, "replace_if_unchanged", killed)
        with pytest.raises(Killed):
            home.use("process")
    assert home.current == ("process" if moment == "after" else (None, "dev.admin", "prod")[switch])
    while active.can_undo(paths=home.paths):
        home.undo()
    assert home.config == CONFIG


def test_switches_at_the_same_time_end_with_one_of_them_whole(home: Home) -> None:
    workers = [Worker(lambda name=name: home.use(name)) for name in ("dev.admin", "prod", "process", "deploy")]  # type: ignore[misc]
    for worker in workers:
        worker.result()
    assert home.current in {"dev.admin", "prod", "process", "deploy"}
    while active.can_undo(paths=home.paths):
        home.undo()
    assert home.config == CONFIG


def test_a_missing_config_has_no_active_profile(home: Home) -> None:
    home.paths.config.unlink()
    assert home.current is None
    assert active.shadows(paths=home.paths, env={}) == ()


def test_a_broken_config_has_no_active_profile(home: Home) -> None:
    home.use("prod")
    home.config = home.config + "junk\n"
    assert home.current is None
    assert not active.can_undo(paths=home.paths)


def test_switching_needs_no_heavy_library() -> None:
    program = (
        "import sys, aws_sso_core.switching.active;"
        "heavy = {'boto3', 'botocore', 'click', 'rich', 'tomlkit', 'ssl', 'asyncio', 'platformdirs', 'http'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"
