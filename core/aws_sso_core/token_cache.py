"""AWS's token files, ``~/.aws/sso/cache/<sha1>.json``: shared with every AWS tool, locked by none of them.

Several tools truncate these files in place, so half a file is normal for some milliseconds, and a reader that was given
``sleep`` looks again before it calls one damaged. What we write is what AWS CLI v2 writes, byte for byte, in one step,
owner-only, and only to the file whose name we computed from a configured session.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from aws_sso_core.digest import sha1_hex
from aws_sso_core.errors import StoreFailed
from aws_sso_core.files import Signature, clear_leftovers, read_bytes, remove, signature, write_atomic
from aws_sso_core.model import Secret, Session, Token
from aws_sso_core.registrations import Registrations
from aws_sso_core.timestamps import format_time, parse_time

__all__ = ["CacheFile", "FileKind", "Registrations", "TokenCache", "TokenDamaged", "format_time", "parse_time"]

_WAITS = 5
_PAUSE = 0.04
"""Seconds between two looks at a broken file; writers that truncate in place are done within a few milliseconds."""
_LARGEST = 1 << 20
"""Bytes; a real token file has 1 to 5 KB, and no junk may fill the tray's memory."""
_SHA1_DIGITS = 40

FileKind = Literal["token", "registration", "foreign", "damaged"]


class TokenDamaged(StoreFailed):
    """A token file that no AWS tool can use: not JSON, not an object, or without its token or expiry."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"The token file {path} is damaged: {reason}.", "Sign in again: that repairs it.")
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CacheFile:
    """One ``*.json`` of the cache folder, whoever wrote it."""

    path: Path
    kind: FileKind
    token: Token | None = None
    """For kind "token"."""
    expires_at: datetime | None = None
    """Of the token or the registration, where it says so."""
    problem: str | None = None
    """Why it is "damaged", as the end of a sentence."""


class TokenCache:
    """The folder of token files.

    Args:
        directory: ``Paths.sso_cache``; need not exist.
        sleep: how to wait (``clock.sleep``) before looking again at a broken file, up to 0.2 s in all; without it the
            first look decides. A file found broken after that is not waited for again until it changes.
    """

    def __init__(self, directory: Path, *, sleep: Callable[[float], None] | None = None) -> None:
        self._directory = directory
        self._sleep = sleep or (lambda _seconds: None)
        self._waits = _WAITS if sleep else 0
        self._given_up: dict[Path, Signature | None] = {}

    def path(self, session: Session) -> Path:
        """The session's file. Its name is a SHA-1, so no session name can point outside the folder."""
        return self._directory / f"{sha1_hex(session.cache_key)}.json"

    def written_at(self, session: Session) -> datetime | None:
        """When the session's file was written, by the machine's clock; None when there is none."""
        seen = signature(self.path(session))
        return None if seen is None else datetime.fromtimestamp(seen[0] / 1e9, UTC)

    def read(self, session: Session) -> Token | None:
        """The session's token, expired or not; None when there is none.

        Raises:
            TokenDamaged: there is a file, but no token in it.
            StoreFailed: the file cannot be read.
        """
        document = self._document(self.path(session))
        return None if document is None else _token(self.path(session), document)

    def write(self, session: Session, token: Token) -> None:
        """Put a token where every AWS tool finds it; start URL and region are the session's, as configured.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: nothing was changed.
        """
        write_atomic(self.path(session), _encoded(session, token))

    def replace_if(self, session: Session, expected: Token | None, new: Token) -> Token | None:
        """Write a token got from ``expected``, unless the file tells of something newer by now.

        Reads again right before it writes (no AWS tool takes a lock, so that is all one can do). Another program's
        renewal or sign-in stays; a sign-out stays too. Call it under our lock.

        Returns:
            the token that is in the file now: ``new`` itself, another program's, or None after a sign-out.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: nothing was changed.
        """
        try:
            current = self.read(session)
        except TokenDamaged:
            current = expected  # nothing is lost by replacing what nobody can read
        if current is None and expected is not None:
            return None
        if current is not None and not _same(current, expected) and not _outdated(current, expected, new):
            return current
        self.write(session, new)
        return new

    def forget(self, session: Session) -> bool:
        """Remove the session's token file; False when there was none. A symbolic link stays, what it names goes.

        Raises:
            ReadOnlyPlace, StoreFailed: it cannot be removed.
        """
        target = Path(os.path.realpath(self.path(session)))
        clear_leftovers(target)
        return remove(target)

    def scan(self) -> list[CacheFile]:
        """Every ``*.json`` in the folder, by name; for looking only, nearly all of it belongs to others.

        Raises:
            StoreFailed: the folder cannot be listed.
        """
        try:
            found = sorted(p for p in self._directory.iterdir() if p.suffix == ".json" and p.is_file())
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise StoreFailed(f"{self._directory} cannot be listed: {error.strerror}.") from error
        return [self._classified(path) for path in found]

    def _classified(self, path: Path) -> CacheFile:
        try:
            document = self._document(path) or {}  # empty when it went since it was listed
            kind = _kind(path, document)
            token = _token(path, document) if kind == "token" else None
        except TokenDamaged as error:
            return CacheFile(path, "damaged", problem=error.reason)
        except StoreFailed:
            return CacheFile(path, "damaged", problem="it cannot be read")
        return CacheFile(path, kind, token, expires_at=parse_time(document.get("expiresAt")))

    def _document(self, path: Path) -> Mapping[str, Any] | None:
        """The file's JSON object, after as many looks as patience allows; None when it is not there."""
        before = signature(path)
        waits = 0 if before is not None and before == self._given_up.get(path) else self._waits
        while True:
            try:
                return _object(path)
            except StoreFailed:
                if waits == 0:
                    self._given_up[path] = signature(path)
                    raise
            waits -= 1
            self._sleep(_PAUSE)


