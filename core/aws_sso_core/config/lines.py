"""The lines of an AWS config file, one by one, with nothing lost: what each line is, and its exact text.

The grammar is that of ``configparser.RawConfigParser()`` with its defaults, since botocore and the AWS CLI read with it:
full-line ``#`` and ``;`` comments, ``=`` or ``:`` after the key, deeper indented lines continue a value (blank and
comment lines in between do not end it), keys in lower case, duplicates refused. A line ends at LF, CRLF or CR.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

DEFAULTS = "DEFAULT"
"""The section whose keys RawConfigParser gives to every other one; Go and JavaScript do not know it."""

BOM = "\ufeff"
_DELIMITER = re.compile(r"[=:]")


class Unparsable(Exception):
    """The text is no config file for AWS tools. ``line`` counts from 1; ``reason`` is a sentence without its stop."""

    def __init__(self, line: int, reason: str, hint: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason
        self.hint = hint


@dataclass(slots=True)
class Entry:
    """A key with its value and all its lines, or (``key`` None) one blank or comment line."""

    key: str | None
    raw: str
    values: list[str]
    line: int = 0

    @property
    def value(self) -> str:
        """The value as RawConfigParser gives it; a nested block begins with a line feed."""
        return "\n".join(self.values).rstrip()


@dataclass(slots=True)
class Block:
    """A section, header to last line. ``name`` is the text between the brackets; None for what precedes the first."""

    name: str | None
    header: str = ""
    line: int = 1
    entries: list[Entry] = field(default_factory=list)

    @property
    def raw(self) -> str:
        """The exact text."""
        return self.header + "".join(entry.raw for entry in self.entries)


def lines(text: str) -> Iterator[str]:
    """The lines with their ends, cut at LF, CRLF and CR only (``str.splitlines`` knows more)."""
    return io.StringIO(text, newline="")


def header_name(line: str) -> str | None:
    """The section name in a header line (blanks around it stripped); everything up to the last bracket counts."""
    end = line.rfind("]")
    return line[1:end] if line.startswith("[") and end > 1 else None


def scan(text: str) -> list[Block]:
    """All blocks; the first one has no name and holds the blank and comment lines before the first header.

    Raises:
        Unparsable: RawConfigParser would refuse the text; the first reason.
    """
    scanner = _Scanner()
    for number, line in enumerate(lines(text), 1):
        scanner.feed(number, line)
    return scanner.blocks


class _Scanner:
    def __init__(self) -> None:
        self.blocks = [Block(None)]
        self._seen: dict[str, int] = {}
        self._keys: dict[str, int] = {}
        self._inherited: dict[str, int] = {}
        self._level = 0
        self._open: Entry | None = None

    def feed(self, number: int, line: str) -> None:
        bare = line.strip()
        if not bare or bare[0] in "#;":
            self.blocks[-1].entries.append(Entry(None, line, [] if bare else [""], number))
            return
        level = len(line) - len(line.lstrip())
        if self._open is not None and level > self._level:
            self._continue(self._open, line, bare)
            return
        self._level = level
        name = header_name(bare)
        if name is not None:
            self._section(name, number, line)
        elif self.blocks[-1].name is None:
            raise _before_any_section(number, bare)
        else:
            self._option(number, line, bare)

    def _continue(self, entry: Entry, line: str, bare: str) -> None:
        entries = self.blocks[-1].entries
        at = len(entries) - 1
        while entries[at] is not entry:
            at -= 1
        for between in entries[at + 1 :]:
            # Blank lines in the middle of a value are part of it; comment lines only lie there.
            entry.raw += between.raw
            entry.values += between.values
        del entries[at + 1 :]
        entry.raw += line
        entry.values.append(bare)

    def _section(self, name: str, number: int, line: str) -> None:
        if name in self._seen:
            raise Unparsable(
                number,
                f"section [{name}] is there twice (first in line {self._seen[name]})",
                "Rename or remove one of the two.",
            )
        if name == DEFAULTS:
            self._keys = self._inherited
        else:
            self._seen[name] = number
            self._keys = {}
        self.blocks.append(Block(name, line, number))
        self._open = None

    def _option(self, number: int, line: str, bare: str) -> None:
        found = _DELIMITER.search(bare)
        if found is None:
            # The line itself is not quoted: it may be a key that somebody pasted.
            raise Unparsable(number, "not a `key = value`, a comment or a [section]", "Correct the line or remove it.")
        key = bare[: found.start()].rstrip().lower()
        if not key:
            raise Unparsable(number, "a value without a key", "Write a key before the `=`, or remove the line.")
        if key in self._keys:
            raise Unparsable(
                number,
                f"key {key!r} is there twice in [{self.blocks[-1].name}] (first in line {self._keys[key]})",
                "Remove one of the two lines.",
            )
        self._keys[key] = number
        self._open = Entry(key, line, [bare[found.end() :].strip()], number)
        self.blocks[-1].entries.append(self._open)


def _before_any_section(number: int, bare: str) -> Unparsable:
    if bare.startswith(BOM):
        return Unparsable(
            number, "the file begins with a byte order mark", "Save it as UTF-8 without BOM (in Notepad: UTF-8)."
        )
    if bare.startswith("["):
        return Unparsable(number, "a [section] without its closing bracket", "Write the ] at its end.")
    return Unparsable(
        number, "something stands before the first [section]", "Put it under a section, such as [default]."
    )
