"""What the Identity Center knows: clients, sign-in sessions, codes, tokens. Guarded by one lock, read by every service.

Two lifetimes, as in AWS: a sign-in session begins when a person signs in, lives in the browser as a cookie, and ends by
time, by ``Logout`` or by an administrator; every token hangs on the sign-in session it was issued in. A later approval
in the same browser issues tokens of the *old* session, so it inherits the old end.
"""

from __future__ import annotations

import base64
import json
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from aws_sso_core.clock import Clock
from aws_sso_core.sandbox.directory import Directory
from aws_sso_core.sandbox.knobs import Knobs
from aws_sso_core.sandbox.wire import Refusal

Decision = Literal["approve", "deny"]

CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""Letters of a user code: no vowels, nothing that looks like a digit (RFC 8628, section 6.1)."""


@dataclass(slots=True)
class SignIn:
    """A person's sign-in session."""

    id: str
    began: datetime
    ends: datetime
    ended: bool = False
    """By Logout or by an administrator, before its time."""

    def alive(self, now: datetime) -> bool:
        """Whether tokens can still be issued in it."""
        return not self.ended and now < self.ends


@dataclass(frozen=True, slots=True)
class Client:
    """A registered client."""

    id: str
    secret: str
    name: str
    expires_at: datetime
    scopes: tuple[str, ...] = ()
    grant_types: tuple[str, ...] = ()
    redirect_uris: tuple[str, ...] = ()


@dataclass(slots=True)
class Device:
    """A device authorization that waits for a person."""

    code: str
    user_code: str
    client: Client
    expires_at: datetime
    interval: float
    polled_at: float | None = None
    polls: int = 0
    decision: Decision | None = None
    sign_in: SignIn | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """A valid /authorize request that waits for a person's decision."""

    id: str
    client: Client
    redirect_uri: str
    state: str | None
    challenge: str
    scopes: tuple[str, ...]


@dataclass(slots=True)
class Code:
    """An authorization code, good for one exchange."""

    consent: Consent
    sign_in: SignIn
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token."""

    value: str
    sign_in: SignIn
    expires_at: datetime


@dataclass(slots=True)
class RefreshToken:
    """A refresh token, bound to its client."""

    value: str
    client_id: str
    sign_in: SignIn
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """What CreateToken hands out."""

    access: AccessToken
    lifetime: timedelta
    refresh: RefreshToken | None


@dataclass(frozen=True, slots=True)
class RoleKeys:
    """Role credentials that were handed out."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    account_id: str
    role: str
    expires_at: datetime


@dataclass
class Center:
    """The state of one Identity Center. Hold ``lock`` while using it; the server does, around each request."""

    clock: Clock
    directory: Directory
    knobs: Knobs
    region: str
    start_url: str
    lock: threading.RLock = field(default_factory=threading.RLock)
    clients: dict[str, Client] = field(default_factory=dict)
    sign_ins: dict[str, SignIn] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    access_tokens: dict[str, AccessToken] = field(default_factory=dict)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)
    role_keys: dict[str, RoleKeys] = field(default_factory=dict)

    def same_start_url(self, text: object) -> bool:
        """Whether this names our Identity Center: with or without a closing slash, ``#`` or ``#/``."""
        return isinstance(text, str) and _plain(text) == _plain(self.start_url)

    # Clients

    def register(self, name: str, scopes: Iterable[str], grant_types: Iterable[str], uris: Iterable[str]) -> Client:
        """A new client; its secret is a JWT-shaped string that names the region, as AWS's is."""
        expires = self.clock.now() + self.knobs.registration_lifetime
        client_id = f"{_random(16)}{base64.urlsafe_b64encode(self.region.encode()).decode().rstrip('=')}"
        claims = {
            "serialized": json.dumps({"clientId": {"value": client_id}, "clientName": name, "region": self.region}),
            "exp": int(expires.timestamp()),
        }
        secret = ".".join(
            (_segment({"kid": "key-sandbox", "typ": "JWS", "alg": "HS384"}), _segment(claims), _random(48))
        )
        client = Client(client_id, secret, name, expires, tuple(scopes), tuple(grant_types), tuple(uris))
        self.clients[client_id] = client
        return client

    def client(self, client_id: object, secret: object) -> Client:
        """The client that authenticates itself so.

        Raises:
            Refusal: 401 InvalidClientException; unknown, wrong secret, or the registration is over.
        """
        client = self.clients.get(client_id) if isinstance(client_id, str) else None
        known = client is not None and isinstance(secret, str) and secrets.compare_digest(client.secret, secret)
        if client is None or not known or client.expires_at <= self.clock.now():
            raise Refusal(401, "InvalidClientException", "Invalid client provided")
        return client

    # Sign-in sessions

    def sign_in(self, cookie: str | None) -> SignIn:
        """The browser's living sign-in session, or a new one that begins now."""
        now = self.clock.now()
        current = self.sign_ins.get(cookie or "")
        if current and current.alive(now):
            return current
        fresh = SignIn(_random(24), now, now + self.knobs.sign_in_lifetime)
        self.sign_ins[fresh.id] = fresh
        return fresh

    def end_all(self) -> None:
        """An administrator ends every sign-in session."""
        for sign_in in self.sign_ins.values():
            sign_in.ended = True

    # Tokens

    def issue(
        self, client: Client, sign_in: SignIn, scopes: tuple[str, ...], keep: RefreshToken | None = None
    ) -> Grant:
        """New tokens. Without scopes: not renewable, the legacy lifetime or what is left of the sign-in session.

        Args:
            client: whom the refresh token is bound to.
            sign_in: the session that the tokens hang on.
            scopes: what the client was registered with.
            keep: the refresh token to hand out again instead of a new one.
        """
        now = self.clock.now()
        lifetime = self.knobs.access_token_lifetime if scopes else self.knobs.legacy_token_lifetime
        if not scopes or self.knobs.cap_access_token:
            lifetime = min(lifetime, sign_in.ends - now)
        lifetime = timedelta(seconds=int(lifetime.total_seconds()))
        access = AccessToken(f"aoa{_random(90)}", sign_in, now + lifetime)
        self.access_tokens[access.value] = access
        refresh = keep
        if scopes and keep is None:
            refresh = RefreshToken(f"aor{_random(120)}", client.id, sign_in, scopes)
            self.refresh_tokens[refresh.value] = refresh
        return Grant(access, lifetime, refresh)

    def bearer(self, value: str | None) -> AccessToken:
        """The access token of a portal call.

        Raises:
            Refusal: 401 UnauthorizedException; unknown, expired, or its sign-in session was ended.
        """
        token = self.access_tokens.get(value or "")
        if token is None or token.sign_in.ended or token.expires_at <= self.clock.now() or self.knobs.wrong_region:
            raise Refusal(401, "UnauthorizedException", "Session token not found or invalid")
        return token


def new_user_code() -> str:
    """Eight letters with a dash, as people read them aloud."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def new_id() -> str:
    """An identifier that cannot be guessed."""
    return _random(24)


def _random(size: int) -> str:
    return secrets.token_urlsafe(size)


def _segment(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _plain(url: str) -> str:
    return url.partition("#")[0].rstrip("/").lower()
