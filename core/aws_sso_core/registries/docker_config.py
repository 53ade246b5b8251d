"""Docker's ``config.json``: which helper it asks for a registry, changed with every other byte kept. Pure.

``credHelpers`` maps a registry's host to the end of a program's name, ``docker-credential-<end>``, and beats
``credsStore`` (Docker CLI reference, "Credential helpers"). Docker indents by tabs, people by what they like: a new line
is indented as its neighbours are.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from aws_sso_core.registries.address import host_of

HELPER = "aws-sso-tray"
"""What ``credHelpers`` calls us."""
PROGRAM = f"docker-credential-{HELPER}"
"""What Docker starts then."""
_SECTION = "credHelpers"
_blank = re.compile(r"[ \t\r\n]*").match
_decode = json.JSONDecoder().raw_decode


class NotDockers(ValueError):
    """A text that Docker would not read either; says where and why."""


@dataclass(frozen=True, slots=True)
class _Member:
    """One key of an object, by its places in the text."""

    key: str
    start: int
    value_start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Object:
    """An object in the text: its braces' places (the end is the place of ``}``) and its members."""

    start: int
    end: int
    members: tuple[_Member, ...]

    def last(self, key: str, *, any_case: bool = False) -> _Member | None:
        """The member that counts: Go takes the last one of several, and its own keys in any case."""
        alike = [m for m in self.members if m.key == key or (any_case and m.key.lower() == key.lower())]
        return alike[-1] if alike else None


def helpers(text: str) -> dict[str, str]:
    """Host -> helper.

    Raises:
        NotDockers: the text is no such config.
    """
    found = _document(text).get(_SECTION) or {}
    return {host: name for host, name in found.items() if isinstance(name, str)}


def with_passwords(text: str) -> list[str]:
    """The hosts that the config itself holds a password for, which outlives its usefulness there.

    Raises:
        NotDockers: the text is no such config.
    """
    held = _document(text).get("auths")
    entries = held if isinstance(held, dict) else {}
    return [
        host_of(name)
        for name, entry in entries.items()
        if isinstance(entry, dict) and any(entry.get(key) for key in ("auth", "password", "identitytoken"))
    ]


def with_helper(text: str, host: str) -> str:
    """The config in which Docker asks our helper for this host. An empty text is an empty config.

    Raises:
        NotDockers: the text is no such config.
    """
    if not text.strip():
        return f'{{\n\t"{_SECTION}": {{\n\t\t{json.dumps(host)}: "{HELPER}"\n\t}}\n}}\n'
    root, section = _places(text)
    if section is None:
        return _added(text, root, _SECTION, {host: HELPER})
    if isinstance(section, _Member):  # null, which is as good as none
        return text[: section.value_start] + _dumped({host: HELPER}, *_style(text, root)) + text[section.end :]
    entry = section.last(host)
    if entry is None:
        return _added(text, section, host, HELPER, outer=root)
    return text[: entry.value_start] + json.dumps(HELPER) + text[entry.end :]


def without_helper(text: str, host: str) -> str:
    """The config in which Docker no longer asks our helper for this host; another helper's entry stays.

    Raises:
        NotDockers: the text is no such config.
    """
    if not text.strip() or helpers(text).get(host) != HELPER:
        return text
    root, section = _places(text)
    member = root.last(_SECTION, any_case=True)
    assert isinstance(section, _Object)  # noqa: S101 - as `helpers` found it there
    assert member  # noqa: S101 - as above
    if len(section.members) == 1:
        return _cut(text, root, member)
    entry = section.last(host)
    assert entry  # noqa: S101 - as above
    return _cut(text, section, entry)


def _document(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    root, section = _places(text)
    document: dict[str, Any] = json.loads(text)
    if isinstance(section, _Object):
        member = root.last(_SECTION, any_case=True)
        document[_SECTION] = document[member.key] if member else None
    return document


def _places(text: str) -> tuple[_Object, _Object | _Member | None]:
    """The whole object, and that of the helpers (or its member, where that holds null)."""
    try:
        json.loads(text)
    except RecursionError:
        raise NotDockers("it is nested too deeply") from None
    except ValueError as error:
        raise NotDockers(str(error)) from error
    root = _object(text, _end_of_blank(text, 0))
    if root is None:
        raise NotDockers("it is no JSON object")
    member = root.last(_SECTION, any_case=True)
    if member is None:
        return root, None
    section = _object(text, member.value_start)
    if section is None and text[member.value_start : member.end] != "null":
        raise NotDockers(f"its {_SECTION} is no JSON object")
    return root, section or member


def _object(text: str, start: int) -> _Object | None:
    """The object that begins here, of a text that is JSON throughout; None for another value."""
    if text[start] != "{":
        return None
    members = []
    at = _end_of_blank(text, start + 1)
    while text[at] != "}":
        key_start = at
        key, at = _decode(text, at)
        value_start = _end_of_blank(text, _end_of_blank(text, at) + 1)
        _, end = _decode(text, value_start)
        members.append(_Member(key, key_start, value_start, end))
        at = _end_of_blank(text, end)
        if text[at] == ",":
            at = _end_of_blank(text, at + 1)
    return _Object(start, at, tuple(members))


def _added(text: str, where: _Object, key: str, value: Any, *, outer: _Object | None = None) -> str:
    """The text with one more member at an object's end."""
    before, unit = _style(text, where) if where.members or outer is None else _deeper(text, outer)
    member = f"{json.dumps(key)}: {_dumped(value, before, unit)}"
    if where.members:
        at = where.members[-1].end
        return f"{text[:at]},{before or ' '}{member}{text[at:]}"
    closing = before[: len(before) - len(unit)] if before else ""
    return f"{text[: where.start + 1]}{before}{member}{closing}{text[where.end :]}"


def _dumped(value: Any, before: str, unit: str) -> str:
    """A value as text; ``before`` is the line break and indent of its own line, empty where all is on one line."""
    if not isinstance(value, dict):
        return json.dumps(value)
    inner = f"{before}{unit}" if before else ""
    return "{" + ",".join(f"{inner}{json.dumps(k)}: {json.dumps(v)}" for k, v in value.items()) + before + "}"


def _style(text: str, where: _Object) -> tuple[str, str]:
    """What stands before a member of this object (line break and indent), and one step of indent."""
    if not where.members:
        return ("\r\n\t" if "\r\n" in text else "\n\t"), "\t"
    gap = text[_end_before(text, where.members[-1].start) : where.members[-1].start]
    if "\n" not in gap:
        return "", ""
    indent = gap.rpartition("\n")[2]
    outer = text[: where.end].rpartition("\n")[2]
    outer = outer[: len(outer) - len(outer.lstrip(" \t"))]
    unit = indent.removeprefix(outer) if len(indent) > len(outer) else indent
    return ("\r\n" if "\r\n" in gap else "\n") + indent, unit


def _deeper(text: str, outer: _Object) -> tuple[str, str]:
    before, unit = _style(text, outer)
    return (before + unit if before else ""), unit


def _end_before(text: str, at: int) -> int:
    return len(text[:at].rstrip(" \t\r\n"))


def _end_of_blank(text: str, at: int) -> int:
    match = _blank(text, at)
    assert match  # noqa: S101 - it matches nothing, too
    return match.end()


def _cut(text: str, where: _Object, member: _Member) -> str:
    """The text without one member, its comma and its line."""
    index = where.members.index(member)
    if len(where.members) == 1:
        return text[: where.start + 1] + text[where.end :]
    if index:
        return text[: where.members[index - 1].end] + text[member.end :]
    return text[: member.start] + text[where.members[1].start :]
