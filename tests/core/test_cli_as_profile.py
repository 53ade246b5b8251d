"""``env``, ``exec``, ``serve``, ``console`` and ``whoami`` from the command line to AWS, against the sandbox."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from auth_bench import Bench, ask
from aws_sso_core.as_profile import launch
from aws_sso_core.sandbox import Fault, Sandbox
from cli_world import Ran, World
from corp_config import CORP
from fakes import FakeBrowser

CONFIG = f"""\
{CORP}
[profile audit]
sso_session = corp
sso_account_id = 000123456789
sso_account_name = The Audited
sso_role_name = SecurityAudit

[profile keys]
region = us-east-1
"""


class Person:
    """Signed in, with two roles."""

    def __init__(self, world: World, box: Sandbox, patch: pytest.MonkeyPatch) -> None:
        self.world = world
        self.box = box
        self.browser = FakeBrowser(box)
        self.started: list[tuple[Sequence[str], Mapping[str, str]]] = []
        world.set(**box.environment())
        world.config(CONFIG)
        world.browser = self.browser
        patch.setattr(launch, "start", self._start)
        world.neutral = str  # type: ignore[method-assign,assignment]  # secrets count here

    def run(self, *words: str, code: int = 0) -> Ran:
        ran = self.world.run(*words)
        assert ran.code == code, ran.err
        return ran

    def tell(self, *words: str, code: int = 0) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.run(*words, "--json", code=code).out.splitlines()[-1])
        return told

    def _start(self, command: Sequence[str], env: Mapping[str, str]) -> int:
        self.started.append((command, env))
        return 42


@pytest.fixture
def person(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Person:
    bench.given_token()
    world = World(tmp_path, monkeypatch)
    world.clock = bench.clock
    return Person(world, bench.box, monkeypatch)


def roles_given(person: Person) -> list[str]:
    return [call.detail for call in person.box.calls.of("GetRoleCredentials")]


# credentials


@pytest.mark.parametrize(
    ("tray", "policy", "words", "waited"),
    [
        (True, "ask", (), 45.0),
        (True, "automatic", (), 45.0),
        (True, "never", (), 0.0),
        (False, "ask", (), 0.0),
        (True, "never", ("--wait", "20"), 20.0),
        (False, "ask", ("--wait", "20"), 20.0),
        (True, "ask", ("--no-wait",), 0.0),
    ],
)
def test_a_program_waits_where_somebody_is_asked_to_sign_in_and_no_longer(
    person: Person, tray: bool, policy: str, words: tuple[str, ...], waited: float
) -> None:
    person.run("logout", "--local")
    person.world.instance.pid = 4711 if tray else None
    person.run("settings", "sign_in", policy)
    before = person.world.clock.monotonic()
    ran = person.run("credentials", "--profile", "dev.admin", *words, code=3)
    assert person.world.clock.monotonic() - before == waited
    assert ran.err == "aws-sso-tray: Nobody is signed in to corp.\n  Sign in: `aws-sso-tray login dev.admin`\n"


# env


def test_env_sets_credentials_and_takes_everything_else_away(person: Person) -> None:
    person.world.set(AWS_PROFILE="keys", AWS_ROLE_ARN="arn:aws:iam::1:role/x")
    told = person.tell("env", "dev.admin", "--shell", "fish")
    assert (told["profile"], told["expires_at"]) == ("dev.admin", told["set"]["AWS_CREDENTIAL_EXPIRATION"])
    assert (told["set"]["AWS_REGION"], told["set"]["AWS_ACCOUNT_ID"]) == ("eu-central-1", "111122223333")
    assert {"AWS_PROFILE", "AWS_ROLE_ARN"} <= set(told["unset"])
    assert "set -gx AWS_SSO_TRAY_AS 'dev.admin'\n" in told["script"]
    assert told["script"].startswith("set -e AWS_PROFILE ")


def test_env_as_a_profile_asks_nobody_and_takes_any_profile(person: Person) -> None:
    told = person.tell("env", "keys", "--profile-only")
    assert (told["set"], told["expires_at"]) == ({"AWS_PROFILE": "keys"}, None)
    assert roles_given(person) == []


def test_env_clear_takes_our_region_away_too_and_no_other(person: Person) -> None:
    assert "AWS_REGION" not in person.tell("env", "--clear")["unset"]
    person.world.set(AWS_SSO_TRAY_AS="dev.admin")
    assert {"AWS_REGION", "AWS_DEFAULT_REGION"} <= set(person.tell("env", "--clear")["unset"])


def test_env_without_a_profile_is_that_of_the_shell_or_else_the_active_one(person: Person) -> None:
    person.run("use", "audit")
    assert person.tell("env", "--profile-only")["profile"] == "audit"
    person.world.set(AWS_PROFILE="dev.admin")
    assert person.tell("env", "--profile-only")["profile"] == "dev.admin"
    person.world.set(AWS_SSO_TRAY_AS="keys")
    assert person.tell("env", "--profile-only")["profile"] == "keys"


@pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_SSO_TRAY_AS"])
@pytest.mark.parametrize("command", ["env", "whoami", "console", "ecr login"])
def test_a_profile_that_only_a_variable_names_is_refused_with_the_variable(
    person: Person, command: str, variable: str
) -> None:
    person.world.set(**{variable: "dev.admni"})
    ran = person.run(*command.split(), code=2)
    assert f"There is no profile named 'dev.admni'.\n  {variable} of this shell names it. Did you mean dev" in ran.err


@pytest.mark.parametrize("command", ["env", "whoami", "console", "ecr login", "exec dev -- ls", "use dev"])
def test_where_there_is_no_profile_at_all_the_way_to_one_is_told(person: Person, command: str) -> None:
    person.world.config("")
    assert "`aws-sso-tray configure` sets up the first." in person.run(*command.split(), code=2).err


def test_env_refuses_what_it_cannot_write_for_cmd(person: Person) -> None:
    person.world.config(CONFIG + "[profile 100%]\nregion = us-east-1\n")
    assert "cmd cannot be given '100%'" in person.run("env", "100%", "--profile-only", "--shell", "cmd", code=2).err


# exec


def test_exec_gives_a_program_credentials_and_its_exit_code_back(person: Person) -> None:
    person.world.set(AWS_PROFILE="keys", AWS_CONTAINER_CREDENTIALS_FULL_URI="http://x/")
    assert person.world.run("exec", "dev.admin", "--", "aws", "s3", "ls", "--json").code == 42
    [(command, env)] = person.started
    assert command == ["aws", "s3", "ls", "--json"]
    assert env["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert env["HOME"] == str(person.world.home)
    assert not {"AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"} & set(env)
    assert roles_given(person) == ["111122223333/AdministratorAccess"]


@pytest.mark.parametrize("words", [["aws", "--version"], ["--", "aws", "--version"], ["--", "--", "aws", "--version"]])
def test_exec_takes_no_option_of_the_program_for_its_own(person: Person, words: list[str]) -> None:
    person.world.run("exec", "dev.admin", *words)
    assert [command for command, _ in person.started] == [words[1:] if words[0] == "--" else words]


def test_exec_has_no_word_for_an_error_on_the_programs_output(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--json`` after ``--`` is the program's."""
    monkeypatch.setattr(launch, "start", launch.run)
    ran = person.run("exec", "dev.admin", "--", "no-such-tool", "--json", code=127)
    assert ran.out == ""
    assert ran.err.startswith("aws-sso-tray: There is no command 'no-such-tool'.\n")


