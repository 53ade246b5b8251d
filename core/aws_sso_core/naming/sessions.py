"""Names for sso-sessions, proposed from a start URL. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

_SHARED = frozenset({"start", "identitycenter"})
"""First words of hosts that all organisations share; the last word of the path tells them apart."""
_UNREADABLE = re.compile(r"[^A-Za-z0-9_-]+")
is_portable = re.compile(r"[A-Za-z0-9._-]+").fullmatch
"""Whether every AWS SDK can read an sso-session of this name: some lose names with blanks or quotes."""


def session_names(start_url: str) -> Iterator[str]:
    """Names without end for the sso-session of a start URL: its alias, then ``alias-2`` and so on."""
    host, _, path = start_url.strip().partition("#")[0].rpartition("://")[2].partition("/")
    alias = host.partition(".")[0]
    if alias.lower() in _SHARED:
        alias = path.rstrip("/").rpartition("/")[2] or alias
    alias = _UNREADABLE.sub("-", alias).strip("-") or "sso"
    yield alias
    yield from (f"{alias}-{number}" for number in itertools.count(2))
