"""Switches as text in, text out: held against botocore, and taken back byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from aws_sso_core.config.default_section import MARK, copied
from aws_sso_core.config.edit import Editor, EditRefused
from aws_sso_core.config.lines import scan
from aws_sso_core.config.text import Value, block_values, by_profile, cut, read
from aws_sso_core.profiles import SectionFile
from aws_sso_core.switching.plan import CannotSwitch, Situation
from aws_sso_core.switching.record import Switches
from config_texts import botocore_reads, botocore_sorts, examples, good_texts, sections


def situation(text: str, switches: Switches, credentials: str = "") -> Situation:
    return Situation(read_file(text), read_file(credentials), switches, credentials_path=Path("credentials"))


def read_file(text: str) -> SectionFile:
    return SectionFile(text.encode(), text, "utf-8", read(text))


def chosen(text: str, name: str, switches: Switches | None = None, credentials: str = "") -> tuple[str, Switches]:
    now = situation(text, switches or Switches(), credentials)
    notes = now.choose(name, ())
    return now.text, notes


def given_back(text: str, switches: Switches) -> str:
    now = situation(text, switches)
    now.give_back()
    return now.text


def a_profile(text: str, data: st.DataObject) -> str:
    return data.draw(st.sampled_from(sorted(by_profile(read(text)).profiles.keys() - {"default"})))


@st.composite
def texts_with_a_profile(draw: st.DrawFn) -> str:
    text, ends = draw(good_texts()), draw(st.sampled_from([("\n",), ("\r\n", "\n")]))
    profile = draw(sections("[profile picked]", ends))
    pieces = [text + "\n" * (not text.endswith("\n")), profile]
    return "".join(draw(st.permutations(pieces)) if text.startswith("[") else pieces)


def has_a_profile(text: str) -> bool:
    theirs = botocore_reads(text)
    return theirs is not None and bool(botocore_sorts(theirs)["profiles"].keys() - {"default"})


WITH_PROFILES = texts_with_a_profile().filter(has_a_profile)


def own_of(text: str, section: str | None) -> dict[str, Value]:
    """The section's own keys, without those of [DEFAULT]."""
    return next((block_values(b) for b in scan(text) if section and b.name == section), {})


@examples(25)
@given(WITH_PROFILES, st.data())
def test_botocore_reads_the_chosen_profile_as_the_default_and_all_else_as_before(
    text: str, data: st.DataObject
) -> None:
    name = a_profile(text, data)
    before = botocore_sorts(botocore_reads(text) or {})
    try:
        after_text, _ = chosen(text, name)
    except (CannotSwitch, EditRefused):
        event("refused")
        return
    after = botocore_sorts(botocore_reads(after_text) or {})
    default = after["profiles"].pop("default")
    assert default[MARK] == name
    assert copied(before["profiles"][name]).items() <= default.items()
    before["profiles"].pop("default", None)
    assert after == before


@examples(25)
@given(WITH_PROFILES, st.data())
def test_no_byte_outside_the_default_section_changes(text: str, data: st.DataObject) -> None:
    name = a_profile(text, data)
    try:
        after, _ = chosen(text, name)
    except (CannotSwitch, EditRefused):
        return
    ours = {"default", "profile default"}
    assert [(n, raw.rstrip("\r\n")) for n, raw in cut(after) if n not in ours] == [
        (n, raw.rstrip("\r\n")) for n, raw in cut(text) if n not in ours
    ]


@examples(25)
@given(WITH_PROFILES, st.data())
@example("[profile prod]\nregion = x", None)
@example("[profile prod]\nregion = x\n[default]", None)
@example("[profile prod]\r\nregion = x\r\n[default]\r\nregion = y", None)
@example("[default]\noutput =\n    a = 1\n  # inside\n    b = 2\n\n# tail\n[profile prod]\noutput = x\n", None)
def test_two_switches_taken_back_give_the_same_bytes(text: str, data: st.DataObject | None) -> None:
    first, second = (a_profile(text, data), a_profile(text, data)) if data else ("prod", "prod")
    try:
        once, notes = chosen(text, first)
        twice, notes = chosen(once, second, notes)
    except (CannotSwitch, EditRefused):
        event("refused")
        return
    assert given_back(twice, notes) == text


