"""A few sections of a large file, changed apart: the same file comes of it as if all had been read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from aws_sso_core.config.edit import EditRefused
from aws_sso_core.config.excerpt import Excerpt, is_plain
from aws_sso_core.config.lines import Unparsable
from aws_sso_core.config.section_names import moved
from aws_sso_core.config.text import by_profile, read
from aws_sso_core.profiles import SectionFile
from aws_sso_core.switching.plan import CannotSwitch, Situation
from aws_sso_core.switching.reading import always, excerpt_for
from aws_sso_core.switching.record import Switches
from aws_sso_core.switching.shadows import Shadow, shadows_of
from config_texts import examples, good_texts, odd_texts, sections

HEADERS = (
    "[default]",
    "[profile default]",
    "[profile dev]",
    "[profile dev.admin]",
    "[profile prod]",
    "[profile é]",
    "[preview]",
    "[sso-session corp]",
    "[services local]",
    "[plugins]",
)
LINKS = ("", "source_profile = default\n", "source_profile = prod\n", "sso_session = corp\n")


def parses(text: str) -> bool:
    try:
        return is_plain(text, read(text))
    except Unparsable:
        return False


@st.composite
def plain_texts(draw: st.DrawFn) -> str:
    ends = draw(st.sampled_from([("\n",), ("\r\n",), ("\r\n", "\n")]))
    text = draw(st.sampled_from(["", "# hello\n", "\n"]))
    for header in draw(st.lists(st.sampled_from(HEADERS), min_size=1, unique=True)):
        part = draw(sections(header, ends))
        part += "\n" * (not part.endswith("\n")) + draw(st.sampled_from(LINKS))
        text += part if parses(part) else f"{header}\nregion = x\n"
    return text.rstrip("\r\n") if draw(st.booleans()) else text


PLAIN = plain_texts()
NOTHING = SectionFile(None, "", "utf-8", {})


def of_all(text: str, switches: Switches) -> Situation:
    config = SectionFile(text.encode(), text, "utf-8", read(text))
    return Situation(config, NOTHING, switches, credentials_path=Path("credentials"))


def of_few(text: str, switches: Switches, name: str) -> Situation:
    excerpt = excerpt_for(text.encode(), [*always(of_all(text, switches)), f"profile {name}"])
    config = SectionFile(text.encode(), excerpt.text, "utf-8", read(excerpt.text))
    return Situation(config, NOTHING, switches, credentials_path=Path("credentials"), excerpt=excerpt)


def switched(now: Situation, name: str) -> tuple[bytes, tuple[Shadow, ...], Switches] | str:
    """The file that comes of it, what hides the choice then, and our notes; or why it is refused."""
    try:
        notes = now.choose(name, ())
    except (CannotSwitch, EditRefused) as error:
        event("refused")
        return str(error)
    data = now.result()
    return data, shadows_of(name, now.after(data, notes).files, {}), notes


@examples(15)
@given(PLAIN, st.data())
def test_a_switch_that_reads_a_few_sections_makes_the_same_file_as_one_that_reads_all(
    text: str, data: st.DataObject
) -> None:
    names = sorted(by_profile(read(text)).profiles.keys() - {"default"})
    switches = Switches()
    for name in data.draw(st.lists(st.sampled_from(names), max_size=3)) if names else ():
        by_all, by_few = switched(of_all(text, switches), name), switched(of_few(text, switches, name), name)
        assert by_few == by_all
        if isinstance(by_all, str):
            return
        after, _, switches = by_all
        text = after.decode()
        assert is_plain(text, read(text))


@examples(15)
@given(PLAIN, st.lists(st.sampled_from([header[1:-1] for header in HEADERS])))
@example("[default]\n[profile a]\n", ["profile a"])
@example("# only this", ["default"])
def test_an_excerpt_that_was_not_changed_gives_the_whole_text_back(text: str, names: list[str]) -> None:
    excerpt = Excerpt(text.encode(), names)
    assert excerpt.whole(excerpt.text) == text.encode()


@pytest.mark.parametrize(
    "text",
    [
        '[profile "a b"]\n',
        "[profile  two]\n",
        "[profile a] # note\n",
        "[profile a#b]\n",
        "[profilex default]\n",
        "[DEFAULT]\nregion = x\n",
        "[profile a]\nregion = x\n  [profile b]\n",
        "  [profile a]\n",
        "[profile a]\rregion = x\r",
    ],
)
def test_a_text_whose_sections_cannot_be_found_by_their_headers_is_not_plain(text: str) -> None:
    assert not is_plain(text, read(text))


def test_an_excerpt_leaves_out_what_it_is_not_asked_for() -> None:
    text = "[profile a]\n" + "".join(f"[profile p{n}]\nregion = x\n" for n in range(100)) + "[profile z]\n"
    assert Excerpt(text.encode(), ["profile p50"]).text == (
        "[profile a]\n[profile p49]\nregion = x\n[profile p50]\nregion = x\n[profile z]\n"
    )


def names_of(data: bytes) -> list[str]:
    chunks = (b"\n" + data.replace(b"\r", b"\n")).split(b"\n[")[1:]
    return [chunk.partition(b"]")[0].decode("utf-8", "replace") for chunk in chunks]


TEXTS = st.one_of(PLAIN, good_texts(), odd_texts())


@st.composite
def two_texts(draw: st.DrawFn) -> tuple[str, str]:
    """Any two, or a text and the same with a few letters gone."""
    text = draw(TEXTS)
    at = draw(st.integers(0, len(text)))
    return text, draw(st.one_of(TEXTS, st.just(text[:at] + text[at + 9 :])))


@examples(15)
@given(two_texts())
@example(("[a]\n[b]\n[a]\n", "[a]\n[b]\n"))
@example(("[ab]\n", "[aab]\n"))
def test_what_a_change_lost_and_gained_is_that_of_both_whole_lists(texts: tuple[str, str]) -> None:
    before, after = (text.encode() for text in texts)
    old, new = names_of(before), names_of(after)
    found = moved(before, after)
    assert set(found.lost) == set(old) - set(new)
    assert set(found.gained) == set(new) - set(old)
    assert found.more == len(new) - len(old)
