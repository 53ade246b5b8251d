"""The ``sso-oidc`` service: RegisterClient, StartDeviceAuthorization, CreateToken."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any
from urllib.parse import urlencode, urlsplit

from aws_sso_core.sandbox.center import Center, Client, Device, Grant, new_id, new_user_code
from aws_sso_core.sandbox.wire import Refusal, Reply, Request, json_reply

AUTHORIZATION_CODE = "authorization_code"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
REFRESH_TOKEN = "refresh_token"  # noqa: S105 - the name of a grant type
GRANT_TYPES = (AUTHORIZATION_CODE, DEVICE_CODE, REFRESH_TOKEN)

SLOW_DOWN_STEP = 5.0
"""Seconds that slow_down adds to the interval, for good (RFC 8628, section 3.5)."""
FREE_POLLS = 2
"""Polls that may follow at once: AWS CLI asks twice before it begins to wait, and is not slowed down for it."""

OAUTH_CODES = {
    "AccessDeniedException": "access_denied",
    "AuthorizationPendingException": "authorization_pending",
    "ExpiredTokenException": "expired_token",
    "InternalServerException": "server_error",
    "InvalidClientException": "invalid_client",
    "InvalidClientMetadataException": "invalid_client_metadata",
    "InvalidGrantException": "invalid_grant",
    "InvalidRedirectUriException": "invalid_redirect_uri",
    "InvalidRequestException": "invalid_request",
    "InvalidScopeException": "invalid_scope",
    "SlowDownException": "slow_down",
    "UnauthorizedClientException": "unauthorized_client",
    "UnsupportedGrantTypeException": "unsupported_grant_type",
}

_SCOPE = re.compile(r"[A-Za-z0-9_.-]+:[A-Za-z0-9_.:-]+")


def refuse(refusal: Refusal) -> Reply:
    """A refusal as sso-oidc words it: the exception's name stands only in ``x-amzn-ErrorType``."""
    body = {
        "error": OAUTH_CODES.get(refusal.name, "server_error" if refusal.status >= 500 else "invalid_request"),  # noqa: PLR2004
        "error_description": refusal.message,
    }
    return json_reply(body, status=refusal.status, headers={"x-amzn-ErrorType": refusal.name})


def _bad(message: str = "Invalid request") -> Refusal:
    return Refusal(400, "InvalidRequestException", message)


def invalid_grant() -> Refusal:
    """The refusal that means: that code or refresh token is worth nothing here."""
    return Refusal(400, "InvalidGrantException", "Invalid grant provided")


