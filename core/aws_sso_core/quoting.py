"""Words of a command line for others to take apart: written so that all of them find the same words."""

from __future__ import annotations

import re

_ODD = re.compile(r"(?![A-Za-z0-9_@%+=:,./-])[\x00-\x7f]")
_PLAIN_ON_WINDOWS = re.compile(r"[A-Za-z0-9_@+=:,./\\~-]+").fullmatch
_SLASHES_BEFORE_QUOTE = re.compile(r'(\\*)"')
_SLASHES_AT_END = re.compile(r"(\\+)\Z")


def for_sh(word: str) -> str:
    r"""The word as every ``sh`` and Python's ``shlex`` read it, with ``\`` only.

    No quotes, because a value of an AWS config that begins and ends with one loses them in Go; and no mark of a comment
    after a blank.
    """
    escaped = _ODD.sub(r"\\\g<0>", word)
    return f"{escaped}''" if not word or word[-1].isspace() else escaped


def is_plain_on_windows(word: str) -> bool:
    """Whether the word needs no quotes, for ``cmd.exe`` neither."""
    return _PLAIN_ON_WINDOWS(word) is not None


def for_windows(word: str) -> str:
    """The word as C programs read it, and ``cmd.exe`` as long as it holds no variable's name between percent signs."""
    if is_plain_on_windows(word):
        return word
    escaped = _SLASHES_AT_END.sub(r"\1\1", _SLASHES_BEFORE_QUOTE.sub(r"\1\1\"", word))
    return f'"{escaped}"'