def _object(path: Path) -> Mapping[str, Any] | None:
    """The file as a JSON object, the way botocore and Go read it: strict UTF-8, no byte order mark."""
    data = read_bytes(path, limit=_LARGEST)
    if data is None:
        return None
    if not data.strip():
        raise TokenDamaged(path, "it is empty")
    if len(data) > _LARGEST:
        raise TokenDamaged(path, "it is far too long")
    if data.startswith(b"\xef\xbb\xbf"):
        raise TokenDamaged(path, "it begins with a byte order mark, which AWS tools cannot read")
    try:
        document = json.loads(data.decode())
    except (ValueError, RecursionError):
        # No cause is kept: json's and the codec's errors carry the whole text, so the token with it.
        raise TokenDamaged(path, "it is not JSON, or only a part of it") from None
    if not isinstance(document, dict):
        raise TokenDamaged(path, "it is JSON, but not an object")
    return document


def _kind(path: Path, document: Mapping[str, Any]) -> FileKind:
    if "accessToken" not in document and {"clientId", "clientSecret"} <= document.keys():
        return "registration"
    if _is_token_name(path) and {"accessToken", "expiresAt"} & document.keys():
        return "token"
    return "foreign"


def _token(path: Path, document: Mapping[str, Any]) -> Token:
    access_token, expires_at = _text(document, "accessToken"), parse_time(document.get("expiresAt"))
    if access_token is None or not (access_token.isascii() and access_token.isprintable()):
        raise TokenDamaged(path, "it has no access token")  # nor one that could go into a request header
    if expires_at is None:
        raise TokenDamaged(path, "it does not tell when the token expires")
    return Token(
        access_token=Secret(access_token),
        expires_at=expires_at,
        start_url=_text(document, "startUrl"),
        region=_text(document, "region"),
        refresh_token=_secret(document, "refreshToken"),
        client_id=_text(document, "clientId"),
        client_secret=_secret(document, "clientSecret"),
        registration_expires_at=parse_time(document.get("registrationExpiresAt")),
    )


def _encoded(session: Session, token: Token) -> bytes:
    """AWS CLI v2's own form: its key order, ``", "`` and ``": "``, ASCII only, one line without an end of line."""
    fields = {
        "startUrl": session.start_url,
        "region": session.region,
        "accessToken": token.access_token.reveal(),
        "expiresAt": format_time(token.expires_at),
        "clientId": token.client_id,
        "clientSecret": token.client_secret and token.client_secret.reveal(),
        "registrationExpiresAt": token.registration_expires_at and format_time(token.registration_expires_at),
        "refreshToken": token.refresh_token and token.refresh_token.reveal(),
    }
    return json.dumps({key: value for key, value in fields.items() if value}).encode("ascii")


def _text(document: Mapping[str, Any], key: str) -> str | None:
    value = document.get(key)
    return value if isinstance(value, str) and value else None


def _secret(document: Mapping[str, Any], key: str) -> Secret | None:
    value = _text(document, key)
    return Secret(value) if value else None


def _same(current: Token, expected: Token | None) -> bool:
    return (
        expected is not None
        and current.access_token == expected.access_token
        and current.refresh_token == expected.refresh_token
        and format_time(current.expires_at) == format_time(expected.expires_at)
    )


def _outdated(current: Token, expected: Token | None, new: Token) -> bool:
    """Whether the file holds something older than what we began with: a restored copy, a loser's late write."""
    before = current.expires_at if expected is None else expected.expires_at
    return current.expires_at <= before and current.expires_at < new.expires_at


def _is_token_name(path: Path) -> bool:
    return len(path.stem) == _SHA1_DIGITS and set(path.stem) <= set("0123456789abcdef")