def test_exec_as_a_role_that_is_not_assigned_starts_nothing(person: Person) -> None:
    person.box.fail("GetRoleCredentials", Fault.status(403), None)
    assert "is not (or no longer) assigned" in person.run("exec", "dev.admin", "--", "aws", code=1).err
    assert person.started == []


# serve


def fetch(more: str = "") -> list[str]:
    """A program that asks the endpoint as SDKs do, and says what it got."""
    code = f"""
import json, os, urllib.request
env = os.environ
token = env.get("AWS_CONTAINER_AUTHORIZATION_TOKEN") or open(env["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]).read()
request = urllib.request.Request(env["AWS_CONTAINER_CREDENTIALS_FULL_URI"], headers={{"Authorization": token}})
with urllib.request.urlopen(request) as answer:
    got = json.load(answer)
{more}
with open(os.path.join(env["HOME"], "got.json"), "w") as f:
    json.dump({{"got": got, "env": dict(env)}}, f)
raise SystemExit(5)
"""
    return [sys.executable, "-I", "-c", code]


def served(person: Person) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((person.world.home / "got.json").read_text())
    return told


def test_serve_leads_a_program_to_credentials(person: Person) -> None:
    assert person.world.run("serve", "--profile", "dev.admin", "--", *fetch()).code == 5
    told = served(person)
    assert told["got"]["AccessKeyId"].startswith("ASIA")
    assert (told["env"]["AWS_REGION"], told["env"]["AWS_SSO_TRAY_AS"]) == ("eu-central-1", "dev.admin")
    assert not {"AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_CONFIG_FILE"} & set(told["env"])


