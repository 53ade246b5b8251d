"""Config texts for property tests, and botocore's own reading of a text."""

from __future__ import annotations

import atexit
import configparser
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

from botocore.configloader import build_profile_map, raw_config_parse
from botocore.exceptions import ConfigParseError
from hypothesis import settings
from hypothesis import strategies as st

MORE = int(os.environ.get("EXAMPLES", "1"))
"""``EXAMPLES=40 pytest tests/core/test_config_text*.py`` looks forty times as hard as an everyday run."""


def examples(count: int) -> settings:
    """How many texts a property is held against."""
    return settings(max_examples=count * MORE)


HEADERS = st.sampled_from(
    [
        "[default]",
        "[profile default]",
        "[profile dev.admin]",
        "[profile prod]",
        "[profile  two]",
        '[profile "a b"]',
        "[profile 'a b']",
        "[profile a b]",
        "[profile it's]",
        "[profile a\\b]",
        "[profileab]",
        "[profile\tx]",
        "[Profile big]",
        "[preview]",
        "[sso-session corp]",
        '[sso-session "my corp"]',
        "[sso-session]",
        "[services local]",
        "[DEFAULT]",
        "[profile é]",
        "[a]b]",
        "[a] # note",
        "[ x ]",
        "[]",
        "[open",
    ]
)
KEYS = st.sampled_from(
    [
        "region",
        "Region",
        "output",
        "sso_session",
        "sso_account_id",
        "s3",
        "cli_pager",
        "aws_access_key_id",
        "x-y.z",
        "é",
    ]
)
_VALUES = ["", "us-east-1", "123456789012", "a # not a comment", "a = b", "a:b", '"quoted"', "é", "tail \x0b", "[x]"]
_SPACES = ["", " ", "  ", "\t", "\xa0"]
DELIMITERS = ["=", " = ", "= ", " =", ":", " : ", "\t=\t"]
VALUES = st.sampled_from(_VALUES)
SPACES = st.sampled_from(_SPACES)
# Drawing is what takes time here, so what is finite is drawn at once.
TAILS = st.sampled_from([f"{a}{b}{c}" for a in DELIMITERS for b in _VALUES for c in _SPACES])
"""All of a line that comes after the key."""
PAIRS = st.builds("{}{}".format, KEYS, TAILS)
LINES = st.one_of(
    HEADERS,
    PAIRS,
    PAIRS,
    st.builds("{}{}".format, SPACES, PAIRS),
    st.builds("  {}".format, PAIRS),
    st.builds("{} =".format, KEYS),
    st.sampled_from(
        ["", "", " ", "\t", "\x0c", "# note", "; note", "  # indented", "#region = x", "junk", "= v", "  v"]
    ),
    st.builds("{}{}".format, SPACES, HEADERS),
)
ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"])


_MANY = st.lists(st.tuples(LINES, ENDS), max_size=14)
_MARKS = st.sampled_from(["", "", "", "\ufeff"])


@st.composite
def odd_texts(draw: st.DrawFn) -> str:
    """Anything: most are refused by RawConfigParser."""
    text = "".join(line + end for line, end in draw(_MANY))
    return draw(_MARKS) + (text[:-1] if draw(st.booleans()) else text)


_INDENTS = st.sampled_from(["", "", "", "  "])
_AFTER_HEADERS = st.sampled_from(["", " ", " ; x"])
_DISTINCT = st.lists(KEYS, max_size=5, unique_by=str.lower)
_BETWEEN = st.sampled_from([[], [], [], [], [""], ["# note"], ["  ; note"], [" "]])
_ONE_IN_TEN = st.integers(0, 9).map(lambda drawn: not drawn)
_LAST = st.sampled_from([[], [], [], [""], ["", ""], ["# about the next one"], ["", "# about the next one"]])
_OTHERS = st.sampled_from([(), (), (), (0,), (1,), (2,), (4,), (0, 1), (1, 3)])
"""The lines of a section that end as few in the file do."""


@st.composite
def sections(draw: st.DrawFn, header: str, ends: tuple[str, ...]) -> str:
    """One section that parses: distinct keys, any spacing, comments, nested blocks, these line ends."""
    indent = draw(_INDENTS)
    lines = [indent + header + draw(_AFTER_HEADERS)]
    for key in draw(_DISTINCT):
        lines += draw(_BETWEEN)
        lines.append(indent + key + draw(TAILS))
        blank = lines[-1].rstrip().endswith(("=", ":"))  # what is indented below must then be nested keys
        if blank and draw(st.booleans()):
            lines += [
                f"{indent}    {draw(KEYS)} = {draw(VALUES)}",
                "",
                f"{indent}  # inside",
                f"{indent}  b={draw(VALUES)}",
            ]
        elif not blank and draw(_ONE_IN_TEN):
            lines.append(f"{indent}  goes on")
    lines += draw(_LAST)
    others = draw(_OTHERS) if len(ends) > 1 else ()
    return "".join(line + ends[-1 if at in others else 0] for at, line in enumerate(lines))


_HEADERS = st.lists(HEADERS, max_size=5, unique=True)
# CR alone and LF alone in one file would make CRLF where a line between them goes; nobody has such a file.
_ENDS = st.sampled_from([("\n",), ("\n", "\r\n"), ("\r\n", "\n"), ("\r",)])
_FIRST = st.sampled_from(["", "", "# my config", "\n; x\n"])


@st.composite
def good_texts(draw: st.DrawFn) -> str:
    """Mostly parsable: distinct headers, distinct keys, every oddity a parsable file may have."""
    headers = draw(_HEADERS)
    ends = draw(_ENDS)
    first = draw(_FIRST).replace("\n", ends[0])
    first += ends[0] if first else ""
    text = first + "".join(draw(sections(header, ends)) for header in headers if header not in {"[]", "[open"})
    return text.rstrip("\r\n") if draw(st.booleans()) else text


SOUP = st.text(alphabet="[]=:#; \t\n\r\x0b\x1c\x85\xa0abAB'\"\\é\ufeff\u2028", max_size=40)

_FOLDER = Path(tempfile.mkdtemp(prefix="aws-sso-tray-tests-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)


def botocore_reads(text: str) -> dict[str, Any] | None:
    """What botocore makes of the text in a UTF-8 locale; None when it refuses."""
    path = _FOLDER / f"config-{os.getpid()}"
    path.write_bytes(text.encode())

    def in_utf8(name: str, encoding: str | None = None) -> Any:  # noqa: ARG001 - the locale's, which Windows has another of
        return Path(name).open(encoding="utf-8")

    with mock.patch.object(configparser, "open", in_utf8, create=True):
        try:
            return raw_config_parse(str(path))
        except ConfigParseError:
            return None
        finally:
            path.unlink()


def botocore_sorts(read: dict[str, Any]) -> dict[str, Any]:
    """botocore's profile map of what it read."""
    return build_profile_map(read)
