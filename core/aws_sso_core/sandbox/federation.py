"""The federation endpoint: role credentials become a sign-in token, and that a page of the console."""

from __future__ import annotations

import json
import secrets
from urllib.parse import urlsplit

from aws_sso_core.sandbox import pages
from aws_sso_core.sandbox.center import Center
from aws_sso_core.sandbox.wire import Refusal, Reply, Request, json_reply


def refuse(refusal: Refusal) -> Reply:
    """A refusal is a page in plain words."""
    return Reply(refusal.status, refusal.message.encode(), "text/html; charset=utf-8")


class Federation:
    """The two actions, on one Center. A token is good for one sign-in."""

    def __init__(self, center: Center) -> None:
        self._center = center
        self._tokens: dict[str, str] = {}

    def signin_token(self, request: Request) -> Reply:
        """The action getSigninToken."""
        form = request.form()
        try:
            asked = json.loads(form.get("Session", ""))
        except ValueError:
            asked = None
        keys = self._center.role_keys.get(str(asked.get("sessionId"))) if isinstance(asked, dict) else None
        given = (asked.get("sessionKey"), asked.get("sessionToken")) if isinstance(asked, dict) else ()
        if form.get("Action") != "getSigninToken" or keys is None or keys.expires_at <= self._center.clock.now():
            raise Refusal(400, "BadRequest", "Bad Request")
        if given != (keys.secret_access_key, keys.session_token):
            raise Refusal(400, "BadRequest", "Bad Request")
        token = secrets.token_urlsafe(300)
        self._tokens[token] = f"{keys.account_id}/{keys.role}"
        return json_reply({"SigninToken": token}, detail=self._tokens[token])

    def login(self, request: Request) -> Reply:
        """The login action: what the console would show, who one is there and where."""
        query = request.query
        who = self._tokens.pop(query.get("SigninToken", ""), None) if query.get("Action") == "login" else None
        if who is None:
            raise Refusal(400, "BadRequest", "Bad Request")
        target = urlsplit(query.get("Destination", ""))
        page = pages.console(who.partition("/")[0], who.partition("/")[2], target.geturl())
        return Reply(200, page.encode(), "text/html; charset=utf-8", detail=f"{who} {target.hostname}{target.path}")
