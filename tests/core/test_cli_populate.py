"""``populate`` from the command line to the config file, against the sandbox's portal."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aws_sso_core import pattern_trial, programs
from aws_sso_core.config.text import Section, read
from aws_sso_core.resolve import Provider, Texts, resolve
from aws_sso_core.sandbox import SAMPLE, Directory, Fault, Sandbox
from cli_world import Ran, Terminal, World
from fakes import FakeBrowser

SESSION = """\
# Sessions.
[sso-session corp]
sso_start_url = https://sandbox.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
"""
HAND_WRITTEN = """\

[profile mine]   # my own
sso_session=corp
sso_account_id = 111122223333
sso_role_name = AdministratorAccess
region = eu-west-9
s3 =
    max_concurrent_requests = 20
"""
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
ROLES = sum(len(a.roles) for a in SAMPLE.assignments)


class Populated:
    """A person signed in, who populates."""

    def __init__(self, world: World, box: Sandbox) -> None:
        self.world = world
        self.box = box
        world.set(**box.environment())
        world.browser = FakeBrowser(box)

    def sign_in(self, config: str = SESSION) -> None:
        self.world.config(config)
        assert self.world.run("login", "corp").code == 0

    def give(self, *assignments: tuple[str, str | None, tuple[str, ...]]) -> None:
        """What the portal gives from now on."""
        self.box._center.directory = Directory.of(*assignments)

    def run(self, *words: str) -> Ran:
        return self.world.run("populate", "--region", "eu-west-1", *words)

    def tell(self, *words: str, code: int = 0) -> dict[str, Any]:
        ran = self.run("--json", *words)
        assert ran.code == code, ran.err
        told: dict[str, Any] = json.loads(ran.out)
        return told

    @property
    def text(self) -> str:
        return (self.world.aws / "config").read_bytes().decode()

    def sections(self) -> dict[str, Section]:
        return read(self.text)

    def profiles(self) -> set[str]:
        return {name.removeprefix("profile ") for name in self.sections() if name.startswith("profile ")}


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


def test_legacy_profiles_name_their_start_url(populated: Populated) -> None:
    populated.sign_in()
    populated.run("--legacy")
    values = populated.sections()["profile Staging.AWSReadOnlyAccess"]
    assert "sso_session" not in values
    assert (values["sso_start_url"], values["sso_region"]) == ("https://sandbox.awsapps.com/start", "us-east-1")


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


EXISTING = """
[profile Log-Archive.SecurityAudit]
sso_session = corp
sso_account_name = Log Archive
sso_account_id = 000123456789
sso_role_name = SecurityAudit
region = eu-west-1
# as my script needs it
output = yaml
s3 =
    max_concurrent_requests = 20
