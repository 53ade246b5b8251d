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
_SOURCE = "source_profile"
_FROM_DEFAULT = re.compile(rf"{_SOURCE}[ \t]*[=:][ \t]*default[ \t]*(?=[\r\n]|\Z)").finditer


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
        and text.lower().count(_SOURCE) == text.count(_SOURCE)
    )


class Excerpt:
    """Sections of a plain text, with those that changing them may touch: the first and last one, and the one above each.

    Args:
        text: of the whole file; plain.
        sections: names of sections; those that are not there are left out.
    """

    def __init__(self, text: str, sections: Iterable[str]) -> None:
        self._whole = text
        self._starts = {0, _above(text, len(text))}
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
        return "".join(self._whole[start:end] for start, end in self._spans())

    def whole(self, changed: str) -> str:
        """The text of the whole file with what an ``Editor`` made of ``text``."""
        pieces = dict(cut(changed))
        result, done = [], 0
        for start, end in self._spans():
            result.append(self._whole[done:start])
            result += [pieces.pop(name, "") for name, _ in cut(self._whole[start:end])]
            done = end
        return "".join([*result, *pieces.values()])

    def _spans(self) -> list[tuple[int, int]]:
        return [(start, _end(self._whole, start)) for start in sorted(self._starts)]


def sections_from_default(text: str) -> list[str]:
    """The sections whose ``source_profile`` is the default profile."""
    if _SOURCE not in text:
        return []
    starts = (_above(text, found.start()) for found in _FROM_DEFAULT(text))
    return [text[start + 1 : text.find("]", start)] for start in starts]


def links(sections: Mapping[str, Section], keys: Collection[str]) -> set[str]:
    """The sections that these refer to, by ``sso_session`` or by a key that names a profile."""
    found = set()
    for values in sections.values():
        named = {value for key in keys if isinstance(value := values.get(key), str)}
        found |= {f"profile {name}" for name in named}
        if isinstance(session := values.get("sso_session"), str):
            found.add(f"sso-session {session}")
    return found


def _find(text: str, name: str) -> int | None:
    header = f"[{name}]"
    if text.startswith(header):
        return 0
    return at + 1 if (at := text.find(f"\n{header}")) >= 0 else None


def _above(text: str, at: int) -> int:
    """Where the section begins that lies above this place, or what precedes the first section."""
    return text.rfind("\n[", 0, at - 1) + 1 if at else 0


def _end(text: str, start: int) -> int:
    at = text.find("\n[", start)
    return at + 1 if at >= 0 else len(text)
