"""Windows' batch files, which no program can start without a shell: ``cmd`` reads their command line. Pure.

It runs what it takes for a command in an argument, whoever wrote that: names of accounts, addresses of pages. Other
programs get arguments as a list and need none of this.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PureWindowsPath

from aws_sso_core.errors import UsageError

_ENDINGS = (".bat", ".cmd")
_UNSAFE = re.compile(r'["%\r\n\0]')
_PLAIN = re.compile(r"[\w\-./:\\+~]+", re.ASCII)


class NotForBatch(UsageError):
    """An argument that has no form which ``cmd`` would leave alone."""


def arguments(program: str, words: Sequence[str], *, windows: bool) -> str | list[str]:
    """What ``subprocess`` is to be given.

    Args:
        program: its path.
        words: its arguments.
        windows: whether this is Windows.

    Raises:
        NotForBatch: it is a batch file, and one of the words is not for it.
    """
    if windows and program.lower().endswith(_ENDINGS):
        return line(program, words)
    return [program, *words]


def line(program: str, words: Sequence[str]) -> str:
    """The command line for a batch file.

    Raises:
        NotForBatch: one of the words is not for it.
    """
    return " ".join([f'"{program}"', *(_quoted(program, word) for word in words)])


def _quoted(program: str, word: str) -> str:
    if _UNSAFE.search(word):
        raise NotForBatch(
            f"{PureWindowsPath(program).name} is a batch file, and Windows would change the argument {word!r}.",
            "Start the program that the batch file starts.",
        )
    if _PLAIN.fullmatch(word):
        return word
    backslashes = len(word) - len(word.rstrip("\\"))
    return f'"{word}{chr(92) * backslashes}"'  # the program behind it takes \" for a quotation mark
