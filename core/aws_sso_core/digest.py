"""The SHA-1 that names files in AWS caches: a name, not a protection."""

from __future__ import annotations

try:
    # The tray and the credential helper compute a few names and nothing else: the interpreter's own SHA-1 spares them
    # loading OpenSSL, 4 MB and 3 ms. Type checkers do not know it, being an inner module.
    from _sha1 import sha1  # type: ignore[import-not-found]
except ImportError:  # pragma: no cover - an interpreter built without it
    from hashlib import sha1


def sha1_hex(text: str) -> str:
    """Lower-case hexadecimal SHA-1 of the text's UTF-8 bytes."""
    digest: str = sha1(text.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()
    return digest
