"""The listener on 127.0.0.1 that a browser is sent back to at the end of a sign-in (RFC 8252, section 7.3).

Anything on this machine, and any web page in the person's browser, can send requests here. So only one path counts, the
``state`` is compared before anything is believed, everything else is answered and ignored, and the first good answer is
the only one. Where we started the browser, its address (and with it the ``state``) stood in the list of processes: another
user who read it there could sign the person in as somebody else, so is not believed. The browser's page waits until the sign-in is really complete, and tells how it ended.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from aws_sso_core import loopback
from aws_sso_core.clock import Clock
from aws_sso_core.errors import SignInDenied, SignInFailed, SignInTimedOut
from aws_sso_core.identity_center.landing import HEADERS, Landing, landing_page
from aws_sso_core.identity_center.register import HOST, PATH
from aws_sso_core.model import Secret, Session

_SLICE = 0.05
"""Real seconds between two looks at the clock while waiting."""
_VERDICT_SECONDS = 60.0
"""How long a browser's page waits to hear how the sign-in ended; the exchange has time-outs far below."""
_GOODBYE_SECONDS = 2.0
_LONGEST_WORD = 60


class PortTaken(SignInFailed):
    """No listener could be bound on 127.0.0.1."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    kind: Landing
    detail: str = ""


class Callback:
    """Listens while the ``with`` block lasts; bound before any browser is opened, so the answer cannot come too early.

    Args:
        session: named on the page that the browser shows.
        state: what the answer must carry.
        port: 0 for any free one.
        own_user: whether only this user's browser is believed.

    Raises:
        PortTaken: on entering.
    """

    def __init__(self, session: Session, state: str, *, port: int = 0, own_user: bool = False) -> None:
        self.own_user = own_user
        self._session = session
        self._state = state.encode()
        self._port = port
        self._lock = threading.Lock()
        self._arrived = threading.Event()
        self._code: Secret | None = None
        self._refusal: SignInFailed | None = None
        self._outcome: _Outcome | None = None
        self._decided = threading.Event()
        self._told = threading.Event()
        self._server: _Server | None = None

    def __enter__(self) -> Self:
        try:
            self._server = _Server(self._port, self)
        except OSError as error:
            raise PortTaken(
                f"This computer lets nothing listen on {HOST}{f':{self._port}' if self._port else ''}: {error.strerror}.",
                "`--device` signs in without it.",
            ) from error
        self._server.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._decided.is_set():
            self.finish("failed", "The sign-in was ended in the program.")
        if self._arrived.is_set():
            self._told.wait(_GOODBYE_SECONDS)  # let the page go out before the listener closes
        if self._server is not None:
            self._server.end()

    @property
    def redirect_uri(self) -> str:
        """Where the browser is to be sent, with the port."""
        assert self._server is not None, "not entered"  # noqa: S101 - a mistake in our own code
        return f"http://{HOST}:{self._server.port}{PATH}"

    def wait(self, *, clock: Clock, until: float, check: Callable[[], None]) -> Secret:
        """The authorization code, when it comes.

        Args:
            clock: whose ``monotonic`` decides about ``until``.
            until: when to give up, on that clock.
            check: called again and again meanwhile; what it raises ends the waiting.

        Raises:
            SignInDenied, SignInFailed: AWS sent the browser back without one.
            SignInTimedOut: nobody came.
        """
        while not self._arrived.wait(_SLICE):
            check()
            if clock.monotonic() >= until:
                raise SignInTimedOut(
                    f"Nobody finished the sign-in to {self._session.label} in the browser.",
                    "Was the tab closed? Start the sign-in again.",
                )
        if self._refusal is not None:
            raise self._refusal
        assert self._code is not None  # noqa: S101 - one of the two came
        return self._code

    def finish(self, kind: Landing, detail: str = "") -> None:
        """Tell the waiting browser page how the sign-in ended; only the first call counts."""
        with self._lock:
            if self._outcome is None:
                self._outcome = _Outcome(kind, detail)
        self._decided.set()

    def take(self, query: dict[str, list[str]]) -> tuple[HTTPStatus, str]:
        """Judge what came to the registered path: status and page. Waits for the outcome if it is the answer."""
        if not self._is_ours(query):
            return HTTPStatus.BAD_REQUEST, landing_page("stray", None)
        with self._lock:
            if self._code is not None or self._refusal is not None:
                return HTTPStatus.GONE, landing_page("used", self._session)
            if "code" in query:
                self._code = Secret(query["code"][0])
            else:
                self._refusal = _refusal(query["error"][0], self._session)
        self._arrived.set()
        self._decided.wait(_VERDICT_SECONDS)
        outcome = self._outcome or _Outcome("failed", "The program did not say how it ended.")
        return HTTPStatus.OK, landing_page(outcome.kind, self._session, outcome.detail)

    def told(self) -> None:
        """The page with the outcome has gone out (or its reader has gone away)."""
        if self._decided.is_set():
            self._told.set()

    def _is_ours(self, query: dict[str, list[str]]) -> bool:
        states = query.get("state", [])
        if len(states) != 1 or not hmac.compare_digest(states[0].encode(), self._state):
            return False
        answers = [*query.get("code", []), *query.get("error", [])]
        return len(answers) == 1 and bool(answers[0])


class _Server(loopback.Server):
    def __init__(self, port: int, callback: Callback) -> None:
        self.callback = callback
        super().__init__(port, _Handler, name="sign-in-callback")


class _Handler(loopback.Handler):
    server: _Server

    def do_GET(self) -> None:  # noqa: N802 - http.server's own name
        """The answer to a sign-in, or something to be turned away."""
        status, html = self._judge()
        try:
            self.answer(status, html.encode(), HEADERS)
        finally:
            if status == HTTPStatus.OK:
                self.server.callback.told()

    def do_HEAD(self) -> None:  # noqa: N802 - the same
        """Previews and scanners look with HEAD: they are answered, and nothing is consumed."""
        parts = urlsplit(self.path)
        good = self.host_is_ours() and parts.path == PATH
        self.answer(HTTPStatus.OK if good else HTTPStatus.NOT_FOUND, b"", HEADERS)

    def _judge(self) -> tuple[HTTPStatus, str]:
        parts = urlsplit(self.path)
        if not self.host_is_ours():  # another name that was made to lead here (DNS rebinding)
            return HTTPStatus.MISDIRECTED_REQUEST, landing_page("stray", None)
        if parts.path == "/favicon.ico":
            return HTTPStatus.NO_CONTENT, ""
        if parts.path != PATH or (self.server.callback.own_user and self.is_another_person()):
            return HTTPStatus.NOT_FOUND, landing_page("stray", None)
        try:
            query = parse_qs(parts.query, keep_blank_values=True, max_num_fields=20)
        except ValueError:
            query = {}
        return self.server.callback.take(query)


def _refusal(error: str, session: Session) -> SignInFailed:
    """What an ``error`` in the answer means (RFC 6749, section 4.1.2.1); it carried the right state, so AWS sent it."""
    if error == "access_denied":
        return SignInDenied(f"The sign-in to {session.label} was declined in the browser.", "Nothing has changed.")
    word = (
        "".join(c for c in error if c.isascii() and (c.isalnum() or c in "_-."))[:_LONGEST_WORD] or "without a reason"
    )
    return SignInFailed(
        f"AWS ended the sign-in to {session.label}: {word}.",
        f"Check that sso_start_url ({session.start_url}) and sso_region ({session.region}) belong together.",
    )
