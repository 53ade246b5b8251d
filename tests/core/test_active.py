from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import botocore.session
import pytest

from aws_sso_core import active, files, snapshots
from aws_sso_core.active import CannotSwitch, Undone, Used
from aws_sso_core.errors import (
    ChangedMeanwhile,
    ConfigUnreadable,
    DiskFull,
    ProfileNotFound,
    ReadOnlyPlace,
    UsageError,
)
from aws_sso_core.paths import Paths
from aws_sso_core.switches import Switches, remember, remembered
from fakes import FakeClock, Worker

CONFIG = """\
# my own default
[default]
region = eu-central-1
cli_pager =

[profile dev.admin]
sso_session = corp
sso_account_id = 000000000042
sso_role_name = AdministratorAccess
region = us-east-1

[profile prod]
sso_session = corp
sso_account_id = 000000000043
sso_role_name = ReadOnly
s3 =
  addressing_style = path

[profile deploy]
role_arn = arn:aws:iam::000000000042:role/deploy
source_profile = dev.admin

[profile process]
credential_process = /bin/true

[profile keys]
region = eu-west-1

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
"""


class Home:
    """A home folder of its own, and the calls with everything handed in."""

    def __init__(self, folder: Path) -> None:
        self.env: dict[str, str] = {
            "HOME": str(folder),
            "USERPROFILE": str(folder),
            "AWS_SSO_TRAY_HOME": str(folder / "tray"),
        }
        self.paths = Paths.from_environment(self.env)
        self.clock = FakeClock()
        self.paths.aws_dir.mkdir()
        self.config = CONFIG

    @property
    def config(self) -> str:
        return self.paths.config.read_bytes().decode()

    @config.setter
    def config(self, text: str) -> None:
        self.paths.config.write_bytes(text.encode())

    def use(self, name: str, env: Mapping[str, str] | None = None) -> Used:
        self.clock.advance(timedelta(seconds=1))
        return active.use(name, paths=self.paths, clock=self.clock, env=env or {})

    def undo(self) -> Used | Undone:
        return active.undo(paths=self.paths, clock=self.clock, env={})

    @property
    def current(self) -> str | None:
        return active.current(paths=self.paths)

    def botocore(self) -> botocore.session.Session:
        session = botocore.session.Session()
        session.set_config_variable("config_file", str(self.paths.config))
        session.set_config_variable("credentials_file", str(self.paths.credentials))
        return session


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in os.environ:
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return Home(tmp_path)


def test_boto3_without_a_profile_is_the_chosen_one(home: Home) -> None:
    home.use("dev.admin")
    config = home.botocore().get_scoped_config()
    assert (config["sso_account_id"], config["region"]) == ("000000000042", "us-east-1")


@pytest.mark.parametrize(("name", "method"), [("dev.admin", "sso"), ("deploy", "assume-role")])
def test_boto3_takes_its_credentials_as_for_the_profile_itself(home: Home, name: str, method: str) -> None:
    home.use(name)
    providers = home.botocore().get_component("credential_provider").providers
    assert next(c for provider in providers if (c := provider.load())).method == method


def test_boto3_runs_the_process_of_a_chosen_process_profile(home: Home, tmp_path: Path) -> None:
    script = tmp_path / "process.py"
    script.write_text('print(\'{"Version": 1, "AccessKeyId": "AKIA", "SecretAccessKey": "S"}\')\n')
    command = f'"{sys.executable}" "{script}"'
    home.config = home.config.replace("credential_process = /bin/true", f"credential_process = {command}")
    home.use("process")
    credentials = home.botocore().get_credentials()
    assert credentials is not None
    assert (credentials.method, credentials.access_key) == ("custom-process", "AKIA")


def test_boto3_follows_the_second_switch_too(home: Home) -> None:
    home.use("dev.admin")
    home.use("prod")
    config = home.botocore().get_scoped_config()
    assert (config["sso_account_id"], config["s3"]) == ("000000000043", {"addressing_style": "path"})
    assert "region" not in config


def test_keys_that_say_nothing_of_who_one_is_stay_in_the_default_section(home: Home) -> None:
    home.use("dev.admin")
    assert home.botocore().get_scoped_config()["cli_pager"] == ""


def test_the_chosen_profile_is_known_by_its_mark(home: Home) -> None:
    assert home.current is None
    home.use("dev.admin")
    assert home.current == "dev.admin"


def test_a_chosen_profile_that_is_changed_later_still_is_the_current_one(home: Home) -> None:
    home.use("dev.admin")
    head, _, tail = home.config.partition("[profile dev.admin]")
    home.config = head + "[profile dev.admin]" + tail.replace("AdministratorAccess", "PowerUser", 1)
    assert home.current == "dev.admin"


