"""What AWS tools read in the text of ``~/.aws/config`` and ``credentials``.

The rules are botocore's (``botocore.configloader``, which the AWS CLI uses too): ``read`` gives what its
``raw_config_parse`` gives and refuses what it refuses, ``by_profile`` sorts sections as its ``build_profile_map`` does.
Reading is one pass: a file of plain ``key = value`` lines costs little more than splitting it; whatever is out of the
ordinary is left to the line scanner.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from aws_sso_core.config.lines import DEFAULTS, Block, Unparsable, scan

Value = str | dict[str, str]
"""A value; a dictionary for the indented lines of ``s3 =`` and its like."""

Section = dict[str, Value]

INDENTED_BRACKET = re.compile(r"\n[^\S\n]+\[").search
_PLAIN_NAME = re.compile(r"[^\s'\"\\]+").fullmatch
_KINDS = ("profile", "sso-session", "services")
_WORDS = 2
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_.-]+[ \t]*").fullmatch


class Decoded(NamedTuple):
    """Text with the encoding that gives the same bytes back."""

    text: str
    encoding: str


def decode(data: bytes, locale: str) -> Decoded:
    """The text of a file: UTF-8 or, failing that, the encoding of this locale, in which botocore opens it.

    Raises:
        Unparsable: neither of them, so neither the AWS CLI nor boto3 can read it.
    """
    try:
        return Decoded(data.decode(), "utf-8")
    except UnicodeDecodeError as error:
        bad = error.start
    try:
        text = data.decode(locale)
        if text.encode(locale) == data:
            return Decoded(text, locale)
    except (UnicodeError, LookupError):
        pass
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unparsable(1, "the file is written in UTF-16", "Save it as UTF-8 without BOM.")
    raise Unparsable(
        data.count(b"\n", 0, bad) + 1, f"byte 0x{data[bad]:02x} is not valid UTF-8", "Save the file as UTF-8."
    )


def read(text: str) -> dict[str, Section]:
    """The sections with their keys, in order, as ``botocore.configloader.raw_config_parse`` gives them.

    Raises:
        Unparsable: no AWS tool built on botocore can parse it; names the line and the reason.
    """
    plain = _read_plain(text)
    return _read_any(text) if plain is None else plain


def cut(text: str) -> list[tuple[str | None, str]]:
    """The text cut into its sections, (name, exact text) each; the first has no name. Joined they are the text again.

    Keys and values are not looked at, so this takes a fifth of the time of ``read`` and refuses much less.

    Raises:
        Unparsable: it is so odd that it had to be scanned, and RawConfigParser would refuse it.
    """
    pieces = _cut_plain(text)
    return [(block.name, block.raw) for block in scan(text)] if pieces is None else pieces


class Profiles(NamedTuple):
    """The sections of a config file, sorted by what they are to botocore."""

    profiles: dict[str, Section]
    sessions: dict[str, Section]
    headers: dict[str, str]
    """Per profile, the name of the section that counts."""
    doubles: dict[str, list[str]]
    """Profiles with several sections, all of them in order; the last one counts."""
    lost: list[str]
    """Sections that begin like a profile, sso-session or services section but whose name botocore cannot use."""
    others: list[str]
    """Sections that are nothing of that kind, such as ``[plugins]``."""

    def headers_of(self, name: str) -> list[str]:
        """All sections of a profile, in order."""
        return self.doubles.get(name) or ([self.headers[name]] if name in self.headers else [])


def by_profile(sections: dict[str, Section]) -> Profiles:
    """Sort sections as botocore does: names are split like a shell does, of two for one profile the later counts."""
    result = Profiles({}, {}, {}, {}, [], [])
    profiles, _, headers, *_ = result
    for section, values in sections.items():
        if section[:8] == "profile " and _PLAIN_NAME(section, 8):
            name = section[8:]
        elif (found := _odd_one(section, values, result)) is not None:
            name = found
        else:
            continue
        if name in headers:
            result.doubles.setdefault(name, [headers[name]]).append(section)
        profiles[name] = values
        headers[name] = section
    return result


def _odd_one(section: str, values: Section, result: Profiles) -> str | None:
    """The profile's name, or None for a section that is none; those are sorted into ``result``."""
    if section == "default":
        return section
    kind = next((kind for kind in _KINDS if section.startswith(kind)), None)
    if kind is None:
        result.others.append(section)
        return None
    name = _second_word(section)
    if name is None:
        result.lost.append(section)
    elif kind == "sso-session":
        result.sessions[name] = values
    return name if kind == "profile" else None


