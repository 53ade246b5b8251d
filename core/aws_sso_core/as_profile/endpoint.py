"""Credentials by HTTP on 127.0.0.1, as AWS's SDKs ask a container's host for them.

SDKs and Tools reference, "Container credential provider": an SDK is told where by
``AWS_CONTAINER_CREDENTIALS_FULL_URI`` and shows the token of ``AWS_CONTAINER_AUTHORIZATION_TOKEN``. It asks again when
the credentials near their end, so a program may run for days.
"""

from __future__ import annotations

import hmac
import json
import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from aws_sso_core import loopback
from aws_sso_core.errors import AppError, Forbidden, SignInNeeded, UsageError
from aws_sso_core.model import RoleCredentials, Secret
from aws_sso_core.timestamps import format_time

PATH = "/credentials"
_HEADERS = {"Content-Type": "application/json", "Cache-Control": "no-store"}

log = logging.getLogger(__name__)


class PortTaken(AppError):
    """No server could be bound on 127.0.0.1."""


class CredentialEndpoint:
    """Serves while the ``with`` block lasts.

    Args:
        credentials: called for each request, by one thread at a time; what it raises is told to the program.
        port: 0 for any free one.
        token: what a program must show; a new one for None.
        heard: told each outcome: an error, or None for credentials that went out.

    Raises:
        PortTaken: the port is in use, or nothing may listen here.
    """

    def __init__(
        self,
        credentials: Callable[[], RoleCredentials],
        *,
        port: int = 0,
        token: Secret | None = None,
        heard: Callable[[AppError | None], None] = lambda _error: None,
    ) -> None:
        self.token = token or Secret(secrets.token_urlsafe(32))
        self._credentials = credentials
        self._heard = heard
        self._turn = threading.Lock()
        try:
            self._server = _Server(port, self)
        except OSError as error:
            raise PortTaken(
                f"This computer lets nothing listen on {loopback.HOST}{f':{port}' if port else ''}: {error.strerror}.",
                "Another --port may be free." if port else "",
            ) from error

    @property
    def url(self) -> str:
        """Where programs ask."""
        return f"http://{loopback.HOST}:{self._server.port}{PATH}"

    def __enter__(self) -> Self:
        self._server.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.end()

    def admits(self, authorization: str | None) -> bool:
        """Whether a visitor showed the token, compared in a time that does not tell how much of it was right."""
        return hmac.compare_digest((authorization or "").encode(), self.token.reveal().encode())

    def answer(self) -> tuple[HTTPStatus, Mapping[str, Any]]:
        """What a program that may have them gets: credentials, or why there are none."""
        try:
            with self._turn:
                found = self._credentials()
        except AppError as error:
            log.info("%s: %s", error.kind, error.sentence)
            self._heard(error)
            return _refusal(error)
        except Exception:
            log.exception("unexpected")
            self._heard(AppError("Something went wrong that should not have.", "The log tells more."))
            return HTTPStatus.INTERNAL_SERVER_ERROR, {"code": "unexpected", "message": "The log tells more."}
        self._heard(None)
        return HTTPStatus.OK, {
            "AccessKeyId": found.access_key_id,
            "SecretAccessKey": found.secret_access_key.reveal(),
            "Token": found.session_token.reveal(),
            "Expiration": format_time(found.expires_at),
            **({"AccountId": found.account_id} if found.account_id else {}),
        }


class _Server(loopback.Server):
    def __init__(self, port: int, endpoint: CredentialEndpoint) -> None:
        self.endpoint = endpoint
        super().__init__(port, _Handler, name="credential-endpoint")


class _Handler(loopback.Handler):
    server: _Server

    def do_GET(self) -> None:  # noqa: N802 - http.server's own name
        """Credentials, for who asks the right place with the right token."""
        endpoint = self.server.endpoint
        status: HTTPStatus = HTTPStatus.NOT_FOUND
        body: Mapping[str, Any] = _told("not-found", f"Credentials are at {PATH}.")
        if not self.host_is_ours():  # a name that somebody made to lead here (DNS rebinding)
            status, body = HTTPStatus.MISDIRECTED_REQUEST, _told("wrong-host", "This is another host.")
        elif not endpoint.admits(self.headers.get("Authorization")):
            status, body = HTTPStatus.UNAUTHORIZED, _told("wrong-token", "The authorization token is missing or wrong.")
        elif urlsplit(self.path).path == PATH:
            status, body = endpoint.answer()
        self.answer(status, json.dumps(body).encode(), _HEADERS)


def _told(code: str, message: str) -> dict[str, str]:
    return {"code": code, "message": message}


def _refusal(error: AppError) -> tuple[HTTPStatus, dict[str, str]]:
    """SDKs try 5xx again, and give up at 4xx."""
    final = isinstance(error, SignInNeeded | Forbidden | UsageError)
    status = HTTPStatus.FORBIDDEN if final else HTTPStatus.SERVICE_UNAVAILABLE
    return status, _told(error.kind, f"{error.sentence} {error.hint}".strip())
