"""The ``sso`` service, which the AWS access portal is made of: accounts, roles, role credentials, Logout."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
from collections.abc import Sequence
from typing import Any

from aws_sso_core.sandbox.center import Center, RoleKeys
from aws_sso_core.sandbox.wire import Refusal, Reply, Request, json_reply

MOST_RESULTS = 100
"""AWS rejects a larger ``max_result`` since 2026-05 (aws-sso-cli#1342)."""

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def refuse(refusal: Refusal) -> Reply:
    """A refusal as the portal words it: name in the header and in ``__type``."""
    body = {"message": refusal.message, "__type": f"com.amazonaws.switchboard.portal#{refusal.name}"}
    return json_reply(body, status=refusal.status, headers={"x-amzn-ErrorType": refusal.name})


def _bad(message: str = "Invalid request") -> Refusal:
    return Refusal(400, "InvalidRequestException", message)


class Portal:
    """The four operations, on one Center."""

    def __init__(self, center: Center) -> None:
        self._center = center

    def accounts(self, request: Request) -> Reply:
        """ListAccounts; an account without a name comes without ``accountName``."""
        self._signed_in(request)
        rows = []
        for account in self._center.directory.accounts:
            row = {"accountId": account.id, "accountName": account.name, "emailAddress": account.email}
            rows.append({key: value for key, value in row.items() if value is not None})
        return self._paged(request, "accountList", rows, "accounts")

    def roles(self, request: Request) -> Reply:
        """ListAccountRoles."""
        self._signed_in(request)
        account_id = _account_id(request)
        names = self._center.directory.roles(account_id)
        if names is None:
            raise Refusal(403, "ForbiddenException", "No access")
        rows = [{"roleName": name, "accountId": account_id} for name in names]
        return self._paged(request, "roleList", rows, account_id)

    def role_credentials(self, request: Request) -> Reply:
        """GetRoleCredentials: keys that differ for each account, role and call; ``expiration`` in milliseconds."""
        self._signed_in(request)
        account_id, role = _account_id(request), request.query.get("role_name", "")
        if not role:
            raise _bad()
        if role not in (self._center.directory.roles(account_id) or ()):
            raise Refusal(403, "ForbiddenException", "No access")
        keys = self._issue(account_id, role)
        answer = {
            "accessKeyId": keys.access_key_id,
            "secretAccessKey": keys.secret_access_key,
            "sessionToken": keys.session_token,
            "expiration": int(keys.expires_at.timestamp() * 1000),
        }
        return json_reply({"roleCredentials": answer}, detail=f"{account_id}/{role}")

    def logout(self, request: Request) -> Reply:
        """Logout: ends the whole sign-in session, so every token of it. Role credentials live on."""
        self._signed_in(request)
        self._center.bearer(request.headers.get("x-amz-sso_bearer_token")).sign_in.ended = True
        return Reply(200)

    def _signed_in(self, request: Request) -> None:
        self._center.bearer(request.headers.get("x-amz-sso_bearer_token"))

    def _issue(self, account_id: str, role: str) -> RoleKeys:
        center = self._center
        tail = hashlib.sha256(f"{account_id}/{role}/{len(center.role_keys)}/{secrets.token_hex(8)}".encode()).digest()
        letters = "".join(_BASE32[byte % 32] for byte in tail[:16])
        keys = RoleKeys(
            access_key_id=f"ASIA{letters}",
            secret_access_key=secrets.token_urlsafe(30),
            session_token=base64.b64encode(secrets.token_bytes(360)).decode(),
            account_id=account_id,
            role=role,
            expires_at=center.clock.now() + center.knobs.role_lifetime,
        )
        center.role_keys[keys.access_key_id] = keys
        return keys

    def _paged(self, request: Request, key: str, rows: Sequence[dict[str, Any]], what: str) -> Reply:
        size, start = self._page_size(request), _offset(request, what)
        end = start + size
        following = base64.urlsafe_b64encode(f"{what}:{end}".encode()).decode() if end < len(rows) else None
        return json_reply({key: rows[start:end], "nextToken": following}, detail=what)

    def _page_size(self, request: Request) -> int:
        asked = request.query.get("max_result")
        if asked is None:
            return max(1, self._center.knobs.page_size)
        if not asked.isdecimal() or not 1 <= int(asked) <= MOST_RESULTS:
            raise _bad("Value at 'maxResults' failed to satisfy constraint: between 1 and 100")
        return max(1, min(int(asked), self._center.knobs.page_size))


def _account_id(request: Request) -> str:
    account_id = request.query.get("account_id", "")
    if not re.fullmatch(r"[0-9]{12}", account_id):
        raise _bad()
    return account_id


def _offset(request: Request, what: str) -> int:
    """Where the page begins; the token belongs to one listing."""
    token = request.query.get("next_token")
    if not token:
        return 0
    try:
        owner, _, number = base64.urlsafe_b64decode(token).decode().rpartition(":")
    except (binascii.Error, ValueError):
        owner, number = "", ""
    if owner != what or not number.isdecimal():
        raise _bad("Invalid nextToken")
    return int(number)
