"""Docker's config as text: what is asked for changes, every other byte stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.registries.docker_config import NotDockers, helpers, with_helper, with_passwords, without_helper

HOST = "111122223333.dkr.ecr.eu-west-1.amazonaws.com"
OTHER = "333344445555.dkr.ecr.eu-west-1.amazonaws.com"

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
others = st.dictionaries(texts.filter(lambda key: key.lower() != "credhelpers"), values, max_size=5)
sections = st.none() | st.dictionaries(
    st.sampled_from([HOST, OTHER, "gcr.io"]), st.sampled_from(["gcloud", "ecr-login"])
)
styles: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"indent": "\t"},
        {"indent": 2},
        {"indent": 4, "ensure_ascii": False},
        {"indent": None},
        {"separators": (",", ":")},
        {"indent": 0},
    ]
)


@st.composite
def configs(draw: st.DrawFn) -> str:
    """A config that some program wrote, with the helpers at any place, or without."""
    document = list(draw(others).items())
    section = draw(st.none() | sections.map(lambda s: [("credHelpers", s)]))
    if section:
        at = draw(st.integers(0, len(document)))
        document[at:at] = section
    text = json.dumps(dict(document), **draw(styles)) + draw(st.sampled_from(["", "\n"]))
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


def loaded(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    return document


@given(configs())
def test_one_key_is_added_and_nothing_else_changes(text: str) -> None:
    before, after = loaded(text), loaded(with_helper(text, HOST))
    expected = {**before, "credHelpers": {**(before.get("credHelpers") or {}), HOST: "aws-sso-tray"}}
    assert after == expected
    assert [key for key in after if key in before] == list(before)


@given(configs())
def test_the_old_text_stays_but_for_what_gives_way(text: str) -> None:
    new, start, end = with_helper(text, HOST), 0, 0
    shorter = min(len(text), len(new))
    while start < shorter and text[start] == new[start]:
        start += 1
    while end < shorter - start and text[-1 - end] == new[-1 - end]:
        end += 1
    gone = text[start : len(text) - end]
    assert gone.strip() in (helpers(text).get(HOST) or "") or gone in "null"


@given(configs())
def test_a_second_time_changes_nothing(text: str) -> None:
    once = with_helper(text, HOST)
    assert with_helper(once, HOST) == once


@given(configs())
def test_taking_it_back_leaves_what_was_there_before(text: str) -> None:
    before = loaded(text)
    after = loaded(without_helper(with_helper(text, HOST), HOST))
    left = {host: name for host, name in (before.get("credHelpers") or {}).items() if host != HOST}
    assert {**after, "credHelpers": None} == {**before, "credHelpers": None}
    assert (after.get("credHelpers") or {}) == left


@given(configs())
def test_where_there_was_no_such_key_taking_it_back_gives_every_byte_back(text: str) -> None:
    if "credHelpers" not in loaded(text) and loaded(text):
        assert without_helper(with_helper(text, HOST), HOST) == text


@given(configs())
def test_the_helper_of_somebody_else_stays(text: str) -> None:
    assert without_helper(text, HOST) == text


@given(configs())
def test_new_lines_end_as_the_others_do(text: str) -> None:
    if "\r\n" in text:
        assert with_helper(text, HOST).count("\n") == with_helper(text, HOST).count("\r\n")


def test_an_empty_file_becomes_one_as_docker_writes_it() -> None:
    assert with_helper("", HOST) == f'{{\n\t"credHelpers": {{\n\t\t"{HOST}": "aws-sso-tray"\n\t}}\n}}\n'


def test_a_new_line_is_indented_as_its_neighbours_are() -> None:
    text = '{\n  "auths": {},\n  "credHelpers": {\n    "gcr.io": "gcloud"\n  },\n  "psFormat": "table"\n}\n'
    assert with_helper(text, HOST) == text.replace('"gcloud"\n', f'"gcloud",\n    "{HOST}": "aws-sso-tray"\n')


def test_a_new_section_is_indented_as_the_file_is() -> None:
    text = '{\n    "auths": {\n        "x": {}\n    }\n}'
    assert with_helper(text, HOST) == (
        '{\n    "auths": {\n        "x": {}\n    },\n    "credHelpers": {\n'
        f'        "{HOST}": "aws-sso-tray"\n    }}\n}}'
    )


def test_another_helper_gives_way() -> None:
    text = f'{{"credHelpers": {{"{HOST}": "ecr-login", "gcr.io": "gcloud"}}}}'
    assert with_helper(text, HOST) == text.replace("ecr-login", "aws-sso-tray")


def test_docker_reads_its_own_keys_in_any_case() -> None:
    text = '{"credhelpers": {"gcr.io": "gcloud"}}'
    assert with_helper(text, HOST) == f'{{"credhelpers": {{"gcr.io": "gcloud", "{HOST}": "aws-sso-tray"}}}}'


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '"x"', "null", '{"credHelpers": []}', '{"credHelpers": "x"}', "\ufeff{}", "{} {}", "[" * 100_000],
)
def test_what_docker_could_not_read_is_refused(text: str) -> None:
    with pytest.raises(NotDockers):
        with_helper(text, HOST)


@pytest.mark.parametrize(
    ("entry", "held"),
    [({"auth": "QVdTOng="}, True), ({"identitytoken": "x"}, True), ({}, False), ({"auth": ""}, False), (None, False)],
)
@pytest.mark.parametrize("name", [HOST, f"https://{HOST}", f"https://{HOST}/v2/"])
def test_an_old_password_in_the_file_is_noticed(name: str, entry: object, held: bool) -> None:
    found = with_passwords(json.dumps({"auths": {name: entry, "x": {"auth": "y"}}}))
    assert found == ([HOST, "x"] if held else ["x"])
