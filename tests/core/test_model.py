from __future__ import annotations

import dataclasses
import inspect
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from aws_sso_core import model
from aws_sso_core.model import Secret, Session, Token
from fakes import NOON

URL = "https://d-1234567890.awsapps.com/start"
TOKEN = Token(
    access_token=Secret("a"),
    expires_at=NOON,
    refresh_token=Secret("r"),
    client_id="c",
    client_secret=Secret("s"),
    registration_expires_at=NOON + timedelta(days=1),
)


# Secrets


@pytest.mark.parametrize("shown", [str, repr, "{}".format, "%s".__mod__, lambda s: f"{s!r:>20}", lambda s: repr([s])])
def test_a_secret_never_shows_itself(shown: object) -> None:
    assert callable(shown)
    assert "hunter2" not in shown(Secret("hunter2"))


def test_a_secret_is_given_out_only_when_asked_for() -> None:
    assert Secret("hunter2").reveal() == "hunter2"


def test_a_secret_does_not_get_into_json_by_accident() -> None:
    with pytest.raises(TypeError):
        json.dumps({"token": Secret("hunter2")})


def test_a_secret_does_not_show_with_its_owner() -> None:
    assert repr(TOKEN).count("Secret(…)") == 3


def test_equal_secrets_are_equal_and_empty_ones_false() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert {Secret("a"), Secret("a")} == {Secret("a")}
    assert Secret("a")
    assert not Secret("")


# Sessions


def test_an_sso_session_is_known_by_its_name_and_a_legacy_one_by_its_exact_url() -> None:
    assert Session("corp", URL, "us-east-1").cache_key == "corp"
    assert Session(URL, URL + "#/", "us-east-1", kind="legacy").cache_key == URL + "#/"


@pytest.mark.parametrize(
    ("session", "label"),
    [
        (Session("corp", URL, "us-east-1"), "corp"),
        (Session(URL, URL, "us-east-1", kind="legacy"), "d-1234567890"),
        (Session("x", "no url", "us-east-1", kind="legacy"), "no url"),
    ],
)
def test_people_see_the_name_or_the_first_part_of_the_host(session: Session, label: str) -> None:
    assert session.label == label


# Tokens


def test_a_token_with_all_its_parts_is_renewable() -> None:
    assert TOKEN.renewable(NOON)


@pytest.mark.parametrize(
    "lacking",
    [
        replace(TOKEN, refresh_token=None),
        replace(TOKEN, client_id=None),
        replace(TOKEN, client_secret=None),
        replace(TOKEN, registration_expires_at=None),
    ],
)
def test_a_token_that_lacks_a_part_is_not_renewable(lacking: Token) -> None:
    assert not lacking.renewable(NOON)


def test_a_token_whose_registration_is_over_is_not_renewable() -> None:
    assert not replace(TOKEN, registration_expires_at=NOON).renewable(NOON)


def test_an_expired_token_is_renewable_all_the_same() -> None:
    assert replace(TOKEN, expires_at=NOON - timedelta(hours=9)).renewable(NOON)


def test_every_value_is_frozen() -> None:
    values = [c for _, c in inspect.getmembers(model, inspect.isclass) if dataclasses.is_dataclass(c)]
    assert Token in values
    assert [c for c in values if not getattr(c, "__dataclass_params__").frozen] == []  # noqa: B009 - not in typeshed
