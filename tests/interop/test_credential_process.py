"""AWS's own clients get their credentials by the command line that ``populate`` and ``configure`` write.

Everything lies in a home folder with blanks and quotes in its name, our own program too.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aws_sso_core.sandbox import START_URL, Directory, Sandbox
from aws_sso_core.system_clock import SystemClock
from aws_world import CORP, World, aws_cli
from interop.test_resolution_go import Aws
from resolution_world import js_program, needs

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows allows no quotes in names of folders")

LIMIT = 300
ACCOUNT = "111122223333"
SESSION = f"[sso-session corp]\nsso_start_url = {START_URL}\nsso_region = us-east-1\nsso_registration_scopes = sso:account:access\n"
POPULATE = ("populate", "--session", "corp", "--region", "eu-west-1")
CONFIGURE = (
    *("configure", "--session", "corp", "--account", ACCOUNT, "--role", "Admin", "--region", "eu-west-1"),
    *("--output", "json", "--profile", "mine", "--no-default", "--yes"),
)
BOTO3 = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
JS = """
const { createRequire } = require("node:module");
const sdk = createRequire(process.env.AWS_JS_SDK + "/package.json");
const { STSClient, GetCallerIdentityCommand } = sdk("@aws-sdk/client-sts");
// Only a logger hears what each provider of the default chain says; the error at its end is always the same.
const quiet = () => {};
const logger = { trace: quiet, debug: console.error, info: quiet, warn: quiet, error: quiet };
new STSClient({ region: "us-east-1", logger }).send(new GetCallerIdentityCommand({})).then(
  (answer) => console.log(answer.Arn),
  (error) => { console.error(error); process.exitCode = 1; },
);
"""
REFRESH = f"""
import boto3
session = boto3.Session()
first = session.get_credentials().get_frozen_credentials()
{BOTO3}
second = session.get_credentials().get_frozen_credentials()
assert second.access_key != first.access_key
print(session.client('sts').get_caller_identity()['Arn'])
"""


class Home:
    """Somebody in a home folder with an odd name, in which our program is installed."""

    def __init__(self, folder: Path, box: Sandbox) -> None:
        self.box = box
        box.directory = Directory.of((ACCOUNT, "Ann's Lab", ("Admin",)))
        self.world = World(folder / """it's "my" home""", box)
        (self.world.home / "venv").symlink_to(sys.prefix)
        (self.world.home / "core").symlink_to(Path(__file__).parents[2] / "core")
        (self.world.aws / "config").write_text(SESSION)
        self.sign_in()

    def sign_in(self) -> None:
        self.world.tokens.write(CORP, self.world.signed_in())

    def environment(self) -> dict[str, str]:
        return {**self.world.environment(), "AWS_SSO_TRAY_HOME": str(self.world.home / "tray")}

    def write(self, *command: str) -> None:
        ours = [str(self.world.home / "venv" / "bin" / "python"), "-P", "-m", "aws_sso_core.cli"]
        env = self.environment() | {"PYTHONPATH": str(self.world.home / "core")}
        self.run(*ours, *command, "--credential-process", env=env)

    def run(self, *command: str, env: Mapping[str, str], code: int = 0) -> str:
        """What a program says on both channels."""
        done = subprocess.run(
            command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT, check=False
        )
        assert (done.returncode != 0) is (code != 0), f"{done.returncode}: {done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr


@dataclass(frozen=True)
class Client:
    """A program that says who it is."""

    command: tuple[str, ...]
    env: Mapping[str, str]

    def who(self, home: Home, profile: str = "mine", *, code: int = 0) -> str:
        return home.run(*self.command, env={**home.environment(), **self.env, "AWS_PROFILE": profile}, code=code)


class GoClient(Client):
    """rclone, with an S3 of ours that sees whose key signs."""

    def who(self, home: Home, profile: str = "mine", *, code: int = 0) -> str:
        with Aws() as aws:
            thread = threading.Thread(target=aws.serve_forever, kwargs={"poll_interval": 0.01})
            thread.start()
            remote = f':s3,provider=AWS,env_auth=true,region=us-east-1,endpoint="{aws.url}":'
            try:
                told = Client((*self.command, remote), self.env).who(home, profile, code=code)
            finally:
                aws.shutdown()
                thread.join()
        return f"{told} signed by {aws.signed_by}"


