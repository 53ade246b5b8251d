"""Signing out when somebody logs off, or has been away for long: only where the person wants it."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from aws_sso_core.desktop.ports import PowerEvent
from aws_sso_core.model import Role, RoleCredentials, Secret, Session, State, Token
from aws_sso_core.role_cache import RoleCache
from aws_sso_tray.actions import SignOutOfAll
from aws_sso_tray.leaving import sign_out_now
from aws_sso_tray.menu import menu
from tray_samples import HOUR, MINUTE, OLD, signed_in, snapshot, status
from tray_world import TrayWorld

CORP = Session("corp", "https://corp.awsapps.com/start", "us-east-1")
ALL_OUT = ("logout", "", "--all", "--local")


@pytest.fixture
def world(tmp_path: Path) -> TrayWorld:
    return TrayWorld(tmp_path)


def wants(world: TrayWorld, setting: str) -> None:
    world.paths.settings.parent.mkdir(parents=True, exist_ok=True)
    with world.paths.settings.open("a") as file:
        file.write(setting)


def test_a_log_off_signs_out_where_that_is_wanted(world: TrayWorld) -> None:
    wants(world, "sign_out_at_log_off = true\n")
    world.turn()
    world.turn(PowerEvent.LOG_OFF, PowerEvent.LOG_OFF)
    assert world.left == [world.now]
    assert world.engine.stopped


def test_a_log_off_signs_nobody_out_by_itself(world: TrayWorld) -> None:
    world.turn()
    world.turn(PowerEvent.LOG_OFF)
    assert world.left == []


def test_an_installer_that_ends_the_tray_signs_nobody_out(world: TrayWorld) -> None:
    wants(world, "sign_out_at_log_off = true\n")
    world.turn()
    world.turn(PowerEvent.END)
    assert world.left == []
    assert world.engine.stopped


def test_a_long_absence_signs_out_once(world: TrayWorld) -> None:
    wants(world, "sign_out_after_hours = 4\n")
    world.signed_in(length=None)
    world.turn(PowerEvent.LOCKED)
    world.after(3 * HOUR)
    assert ALL_OUT not in world.jobs.started
    world.after(6 * HOUR)
    assert world.jobs.started.count(ALL_OUT) == 1


def test_a_keyboard_that_is_used_now_and_then_is_no_absence(world: TrayWorld) -> None:
    wants(world, "sign_out_after_hours = 4\n")
    world.signed_in(length=None)
    for _ in range(6):
        world.idle = timedelta(hours=1).total_seconds()
        world.after(HOUR)
        world.idle = 0.0
        world.after(2 * MINUTE)
    assert ALL_OUT not in world.jobs.started


def test_a_sleep_longer_than_that_signs_out_at_the_return(world: TrayWorld) -> None:
    wants(world, "sign_out_after_hours = 4\n")
    world.signed_in(length=None)
    world.turn(PowerEvent.SLEEP)
    world.clock.suspend(5 * HOUR)
    world.turn(PowerEvent.RESUMED)
    assert world.jobs.started.count(ALL_OUT) == 1


def test_without_the_setting_nobody_is_signed_out(world: TrayWorld) -> None:
    world.signed_in(length=None)
    world.turn(PowerEvent.LOCKED)
    world.after(24 * HOUR)
    assert ALL_OUT not in world.jobs.started


def test_several_sign_ins_can_be_left_at_once_from_the_menu() -> None:
    two = menu(snapshot(sessions=(signed_in(), signed_in(OLD))))
    assert [item.action for item in two if item.label == "Sign out of all"] == [SignOutOfAll()]
    one = menu(snapshot(sessions=(signed_in(), status(State.SIGNED_OUT, OLD))))
    assert "Sign out of all" not in [item.label for item in one]


# At log-off ------------------------------------------------------------------------------------------------------------


def signed_in_files(world: TrayWorld) -> list[Path]:
    world.tokens.write(CORP, Token(Secret("t"), world.now + HOUR))
    cache = RoleCache(world.paths.cli_cache)
    role = Role("000000000001", "Admin")
    cache.write(CORP, role, RoleCredentials("ASIA", Secret("s"), Secret("t"), world.now + HOUR))
    return [world.tokens.path(CORP), cache.path(CORP, role)]


CONFIG = """\
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1

[profile dev]
sso_session = corp
sso_account_id = 000000000001
sso_role_name = Admin
"""


@pytest.mark.parametrize("program", ["import sys; sys.exit(4)", "import time; time.sleep(600)", None])
def test_tokens_and_role_credentials_go_even_if_aws_hears_nothing(
    program: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aws_sso_tray.leaving.IN_TIME", 0.2)
    world = TrayWorld(tmp_path, CONFIG)
    files = signed_in_files(world)
    command = [sys.executable, "-c", program] if program else [str(tmp_path / "nowhere")]
    sign_out_now(world.paths, command=command, env=world.env)
    assert [path for path in files if path.exists()] == []


def test_a_config_that_nobody_can_parse_does_not_hold_the_log_off_up(tmp_path: Path) -> None:
    world = TrayWorld(tmp_path, "[oops\n")
    sign_out_now(world.paths, command=[sys.executable, "-c", ""], env=world.env)
