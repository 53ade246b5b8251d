from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aws_sso_core.config import text as config_text
from aws_sso_core.config.lines import Unparsable, scan
from aws_sso_core.config.names import profile_names
from aws_sso_core.config.text import by_profile, cut, decode, read, section_name
from config_texts import SOUP, botocore_reads, botocore_sorts, examples, good_texts, odd_texts


def ours(text: str) -> object:
    try:
        return read(text)
    except Unparsable:
        return None


@examples(120)
@given(st.one_of(odd_texts(), good_texts(), SOUP))
@example("[a]\nx = 1\n\n  more\n# no\n\n  end\n")
@example("[DEFAULT]\nx =\n  bad\n[a]\nx = 1\n")
@example("[DEFAULT]\nx =\n  bad\n[a]\n")
@example("[DEFAULT]\nx = 1\n[DEFAULT]\ny = 2\n[a]\n")
@example("[a]\nx = 1\n  [b]\ny = 2\n")
@example("[a]\n  [b]\ny = 2\n")
@example("[a]\nregion=1\n[b]\nregion\n")
@example("[a]\nb:c = d\n")
@example("\n[a]\n=\n")
def test_we_read_what_botocore_reads_or_both_refuse(text: str) -> None:
    assert ours(text) == botocore_reads(text)


@examples(25)
@given(st.one_of(odd_texts(), good_texts()))
def test_sections_and_keys_keep_the_order_botocore_gives(text: str) -> None:
    theirs = botocore_reads(text)
    if theirs is not None:
        assert [(s, list(keys)) for s, keys in read(text).items()] == [(s, list(keys)) for s, keys in theirs.items()]


@examples(25)
@given(good_texts())
def test_profiles_and_sessions_are_sorted_as_botocore_sorts_them(text: str) -> None:
    theirs = botocore_reads(text)
    if theirs is not None:
        sorted_by_them, sorted_by_us = botocore_sorts(theirs), by_profile(read(text))
        assert list(sorted_by_us.profiles.items()) == list(sorted_by_them["profiles"].items())
        assert list(sorted_by_us.sessions.items()) == list(sorted_by_them["sso_sessions"].items())


@examples(25)
@given(st.one_of(odd_texts(), good_texts(), SOUP))
def test_a_cut_text_joined_is_the_text_again(text: str) -> None:
    try:
        pieces = cut(text)
    except Unparsable:
        return
    assert "".join(raw for _, raw in pieces) == text


@examples(25)
@given(st.one_of(odd_texts(), good_texts()))
def test_cutting_and_scanning_find_the_same_sections(text: str) -> None:
    try:
        blocks = scan(text)
    except Unparsable:
        return
    assert cut(text) == [(block.name, block.raw) for block in blocks]


@examples(25)
@given(st.one_of(odd_texts(), good_texts()))
@example("[profile a]b]\n[default] ; x\n[profile c]")
@example("[profile a")
@example("[profile ]\n[profile  x]\n[profile x]\n")
@example("[profile a]\n[profile b\n[profile c]\n")
def test_the_quick_list_of_names_is_that_of_a_full_read(text: str) -> None:
    try:
        sections = read(text)
    except Unparsable:
        return
    assert profile_names(text) == list(by_profile(sections).profiles)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("[a]\nx = 1\n[b]\n[a]\n", 4, "section [a] is there twice (first in line 1)"),
        ("[a]\nx = 1\nX = 2\n", 3, "key 'x' is there twice in [a] (first in line 2)"),
        ("[DEFAULT]\nx = 1\n[a]\n[DEFAULT]\nx = 2\n", 5, "key 'x' is there twice in [DEFAULT] (first in line 2)"),
        ("# hi\nx = 1\n[a]\n", 2, "something stands before the first [section]"),
        ("[profile a\nx = 1\n", 1, "a [section] without its closing bracket"),
        ("[a]\r\nx = 1\r\nwJalrXUtnFEMI\r\n", 3, "not a `key = value`, a comment or a [section]"),
        ("[a]\n = 1\n", 2, "a value without a key"),
        ("[a]\ns3 =\n  addressing_style\n", 2, "an indented line under `s3 =` is not a `key = value`"),
        ("\ufeff[a]\nx = 1\n", 1, "the file begins with a byte order mark"),
    ],
)
def test_a_refusal_names_the_line_and_the_reason(text: str, line: int, reason: str) -> None:
    with pytest.raises(Unparsable) as refused:
        read(text)
    assert (refused.value.line, refused.value.reason) == (line, reason)
    assert refused.value.hint


def test_a_refusal_never_quotes_a_line_that_may_be_a_key() -> None:
    with pytest.raises(Unparsable) as refused:
        read("[a]\nwJalrXUtnFEMIK7MDENG\n")
    assert "wJalr" not in str(refused.value)


def test_text_is_decoded_as_utf_8_first() -> None:
    assert decode("[é]".encode(), "cp1252") == ("[é]", "utf-8")


def test_a_latin_1_file_is_read_where_the_locale_is_latin_1() -> None:
    assert decode("[é]".encode("cp1252"), "cp1252") == ("[é]", "cp1252")


def test_bytes_that_botocore_could_not_decode_in_this_locale_are_told_with_their_line() -> None:
    with pytest.raises(Unparsable) as refused:
        decode(b"[a]\nname = Andr\xe9\n", "utf-8")
    assert (refused.value.line, refused.value.reason) == (2, "byte 0xe9 is not valid UTF-8")


def test_utf_16_is_called_by_its_name() -> None:
    with pytest.raises(Unparsable, match="UTF-16"):
        decode("[a]\n".encode("utf-16"), "utf-8")


@examples(25)
@given(st.sampled_from(["profile", "sso-session"]), st.text(min_size=1, max_size=8).filter(str.isprintable))
def test_a_section_name_we_write_is_read_back_as_that_profile(kind: str, name: str) -> None:
    found = by_profile({section_name(kind, name): {}})
    assert list(found.profiles if kind == "profile" else found.sessions) == [name]


def test_a_section_that_botocore_loses_is_told() -> None:
    found = by_profile(read("[profile a b]\n[profileab]\n[services]\n[plugins]\n[Profile x]\n"))
    assert found.lost == ["profile a b", "profileab", "services"]
    assert found.others == ["plugins", "Profile x"]


def test_reading_keeps_pace_with_files_of_thousands_of_profiles() -> None:
    """Not a stop-watch: the plain reader must take such a file, and never hand it to the slow scanner."""
    text = "".join(f"[profile p{i}]\nsso_session = corp\nregion = eu-west-1\n\n# note\n" for i in range(3000))
    assert len(config_text._read_plain(text) or {}) == 3000
