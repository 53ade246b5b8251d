"""Changing ``~/.aws/config`` and ``credentials`` without losing a byte of what was not asked to change.

An ``Editor`` works on one text. Sections that are not named in a change keep every byte; in a changed section so do the
lines of all other keys, comments, blank lines, odd spacing, line ends and a missing final newline. ``text`` gives the
result only after it was cut and read again and found to be what was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from aws_sso_core.config.lines import DEFAULTS, Block, Entry, Unparsable, lines, scan
from aws_sso_core.config.text import Section, Value, block_values, cut, nested, read
from aws_sso_core.errors import StoreFailed

_KEY_PART = re.compile(r"[^=:]*[=:]")
_LINE_END = re.compile(r"\r\n|\n|\r")
_ENDS = ("\n", "\r")
_BLANKS = re.compile(r"\A(?:[^\S\r\n]*(?:\r\n|\n|\r))+")
_LAST_BLANK = re.compile(r"(?:\A|\n|\r(?!\n))[^\S\r\n]*(?:\r\n|\n|\r)\Z")
_LAST_END = re.compile(r"(?:\r\n|\n|\r)\Z")
_INDENT = "    "


class EditRefused(StoreFailed):
    """The changed text would not say what was asked, or would lose a section; nothing was written."""


class Editor:
    """One text being changed. Sections go by the exact text between their brackets (``"profile dev"``)."""

    def __init__(self, text: str, *, parsed: Mapping[str, Section] | None = None) -> None:
        """Begin to change a text.

        Args:
            text: of the whole file.
            parsed: what ``read`` made of the same text, for whoever has it already.

        Raises:
            Unparsable: AWS tools cannot parse the text; such a file is never edited.
        """
        sections = read(text) if parsed is None else parsed
        pieces = cut(text)
        self._names = [name for name, _ in pieces]
        self._raws = [raw for _, raw in pieces]
        self._where = {name: at for at, name in enumerate(self._names) if name is not None and name in sections}
        self._asked: dict[str, Section | None] = {}
        self._line_end = first_line_end(text) or "\n"

    @property
    def names(self) -> tuple[str, ...]:
        """The sections there are now, in order; ``[DEFAULT]`` is not among them and is never changed."""
        return tuple(self._where)

    def core(self, section: str) -> str:
        """The section's exact text from its header to the last line of its last key.

        Raises:
            KeyError: there is no such section.
        """
        return _parted(self._raws[self._where[section]])[0]

    def set(self, section: str, changes: Mapping[str, Value | None]) -> None:
        """Give keys of a section new values, or (None) remove them; a missing section is added at the end."""
        changes = {key.lower(): value for key, value in changes.items()}
        if section not in self._where:
            self.add(section, {key: value for key, value in changes.items() if value is not None})
            return
        core = self.core(section)
        line_end = first_line_end(core) or self._line_end
        asked = {key: value for key, value in {**_values(core), **changes}.items() if value is not None}
        self.put(section, with_keys(core, changes, line_end=line_end))
        self._asked[section] = asked

    def put(self, section: str, core: str) -> None:
        """Replace the section's text from its header to its last key, given as exact text; what follows stays."""
        at = self._where[section]
        tail = _parted(self._raws[at])[1]
        self._asked[section] = _values(core)
        if (tail or not self._is_last(at)) and not core.endswith(_ENDS):
            core += self._line_end
        self._raws[at] = core + tail

    def replace(self, section: str, values: Mapping[str, Value]) -> None:
        """Give the section exactly these keys; lines of keys that keep their value stay as they are."""
        gone = dict.fromkeys(_values(self.core(section)).keys() - {key.lower() for key in values})
        self.set(section, {**gone, **values})

    def add(self, section: str, values: Mapping[str, Value]) -> str:
        """Append a section, a blank line before it. Returns what was put between the old end and the header."""
        header = f"[{section}]{self._line_end}"
        _values(header)
        glue = self.append(section, with_keys(header, values, line_end=self._line_end))
        self._asked[section] = {key.lower(): value for key, value in values.items()}
        return glue

    def append(self, section: str, core: str) -> str:
        """``add`` for a section given as exact text.

        Raises:
            EditRefused: there is one of that name already.
        """
        if section in self._where:
            raise EditRefused(f"There is already a section [{section}].")
        self._asked[section] = _values(core)
        at = self._before(len(self._raws))
        before = self._raws[at]
        glue = self._line_end if before and not before.endswith(_ENDS) else ""
        if before and not _ends_blank(before + glue):
            glue += self._line_end
        self._raws[at] += glue
        self._where[section] = len(self._raws)
        self._names.append(section)
        self._raws.append(core)
        return glue

    def remove(self, section: str, *, glue: str = "") -> None:
        """Remove a section's header and keys. Comments after its last key stay: they mostly belong to the next one.

        Args:
            section: the one to remove.
            glue: what ``add`` returned, to be taken back if the section still is the last.
        """
        at = self._where.pop(section)
        self._asked[section] = None
        tail = _parted(self._raws[at])[1]
        above = self._before(at)
        before = self._raws[above]
        if glue and not tail and self._is_last(at) and before.endswith(glue):
            self._raws[above] = before[: -len(glue)]
        elif not before or _ends_blank(before):
            tail = _BLANKS.sub("", tail)
        # What stays belongs to the section above from now on.
        self._names[at], self._raws[at] = None, tail

    def text(self) -> str:
        """The changed text.

        Raises:
            EditRefused: read again, it is not exactly what was asked for.
        """
        result = "".join(self._raws)
        try:
            if DEFAULTS in self._names:
                read(result)  # its nested values are parsed, and may fail, in each section that inherits them
            right = cut(result) == self._pieces() and all(
                asked == (_values(self._raws[self._where[section]]) if section in self._where else None)
                for section, asked in self._asked.items()
            )
        except Unparsable as error:
            raise EditRefused(f"The change was not made: AWS tools could not parse it ({error.reason}).") from error
        if not right:
            raise EditRefused(
                "The change was not made: AWS tools would not read from it what was asked for.",
                f"Edit {', '.join(f'[{section}]' for section in self._asked)} by hand.",
            )
        return result

    def _pieces(self) -> list[tuple[str | None, str]]:
        pieces = [(self._names[0], self._raws[0])]
        for name, raw in zip(self._names[1:], self._raws[1:], strict=True):
            if name is None:
                pieces[-1] = (pieces[-1][0], pieces[-1][1] + raw)
            else:
                pieces.append((name, raw))
        return pieces

    def _before(self, at: int) -> int:
        """The nearest piece before this one that still has text, else the first."""
        at -= 1
        while at and not self._raws[at]:
            at -= 1
        return at

    def _is_last(self, at: int) -> bool:
        return not any(self._raws[i] for i in range(at + 1, len(self._raws)))


