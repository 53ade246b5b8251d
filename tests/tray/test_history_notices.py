"""Another program drops sections of a file: the tray says so, and one click puts them back."""

from __future__ import annotations

from pathlib import Path

import pytest

from aws_sso_core.history import History
from aws_sso_tray.events import Pressed
from tray_world import CONFIG, LEGACY_PROFILE, TrayWorld

LOST = "2 sections are gone from config"
SHORT = CONFIG.partition("[profile dev.admin]")[0]


@pytest.fixture
def world(tmp_path: Path) -> TrayWorld:
    world = TrayWorld(tmp_path)
    world.turn()
    return world


def change(world: TrayWorld, text: str) -> None:
    world.paths.config.write_bytes(text.encode())
    world.clock.advance(world.watcher.interval)
    world.turn()


def key_of(world: TrayWorld) -> str:
    (key,) = world.notifier.standing
    return key


def test_sections_that_another_program_dropped_are_named_with_the_way_back(world: TrayWorld) -> None:
    change(world, SHORT)
    (notice,) = world.notifier.standing.values()
    assert notice.title == LOST
    assert "[profile dev.admin] and [profile dev.readonly]" in notice.body
    assert [button.label for button in notice.buttons] == ["Restore", "Leave it"]


def test_restore_puts_back_the_version_that_had_them(world: TrayWorld) -> None:
    change(world, SHORT)
    world.turn(Pressed(key_of(world), "restore"))
    assert world.jobs.started[-1] == ("restore", "1", "--yes")
    assert world.notifier.standing == {}


def test_leaving_it_restores_nothing(world: TrayWorld) -> None:
    change(world, SHORT)
    world.turn(Pressed(key_of(world), "leave"))
    assert world.jobs.started == []
    assert world.notifier.standing == {}


def test_the_notice_goes_when_somebody_has_put_them_back(world: TrayWorld) -> None:
    change(world, SHORT)
    change(world, CONFIG)
    assert world.notifier.standing == {}


def test_that_it_is_restored_is_told(world: TrayWorld) -> None:
    change(world, SHORT)
    world.turn(Pressed(key_of(world), "restore"))
    world.turn(world.jobs.ended("restore", "1", path=str(world.paths.config)))
    assert world.notifier.titles == [LOST, "config is restored"]


def test_a_restore_that_fails_says_why(world: TrayWorld) -> None:
    change(world, SHORT)
    world.turn(Pressed(key_of(world), "restore"))
    world.turn(world.jobs.ended("restore", "1", 1, message="It is read-only.", hint="Look at its rights."))
    (notice,) = world.notifier.standing.values()
    assert (notice.title, notice.body) == ("Nothing was restored", "It is read-only. Look at its rights.")


@pytest.mark.parametrize("text", [CONFIG + LEGACY_PROFILE, CONFIG.replace("ReadOnly", "Other"), CONFIG + "junk"])
def test_a_change_that_loses_no_section_is_not_spoken_of(world: TrayWorld, text: str) -> None:
    change(world, text)
    assert world.notifier.titles == []


def test_a_loss_by_our_own_command_is_not_spoken_of(world: TrayWorld) -> None:
    before = world.paths.config.read_bytes()
    with History(world.paths, world.clock).writing(world.paths.config, before, SHORT.encode(), by="populate"):
        change(world, SHORT)
    assert world.notifier.titles == []


def test_a_config_that_nobody_can_parse_any_more_is_kept_in_the_history_too(world: TrayWorld) -> None:
    change(world, SHORT + "junk\n")
    assert world.notifier.titles == [LOST]
    assert len(History(world.paths, world.clock).versions()) == 2


def test_a_file_in_the_middle_of_being_written_is_no_loss(world: TrayWorld) -> None:
    def finish(_seconds: float) -> None:
        world.paths.config.write_text(CONFIG + "\n")

    world.clock.on_sleep = finish
    change(world, "")
    assert world.notifier.titles == []
