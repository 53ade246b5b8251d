"""Real shells take ``env`` over, and real AWS clients work under ``exec``, ``env`` and ``serve``, all against the Sandbox."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core import programs
from aws_sso_core.as_profile.environment import Variables
from aws_sso_core.cli.shells.variables import ShellName, lines
from aws_sso_core.sandbox import Sandbox
from aws_sso_core.system_clock import SystemClock
from aws_world import CORP, ROLE, World, aws_cli
from resolution_world import js_program
from shell_world import program

posix_only = pytest.mark.skipif(os.name == "nt", reason="these shells and signals are of POSIX systems")

OURS = programs.command_line()
ARN = f"arn:aws:sts::{ROLE.account_id}:assumed-role/AWSReservedSSO_{ROLE.name}_"
LIMIT = 300
WHO = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
BOTO3 = [sys.executable, "-W", "error", "-c", WHO]
DUMP = [sys.executable, "-I", "-S", "-c", "import json, os; print(json.dumps(dict(os.environ)))"]
LEFT_OVER = {
    "AWS_PROFILE": "gone",
    "AWS_DEFAULT_PROFILE": "old",
    "AWS_ACCESS_KEY_ID": "AKIALEFTOVER",
    "AWS_SECRET_ACCESS_KEY": "left-over",
    "AWS_SESSION_TOKEN": "left-over",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/no/such/file",
    "AWS_ROLE_ARN": "arn:aws:iam::1:role/left-over",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/",
}
"""What other work in this shell left behind; each of them would make some tool fail, or be somebody else."""
JS = """
const { createRequire } = require("node:module");
const sdk = createRequire(process.env.AWS_JS_SDK + "/package.json");
const { STSClient, GetCallerIdentityCommand } = sdk("@aws-sdk/client-sts");
new STSClient({}).send(new GetCallerIdentityCommand({})).then(
  (answer) => console.log(answer.Arn),
  (error) => { console.error(error); process.exitCode = 1; },
);
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Sandbox(SystemClock()) as box:
        world = World(tmp_path / "home", box)
        world.tokens.write(CORP, world.signed_in())
        yield world


@pytest.fixture(params=["boto3", "aws-cli-1", "aws-cli-2", "js"])
def client(request: pytest.FixtureRequest) -> tuple[list[str], dict[str, str]]:
    """A command that prints who AWS says it is, and what it needs in its environment."""
    if request.param == "boto3":
        return BOTO3, {}
    if request.param == "js":
        node, env = js_program()
        return [node, "-e", JS], env
    cli = aws_cli(int(request.param[-1]))
    return [cli, "sts", "get-caller-identity", "--query", "Arn", "--output", "text"], {}


def run(
    world: World, *words: str, code: int = 0, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Our program, or another with it in its home."""
    done = subprocess.run(
        words,
        check=False,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        env={**world.environment(), "AWS_SSO_TRAY_HOME": str(world.home / "tray"), **(env or {})},
    )
    assert done.returncode == code, f"{done.returncode}: {done.stdout}\n{done.stderr}"
    return done


# Shells


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For shells, which make their own files in it."""
    return tmp_path_factory.mktemp("empty")


@posix_only
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@given(values=st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), max_size=5))
def test_a_shell_hands_every_value_on_as_it_was(empty_home: Path, shell: ShellName, values: list[str]) -> None:
    wanted = {f"V{n}": value for n, value in enumerate(values)}
    script = lines(Variables(wanted, ("GONE", "NEVER_THERE")), shell) + shlex.join(DUMP)
    done = subprocess.run(
        [program(shell), "-c", script],
        check=True,
        capture_output=True,
        timeout=LIMIT,
        env={"PATH": os.environ["PATH"], "HOME": str(empty_home), "LC_ALL": "C.UTF-8", "GONE": "still there"},
    )
    there = json.loads(done.stdout)
    assert {name: there.get(name) for name in wanted} == wanted
    assert "GONE" not in there
    assert done.stderr == b""


