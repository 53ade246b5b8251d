from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.as_profile.environment import (
    AS_VARIABLE,
    FILES,
    IDENTITIES,
    REGIONS,
    Variables,
    as_credentials,
    as_endpoint,
    as_profile,
    nobody,
)
from aws_sso_core.model import RoleCredentials, Secret
from aws_sso_core.resolve import VARIABLES, Provider, Texts, resolve
from aws_sso_core.switching.choice import FOLLOWS_VARIABLE, PROFILE_VARIABLE
from fakes import NOON

KEYS = RoleCredentials("ASIAKEY", Secret("s"), Secret("t"), NOON + timedelta(hours=1), "000123456789")
FORMS = {
    "credentials": as_credentials("dev", "eu-west-1", KEYS),
    "profile": as_profile("dev"),
    "endpoint": as_endpoint("dev", "eu-west-1", "http://127.0.0.1:1/credentials", token=Secret("x")),
    "endpoint with a file": as_endpoint("dev", None, "http://127.0.0.1:1/credentials", token_file="/run/token"),
    "nobody": nobody(),
}
ENVIRONMENTS = st.dictionaries(
    st.sampled_from([*IDENTITIES, *VARIABLES, "PATH", "HOME", "AWS_CONFIG_FILE"]), st.sampled_from(["old", "other"])
)
CONFIG = b"[profile old]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = old\n[profile other]\nregion = us-west-1\n"


def test_credentials_are_the_variables_that_sdks_read() -> None:
    assert FORMS["credentials"].over({}) == {
        "AWS_ACCESS_KEY_ID": "ASIAKEY",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_SESSION_TOKEN": "t",
        "AWS_CREDENTIAL_EXPIRATION": "2026-03-02T13:00:00Z",
        "AWS_ACCOUNT_ID": "000123456789",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_SSO_TRAY_AS": "dev",
    }


@given(ENVIRONMENTS)
def test_whatever_was_there_every_tool_takes_the_credentials(env: dict[str, str]) -> None:
    there = FORMS["credentials"].over(env)
    for found in resolve(None, Texts(CONFIG, b""), there):
        assert (found.provider, found.source.identity) == (Provider.ENV_KEYS, "ASIAKEY")
        assert (found.region, found.problem) == ("eu-west-1", "")


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@given(env=ENVIRONMENTS)
def test_nothing_else_says_who_a_program_is_and_all_other_variables_stay(form: Variables, env: dict[str, str]) -> None:
    there = form.over(env)
    assert {name: there[name] for name in there if name in IDENTITIES} == {
        name: value for name, value in form.values.items() if name in IDENTITIES
    }
    ours = (*IDENTITIES, *form.values, *(REGIONS if env.get(AS_VARIABLE) else ()))
    assert {name: there.get(name) for name in env if name not in ours} == {n: env[n] for n in env if n not in ours}


def test_the_region_of_an_environment_that_we_made_before_does_not_stay_behind() -> None:
    before = FORMS["credentials"].over({})
    assert not set(as_profile("other").over(before)) & {*REGIONS}
    assert {*REGIONS} <= set(nobody().after(before).removed)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_is_set_is_not_taken_away(form: Variables) -> None:
    assert not set(form.removed) & set(form.values)
    assert set(form.removed) | set(form.values) >= set(IDENTITIES)


def test_a_profile_without_a_region_leaves_the_environments() -> None:
    assert as_credentials("dev", None, KEYS).over({"AWS_REGION": "ap-south-1"})["AWS_REGION"] == "ap-south-1"


def test_the_variables_by_which_a_shell_follows_the_tray_are_among_those_taken_away() -> None:
    assert {PROFILE_VARIABLE, FOLLOWS_VARIABLE} <= set(IDENTITIES)


@pytest.mark.parametrize("nowhere", ["/dev/null", "nul", "NUL"])
def test_files_that_we_hid_come_back_into_sight_and_no_others(nowhere: str) -> None:
    hidden = FORMS["endpoint"].hiding_files(nowhere).over({"AWS_CONFIG_FILE": "mine"})
    assert {hidden[name] for name in FILES} == {nowhere}
    assert not {*FILES} & set(nobody().over(hidden))
    assert nobody().over({"AWS_CONFIG_FILE": "mine", AS_VARIABLE: "dev"}) == {"AWS_CONFIG_FILE": "mine"}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_no_value_shows_in_a_log(form: Variables) -> None:
    assert not [name for name, value in form.values.items() if repr(value) in repr(form)]