@examples(25)
@given(WITH_PROFILES, st.sampled_from(["cli_pager", "region", "s3", "brand_new"]), st.data())
def test_what_others_wrote_into_the_default_section_meanwhile_stays_when_it_is_taken_back(
    text: str, key: str, data: st.DataObject
) -> None:
    name = a_profile(text, data)
    hand_written = own_of(text, situation(text, Switches()).header)
    try:
        switched, notes = chosen(text, name)
        section = situation(switched, notes).header or ""
        editor = Editor(switched)
        editor.set(section, {key: "theirs"})
        after = given_back(editor.text(), notes)
    except (CannotSwitch, EditRefused):
        event("refused")
        return
    assert own_of(after, section) == {**hand_written, key: "theirs"}


@examples(25)
@given(WITH_PROFILES, st.data())
def test_without_our_notes_a_switch_still_takes_its_own_keys_back(text: str, data: st.DataObject) -> None:
    name = a_profile(text, data)
    try:
        switched, _ = chosen(text, name)
        after = given_back(switched, Switches())
    except (CannotSwitch, EditRefused):
        return
    left = own_of(after, situation(after, Switches()).header)
    assert left.items() <= own_of(text, situation(text, Switches()).header).items()


HAND_WRITTEN = """\
[default]
region = eu-west-1
cli_pager =
aws_access_key_id = AKIAOLD
# tuning
s3 =
  max_concurrent_requests = 20
retry_mode = adaptive

[profile dev]
sso_session = corp
sso_account_id = 1
sso_role_name = R
aws_secret_access_key = never
sso_auto_populated = true
retry_mode = standard
"""


def test_keys_that_say_who_and_where_give_way_and_others_stay() -> None:
    after, _ = chosen(HAND_WRITTEN, "dev")
    assert cut(after)[1][1] == (
        "[default]\ncli_pager =\n# tuning\ns3 =\n  max_concurrent_requests = 20\n"
        "aws_sso_tray_profile = dev\nsso_session = corp\nsso_account_id = 1\nsso_role_name = R\nretry_mode = standard\n\n"
    )


def test_secrets_and_the_mark_of_populate_are_never_copied() -> None:
    after, _ = chosen(HAND_WRITTEN, "dev")
    assert "never" not in cut(after)[1][1]
    assert "sso_auto_populated" not in cut(after)[1][1]


def test_a_key_that_the_profile_inherits_is_inherited_by_the_default_section_too() -> None:
    after, _ = chosen("[DEFAULT]\nretry_mode = legacy\n[default]\nretry_mode = standard\n[profile dev]\n", "dev")
    assert read(after)["default"] == {MARK: "dev", "retry_mode": "legacy"}


def test_a_nested_block_with_odd_spacing_is_copied_as_it_is_written() -> None:
    text = "[profile dev]\nsso_session=corp\ns3  =\n     # why\n     a=1\n\n     b  =  2\nregion:x\n"
    after, _ = chosen(text, "dev")
    assert cut(after)[-1][1] == (
        "[default]\naws_sso_tray_profile = dev\nsso_session=corp\ns3  =\n     a=1\n\n     b  =  2\nregion:x\n"
    )


def test_an_indented_profile_is_copied_into_a_section_that_is_not() -> None:
    after, _ = chosen("[default]\ncli_pager =\n[profile dev]\n    region = x\n    s3 =\n        a = 1\n", "dev")
    assert read(after)["default"] == {"cli_pager": "", MARK: "dev", "region": "x", "s3": {"a": "1"}}


def test_a_switch_keeps_the_line_ends_of_the_section() -> None:
    after, _ = chosen("[profile dev]\nregion = x\n[default]\r\nregion = y\r\n", "dev")
    assert cut(after)[-1][1] == "[default]\r\naws_sso_tray_profile = dev\r\nregion = x\r\n"


def test_a_default_profile_in_the_long_form_is_switched_where_it_is() -> None:
    after, _ = chosen("[profile default]\nregion = y\n[profile dev]\nregion = x\n", "dev")
    assert read(after)["profile default"] == {MARK: "dev", "region": "x"}


