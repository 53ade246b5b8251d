from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from aws_sso_core.config.edit import Editor, EditRefused
from aws_sso_core.config.lines import Unparsable, scan
from aws_sso_core.config.text import Value, block_values, cut, read
from config_texts import KEYS, botocore_reads, examples, good_texts

NEW_VALUES = st.one_of(
    st.sampled_from(["", "eu-west-1", "a # b", "a = b", "a:b", "[x]", "é", "one\ntwo"]),
    st.dictionaries(st.sampled_from(["max_queue_size", "addressing_style"]), st.sampled_from(["", "1", "a=b"]), min_size=1),
)  # fmt: skip
CHANGES = st.dictionaries(KEYS.map(str.lower), st.one_of(st.none(), NEW_VALUES), max_size=4)


def own_values(text: str) -> dict[str, dict[str, Value]]:
    return {b.name: block_values(b) for b in scan(text) if b.name not in (None, "DEFAULT")}


def inherited(text: str) -> dict[str, Any]:
    return dict((botocore_reads(text + "\n[zzz]\n") or {})["zzz"])


def expected(text: str, sections: dict[str, dict[str, Value]]) -> dict[str, dict[str, Value]]:
    return {name: {**inherited(text), **values} for name, values in sections.items()}


def lines_of_other_keys(text: str, section: str, keys: set[str]) -> list[str]:
    block = next(b for b in scan(text) if b.name == section)
    return [e.raw.rstrip("\r\n") for e in block.entries if e.key is None or e.key not in keys]


def pieces_without(text: str, section: str) -> list[tuple[str | None, str]]:
    return [(name, raw.rstrip("\r\n")) for name, raw in cut(text) if name != section]


def edited(text: str, section: str, changes: dict[str, Value | None]) -> str | None:
    """The changed text, or None where an indented header below makes the change impossible."""
    try:
        editor = Editor(text)
        editor.set(section, changes)
        return editor.text()
    except EditRefused:
        assert any(line[:1].isspace() for line in text.splitlines()), "refused without any indented line"
        return None


@examples(25)
@given(good_texts(), CHANGES, st.data())
def test_botocore_reads_a_difference_only_in_the_keys_that_were_changed(
    text: str, changes: dict[str, Value | None], data: st.DataObject
) -> None:
    before = botocore_reads(text)
    assume(before)
    section = data.draw(st.sampled_from(sorted(before or {})))
    after = edited(text, section, changes)
    if after is not None:
        own = own_values(text)
        own[section] = {key: value for key, value in {**own[section], **changes}.items() if value is not None}
        assert botocore_reads(after) == expected(text, own)


@examples(25)
@given(good_texts(), CHANGES, st.data())
@example("[a]\r\nx=1", {"y": "2"}, None)
def test_every_byte_outside_the_changed_keys_is_the_same(
    text: str, changes: dict[str, Value | None], data: st.DataObject | None
) -> None:
    before = botocore_reads(text)
    assume(before)
    names = sorted(before or {})
    section = data.draw(st.sampled_from(names)) if data else names[0]
    after = edited(text, section, changes)
    if after is not None:
        assert pieces_without(after, section) == pieces_without(text, section)
        changed = {key for key, value in changes.items() if own_values(text)[section].get(key) != value}
        theirs = lines_of_other_keys(text, section, changed)
        ours = lines_of_other_keys(after, section, changed)
        rest = iter(ours)
        assert all(line in rest for line in theirs)
        # More than before are only comments from the middle of a changed value: they stay, as lines of their own.
        more = Counter(ours) - Counter(theirs)
        assert all(line.lstrip().startswith(("#", ";")) for line in more)


@examples(25)
@given(good_texts(), st.data())
def test_asking_for_what_is_there_changes_nothing(text: str, data: st.DataObject) -> None:
    assume(botocore_reads(text))
    own = own_values(text)
    section = data.draw(st.sampled_from(sorted(own)))
    assert edited(text, section, dict(own[section])) == text


@examples(25)
@given(good_texts(), st.dictionaries(KEYS.map(str.lower), NEW_VALUES, max_size=3))
@example("[DEFAULT]\nregion =\n  no pair\n", {})
def test_an_added_section_is_all_that_botocore_reads_anew(text: str, values: dict[str, Value]) -> None:
    before = botocore_reads(text)
    assume(before is not None)
    editor = Editor(text)
    editor.add("profile brand-new", values)
    try:
        after = editor.text()
    except EditRefused:
        assert botocore_reads(text + "\n[zzz]\n") is None, "refused though botocore would take another section"
        return
    assert botocore_reads(after) == expected(text, {**own_values(text), "profile brand-new": values})
    assert after.startswith(text)


@examples(25)
@given(good_texts())
@example("[a]\nx = 1")
@example("")
@example("# only a comment")
@example("[a]\r\nx = 1\r\n\r\n")
def test_adding_a_section_and_removing_it_gives_the_bytes_back(text: str) -> None:
    assume(botocore_reads(text + "\n[zzz]\n") is not None)
    editor = Editor(text)
    glue = editor.add("profile brand-new", {"region": "x"})
    editor = Editor(editor.text())
    editor.remove("profile brand-new", glue=glue)
    assert editor.text() == text


@examples(25)
@given(good_texts(), st.data())
def test_a_removed_section_is_all_that_is_gone(text: str, data: st.DataObject) -> None:
    before = botocore_reads(text)
    assume(before)
    section = data.draw(st.sampled_from(sorted(before or {})))
    editor = Editor(text)
    core = editor.core(section)
    editor.remove(section)
    try:
        after = editor.text()
    except EditRefused:
        assert any(line[:1].isspace() for line in text.splitlines())
        return
    own = own_values(text)
    del own[section]
    assert botocore_reads(after) == expected(text, own)
    start = text.index(core) if text.count(core) == 1 else 0
    assert comments(after) == comments(text[:start] + text[start + len(core) :])


