from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.text_diff import diff_lines


@pytest.mark.parametrize("key", ["aws_secret_access_key", "AWS_Session_Token", "  aws_security_token"])
@pytest.mark.parametrize("delimiter", ["=", " = ", ": "])
def test_a_secret_is_hidden_and_that_it_changed_is_not(key: str, delimiter: str) -> None:
    lines = diff_lines(f"{key}{delimiter}old-hush".encode(), f"{key}{delimiter}new-hush".encode(), name="credentials")
    assert [line[0] for line in lines[-2:]] == ["-", "+"]
    assert "hush" not in "\n".join(lines)


def test_a_secret_that_goes_on_in_the_next_line_is_hidden_with_it() -> None:
    old = b"[a]\naws_session_token = one\n  hush\nregion = x\n"
    lines = diff_lines(old, old.replace(b"region = x", b"region = y"), name="credentials")
    assert "hush" not in "\n".join(lines)
    assert "-region = x" in lines


def test_of_a_process_only_the_program_is_shown() -> None:
    lines = diff_lines(b"", b'credential_process = "/opt/my helper" --token hush\n', name="config")
    assert lines[-1] == '+credential_process = "/opt/my helper" ****'


def test_line_numbers_count_from_the_top_of_the_file() -> None:
    old = b"".join(b"# line %d\n" % number for number in range(1, 101))
    lines = diff_lines(old, old.replace(b"# line 50\n", b"# changed\n"), name="config")
    assert lines[2] == "@@ -47,7 +47,7 @@"


def test_a_changed_section_among_hundreds_that_are_alike_is_all_that_is_shown() -> None:
    center = ["sso_start_url = https://one.awsapps.com/start", "sso_region = us-east-1"]
    many = [f"[profile {n}]\nsso_session = corp\nsso_role_name = Reader\nregion = eu-west-1\n" for n in range(500)]
    old = "\n".join(["[profile old]", *center, "region = x", "", *many]).encode()
    new = "\n".join(
        ["[profile old]", "sso_session = one", "region = x", "", *many, "[sso-session one]", *center]
    ).encode()
    changed = [line for line in diff_lines(old, new, name="config")[2:] if line[0] in "+-"]
    gone, come = ([line[1:] for line in changed if line[0] == sign] for sign in "-+")
    assert (gone, come) == (center, ["sso_session = one", "", "[sso-session one]", *center])


def test_a_file_that_is_not_there_is_an_empty_one() -> None:
    assert diff_lines(None, b"[a]\n", name="config")[2:] == ["@@ -0,0 +1 @@", "+[a]"]


def test_line_ends_alone_make_no_diff() -> None:
    assert diff_lines(b"[a]\r\nregion = x", b"[a]\nregion = x\n", name="config") == []


TEXTS = st.lists(st.sampled_from(["a", "b", "c", "", "aws_secret_access_key = hush", "  hush"]), max_size=30)


@given(TEXTS, TEXTS)
def test_no_line_of_a_secret_is_ever_shown(old: list[str], new: list[str]) -> None:
    one, other = ("\n".join(["[a]", "aws_session_token = hush", *lines]).encode() for lines in (old, new))
    shown = diff_lines(one, other, name="credentials")
    if all(line != "  hush" or before for lines in (old, new) for before, line in _followed(lines)):
        assert "hush" not in "\n".join(shown)


def _followed(lines: list[str]) -> list[tuple[bool, str]]:
    """With each line whether it belongs to a secret above it."""
    found, secret = [], True
    for line in lines:
        secret = line.startswith("aws_secret") or (secret and line.startswith(" "))
        found.append((secret, line))
    return found


def patched(old: list[str], diff: list[str]) -> list[str]:
    """The lines that a unified diff makes of these."""
    new, at = [], 0
    for line in diff[2:]:
        if line.startswith("@@"):
            start, _, count = line.split()[1].lstrip("-").partition(",")
            begin = int(start) - (count != "0")
            new += old[at:begin]
            at = begin
            continue
        if line[0] in " -":
            assert old[at] == line[1:]
            at += 1
        if line[0] in " +":
            new.append(line[1:])
    return new + old[at:]


LINES = st.lists(st.sampled_from(["a", "b", "c", "", "[x]", "[y]", "[z]", "[x y]"]), max_size=40)


@given(LINES, LINES)
def test_the_diff_leads_from_one_text_to_the_other(one: list[str], other: list[str]) -> None:
    old, new = ("\n".join(lines).splitlines() for lines in (one, other))
    diff = diff_lines("\n".join(one).encode(), "\n".join(other).encode(), name="config")
    assert bool(diff) == (old != new)
    assert patched(old, diff) == new


def test_ten_thousand_changed_sections_take_no_time() -> None:
    old = "".join(f"[profile {n}]\nsso_session = corp\nregion = x\n\n" for n in range(10_000))
    diff = diff_lines(old.encode(), old.replace("= x\n", "= y\n").encode(), name="config")
    assert sum(line == "+region = y" for line in diff) == 10_000