class Oidc:
    """The three operations, on one Center."""

    def __init__(self, center: Center, base_url: str) -> None:
        self._center = center
        self._base_url = base_url

    def register(self, request: Request) -> Reply:
        """RegisterClient."""
        body = request.json()
        name, scopes = body.get("clientName"), _strings(body, "scopes")
        grants, uris = _strings(body, "grantTypes"), _strings(body, "redirectUris")
        if not isinstance(name, str) or not name:
            raise _bad()
        if body.get("clientType") != "public":
            raise Refusal(400, "InvalidClientMetadataException", "Only public clients can be registered")
        if any(not _SCOPE.fullmatch(scope) for scope in scopes):
            raise Refusal(400, "InvalidScopeException", "Invalid scope provided")
        if any(grant not in GRANT_TYPES for grant in grants):
            raise Refusal(400, "UnsupportedGrantTypeException", "Unsupported grant type")
        if any(not _loopback(uri) for uri in uris):
            raise Refusal(400, "InvalidRedirectUriException", "Invalid redirect URI provided")
        if AUTHORIZATION_CODE in grants and not (uris and self._center.same_start_url(body.get("issuerUrl"))):
            raise _bad()
        if self._center.knobs.wrong_region and AUTHORIZATION_CODE in grants:
            raise _bad()
        client = self._center.register(name, scopes, grants, uris)
        answer = {
            "clientId": client.id,
            "clientSecret": client.secret,
            "clientIdIssuedAt": int(self._center.clock.now().timestamp()),
            "clientSecretExpiresAt": int(client.expires_at.timestamp()),
        }
        return json_reply(answer, detail=name)

    def start_device(self, request: Request) -> Reply:
        """StartDeviceAuthorization."""
        body, center = request.json(), self._center
        client = center.client(body.get("clientId"), body.get("clientSecret"))
        _allow(client, DEVICE_CODE)
        if center.knobs.wrong_region or not center.same_start_url(body.get("startUrl")):
            raise _bad()
        lifetime, interval = center.knobs.device_code_lifetime, center.knobs.device_interval.total_seconds()
        device = Device(new_id(), new_user_code(), client, center.clock.now() + lifetime, interval)
        center.devices[device.code] = device
        page = f"{self._base_url}/device"
        answer = {
            "deviceCode": device.code,
            "userCode": device.user_code,
            "verificationUri": page,
            "verificationUriComplete": f"{page}?{urlencode({'user_code': device.user_code})}",
            "expiresIn": int(lifetime.total_seconds()),
            "interval": max(1, round(interval)),
        }
        return json_reply(answer, detail=client.name)

    def token(self, request: Request) -> Reply:
        """CreateToken, for each of the three grant types."""
        body = request.json()
        grant_type = body.get("grantType")
        client = self._client(body)
        match grant_type:
            case "authorization_code":
                grant = self._by_code(client, body)
            case "urn:ietf:params:oauth:grant-type:device_code":
                grant = self._by_device(client, body)
            case "refresh_token":
                grant = self._by_refresh(client, body)
            case None | "":
                raise _bad()
            case _:
                raise Refusal(400, "UnsupportedGrantTypeException", "Unsupported grant type")
        answer: dict[str, Any] = {
            "accessToken": grant.access.value,
            "tokenType": "Bearer",
            "expiresIn": int(grant.lifetime.total_seconds()),
        }
        if grant.refresh:
            answer["refreshToken"] = grant.refresh.value
        return json_reply(answer, detail=grant_type.rpartition(":")[2])

    def _client(self, body: dict[str, Any]) -> Client:
        if self._center.knobs.wrong_region:
            raise invalid_grant()
        return self._center.client(body.get("clientId"), body.get("clientSecret"))

    def _by_code(self, client: Client, body: dict[str, Any]) -> Grant:
        _allow(client, AUTHORIZATION_CODE)
        value, verifier = body.get("code"), body.get("codeVerifier")
        if not isinstance(value, str) or not isinstance(verifier, str):
            raise _bad()
        code = self._center.codes.get(value)
        if code is None or code.consent.client.id != client.id:
            raise invalid_grant()
        del self._center.codes[value]  # one attempt: a wrong verifier burns it too
        now = self._center.clock.now()
        fits = body.get("redirectUri") == code.consent.redirect_uri and challenge_of(verifier) == code.consent.challenge
        if not fits or code.expires_at <= now or not code.sign_in.alive(now):
            raise invalid_grant()
        return self._center.issue(client, code.sign_in, code.consent.scopes)

    def _by_device(self, client: Client, body: dict[str, Any]) -> Grant:
        _allow(client, DEVICE_CODE)
        value = body.get("deviceCode")
        if not isinstance(value, str):
            raise _bad()
        device = self._center.devices.get(value)
        if device is None or device.client.id != client.id:
            raise invalid_grant()
        if device.expires_at <= self._center.clock.now():
            raise Refusal(400, "ExpiredTokenException", "Device code expired")
        self._pace(device)
        if device.decision == "deny":
            raise Refusal(400, "AccessDeniedException", "User denied the request")
        if device.sign_in is None:
            raise Refusal(400, "AuthorizationPendingException", "User has not yet authorized the device")
        del self._center.devices[value]
        if not device.sign_in.alive(self._center.clock.now()):
            raise invalid_grant()
        return self._center.issue(client, device.sign_in, client.scopes)

    def _pace(self, device: Device) -> None:
        """Slow a client down that asks faster than it was told to; 50 ms early is a timer's freedom."""
        now, before = self._center.clock.monotonic(), device.polled_at
        device.polled_at, device.polls = now, device.polls + 1
        if before is not None and device.polls > FREE_POLLS and now - before < device.interval - 0.05:
            device.interval += SLOW_DOWN_STEP
            raise Refusal(400, "SlowDownException", "Client is polling too quickly")

    def _by_refresh(self, client: Client, body: dict[str, Any]) -> Grant:
        _allow(client, REFRESH_TOKEN)
        value, center = body.get("refreshToken"), self._center
        if not isinstance(value, str):
            raise _bad()
        old = center.refresh_tokens.get(value)
        if old is None or old.client_id != client.id or not old.sign_in.alive(center.clock.now()):
            raise invalid_grant()
        if center.knobs.omit_refresh_token:
            grant = center.issue(client, old.sign_in, old.scopes, keep=old)
            return Grant(grant.access, grant.lifetime, None)
        if not center.knobs.rotate_refresh_token:
            return center.issue(client, old.sign_in, old.scopes, keep=old)
        del center.refresh_tokens[value]
        return center.issue(client, old.sign_in, old.scopes)


def challenge_of(verifier: str) -> str:
    """The S256 code challenge of a verifier (RFC 7636, section 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _allow(client: Client, grant_type: str) -> None:
    """A client that registered no grant types is one for the device flow."""
    allowed = client.grant_types or (DEVICE_CODE, REFRESH_TOKEN)
    if grant_type not in allowed:
        raise Refusal(400, "UnauthorizedClientException", "Client is not authorized for this grant type")


def _strings(body: dict[str, Any], key: str) -> list[str]:
    value = body.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _bad()
    return value


def _loopback(uri: str) -> bool:
    parts = urlsplit(uri)
    return parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"} and not parts.fragment