def comments(text: str) -> list[str]:
    return [line.rstrip("\r\n") for line in text.splitlines() if line.lstrip().startswith(("#", ";"))]


@pytest.mark.parametrize(
    ("before", "changes", "after"),
    [
        ("[a]\nregion   =   x  \n", {"region": "y"}, "[a]\nregion   =   y\n"),
        ("[a]\nRegion=x\n", {"region": "y"}, "[a]\nRegion=y\n"),
        ("[a]\nregion: x\n", {"region": "y"}, "[a]\nregion: y\n"),
        ("[a]\nregion =\n", {"region": "y"}, "[a]\nregion = y\n"),
        ("[a]\nx=1\n", {"y": "2"}, "[a]\nx=1\ny=2\n"),
        ("[a]\nx=1", {"y": "2"}, "[a]\nx=1\ny=2"),
        ("[a]", {"y": "2"}, "[a]\ny = 2"),
        ("[a]\r\nx = 1\r\n\r\n[b]\r\n", {"y": "2"}, "[a]\r\nx = 1\r\ny = 2\r\n\r\n[b]\r\n"),
        ("[b]\n[a]\r\nx = 1\n", {"y": "2"}, "[b]\n[a]\r\nx = 1\ny = 2\r\n"),
        ("[a]\nx = 1\n\ny = 2", {"y": None}, "[a]\nx = 1\n\n"),
        ("[a]\n# why\nx = 1\n\n# about b\n[b]\n", {"y": "2"}, "[a]\n# why\nx = 1\ny = 2\n\n# about b\n[b]\n"),
        ("[a]\n  x = 1\n  [b]\n", {"y": "2"}, "[a]\n  x = 1\n  y = 2\n  [b]\n"),
        ("[a]\ns3 =\n  k = 1\nx = 1\n", {"s3": None}, "[a]\nx = 1\n"),
        ("[a]\nx = 1\n", {"s3": {"k": "1"}}, "[a]\nx = 1\ns3 =\n    k = 1\n"),
        ("[a]\ns3 =\n  # why\n  k = 1\n", {"s3": {"k": "2"}}, "[a]\ns3 =\n    k = 2\n  # why\n"),
        ("[a]\nx = 1\n# y = 0\nz = 1\n", {"x": None}, "[a]\n# y = 0\nz = 1\n"),
    ],
)
def test_an_edit_looks_like_its_neighbours(before: str, changes: dict[str, Value | None], after: str) -> None:
    assert edited(before, "a", changes) == after


def test_a_section_that_is_not_there_is_added_with_a_blank_line_before_it() -> None:
    editor = Editor("[a]\nx = 1")
    editor.set("b", {"y": "2", "gone": None})
    assert editor.text() == "[a]\nx = 1\n\n[b]\ny = 2\n"


def test_a_section_is_added_before_nothing_in_an_empty_file() -> None:
    editor = Editor("")
    editor.add("b", {"y": "2"})
    assert editor.text() == "[b]\ny = 2\n"


def test_a_replaced_section_keeps_its_comments_and_the_lines_of_equal_values() -> None:
    editor = Editor("[a]\n# mine\nx=1\ny = 2\n\n[b]\n")
    editor.replace("a", {"x": "1", "z": "3"})
    assert editor.text() == "[a]\n# mine\nx=1\nz = 3\n\n[b]\n"


def test_removing_does_not_pile_up_blank_lines() -> None:
    editor = Editor("[a]\nx = 1\n\n[b]\ny = 1\n\n# about c\n[c]\n")
    editor.remove("b")
    assert editor.text() == "[a]\nx = 1\n\n# about c\n[c]\n"


def test_many_edits_make_one_text() -> None:
    editor = Editor("[a]\nx = 1\n[b]\ny = 1\n")
    editor.set("a", {"x": "2"})
    editor.remove("b")
    editor.add("c", {"z": "1"})
    editor.set("c", {"z": "3"})
    editor.set("b", {"again": "1"})
    assert read(editor.text()) == {"a": {"x": "2"}, "c": {"z": "3"}, "b": {"again": "1"}}


@pytest.mark.parametrize(
    ("section", "values"),
    [
        ("b", {"x": " blank before"}),
        ("b", {"x": "one\n# lost"}),
        ("b", {"x=y": "1"}),
        ("b", {"# x": "1"}),
        ("b", {"x": "one\r[profile evil]"}),
        ("b]\n[profile evil", {"x": "1"}),
        ("", {"x": "1"}),
        ("DEFAULT", {"x": "1"}),
        ("b", {"x": {}}),
        ("b", {"x": {"k": " v"}}),
    ],
)
def test_what_cannot_be_written_so_that_it_reads_back_is_refused(section: str, values: dict[str, Value]) -> None:
    assert edited_anew(section, values) is None


def edited_anew(section: str, values: dict[str, Value]) -> str | None:
    editor = Editor("[a]\nx = 1\n")
    try:
        editor.add(section, values)
        return editor.text()
    except EditRefused:
        return None


def test_a_section_text_that_would_begin_another_section_is_refused() -> None:
    editor = Editor("[a]\nx = 1\n[b]\n")
    with pytest.raises(EditRefused):
        editor.put("a", "[a]\nx = 1\n[profile evil]\n")


def test_a_change_that_would_swallow_the_next_header_is_refused() -> None:
    editor = Editor("[a]\n  [b]\n  x = 1\n")
    editor.set("a", {"y": "1"})
    with pytest.raises(EditRefused):
        editor.text()


def test_a_text_no_tool_can_parse_is_never_edited() -> None:
    with pytest.raises(Unparsable):
        Editor("[a]\njunk\n")
