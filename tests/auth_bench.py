"""All that signing in, renewing and signing out need, on a Sandbox and a throw-away home; and servers that misbehave."""

from __future__ import annotations

import http.client
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast
from urllib.parse import urlsplit

from aws_sso_core import aws
from aws_sso_core.browser import Browser
from aws_sso_core.clock import Clock
from aws_sso_core.desktop.plain_sealing import PlainSealing
from aws_sso_core.identity_center.register import Flow
from aws_sso_core.model import SSO_SCOPE, Role, Secret, Session, Token
from aws_sso_core.progress import OpenPage, Progress, SignedIn
from aws_sso_core.registrations import Registrations
from aws_sso_core.registries.tokens import RegistryTokens
from aws_sso_core.renew import Renewal, renew
from aws_sso_core.role_cache import RoleCache
from aws_sso_core.sandbox import Sandbox
from aws_sso_core.sign_in import sign_in
from aws_sso_core.sign_out import SignedOut, sign_out
from aws_sso_core.state import Learned
from aws_sso_core.token_cache import TokenCache
from fakes import FakeBrowser, FakeClock, Recorder

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Bench:
    """One session on one Sandbox; both tell the time by ``clock``."""

    def __init__(self, home: Path, *, clock: Clock | None = None) -> None:
        self.clock = FakeClock()
        self.box = Sandbox(clock or self.clock)
        self.session = Session("corp", self.box.start_url, self.box.region, scopes=(SSO_SCOPE,))
        self.legacy = Session(self.box.start_url, self.box.start_url, self.box.region, kind="legacy")
        self.tokens = TokenCache(home / ".aws" / "sso" / "cache", sleep=self.clock.sleep)
        self.registrations = Registrations(home / "registrations", PlainSealing())
        self.role_cache = RoleCache(home / ".aws" / "cli" / "cache")
        self.registry_tokens = RegistryTokens(home / "state", env={}, files=())
        self.learned = Learned(home / "state")
        self.locks_dir = home / "locks"
        self.said: Recorder[Progress] = Recorder()
        self.cancelled = threading.Event()
        self._made: dict[tuple[str, str], Any] = {}

    def __enter__(self) -> Self:
        self.box.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.box.__exit__(kind, error, trace)

    def oidc(self, session: Session | None = None, **options: Any) -> aws.Oidc:
        """The OIDC service of the box."""
        made: aws.Oidc = self._service(aws.oidc, session or self.session, options)
        return made

    def portal(self, session: Session | None = None, **options: Any) -> aws.PortalClient:
        """The portal of the box."""
        made: aws.PortalClient = self._service(aws.portal, session or self.session, options)
        return made

    def _service(self, make: Callable[..., Any], session: Session, options: dict[str, Any]) -> Any:
        """Made once for each region: a client costs 10 ms."""
        key = (make.__name__, session.region)
        if options or key not in self._made:
            new = make(session, clock=self.clock, config=None, **{"endpoint": self.box.url, **options})
            if options:
                return new
            self._made[key] = new
        return self._made[key]

    def sign_in(
        self,
        browser: Browser | None,
        *,
        session: Session | None = None,
        flow: Flow = "pkce",
        force: bool = False,
        oidc: aws.Oidc | None = None,
        timeout: timedelta = timedelta(minutes=10),
        report: Callable[[Progress], None] | None = None,
    ) -> SignedIn:
        """``sign_in`` with all of this."""
        session = session or self.session
        return sign_in(
            session,
            flow=flow,
            force=force,
            tokens=self.tokens,
            registrations=self.registrations,
            oidc=oidc or self.oidc(session),
            # Looked at by a forced sign-in only, and a client costs 10 ms.
            portal=self.portal(session) if force else cast("aws.PortalClient", None),
            browser=browser,
            clock=self.clock,
            locks_dir=self.locks_dir,
            learned=self.learned,
            report=report or self.said,
            cancelled=self.cancelled,
            timeout=timeout,
        )

    def signed_in(self, session: Session | None = None) -> Token:
        """A sign-in done, with an approving person; its token."""
        session = session or self.session
        legacy = session.kind == "legacy"
        browser = FakeBrowser(self.box, inline=legacy)
        self.sign_in(browser, session=session, flow="device" if legacy else "pkce")
        browser.wait()
        return self.token(session)

    def given_token(self) -> Token:
        """What ``signed_in`` leaves behind, ten times faster."""
        now = self.clock.now()
        token = issued(self.box, self.session, now)
        self.tokens.write(self.session, token)
        self.learned.record_sign_in(self.session.cache_key, now)
        return token

    def token(self, session: Session | None = None) -> Token:
        """What is in the token file."""
        token = self.tokens.read(session or self.session)
        assert token is not None
        return token

    def change_token(self, **changes: Any) -> Token:
        """Somebody else writes the token file."""
        token = replace(self.token(), **changes)
        self.tokens.write(self.session, token)
        return self.token()

    def renew(self, *, oidc: aws.Oidc | None = None, session: Session | None = None) -> Renewal:
        """``renew`` with all of this."""
        return renew(
            session or self.session,
            tokens=self.tokens,
            oidc=oidc or self.oidc(),
            clock=self.clock,
            locks_dir=self.locks_dir,
            learned=self.learned,
        )

    def sign_out(
        self, *, local: bool = False, portal: aws.PortalClient | None = None, roles: tuple[Role, ...] = ()
    ) -> SignedOut:
        """``sign_out`` with all of this."""
        return sign_out(
            self.session,
            tokens=self.tokens,
            portal=portal or self.portal(),
            roles=roles,
            role_cache=self.role_cache,
            registry_tokens=self.registry_tokens,
            learned=self.learned,
            clock=self.clock,
            locks_dir=self.locks_dir,
            local=local,
        )

    def pages_opened(self) -> int:
        """How many pages persons were shown."""
        return len(self.said.of(OpenPage))


