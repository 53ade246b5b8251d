"""``configure`` against the embedded Identity Center, with a person whose answers are given by question."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest

from aws_sso_core import aws
from aws_sso_core.aws import Page
from aws_sso_core.cli.services import Services
from aws_sso_core.config.text import Section, read
from aws_sso_core.errors import Offline, UsageError
from aws_sso_core.model import Secret, Session, Token
from aws_sso_core.questions import Question
from aws_sso_core.sandbox import Directory, Fault, Sandbox
from aws_sso_core.start_url import StartUrl
from cli_world import Ran, Terminal, World
from fakes import FakeBrowser

SESSION = """\
[sso-session corp]
sso_start_url = https://sandbox.awsapps.com/start
sso_region = us-east-1
"""
NEW = ("-u", "sandbox.awsapps.com", "--sso-region", "us-east-1")
DEV = ("--account", "Dev Account", "--role", "AdministratorAccess", "--region", "eu-central-1", "--output", "json")
URL = "Start URL"
DEFAULT = "Make it the default for all your AWS tools?"
OTHERS = "Write profiles for your other accounts and roles, too?"
TRAY = "Start the tray with your desktop, which renews sign-ins and reminds you?"


class Answers:
    """Answers a question by its text, each time with the next one there is; all others by what is proposed."""

    def __init__(self, answers: Mapping[str, str | list[str]]) -> None:
        self._answers = {text: [given] if isinstance(given, str) else list(given) for text, given in answers.items()}
        self.asked: list[str] = []

    def line(self, text: str, default: str, shown: str = "") -> str:  # noqa: ARG002 - as Asker
        self.asked.append(text)
        given = self._answers.get(text)
        if given:
            return given.pop(0)
        if not default:
            raise click.Abort
        return default

    def choose(self, question: Question) -> str:
        said = self.line(question.text, question.default)
        found = [choice.value for choice in question.choices if said in (choice.value, choice.text)]
        return found[0] if found else said


class FakeAutostart:
    def __init__(self, state: str) -> None:
        self._state = state

    def state(self) -> str:
        return self._state

    def enable(self, command: list[str]) -> None:
        assert command
        self._state = "on"


class Person:
    """At a terminal, unless a test says otherwise."""

    def __init__(self, world: World, box: Sandbox, patch: pytest.MonkeyPatch) -> None:
        self.world = world
        self.box = box
        self.patch = patch
        self.answers = Answers({})
        world.browser = FakeBrowser(box)
        world.stderr = Terminal()
        world.set(**box.environment(), NO_COLOR="1")
        world.stdin(Terminal())
        patch.setattr("aws_sso_core.cli.asking.asker", lambda _out: self.answers)

    def run(self, *words: str, **answers: str | list[str]) -> Ran:
        return self.says(answers, *words)

    def says(self, answers: Mapping[str, str | list[str]], *words: str) -> Ran:
        self.answers = Answers(answers)
        return self.world.run("configure", *words)

    def tells(self, *words: str, code: int = 0) -> dict[str, Any]:
        ran = self.world.run("configure", *words, "--json", "--sign-in")
        assert ran.code == code, ran.err
        told: dict[str, Any] = json.loads(ran.out.splitlines()[-1])
        return told

    @property
    def sections(self) -> dict[str, Section]:
        return read((self.world.aws / "config").read_text())

    @property
    def has_no_config(self) -> bool:
        return not (self.world.aws / "config").exists()


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    world = World(tmp_path, monkeypatch)
    with Sandbox(world.clock) as box:
        yield Person(world, box, monkeypatch)


class AtAws:
    """The sandbox's service, taken for AWS's own."""

    is_aws = True

    def __init__(self, oidc: Any) -> None:
        self._oidc = oidc

    def __getattr__(self, name: str) -> Any:
        return getattr(self._oidc, name)


def at_aws(person: Person) -> None:
    def prepare(services: Services) -> None:
        real = services.oidc
        services.oidc = lambda session, profile: AtAws(real(session, profile))  # type: ignore[method-assign,assignment,return-value]

    person.world.prepare = prepare


def test_the_region_that_the_portals_page_tells_is_not_asked_for(person: Person) -> None:
    at_aws(person)
    person.patch.setattr(aws, "page", lambda url, **_others: Page(url, '<meta name="region" content="us-east-1">'))
    ran = person.says({URL: "sandbox.awsapps.com"}, *DEV, "--yes")
    assert ran.code == 0, ran.err
    assert "Found: us-east-1 US East (N. Virginia)" in ran.err
    assert person.sections["sso-session sandbox"]["sso_region"] == "us-east-1"


def test_a_misspelt_portal_is_asked_for_again(person: Person) -> None:
    at_aws(person)
    found = {"sandbox": "us-east-1"}

    def look(start: StartUrl, **_others: Any) -> StartUrl:
        region = found.get(start.alias or "")
        if region is None:
            raise UsageError("There is no AWS access portal there.", "Check the spelling.")
        return StartUrl(start.url, region=region)

    person.patch.setattr("aws_sso_core.cli.wizard.find_region", look)
    ran = person.says({URL: ["sandboks.awsapps.com", "sandbox.awsapps.com"]}, *DEV, "--yes")
    assert ran.code == 0, ran.err
    assert "no AWS access portal" in ran.err
    assert person.answers.asked.count(URL) == 2


def test_a_misspelt_portal_is_an_error_for_a_script(person: Person) -> None:
    at_aws(person)

    def look(start: StartUrl, **_others: Any) -> StartUrl:
        raise UsageError(f"There is no AWS access portal at {start.url}.", "Check the spelling.")

    person.patch.setattr("aws_sso_core.cli.wizard.find_region", look)
    assert person.tells("-u", "sandboks.awsapps.com", *DEV, code=2)["kind"] == "usage-error"


def test_an_address_of_ones_own_is_written_as_what_aws_tools_go_by(person: Person) -> None:
    at_aws(person)
    person.patch.setattr(aws, "page", lambda _url, **_others: Page("https://ssoins-1.portal.us-east-1.app.aws/", ""))
    ran = person.says({URL: "aws.my-company.com"}, "--session", "corp", *DEV, "--yes", "--no-sign-in")
    assert "https://aws.my-company.com leads to https://ssoins-1.portal.us-east-1.app.aws" in ran.err


def test_without_a_network_nothing_is_written(person: Person) -> None:
    person.box.fail("*", Fault.DROPPED, times=None)
    ran = person.run(*NEW, *DEV)
    assert ran.code == 4
    assert person.has_no_config


def test_offline_at_the_portals_page_is_told(person: Person) -> None:
    at_aws(person)

    def look(_start: StartUrl, **_others: Any) -> StartUrl:
        raise Offline("No network.")

    person.patch.setattr("aws_sso_core.cli.wizard.find_region", look)
    assert person.says({URL: "sandbox.awsapps.com"}).code == 4


def test_another_portals_token_under_the_name_gives_the_session_another_name(person: Person) -> None:
    other = Session("sandbox", "https://other.awsapps.com/start", "us-east-1")
    end = person.world.clock.now() + timedelta(hours=8)
    theirs = Token(Secret("t"), end, start_url=other.start_url, region=other.region)
    person.world.services().tokens.write(other, theirs)
    assert person.tells(*NEW, *DEV)["session"] == "sandbox-2"
    assert person.world.services().tokens.read(other) == theirs


def test_the_same_portals_token_is_used_again(person: Person) -> None:
    person.world.config(SESSION.replace("corp", "sandbox"))
    assert person.world.run("login", "sandbox").code == 0
    person.world.config("")
    before = person.box.calls.count("Authorize")
    assert person.tells(*NEW, *DEV)["session"] == "sandbox"
    assert person.box.calls.count("Authorize") == before


def test_legacy_profiles_lead_to_their_portal(person: Person) -> None:
    person.world.config("[profile old]\nsso_start_url = https://sandbox.awsapps.com/start\nsso_region = us-east-1\n")
    ran = person.run(*DEV, "--yes")
    assert ran.code == 0, ran.err
    assert person.answers.asked == ["Which sign-in is the profile for", "Name of the profile"]
    assert person.sections["sso-session sandbox"]["sso_region"] == "us-east-1"


def test_the_portal_of_the_settings_is_proposed(person: Person) -> None:
    for key, value in (("start_url", "https://sandbox.awsapps.com/start"), ("sso_region", "us-east-1")):
        assert person.world.run("settings", key, value).code == 0
    assert person.run(*DEV, "--yes").code == 0
    assert person.answers.asked == [URL, "Name of the profile"]


def test_a_script_needs_not_say_the_portal_of_the_environment(person: Person) -> None:
    person.world.set(AWS_DEFAULT_SSO_START_URL="sandbox.awsapps.com", AWS_DEFAULT_SSO_REGION="us-east-1")
    assert person.tells(*DEV)["start_url"] == "https://sandbox.awsapps.com/start"


def test_what_a_person_says_yes_to_is_done(person: Person) -> None:
    ran = person.says({DEFAULT: "y", OTHERS: "yes"}, *NEW, *DEV)
    assert ran.code == 0, ran.err
    assert person.answers.asked == ["Name of the profile", DEFAULT, OTHERS]
    assert person.sections["default"]["aws_sso_tray_profile"] == "dev-account.admin"
    assert person.sections["profile prod-eu.readonly"]["output"] == "json"
    assert len([name for name in person.sections if name.startswith("profile ")]) == 16


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("/bin/zsh", "export AWS_PROFILE=dev-account.admin"),
        ("/usr/bin/fish", "set -gx AWS_PROFILE 'dev-account.admin'"),
        ("/usr/bin/pwsh", "$env:AWS_PROFILE = 'dev-account.admin'"),
        ("", "$env:AWS_PROFILE = 'dev-account.admin'" if os.name == "nt" else "export AWS_PROFILE=dev-account.admin"),
    ],
)
def test_the_line_for_this_shell_is_one_that_it_reads(person: Person, shell: str, line: str) -> None:
    person.world.set(SHELL=shell)
    ran = person.says({DEFAULT: "n", OTHERS: "n"}, *NEW, *DEV)
    assert f"  in this shell     {line}\n" in ran.err


def test_who_leaves_at_an_offer_is_told_that_the_profile_is_there(person: Person) -> None:
    person.patch.setattr(Answers, "line", _gone_at(DEFAULT))
    ran = person.run(*NEW, *DEV)
    assert (ran.code, ran.err.splitlines()[-1]) == (130, "  What is told above is done, and nothing else.")
    assert list(person.sections) == ["sso-session sandbox", "profile dev-account.admin"]


def _gone_at(question: str) -> Callable[..., str]:
    def line(_self: Answers, text: str, default: str, shown: str = "") -> str:  # noqa: ARG001 - as Asker
        if text == question:
            raise KeyboardInterrupt
        return default

    return line


def test_a_region_that_nobody_knows_is_told_and_taken(person: Person) -> None:
    ran = person.run(*NEW, *DEV[:4], "--region", "eu-wst-1", "--yes")
    assert "Note: 'eu-wst-1' is no region that this version knows.\n  Did you mean eu-west-1?\n" in ran.err
    assert person.sections["profile dev-account.admin"]["region"] == "eu-wst-1"
    assert "no region" not in person.run(*NEW, *DEV, "--yes").err


def test_what_a_person_says_no_to_is_not_done(person: Person) -> None:
    assert person.says({DEFAULT: "n", OTHERS: "n"}, *NEW, *DEV).code == 0
    assert list(person.sections) == ["sso-session sandbox", "profile dev-account.admin"]


def test_yes_asks_for_nothing_that_is_not_needed(person: Person) -> None:
    assert person.run(*NEW, *DEV, "--yes").code == 0
    assert person.answers.asked == ["Name of the profile"]


def test_an_active_profile_stays_unless_somebody_says_otherwise(person: Person) -> None:
    person.tells(*NEW, *DEV, "--default")
    ran = person.run("--account", "Staging", "--role", "AWSReadOnlyAccess", "--region", "eu-west-1")
    assert ran.code == 0, ran.err
    assert "Make it the default for all your AWS tools (now: dev-account.admin)?" in person.answers.asked
    assert person.sections["default"]["aws_sso_tray_profile"] == "dev-account.admin"


def test_all_profiles_need_no_account(person: Person) -> None:
    ran = person.run(*NEW, "--all", "--region", "eu-west-1", "--output", "json")
    assert ran.code == 0, ran.err
    assert person.answers.asked == []
    assert len([name for name in person.sections if name.startswith("profile ")]) == 16


@pytest.mark.parametrize(("state", "asked"), [("off", True), ("on", False), ("blocked", False)])
def test_the_tray_is_offered_where_it_does_not_start_yet(person: Person, state: str, asked: bool) -> None:
    autostart = FakeAutostart(state)

    def prepare(services: Services) -> None:
        services.has_display = lambda: True  # type: ignore[method-assign]
        services.autostart = autostart  # type: ignore[assignment]

    person.world.prepare = prepare
    assert person.run(*NEW, *DEV).code == 0
    assert (TRAY in person.answers.asked) is asked
    assert autostart.state() == ("on" if asked else state)


def test_without_a_desktop_no_tray_is_offered(person: Person) -> None:
    assert person.run(*NEW, *DEV).code == 0
    assert TRAY not in person.answers.asked


def test_an_account_whose_roles_aws_does_not_give_is_told(person: Person) -> None:
    person.box.fail("ListAccountRoles", Fault.status(403), times=None)
    ran = person.run(*NEW, *DEV)
    assert ran.code == 1
    assert "Choose another account" in ran.err
    assert person.has_no_config


def test_a_person_without_accounts_is_told_whom_to_ask(person: Person) -> None:
    person.box.directory = Directory.of()
    ran = person.run(*NEW)
    assert ran.code == 1
    assert "Ask an administrator" in ran.err
    assert person.has_no_config


def test_the_only_account_and_role_are_told(person: Person) -> None:
    person.box.directory = Directory.of(("111122223333", "Dev", ("Admin",)))
    ran = person.run(*NEW, "--region", "eu-west-1", "--output", "json")
    assert "You have one account there: Dev (111122223333)." in ran.err
    assert "You have one role there: Admin." in ran.err
    assert person.answers.asked == ["Name of the profile", DEFAULT]


def test_the_device_flow_shows_a_code(person: Person) -> None:
    person.world.browser = FakeBrowser(person.box, inline=True)
    ran = person.run(*NEW, *DEV, "--device", "--yes")
    assert ran.code == 0, ran.err
    assert "Confirm there that it shows this code: ABCD-EFGH" in ran.err


def test_a_new_session_has_the_scopes_that_were_asked_for(person: Person) -> None:
    person.tells(*NEW, *DEV, "--scope", "sso:account:access", "--scope", "codecatalyst:read")
    scopes = person.sections["sso-session sandbox"]["sso_registration_scopes"]
    assert scopes == "sso:account:access,codecatalyst:read"


def test_keys_in_the_credentials_file_are_named(person: Person) -> None:
    person.world.config(SESSION)
    (person.world.aws / "credentials").write_text("[dev]\naws_access_key_id = AKIA\naws_secret_access_key = s\n")
    ran = person.run(*DEV, "--session", "corp", "--profile", "dev", "--yes")
    assert "Terraform and JavaScript take first" in ran.err


def test_the_credential_helper_can_be_asked_for(person: Person) -> None:
    person.tells(*NEW, *DEV, "--credential-process", "--profile", "dev")
    assert "helper.py" in str(person.sections["profile dev"]["credential_process"])


def test_a_dry_run_shows_what_would_be_and_writes_nothing(person: Person) -> None:
    ran = person.run(*NEW, *DEV, "--dry-run", "--default", "--autostart")
    assert "+[profile dev-account.admin]" in ran.out
    assert person.has_no_config


def test_non_interactive_asks_nothing_even_at_a_terminal(person: Person) -> None:
    ran = person.run(*NEW, "--non-interactive", "--sign-in", "--region", "eu-west-1")
    assert ran.code == 2
    assert "--account" in ran.err


def test_a_config_that_no_tool_can_parse_is_told_before_any_question(person: Person) -> None:
    person.world.config("[profile a]\n[profile a]\n")
    assert person.run().code == 2
    assert person.answers.asked == []


def test_a_token_that_aws_refuses_before_its_time_gives_way_to_another(person: Person) -> None:
    person.world.config(SESSION + "sso_registration_scopes = sso:account:access\n")
    assert person.world.run("login", "corp").code == 0
    person.world.date_tokens()
    person.box.fail("ListAccounts", Fault.status(401), times=1)
    ran = person.says({}, "--session", "corp", *DEV, "--yes")
    assert ran.code == 0, ran.err
    assert "profile dev-account.admin" in person.sections


def test_closing_the_page_of_the_sign_in_leaves_everything_as_it_was(person: Person) -> None:
    person.world.browser = FakeBrowser(person.box, "deny")
    ran = person.run(*NEW, *DEV)
    assert ran.code == 1
    assert person.has_no_config


def test_the_wizards_names_are_found_again_by_populate(person: Person) -> None:
    person.tells(*NEW, *DEV)
    assert person.tells(*NEW, "--all", "--region", "eu-central-1")["populated"]["yours"] == ["dev-account.admin"]


@pytest.mark.parametrize("word", ["profile", "populate"])
def test_aws_sso_utils_words_have_help_pages(person: Person, word: str) -> None:
    assert person.world.run("configure", word, "--help").out.startswith("Usage: aws-sso-tray configure ")
