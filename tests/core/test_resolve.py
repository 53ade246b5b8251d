"""What each tool takes; Terraform's rules, which no test machine runs, as a table (protocol.md 6.1 and 6.2, seen run)."""

from __future__ import annotations

import pytest

from aws_sso_core.resolve import Provider, Resolution, Texts, Tool, resolve
from aws_sso_core.resolve.dialects import Cut, Reader, narrowed, read_go, read_js
from aws_sso_core.resolve.reasons import reasons

SSO = "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\nregion = eu-central-1\n"
SESSION = "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n"
DEV = f"[profile dev]\n{SSO}{SESSION}"
KEYS = "aws_access_key_id = AKIA\naws_secret_access_key = secret-of-keys\n"
ENV_KEYS = {"AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "secret-of-env"}


def table(
    config: str = DEV, credentials: str = "", profile: str | None = "dev", env: dict[str, str] | None = None
) -> dict[Tool, Resolution]:
    return {r.tool: r for r in resolve(profile, Texts(config.encode(), credentials.encode()), env or {})}


def providers(found: dict[Tool, Resolution]) -> dict[str, str]:
    return {tool.value: resolution.provider.value for tool, resolution in found.items()}


def everywhere(provider: Provider) -> dict[str, str]:
    return dict.fromkeys((tool.value for tool in Tool), provider.value)


@pytest.mark.parametrize(
    ("config", "names"),
    [
        ("[profile a b]\nregion = r", {"a b"}),
        ('[profile "a b"]\nregion = r', {'"a b"'}),
        ('[profile "ab"]\nregion = r', {'"ab"'}),
        ("[profile  ab]\nregion = r", {"ab"}),
        ("[ab]\nregion = r", set()),
        ("[profileab]\nregion = r", set()),
        ("[DEFAULT]\nregion = r", set()),
        ("[Profile a]\nregion = r", set()),
        ("[profile a#b]\nregion = r", set()),
        ("[profile a] # note\nregion = r", {"a"}),
        ("\ufeff[profile a]\nregion = r\n[profile b]\nregion = r", {"b"}),
    ],
)
def test_terraform_finds_these_profiles(config: str, names: set[str]) -> None:
    assert set(read_go(config, "").config) == names


@pytest.mark.parametrize(
    ("body", "region"),
    [
        ("region = v", "v"),
        ("region = v # c", "v"),
        ("region = v ; c", "v"),
        ("region = v#c", "v#c"),
        ("region: v", "v"),
        ('region = "v"', "v"),
        ("REGION = v", "v"),
        ("region = a\nregion = v", "v"),
        ("region = a\nRegion = v", "v"),
        ("# x\n  ; y\nregion = v", "v"),
        ("junk\nregion = v", "v"),
        ("output = json\n  region = v", "v"),
        ("s3 =\n  region = nested\nregion = v", "v"),
        ("s3 =\n  region = nested", None),
        ("region = v\r", "v"),
        ("region = v\n  more", "v\nmore"),
    ],
)
def test_terraform_reads_this_region(body: str, region: str | None) -> None:
    assert read_go(f"[profile a]\n{body}\n", "").config["a"].get("region") == region


def test_of_two_sections_of_one_profile_terraform_takes_the_last_value_of_each_key() -> None:
    found = read_go("[profile a]\nregion = x\noutput = json\n[profile a]\nregion = y\n", "")
    assert found.config["a"] == {"region": "y", "output": "json"}


@pytest.mark.parametrize("read", [read_go, read_js])
def test_profile_default_replaces_default_whole_outside_botocore(read: Reader) -> None:
    assert read("[profile default]\nregion = x\n[default]\noutput = json\n", "").config["default"] == {"region": "x"}


def test_of_default_and_profile_default_the_later_is_botocores() -> None:
    found = table("[profile default]\nregion = x\n[default]\nregion = y\n", profile=None)
    assert [found[tool].region for tool in Tool] == ["y", "y", "x", "x"]


def test_one_plain_sso_profile_is_the_same_everywhere() -> None:
    found = table()
    assert providers(found) == everywhere(Provider.SSO)
    assert {(r.profile, r.region, r.source.identity) for r in found.values()} == {
        ("dev", "eu-central-1", "Admin in 111122223333 (corp)")
    }


def test_leftover_access_keys_hide_sso_from_terraform_and_javascript() -> None:
    found = table(credentials=f"[dev]\n{KEYS}")
    assert providers(found) == {
        "aws-cli": "sso-session",
        "boto3": "sso-session",
        "go": "static-keys",
        "js": "static-keys",
    }
    assert found[Tool.CLI].passed_over[0].provider is Provider.KEYS


def test_only_javascript_prefers_a_process_to_sso() -> None:
    found = table(f"[profile dev]\ncredential_process = /bin/helper --token hush\n{SSO}{SESSION}")
    assert providers(found) == {**everywhere(Provider.SSO), "js": "credential-process"}


def test_a_role_with_a_source_profile_comes_first_everywhere() -> None:
    found = table(
        f"[profile dev]\nrole_arn = arn\nsource_profile = base\n{SSO}{SESSION}", f"[base]\n{KEYS}[dev]\n{KEYS}"
    )
    assert providers(found) == everywhere(Provider.ROLE)


def test_keys_in_the_environment_beat_aws_profile_except_in_javascript() -> None:
    found = table(profile=None, env={"AWS_PROFILE": "dev", **ENV_KEYS})
    assert providers(found) == {**everywhere(Provider.ENV_KEYS), "js": "sso-session"}


def test_a_profile_that_is_named_beats_keys_in_the_environment() -> None:
    assert providers(table(env=ENV_KEYS)) == everywhere(Provider.SSO)


def test_a_web_identity_in_the_environment_beats_sso_except_in_javascript() -> None:
    env = {"AWS_PROFILE": "dev", "AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "arn"}
    assert providers(table(profile=None, env=env)) == {**everywhere(Provider.WEB_IDENTITY), "js": "sso-session"}


def test_boto3_looks_at_aws_default_profile_first_and_javascript_never() -> None:
    found = table(
        DEV + "[profile x]\n[profile y]\n", profile=None, env={"AWS_PROFILE": "x", "AWS_DEFAULT_PROFILE": "y"}
    )
    assert [found[tool].profile for tool in Tool] == ["x", "y", "x", "x"]
    found = table(DEV + "[profile y]\n", profile=None, env={"AWS_DEFAULT_PROFILE": "y"})
    assert [found[tool].profile for tool in Tool] == ["y", "y", "y", "default"]


def test_each_tool_has_its_own_region_variables() -> None:
    env = {"AWS_REGION": "ap-south-1", "AWS_DEFAULT_REGION": "ap-east-1"}
    assert [r.region for r in table(env=env).values()] == ["ap-south-1", "ap-east-1", "ap-south-1", "ap-south-1"]
    env = {"AWS_DEFAULT_REGION": "ap-east-1"}
    assert [r.region for r in table(env=env).values()] == ["ap-east-1", "ap-east-1", "ap-east-1", "eu-central-1"]


def test_a_file_with_a_duplicate_section_stops_botocore_only() -> None:
    found = table(DEV + "[profile x]\n[profile x]\n")
    assert "there twice" in found[Tool.CLI].problem
    assert found[Tool.CLI].provider is Provider.NONE
    assert found[Tool.GO].problem == ""
    assert found[Tool.GO].provider is Provider.SSO


def test_a_profile_that_is_not_there_stops_every_tool_but_javascript() -> None:
    found = table("", profile="gone")
    assert [bool(r.problem) for r in found.values()] == [True, True, True, False]
    assert found[Tool.JS].provider is Provider.NONE


def test_terraform_forgives_a_missing_aws_default_profile() -> None:
    assert not table("", profile=None, env={"AWS_DEFAULT_PROFILE": "gone"})[Tool.GO].problem


def test_a_comment_behind_a_value_is_part_of_it_for_botocore_alone() -> None:
    found = table(DEV.replace("eu-central-1", "eu-central-1 # home"))
    assert [r.region for r in found.values()] == ["eu-central-1 # home"] * 2 + ["eu-central-1"] * 2


def test_a_missing_sso_session_is_a_problem_everywhere() -> None:
    found = table(f"[profile dev]\n{SSO}")
    assert all("'corp'" in r.problem and r.fix for r in found.values())


def test_a_role_without_a_source_is_refused_by_botocore_and_means_own_keys_to_terraform() -> None:
    found = table("[profile dev]\nrole_arn = arn\n", f"[dev]\n{KEYS}")
    assert providers(found) == {**everywhere(Provider.ROLE), "js": "static-keys"}
    assert [bool(r.problem) for r in found.values()] == [True, True, False, False]


@pytest.mark.parametrize(
    "body",
    [
        "aws_access_key_id = AKIA\n",
        "source_profile = base\n",
        "role_arn = arn\nsource_profile = base\ncredential_process = x\n",
        "role_arn = arn\nsource_profile = gone\n",
        "role_arn = arn\nsource_profile = empty\n",
        "role_arn = arn\nsource_profile = dev\n",
        "role_arn = arn\ncredential_source = Somewhere\n",
        f"{SSO}sso_region = eu-west-9\n",
        "sso_region = us-east-1\n",
    ],
)
def test_terraform_refuses(body: str) -> None:
    found = table(f"[profile dev]\n{body}{SESSION}[profile empty]\nregion = x\n", f"[base]\n{KEYS}")
    assert found[Tool.GO].problem


def test_no_secret_is_in_what_is_told() -> None:
    told = repr(
        table(f"[profile dev]\ncredential_process = /bin/helper --token hush\n{SSO}{SESSION}", f"[dev]\n{KEYS}")
    )
    assert "secret" not in told
    assert "hush" not in told


@pytest.mark.parametrize("read", [read_go, read_js])
def test_a_file_narrowed_to_a_profile_says_the_same_about_it(read: Reader) -> None:
    config = f"[profile x]\nregion = no\n{DEV}[profile dev2]\nsource_profile = base\n[profile base]\nregion = b\n"
    whole, part = read(config, KEYS), narrowed(read, Cut(config), Cut(KEYS), ["dev", "dev2"])
    for name in ("dev", "dev2", "base"):
        assert part.profile(name) == whole.profile(name)
    assert "x" not in part.config
    assert part.sessions == whole.sessions


def test_a_tool_that_fails_and_passes_something_over_gets_its_reason() -> None:
    texts = Texts(b"[profile x]\nsso_session = nope\n[profile x]\nregion = us-east-1\n[foo bar]\na = b\n", b"")
    table = resolve("x", texts, {})
    assert any(r.provider is Provider.NONE and r.passed_over for r in table)
    assert {r.problem for r in table if r.problem} <= {reason.sentence for reason in reasons(table)}