def test_keys_that_the_credentials_file_sets_for_the_profile_are_copied_too_but_secrets_are_not() -> None:
    after, _ = chosen(HAND_WRITTEN, "dev", credentials="[dev]\nsso_account_id = 2\naws_session_token = never\n")
    assert read(after)["default"]["sso_account_id"] == "2"
    assert "aws_session_token" not in read(after)["default"]


def test_a_second_switch_drops_what_only_the_first_profile_set() -> None:
    text = "[default]\ncli_pager = less\n[profile a]\nregion = x\ncli_pager = cat\n[profile b]\noutput = json\n"
    once, notes = chosen(text, "a")
    twice, _ = chosen(once, "b", notes)
    assert read(twice)["default"] == {"cli_pager": "less", MARK: "b", "output": "json"}


def test_an_identity_that_another_tool_wrote_over_ours_counts_as_written_by_hand() -> None:
    text = "[profile a]\nsso_session = corp\nsso_account_id = 1\n[profile b]\nsso_account_id = 2\n"
    switched, notes = chosen(text, "a")
    changed = switched.replace("[default]\naws_sso_tray_profile = a\nsso_session = corp\nsso_account_id = 1", "[default]\naws_sso_tray_profile = a\nsso_session = other\nsso_account_id = 9")  # fmt: skip
    assert changed != switched
    assert situation(changed, notes).current is None
    assert read(given_back(changed, notes))["default"] == {"sso_session": "other", "sso_account_id": "9"}


def test_a_default_section_removed_by_hand_does_not_lose_the_one_put_aside() -> None:
    text = "[default]\nregion = x\n[profile a]\noutput = json\n"
    switched, notes = chosen(text, "a")
    removed = switched[switched.index("[profile a]") :]
    again, notes = chosen(removed, "a", notes)
    assert read(given_back(again, notes))["default"] == {"region": "x"}


@pytest.mark.parametrize(
    ("text", "credentials", "name", "says"),
    [
        ("[profile a]\naws_access_key_id = A\n", "", "a", "holds access keys"),
        ("[profile a]\nregion = x\n", "[a]\naws_access_key_id = A\n", "a", "holds access keys"),
        ("", "[a]\ncredential_process = x\n", "a", "only in the credentials file"),
        ("[profile a]\nrole_arn = r\nsource_profile = default\n", "", "a", "from the default profile itself"),
        ("[profile a]\nsource_profile = b\n[profile b]\nsource_profile = default\n", "", "a", "from the default"),
        ('[profile " a"]\nregion = x\n', "", " a", "blank"),
        ("[profile default]\n[default]\n[profile a]\nregion = x\n", "", "a", "[profile default] and [default]"),
        ('[profile "default"]\nx = 1\n[profile a]\nregion = x\n', "", "a", "for AWS CLI and boto3 only"),
    ],
)
def test_what_cannot_be_the_default_is_refused_with_the_reason(
    text: str, credentials: str, name: str, says: str
) -> None:
    with pytest.raises(CannotSwitch) as refused:
        chosen(text, name, credentials=credentials)
    assert says in refused.value.sentence
    assert refused.value.hint


def test_of_two_default_sections_the_long_form_is_switched_if_all_tools_agree_on_it() -> None:
    after, _ = chosen("[default]\nregion = z\n[profile default]\nregion = y\n[profile a]\nregion = x\n", "a")
    assert read(after)["default"] == {"region": "z"}
    assert read(after)["profile default"] == {MARK: "a", "region": "x"}


def test_a_profile_that_is_its_own_source_can_be_the_default() -> None:
    text = "[profile a]\nrole_arn = r\nsource_profile = a\n"
    after, _ = chosen(text, "a", credentials="[a]\naws_access_key_id = A\n")
    assert read(after)["default"] == {MARK: "a", "role_arn": "r", "source_profile": "a"}


def test_an_indented_header_below_that_a_switch_would_swallow_is_refused() -> None:
    with pytest.raises(EditRefused):
        chosen("[profile a]\nregion = x\n[default]\n  [profile b]\n", "a")
