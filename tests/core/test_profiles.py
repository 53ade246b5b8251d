from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import botocore.session
import pytest

from aws_sso_core import profiles
from aws_sso_core.errors import ConfigUnreadable, ProfileNotFound, SessionIncomplete, SessionNotFound
from aws_sso_core.model import Profile, Session

URL = "https://corp.awsapps.com/start"

CONFIG = """\
[default]
region = eu-west-1

[profile dev.admin]
sso_session = corp
sso_account_id = 000000000042
sso_role_name = AdministratorAccess
sso_account_name = Dev
region = us-east-1
sso_auto_populated = true

[profile old]
sso_start_url = https://legacy.awsapps.com/start#/
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = ReadOnly

[profile deploy]
role_arn = arn:aws:iam::123456789012:role/deploy
source_profile = dev.admin

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access, codewhisperer:completions
session_duration = PT8H
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def loaded(home: Path, config: str, credentials: str = "") -> profiles.Config:
    (home / "config").write_bytes(config.encode())
    (home / "credentials").write_bytes(credentials.encode())
    return profiles.load(config=home / "config", credentials=home / "credentials")


def test_a_profile_tells_its_session_account_role_and_region(home: Path) -> None:
    assert loaded(home, CONFIG).profile("dev.admin") == Profile(
        name="dev.admin",
        session="corp",
        account_id="000000000042",
        role_name="AdministratorAccess",
        region="us-east-1",
        account_name="Dev",
        populated=True,
    )


def test_a_session_tells_its_scopes_and_the_length_a_person_configured(home: Path) -> None:
    assert loaded(home, CONFIG).session("corp") == Session(
        "corp",
        URL,
        "us-east-1",
        scopes=("sso:account:access", "codewhisperer:completions"),
        duration=timedelta(hours=8),
    )


def test_a_legacy_profile_has_its_exact_start_url_for_a_session(home: Path) -> None:
    config = loaded(home, CONFIG)
    url = "https://legacy.awsapps.com/start#/"
    assert config.profile("old").session == url
    assert config.session(url) == Session(url, url, "eu-west-1", kind="legacy")


def test_sso_sessions_come_before_legacy_ones(home: Path) -> None:
    assert [s.kind for s in loaded(home, CONFIG).sessions] == ["sso-session", "legacy"]


@pytest.mark.parametrize("name", ["corp", "dev.admin", URL, "deploy"])
def test_a_session_is_found_by_name_profile_start_url_and_role_profile(home: Path, name: str) -> None:
    assert loaded(home, CONFIG).session(name).name == "corp"


def test_a_legacy_session_is_found_by_the_first_part_of_its_host(home: Path) -> None:
    assert loaded(home, CONFIG).session("legacy").kind == "legacy"


def test_two_legacy_sessions_on_one_host_are_not_guessed_between(home: Path) -> None:
    config = loaded(
        home,
        "".join(
            f"[profile {n}]\nsso_start_url = https://x.awsapps.com/start{n}\nsso_region = us-east-1\n" for n in "ab"
        ),
    )
    with pytest.raises(SessionNotFound):
        config.session("x")


def test_profiles_of_a_session_are_those_that_sign_in_with_it(home: Path) -> None:
    config = loaded(home, CONFIG)
    assert [p.name for p in config.profiles_of(config.session("corp"))] == ["dev.admin"]


def test_an_unknown_profile_is_answered_with_the_nearest_ones(home: Path) -> None:
    with pytest.raises(ProfileNotFound) as missing:
        loaded(home, CONFIG).profile("dev.admim")
    assert "dev.admin" in missing.value.hint


def test_an_unknown_session_is_answered_with_the_nearest_ones(home: Path) -> None:
    with pytest.raises(SessionNotFound) as missing:
        loaded(home, CONFIG).session("crop")
    assert "corp" in missing.value.hint


def test_a_profile_without_sso_has_no_session(home: Path) -> None:
    with pytest.raises(SessionNotFound, match=r"^The profile 'default' does not sign in by IAM Identity Center\.$"):
        loaded(home, CONFIG).session("default")


def test_role_profiles_that_name_each_other_end(home: Path) -> None:
    config = loaded(home, "[profile a]\nsource_profile = b\n[profile b]\nsource_profile = a\n")
    with pytest.raises(SessionNotFound):
        config.session("a")


def test_missing_files_are_empty(home: Path) -> None:
    assert profiles.load(config=home / "none", credentials=home / "neither") == profiles.Config()


def test_keys_of_the_credentials_file_override_those_of_the_config(home: Path) -> None:
    config = loaded(home, CONFIG, "[dev.admin]\nsso_account_id = 999999999999\n")
    profile = config.profile("dev.admin")
    assert (profile.account_id, profile.role_name, profile.source) == ("999999999999", "AdministratorAccess", "config")


def test_static_keys_of_a_profile_are_seen_in_either_file(home: Path) -> None:
    config = loaded(home, CONFIG, "[dev.admin]\naws_access_key_id = AKIA\n[other]\naws_access_key_id = AKIA\n")
    assert [p.name for p in config.profiles if p.has_static_keys] == ["dev.admin", "other"]


def test_profiles_are_listed_as_botocore_lists_them(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = loaded(home, '[profile "z z"]\n[default]\n[profile a]\n[preview]\n', "[only]\nx = 1\n[a]\ny = 1\n")
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / "credentials"))
    theirs = botocore.session.Session().available_profiles
    assert [p.name for p in config.profiles] == theirs == ["z z", "default", "a", "only"]
    assert profiles.names(config=home / "config", credentials=home / "credentials") == theirs


def test_a_profile_only_in_the_credentials_file_says_so(home: Path) -> None:
    assert loaded(home, "", "[only]\nx = 1\n").profile("only").source == "credentials"


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ("sso_start_url = https://x/start", "The sso-session 'half' lacks sso_region."),
        ("sso_region = us-east-1", "The sso-session 'half' lacks sso_start_url."),
        ("", "The sso-session 'half' lacks sso_start_url and sso_region."),
    ],
)
def test_an_incomplete_session_is_a_problem_and_refused_when_asked_for(home: Path, section: str, sentence: str) -> None:
    config = loaded(home, f"[sso-session half]\n{section}\n[profile p]\nsso_session = half\n")
    assert config.sessions == ()
    assert config.problems == (sentence,)
    for name in ("half", "p"):
        with pytest.raises(SessionIncomplete, match=sentence):
            config.session(name)


def test_a_legacy_profile_without_region_is_incomplete(home: Path) -> None:
    config = loaded(home, f"[profile p]\nsso_start_url = {URL}\n")
    assert config.problems == ("sso_region is missing in profile 'p'.",)
    with pytest.raises(SessionIncomplete):
        config.session("p")


def test_one_sentence_names_all_profiles_of_a_missing_session(home: Path) -> None:
    config = loaded(home, "".join(f"[profile {n}]\nsso_session = gone\n" for n in "abcde"))
    assert config.problems == (
        "The sso-session 'gone', which profiles 'a', 'b', 'c' and 2 more name, is not in the config file.",
    )
    with pytest.raises(SessionIncomplete, match="gone"):
        config.session("a")


def test_an_empty_sso_session_is_a_missing_one_as_for_the_cli(home: Path) -> None:
    assert "The sso-session ''" in loaded(home, "[profile a]\nsso_session =\n").problems[0]


def test_one_start_url_with_two_regions_is_told_and_each_profile_keeps_its_own(home: Path) -> None:
    config = loaded(
        home,
        f"[profile a]\nsso_start_url = {URL}\nsso_region = us-east-1\n"
        f"[profile b]\nsso_start_url = {URL}\nsso_region = eu-west-1\n",
    )
    assert [s.region for s in config.sessions] == ["us-east-1", "eu-west-1"]
    assert config.session("b").region == "eu-west-1"
    assert [p.name for p in config.profiles_of(config.sessions[1])] == ["b"]
    assert "several regions (us-east-1, eu-west-1)" in config.problems[0]


def test_a_session_duration_that_is_no_length_is_told_and_ignored(home: Path) -> None:
    config = loaded(home, f"[sso-session a]\nsso_start_url = {URL}\nsso_region = us-east-1\nsession_duration = 8\n")
    assert config.session("a").duration is None
    assert "session_duration = 8" in config.problems[0]


@pytest.mark.parametrize(
    ("config", "credentials", "says"),
    [
        ("[profile a b]\nregion = x\n", "", '[profile a b] (config, line 1) is ignored by AWS tools: a name with blanks needs quotes, [profile "a b"].'),
        ("\n[profile it's]\n", "", "[profile it's] (config, line 2) is ignored by AWS tools: quotes in its name do not pair; write [profile \"NAME\"]."),
        ("[profileab]\n", "", "[profileab] (config, line 1) is ignored by AWS tools: write [profile NAME]."),
        (
            "[sso_session corp]\nsso_region = x\n",
            "",
            "[sso_session corp] (config, line 1) is ignored by AWS tools: write [sso-session corp].",
        ),
        ("[dev]\nsso_account_id = 1\n", "", "[dev] (config, line 1) is no profile for AWS tools: write [profile dev]."),
        ("[Profile dev]\n", "", "[Profile dev] (config, line 1) is ignored by AWS tools: they want profile in lower case."),
        ("[default]\n[profile default]\n", "", "Profile 'default' is in the config more than once ([default] in line 1, [profile default] in line 2): AWS CLI and boto3 use the last one, other tools may not. Keep one."),
        ("# [DEFAULT]\r\n[DEFAULT]\r\nx = 1\r\n", "", "[DEFAULT] (config, line 2) gives its keys to every profile in AWS CLI and boto3, and to none in Terraform (Go) and JavaScript: write [default] if that was meant."),
        ("", "[profile a]\nx = 1\n", "[profile a] (credentials, line 1) is a profile of that whole name: there, write [a]."),
        ("", "[sso-session a]\nx = 1\n", "[sso-session a] (credentials, line 1) is ignored there by AWS tools: it belongs into the config file."),
    ],
)  # fmt: skip
def test_what_aws_tools_lose_or_read_differently_is_told(home: Path, config: str, credentials: str, says: str) -> None:
    assert loaded(home, config, credentials).problems == (says,)


def test_sections_of_other_programs_are_no_problem(home: Path) -> None:
    assert loaded(home, "[plugins]\ncli_legacy_plugin_path = /x\n[preview]\n").problems == ()


def test_a_profile_that_contradicts_its_session_is_told(home: Path) -> None:
    config = loaded(home, CONFIG + "\n[profile x]\nsso_session = corp\nsso_region = eu-west-1\n")
    assert config.problems[0].startswith("The sso-session 'corp' and profile 'x' disagree about sso_region, which")


def test_a_file_no_tool_can_parse_is_named_with_line_and_reason(home: Path) -> None:
    with pytest.raises(ConfigUnreadable) as refused:
        loaded(home, "[a]\nx = 1\nx = 2\n")
    assert refused.value.sentence == (
        f"AWS tools cannot read {home / 'config'}: line 3: key 'x' is there twice in [a] (first in line 2)."
    )


def test_bytes_in_no_encoding_of_this_machine_are_named_with_their_line(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("locale.getpreferredencoding", lambda **_: "utf-8")
    (home / "config").write_bytes(b"[a]\nx = \xff\n")
    with pytest.raises(ConfigUnreadable, match="line 2: byte 0xff is not valid UTF-8"):
        profiles.load(config=home / "config", credentials=home / "credentials")


def test_a_latin_1_file_is_read_where_botocore_reads_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locale.getpreferredencoding", lambda **_: "cp1252")
    (home / "config").write_bytes("[profile café]\n".encode("cp1252"))
    assert [p.name for p in profiles.load(config=home / "config", credentials=home / "none").profiles] == ["café"]


def test_utf_8_that_botocore_cannot_decode_on_this_machine_is_a_problem(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("locale.getpreferredencoding", lambda **_: "cp1252")
    assert "read it as cp1252 on this machine and fail" in loaded(home, "[profile Á]\n").problems[0]


def test_the_loader_reads_again_only_when_a_file_has_changed(home: Path) -> None:
    loader = profiles.Loader(config=home / "config", credentials=home / "credentials")
    (home / "config").write_text(CONFIG)
    first = loader.load()
    assert loader.load() is first
    (home / "credentials").write_text("[new]\nx = 1\n")
    assert loader.load().profile("new").name == "new"


def test_the_loader_says_again_and_again_that_a_file_is_broken_until_it_is_not(home: Path) -> None:
    loader = profiles.Loader(config=home / "config", credentials=home / "credentials")
    (home / "config").write_text("junk\n")
    for _ in range(2):
        with pytest.raises(ConfigUnreadable):
            loader.load()
    (home / "config").write_text(CONFIG)
    assert loader.load().session("corp").name == "corp"


@pytest.mark.parametrize(
    ("default", "copy_of"),
    [
        ("aws_sso_tray_profile = dev.admin\nsso_session = corp\nsso_account_id = 42\nsso_role_name = A\n", "dev.admin"),
        ("aws_sso_tray_profile = dev.admin\nsso_session = corp\nsso_account_id = 43\nsso_role_name = A\n", None),
        ("aws_sso_tray_profile = gone\nsso_session = corp\nsso_account_id = 42\nsso_role_name = A\n", None),
        ("sso_session = corp\nsso_account_id = 42\nsso_role_name = A\n", None),
    ],
)
def test_a_default_section_that_a_switch_made_is_known_as_a_copy(home: Path, default: str, copy_of: str | None) -> None:
    section = "[profile dev.admin]\nsso_session = corp\nsso_account_id = 42\nsso_role_name = A\n"
    assert loaded(home, f"[default]\n{default}{section}").profile("default").copy_of == copy_of
