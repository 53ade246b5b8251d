"""The browser's side: the consent page of the authorization code flow and the device page."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from aws_sso_core.sandbox import pages
from aws_sso_core.sandbox.center import Center, Client, Code, Consent, Device, SignIn, new_id
from aws_sso_core.sandbox.oidc import AUTHORIZATION_CODE
from aws_sso_core.sandbox.wire import Refusal, Reply, Request

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")

PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'self' http://127.0.0.1:* http://localhost:*"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def page(html: str, *, status: int = 200, detail: str = "", cookie: str = "") -> Reply:
    """A reply that carries one of our pages."""
    headers = {**PAGE_HEADERS, **({"Set-Cookie": cookie} if cookie else {})}
    return Reply(status, html.encode(), "text/html; charset=utf-8", headers, detail)


def refuse(refusal: Refusal) -> Reply:
    """A refusal that a person reads."""
    return page(pages.problem(refusal.message), status=refusal.status)


class Browser:
    """What a person's browser meets. The sign-in session is kept in a cookie, as AWS's portal keeps it."""

    def __init__(self, center: Center, cookie_name: str) -> None:
        self._center = center
        self._cookie_name = cookie_name

    def front(self, _request: Request) -> Reply:
        """The page at ``/``."""
        return page(pages.front(self._center.directory))

    def authorize(self, request: Request) -> Reply:
        """GET /authorize: the consent page."""
        query, knobs = request.query, self._center.knobs
        client = self._known_client(query)
        redirect_uri, state = query["redirect_uri"], query.get("state")
        error = self._objection(client, query)
        if error:
            return _back(redirect_uri, {"error": error, "state": state}, detail=error)
        scopes = _scopes(query) or client.scopes
        consent = Consent(new_id(), client, redirect_uri, state, query["code_challenge"], scopes)
        if knobs.auto_approve:
            return self._decide(consent, knobs.auto_approve, request)
        self._center.consents[consent.id] = consent
        return page(pages.consent(self._center.directory, consent, self._who(request)), detail="page")

    def answer_authorize(self, request: Request) -> Reply:
        """POST /authorize: the person's decision."""
        form = request.form()
        consent = self._center.consents.pop(form.get("request", ""), None)
        if consent is None:
            raise Refusal(400, "InvalidRequestException", "This request was answered already, or is not known here.")
        return self._decide(consent, form.get("decision", ""), request)

    def device(self, request: Request) -> Reply:
        """GET /device: asks for the code, or for the decision when the code came along."""
        typed = request.query.get("user_code")
        if typed is None:
            return page(pages.enter_code(self._center.directory), detail="page")
        device = self._find(typed)
        if device is None:
            return page(pages.enter_code(self._center.directory, typed=typed), status=400, detail="unknown code")
        if self._center.knobs.auto_approve:
            return self._decide_device(device, self._center.knobs.auto_approve, request)
        shown = pages.confirm_device(self._center.directory, device, self._who(request))
        return page(shown, detail="page")

    def answer_device(self, request: Request) -> Reply:
        """POST /device: the person's decision."""
        form = request.form()
        device = self._find(form.get("user_code", ""))
        if device is None:
            raise Refusal(400, "InvalidRequestException", "This code was answered already, has expired, or is unknown.")
        return self._decide_device(device, form.get("decision", ""), request)

    def _known_client(self, query: dict[str, str]) -> Client:
        """The client that asks; where it cannot be trusted there is no way back, only a page."""
        client = self._center.clients.get(query.get("client_id", ""))
        if client is None or client.expires_at <= self._center.clock.now():
            raise Refusal(400, "InvalidClientException", "The application that asks is not registered here.")
        asked = query.get("redirect_uri", "")
        if not any(same_but_port(asked, registered) for registered in client.redirect_uris):
            raise Refusal(400, "InvalidRedirectUriException", "The application asks to be answered at another address.")
        return client

    def _objection(self, client: Client, query: dict[str, str]) -> str | None:
        if self._center.knobs.wrong_region:
            return "invalid_grant"
        if query.get("response_type") != "code":
            return "unsupported_response_type"
        if AUTHORIZATION_CODE not in client.grant_types:
            return "unauthorized_client"
        good = query.get("code_challenge_method") == "S256" and _CHALLENGE.fullmatch(query.get("code_challenge", ""))
        if not good:
            return "invalid_request"
        return None if set(_scopes(query)) <= set(client.scopes) else "invalid_scope"

    def _who(self, request: Request) -> str:
        current = self._center.sign_ins.get(request.cookie(self._cookie_name) or "")
        living = current if current and current.alive(self._center.clock.now()) else None
        return pages.who(self._center.directory, living, self._center.knobs.sign_in_lifetime)

    def _enter(self, request: Request) -> tuple[SignIn, str]:
        sign_in = self._center.sign_in(request.cookie(self._cookie_name))
        return sign_in, f"{self._cookie_name}={sign_in.id}; Path=/; HttpOnly; SameSite=Lax"

    def _decide(self, consent: Consent, decision: str, request: Request) -> Reply:
        if decision != "approve":
            return _back(consent.redirect_uri, {"error": "access_denied", "state": consent.state}, detail="deny")
        sign_in, cookie = self._enter(request)
        value = new_id()
        expires = self._center.clock.now() + self._center.knobs.authorization_code_lifetime
        self._center.codes[value] = Code(consent, sign_in, expires)
        return _back(consent.redirect_uri, {"code": value, "state": consent.state}, detail="approve", cookie=cookie)

    def _find(self, typed: str) -> Device | None:
        letters = re.sub(r"[^A-Z]", "", typed.upper())
        now = self._center.clock.now()
        waiting = (d for d in self._center.devices.values() if d.decision is None and d.expires_at > now)
        return next((d for d in waiting if letters and d.user_code.replace("-", "") == letters), None)

    def _decide_device(self, device: Device, decision: str, request: Request) -> Reply:
        if decision != "approve":
            device.decision = "deny"
            return page(pages.device_denied(), detail="deny")
        device.decision = "approve"
        device.sign_in, cookie = self._enter(request)
        return page(pages.device_approved(), detail="approve", cookie=cookie)


def same_but_port(asked: str, registered: str) -> bool:
    """Whether a redirect URI is the registered one on any port (RFC 8252, section 7.3)."""
    try:
        a, r = urlsplit(asked), urlsplit(registered)
        _ = a.port  # raises for a port that is none
    except ValueError:
        return False
    if a.username or a.password or "@" in a.netloc:
        return False
    return (a.scheme, a.hostname, a.path or "/", a.query, a.fragment) == (
        r.scheme,
        r.hostname,
        r.path or "/",
        r.query,
        "",
    )


def _scopes(query: dict[str, str]) -> tuple[str, ...]:
    """AWS CLI writes ``scopes``, OAuth says ``scope``; both are read."""
    return tuple((query.get("scopes") or query.get("scope") or "").split())


def _back(uri: str, values: dict[str, str | None], *, detail: str, cookie: str = "") -> Reply:
    parts = urlencode({key: value for key, value in values.items() if value is not None})
    where = f"{uri}{'&' if '?' in uri else '?'}{parts}"
    headers = {**PAGE_HEADERS, "Location": where, **({"Set-Cookie": cookie} if cookie else {})}
    return Reply(303, b"", "text/html; charset=utf-8", headers, detail)
