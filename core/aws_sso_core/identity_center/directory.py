"""Reading all accounts and roles of a signed-in person, as fast as the portal allows and no faster."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from aws_sso_core.clock import Clock
from aws_sso_core.digest import sha1_hex
from aws_sso_core.errors import Forbidden, ServiceFailed, StoreFailed
from aws_sso_core.identity_center.listings import Known, Listings
from aws_sso_core.locking import lock
from aws_sso_core.model import Account, Secret, Session

if TYPE_CHECKING:
    from aws_sso_core.aws import PortalClient

THREADS = 32
"""So that 20 requests a second are possible even where an answer takes a second and a half."""
FRESH = timedelta(hours=1)
"""How long the roles of an account are taken as known, unless they are asked for anew."""
_SAVE_EVERY = 200
"""Accounts; what is read after the last save is read again after a crash."""
_LOOK = 0.2
"""Real seconds; a wait without an end cannot be interrupted by Ctrl+C on Windows."""
_WAIT = 900.0
"""Seconds to wait for another reading of the same Identity Center; 10,000 accounts take less."""
_NOT_FOUND = 404

_Answer = tuple[Account, tuple[str, ...] | BaseException]
_Answers = queue.SimpleQueue[_Answer]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading is."""

    done: int
    """Accounts whose roles are known."""
    accounts: int
    roles: int
    left: timedelta | None
    """About how long it still takes; None when nobody can tell yet."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An account and the roles that the person has there."""

    account: Account
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """All of them, in the portal's order."""

    accounts: tuple[Listed, ...]
    denied: tuple[Account, ...] = ()
    """Accounts that the portal names but gives no roles for (403): nothing is known of these."""
    remembered: int = 0
    """Accounts whose roles were known from a reading shortly before."""

    @property
    def pairs(self) -> Iterator[tuple[Account, str]]:
        """Each account with each of its roles."""
        return ((listed.account, role) for listed in self.accounts for role in listed.roles)

    @property
    def roles(self) -> int:
        """How many there are in all accounts together."""
        return sum(len(listed.roles) for listed in self.accounts)


def list_directory(
    session: Session,
    *,
    token: Secret,
    portal: PortalClient,
    listings: Listings,
    clock: Clock,
    locks_dir: Path,
    refresh: bool,
    stopped: threading.Event,
    report: Callable[[Progress], None],
) -> Listing:
    """Read the accounts, and the roles of each.

    Every answer is complete or an error; what was read before an error is kept, so the next call goes on from there.

    Args:
        session: whose portal.
        token: a valid access token.
        portal: asked from ``THREADS`` threads at once; its ``pace`` decides how often.
        listings: where what is read is kept.
        clock: decides what is fresh.
        locks_dir: ``Paths.locks_dir``: one reading of an Identity Center at a time.
        refresh: read all roles anew, however fresh they are.
        stopped: set here when the reading ends early, to end all waiting.
        report: called in this thread, for each account.

    Raises:
        SignInNeeded: the token is no longer accepted.
        Offline, ServiceFailed (Throttled, BadReply): some account could not be read.
        StoreFailed: the lock cannot be had.
    """
    name = f"listing-{sha1_hex(session.start_url.rstrip('/#'))}.lock"
    with lock(locks_dir / name, timeout=_WAIT, what=f"the list of accounts of {session.label}"):
        accounts = list({account.id: account for account in portal.accounts(token)}.values())
        before = listings.read(session)
        known = {a.id: before[a.id] for a in accounts if a.id in before and _is_fresh(before[a.id], clock)}
        if refresh:
            known = {}
        remembered = len(known)
        due = [account for account in accounts if account.id not in known]
        denied: list[Account] = []
        begun, roles = clock.monotonic(), sum(len(one.roles) for one in known.values())
        answers = _ask(due, token, portal, stopped)
        try:
            for at in range(1, len(due) + 1):
                roles += _take(_next(answers), known, denied, clock)
                left = timedelta(seconds=(clock.monotonic() - begun) / at * (len(due) - at))
                telling = at > THREADS or at == len(due)
                report(Progress(remembered + at, len(accounts), roles, left if telling else None))
                if at % _SAVE_EVERY == 0:
                    _save(listings, session, known)
        finally:
            stopped.set()
            _take_the_rest(answers, known, clock)
            if due:
                _save(listings, session, known)
    listed = tuple(Listed(account, known[account.id].roles) for account in accounts if account.id in known)
    return Listing(listed, tuple(sorted(denied, key=lambda account: account.id)), remembered)


def _is_fresh(known: Known, clock: Clock) -> bool:
    return timedelta() <= clock.now() - known.at < FRESH


def _save(listings: Listings, session: Session, known: dict[str, Known]) -> None:
    with suppress(StoreFailed):  # then the next reading begins anew, and nothing else is lost
        listings.write(session, known)


def _ask(accounts: Sequence[Account], token: Secret, portal: PortalClient, stopped: threading.Event) -> _Answers:
    """Begin to ask for the roles of each account; the answers come in any order, errors among them."""
    waiting: queue.SimpleQueue[Account] = queue.SimpleQueue()
    answers: _Answers = queue.SimpleQueue()
    for account in accounts:
        waiting.put(account)

    def work() -> None:
        while not stopped.is_set():
            try:
                account = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                roles = portal.roles(token, account.id)
                answers.put((account, tuple(dict.fromkeys(role.name for role in roles))))
            except BaseException as error:  # noqa: BLE001 - raised in the thread that waits
                answers.put((account, error))

    for number in range(min(THREADS, len(accounts))):
        threading.Thread(target=work, name=f"portal-{number}", daemon=True).start()
    return answers


def _next(answers: _Answers) -> _Answer:
    while True:
        with suppress(queue.Empty):
            return answers.get(timeout=_LOOK)


def _take(answer: _Answer, known: dict[str, Known], denied: list[Account], clock: Clock) -> int:
    """How many roles the account has; raises what went wrong."""
    account, roles = answer
    if not isinstance(roles, BaseException):
        known[account.id] = Known(roles, clock.now())
        return len(roles)
    if _is_denied(roles):
        denied.append(account)
        return 0
    _log.info("account %s: %s", account.id, roles)
    raise roles


def _take_the_rest(answers: _Answers, known: dict[str, Known], clock: Clock) -> None:
    """Keep what came while the reading ended; it need not be read again."""
    with suppress(queue.Empty):
        while True:
            account, roles = answers.get_nowait()
            if not isinstance(roles, BaseException):
                known[account.id] = Known(roles, clock.now())


def _is_denied(error: BaseException) -> bool:
    return isinstance(error, Forbidden) or (isinstance(error, ServiceFailed) and error.status == _NOT_FOUND)
