"""The address behind a toast's button: ``aws-sso-tray:press?notice=...&button=...&seal=...``.

Windows opens it with the program that the registry names for ``aws-sso-tray:``, from the Action Center too and when no
tray runs. But every web page and document can open such an address as well, so whatever comes this way is a stranger's
until its seal proves that we wrote it: a MAC over notice and button by a key that lies in a file of the person's own.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from aws_sso_core import files
from aws_sso_core.desktop.ports import Sealing

SCHEME = "aws-sso-tray"

LONGEST = 2000
"""Characters; what is longer is not read, and not written."""

_KEY_BYTES = 32
_FORM = re.compile(rf"{SCHEME}:press\?notice=([\w.~%-]+)&button=([a-z-]{{1,20}})&seal=([0-9a-f]{{32}})", re.ASCII)


class Press(NamedTuple):
    """A button of a notice, pressed or to be."""

    notice: str
    """The notice's key."""
    button: str
    """The button's id."""


def write(press: Press, key: bytes) -> str | None:
    """The address; None where it would be too long."""
    notice = quote(press.notice, safe="", errors="surrogatepass")
    link = f"{SCHEME}:press?notice={notice}&button={press.button}&seal={_seal(press, key)}"
    return link if len(link) <= LONGEST and _FORM.fullmatch(link) else None


def read(link: str, key: bytes) -> Press | None:
    """What was pressed; None when the address is not one of ours, for whatever reason."""
    match = _FORM.fullmatch(link) if len(link) <= LONGEST else None
    if match is None:
        return None
    press = Press(unquote(match[1], errors="surrogatepass"), match[2])
    return press if hmac.compare_digest(match[3], _seal(press, key)) else None


def key_in(folder: Path, sealing: Sealing) -> bytes:
    """This person's key, made when it is not there.

    Raises:
        StoreFailed: its file cannot be read or written.
    """
    path = folder / "links.key"
    key = sealing.unseal(files.read_bytes(path) or b"")
    if key is None or len(key) != _KEY_BYTES:
        key = secrets.token_bytes(_KEY_BYTES)
        files.write_atomic(path, sealing.seal(key))
    return key


def _seal(press: Press, key: bytes) -> str:
    said = f"{press.button}\n{press.notice}".encode("utf-8", "surrogatepass")
    return hmac.new(key, said, hashlib.sha256).hexdigest()[:32]
