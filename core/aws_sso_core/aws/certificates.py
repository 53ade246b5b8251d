"""Who issued a server's TLS certificate: the name that tells a person which company box sits in between.

When a certificate is not trusted, Python says so but not whose it is. So it is fetched once more, without trusting it
and without sending anything, and its issuer is read from the DER bytes (RFC 5280, section 4.1).
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import ssl
from collections.abc import Iterator
from urllib.parse import SplitResult, unquote, urlsplit

_PATIENCE = 5.0
_SEQUENCE, _INTEGER, _OID, _UTF16 = 0x30, 0x02, 0x06, 0x1E
_NAMES = {b"\x55\x04\x03": "CN", b"\x55\x04\x0a": "O", b"\x55\x04\x0b": "OU"}  # 2.5.4.3, .10, .11 in DER
_LONG = 0x80


def issuer_at(host: str, port: int, *, proxy: str | None = None) -> str | None:
    """Who issued the certificate that answers at this address, or None when that cannot be found out.

    Args:
        host: the server's name.
        port: its port.
        proxy: the URL of the HTTP proxy that leads there, or None.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # only looked at: nothing is sent over this connection
    with contextlib.suppress(OSError, ValueError, http.client.HTTPException):
        connection = _connection(host, port, context, urlsplit(proxy) if proxy else None)
        try:
            connection.connect()
            sock = connection.sock
            if isinstance(sock, ssl.SSLSocket):
                return issuer_of(sock.getpeercert(binary_form=True) or b"")
        finally:
            connection.close()
    return None


def issuer_of(certificate: bytes) -> str | None:
    """The issuer's common name, or organisation, of a DER certificate; None when there is none or it is no certificate."""
    try:
        _, whole = next(_elements(certificate))
        _, to_be_signed = next(_elements(whole))
        fields = [(tag, value) for tag, value in _elements(to_be_signed) if tag in (_SEQUENCE, _INTEGER)]
        _serial, _algorithm, (_, issuer) = fields[:3]
        names = dict(_names(issuer))
    except (ValueError, IndexError, StopIteration):
        return None
    found = names.get("CN") or names.get("O") or names.get("OU")
    return found if found and found.isprintable() else None


def _connection(
    host: str, port: int, context: ssl.SSLContext, proxy: SplitResult | None
) -> http.client.HTTPSConnection:
    if proxy is None or not proxy.hostname:
        return http.client.HTTPSConnection(host, port, timeout=_PATIENCE, context=context)
    connection = http.client.HTTPSConnection(
        proxy.hostname, proxy.port or (443 if proxy.scheme == "https" else 80), timeout=_PATIENCE, context=context
    )
    headers = {}
    if proxy.username is not None:
        pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        headers["Proxy-Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    connection.set_tunnel(host, port, headers)
    return connection


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The DER elements of a constructed value, as (tag, content)."""
    at = 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & _LONG:
            size = length & ~_LONG
            length, at = int.from_bytes(data[at : at + size]), at + size
        if at + length > len(data):
            raise ValueError("cut off")
        yield tag, data[at : at + length]
        at += length


def _names(issuer: bytes) -> Iterator[tuple[str, str]]:
    for _, relative in _elements(issuer):
        for _, attribute in _elements(relative):
            (tag, oid), (kind, value) = list(_elements(attribute))[:2]
            if tag == _OID and oid in _NAMES:
                yield _NAMES[oid], value.decode("utf-16-be" if kind == _UTF16 else "utf-8", "replace")
