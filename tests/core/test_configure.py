"""One profile and its sso-session in the config: nothing lost, nothing left that would make it somebody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core import configure
from aws_sso_core.config.text import read
from aws_sso_core.configure import NewProfile
from aws_sso_core.errors import ChangedMeanwhile, ConfigUnreadable, UsageError
from aws_sso_core.history import History
from aws_sso_core.model import Account, Session
from aws_sso_core.paths import Paths
from fakes import FakeClock

CORP = Session("corp", "https://corp.awsapps.com/start", "us-east-1")
DEV = NewProfile("dev.admin", CORP, Account("111122223333", "Dev Account"), "AdministratorAccess", "eu-central-1")
SESSION = "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n"
KEYS = {
    "sso_session": "corp",
    "sso_account_name": "Dev Account",
    "sso_account_id": "111122223333",
    "sso_role_name": "AdministratorAccess",
    "region": "eu-central-1",
}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    found = Paths.from_environment(
        {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "AWS_SSO_TRAY_HOME": str(tmp_path / "t")}
    )
    found.aws_dir.mkdir()
    return found


def written(new: NewProfile, paths: Paths, before: str | None = None) -> str:
    if before is not None:
        paths.config.write_bytes(before.encode())
    proposal = configure.propose(new, paths=paths)
    configure.write(proposal, new, paths=paths, clock=FakeClock())
    return paths.config.read_bytes().decode()


def test_from_nothing_come_a_session_and_a_profile(paths: Paths) -> None:
    sections = read(written(DEV, paths))
    assert sections == {
        "sso-session corp": {
            "sso_start_url": "https://corp.awsapps.com/start",
            "sso_region": "us-east-1",
            "sso_registration_scopes": "sso:account:access",
        },
        "profile dev.admin": KEYS,
    }


def test_the_scopes_that_were_asked_for_are_written(paths: Paths) -> None:
    new = replace(DEV, session=replace(CORP, scopes=("sso:account:access", "codecatalyst:read")))
    session = read(written(new, paths))["sso-session corp"]
    assert session["sso_registration_scopes"] == "sso:account:access,codecatalyst:read"


def test_what_was_there_keeps_every_byte(paths: Paths) -> None:
    before = f"# mine\r\n{SESSION}\n[profile x]   # odd\nregion=eu-west-9\n s3 =\n   max = 1\n"
    assert written(DEV, paths, before).startswith(before)


def test_a_session_that_is_there_is_not_written_again(paths: Paths) -> None:
    assert written(DEV, paths, SESSION).count("[sso-session corp]") == 1


def test_a_session_of_that_name_for_another_portal_is_refused(paths: Paths) -> None:
    with pytest.raises(UsageError, match="another sso-session"):
        written(DEV, paths, SESSION.replace("corp.aws", "other.aws"))


def test_writing_the_same_again_changes_nothing(paths: Paths) -> None:
    written(DEV, paths)
    proposal = configure.propose(DEV, paths=paths)
    assert (proposal.changes, proposal.new_session) == (False, False)


@pytest.mark.parametrize(
    "shadow",
    [
        "aws_access_key_id = AKIA\naws_secret_access_key = s\n",
        "role_arn = arn:aws:iam::1:role/x\nsource_profile = y\n",
        "sso_start_url = https://old.awsapps.com/start\nsso_region = eu-west-1\n",
        "credential_process = /bin/old\n",
        "login_session = arn:x\n",
        "web_identity_token_file = /t\n",
    ],
)
def test_what_would_make_it_somebody_else_is_taken_out(paths: Paths, shadow: str) -> None:
    text = written(DEV, paths, f"[profile dev.admin]\n{shadow}cli_pager = less\n# note\n")
    assert read(text)["profile dev.admin"] == {"cli_pager": "less", **KEYS}
    assert "# note" in text


def test_what_a_profile_holds_now_is_told(paths: Paths) -> None:
    paths.config.write_text("[profile dev.admin]\nregion = eu-west-1\n")
    assert configure.propose(DEV, paths=paths).present == {"region": "eu-west-1"}


def test_static_keys_under_that_name_are_told(paths: Paths) -> None:
    paths.credentials.write_text("[dev.admin]\naws_access_key_id = AKIA\n")
    assert configure.propose(DEV, paths=paths).static_keys


def test_the_credential_helper_is_asked_in_the_form_that_all_tools_understand(paths: Paths) -> None:
    text = written(replace(DEV, credential_process="/bin/helper --profile dev.admin"), paths)
    values = read(text)["profile dev.admin"]
    assert values["credential_process"] == "/bin/helper --profile dev.admin"
    assert values.keys().isdisjoint({"sso_session", "sso_account_id", "sso_role_name"})


def test_an_account_name_that_is_not_ascii_does_not_get_into_the_file(paths: Paths) -> None:
    text = written(replace(DEV, account=Account("111122223333", "Büro 東京")), paths)
    assert text.isascii()


def test_the_version_before_is_kept(paths: Paths) -> None:
    written(DEV, paths, SESSION)
    assert "configure" in [version.by for version in History(paths, FakeClock()).versions()]


def test_another_programs_change_meanwhile_is_kept(paths: Paths) -> None:
    proposal = configure.propose(DEV, paths=paths)
    paths.config.write_text("[profile other]\nregion = eu-west-1\n")
    configure.write(proposal, DEV, paths=paths, clock=FakeClock())
    assert set(read(paths.config.read_text())) == {"profile other", "sso-session corp", "profile dev.admin"}


def test_a_profile_of_that_name_written_meanwhile_stops_it(paths: Paths) -> None:
    proposal = configure.propose(DEV, paths=paths)
    theirs = "[profile dev.admin]\nregion = eu-west-1\n"
    paths.config.write_text(theirs)
    with pytest.raises(ChangedMeanwhile):
        configure.write(proposal, DEV, paths=paths, clock=FakeClock())
    assert paths.config.read_text() == theirs


def test_a_config_that_no_tool_can_parse_is_left_alone(paths: Paths) -> None:
    with pytest.raises(ConfigUnreadable):
        written(DEV, paths, "[profile a]\n[profile a]\n")


NAMES = st.from_regex(r"[A-Za-z0-9._-]{1,30}", fullmatch=True)


@given(NAMES, NAMES, st.text(max_size=30))
def test_what_is_read_back_is_what_was_wanted(
    tmp_path_factory: pytest.TempPathFactory, name: str, session: str, account: str
) -> None:
    home = tmp_path_factory.mktemp("home")
    paths = Paths.from_environment({"HOME": str(home), "USERPROFILE": str(home), "AWS_SSO_TRAY_HOME": str(home / "t")})
    new = replace(DEV, name=name, session=replace(CORP, name=session), account=Account("111122223333", account))
    after = read(configure.propose(new, paths=paths).after.decode())
    section = next(values for key, values in after.items() if not key.startswith("sso-session"))
    assert (section["sso_session"], section["sso_role_name"]) == (session, "AdministratorAccess")
