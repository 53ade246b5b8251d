"""``populate`` from the command line to the config file, against the sandbox's portal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_sso_core.sandbox import Fault, Sandbox
from cli_world import Terminal, World
from populated import HAND_WRITTEN, ROLES, SESSION, Populated

GUIDE = [
    "--account-name-case",
    "lower",
    "--role-name-case",
    "lower",
    "--trim-role-name",
    "(?<=admin)istratoraccess",
    "--trim-role-name",
    "^aws",
    "--trim-role-name",
    "(?<=readonly)access",
    "--trim-role-name",
    "(?<=poweruser)access",
]


@pytest.fixture
def populated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Populated]:
    world = World(tmp_path, monkeypatch)
    with Sandbox(world.clock) as box:
        yield Populated(world, box)


def test_the_guides_command_line_gives_the_guides_names(populated: Populated) -> None:
    populated.sign_in()
    populated.give(("111122223333", "Dev-Account", ("AdministratorAccess", "AWSReadOnlyAccess", "AWSPowerUserAccess")))
    url = ["--sso-start-url", "https://sandbox.awsapps.com/start", "--sso-region", "us-east-1"]
    assert populated.run(*url, *GUIDE).code == 0
    assert populated.profiles() == {"dev-account.admin", "dev-account.readonly", "dev-account.poweruser"}
    assert populated.sections()["profile dev-account.admin"] == {
        "sso_session": "corp",
        "sso_account_name": "Dev-Account",
        "sso_account_id": "111122223333",
        "sso_role_name": "AdministratorAccess",
        "region": "eu-west-1",
        "sso_auto_populated": "true",
    }


def test_every_role_of_every_account_becomes_a_profile(populated: Populated) -> None:
    populated.sign_in()
    assert populated.run().out == "Profiles for 16 roles in 8 accounts: 16 added, 0 changed, 0 as they were.\n"
    assert len(populated.profiles()) == ROLES


def test_a_second_run_changes_nothing(populated: Populated) -> None:
    populated.sign_in()
    populated.run()
    before = populated.text
    assert populated.tell() == populated.tell() | {"added": [], "changed": [], "unchanged": ROLES, "written": False}
    assert populated.text == before


def test_what_was_in_the_file_keeps_every_byte(populated: Populated) -> None:
    populated.sign_in(SESSION + HAND_WRITTEN)
    populated.run()
    assert populated.text.startswith(SESSION + HAND_WRITTEN)


def test_a_hand_written_profile_of_the_same_name_and_role_stays_the_only_one(populated: Populated) -> None:
    own = "\n[profile Dev-Account.AdministratorAccess]\nsso_session = corp\nsso_account_id = 111122223333\n"
    own += "sso_role_name = AdministratorAccess\nregion = us-west-2\n"
    populated.sign_in(SESSION + own)
    told = populated.tell()
    assert told["yours"] == ["Dev-Account.AdministratorAccess"]
    assert len(told["added"]) == ROLES - 1
    assert own in populated.text
    assert populated.run().out.endswith(": 0 added, 0 changed, 15 as they were, 1 your own.\n")


def test_a_hand_written_profile_of_the_same_name_for_something_else_is_left_alone(populated: Populated) -> None:
    own = "\n[profile Staging.AWSReadOnlyAccess]\naws_access_key_id = AKIA\n"
    populated.sign_in(SESSION + own)
    taken = [renamed for renamed in populated.tell()["renamed"] if renamed["why"] == "taken"]
    assert [renamed["name"] for renamed in taken] == ["Staging.AWSReadOnlyAccess.222233334444"]
    assert own in populated.text


def test_a_new_start_url_gets_a_session_and_a_sign_in(populated: Populated) -> None:
    words = ["--sso-start-url", "https://sandbox.awsapps.com/start/#/", "--sso-region", "us-east-1", "--sign-in"]
    assert populated.run(*words).code == 0
    assert populated.sections()["sso-session sandbox"] == {
        "sso_start_url": "https://sandbox.awsapps.com/start",
        "sso_region": "us-east-1",
        "sso_registration_scopes": "sso:account:access",
    }
    assert len(populated.profiles()) == ROLES


def test_nobody_signed_in_opens_no_browser_in_a_script(populated: Populated) -> None:
    populated.world.config(SESSION)
    ran = populated.run()
    assert ran.code == 3
    assert "aws-sso-tray login corp" in ran.err
    assert not populated.box.calls.count("RegisterClient")


def test_nobody_is_told_to_sign_in_to_a_session_that_is_not_there_yet(populated: Populated) -> None:
    ran = populated.run("--sso-start-url", "https://sandbox.awsapps.com/start", "--sso-region", "us-east-1")
    assert ran.code == 3
    assert ran.err.endswith("\n  Add --sign-in.\n")


def test_legacy_profiles_name_their_start_url(populated: Populated) -> None:
    populated.sign_in()
    populated.run("--legacy")
    values = populated.sections()["profile Staging.AWSReadOnlyAccess"]
    assert "sso_session" not in values
    assert (values["sso_start_url"], values["sso_region"]) == ("https://sandbox.awsapps.com/start", "us-east-1")


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("sandbox.awsapps.com", "https://sandbox.awsapps.com/start"),
        ("https://sandbox.awsapps.com/start#/", "https://sandbox.awsapps.com/start#/"),
    ],
)
def test_a_legacy_start_url_is_whole_and_else_as_it_was_said(said: str, written: str, populated: Populated) -> None:
    populated.sign_in()
    populated.run("--legacy", "--sso-start-url", said, "--sso-region", "us-east-1")
    assert populated.sections()["profile Staging.AWSReadOnlyAccess"]["sso_start_url"] == written


def test_profiles_of_aws_sso_util_become_renewable(populated: Populated) -> None:
    theirs = """
