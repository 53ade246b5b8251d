"""The switch by all its ways, on real files in a scratch home."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from aws_sso_core.errors import ProfileNotFound, StoreFailed, UsageError
from aws_sso_core.switching import active, choice
from aws_sso_core.switching.active import Undone, Used
from aws_sso_core.switching.switch import Switch, settle
from switch_home import CONFIG, Home, scratch_home


class Variables:
    """Lasting variables in memory."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.told = 0
        self.broken = False

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def set(self, name: str, value: str | None) -> None:
        if self.broken:
            raise StoreFailed("A policy forbids it.")
        self.told += 1
        if value is None:
            self.values.pop(name, None)
        else:
            self.values[name] = value


class Bench:
    def __init__(self, home: Home) -> None:
        self.home = home
        self.variables = Variables()

    def switch(self, env: Mapping[str, str] | None = None) -> Switch:
        return Switch(paths=self.home.paths, clock=self.home.clock, env=env or {}, environment=self.variables)

    def use(self, name: str, *ways: str, env: Mapping[str, str] | None = None) -> Used:
        return self.switch(env).use(name, ways=ways or ("default",))

    def undo(self) -> Used | Undone:
        return self.switch().undo()

    @property
    def told_shells(self) -> str | None:
        path = self.home.paths.state_dir / choice.FILE
        return path.read_text() if path.exists() else None

    @property
    def lasting(self) -> str | None:
        return self.variables.get("AWS_PROFILE")


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(scratch_home(tmp_path, monkeypatch))


def test_by_default_the_section_is_switched_and_no_variable(bench: Bench) -> None:
    assert bench.use("dev.admin").ways == {"default"}
    assert bench.home.current == "dev.admin"
    assert bench.variables.told == 0


def test_every_way_tells_the_shells(bench: Bench) -> None:
    bench.use("dev.admin", "default")
    assert bench.told_shells == "dev.admin\ndefault\n"
    bench.use("prod", "environment")
    assert bench.told_shells == "prod\nenvironment\n"
    bench.use("dev.admin", "shells")
    assert (bench.told_shells or "").startswith("dev.admin\nshells\n")


def test_the_environment_alone_leaves_the_config_as_it_is(bench: Bench) -> None:
    bench.use("dev.admin", "environment")
    assert bench.home.config == CONFIG
    assert bench.lasting == "dev.admin"


def test_the_environment_alone_takes_profiles_that_cannot_be_copied(bench: Bench) -> None:
    bench.home.paths.credentials.write_text("[vault]\naws_access_key_id = A\naws_secret_access_key = B\n")
    assert bench.use("vault", "environment").profile == "vault"


def test_a_choice_by_variable_is_the_active_profile(bench: Bench) -> None:
    bench.use("dev.admin", "environment")
    seen = active.look(paths=bench.home.paths, env={})
    assert (seen.profile, seen.shadowed_by, seen.can_undo) == ("dev.admin", (), True)


def test_the_lasting_variable_carries_our_sign(bench: Bench) -> None:
    bench.use("dev.admin", "environment")
    assert bench.variables.values == {"AWS_PROFILE": "dev.admin", "AWS_SSO_TRAY_FOLLOWS": "dev.admin"}


def test_the_desktop_is_not_told_again_of_what_it_knows(bench: Bench) -> None:
    bench.use("dev.admin", "environment")
    told = bench.variables.told
    bench.use("dev.admin", "environment")
    assert bench.variables.told == told


def test_both_ways_are_made_and_taken_back(bench: Bench) -> None:
    bench.variables.set("AWS_PROFILE", "my-own")
    bench.use("dev.admin", "default", "environment")
    assert (bench.home.current, bench.lasting) == ("dev.admin", "dev.admin")
    assert isinstance(bench.undo(), Undone)
    assert (bench.home.config, bench.lasting, bench.told_shells) == (CONFIG, "my-own", None)
    assert bench.variables.values == {"AWS_PROFILE": "my-own"}


def test_undo_goes_back_step_by_step_by_both_ways(bench: Bench) -> None:
    bench.use("dev.admin", "default", "environment")
    bench.use("prod", "default", "environment")
    bench.undo()
    assert (bench.home.current, bench.lasting) == ("dev.admin", "dev.admin")
    assert bench.told_shells == "dev.admin\ndefault environment\n"


def test_undo_of_the_variable_goes_back_step_by_step(bench: Bench) -> None:
    for name in ("dev.admin", "prod", "keys"):
        bench.use(name, "environment")
    assert [getattr(bench.undo(), "profile", None) for _ in range(3)] == ["prod", "dev.admin", None]
    assert bench.variables.values == {}
    with pytest.raises(UsageError):
        bench.undo()


def test_undo_of_the_variable_passes_over_profiles_that_are_gone(bench: Bench) -> None:
    for name in ("dev.admin", "keys", "prod"):
        bench.use(name, "shells")
    bench.home.config = CONFIG.replace("[profile keys]", "[profile other]")
    done = bench.undo()
    assert isinstance(done, Used)
    assert done.profile == "dev.admin"


