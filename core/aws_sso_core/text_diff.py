"""A diff of two versions of a config or credentials file that may be shown: it never holds a secret. Pure."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

_SECRET = re.compile(
    r"(\s*(?:aws_secret_access_key|aws_session_token|aws_security_token)\s*[=:]).*", re.IGNORECASE
).fullmatch
_PROCESS = re.compile(r"(\s*credential_process\s*[=:]\s*(?:\"[^\"]*\"|\S+))\s+\S.*", re.IGNORECASE).fullmatch
_CONTEXT = 3
HIDDEN = "****"
_SEAL = "\0"
"""Between what is shown of a line and what is compared but never shown: its section, and its secret."""

_Code = tuple[Literal["replace", "delete", "insert", "equal"], int, int, int, int]
"""As difflib's: what becomes of which lines of the old and the new text."""


def diff_lines(before: bytes | None, after: bytes | None, *, name: str) -> list[str]:
    """The lines of a unified diff; empty where only line ends, or nothing, differ.

    Secrets are shown as ``****``, and of a ``credential_process`` only the program: people pass tokens to it. A value
    that goes on in the next line is hidden with it. Lines are alike in like sections only: thousands of profiles have
    the same ones, and difflib would pair those of one with those of another.
    """
    matcher = _ByUniqueLines(_lines(before), _lines(after))
    shown = [line for codes in matcher.get_grouped_opcodes(_CONTEXT) for line in matcher.hunk(codes)]
    return [f"--- {name} now", f"+++ {name} then", *shown] if shown else []


class _ByUniqueLines(difflib.SequenceMatcher[str]):
    """difflib takes the square of the time where a thousand sections change; this asks it for what lies between only.

    Nearly every line is there once, as its section is a part of it. What both texts have once, in the same order, is
    the same ("patience diff").
    """

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        super().__init__()
        self._old, self._new = old, new

    def get_opcodes(self) -> list[_Code]:
        """As difflib's."""
        codes: list[_Code] = []
        old = new = 0
        for old_at, new_at in [*_landmarks(self._old, self._new), (len(self._old), len(self._new))]:
            between = difflib.SequenceMatcher(None, self._old[old:old_at], self._new[new:new_at], autojunk=False)
            codes += [(tag, i + old, j + old, m + new, n + new) for tag, i, j, m, n in between.get_opcodes()]
            old, new = min(old_at + 1, len(self._old)), min(new_at + 1, len(self._new))
            codes.append(("equal", old_at, old, new_at, new))
        return list(_joined(codes))

    def hunk(self, codes: Sequence[tuple[str, int, int, int, int]]) -> Iterator[str]:
        """One part of a unified diff."""
        (_, old, _, new, _), (_, _, old_end, _, new_end) = codes[0], codes[-1]
        yield f"@@ -{_range(old, old_end)} +{_range(new, new_end)} @@"
        for tag, i, j, m, n in codes:
            if tag == "equal":
                yield from (f" {_visible(line)}" for line in self._old[i:j])
                continue
            yield from (f"-{_visible(line)}" for line in self._old[i:j])
            yield from (f"+{_visible(line)}" for line in self._new[m:n])


def _landmarks(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Where lines are that both have once: as many as are in the same order in both."""
    once = {line for line, count in Counter(old).items() if count == 1}
    once &= {line for line, count in Counter(new).items() if count == 1}
    places = {line: at for at, line in enumerate(new) if line in once}
    ends: list[int] = []  # of the best row of each length so far: its last place in the new text
    rows: list[tuple[tuple[int, int], int | None]] = []
    best: list[int] = []
    for at, line in enumerate(old):
        if line not in once:
            continue
        length = bisect_left(ends, places[line])
        rows.append(((at, places[line]), best[length - 1] if length else None))
        ends[length : length + 1], best[length : length + 1] = [places[line]], [len(rows) - 1]
    found, last = [], best[-1] if best else None
    while last is not None:
        pair, last = rows[last]
        found.append(pair)
    return found[::-1]


def _joined(codes: list[_Code]) -> Iterator[_Code]:
    """The same with what is equal in one piece."""
    kept: _Code = ("equal", 0, 0, 0, 0)
    for code in codes:
        if code[0] == kept[0] == "equal":
            kept = "equal", kept[1], code[2], kept[3], code[4]
            continue
        if kept[2] > kept[1] or kept[4] > kept[3]:
            yield kept
        kept = code
    if kept[2] > kept[1]:
        yield kept


def _range(start: int, end: int) -> str:
    if end - start == 1:
        return f"{start + 1}"
    return f"{start + (end > start)},{end - start}"


def _visible(line: str) -> str:
    return line.partition(_SEAL)[0]


def _lines(data: bytes | None) -> list[str]:
    lines, hiding, section = [], False, ""
    for line in (data or b"").decode("utf-8", "replace").replace(_SEAL, "\ufffd").splitlines():
        goes_on = hiding and line[:1].isspace() and bool(line.strip())
        secret, process = _SECRET(line), _PROCESS(line)
        hiding = goes_on or secret is not None
        section = line if line.startswith("[") else section
        shown = "   " if goes_on else (secret or process or [None, None])[1]
        lines.append(_SEAL.join([line, section] if shown is None else [f"{shown} {HIDDEN}", section, line]))
    return lines