def section_name(kind: str, name: str) -> str:
    """The text between the brackets that botocore reads as this profile or sso-session; quoted where it must be."""
    if kind == "profile" and name == "default":
        return name
    if _PLAIN_NAME(name):
        return f"{kind} {name}"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'{kind} "{quoted}"'


def nested(value: str) -> Value:
    """The value, its indented lines made a dictionary.

    Raises:
        ValueError: it has indented lines and one of them is no ``key = value``.
    """
    if not value.startswith("\n"):
        return value
    result = {}
    for line in value.splitlines():
        if line.strip():
            key, equals, text = line.partition("=")
            if not equals:
                raise ValueError(line)
            result[key.strip()] = text.strip()
    return result


def block_values(block: Block) -> Section:
    """The keys of one scanned block, without what ``[DEFAULT]`` may add.

    Raises:
        Unparsable: an indented line under an empty value is no ``key = value``.
    """
    values: Section = {}
    for entry in block.entries:
        if entry.key is not None:
            try:
                values[entry.key] = nested(entry.value)
            except ValueError:
                raise Unparsable(
                    entry.line,
                    f"an indented line under `{entry.key} =` is not a `key = value`",
                    "Correct the line, or unindent it.",
                ) from None
    return values


def _second_word(section: str) -> str | None:
    kind, _, name = section.partition(" ")
    if kind in _KINDS and _PLAIN_NAME(name):
        return name
    import shlex  # noqa: PLC0415 - few files have such a name

    try:
        words = shlex.split(section)
    except ValueError:
        return None
    return words[1] if len(words) == _WORDS else None


def _read_any(text: str) -> dict[str, Section]:
    blocks = scan(text)
    inherited = [entry for block in blocks if block.name == DEFAULTS for entry in block.entries if entry.key]
    sections: dict[str, Section] = {}
    for block in blocks:
        if block.name is None or block.name == DEFAULTS:
            continue
        own = {entry.key for entry in block.entries}
        block.entries += [entry for entry in inherited if entry.key not in own]
        sections[block.name] = block_values(block)
    return sections


def has_lone_cr(text: str) -> bool:
    """Whether some line ends at a CR alone, as no system has written for 25 years."""
    return "\r" in text and text.count("\r") != text.count("\r\n")


def _cut_plain(text: str) -> list[tuple[str | None, str]] | None:
    text = f"\n{text}"
    if has_lone_cr(text) or INDENTED_BRACKET(text):
        return None
    first, *chunks = text.split("\n[")
    pieces: list[tuple[str | None, str]] = [(None, first[1:] + "\n" * bool(first and chunks))]
    for chunk in chunks:
        head = chunk.partition("\n")[0]
        end = head.rfind("]")
        if end < 1:
            return None
        pieces.append((head[:end], f"[{chunk}\n"))
    if chunks:
        pieces[-1] = (pieces[-1][0], pieces[-1][1][:-1])
    return pieces


def _read_plain(text: str) -> dict[str, Section] | None:
    """``read`` for the files that people have; None when the scanner must look at the whole text."""
    if has_lone_cr(text):
        return None
    text = text.replace("\r\n", "\n")
    # A line that begins with a bracket is never the continuation of a value, so sections can be cut there.
    chunks = ("\n" + text).split("\n[")
    if any(line.strip() and line.strip()[0] not in "#;" for line in chunks[0].split("\n")):
        return None
    sections: dict[str, Section] = {}
    keys: dict[str, str] = {}
    for chunk in chunks[1:]:
        head, _, body = chunk.partition("\n")
        end = head.rfind("]")
        name = head[:end]
        if end < 1 or name == DEFAULTS or name in sections:
            return None
        values = _plain_values(body, keys)
        if values is not None:
            sections[name] = values
        elif not _add_scanned(sections, f"[{chunk}"):
            return None
    return sections


def _plain_values(body: str, keys: dict[str, str]) -> Section | None:
    values: Section = {}
    count = 0
    for line in body.split("\n"):
        raw, equals, value = line.partition("=")
        key = keys.get(raw)
        if key is None or not equals:
            bare = line.strip()
            if not bare or bare[0] in "#;":
                continue
            if not equals or not _PLAIN_KEY(raw):
                return None
            key = keys[raw] = raw.rstrip().lower()
        values[key] = value.strip()
        count += 1
    return values if count == len(values) else None


def _add_scanned(sections: dict[str, Section], chunk: str) -> bool:
    try:
        for block in scan(chunk)[1:]:
            if block.name is None or block.name == DEFAULTS or block.name in sections:
                return False
            sections[block.name] = block_values(block)
    except Unparsable:
        return False  # scanning the whole text finds it again, with its line in the file
    return True
