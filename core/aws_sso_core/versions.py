"""The list of kept versions, a line of JSON each, and their bytes.

Small files stand in the list itself. A large one is kept whole once, as an object under the name of its bytes, and the
versions after it as what differs from it: a switch in a config of 10,000 profiles is one more line, where packing the
config anew took three times as long as writing it. The caller holds the lock of the list while it changes it.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from aws_sso_core.config.difference import Difference, applied, difference
from aws_sso_core.digest import content_name
from aws_sso_core.errors import AppError, StoreFailed
from aws_sso_core.files import (
    Signature,
    failure,
    make_private_dir,
    owner_only,
    read_bytes,
    reading,
    remove,
    signature,
    write_atomic,
)
from aws_sso_core.thinning import MOST, Version, thinned

FILE = "versions.jsonl"
_VERSION, _ANNOUNCED = b'"number"', "announced"
"""What lines of versions, and of what is going to be one, have in them."""
_SMALL = 4096
"""Bytes that stand in the list itself: a small file, or what differs from a large one."""
_SPARE = 50
"""Versions more than ``MOST`` before they are thinned, which takes longer than a switch."""


class Form(NamedTuple):
    """How some bytes are kept."""

    digest: str
    """Names the bytes. Equal bytes after the same version have one name, and other bytes another."""
    base: str = ""
    """The name of the bytes that they are a difference from; empty for none."""
    difference: Difference | None = None
    """None: they are kept whole."""

    def of(self, version: Version) -> Version:
        """The version, kept in this form."""
        if self.difference is None:
            return replace(version, digest=self.digest)
        start, rest, middle = self.difference
        text = middle.decode("latin-1")
        return replace(version, digest=self.digest, middle=text, base=self.base, start=start, rest=rest)


class Versions:
    """The versions kept in a folder, which need not exist yet."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        self._objects = folder / "objects"
        self._seen: Signature | None = None
        self._last_text = b""
        self._forms: list[tuple[bytes, str, Form]] = []

    def all(self) -> list[Version]:
        """In the order they were seen. Lines that are junk are passed over."""
        return [version for line in self._text().splitlines() if (version := _version(line))]

    def last(self, path: Path) -> Version | None:
        """The last one of a file."""
        name = str(path)
        found = _from_the_end(self._text(), json.dumps(name).encode())
        return next((version for version in found if version.path == name), None)

    def form(self, data: bytes, last: Version | None) -> Form:
        """How a file's bytes are kept after its last version."""
        base = last.kept_in if last else ""
        for named, after, form in self._forms:
            if named is data and after == base:
                return form
        made = self._form(data, base)
        self._forms = [*self._forms[-2:], (data, base, made)]  # one change is about two or three contents
        return made

    def add(self, version: Version, data: bytes | None, now: datetime, *, durable: bool = True) -> Version:
        """Keep one more. Its number is given here, and never again.

        What is not ``durable`` is on the disk when the system likes, mostly within half a minute.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: it is not kept.
        """
        if data is not None and version.middle is None and not (self._objects / version.kept_in).exists():
            write_atomic(self._objects / version.kept_in, data)
        text = self._text()
        newest = next(_from_the_end(text, _VERSION), None)
        version = replace(version, number=newest.number + 1 if newest else 1)
        if text.count(_VERSION) >= MOST + _SPARE or (newest and newest.at.date() != now.date()):
            self._thin([*self.all(), version], now)
        else:
            self._append(text, version.as_data(), durable=durable)
        return version

    def announce(self, digest: str | None, by: str) -> None:
        """Say that our command ``by`` is going to write what is named so (None: nothing); forgotten at the next version.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: it was not said.
        """
        self._append(self._text(), {_ANNOUNCED: digest, "by": by}, durable=False)

    def announcer(self, digest: str | None) -> str:
        """Our command that said that it would write this; empty for none."""
        text = self._text()
        since = text[text.rfind(_VERSION) + 1 :].splitlines()
        said = (_object(line) for line in reversed(since))
        return next((str(each.get("by", "")) for each in said if each.get(_ANNOUNCED, "") == digest), "")

    def flush(self) -> None:
        """Have on the disk what was added.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: it may not be there.
        """
        self._add(b"", durable=True)

    def data(self, version: Version) -> bytes | None:
        """The bytes of a version; None where the file was not there.

        Raises:
            StoreFailed: they are damaged or gone.
        """
        if version.digest is None:
            return None
        whole = read_bytes(self._objects / version.kept_in) if version.kept_in else b""
        data, name = whole, version.kept_in
        if version.middle is not None:
            found = Difference(version.start, version.rest, version.middle.encode("latin-1", "replace"))
            data = applied(whole or b"", found)
            name = _name(version.base, found)
        if whole is None or name != version.digest or (version.kept_in and content_name(whole) != version.kept_in):
            raise StoreFailed(f"Version {version.number} is damaged.", "`aws-sso-tray history` lists the others.")
        return data

    def _form(self, data: bytes, base: str) -> Form:
        if len(data) <= _SMALL:
            found = Difference(0, 0, data)
            return Form(_name("", found), "", found)
        kept = self._objects / base
        found = (reading(kept, lambda file: difference(file, data)) if base else None) or Difference(0, 0, data)
        if found == (len(data), 0, b"") and kept.stat().st_size == len(data):
            return Form(base)
        return Form(content_name(data)) if len(found.middle) > _SMALL else Form(_name(base, found), base, found)

    def _text(self) -> bytes:
        seen = signature(self._file)
        if seen is None or seen != self._seen:
            self._seen, self._last_text = seen, read_bytes(self._file) or b""
        return self._last_text

    def _append(self, text: bytes, entry: Mapping[str, Any], *, durable: bool) -> None:
        # A line that was cut off by a full disk or a power cut is junk, and ends here.
        cut_off = b"\n" if text and not text.endswith(b"\n") else b""
        self._add(cut_off + _line(entry), durable=durable)

    def _add(self, data: bytes, *, durable: bool) -> None:
        make_private_dir(self._file.parent)
        try:
            with open(self._file, "ab", opener=owner_only) as f:
                f.write(data)
                f.flush()
                if durable:
                    os.fsync(f.fileno())
        except OSError as error:
            raise failure(self._file, error) from error

    def _thin(self, versions: list[Version], now: datetime) -> None:
        kept = thinned(versions, now)
        write_atomic(self._file, b"".join(_line(version.as_data()) for version in kept))
        for name in {v.kept_in for v in versions} - {v.kept_in for v in kept} - {""}:
            with contextlib.suppress(AppError):
                remove(self._objects / name)


def _name(base: str, found: Difference) -> str:
    """Names the bytes that come of those named ``base``; of bytes alone their own name."""
    if not base:
        return content_name(found.middle)
    return content_name(f"{base} {found.start} {found.rest} ".encode() + found.middle)


def _line(entry: Mapping[str, Any]) -> bytes:
    return json.dumps(entry).encode() + b"\n"


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _version(line: bytes) -> Version | None:
    return Version.from_data(_object(line))


def _from_the_end(text: bytes, mark: bytes) -> Iterator[Version]:
    """Those whose lines have this in them, the last one first."""
    end = len(text)
    while (at := text.rfind(mark, 0, end)) >= 0:
        end = text.rfind(b"\n", 0, at) + 1
        if version := _version(text[end:].partition(b"\n")[0]):
            yield version
