"""What can be said to ``populate``: regions, names, choices, forms, pruning; and what is refused."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aws_sso_core import programs
from aws_sso_core.config.text import read
from aws_sso_core.resolve import Provider, Texts, resolve
from aws_sso_core.sandbox import Fault, Sandbox
from cli_world import World
from populated import HAND_WRITTEN, ROLES, SESSION, Populated

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


@pytest.fixture
def populated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Populated]:
    world = World(tmp_path, monkeypatch)
    with Sandbox(world.clock) as box:
        yield Populated(world, box)


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


def test_a_region_that_nobody_knows_is_told(populated: Populated) -> None:
    populated.sign_in()
    ran = populated.run("--region", "eu-wst-1", "--region", "eu-west-1", "--dry-run")
    assert ran.err.count("is no region that this version knows") == 1
    assert "'eu-wst-1'" in ran.err


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


def test_another_session_for_the_same_identity_center_keeps_its_profiles(populated: Populated) -> None:
    populated.sign_in(SESSION + "\n" + SESSION.replace("corp", "other"))
    populated.run("--session", "corp")
    before = populated.profiles()
    assert populated.world.run("login", "other").code == 0
    populated.give(("222233334444", "Staging", ("AWSReadOnlyAccess", "New")))
    told = populated.tell("--session", "other", "--prune", "--yes")
    assert (told["added"], told["yours"]) == (["Staging.New"], ["Staging.AWSReadOnlyAccess"])
    assert populated.profiles() == before | {"Staging.New"}
    assert populated.sections()["profile Staging.AWSReadOnlyAccess"]["sso_session"] == "corp"


def test_prune_without_a_terminal_asks_for_yes(populated: Populated) -> None:
    populated.sign_in()
    populated.give(("111122223333", "Dev", ("A", "B", "C")))
    populated.run()
    before = populated.text
    populated.give(("111122223333", "Dev", ("A", "B")))
    ran = populated.run("--refresh", "--prune")
    assert (ran.code, populated.text) == (2, before)
    assert "--yes" in ran.err


def test_somebody_without_accounts_is_told_whom_to_ask(populated: Populated) -> None:
    populated.sign_in()
    populated.give()
    ran = populated.run()
    assert ran.code == 0
    assert "You have no AWS accounts there yet." in ran.err
    populated.box.fail("ListAccounts", Fault.status(403), times=1)
    ran = populated.run()
    assert (ran.code, populated.text) == (1, SESSION)
    assert ran.err.startswith("aws-sso-tray: AWS does not show you any accounts there.\n")


def test_one_role_is_counted_as_one(populated: Populated) -> None:
    populated.sign_in()
    populated.give(("111122223333", "Dev", ("A",)))
    assert populated.run().out.startswith("Profiles for 1 role in 1 account: ")


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


def test_names_that_were_told_apart_stay_when_one_of_the_accounts_is_denied(populated: Populated) -> None:
    populated.sign_in()
    populated.give(("111122223333", "Dev", ("A",)), ("222233334444", "Dev", ("A",)))
    populated.run()
    before = populated.text
    populated.box.fail("ListAccountRoles", Fault.status(403), times=1)
    told = populated.tell("--refresh", "--prune", "--yes")
    assert len(told["denied"]) == 1
    assert [one["name"] for one in told["renamed"]] != []
    assert populated.text == before


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
        ["--components", " ,"],
        ["--include", ""],
        ["--exclude", "/"],
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
        ["--sso-start-url", "https://corp.awsapps.com/start", "--sso-region", "useast1"],
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


def test_components_that_are_no_fields_are_text_in_every_name_and_told(populated: Populated) -> None:
    populated.sign_in()
    ran = populated.run("--components", "account_name,team,role_name")
    assert ran.code == 0
    assert "Staging.team.AWSReadOnlyAccess" in populated.profiles()
    assert "Note: --components: plain text in every name: 'team'.\n" in ran.err
    assert "--components" not in populated.run("--components", "account_id,role_name,default_style_region").err


def test_what_cannot_be_a_region_leads_to_one(populated: Populated) -> None:
    populated.sign_in()
    elsewhere = ("--sso-start-url", "https://corp.awsapps.com/start", "--sso-region", "Ireland")
    assert "Did you mean eu-west-1?" in populated.run(*elsewhere).err
    assert "Did you mean us-east-1?" in populated.world.run("populate", "--region", "US-EAST-1").err


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
    ran = populated.world.run("populate", "--region")
    assert (ran.code, "`aws-sso-tray populate --help` shows how." in ran.err) == (2, True)


def test_the_region_may_come_from_the_environment(populated: Populated) -> None:
    populated.sign_in()
    populated.world.set(AWS_DEFAULT_REGION="eu-north-1")
    populated.world.run("populate")
    assert populated.sections()["profile Log-Archive.SecurityAudit"]["region"] == "eu-north-1"


def test_a_token_that_is_due_is_renewed_without_asking(populated: Populated) -> None:
    populated.sign_in()
    populated.world.clock.advance(timedelta(minutes=50))
    assert populated.run().code == 0
