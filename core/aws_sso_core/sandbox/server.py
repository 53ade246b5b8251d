"""HTTP on 127.0.0.1: one thread per connection, everything closed at the end, nothing written anywhere."""

from __future__ import annotations

import contextlib
import email.utils
import http
import os
import selectors
import socket
import socketserver
import threading
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from aws_sso_core.clock import Clock
from aws_sso_core.sandbox.dispatch import Answer, Dispatcher
from aws_sso_core.sandbox.wire import Reply, Request

LARGEST_BODY = 1 << 20


class Server(socketserver.TCPServer):
    """Accepts connections until ``close``; ``dispatcher`` answers (set it before ``start``)."""

    allow_reuse_address = os.name != "nt"  # on Windows it would let another program take the same port
    request_queue_size = 128

    dispatcher: Dispatcher

    def __init__(self, port: int, clock: Clock) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.clock = clock
        self.closing = threading.Event()
        self._ending, self._end = socket.socketpair()
        self._lock = threading.Lock()
        self._open: dict[socket.socket, threading.Thread] = {}
        self._acceptor = threading.Thread(target=self._accept, name="sandbox", daemon=True)

    @property
    def port(self) -> int:
        """The port that was bound."""
        return int(self.server_address[1])

    def start(self) -> None:
        """Begin to answer."""
        self._acceptor.start()

    def close(self) -> None:
        """End every connection and wait for its thread; may be called twice."""
        if self.closing.is_set():
            return
        self.closing.set()
        self._end.close()
        if self._acceptor.is_alive():
            with contextlib.suppress(OSError):  # wakes the acceptor, on every system
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
            self._acceptor.join(10)
        with self._lock:
            still_open = dict(self._open)
        for connection in still_open:
            _hang_up(connection)
        for thread in still_open.values():
            thread.join(10)
        self._ending.close()
        self.server_close()

    def has_more(self, connection: socket.socket) -> bool:
        """Wait for the connection's next request (or its end); False when the server closes instead.

        On Windows no other thread can wake one that reads.
        """
        with selectors.DefaultSelector() as selector:
            selector.register(connection, selectors.EVENT_READ)
            selector.register(self._ending, selectors.EVENT_READ)
            return all(key.fileobj is connection for key, _ in selector.select())

    def _accept(self) -> None:
        while True:
            try:
                connection, address = self.get_request()
            except OSError:
                if self.closing.wait(0.05):  # out of file descriptors, say: not for ever
                    return
                continue
            if self.closing.is_set():
                self.shutdown_request(connection)
                return
            thread = threading.Thread(target=self._serve, args=(connection, address), name="sandbox-call", daemon=True)
            with self._lock:
                self._open[connection] = thread
            thread.start()

    def _serve(self, connection: socket.socket, address: Any) -> None:
        try:
            self.finish_request(connection, address)
        except OSError:  # the client went away
            pass
        except Exception as bug:  # noqa: BLE001 - kept, and raised when the sandbox closes
            self.dispatcher.bugs.append(bug)
        finally:
            with self._lock:
                self._open.pop(connection, None)
            self.shutdown_request(connection)


class Handler(BaseHTTPRequestHandler):
    """One connection: requests in, whole answers out, in one write each."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def handle_one_request(self) -> None:
        """The next one of this connection."""
        if self.server.has_more(self.connection):
            super().handle_one_request()
        else:
            self.close_connection = True

    def do_GET(self) -> None:
        """Answer any method."""
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            self._send(Answer(Reply(411 if self.headers.get("Transfer-Encoding") else 413)))
            return
        parts = urlsplit(self.path)
        body = self.rfile.read(int(length))
        self._send(
            self.server.dispatcher.answer(Request(self.command, parts.path, parts.query, self.headers, body)),
            head_only=self.command == "HEAD",
        )

    do_POST = do_HEAD = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's own name
        """Nothing is logged: requests carry secrets."""

    def _send(self, answer: Answer, *, head_only: bool = False) -> None:
        if answer.delay and self.server.closing.wait(answer.delay):
            answer = Answer(None)
        if answer.reply is None:
            self.close_connection = True
            _hang_up(self.connection)
            return
        data = self._head(answer.reply)
        if answer.half:
            self.close_connection = True
            data += answer.reply.body[: len(answer.reply.body) // 2]
        elif not head_only:
            data += answer.reply.body
        self.wfile.write(data)
        if answer.half:
            _hang_up(self.connection)

    def _head(self, reply: Reply) -> bytes:
        lines = [
            f"HTTP/1.1 {reply.status} {_phrase(reply.status)}",
            f"Date: {email.utils.format_datetime(self.server.clock.now(), usegmt=True)}",
            f"Content-Type: {reply.content_type}",
            f"Content-Length: {len(reply.body)}",
            *(f"{name}: {value}" for name, value in reply.headers.items()),
        ]
        if self.close_connection:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return "Status"


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