def issued(box: Sandbox, session: Session, now: datetime) -> Token:
    """A token of a new sign-in: the box gives it out without being asked."""
    center = box._center
    with center.lock:
        client = center.register("test", session.scopes, ("authorization_code", "refresh_token"), ())
        grant = center.issue(client, center.sign_in(None), client.scopes)
    assert grant.refresh
    return Token(
        access_token=Secret(grant.access.value),
        expires_at=now + grant.lifetime,
        start_url=session.start_url,
        region=session.region,
        refresh_token=Secret(grant.refresh.value),
        client_id=client.id,
        client_secret=Secret(client.secret),
        registration_expires_at=client.expires_at,
    )


def ask(url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None) -> tuple[int, dict[str, str], str]:
    """One request to a listener on this machine: status, headers in lower case, body. Redirects are left alone."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=120)
    try:
        connection.request(method, f"{parts.path}?{parts.query}", headers=dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode()
    finally:
        connection.close()


class Canned(BaseHTTPRequestHandler):
    """Says the same whatever it is asked."""

    reply: bytes

    def do_GET(self) -> None:
        """Answer."""
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.wfile.write(self.reply)
        self.close_connection = True

    do_POST = do_CONNECT = do_GET  # noqa: N815 - http.server's own names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the same
        """Quiet."""


@contextmanager
def canned(
    body: str = "",
    *,
    status: str = "200 OK",
    headers: str = "",
    length: int | None = None,
    certificate: Path | None = None,
) -> Iterator[str]:
    """A server that always gives this answer; its URL."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body) if length is None else length}\r\n{headers}Connection: close\r\n\r\n"
    handler = type("Handler", (Canned,), {"reply": (head + body).encode()})
    with _Quiet(("127.0.0.1", 0), handler) as server:
        scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            scheme = "https"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"{scheme}://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class _Quiet(socketserver.TCPServer):
    """A refused handshake is what some tests are about."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """No word about it."""