def test_serve_keeps_the_token_in_a_file_of_its_owner_while_it_serves(person: Person) -> None:
    file = person.world.home / "token"
    look = "got['mode'] = oct(os.stat(env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE']).st_mode & 0o777)"
    person.world.run("serve", "--profile", "audit", "--token-file", str(file), "--", *fetch(look))
    told = served(person)
    assert "AWS_CONTAINER_AUTHORIZATION_TOKEN" not in told["env"]
    assert told["got"]["mode"] == ("0o600" if sys.platform != "win32" else "0o666")
    assert not file.exists()


def test_serve_hides_a_default_profile_that_sdks_would_take_first(person: Person) -> None:
    person.run("use", "audit")
    ran = person.world.run("serve", "--", *fetch())
    assert "[default] in ~/.aws would win over the endpoint" in ran.err
    told = served(person)
    assert told["got"]["AccountId"] == "000123456789"
    assert told["env"]["AWS_CONFIG_FILE"] == told["env"]["AWS_SHARED_CREDENTIALS_FILE"]


def test_serve_begins_without_a_sign_in_and_says_what_is_missing(person: Person) -> None:
    person.run("logout")
    ran = person.world.run("serve", "--profile", "audit", "--", *fetch())
    assert ran.code == 1  # the program's own
    assert "Nobody is signed in to corp." in ran.err


def test_serve_refuses_a_profile_that_gives_no_credentials(person: Person) -> None:
    assert "does not sign in by IAM Identity Center" in person.run("serve", "--profile", "keys", code=2).err


# console


def test_console_opens_the_portals_link_and_needs_no_sign_in(person: Person) -> None:
    person.run("logout")
    ran = person.run("console", "audit", "--browser", "any", "--service", "s3")
    assert ran.out == "The console opens in your browser, as SecurityAudit in The Audited (000123456789).\n"
    link = urlsplit(person.browser.opened[-1])
    assert (link.netloc, link.path) == ("sandbox.awsapps.com", "/start/")
    assert parse_qs(link.fragment.partition("?")[2]) == {
        "account_id": ["000123456789"],
        "role_name": ["SecurityAudit"],
        "destination": ["https://console.aws.amazon.com/s3/buckets"],
    }


def test_console_by_federation_signs_in_and_tells_the_address_to_nobody(person: Person) -> None:
    told = person.tell("console", "dev.admin", "--federation", "--service", "ec2")
    assert told == {"version": 1, "event": "console", "profile": "dev.admin", "url": None, "opened": True}
    person.browser.wait()
    assert [call.detail for call in person.box.calls.of("ConsoleLogin")] == [
        "111122223333/AdministratorAccess console.aws.amazon.com/ec2/home"
    ]
    assert "SigninToken" not in "".join(person.browser.opened)


def test_console_prints_an_address_that_is_good_once(person: Person) -> None:
    ran = person.world.run("console", "dev.admin", "--federation", "--print")
    assert "keep it to yourself" in ran.err
    token = person.box.calls.of("GetSigninToken")
    assert [call.detail for call in token] == ["111122223333/AdministratorAccess"]
    assert person.tell("console", "dev.admin", "--print")["url"].endswith("&role_name=AdministratorAccess")
    link = person.tell("console", "dev.admin", "--federation", "--print")["url"]
    assert urlsplit(link).path == "/federation"


