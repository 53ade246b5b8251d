"""Digests that name files: SHA-1 in the caches of AWS tools, BLAKE2 among our own. Names, not protections."""

from __future__ import annotations

try:
    # The tray and the credential helper compute a few names and nothing else: the interpreter's own SHA-1 spares them
    # loading OpenSSL, 4 MB and 3 ms. Type checkers do not know it, being an inner module.
    from _sha1 import sha1  # type: ignore[import-not-found]
except ImportError:  # pragma: no cover - an interpreter built without it
    from hashlib import sha1
try:
    from _blake2 import blake2b
except ImportError:  # pragma: no cover - as above
    from hashlib import blake2b


def sha1_hex(text: str) -> str:
    """Lower-case hexadecimal SHA-1 of the text's UTF-8 bytes."""
    digest: str = sha1(text.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()
    return digest


def content_name(data: bytes) -> str:
    """The name of some bytes: 40 hexadecimal digits, four times as fast as SHA-1 without OpenSSL."""
    name: str = blake2b(data, digest_size=20).hexdigest()
    return name
