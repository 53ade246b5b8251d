"""Small HTTP servers on 127.0.0.1, which anything on this machine and any web page in a browser here can talk to.

So whoever builds one judges every request: ``Handler.host_is_ours`` tells a request that was made to lead here by another
name (DNS rebinding), ``Handler.is_another_person`` one of another user of this machine, who can read in the list of
processes what address a browser was given. Nothing is logged, because request lines and headers hold secrets.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import selectors
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"

PATIENCE = 10.0
"""Seconds for a visitor to say the whole of what it wants, and again to take each part of the answer."""
MOST_VISITORS = 256
"""At a time; more are hung up on, so that nobody can use up our threads and files."""
_SOCKETS = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
"""Linux's tables of sockets: a visitor may have made an IPv6 one for our IPv4 address."""
_ROOT = 0

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
        self._room = threading.Semaphore(MOST_VISITORS)
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

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a visitor in a thread of its own, if there is room."""
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            self._room.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """That thread."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - socketserver's own shape
        """A visitor that hangs up is not worth a trace on stderr, which socketserver would write."""
        _log.debug("A visitor of a listener was not served.", exc_info=True)


class Handler(BaseHTTPRequestHandler):
    """Answers one request, then hangs up."""

    timeout = PATIENCE
    server_version = "aws-sso-tray"
    sys_version = ""
    server: Server

    def setup(self) -> None:
        """As always, but the request must be there in time as a whole, not only each byte of it."""
        super().setup()
        self.rfile = io.BufferedReader(_InTime(self.connection, PATIENCE))

    def host_is_ours(self) -> bool:
        """Whether the visitor asked for this very address, and not for another name that leads here."""
        return self.headers.get_all("Host") == [f"{HOST}:{self.server.port}"]

    def is_another_person(self) -> bool:
        """Whether another user of this machine asks, where the system tells that (Linux).

        Root is none, who can read everything in any case: Windows comes as root to a listener in WSL. Nor is the person
        who runs us by ``sudo``, in whose desktop the browser is.
        """
        user = user_of(self.client_address, (HOST, self.server.port), _SOCKETS)
        ours = {_ROOT, getattr(os, "getuid", int)()}
        return user is not None and user not in ours and str(user) != os.environ.get("SUDO_UID")

    def answer(self, status: HTTPStatus, body: bytes, headers: Mapping[str, str]) -> None:
        """Send this, and hang up."""
        with contextlib.suppress(OSError):  # a visitor who left is no failure of ours
            self.connection.settimeout(PATIENCE)
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


class _InTime(io.RawIOBase):
    """What a visitor says, as long as there is time."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection = connection
        self._until = time.monotonic() + seconds

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """See ``io.RawIOBase``; TimeoutError when the time is over."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


def user_of(visitor: tuple[str, int], here: tuple[str, int], tables: Sequence[Path]) -> int | None:
    """Whose socket the visitor's end of a connection is; None where no table tells.

    Source: proc(5), "/proc/net/tcp".
    """
    ends = [_in_table(*visitor), _in_table(*here)]
    for table in tables:
        with contextlib.suppress(OSError, ValueError), table.open(encoding="ascii") as lines:
            for line in lines:
                words = line.split()
                if len(words) > _USER and [word[-len(ends[0]) :] for word in words[1:3]] == ends:
                    return int(words[_USER])
    return None


_USER = 7
"""The column of the user's number."""


def _in_table(host: str, port: int) -> str:
    """An address as the tables have it; there an IPv4 one is the end of its IPv6 form."""
    return f"{int.from_bytes(socket.inet_aton(host), sys.byteorder):08X}:{port:04X}"