def test_a_default_section_that_another_tool_gave_a_new_identity_is_no_longer_the_chosen_profile(home: Home) -> None:
    home.use("dev.admin")
    home.config = home.config.replace("sso_account_id = 000000000042", "sso_account_id = 999999999999", 1)
    assert home.current is None


def test_a_switch_names_the_profile_before(home: Home) -> None:
    assert home.use("dev.admin").previous is None
    assert home.use("prod").previous == "dev.admin"


def test_undo_goes_back_one_switch(home: Home) -> None:
    home.use("dev.admin")
    home.use("prod")
    undone = home.undo()
    assert isinstance(undone, Used)
    assert (undone.profile, undone.previous, home.current) == ("dev.admin", "prod", "dev.admin")


def test_undo_of_the_first_switch_gives_the_hand_written_section_back_byte_for_byte(home: Home) -> None:
    home.use("dev.admin")
    home.use("prod")
    home.undo()
    assert home.undo() == Undone(previous="dev.admin", restored=True)
    assert home.config == CONFIG


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\n# the end\n"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_undo_takes_a_default_section_away_that_was_not_there(home: Home, end: str, newline: str) -> None:
    home.config = before = ("[profile a]\nregion = x" + end).replace("\n", newline)
    home.use("a")
    assert home.undo() == Undone(previous="a", restored=False)
    assert home.config == before


def test_undo_passes_over_profiles_that_are_gone(home: Home) -> None:
    home.use("prod")
    home.use("process")
    home.use("dev.admin")
    home.config = home.config.replace("[profile process]", "[profile renamed]")
    undone = home.undo()
    assert isinstance(undone, Used)
    assert undone.profile == "prod"


def test_undo_without_a_switch_says_so(home: Home) -> None:
    with pytest.raises(UsageError, match="no switch to undo"):
        home.undo()
    assert home.config == CONFIG


def test_whether_there_is_something_to_undo_is_known(home: Home) -> None:
    assert not active.can_undo(paths=home.paths)
    home.use("prod")
    assert active.can_undo(paths=home.paths)


def test_one_look_tells_the_profile_what_hides_it_and_whether_it_can_be_undone(home: Home) -> None:
    assert active.look(paths=home.paths, env={}) == active.Active()
    home.use("prod")
    seen = active.look(paths=home.paths, env={"AWS_PROFILE": "other"})
    assert (seen.profile, [s.what for s in seen.shadowed_by], seen.can_undo) == (
        "prod",
        ["AWS_PROFILE is set to 'other' in this environment."],
        True,
    )


def test_choosing_the_same_profile_again_is_no_second_switch(home: Home) -> None:
    home.use("dev.admin")
    home.use("dev.admin")
    assert isinstance(home.undo(), Undone)


def test_choosing_the_same_profile_again_takes_its_changes_over(home: Home) -> None:
    home.use("dev.admin")
    home.config = home.config.replace("region = us-east-1\n\n[profile prod]", "region = us-west-2\n\n[profile prod]")
    assert [s.what for s in active.shadows(paths=home.paths, env={})] == [
        "Profile 'dev.admin' was changed after it was chosen."
    ]
    assert home.use("dev.admin").shadowed_by == ()
    assert home.botocore().get_scoped_config()["region"] == "us-west-2"


def test_choosing_default_brings_the_hand_written_section_back(home: Home) -> None:
    home.use("dev.admin")
    home.use("prod")
    assert home.use("default") == Used("default", "prod")
    assert (home.config, home.current) == (CONFIG, None)


def test_choosing_default_where_there_is_none_is_an_unknown_profile(home: Home) -> None:
    home.paths.config.unlink()
    with pytest.raises(ProfileNotFound):
        home.use("default")
    assert not home.paths.config.exists()


def test_an_unknown_profile_is_answered_with_the_nearest_and_nothing_is_touched(home: Home) -> None:
    with pytest.raises(ProfileNotFound) as missing:
        home.use("dev.admim")
    assert "dev.admin" in missing.value.hint
    assert home.config == CONFIG


def test_a_profile_with_access_keys_is_refused_and_no_secret_copied(home: Home) -> None:
    home.paths.credentials.write_text("[keys]\naws_access_key_id = AKIA\naws_secret_access_key = S\n")
    with pytest.raises(CannotSwitch) as refused:
        home.use("keys")
    assert "AWS_PROFILE=keys" in refused.value.hint
    assert home.config == CONFIG