def test_a_variable_that_the_person_set_since_stays(bench: Bench) -> None:
    bench.use("dev.admin", "environment")
    bench.variables.set("AWS_PROFILE", "by-hand")
    bench.undo()
    assert bench.variables.values == {"AWS_PROFILE": "by-hand"}


def test_a_way_that_is_no_longer_wanted_is_taken_back(bench: Bench) -> None:
    bench.use("dev.admin", "default")
    bench.use("prod", "environment")
    assert (bench.home.config, bench.lasting) == (CONFIG, "prod")
    bench.use("dev.admin", "default")
    assert (bench.home.current, bench.lasting) == ("dev.admin", None)


def test_the_hand_written_default_ends_every_way(bench: Bench) -> None:
    bench.use("dev.admin", "default", "environment")
    bench.use("default", "default", "environment")
    assert (bench.home.config, bench.lasting, bench.told_shells) == (CONFIG, None, None)


def test_an_unknown_profile_changes_nothing(bench: Bench) -> None:
    with pytest.raises(ProfileNotFound) as caught:
        bench.use("dev.admn", "environment")
    assert "dev.admin" in caught.value.hint
    assert (bench.lasting, bench.told_shells) == (None, None)


def test_a_variable_that_cannot_be_set_is_told_when_the_section_is_switched(bench: Bench) -> None:
    bench.variables.broken = True
    used = bench.use("dev.admin", "default", "environment")
    assert bench.home.current == "dev.admin"
    assert used.cautions == ("The lasting AWS_PROFILE was not changed: A policy forbids it.",)


def test_a_variable_that_cannot_be_set_is_an_error_when_it_is_the_only_way(bench: Bench) -> None:
    bench.variables.broken = True
    with pytest.raises(StoreFailed):
        bench.use("dev.admin", "environment")
    assert bench.told_shells is None


def test_our_own_variables_hide_nothing(bench: Bench) -> None:
    bench.use("dev.admin", "default", "environment")
    env = {"AWS_PROFILE": "dev.admin", "AWS_SSO_TRAY_FOLLOWS": "dev.admin"}
    assert bench.use("prod", "default", "environment", env=env).shadowed_by == ()
    assert bench.use("dev.admin", "environment", env=env).shadowed_by == ()


@pytest.mark.parametrize("ways", [("default", "environment"), ("environment",), ("shells",)])
def test_a_variable_of_the_persons_own_is_named(bench: Bench, ways: tuple[str, ...]) -> None:
    told = bench.use("dev.admin", *ways, env={"AWS_PROFILE": "prod"}).shadowed_by
    assert [shadow.what for shadow in told] == ["AWS_PROFILE is set to 'prod' in this environment."]


def test_a_switch_after_one_that_was_cut_off_keeps_what_the_person_had(bench: Bench) -> None:
    bench.variables.set("AWS_PROFILE", "my-own")
    bench.use("dev.admin", "environment")
    bench.variables.values["AWS_SSO_TRAY_FOLLOWS"] = "prod"  # killed between the two variables
    bench.use("prod", "environment")
    bench.undo()
    bench.undo()
    assert bench.variables.values == {"AWS_PROFILE": "my-own"}


def settled(bench: Bench) -> str | None:
    settle(active.look(paths=bench.home.paths, env={}).profile, paths=bench.home.paths)
    return bench.told_shells


def test_a_settled_switch_stays_as_it_is(bench: Bench) -> None:
    for ways in (["default"], ["default", "environment"], ["environment"], ["shells"]):
        bench.use("dev.admin", *ways)
        told = bench.told_shells
        assert settled(bench) == told


def test_shells_are_told_when_another_program_takes_the_default_section(bench: Bench) -> None:
    bench.use("dev.admin", "default")
    bench.home.config = CONFIG
    assert settled(bench) is None


def test_a_variable_outlives_a_default_section_that_another_program_took(bench: Bench) -> None:
    bench.use("dev.admin", "default", "environment")
    bench.home.config = CONFIG
    assert settled(bench) == "dev.admin\ndefault environment\n"
    assert active.current(paths=bench.home.paths) == "dev.admin"
    assert isinstance(bench.undo(), Undone)
    assert (bench.lasting, bench.told_shells) == (None, None)


def test_shells_are_told_when_an_older_switch_is_restored(bench: Bench) -> None:
    bench.use("dev.admin", "default")
    older = bench.home.config
    bench.use("prod", "default")
    bench.home.config = older
    assert settled(bench) == "dev.admin\ndefault\n"


def test_a_config_that_cannot_be_read_settles_nothing(bench: Bench) -> None:
    bench.use("dev.admin", "default")
    bench.home.config = "[broken\n" + bench.home.config
    settle("prod", paths=bench.home.paths)
    assert bench.told_shells == "dev.admin\ndefault\n"
