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
from aws_world import aws_cli
from config_texts import examples, good_texts, odd_texts
from resolution_world import (
    START_URL,
    Home,
    Oracle,
    as_botocore_tells,
    as_js_tells,
    as_we_tell,
    boto3_oracle,
    cli_oracle,
    js_oracle,
)

PROCESS, TOKEN = "<process>", "<token>"
"""Stand for places in the home."""

KEYS = ("aws_access_key_id = {0}KEY\naws_secret_access_key = s",)
IDENTITIES = st.sampled_from(
    [
        "",
        "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin",
        "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\nsso_region = us-east-1",
        "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\nsso_region = eu-west-9",
        "sso_session = gone\nsso_account_id = 111122223333\nsso_role_name = Admin",
        "sso_session = corp",
        f"sso_start_url = {START_URL}\nsso_region = us-east-1\nsso_account_id = 000123456789\nsso_role_name = Audit",
        f"sso_start_url = {START_URL}\nsso_account_id = 000123456789\nsso_role_name = Audit",
        "sso_region = us-east-1",
        "SSO_Account_Id = 111122223333",
    ]
)
LINES = st.sampled_from(
    [
        "region = eu-west-1",
        "Region = eu-west-2",
        "region: eu-west-3",
        "region = eu-north-1 # where I live",
        "  region = eu-south-1",
        "output = json",
        "# region = us-west-2",
        "s3 =\n  max_queue_size = 10",
        "aws_access_key_id = {0}KEY\naws_secret_access_key = s",
        "aws_access_key_id = {0}KEY\naws_secret_access_key = s\naws_session_token = t",
        "aws_access_key_id = {0}KEY",
        f"credential_process = {PROCESS}",
        "role_arn = arn:aws:iam::111122223333:role/{0}\nsource_profile = base",
        "role_arn = arn:aws:iam::111122223333:role/{0}\nsource_profile = dev",
        "role_arn = arn:aws:iam::111122223333:role/{0}",
        "role_arn = arn:aws:iam::111122223333:role/{0}\ncredential_source = Environment",
        f"role_arn = arn:aws:iam::111122223333:role/{{0}}\nweb_identity_token_file = {TOKEN}",
    ]
)
HEADERS = st.sampled_from(
    ["default", "profile default", "profile dev", "profile base", "profile 'dev'", "dev", "profile  dev"]
)
BASE = "[profile base]\naws_access_key_id = BASEKEY\naws_secret_access_key = s\n"
SESSION = f"[sso-session corp]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n"


def section(header: str, identity: str, lines: list[str]) -> str:
    return f"[{header}]\n" + "".join(f"{line}\n" for line in (identity, *lines)).replace(
        "{0}", header.rpartition(" ")[2]
    )


SECTIONS = st.builds(section, HEADERS, IDENTITIES, st.lists(LINES, max_size=3, unique_by=lambda line: line[:8].lower()))
CONFIGS = st.builds(
    lambda sections, base, session: "\n".join((*sections, *base, *session)),
    st.lists(SECTIONS, max_size=3, unique_by=lambda text: text.partition("]")[0]),
    st.sampled_from([(), (), (BASE,)]),
    st.sampled_from([(SESSION,), (SESSION,), ()]),
)
CREDENTIALS = st.lists(
    st.builds(
        section,
        st.sampled_from(["default", "dev", "profile dev"]),
        st.just(""),
        st.lists(LINES, max_size=2, unique_by=lambda line: line[:8].lower()),
    ),
    max_size=2,
    unique_by=lambda text: text.partition("]")[0],
).map("\n".join)
ENVIRONMENTS = st.fixed_dictionaries(
    {},
    optional={
        "AWS_PROFILE": st.sampled_from(["dev", "default", "gone"]),
        "AWS_DEFAULT_PROFILE": st.sampled_from(["dev", "base", "gone"]),
        "AWS_REGION": st.just("ap-south-1"),
        "AWS_DEFAULT_REGION": st.just("ap-east-1"),
        "AWS_ACCESS_KEY_ID": st.just("ENVKEY"),
        "AWS_SECRET_ACCESS_KEY": st.just("s"),
        "AWS_WEB_IDENTITY_TOKEN_FILE": st.just(TOKEN),
        "AWS_ROLE_ARN": st.just("arn:aws:iam::111122223333:role/env"),
    },
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


def placed(text: str, folder: Path) -> str:
    return text.replace(PROCESS, f"sh {folder / 'keys.sh'}").replace(TOKEN, str(folder / "web-token"))


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
        timeout=60,
        env={**env, **kept},
    ).stdout

    (ours,) = (r for r in resolve(None, Texts(config.encode(), credentials.encode()), env) if r.tool is BY[generation])
    assert ours.source.identity[-4:] in told
    assert str(ours.region) in told
