"""Leading a browser to AWS's console by an address that is a secret.

A browser gets its address as an argument, which other people on the machine may see in the list of processes. So it is
given the address of a page on 127.0.0.1 instead, which leads on once. Those other people are turned away where the
system tells who asks (Linux); Windows shows them no arguments.
"""

from __future__ import annotations

import secrets
import threading
from http import HTTPStatus
from urllib.parse import urlsplit

from aws_sso_core import loopback
from aws_sso_core.browser import Browser
from aws_sso_core.errors import BrowserUnavailable, SignInTimedOut
from aws_sso_core.model import Secret

_HINT = "`--print` shows the address."
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "Content-Type": "text/plain; charset=utf-8"}


def open_secretly(address: Secret, *, browser: Browser, patience: float) -> None:
    """Lead the browser to an address without telling it to anybody else; returns when it has come.

    Args:
        address: where to.
        browser: of the person.
        patience: seconds for the browser to come.

    Raises:
        BrowserUnavailable: none can be started, or nothing may listen on 127.0.0.1.
        SignInTimedOut: none came.
    """
    try:
        server = _Server(address)
    except OSError as error:
        raise BrowserUnavailable(f"This computer lets nothing listen on {loopback.HOST}.", _HINT) from error
    server.begin()
    try:
        if not browser.open(f"http://{loopback.HOST}:{server.port}{server.path}"):
            raise BrowserUnavailable("No browser can be started here.", _HINT)
        if not server.visited.wait(patience):
            raise SignInTimedOut("The browser did not ask for the console's page.", _HINT)
    finally:
        server.end()


class _Server(loopback.Server):
    def __init__(self, address: Secret) -> None:
        self.path = f"/{secrets.token_urlsafe(24)}"
        self.visited = threading.Event()
        self._address: Secret | None = address
        self._lock = threading.Lock()
        super().__init__(0, _Handler, name="console-door")

    def take(self) -> Secret | None:
        """The address, once."""
        with self._lock:
            address, self._address = self._address, None
        return address


class _Handler(loopback.Handler):
    server: _Server

    def do_GET(self) -> None:  # noqa: N802 - http.server's own name
        """Lead on whoever comes first to the right place."""
        path = urlsplit(self.path).path
        right = secrets.compare_digest(path.encode(), self.server.path.encode())
        if not right or not self.host_is_ours() or self.is_another_person():
            self.answer(HTTPStatus.NOT_FOUND, b"There is nothing here.\n", _HEADERS)
            return
        address = self.server.take()
        if address is None:
            self.answer(HTTPStatus.GONE, b"This page led on once already. Open the console again.\n", _HEADERS)
            return
        self.answer(HTTPStatus.SEE_OTHER, b"", {**_HEADERS, "Location": address.reveal()})
        self.server.visited.set()
