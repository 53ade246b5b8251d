"""Real boto3 clients on a Sandbox, and a program that signs in with them; immune to the machine's AWS settings."""

from __future__ import annotations

import contextlib
import functools
import http.client
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import botocore.session
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from aws_sso_core.sandbox import Sandbox
from aws_sso_core.sandbox.oidc import challenge_of

AUTHORIZATION_CODE = "authorization_code"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
REFRESH_TOKEN = "refresh_token"
SCOPE = "sso:account:access"
VERIFIER = "a-verifier-of-sixty-four-letters-0123456789-0123456789-012345678"
REDIRECT = "http://127.0.0.1/oauth/callback"


@functools.cache
def _session() -> botocore.session.Session:
    """One for all tests: reading the service models is what costs time."""
    nowhere = (None, None, "/nonexistent/aws", None)
    return botocore.session.Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": nowhere,
            "credentials_file": nowhere,
        }
    )


def client(
    box: Sandbox,
    service: str,
    keys: Mapping[str, str] | None = None,
    *,
    attempts: int = 1,
    read_timeout: float = 20,
) -> Any:
    """A boto client of this service that talks to the box; ``keys`` sign, without them nothing is signed."""
    keys = keys or {}
    config = Config(
        signature_version=None if keys else UNSIGNED,
        retries={"total_max_attempts": attempts},
        connect_timeout=120,
        read_timeout=read_timeout,
        proxies={},
    )
    return _session().create_client(
        service,
        region_name=box.region,
        endpoint_url=box.url,
        config=config,
        aws_access_key_id=keys.get("access_key_id", "unsigned"),
        aws_secret_access_key=keys.get("secret_access_key", "unsigned"),
        aws_session_token=keys.get("session_token"),
    )


@contextlib.contextmanager
def refused(name: str, status: int = 400, error: str | None = None) -> Iterator[pytest.ExceptionInfo[ClientError]]:
    """Expect the modelled exception of this name (so the header was there), this status and this OAuth code."""
    with pytest.raises(ClientError) as raised:
        yield raised
    answer: Any = raised.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (name, status)
    if error is not None:
        assert answer["error"] == error


def post_form(url: str, fields: dict[str, str]) -> int:
    """The status of a form that is posted without following the redirect."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=120)
    try:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", parts.path, urlencode(fields), kind)
        return connection.getresponse().status
    finally:
        connection.close()


class Program:
    """A program that signs in: one registration, and the calls that follow from it."""

    def __init__(self, box: Sandbox, *, scopes: tuple[str, ...] = (SCOPE,), grants: tuple[str, ...] = ()) -> None:
        self.box = box
        self.oidc = client(box, "sso-oidc")
        more: dict[str, Any] = {"scopes": list(scopes)} if scopes else {}
        if grants:
            more |= {"grantTypes": list(grants), "redirectUris": [REDIRECT], "issuerUrl": box.start_url}
        self.registered = self.oidc.register_client(clientName="test", clientType="public", **more)
        self.me = {key: self.registered[key] for key in ("clientId", "clientSecret")}

    @functools.cached_property
    def portal(self) -> Any:
        """A client of the portal."""
        return client(self.box, "sso")

    @classmethod
    def pkce(cls, box: Sandbox) -> Program:
        """As AWS CLI registers for the authorization code flow."""
        return cls(box, grants=(AUTHORIZATION_CODE, REFRESH_TOKEN))

    def token(self, grant: str, **values: str) -> Any:
        """CreateToken."""
        return self.oidc.create_token(**self.me, grantType=grant, **values)

    def start_device(self, **changes: str) -> Any:
        """StartDeviceAuthorization."""
        return self.oidc.start_device_authorization(**{**self.me, "startUrl": self.box.start_url, **changes})

    def poll(self, device: Any) -> Any:
        """One CreateToken by device code."""
        return self.token(DEVICE_CODE, deviceCode=device["deviceCode"])

    def sign_in(self) -> Any:
        """A whole device flow, approved at once."""
        device = self.start_device()
        self.box.approve_device(device["userCode"])
        return self.poll(device)

    def refresh(self, token: Any) -> Any:
        """CreateToken by refresh token."""
        return self.token(REFRESH_TOKEN, refreshToken=token["refreshToken"])

    def authorize_url(self, redirect: str = "http://127.0.0.1:49152/oauth/callback", **changes: str) -> str:
        """The consent page's address; ``changes`` replace parameters, an empty one drops it."""
        query = {
            "response_type": "code",
            "client_id": self.me["clientId"],
            "redirect_uri": redirect,
            "state": "a state",
            "code_challenge_method": "S256",
            "code_challenge": challenge_of(VERIFIER),
            "scopes": SCOPE,
        } | changes
        return f"{self.box.url}/authorize?{urlencode({k: v for k, v in query.items() if v})}"

    def consent(self, decision: str = "approve", **changes: str) -> dict[str, str]:
        """Visit the consent page; what the callback would be told."""
        back = self.box.visit(self.authorize_url(**changes), decision, follow=False)
        return {key: values[0] for key, values in parse_qs(urlsplit(back).query).items()}

    def exchange(self, code: str, **changes: str) -> Any:
        """CreateToken by authorization code."""
        values = {"redirectUri": "http://127.0.0.1:49152/oauth/callback", "codeVerifier": VERIFIER, "code": code}
        return self.token(AUTHORIZATION_CODE, **(values | changes))
