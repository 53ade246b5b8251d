"""Signature Version 4, the verifying side (AWS: "Create a signed AWS API request")."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

from aws_sso_core.sandbox.wire import Request

_HEADER = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/,]+)/(?P<date>\d{8})/(?P<region>[^/,]+)/(?P<service>[^/,]+)/aws4_request, ?"
    r"SignedHeaders=(?P<headers>[^,]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class Signed:
    """What an Authorization header says."""

    access_key_id: str
    date: str
    region: str
    service: str
    headers: tuple[str, ...]
    signature: str


def parse(request: Request) -> Signed | None:
    """The signature that came with the request, or None when it has none of this form."""
    m = _HEADER.fullmatch(request.headers.get("Authorization", ""))
    if not m:
        return None
    return Signed(m["key"], m["date"], m["region"], m["service"], tuple(m["headers"].split(";")), m["signature"])


def signature(request: Request, signed: Signed, secret: str) -> str:
    """What the signature must be, in hex, for a request without query parameters (STS and ECR post to ``/``)."""
    headers = "".join(f"{name}:{' '.join((request.headers.get(name) or '').split())}\n" for name in signed.headers)
    canonical = "\n".join(
        (
            request.method,
            request.path,
            request.query_string,
            headers,
            ";".join(signed.headers),
            hashlib.sha256(request.body).hexdigest(),
        )
    )
    scope = f"{signed.date}/{signed.region}/{signed.service}/aws4_request"
    stamp = request.headers.get("X-Amz-Date", "")
    text = "\n".join(("AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{secret}".encode()
    for part in (signed.date, signed.region, signed.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()