def test_a_config_no_tool_can_parse_is_named_and_not_touched(home: Home) -> None:
    home.config = broken = CONFIG + "[default]\n"
    with pytest.raises(ConfigUnreadable, match=r"section \[default\] is there twice"):
        home.use("prod")
    assert home.config == broken


def test_other_profiles_that_start_from_the_default_are_named(home: Home) -> None:
    home.config = CONFIG + "\n[profile chained]\nrole_arn = r\nsource_profile = default\n"
    assert home.use("prod").cautions == (
        "Profiles with source_profile = default (chained) take their credentials from 'prod' now.",
    )


def test_every_switch_leaves_a_copy_of_the_file_as_it_was(home: Home) -> None:
    home.use("dev.admin")
    between = home.config
    home.use("prod")
    copies = sorted(home.paths.history_dir.iterdir())
    assert [copy.read_bytes().decode() for copy in copies] == [CONFIG, between]


def test_copies_of_the_file_do_not_pile_up(tmp_path: Path) -> None:
    clock = FakeClock()
    for i in range(snapshots.KEPT + 5):
        clock.advance(1)
        snapshots.keep(tmp_path, "config", str(i).encode(), clock.now())
    left = sorted(tmp_path.iterdir())
    assert len(left) == snapshots.KEPT
    assert left[-1].read_bytes() == str(snapshots.KEPT + 4).encode()


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    clock = FakeClock()
    first = snapshots.keep(tmp_path, "config", b"x", clock.now())
    clock.advance(1)
    assert snapshots.keep(tmp_path, "config", b"x", clock.now()) == first


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes; the home folder's rights are inherited")
def test_what_is_put_aside_is_owner_only_and_the_config_keeps_its_mode(home: Home) -> None:
    home.paths.config.chmod(0o640)
    home.use("dev.admin")
    assert home.paths.config.stat().st_mode & 0o777 == 0o640
    kept = [p for p in home.paths.state_dir.rglob("*") if p.is_file()]
    assert len(kept) >= 3
    assert {p.stat().st_mode & 0o777 for p in kept} == {0o600}


@pytest.mark.skipif(os.name == "nt", reason="making a symbolic link needs a privilege there")
def test_a_linked_config_stays_a_link(home: Home, tmp_path: Path) -> None:
    dotfiles = tmp_path / "dotfiles"
    home.paths.config.rename(dotfiles)
    home.paths.config.symlink_to(dotfiles)
    home.use("dev.admin")
    assert home.paths.config.is_symlink()
    assert "aws_sso_tray_profile = dev.admin" in dotfiles.read_text()


def test_two_configs_have_two_hand_written_sections(home: Home) -> None:
    remember(home.paths.state_dir, home.paths.config, Switches(base="[default]\nx = 1\n"))
    remember(home.paths.state_dir, home.paths.aws_dir / "other", Switches(base="[default]\nx = 2\n"))
    known = remembered(home.paths.state_dir, home.paths.config)
    assert known is not None
    assert known.base == "[default]\nx = 1\n"


@pytest.mark.parametrize("junk", ["", "[]", "{", '{"files": []}', '{"files": {"%s": {"base": 1, "trail": {}}}}'])
def test_junk_in_our_notes_is_no_notes(home: Home, junk: str) -> None:
    home.use("dev.admin")
    notes = home.paths.state_dir / "switches.json"
    notes.write_text(junk.replace("%s", str(home.paths.config.resolve()).replace("\\", "\\\\")))
    assert home.current == "dev.admin"
    assert home.undo() == Undone(previous="dev.admin", restored=True)
    assert home.botocore().get_scoped_config() == {"cli_pager": ""}


# ---- bad days


def interfering(monkeypatch: pytest.MonkeyPatch, write: Callable[[], None], times: int) -> None:
    """Let another program write the config while a switch is being prepared."""
    keep = snapshots.keep
    left = iter(range(times))

    def keep_and_write(*args: object) -> Path:
        if next(left, None) is not None:
            write()
        return keep(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(snapshots, "keep", keep_and_write)


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
    copy_mode, left = files._copy_mode, iter([b"[profile added]\nregion = x\n"])

    def copy_mode_while_another_writes(source: Path, target: Path) -> None:
        copy_mode(source, target)
        home.config = home.config + next(left, b"").decode()

    monkeypatch.setattr(files, "_copy_mode", copy_mode_while_another_writes)
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
        "import sys, aws_sso_core.active;"
        "heavy = {'boto3', 'botocore', 'click', 'rich', 'tomlkit', 'ssl', 'asyncio', 'platformdirs', 'http'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