def boto3(code: str = BOTO3) -> Client:
    return Client((sys.executable, "-W", "error", "-c", code), {})


def cli(generation: int) -> Client:
    return Client((aws_cli(generation), "sts", "get-caller-identity", "--query", "Arn", "--output", "text"), {})


def js() -> Client:
    node, env = js_program()
    return Client((node, "-e", JS), env)


def go() -> Client:
    program = os.environ.get("AWS_GO_PROGRAM") or shutil.which("rclone") or "rclone"
    needs([program, "version"], "rclone, a program built on the AWS SDK for Go")
    return GoClient((program, "lsd", "--retries", "1", "--low-level-retries", "1"), {"RCLONE_CONFIG": os.devnull})


CLIENTS: dict[str, Callable[[], Client]] = {
    "boto3": boto3,
    "aws-cli-1": lambda: cli(1),
    "aws-cli-2": lambda: cli(2),
    "js": js,
    "go": go,
}


@pytest.fixture(params=CLIENTS)
def client(request: pytest.FixtureRequest) -> Client:
    return CLIENTS[request.param]()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Sandbox(SystemClock()) as box:
        yield Home(tmp_path, box)


@pytest.fixture
def ready(home: Home) -> Home:
    """With the profile ``mine``."""
    home.write(*CONFIGURE)
    return home


def is_admin(told: str, home: Home) -> bool:
    """By the role's name in STS' answer, or by the key id that AWS gave out for it."""
    (kept,) = (home.world.aws / "cli" / "cache").glob("*.json")
    key = json.loads(kept.read_text())["Credentials"]["AccessKeyId"]
    return f":{ACCOUNT}:assumed-role/AWSReservedSSO_Admin_" in told or told.endswith(f"signed by {key}")


def test_every_client_is_who_the_profile_of_configure_says(ready: Home, client: Client) -> None:
    assert is_admin(client.who(ready), ready)
    assert ready.box.calls.count("GetRoleCredentials") == 1


def test_every_client_is_who_the_profile_of_populate_says(home: Home, client: Client) -> None:
    home.write(*POPULATE)
    assert is_admin(client.who(home, "Ann-s-Lab.Admin"), home)


def test_a_name_with_blanks_and_quotes_reaches_the_helper_whole(home: Home) -> None:
    home.write(*POPULATE, "--raw-account-names")
    assert is_admin(boto3().who(home, "Ann's Lab.Admin"), home)


def test_a_program_that_runs_on_gets_new_credentials_before_the_old_ones_end(ready: Home) -> None:
    ready.box.knobs.role_lifetime = timedelta(minutes=14)
    told = boto3(REFRESH).who(ready).splitlines()
    assert [":assumed-role/AWSReservedSSO_Admin_" in line for line in told] == [True, True]


def test_a_token_that_is_past_is_renewed_and_nobody_hears_of_it(ready: Home) -> None:
    token = ready.world.tokens.read(CORP)
    assert token is not None
    ready.world.tokens.write(
        CORP, replace(token, expires_at=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2))
    )
    assert is_admin(boto3().who(ready).strip(), ready)
    assert [call.detail for call in ready.box.calls.of("CreateToken")] == ["device_code", "refresh_token"]


def test_every_client_shows_why_when_the_role_is_gone(ready: Home, client: Client) -> None:
    ready.box.directory = Directory.of((ACCOUNT, "Ann's Lab", ("ReadOnly",)))
    told = " ".join(client.who(ready, code=1).split())
    assert f"The role Admin in account {ACCOUNT} is not (or no longer) assigned to you." in told


def test_every_client_shows_what_to_do_when_an_administrator_has_ended_the_sign_in(ready: Home, client: Client) -> None:
    ready.box.end_sign_in()
    told = " ".join(client.who(ready, code=1).split())
    assert "aws-sso-tray login mine" in told
    assert [call.detail.split()[0] for call in ready.box.calls.of("CreateToken")] == ["device_code", "refresh_token"]


def test_every_client_shows_what_to_do_when_nobody_is_signed_in(ready: Home, client: Client) -> None:
    ready.world.tokens.forget(CORP)
    told = " ".join(client.who(ready, code=1).split())
    assert "Nobody is signed in to corp. Sign in: `aws-sso-tray login mine`" in told
