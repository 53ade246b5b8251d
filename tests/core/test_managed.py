"""What administrators set for everybody, and what a person may still change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aws_sso_core import desktop, settings
from aws_sso_core.cli.services import Services
from aws_sso_core.desktop.ports import Policy
from aws_sso_core.desktop.windows.ownership import is_by_administrators
from aws_sso_core.desktop.windows.policies import DEFAULTS, KEY, policies
from aws_sso_core.errors import SettingInvalid
from aws_sso_core.settings import Settings, change, managed
from cli_world import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(desktop, "policies", lambda: ())
    return World(tmp_path, monkeypatch)


def write(world: World, text: str) -> None:
    path = world.services().paths.managed_settings
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def own(world: World, text: str) -> None:
    path = world.services().paths.settings
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def in_force(world: World) -> Settings:
    paths = world.services().paths
    return settings.load(paths.settings, managed=managed.layers(paths.managed_settings))


def test_defaults_lie_under_the_persons_file_and_the_policy_over_it(world: World) -> None:
    write(world, 'sign_in = "never"\nwait_seconds = 10\n[policy]\nrenew = false\n')
    own(world, "wait_seconds = 20\nrenew = true\n")
    found = in_force(world)
    assert (found.sign_in, found.wait_seconds, found.renew) == ("never", 20, False)
    sources = [found.source(key) for key in ("sign_in", "wait_seconds", "renew", "notices")]
    assert sources == ["managed", "user", "policy", "default"]
    assert found.problems == ()


def test_group_policy_says_the_same_as_people_type_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"sign_in": "Automatic", "notices": "0", "warn_minutes": "30, 10", "snooze_minutes": "5"}
    monkeypatch.setattr(desktop, "policies", lambda: (Policy("policy", "HKLM", said),))
    own(world, 'sign_in = "ask"\n')
    found = in_force(world)
    assert (found.sign_in, found.notices, found.warn_minutes) == ("automatic", False, (30, 10))
    assert found.places["sign_in"] == "HKLM"


def test_what_a_policy_sets_cannot_be_changed_and_the_place_is_told(world: World) -> None:
    write(world, '[policy]\nsign_in = "never"\n')
    ran = world.run("settings", "sign_in", "automatic")
    assert ran.code == 2
    assert "sign_in is set by your administrator's policy." in ran.err
    assert "managed.toml, [policy]" in ran.err
    assert not world.services().paths.settings.exists()


def test_an_entry_of_a_table_that_a_policy_sets_cannot_be_changed_either(tmp_path: Path) -> None:
    layer = settings.Layer("policy", "HKLM", {"session_durations": "corp=8h"}, typed=True)
    with pytest.raises(SettingInvalid):
        change(tmp_path / "settings.toml", "session_durations.corp", "12h", managed=(layer,))


def test_a_person_may_change_a_default(world: World) -> None:
    write(world, 'sign_in = "never"\n')
    assert world.run("settings", "sign_in").out == "never\n"
    assert world.run("settings", "sign_in", "ask").code == 0
    assert world.run("settings", "sign_in").out == "ask\n"
    assert world.run("settings", "sign_in", "--reset").out == "sign_in = never  (your administrator's default)\n"


def test_every_value_tells_where_it_comes_from(world: World) -> None:
    write(world, "renew = false\n[policy]\nnotices = false\n")
    own(world, "wait_seconds = 9\n")
    told = world.run("settings").out
    assert "renew = false  (your administrator's default)" in told
    assert "notices = false  (set by your administrator's policy: ~/tray/managed.toml, [policy])" in told
    assert "wait_seconds = 9  (set by you)" in told
    rows = {row["name"]: row for row in json.loads(world.run("settings", "--json").out)["settings"]}
    assert [rows[name]["source"] for name in ("renew", "notices", "wait_seconds")] == ["managed", "policy", "user"]
    assert rows["notices"]["place"].endswith("[policy]")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("renew = 3", "managed.toml: renew must be true or false; true is used."),
        ("[policy]\nrenew = 3", "managed.toml, [policy]: renew must be true or false; true is used."),
        ("policy = 3", "managed.toml: policy must be a table; it is left out."),
        ("[policy", "managed.toml is not valid TOML"),
    ],
)
def test_an_administrators_mistake_is_told_and_harms_nothing(text: str, problem: str, world: World) -> None:
    write(world, text)
    found = in_force(world)
    assert found.renew is True
    assert len(found.problems) == 1
    assert problem in found.problems[0]


class FakeMachine:
    def __init__(self, keys: dict[str, dict[str, str | int]]) -> None:
        self._keys = keys

    def values(self, key: str) -> dict[str, str | int]:
        return self._keys.get(key, {})


def test_the_registry_tells_policy_and_defaults_apart() -> None:
    machine = FakeMachine({KEY: {"Sign_In": "never", "": "x"}, DEFAULTS: {"notices": 0}})
    default, policy = policies(machine)
    assert default == Policy("managed", r"HKLM\Software\Policies\aws-sso-tray\Defaults", {"notices": "0"})
    assert policy == Policy("policy", r"HKLM\Software\Policies\aws-sso-tray", {"sign_in": "never"})


def test_edit_opens_the_file_and_makes_one_that_explains_itself(world: World) -> None:
    opened: list[Path] = []

    def prepare(services: Services) -> None:
        def open_file(path: Path) -> bool:
            opened.append(path)
            return len(opened) == 1

        services.open_file = open_file  # type: ignore[method-assign]

    world.prepare = prepare
    path = world.services().paths.settings
    assert world.run("settings", "--edit").code == 0
    assert opened == [path]
    assert "# sign_in = " in path.read_text()
    path.write_text("renew = false\n")
    ran = world.run("settings", "--edit")
    assert (ran.code, path.read_text()) == (1, "renew = false\n")
    assert "The settings are in ~/tray/settings.toml." in ran.err


def test_a_file_that_no_administrator_made_is_told_and_left_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows everybody may make folders in C:\\ProgramData; ``browser`` names a program that runs as the person."""
    write(world, 'browser = "evil.exe"\n[policy]\nrenew = false\n')
    monkeypatch.setattr(desktop, "is_by_administrators", lambda _file: False)
    found = in_force(world)
    assert (found.browser, found.renew) == ("", True)
    assert [problem for problem in found.problems if "not made by an administrator" in problem]


SYSTEM, ADMINS, ME, EVE = "S-1-5-18", "S-1-5-32-544", "S-1-5-21-1-2-3-1001", "S-1-5-21-1-2-3-1002"


@pytest.mark.parametrize(
    ("of_file", "of_folder", "believed"),
    [
        (ADMINS, SYSTEM, True),
        (ME, ME, True),
        (EVE, SYSTEM, False),
        (ADMINS, EVE, False),
        (None, SYSTEM, False),
        (ADMINS, None, False),
    ],
)
def test_the_owners_of_the_file_and_its_folder_count(
    of_file: str | None, of_folder: str | None, believed: bool
) -> None:
    file = Path("aws-sso-tray", "settings.toml")
    owners = {file: of_file, file.parent: of_folder}
    assert is_by_administrators(file, owner=owners.get, myself=ME) is believed


def test_an_owner_that_is_not_known_is_not_me() -> None:
    assert not is_by_administrators(Path("a", "b"), owner=lambda _path: None, myself=None)