def with_keys(core: str, changes: Mapping[str, Value | None], *, line_end: str) -> str:
    """The text of one section (header to last key) with keys changed, added after the last one, or (None) removed.

    A missing final newline stays missing. A key that already has the value keeps its line as it is.
    """
    block = scan(core)[-1]
    wanted = {key.lower(): value for key, value in changes.items()}
    indent = _indent_of(block)
    spaced = _is_spaced(block)
    kept: list[str] = []
    for entry in block.entries:
        if entry.key is None or entry.key not in wanted or nested(entry.value) == wanted[entry.key]:
            kept.append(entry.raw)
        else:
            value = wanted[entry.key]
            kept += [] if value is None else [_rewritten(entry, value, line_end)]
            kept += [line for line in lines(entry.raw) if line.strip().startswith(("#", ";"))]
    there = {entry.key for entry in block.entries}
    added = [
        _entry_text(f"{indent}{key}{' =' if spaced else '='}", value, line_end, indent=indent, spaced=spaced)
        for key, value in wanted.items()
        if value is not None and key not in there
    ]
    pieces = [block.header, *kept, *added]
    text = "".join(piece if piece.endswith(_ENDS) else piece + line_end for piece in pieces)
    unended = not core.endswith(_ENDS)
    kept_its_end = pieces[-1].endswith(_ENDS) and pieces[-1] in core
    return _LAST_END.sub("", text) if unended and not kept_its_end else text


def with_key_renamed(core: str, old: str, new: str) -> str:
    """The text of one section in which the key ``old``, if it is there, is called ``new``; its place and value stay."""
    block = scan(core)[-1]
    raws = [re.sub(r"[^\s=:]+", new, e.raw, count=1) if e.key == old else e.raw for e in block.entries]
    return block.header + "".join(raws)


def _rewritten(entry: Entry, value: Value, line_end: str) -> str:
    found = _KEY_PART.match(entry.raw)
    key_part = found.group() if found else f"{entry.key} ="
    rest = entry.raw[len(key_part) :]
    blank = rest[: len(rest) - len(rest.lstrip(" \t"))]
    spaced = key_part[:-1] != key_part[:-1].rstrip()
    if entry.values[0] == "":
        blank = " " if spaced else ""
    indent = key_part[: len(key_part) - len(key_part.lstrip())]
    line_end = first_line_end(entry.raw) or line_end
    return _entry_text(key_part, value, line_end, indent=indent, spaced=spaced, blank=blank)


def _entry_text(
    key_part: str, value: Value, line_end: str, *, indent: str, spaced: bool, blank: str | None = None
) -> str:
    if isinstance(value, dict):
        value = "".join(f"\n{key} = {text}" for key, text in value.items())
    first, *more = value.split("\n")
    blank = (" " if spaced else "") if blank is None else blank
    head = key_part + (blank + first if first else "")
    return "".join(line + line_end for line in [head, *(f"{indent}{_INDENT}{text}" if text else "" for text in more)])


def _indent_of(block: Block) -> str:
    # A line indented deeper than the key before it would continue that key's value, so a new key goes where they are.
    keys = [entry.raw for entry in block.entries if entry.key is not None]
    line = keys[-1] if keys else block.header
    return line[: len(line) - len(line.lstrip())]


def _is_spaced(block: Block) -> bool:
    for entry in reversed(block.entries):
        found = _KEY_PART.match(entry.raw)
        if entry.key is not None and found:
            return found.group()[-2:-1].isspace()
    return True


def _values(raw: str) -> Section:
    try:
        blocks = scan(raw)
        if len(blocks) != 2 or blocks[0].entries or blocks[1].name == DEFAULTS:  # noqa: PLR2004 - nothing, then it
            raise EditRefused("The change was not made: the text given for a section is not one section.")
        return block_values(blocks[1])
    except Unparsable as error:
        raise EditRefused(f"The change was not made: AWS tools could not parse it ({error.reason}).") from error


def _parted(raw: str) -> tuple[str, str]:
    entries = scan(raw)[-1].entries
    tail = 0
    while tail < len(entries) and entries[-1 - tail].key is None:
        tail += 1
    after = "".join(entry.raw for entry in entries[len(entries) - tail :])
    return raw[: len(raw) - len(after)], after


def first_line_end(text: str) -> str:
    """LF, CRLF or CR, whichever ends the first line; empty when none does."""
    found = _LINE_END.search(text)
    return found.group() if found else ""


def _ends_blank(text: str) -> bool:
    return bool(_LAST_BLANK.search(text))
