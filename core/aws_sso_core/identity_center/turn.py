"""Whose turn it is to ask the person, and what ends the waiting of all others."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from aws_sso_core.clock import Clock
from aws_sso_core.errors import Interrupted, LockTimeout, SignInTimedOut
from aws_sso_core.files import Signature, signature
from aws_sso_core.identity_center.locks import sign_in_lock
from aws_sso_core.model import SDK_WINDOW, Session, Token
from aws_sso_core.token_cache import TokenCache, TokenDamaged

_LOOK = 0.1
"""Real seconds between two looks at whether the sign-in of somebody else is over."""

_log = logging.getLogger(__name__)


class SignedInElsewhere(Exception):
    """Not an error: somebody has signed in meanwhile, so nobody needs to finish our page any more."""

    def __init__(self, token: Token) -> None:
        super().__init__()
        self.token = token


class Lookout:
    """Looks at the token file for somebody who waits."""

    def __init__(self, session: Session, *, tokens: TokenCache, clock: Clock, cancelled: threading.Event) -> None:
        self._session = session
        self._tokens = tokens
        self._clock = clock
        self._cancelled = cancelled

    def token(self) -> Token | None:
        """The token in the file; None also for a damaged file, which a sign-in repairs."""
        try:
            return self._tokens.read(self._session)
        except TokenDamaged as error:
            _log.info("%s", error)
            return None

    def is_good(self, token: Token | None) -> bool:
        """Whether it has over 15 minutes left, so that no AWS tool minds it."""
        return token is not None and token.expires_at - self._clock.now() > SDK_WINDOW

    def checker(self, before: Token | None) -> Callable[[], None]:
        """To be called again and again while waiting; cheap as long as nothing happens.

        Args:
            before: the token there was, which is no news.

        Raises (when called):
            Interrupted: cancelled.
            SignedInElsewhere: there is a good token that is not ``before``.
        """
        path = self._tokens.path(self._session)
        seen: list[
            Signature | None
        ] = []  # so the first look is a real one: nothing that came since ``before`` is missed

        def check() -> None:
            if self._cancelled.is_set():
                raise Interrupted("The sign-in was cancelled.")
            now = signature(path)
            if [now] == seen[-1:]:
                return
            seen.append(now)
            token = self.token()
            if token and token != before and self.is_good(token):
                raise SignedInElsewhere(token)

        return check

    def pause(self) -> None:
        """Until the next look; cut short by being cancelled."""
        self._cancelled.wait(_LOOK)


def take_turn(
    held: ExitStack,
    session: Session,
    *,
    locks_dir: Path,
    lookout: Lookout,
    before: Token | None,
    clock: Clock,
    until: float,
    waits: Callable[[], None],
) -> None:
    """Become the one who asks the person, if necessary after those who came before; until ``held`` is closed.

    Args:
        held: gets the lock.
        session: whose turn.
        locks_dir: ``Paths.locks_dir``.
        lookout: ends the waiting.
        before: the token there was when we came.
        clock: decides about ``until``.
        until: when to give up, on ``clock.monotonic``.
        waits: called once, if there is somebody to wait for.

    Raises:
        SignInTimedOut: the others took too long.
        Interrupted, SignedInElsewhere: as ``Lookout.checker``.
        StoreFailed: the lock cannot be used.
    """
    check, told = lookout.checker(before), False
    while True:
        try:
            held.enter_context(sign_in_lock(locks_dir, session))
        except LockTimeout:
            if not told:
                waits()
                told = True
        else:
            return
        lookout.pause()
        check()
        if clock.monotonic() >= until:
            raise SignInTimedOut(
                f"Another program's sign-in to {session.label} was not finished in time.",
                "Finish it in the browser, or close that program.",
            )
