from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from aws_sso_core.config.text import Section, read
from aws_sso_core.errors import (
    ConfigUnreadable,
    ProfileNotFound,
    UsageError,
)
from aws_sso_core.history import History
from aws_sso_core.switching import active, reading
from aws_sso_core.switching.active import CannotSwitch, Undone, Used
from aws_sso_core.switching.record import FILES, Switches, remember, remembered
from switch_home import CONFIG, Home, scratch_home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return scratch_home(tmp_path, monkeypatch)


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


def test_a_config_that_is_broken_after_a_switch_is_refused_by_the_next_one(home: Home) -> None:
    home.use("prod")
    home.config = broken = home.config + "[profile broken]\nregion\n"
    with pytest.raises(ConfigUnreadable, match=r"not a `key = value`"):
        home.use("dev.admin")
    assert home.config == broken


def test_a_second_switch_reads_a_few_sections_of_a_large_config(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.config = CONFIG + "".join(f"\n[profile p{n}]\nregion = x\n" for n in range(500))
    home.use("p250")
    lengths = []

    def counting(text: str) -> dict[str, Section]:
        lengths.append(len(text))
        return read(text)

    monkeypatch.setattr(reading, "read", counting)
    monkeypatch.setattr(reading, "look_at", None)
    home.use("p300")
    assert home.current == "p300"
    assert 0 < max(lengths) < len(CONFIG)


def test_other_profiles_that_start_from_the_default_are_named(home: Home) -> None:
    home.config = CONFIG + "\n[profile chained]\nrole_arn = r\nsource_profile = default\n"
    assert home.use("prod").cautions == (
        "Profiles with source_profile = default (chained) take their credentials from 'prod' now.",
    )


def test_every_switch_leaves_the_file_as_it_was_and_as_it_became_in_the_history(home: Home) -> None:
    home.use("dev.admin")
    between = home.config
    home.use("prod")
    history = History(home.paths, home.clock)
    versions = reversed(history.versions())
    assert [(v.by, (history.data(v) or b"").decode()) for v in versions] == [
        ("", CONFIG),
        ("use dev.admin", between),
        ("use prod", home.config),
    ]


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
    for file in FILES:
        notes = home.paths.state_dir / file
        notes.write_text(junk.replace("%s", str(home.paths.config.resolve()).replace("\\", "\\\\")))
    assert home.current == "dev.admin"
    assert home.undo() == Undone(previous="dev.admin", restored=True)
    assert home.botocore().get_scoped_config() == {"cli_pager": ""}


def test_what_a_person_wrote_is_kept_without_our_notes_of_the_last_switches(home: Home) -> None:
    before = home.botocore().get_scoped_config()
    home.use("dev.admin")
    (home.paths.state_dir / FILES[1]).write_bytes(bytes(200))  # as a power cut may leave a file
    assert home.undo() == Undone(previous="dev.admin", restored=True)
    assert home.botocore().get_scoped_config() == before


def test_the_hand_written_section_is_on_the_disk_before_the_config_and_later_only_the_config(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def flush(fd: int, fsync: Callable[[int], None] = os.fsync) -> None:
        sizes.append(os.fstat(fd).st_size)
        fsync(fd)

    monkeypatch.setattr(os, "fsync", flush)
    home.use("dev.admin")
    notes = home.paths.state_dir / FILES[0]
    assert sizes == [notes.stat().st_size, home.paths.config.stat().st_size]
    home.use("prod")
    assert sizes[2:] == [home.paths.config.stat().st_size]
