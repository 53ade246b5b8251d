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
VALUES = st.sampled_from(
    ["", "us-east-1", "123456789012", "a # not a comment", "a = b", "a:b", '"quoted"', "é", "tail \x0b", "[x]"]
)
SPACES = st.sampled_from(["", " ", "  ", "\t", "\xa0"])
DELIMITERS = st.sampled_from(["=", " = ", "= ", " =", ":", " : ", "\t=\t"])
PAIRS = st.builds("{}{}{}{}".format, KEYS, DELIMITERS, VALUES, SPACES)
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


@st.composite
def odd_texts(draw: st.DrawFn) -> str:
    """Anything: most are refused by RawConfigParser."""
    lines = draw(st.lists(st.tuples(LINES, ENDS), max_size=14))
    text = "".join(line + end for line, end in lines)
    return draw(st.sampled_from(["", "", "", "\ufeff"])) + (text[:-1] if draw(st.booleans()) else text)


@st.composite
def sections(draw: st.DrawFn, header: str, ends: tuple[str, ...]) -> str:
    """One section that parses: distinct keys, any spacing, comments, nested blocks, these line ends."""
    end = draw(st.sampled_from(ends))
    indent = draw(st.sampled_from(["", "", "", "  "]))
    keys = draw(st.lists(KEYS, max_size=5, unique_by=str.lower))
    lines = [indent + header + draw(st.sampled_from(["", " ", " ; x"]))]
    for key in keys:
        lines += draw(st.lists(st.sampled_from(["", "# note", "  ; note", " "]), max_size=1))
        lines.append(indent + key + draw(DELIMITERS) + draw(VALUES) + draw(SPACES))
        blank = lines[-1].rstrip().endswith(("=", ":"))  # what is indented below must then be nested keys
        if blank and draw(st.booleans()):
            lines += [
                f"{indent}    {draw(KEYS)} = {draw(VALUES)}",
                "",
                f"{indent}  # inside",
                f"{indent}  b={draw(VALUES)}",
            ]
        elif not blank and draw(st.integers(0, 9)) == 0:
            lines.append(f"{indent}  goes on")
    lines += draw(st.lists(st.sampled_from(["", "", "# about the next one"]), max_size=2))
    return "".join(line + (end if draw(st.integers(0, 9)) else draw(st.sampled_from(ends))) for line in lines)


@st.composite
def good_texts(draw: st.DrawFn) -> str:
    """Mostly parsable: distinct headers, distinct keys, every oddity a parsable file may have."""
    headers = draw(st.lists(HEADERS, max_size=5, unique=True))
    # CR alone and LF alone in one file would make CRLF where a line between them goes; nobody has such a file.
    ends = draw(st.sampled_from([("\n",), ("\n", "\r\n"), ("\r\n", "\n"), ("\r",)]))
    first = draw(st.sampled_from(["", "", "# my config", "\n; x\n"])).replace("\n", ends[0])
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