@posix_only
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_env_makes_a_shell_the_profile_in_its_own_language_without_being_told(world: World, shell: str) -> None:
    ours = shlex.join([*OURS, "env", "dev"])
    takes_over = f"{ours} | source" if shell == "fish" else f'eval "$({ours})"'
    there = json.loads(run(world, program(shell), "-c", f"{takes_over}; {shlex.join(DUMP)}", env=LEFT_OVER).stdout)
    assert (there["AWS_SSO_TRAY_AS"], there["AWS_REGION"]) == ("dev", "us-east-1")
    assert there["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert not {"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"} & set(there)


@posix_only
def test_every_client_is_the_profile_in_a_shell_that_env_made(
    world: World, client: tuple[list[str], dict[str, str]]
) -> None:
    command, env = client
    script = f'eval "$({shlex.join([*OURS, "env", "dev", "--shell", "bash"])})" && {shlex.join(command)}'
    assert run(world, program("bash"), "-c", script, env={**LEFT_OVER, **env}).stdout.startswith(ARN)


@posix_only
def test_env_as_a_profile_and_its_clearing(world: World) -> None:
    ours = shlex.join([*OURS, "env"])
    script = f"""
eval "$({ours} dev --profile-only --shell bash)"; {shlex.join(BOTO3)}
eval "$({ours} --clear --shell bash)"; echo "profile: ${{AWS_PROFILE-none}}"
"""
    told = run(world, program("bash"), "-c", script, env=LEFT_OVER).stdout.splitlines()
    assert told[0].startswith(ARN)
    assert told[1] == "profile: none"


# exec


def test_every_client_is_the_profile_under_exec(world: World, client: tuple[list[str], dict[str, str]]) -> None:
    command, env = client
    assert run(world, *OURS, "exec", "dev", "--", *command, env={**LEFT_OVER, **env}).stdout.startswith(ARN)


def test_exec_passes_input_output_and_exit_code_on(world: World) -> None:
    code = "import sys; print(sys.stdin.read().upper()); print('no', file=sys.stderr); sys.exit(9)"
    command = [*OURS, "exec", "dev", "--", sys.executable, "-I", "-c", code]
    done = subprocess.run(
        command, input="yes", capture_output=True, text=True, timeout=LIMIT, check=False, env=world.environment()
    )
    assert (done.returncode, done.stdout, done.stderr) == (9, "YES\n", "no\n")


@posix_only
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_exec_becomes_the_program_so_signals_are_its_own(world: World, number: int) -> None:
    code = "import os, signal; signal.signal(signal.SIGINT, signal.SIG_DFL); print(os.getpid(), flush=True); signal.pause()"
    command = [*OURS, "exec", "dev", "--", sys.executable, "-I", "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=world.environment()) as child:
        assert child.stdout
        assert int(child.stdout.readline()) == child.pid
        child.send_signal(number)
        assert child.wait(LIMIT) == -number


@posix_only
def test_exec_leaves_no_signal_ignored(world: World) -> None:
    """Python ignores SIGPIPE for itself; a program that inherits that writes into closed pipes for ever."""
    told = run(world, *OURS, "exec", "dev", "--", "sh", "-c", "kill -PIPE $$; echo ignored", code=-13)
    assert told.stdout == ""


@posix_only
def test_exec_runs_a_script_without_a_first_line_as_shells_do(world: World) -> None:
    script = world.home / "script"
    script.write_text('echo "$1 $AWS_SSO_TRAY_AS"\n')
    script.chmod(0o755)
    assert run(world, *OURS, "exec", "dev", "--", str(script), "one").stdout == "one dev\n"


def test_exec_of_no_program_is_127(world: World) -> None:
    said = run(world, *OURS, "exec", "dev", "--", "no-such-program", code=127).stderr
    assert said.startswith("aws-sso-tray: There is no command 'no-such-program'.")


# serve


@contextmanager
def serving(world: World, *options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """A running ``serve``, and what it said first."""
    command = [*OURS, "serve", "--profile", "dev", "--json", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=world.environment()
    ) as child:
        try:
            assert child.stdout
            yield child, json.loads(child.stdout.readline())
        finally:
            child.kill()


def test_every_client_gets_its_credentials_from_serve(world: World, client: tuple[list[str], dict[str, str]]) -> None:
    command, env = client
    told = run(world, *OURS, "serve", "--profile", "dev", "--", *command, env={**LEFT_OVER, **env})
    assert told.stdout.startswith(ARN)


def test_boto3_names_the_endpoint_as_its_source_and_asks_again_before_the_end(world: World) -> None:
    world.box.knobs.role_lifetime = timedelta(minutes=10)  # boto3 replaces them below 15
    code = """
import boto3
credentials = boto3.Session().get_credentials()
keys = {credentials.get_frozen_credentials().access_key for _ in range(3)}
print(credentials.method, len(keys))
"""
    told = run(world, *OURS, "serve", "--profile", "dev", "--", sys.executable, "-W", "error", "-c", code).stdout
    assert told == "container-role 3\n"


def test_serve_goes_on_for_programs_that_come_later_and_ends_on_ctrl_c(world: World) -> None:
    with serving(world) as (child, told):
        assert run(world, *BOTO3, env=told["set"]).stdout.startswith(ARN)
        assert run(world, *BOTO3, env=told["set"]).stdout.startswith(ARN)
        wrong = {**told["set"], "AWS_CONTAINER_AUTHORIZATION_TOKEN": "wrong"}
        assert "wrong-token" in run(world, *BOTO3, env=wrong, code=1).stderr
        if os.name != "nt":
            child.send_signal(signal.SIGINT)
            assert child.wait(LIMIT) == 130
            assert "Connect" in run(world, *BOTO3, env=told["set"], code=1).stderr


def test_serve_keeps_its_token_in_a_file_for_clients_that_read_it(world: World) -> None:
    file = world.home / "token"
    with serving(world, "--token-file", str(file)) as (child, told):
        assert "AWS_CONTAINER_AUTHORIZATION_TOKEN" not in told["set"]
        assert run(world, *BOTO3, env=told["set"]).stdout.startswith(ARN)
        if os.name != "nt":
            child.terminate()
            assert child.wait(LIMIT) == 143
            assert not file.exists()


def test_a_program_hears_from_serve_why_there_are_no_credentials(world: World) -> None:
    with serving(world) as (_, told):
        run(world, *OURS, "logout", "corp")
        assert "Nobody is signed in to corp." in run(world, *BOTO3, env=told["set"], code=1).stderr


@posix_only
def test_serve_ends_its_program_when_it_is_ended(world: World) -> None:
    code = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    command = [*OURS, "serve", "--profile", "dev", "--", sys.executable, "-I", "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=world.environment()) as child:
        assert child.stdout
        pid = int(child.stdout.readline())
        child.terminate()
        assert child.wait(LIMIT) == 143
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