def test_console_says_what_to_do_without_a_browser(person: Person) -> None:
    person.world.browser = FakeBrowser(starts=False)
    for way in ([], ["--federation"]):
        assert "`--print` shows the address." in person.run("console", "dev.admin", *way, code=1).err


# whoami


def test_whoami_asks_aws_about_a_profile(person: Person) -> None:
    told = person.tell("whoami", "dev.admin")
    assert (told["source"], told["profile"], told["role_name"]) == ("profile", "dev.admin", "AdministratorAccess")
    assert told["account_name"] == next(a.name for a in person.box.directory.accounts if a.id == "111122223333")
    assert (told["person"], told["region"], told["session"]) == ("sam.rivera@example.com", "eu-central-1", "corp")
    assert told["arn"].startswith("arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_AdministratorAccess_")
    assert told["credentials_expire_at"].endswith("Z")


def test_whoami_takes_the_accounts_name_from_the_config_where_it_is(person: Person) -> None:
    assert person.tell("whoami", "audit")["account_name"] == "The Audited"
    assert person.box.calls.count("ListAccounts") == 0


def test_whoami_without_a_profile_asks_about_the_keys_of_the_environment_first(person: Person) -> None:
    keys = person.tell("env", "audit")["set"]
    person.world.set(AWS_PROFILE="dev.admin", **keys)
    told = person.tell("whoami")
    assert (told["source"], told["profile"], told["account_id"]) == ("environment", "audit", "000123456789")
    assert (told["account_name"], told["credentials_expire_at"]) == ("The Audited", keys["AWS_CREDENTIAL_EXPIRATION"])
    assert person.tell("whoami", "dev.admin")["account_id"] == "111122223333"


def test_whoami_does_not_take_the_environments_word_for_whose_keys_these_are(person: Person) -> None:
    person.world.set(**person.tell("env", "audit")["set"] | {"AWS_SSO_TRAY_AS": "dev.admin"})
    told = person.tell("whoami")
    assert (told["profile"], told["session"], told["role_name"]) == (None, None, "SecurityAudit")
    assert "none (by the keys in the environment)" in person.run("whoami").out


def test_whoami_tells_of_keys_that_ended(person: Person) -> None:
    person.world.set(**person.tell("env", "audit")["set"])
    person.world.clock.advance(timedelta(hours=13))
    assert "AWS does not accept these credentials (ExpiredToken)." in person.run("whoami", code=1).err


def test_whoami_without_a_network_says_what_the_files_say_and_that_aws_was_not_asked(person: Person) -> None:
    person.run("whoami", "audit")
    person.box.fail("*", Fault.DROPPED, None)
    ran = person.run("whoami", "audit", code=4)
    assert ran.out == ""
    assert "By your files you are SecurityAudit in The Audited (000123456789); AWS was not reached." in ran.err
    assert person.tell("whoami", "audit", code=4)["kind"] == "offline"


def test_whoami_asks_for_a_sign_in(person: Person) -> None:
    person.run("logout")
    assert "Nobody is signed in to corp." in person.run("whoami", "audit", code=3).err


def test_no_secret_is_logged(person: Person, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "aws_sso_core")
    keys = person.tell("env", "audit")["set"]
    person.run("console", "audit", "--federation")
    person.browser.wait()
    person.box.fail("GetCallerIdentity", Fault.status(400))
    person.box.fail("GetSigninToken", Fault.status(400))
    person.run("whoami", "audit", code=1)
    person.run("console", "audit", "--federation", code=1)
    assert "service-failed" in caplog.text
    assert not [name for name in ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN") if keys[name] in caplog.text]
    assert "SigninToken" not in caplog.text


def test_a_page_for_the_console_is_led_to_by_one_visit(person: Person) -> None:
    class Twice(FakeBrowser):
        def open(self, url: str) -> bool:
            self.answers = [ask(url)[0], ask(url)[0]]
            return True

    person.world.browser = browser = Twice()
    person.run("console", "audit", "--federation")
    assert browser.answers == [303, 410]