[profile Staging.AWSReadOnlyAccess]
sso_start_url = https://sandbox.awsapps.com/start/
sso_region = us-east-1
sso_account_name = Staging
sso_account_id = 222233334444
sso_role_name = AWSReadOnlyAccess
region = eu-west-1
output = text
credential_process = aws-sso-util credential-process --profile Staging.AWSReadOnlyAccess
sso_auto_populated = true
"""
    populated.sign_in(SESSION + theirs)
    assert populated.tell()["changed"] == ["Staging.AWSReadOnlyAccess"]
    values = populated.sections()["profile Staging.AWSReadOnlyAccess"]
    assert values["sso_session"] == "corp"
    assert values["output"] == "text"
    assert not {"credential_process", "sso_start_url", "sso_region"} & values.keys()


def test_a_sign_in_that_ends_while_reading_changes_nothing(populated: Populated) -> None:
    populated.sign_in()
    populated.box.fail("ListAccountRoles", Fault.status(401), times=None)
    assert populated.run().code == 3
    assert populated.text == SESSION


def test_a_token_that_aws_refuses_before_its_time_is_renewed_by_the_next_run(populated: Populated) -> None:
    populated.sign_in()
    populated.world.date_tokens()
    populated.box.fail("ListAccounts", Fault.status(401), times=1)
    assert populated.run().code == 3
    before = populated.box.calls.count("CreateToken")
    assert populated.run().code == 0
    assert populated.box.calls.count("CreateToken") == before + 1


def test_after_a_refused_token_the_advised_sign_in_is_a_new_one(populated: Populated) -> None:
    populated.sign_in()
    populated.world.date_tokens()
    populated.box.fail("ListAccounts", Fault.status(401), times=1)
    assert "aws-sso-tray login corp" in populated.run().err
    assert "already" not in populated.world.run("login", "corp").out


def test_a_damaged_token_is_replaced_by_a_sign_in(populated: Populated) -> None:
    populated.sign_in()
    for path in (populated.world.aws / "sso" / "cache").iterdir():
        path.write_text("{")
    ran = populated.run()
    assert (ran.code, "is damaged" in ran.err, "--sign-in" in ran.err) == (3, True, True)
    assert populated.run("--sign-in").code == 0


def test_a_bar_is_shown_on_a_terminal_and_nowhere_else(populated: Populated) -> None:
    populated.sign_in()
    assert "Reading" not in populated.run().err
    populated.world.stderr = Terminal()
    assert "Reading accounts" in populated.run("--refresh").err


def test_the_settings_template_names_profiles_unless_the_call_says_how(populated: Populated) -> None:
    populated.sign_in()
    populated.give(("000000000001", "Dev", ("Admin",)))
    path = populated.world.services().paths.settings
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('profile_name_template = "aws-{account_name|lower}-{role_name}"\n')
    populated.tell("--yes")
    assert populated.profiles() == {"aws-dev-Admin"}
    populated.tell("--yes", "--prune", "--role-name-case", "lower")
    assert populated.profiles() == {"Dev.admin"}