sso_auto_populated = true
"""


@pytest.mark.parametrize(
    ("action", "output", "nested"),
    [("keep", "yaml", True), ("overwrite", "json", True), ("discard", "json", False)],
)
def test_existing_keys_are_kept_overwritten_or_discarded(
    action: str, output: str, nested: bool, populated: Populated
) -> None:
    populated.sign_in(SESSION + EXISTING)
    populated.run("--config-default", "output=json", "--existing-config-action", action)
    values = populated.sections()["profile Log-Archive.SecurityAudit"]
    assert values["output"] == output
    assert values.get("s3") == ({"max_concurrent_requests": "20"} if nested else None)
    assert "# as my script needs it\n" in populated.text


def test_what_is_up_to_date_keeps_its_bytes(populated: Populated) -> None:
    populated.sign_in(SESSION + EXISTING)
    populated.run()
    assert EXISTING in populated.text


def test_every_aws_tool_asks_our_credential_helper_when_that_is_wished_for(populated: Populated) -> None:
    populated.sign_in()
    populated.give(("111122223333", "Dev", ("A",)))
    populated.run("--credential-process")
    assert populated.sections()["profile Dev.A"] == {
        "credential_process": programs.credential_process("Dev.A"),
        "aws_sso_tray_session": "corp",
        "sso_account_name": "Dev",
        "aws_sso_tray_account_id": "111122223333",
        "aws_sso_tray_role_name": "A",
        "region": "eu-west-1",
        "sso_auto_populated": "true",
    }
    for taken in resolve("Dev.A", Texts(populated.text.encode(), b""), {}):
        assert (taken.provider, taken.source.identity) == (Provider.PROCESS, "aws-sso-tray for A in 111122223333")
        assert not taken.passed_over


def test_a_profile_through_the_helper_is_one_of_its_session_to_us(populated: Populated) -> None:
    populated.sign_in()
    populated.give(("111122223333", "Dev", ("A",)))
    populated.run("--credential-process")
    listed = json.loads(populated.world.run("profiles", "--json").out)["profiles"]
    assert [(p["name"], p["session"], p["account_id"], p["role_name"]) for p in listed] == [
        ("Dev.A", "corp", "111122223333", "A")
    ]
    assert json.loads(populated.world.run("status", "--json").out)["sessions"][0]["profiles"] == 1
    assert populated.world.run("login", "Dev.A").code == 0
    assert populated.world.run("use", "Dev.A").code == 0
    given = json.loads(populated.world.run("credentials", "--active").out)
    assert given["AccountId"] == "111122223333"


@pytest.mark.parametrize("form", [[], ["--legacy"]])
def test_between_the_two_forms_there_is_no_difference_to_populate(form: list[str], populated: Populated) -> None:
    populated.sign_in()
    populated.give(("111122223333", "Dev", ("A", "B")))
    populated.run(*form)
    before = populated.text
    assert populated.tell("--credential-process", *form)["changed"] == ["Dev.A", "Dev.B"]
    assert populated.tell("--credential-process", *form)["changed"] == []
    populated.give(("111122223333", "Dev", ("A",)))
    assert populated.tell("--credential-process", "--refresh", *form)["retired"] == ["Dev.B"]
    populated.give(("111122223333", "Dev", ("A", "B")))
    populated.run("--no-credential-process", "--refresh", *form)
    assert read(before) == populated.sections()


def test_several_regions_make_several_profiles(populated: Populated) -> None:
    populated.sign_in()
    populated.give(("111122223333", "Dev", ("A",)))
    populated.run("--region", "us-gov-west-1", "--region", "eu-west-1")
    assert populated.profiles() == {"Dev.A", "Dev.A.govwe1"}


def test_a_dry_run_shows_a_diff_and_writes_nothing(populated: Populated) -> None:
    populated.sign_in()
    populated.give(("111122223333", "Dev", ("A",)))
    ran = populated.run("--dry-run")
    assert "+[profile Dev.A]\n" in ran.out
    assert populated.text == SESSION


def test_include_and_exclude_choose_by_account_and_role(populated: Populated) -> None:
    populated.sign_in()
    populated.run("--include", "prod [eu]", "--include", "2222*/*Power*", "--exclude", "*/database*")
    assert populated.profiles() == {
        "Prod-EU.AdministratorAccess",
        "Prod-EU.AWSReadOnlyAccess",
        "Staging.AWSPowerUserAccess",
    }


def test_the_summary_counts_what_was_chosen_and_names_patterns_that_fit_nothing(populated: Populated) -> None:
    populated.sign_in()
    ran = populated.run("--include", "prod*", "--exclude", "nobody")
    assert ran.out == "Profiles for 5 of 16 roles in 2 of 8 accounts: 5 added, 0 changed, 0 as they were.\n"
    assert "These patterns fit nothing that AWS gives you: nobody." in ran.err
    assert populated.tell("--exclude", "nobody")["unfitting"] == ["nobody"]


def test_a_pattern_that_would_take_for_ever_is_named_and_nothing_is_written(
    populated: Populated, monkeypatch: pytest.MonkeyPatch
) -> None:
    populated.sign_in()
    populated.give(("111122223333", "a" * 50 + "!", ("A",)))
    monkeypatch.setattr(pattern_trial, "SECONDS", 2.0)
    ran = populated.run("--trim-account-name", "x", "--trim-account-name", "(a+)+$")
    assert (ran.code, populated.text) == (2, SESSION)
    assert "--trim-account-name: '(a+)+$' takes too long" in ran.err


def test_patterns_that_repeat_in_reason_are_used(populated: Populated) -> None:
    populated.sign_in()
    populated.give(("111122223333", "aws--dev", ("A",)))
    assert populated.run("--trim-account-name", "^aws-+").code == 0
    assert populated.profiles() == {"dev.A"}


def test_profiles_that_aws_no_longer_gives_are_told_of_and_kept(populated: Populated) -> None:
    populated.sign_in()
    populated.give(("111122223333", "Dev", ("A", "B", "C")))
    populated.run()
    populated.give(("111122223333", "Dev", ("A", "B")))
    told = populated.tell("--refresh")
    assert (told["retired"], told["removed"]) == (["Dev.C"], [])
    assert "Dev.C" in populated.profiles()


def test_prune_removes_only_our_profiles_of_this_identity_center(populated: Populated) -> None:
    other = "[sso-session other]\nsso_start_url = https://other.awsapps.com/start\nsso_region = us-east-1\n\n"
    other += "[profile Other.A]\nsso_session = other\nsso_account_id = 999900001111\nsso_role_name = A\n"
    other += "sso_auto_populated = true\n"
    populated.sign_in(SESSION + HAND_WRITTEN + "\n" + other)
    populated.give(("111122223333", "Dev", ("A", "B", "C")))
    populated.run("--session", "corp")
    populated.give(("111122223333", "Dev", ("A", "B")))
    assert populated.tell("--session", "corp", "--refresh", "--prune", "--yes")["removed"] == ["Dev.C"]
    assert populated.profiles() == {"mine", "Other.A", "Dev.A", "Dev.B"}


def test_prune_without_a_terminal_asks_for_yes(populated: Populated) -> None:
    populated.sign_in()
    populated.give(("111122223333", "Dev", ("A", "B", "C")))
    populated.run()
    before = populated.text
    populated.give(("111122223333", "Dev", ("A", "B")))
    ran = populated.run("--refresh", "--prune")
    assert (ran.code, populated.text) == (2, before)
    assert "--yes" in ran.err


def test_what_was_pruned_rests_in_the_history(populated: Populated) -> None:
    populated.sign_in()
    populated.give(("111122223333", "Dev", ("A", "B")))
    populated.run()
    before = populated.text
    populated.give(("111122223333", "Dev", ("A",)))
    populated.run("--refresh", "--prune", "--yes")
    assert populated.text != before
    populated.world.run("restore", "--yes")
    assert populated.text == before


@pytest.mark.parametrize(
    "given", [(), (("555566667777", "Shared Services", ("ViewOnlyAccess",)),)], ids=["nothing", "little"]
)
def test_a_portal_that_suddenly_gives_far_less_changes_nothing(
    given: tuple[tuple[str, str | None, tuple[str, ...]], ...], populated: Populated
) -> None:
    populated.sign_in()
    populated.run()
    before = populated.text
    populated.give(*given)
    ran = populated.run("--refresh", "--prune", "--config-default", "output=json")
    assert (ran.code, populated.text) == (1, before)
    assert f"{ROLES - len(given)} of the {ROLES} populated roles" in ran.err


def test_yes_believes_the_portal(populated: Populated) -> None:
    populated.sign_in()
    populated.run()
    populated.give(("555566667777", "Shared Services", ("ViewOnlyAccess",)))
    assert populated.run("--refresh", "--prune", "--yes").code == 0
    assert populated.profiles() == {"Shared-Services.ViewOnlyAccess"}


def test_the_profiles_of_a_denied_account_are_not_pruned(populated: Populated) -> None:
    populated.sign_in()
    populated.give(("111122223333", "Dev", ("A",)))
    populated.run()
    populated.box.fail("ListAccountRoles", Fault.status(403), times=1)
    ran = populated.run("--refresh", "--prune", "--yes")
    assert "no access to the roles of Dev (111122223333)" in ran.err
    assert populated.profiles() == {"Dev.A"}


@pytest.mark.parametrize(
    "name", ["it's", 'a "b" c', "[x] [y]", "日本語", "x" * 200, "a\nb", "a]b", "# ;=:", "\\", "é" * 50]
)
@pytest.mark.parametrize("style", ["--safe-account-names", "--raw-account-names"])
def test_odd_account_names_make_profiles_that_botocore_reads(name: str, style: str, populated: Populated) -> None:
    if os.name == "nt" and style.startswith("--raw") and not name.isascii():
        pytest.skip("botocore reads the config by Windows's code page, so it has other names there")
    populated.sign_in()
    populated.give(("111122223333", name, ("A",)), ("111122223334", name, ("A", "B+=,.@-")))
    told = populated.tell(style)
    assert len(told["added"]) == 3
    import botocore.configloader  # noqa: PLC0415 - the reader that counts

    profiles = botocore.configloader.load_config(str(populated.world.aws / "config"))["profiles"]
    assert {(p["sso_account_id"], p["sso_role_name"]) for n, p in profiles.items() if n in told["added"]} == {
        ("111122223333", "A"),
        ("111122223334", "A"),
        ("111122223334", "B+=,.@-"),
    }


@pytest.mark.parametrize(
    "words",
    [
        ["--trim-role-name", "("],
        ["--profile-name-template", "{nobody}"],
        ["--components", "{"],
        ["--config-default", "x"],
        ["--config-default", "sso_role_name=x"],
        ["--region", "the moon"],
        ["--profile-name-process", "/nonexistent/program"],
        ["--components", "x", "--profile-name-template", "{role_name}"],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_refused_before_anything_is_read(words: list[str], populated: Populated) -> None:
    populated.sign_in()
    before = len(populated.box.calls.of("ListAccounts"))
    assert populated.run(*words).code == 2
    assert len(populated.box.calls.of("ListAccounts")) == before


@pytest.mark.parametrize(
    "words",
    [
        ["--sso-start-url", "corp"],
        ["--sso-start-url", "http://corp.awsapps.com/start"],
        ["--sso-start-url", "https://console.aws.amazon.com/"],
        ["--sso-start-url", "https://corp.awsapps.com/start", "--sso-region", "the moon"],
        ["--session", "nobody"],
    ],
    ids=" ".join,
)
def test_an_identity_center_that_cannot_be_is_refused_before_anybody_is_asked(
    words: list[str], populated: Populated
) -> None:
    populated.sign_in()
    before = len(populated.box.calls.all())
    ran = populated.run("--sign-in", *words)
    assert (ran.code, len(populated.box.calls.all()), populated.text) == (2, before, SESSION)


def test_a_region_where_the_identity_center_is_not_writes_nothing_and_is_named(populated: Populated) -> None:
    populated.sign_in()
    populated.box.knobs.wrong_region = True
    assert (populated.run().code, populated.text) == (3, SESSION)  # as AWS answers there: not signed in
    elsewhere = ["--sso-start-url", "https://corp.awsapps.com/start", "--sso-region", "xx-moon-1", "--sign-in"]
    ran = populated.run(*elsewhere)
    assert (ran.code, populated.text) == (1, SESSION)
    assert "Check sso_start_url and sso_region" in ran.err


def test_the_region_must_be_said(populated: Populated) -> None:
    populated.sign_in()
    assert populated.world.run("populate").code == 2


def test_the_region_may_come_from_the_environment(populated: Populated) -> None:
    populated.sign_in()
    populated.world.set(AWS_DEFAULT_REGION="eu-north-1")
    populated.world.run("populate")
    assert populated.sections()["profile Log-Archive.SecurityAudit"]["region"] == "eu-north-1"


def test_a_token_that_is_due_is_renewed_without_asking(populated: Populated) -> None:
    populated.sign_in()
    populated.world.clock.advance(timedelta(minutes=50))
    assert populated.run().code == 0


def test_a_sign_in_that_ends_while_reading_changes_nothing(populated: Populated) -> None:
    populated.sign_in()
    populated.box.fail("ListAccountRoles", Fault.status(401), times=None)
    assert populated.run().code == 3
    assert populated.text == SESSION


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
