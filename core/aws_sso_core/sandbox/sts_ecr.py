"""STS GetCallerIdentity and ECR GetAuthorizationToken, for the role credentials that the portal handed out."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from xml.sax.saxutils import escape

from aws_sso_core.sandbox import sigv4
from aws_sso_core.sandbox.center import Center, RoleKeys
from aws_sso_core.sandbox.wire import Refusal, Reply, Request, json_reply

STS_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
ECR_TARGETS = {
    "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken": "ecr",
    "SpencerFrontendService.GetAuthorizationToken": "ecr-public",
}
"""X-Amz-Target -> the route's key: private ECR, and public."""
ECR_PUBLIC_REGION = "us-east-1"


def refuse_sts(refusal: Refusal) -> Reply:
    """A refusal in the query protocol: XML, with the code inside."""
    code = refusal.name.removesuffix("Exception")
    kind = "Receiver" if refusal.status >= 500 else "Sender"  # noqa: PLR2004 - a server's own fault
    return _xml(
        f'<ErrorResponse xmlns="{STS_NAMESPACE}"><Error><Type>{kind}</Type><Code>{escape(code)}</Code>'
        f"<Message>{escape(refusal.message)}</Message></Error><RequestId>{_request_id()}</RequestId></ErrorResponse>",
        status=refusal.status,
    )


def refuse_ecr(refusal: Refusal) -> Reply:
    """A refusal in JSON 1.1: the name is in ``__type``."""
    name = {"ExpiredToken": "ExpiredTokenException", "InvalidClientTokenId": "UnrecognizedClientException"}.get(
        refusal.name, refusal.name
    )
    status = 400 if refusal.status == 403 else refusal.status  # noqa: PLR2004 - JSON 1.1 answers 400 to a bad signature
    return Reply(
        status,
        json.dumps({"__type": name, "message": refusal.message}).encode(),
        "application/x-amz-json-1.1",
        {"x-amzn-ErrorType": name},
    )


class StsEcr:
    """The two operations, on one Center. Signatures are verified."""

    def __init__(self, center: Center) -> None:
        self._center = center

    def caller_identity(self, request: Request) -> Reply:
        """GetCallerIdentity."""
        keys, _ = self._caller(request)
        tag = hashlib.sha256(f"{keys.account_id}/{keys.role}".encode()).hexdigest()
        user = self._center.directory.user_name
        arn = f"arn:aws:sts::{keys.account_id}:assumed-role/AWSReservedSSO_{keys.role}_{tag[:16]}/{user}"
        user_id = f"AROA{tag[16:33].upper()}:{user}"
        return _xml(
            f'<GetCallerIdentityResponse xmlns="{STS_NAMESPACE}"><GetCallerIdentityResult><Arn>{escape(arn)}</Arn>'
            f"<UserId>{escape(user_id)}</UserId><Account>{keys.account_id}</Account></GetCallerIdentityResult>"
            f"<ResponseMetadata><RequestId>{_request_id()}</RequestId></ResponseMetadata></GetCallerIdentityResponse>",
            detail=f"{keys.account_id}/{keys.role}",
        )

    def authorization_token(self, request: Request) -> Reply:
        """GetAuthorizationToken: one entry per registry asked for, else the caller's own."""
        keys, region = self._caller(request)
        registries = request.json().get("registryIds") or [keys.account_id]
        if not isinstance(registries, list) or not all(isinstance(r, str) for r in registries):
            raise Refusal(400, "InvalidParameterException", "Invalid parameter at 'registryIds'")
        data = [
            {**self._password(), "proxyEndpoint": f"https://{registry}.dkr.ecr.{region}.amazonaws.com"}
            for registry in registries
        ]
        return self._ecr_reply(keys, data)

    def public_authorization_token(self, request: Request) -> Reply:
        """GetAuthorizationToken of public ECR: one object, in one region only."""
        keys, region = self._caller(request)
        if region != ECR_PUBLIC_REGION:
            raise Refusal(400, "UnsupportedCommandException", f"Public ECR does not answer in {region}")
        return self._ecr_reply(keys, self._password())

    def _password(self) -> dict[str, object]:
        expires = self._center.clock.now() + self._center.knobs.ecr_token_lifetime
        return {
            "authorizationToken": base64.b64encode(f"AWS:{secrets.token_urlsafe(900)}".encode()).decode(),
            "expiresAt": round(expires.timestamp(), 3),
        }

    def _ecr_reply(self, keys: RoleKeys, data: object) -> Reply:
        reply = json_reply({"authorizationData": data}, detail=f"{keys.account_id}/{keys.role}")
        return Reply(reply.status, reply.body, "application/x-amz-json-1.1", detail=reply.detail)

    def _caller(self, request: Request) -> tuple[RoleKeys, str]:
        """Whose keys signed the request, and the region they signed for.

        Raises:
            Refusal: 403; no signature, unknown keys, a wrong session token or secret, or keys that expired.
        """
        signed = sigv4.parse(request)
        keys = self._center.role_keys.get(signed.access_key_id) if signed else None
        if signed is None:
            raise Refusal(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
        if keys is None or request.headers.get("X-Amz-Security-Token") != keys.session_token:
            raise Refusal(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
        if keys.expires_at <= self._center.clock.now():
            raise Refusal(403, "ExpiredToken", "The security token included in the request is expired")
        if sigv4.signature(request, signed, keys.secret_access_key) != signed.signature:
            raise Refusal(403, "SignatureDoesNotMatch", "The request signature does not match the one we calculated.")
        return keys, signed.region


def _request_id() -> str:
    raw = secrets.token_hex(16)
    return "-".join((raw[:8], raw[8:12], raw[12:16], raw[16:20], raw[20:]))


def _xml(text: str, *, status: int = 200, detail: str = "") -> Reply:
    return Reply(status, text.encode(), "text/xml", detail=detail)
