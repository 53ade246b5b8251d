"""A few sections out of a large config file: read and changed apart from the others, and put back where they lay.

A file of 10,000 profiles takes forty times as long to read as the five sections that a switch is about. What is left out is
never looked at and never touched, so it must be known to be sound: only for a text that ``read`` took and that
``is_plain``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from aws_sso_core.config.text import INDENTED_BRACKET, Section, cut, has_lone_cr

_PLAIN_NAME = re.compile(
    r"default|(?:profile|sso-session|services) [^\s'\"\\\[\]#;]+"
    r"|(?!default|profile|sso-session|services)[^\s'\"\\\[\]#;]+(?: [^\s'\"\\\[\]#;]+)?"
).fullmatch
_HEADERS = re.compile(r"\n\[[^\n\]]*\](?=\r?\n|\Z)").findall


def is_plain(text: str, sections: Mapping[str, Section]) -> bool:
    """Whether each section can be found by its header as AWS tools write it, and no two are about one profile but the default.

    Args:
        text: of the whole file.
        sections: what ``read`` made of it.
    """
    return (
        len(_HEADERS(f"\n{text}")) == text.count("\n[") + text.startswith("[") == len(sections)
        and all(map(_PLAIN_NAME, sections))
        and not has_lone_cr(text)
        and not INDENTED_BRACKET(text)
    )


class Excerpt:
    """Sections of a plain text, with those that changing them may touch: the first and last one, and the one above each.

    Args:
        data: the whole file's bytes; plain, and UTF-8.
        sections: names of sections; those that are not there are left out.
    """

    def __init__(self, data: bytes, sections: Iterable[str]) -> None:
        self._whole = data
        self._starts = {0, _above(data, len(data))}
        self._sought: set[str] = set()
        self.add(sections)

    def add(self, sections: Iterable[str]) -> None:
        """Take more sections in; before ``text`` is changed."""
        for name in set(sections) - self._sought:
            self._sought.add(name)
            at = _find(self._whole, name)
            if at is not None:
                self._starts |= {at, _above(self._whole, at)}

    @property
    def text(self) -> str:
        """The sections, as they follow each other in the file."""
        return "".join(self._section(start) for start in sorted(self._starts))

    def whole(self, changed: str) -> bytes:
        """The whole file's bytes with what an ``Editor`` made of ``text``."""
        pieces = dict(cut(changed))
        result: list[bytes | memoryview] = []
        view, done = memoryview(self._whole), 0
        for start in sorted(self._starts):
            result.append(view[done:start])
            result += [pieces.pop(name, "").encode() for name, _ in cut(self._section(start))]
            done = _end(self._whole, start)
        return b"".join([*result, *(piece.encode() for piece in pieces.values())])

    def _section(self, start: int) -> str:
        return self._whole[start : _end(self._whole, start)].decode()


def links(sections: Mapping[str, Section], keys: Collection[str]) -> set[str]:
    """The sections that these refer to, by ``sso_session`` or by a key that names a profile."""
    found = set()
    for values in sections.values():
        named = {value for key in keys if isinstance(value := values.get(key), str)}
        found |= {f"profile {name}" for name in named}
        if isinstance(session := values.get("sso_session"), str):
            found.add(f"sso-session {session}")
    return found


def _find(data: bytes, name: str) -> int | None:
    header = f"[{name}]".encode("utf-8", "surrogatepass")  # variables name profiles, too
    if data.startswith(header):
        return 0
    # A plain text has each header once. Searching from the end is twice as fast, but sessions mostly come first.
    search = data.find if name.startswith("sso-session ") else data.rfind
    return at + 1 if (at := search(b"\n" + header)) >= 0 else None


def _above(data: bytes, at: int) -> int:
    """Where the section begins that lies above this place, or what precedes the first section."""
    return data.rfind(b"\n[", 0, at - 1) + 1 if at else 0


def _end(data: bytes, start: int) -> int:
    at = data.find(b"\n[", start)
    return at + 1 if at >= 0 else len(data)
