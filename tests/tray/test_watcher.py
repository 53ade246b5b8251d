"""Changes are noticed: at once by hints, and without any by the sweep."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from watchdog.events import FileModifiedEvent

from aws_sso_tray.file_events import FileEvents, Handler
from aws_sso_tray.watcher import SWEEP_WITH_HINTS, SWEEP_WITHOUT_HINTS, Watcher, _remote
from fakes import LIMIT


class Hints:
    """Counts the hints; ``wait`` waits for the next one."""

    def __init__(self) -> None:
        self._came = threading.Event()

    def __call__(self) -> None:
        self._came.set()

    def wait(self) -> None:
        assert self._came.wait(LIMIT), "no hint came"
        self._came.clear()

    def seen(self) -> bool:
        return self._came.is_set()

    def forget(self) -> None:
        """What came so far; after a sweep that renewed the watches, nothing old can come any more."""
        self._came.clear()


@pytest.fixture
def aws(tmp_path: Path) -> Path:
    return tmp_path / "home" / ".aws"


@pytest.fixture
def hints() -> Hints:
    return Hints()


@pytest.fixture
def watcher(aws: Path, hints: Hints) -> Iterator[Watcher]:
    it = Watcher(files=[aws / "config"], folders=[aws / "sso" / "cache"], hint=hints, observe=FileEvents)
    yield it
    it.stop()


@pytest.fixture
def cache(aws: Path) -> Path:
    folder = aws / "sso" / "cache"
    folder.mkdir(parents=True)
    return folder


def replaced(path: Path, text: str) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text)
    temporary.replace(path)


def test_a_token_file_replaced_in_one_step_gives_a_hint_and_a_change(
    watcher: Watcher, hints: Hints, cache: Path
) -> None:
    (cache / "t.json").write_text("old")
    watcher.start()
    replaced(cache / "t.json", "new")
    hints.wait()
    assert watcher.sweep()


def test_a_file_written_in_place_gives_a_hint(watcher: Watcher, hints: Hints, cache: Path) -> None:
    (cache / "t.json").write_text("old")
    watcher.start()
    (cache / "t.json").write_text("newer")
    hints.wait()
    assert watcher.sweep()


def test_a_deleted_file_gives_a_hint(watcher: Watcher, hints: Hints, cache: Path) -> None:
    (cache / "t.json").write_text("old")
    watcher.start()
    (cache / "t.json").unlink()
    hints.wait()
    assert watcher.sweep()


@pytest.mark.usefixtures("cache")
def test_a_changed_config_gives_a_hint(watcher: Watcher, hints: Hints, aws: Path) -> None:
    watcher.start()
    (aws / "config").write_text("[default]")
    hints.wait()
    assert watcher.sweep()


def test_nothing_changed_is_no_change(watcher: Watcher, cache: Path) -> None:
    (cache / "t.json").write_text("old")
    watcher.start()
    assert not watcher.sweep()


def test_a_change_is_told_once(watcher: Watcher, cache: Path) -> None:
    watcher.start()
    (cache / "t.json").write_text("new")
    assert [watcher.sweep(), watcher.sweep()] == [True, False]


def test_reading_a_file_is_no_hint(watcher: Watcher, hints: Hints, aws: Path, cache: Path) -> None:
    (cache / "t.json").write_text("old")
    watcher.start()
    (cache / "t.json").read_text()
    (cache / "t.json").stat()
    (aws / "config").write_text("barrier")
    hints.wait()
    assert not hints.seen()


def test_folders_that_are_made_later_are_watched_from_then_on(watcher: Watcher, hints: Hints, aws: Path) -> None:
    aws.parent.mkdir()
    watcher.start()
    cache = aws / "sso" / "cache"
    cache.mkdir(parents=True)
    hints.wait()
    watcher.sweep()
    hints.forget()
    replaced(cache / "t.json", "new")
    hints.wait()
    assert watcher.sweep()


def test_a_cache_deleted_and_made_again_is_watched_again(watcher: Watcher, hints: Hints, cache: Path) -> None:
    watcher.start()
    shutil.rmtree(cache)
    hints.wait()
    cache.mkdir()
    watcher.sweep()
    hints.forget()
    replaced(cache / "t.json", "new")
    hints.wait()
    assert watcher.sweep()


def test_a_symlinked_cache_gives_hints(watcher: Watcher, hints: Hints, aws: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "cache"
    real.mkdir(parents=True)
    (aws / "sso").mkdir(parents=True)
    (aws / "sso" / "cache").symlink_to(real, target_is_directory=True)
    watcher.start()
    replaced(real / "t.json", "new")
    hints.wait()
    assert watcher.sweep()


@pytest.mark.usefixtures("cache")
def test_a_symlinked_config_gives_hints_when_its_target_changes(
    watcher: Watcher, hints: Hints, aws: Path, tmp_path: Path
) -> None:
    real = tmp_path / "dotfiles" / "aws-config"
    real.parent.mkdir()
    real.write_text("[default]")
    (aws / "config").symlink_to(real)
    watcher.start()
    replaced(real, "[profile dev]")
    hints.wait()
    assert watcher.sweep()


@pytest.mark.usefixtures("cache")
def test_a_link_that_points_elsewhere_from_now_on_is_followed(
    watcher: Watcher, hints: Hints, aws: Path, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config").write_text(name)
    (aws / "config").symlink_to(tmp_path / "one" / "config")
    watcher.start()
    (aws / "config").unlink()
    (aws / "config").symlink_to(tmp_path / "two" / "config")
    hints.wait()
    assert watcher.sweep()
    hints.forget()
    replaced(tmp_path / "two" / "config", "three")
    hints.wait()
    assert watcher.sweep()


def test_other_files_in_a_busy_home_give_no_hint(watcher: Watcher, hints: Hints, aws: Path) -> None:
    aws.parent.mkdir()
    watcher.start()
    (aws.parent / "thesis.odt").write_text("busy")
    aws.mkdir()
    hints.wait()
    (aws.parent / "thesis.odt").write_text("busier")
    assert not hints.seen()


def test_without_hints_the_sweep_still_sees_everything_and_comes_more_often(aws: Path, cache: Path) -> None:
    def no_events(*_: object) -> FileEvents:
        raise OSError("inotify watch limit reached")

    blind = Watcher(files=[aws / "config"], folders=[cache], hint=lambda: None, observe=no_events)
    blind.start()
    (cache / "t.json").write_text("new")
    assert blind.sweep()
    assert blind.interval == SWEEP_WITHOUT_HINTS


def test_an_observer_that_cannot_start_is_not_tried_again_every_second(
    aws: Path, cache: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def no_events(*_: object) -> FileEvents:
        raise OSError("inotify watch limit reached")

    blind = Watcher(files=[aws / "config"], folders=[cache], hint=lambda: None, observe=no_events)
    with caplog.at_level(logging.WARNING):
        blind.start()
        for _ in range(5):
            blind.sweep()
    assert len(caplog.records) == 1


@pytest.mark.usefixtures("cache")
def test_with_hints_the_sweep_comes_seldom(watcher: Watcher) -> None:
    watcher.start()
    assert watcher.interval == SWEEP_WITH_HINTS


def test_windows_shares_are_known_by_their_name() -> None:
    assert _remote(Path("//wsl.localhost/Debian/home"))
    assert not _remote(Path("/home/a"))


def test_a_network_drive_behind_a_letter_is_looked_at_every_second(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    def behind(path: Path) -> str:
        return f"//server/share/{path.name}" if path.name == "config" else str(path)

    monkeypatch.setattr(os.path, "realpath", behind)
    watcher.start()
    assert not watcher.hinted
    assert watcher.interval == SWEEP_WITHOUT_HINTS


def test_a_hint_that_raises_does_not_end_the_watching(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise RuntimeError("bug")

    Handler(lambda _path: True, broken).dispatch(FileModifiedEvent(os.fspath("/x")))
    assert "could not be handled" in caplog.text


@pytest.mark.usefixtures("cache")
def test_a_stopped_watcher_leaves_no_thread(watcher: Watcher) -> None:
    before = set(threading.enumerate())
    watcher.start()
    watcher.stop()
    assert set(threading.enumerate()) <= before


def test_an_unreadable_folder_is_no_error(aws: Path) -> None:
    aws.mkdir(parents=True)
    (aws / "sso").write_text("a file where a folder should be")
    blind = Watcher(files=[], folders=[aws / "sso" / "cache"], hint=lambda: None, observe=FileEvents)
    blind.start()
    assert not blind.sweep()
    blind.stop()
