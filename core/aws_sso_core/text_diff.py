"""A diff of two versions of a config or credentials file that may be shown: it never holds a secret. Pure."""

from __future__ import annotations

import difflib
import re

_SECRET = re.compile(
    r"(\s*(?:aws_secret_access_key|aws_session_token|aws_security_token)\s*[=:]).*", re.IGNORECASE
).fullmatch
_PROCESS = re.compile(r"(\s*credential_process\s*[=:]\s*(?:\"[^\"]*\"|\S+))\s+\S.*", re.IGNORECASE).fullmatch
_CONTEXT = 3
HIDDEN = "****"
_SEAL = "\0"
"""Between what is shown of a line and what is compared but never shown: its section, and its secret."""


def diff_lines(before: bytes | None, after: bytes | None, *, name: str) -> list[str]:
    """The lines of a unified diff; empty where only line ends, or nothing, differ.

    Secrets are shown as ``****``, and of a ``credential_process`` only the program: people pass tokens to it. A value
    that goes on in the next line is hidden with it. Lines are alike in like sections only: thousands of profiles have
    the same ones, and difflib would pair those of one with those of another.
    """
    old, new = _lines(before), _lines(after)
    start = _same(old, new, limit=min(len(old), len(new)))
    end = _same(old[::-1], new[::-1], limit=min(len(old), len(new)) - start)
    # difflib takes its time for long files; what is the same at both ends need not be looked at.
    first, last = max(0, start - _CONTEXT), max(0, end - _CONTEXT)
    found = difflib.unified_diff(
        old[first : len(old) - last], new[first : len(new) - last], f"{name} now", f"{name} then", lineterm=""
    )
    return [_moved(line.partition(_SEAL)[0], first) for line in found]


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


def _same(one: list[str], other: list[str], *, limit: int) -> int:
    return next((at for at in range(limit) if one[at] != other[at]), limit)


def _moved(line: str, by: int) -> str:
    if not line.startswith("@@"):
        return line
    return re.sub(r"(?<=[-+])\d+", lambda at: str(int(at[0]) + by), line)
