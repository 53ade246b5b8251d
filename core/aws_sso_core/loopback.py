"""Small HTTP servers on 127.0.0.1, which anything on this machine and any web page in a browser here can talk to.

So whoever builds one judges every request: ``Handler.host_is_ours`` tells a request that was made to lead here by another
name (DNS rebinding), and nothing is logged, because request lines and headers hold secrets.
"""

from __future__ import annotations

import contextlib
import logging
import os
import selectors
import socket
import socketserver
import threading
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any

HOST = "127.0.0.1"

_IDLE_SECONDS = 10.0

_log = logging.getLogger(__name__)


class Server(socketserver.ThreadingTCPServer):
    """Listens from the moment it is made, serves between ``begin`` and ``end``; one thread for each visitor.

    Not ``http.server``'s own: that one asks the DNS for the machine's name before it listens.

    Raises:
        OSError: on making it; the port is taken, or nothing may listen here.
    """

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = os.name != "nt"  # on Windows that would let another program take the port from us
    timeout = 0

    def __init__(self, port: int, handler: type[Handler], *, name: str) -> None:
        """``port`` 0 is any free one; ``name`` is the thread's."""
        super().__init__((HOST, port), handler)
        self._ending, self._end = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)

    @property
    def port(self) -> int:
        """The port that was bound."""
        return int(self.server_address[1])

    def server_bind(self) -> None:
        """Bind for us alone."""
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
        if exclusive is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, exclusive, 1)
        super().server_bind()

    def begin(self) -> None:
        """Serve, in a thread of its own."""
        self._thread.start()

    def end(self) -> None:
        """Stop listening. Visitors that are being served are left to their threads."""
        self._end.close()
        self._thread.join()
        self._ending.close()
        self.server_close()

    def _serve(self) -> None:
        """Sleep until a visitor comes; ``serve_forever`` would wake up again and again to see whether it should end."""
        with selectors.DefaultSelector() as selector:
            selector.register(self, selectors.EVENT_READ)
            selector.register(self._ending, selectors.EVENT_READ)
            while all(key.fileobj is self for key, _ in selector.select()):
                self.handle_request()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - socketserver's own shape
        """A visitor that hangs up is not worth a trace on stderr, which socketserver would write."""
        _log.debug("A visitor of a listener was not served.", exc_info=True)


class Handler(BaseHTTPRequestHandler):
    """Answers one request, then hangs up."""

    timeout = _IDLE_SECONDS
    server_version = "aws-sso-tray"
    sys_version = ""
    server: Server

    def host_is_ours(self) -> bool:
        """Whether the visitor asked for this very address, and not for another name that leads here."""
        return self.headers.get_all("Host") == [f"{HOST}:{self.server.port}"]

    def answer(self, status: HTTPStatus, body: bytes, headers: Mapping[str, str]) -> None:
        """Send this, and hang up."""
        with contextlib.suppress(OSError):  # a visitor who left is no failure of ours
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != HTTPStatus.NO_CONTENT:
                self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's own name
        """Nothing is logged: requests hold secrets."""
