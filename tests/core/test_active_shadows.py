from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import botocore.session
import pytest

from aws_sso_core.config.text import by_profile, read
from aws_sso_core.resolve import Texts
from aws_sso_core.switching.shadows import Files, Shadow, shadows_of

SSO = "sso_session = corp\nsso_account_id = 1\nsso_role_name = R\nregion = us-east-1\n"
SESSION = "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n"
KEYS = "[default]\naws_access_key_id = AKIA\naws_secret_access_key = S\n"


def config_for(body: str) -> str:
    return f"[default]\naws_sso_tray_profile = dev\n{body}\n[profile dev]\n{body}\n{SESSION}"


def shadows(
    config: str = config_for(SSO),
    credentials: str = "",
    env: Mapping[str, str] | None = None,
    lasting: Mapping[str, str] | None = None,
) -> tuple[Shadow, ...]:
    sections = read(config)
    texts = Texts(config.encode(), credentials.encode())
    found = Files(sections, read(credentials), by_profile(sections), texts, Path("creds"))
    return shadows_of("dev", found, env or {}, lasting or {})


def test_a_clean_switch_is_not_hidden() -> None:
    assert shadows() == ()


@pytest.mark.parametrize("variable", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_another_profile_in_the_environment_hides_it(variable: str) -> None:
    (shadow,) = shadows(env={variable: "prod"})
    assert shadow.what == f"{variable} is set to 'prod' in this environment."
    assert "'prod' instead of the default profile" in shadow.why
    assert f"unset {variable}" in shadow.fix


@pytest.mark.parametrize("value", ["", "dev", "default"])
def test_the_same_profile_in_the_environment_hides_nothing(value: str) -> None:
    assert shadows(env={"AWS_PROFILE": value}) == ()


def test_access_keys_in_the_environment_hide_it_and_are_not_shown() -> None:
    (shadow,) = shadows(env={"AWS_ACCESS_KEY_ID": "AKIASECRET", "AWS_SECRET_ACCESS_KEY": "hush"})
    assert "Every AWS tool" in shadow.why
    assert "AKIASECRET" not in repr(shadow)


def test_a_web_identity_in_the_environment_hides_it() -> None:
    (shadow,) = shadows(env={"AWS_WEB_IDENTITY_TOKEN_FILE": "/token", "AWS_ROLE_ARN": "arn"})
    assert shadow.why.startswith("Every AWS tool but JavaScript uses")


def test_another_region_in_the_environment_hides_the_region() -> None:
    (shadow,) = shadows(env={"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"})
    assert "AWS_REGION makes every AWS tool but boto3 work in eu-west-1" in shadow.why


def test_a_lasting_variable_hides_it_from_programs_that_the_desktop_starts() -> None:
    (shadow,) = shadows(lasting={"AWS_PROFILE": "prod"})
    assert shadow.what.startswith("AWS_PROFILE is set to 'prod' in your lasting environment")


def test_a_lasting_variable_that_is_here_too_is_told_once() -> None:
    (shadow,) = shadows(env={"AWS_PROFILE": "prod"}, lasting={"AWS_PROFILE": "prod"})
    assert "in this environment" in shadow.what


def test_keys_in_the_environment_do_not_hide_it_from_javascript_where_aws_profile_is_set() -> None:
    env = {"AWS_PROFILE": "dev", "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "hush"}
    (shadow,) = shadows(env=env)
    assert shadow.why.startswith("Every AWS tool but JavaScript uses the credentials that AWS_ACCESS_KEY_ID gives")


def test_what_a_tool_refuses_is_told_after_a_switch_too() -> None:
    (shadow,) = shadows(config_for("source_profile = base\nregion = us-east-1\n" + SSO.replace("region", "output")))
    assert shadow.why == "Terraform (Go) fails with the default profile."


def test_access_keys_of_the_default_hide_sso_from_go_and_javascript_only() -> None:
    (shadow,) = shadows(credentials=KEYS)
    assert shadow.what == "[default] in creds holds access keys."
    assert shadow.why.startswith("Terraform (Go) and JavaScript use the access keys there")


def test_access_keys_of_the_default_hide_a_process_from_every_tool() -> None:
    (shadow,) = shadows(config_for("credential_process = x\n"), credentials=KEYS)
    assert shadow.why.startswith("Every AWS tool uses the access keys there")


def test_access_keys_of_the_default_do_not_hide_a_role_with_a_source_profile() -> None:
    config = config_for("role_arn = r\nsource_profile = base\n") + "[profile base]\ncredential_process = x\n"
    assert shadows(config, credentials=KEYS) == ()


def test_other_keys_of_the_default_in_the_credentials_file_are_named() -> None:
    (shadow,) = shadows(credentials="[default]\nregion = eu-west-1\nsso_role_name = Other\n")
    assert shadow.what == "[default] in creds sets region, sso_role_name."


def test_an_equal_key_in_the_credentials_file_hides_nothing() -> None:
    assert shadows(credentials="[default]\nregion = us-east-1\n") == ()


def test_a_long_form_default_before_the_switched_one_hides_it_from_some() -> None:
    (shadow,) = shadows("[profile default]\nregion = x\n" + config_for(SSO))
    assert shadow.why == (
        "AWS CLI and boto3 use [default], but Terraform (Go) and JavaScript use [profile default]."
    )  # fmt: skip


def test_a_long_form_default_after_the_switched_one_hides_it_from_all() -> None:
    (shadow,) = shadows(config_for(SSO) + "[profile default]\nregion = x\n")
    assert shadow.why == "Every AWS tool uses [profile default] instead of the section that was switched."


def test_a_profile_that_is_gone_is_told() -> None:
    (shadow,) = shadows(config_for(SSO).replace("[profile dev]", "[profile renamed]"))
    assert shadow.what == "Profile 'dev' is no longer in the config."


def test_a_profile_that_changed_since_is_told_with_the_way_to_take_it_over() -> None:
    head, _, tail = config_for(SSO).partition("[profile dev]")
    (shadow,) = shadows(f"{head}[profile dev]{tail.replace('us-east-1', 'eu-west-1', 1)}")
    assert shadow.fix == "`aws-sso-tray use dev` takes the change over."


@pytest.mark.parametrize(
    ("body", "method"),
    [(SSO, "sso"), ("credential_process = x\n", "shared-credentials-file")],
)
def test_boto3_agrees_about_access_keys_of_the_default(
    body: str, method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config").write_text(config_for(body))
    (tmp_path / "credentials").write_text(KEYS)
    session = botocore.session.Session()
    session.set_config_variable("config_file", str(tmp_path / "config"))
    session.set_config_variable("credentials_file", str(tmp_path / "credentials"))
    providers = session.get_component("credential_provider").providers
    assert next(c for provider in providers if (c := provider.load())).method == method
