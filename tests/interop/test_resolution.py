"""What ``resolve`` says, held against the real boto3, AWS CLI v2 and JavaScript SDK on the same generated files."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aws_sso_core.resolve import Texts, Tool, resolve
from aws_sso_core.resolve.dialects import read_js
from aws_world import LIMIT, aws_cli
from config_texts import examples, good_texts, odd_texts
from resolution_texts import CONFIGS, CREDENTIALS, ENVIRONMENTS, placed
from resolution_world import (
    Home,
    Oracle,
    as_botocore_tells,
    as_js_tells,
    as_we_tell,
    boto3_oracle,
    cli_oracle,
    js_oracle,
)


class Tools(NamedTuple):
    home: Home
    boto3: Oracle
    cli: Oracle
    js: Oracle


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tools]:
    home = Home(tmp_path_factory.mktemp("home"))
    with ExitStack() as running:
        yield Tools(
            home, *(running.enter_context(closing(make(home.folder))) for make in (boto3_oracle, cli_oracle, js_oracle))
        )


@examples(100)
@given(CONFIGS, CREDENTIALS, ENVIRONMENTS, st.sampled_from([None, None, "dev", "base", "default", "gone"]))
@example("[profile dev]\nsso_session = corp\n", "[dev]\naws_access_key_id = K\naws_secret_access_key = s", {}, "dev")
def test_each_tool_takes_what_resolve_says(
    tools: Tools, config: str, credentials: str, env: dict[str, str], profile: str | None
) -> None:
    config, credentials = (placed(text, tools.home.folder) for text in (config, credentials))
    env = {name: placed(value, tools.home.folder) for name, value in env.items()}
    whole = {**env, **tools.home.files(config.encode(), credentials.encode())}
    ours = {r.tool: r for r in resolve(profile, Texts(config.encode(), credentials.encode()), whole)}

    theirs = {
        Tool.BOTO3: as_botocore_tells(tools.boto3.ask(env=whole, profile=profile)),
        Tool.CLI: as_botocore_tells(tools.cli.ask(env=whole, profile=profile)),
        Tool.JS: as_js_tells(tools.js.ask(env=whole, profile=profile)),
    }
    assert {tool: as_we_tell(ours[tool]) for tool in theirs} == theirs


@examples(100)
@given(odd_texts() | good_texts(), odd_texts() | good_texts())
@example("[profile a]\nregion = x ;y\nk =\n a = 1\n\tb=2\nc = 3\n", "[a b]\nx = 1\n[it's]\nk = v\n")
def test_the_files_are_read_as_javascript_reads_them(tools: Tools, config: str, credentials: str) -> None:
    env = tools.home.files(config.encode(), credentials.encode())
    theirs = tools.js.ask(env=env, parse=True)
    ours = read_js(config, credentials)
    in_config = {name: values for name, values in theirs["configFile"].items() if not name.startswith("services.")}
    sessions = {f"sso-session.{name}": values for name, values in ours.sessions.items()}
    assert {**ours.config, **sessions} == in_config
    assert ours.credentials == theirs["credentialsFile"]


BY = {1: Tool.BOTO3, 2: Tool.CLI}
"""AWS CLI v1 goes by the rules of boto3."""


@pytest.mark.parametrize("generation", BY)
def test_the_command_line_itself_says_the_same(generation: int, tmp_path: Path) -> None:
    config = "[profile one]\nregion = eu-west-1\n[profile two]\nregion = eu-west-2\n"
    credentials = "".join(
        f"[{name}]\naws_access_key_id = AKIAKEY{name.upper()}\naws_secret_access_key = s\n" for name in ("one", "two")
    )
    chosen = {"AWS_PROFILE": "one", "AWS_DEFAULT_PROFILE": "two", "AWS_REGION": "ap-south-1"}
    env = {**Home(tmp_path).files(config.encode(), credentials.encode()), **chosen}
    kept = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AWS_PAGER": ""}
    told = subprocess.run(
        [aws_cli(generation), "configure", "list"],
        check=True,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        env={**env, **kept},
    ).stdout

    (ours,) = (r for r in resolve(None, Texts(config.encode(), credentials.encode()), env) if r.tool is BY[generation])
    assert ours.source.identity[-4:] in told
    assert str(ours.region) in told
