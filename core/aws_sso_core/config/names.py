"""The profile names of a config file and nothing else, for listings and completion in the largest files."""

from __future__ import annotations

import re

from aws_sso_core.config.lines import DEFAULTS
from aws_sso_core.config.text import by_profile, cut, has_lone_cr

_HEADS = re.compile(r"\n\[([^\n]*)").findall
_ODD_IN_NAME = "]'\"\\"


def profile_names(text: str) -> list[str]:
    """The names that ``by_profile(read(text)).profiles`` would have, in a tenth of the time of a full ``read``.

    Keys and values are not looked at, so a file that is broken only inside a section still answers.

    Raises:
        Unparsable: as ``cut``.
    """
    names = _names_plain(text)
    if names is None:
        names = list(by_profile({name: {} for name, _ in cut(text) if name and name != DEFAULTS}).profiles)
    return names


def _names_plain(text: str) -> list[str] | None:
    """The names where every bracket begins a plain header; None when headers must be looked at one by one."""
    if has_lone_cr(text):
        return None
    heads = _HEADS("\n" + (text.replace("\r\n", "\n") if "\r" in text else text))
    # Any other bracket may be an indented one, which begins a section or does not.
    if len(heads) != text.count("[") or "\n".join([*heads, ""]).count("]\n") != len(heads):
        return None
    names = [head[8:-1] if head[:8] == "profile " else _other(head) for head in heads]
    found = [name for name in dict.fromkeys(names) if name is not None]
    together = "\n".join(found)
    # Names with a blank in them, and empty ones, do not come back from splitting at blanks.
    odd = together.split() != found or any(mark in together for mark in _ODD_IN_NAME)
    return None if odd else found


def _other(head: str) -> str | None:
    """What a header that does not begin like a profile's is: a profile all the same, an odd one (empty), or none."""
    if head == "default]":
        return "default"
    return "" if head[:7] in {"profile", "default"} else None
