"""sso-oidc: registrations and tokens (IAM Identity Center OIDC API reference)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from aws_sso_core.aws.client import Service
from aws_sso_core.aws.reply import Reply
from aws_sso_core.model import Registration, Secret

if TYPE_CHECKING:
    from types_boto3_sso_oidc import SSOOIDCClient

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
"""RFC 8628, section 3.4."""
_POLL_SECONDS = 5
"""RFC 8628, section 3.2: the interval when the answer names none."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What CreateToken gives."""

    access_token: Secret
    expires_in: timedelta
    refresh_token: Secret | None = None


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What StartDeviceAuthorization gives."""

    device_code: Secret
    user_code: str
    url: str
    url_complete: str | None
    """The page with the code already in it, where AWS gives one."""
    expires_in: timedelta
    interval: timedelta


class Oidc:
    """The service that signs people in."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._client: SSOOIDCClient = service.client

    @property
    def skew(self) -> timedelta | None:
        """How far AWS's clock is ahead of ours; None as long as nobody answered."""
        return self._service.skew

    @property
    def is_aws(self) -> bool:
        """Whether requests go to AWS itself; a region makes no difference elsewhere."""
        return not self._service.where.advice

    def register(
        self,
        name: str,
        *,
        scopes: Sequence[str] = (),
        grant_types: Sequence[str] = (),
        redirect_uris: Sequence[str] = (),
        issuer_url: str | None = None,
    ) -> Registration:
        """RegisterClient. What is empty is left out of the request.

        Raises:
            Offline, ServiceFailed: there is no registration. ``InvalidRequestException`` is what a wrong start URL or
                region gives.
        """
        wanted: dict[str, Any] = {
            "scopes": list(scopes),
            "grantTypes": list(grant_types),
            "redirectUris": list(redirect_uris),
            "issuerUrl": issuer_url,
        }
        reply = self._service.ask(
            self._client.register_client,
            again=True,
            clientName=name,
            clientType="public",
            **{key: value for key, value in wanted.items() if value},
        )
        return Registration(
            client_id=reply.text("clientId"),
            client_secret=Secret(reply.text("clientSecret")),
            expires_at=reply.time("clientSecretExpiresAt"),
            scopes=tuple(scopes),
            grant_types=tuple(grant_types),
        )

    def start_device(self, registration: Registration, start_url: str) -> DeviceCode:
        """StartDeviceAuthorization.

        Raises:
            Offline, ServiceFailed: nobody was asked for anything. ``InvalidRequestException`` is what a wrong start URL
                or region gives, ``InvalidClientException`` a registration that is no longer known.
        """
        reply = self._service.ask(
            self._client.start_device_authorization,
            again=True,
            clientId=registration.client_id,
            clientSecret=registration.client_secret.reveal(),
            startUrl=start_url,
        )
        return DeviceCode(
            device_code=Secret(reply.text("deviceCode")),
            user_code=reply.text("userCode"),
            url=reply.text("verificationUri"),
            url_complete=reply.some_text("verificationUriComplete"),
            expires_in=reply.span("expiresIn"),
            interval=reply.span("interval", _POLL_SECONDS),
        )

    def token_by_device_code(self, registration: Registration, device_code: Secret) -> Grant:
        """CreateToken, one poll of the device flow.

        Raises:
            ServiceFailed: with ``code`` AuthorizationPendingException (go on asking), SlowDownException (as Throttled),
                ExpiredTokenException, AccessDeniedException or another.
            Offline: nothing is known; with ``sent`` the code may be used up.
        """
        return self._token(
            registration.client_id, registration.client_secret, DEVICE_GRANT, deviceCode=device_code.reveal()
        )

    def token_by_code(self, registration: Registration, code: Secret, *, verifier: Secret, redirect_uri: str) -> Grant:
        """CreateToken, the exchange of an authorization code; it is good for one try.

        Raises:
            Offline, ServiceFailed: there is no token.
        """
        return self._token(
            registration.client_id,
            registration.client_secret,
            "authorization_code",
            code=code.reveal(),
            codeVerifier=verifier.reveal(),
            redirectUri=redirect_uri,
        )

    def token_by_refresh(self, client_id: str, client_secret: Secret, refresh_token: Secret) -> Grant:
        """CreateToken, a silent renewal; never sent twice, as the refresh token is good for one use.

        Raises:
            ServiceFailed: ``InvalidGrantException`` when the refresh token is worth nothing (here, or any longer).
            Offline: nothing is known; with ``sent`` the refresh token may be used up. So also with BadReply.
        """
        return self._token(client_id, client_secret, "refresh_token", refreshToken=refresh_token.reveal())

    def authorize_url(
        self, registration: Registration, *, redirect_uri: str, state: str, challenge: str, scopes: Sequence[str]
    ) -> str:
        """The page where a person signs in and consents, in AWS CLI's own form (note its plural ``scopes``)."""
        query = {
            "response_type": "code",
            "client_id": registration.client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge_method": "S256",
            "scopes": " ".join(scopes),
            "code_challenge": challenge,
        }
        return f"{self._service.where.url.rstrip('/')}/authorize?{urlencode(query, quote_via=quote)}"

    def _token(self, client_id: str, client_secret: Secret, grant_type: str, **proof: Any) -> Grant:
        reply: Reply = self._service.ask(
            self._client.create_token,
            again=False,
            clientId=client_id,
            clientSecret=client_secret.reveal(),
            grantType=grant_type,
            **proof,
        )
        refresh_token = reply.some_text("refreshToken")
        return Grant(
            access_token=Secret(reply.text("accessToken")),
            expires_in=reply.span("expiresIn"),
            refresh_token=Secret(refresh_token) if refresh_token else None,
        )
