"""Signing in: one at a time for each session, however many programs ask.

Whoever comes first opens the page; all others wait for the outcome and use the same token. When the first one fails or
gives up, the next one goes on in its place. A token that is good for a while is kept, and one that can be renewed in
silence is renewed, so a person is asked only when nothing else helps; and no longer once somebody has signed in by
other means (``aws sso login`` in some terminal).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from aws_sso_core.browser import Browser, why_not_loopback
from aws_sso_core.clock import Clock
from aws_sso_core.errors import (
    BrowserUnavailable,
    ServiceFailed,
    SignInDenied,
    SignInNeeded,
    SignInTimedOut,
)
from aws_sso_core.identity_center.locks import token_lock
from aws_sso_core.identity_center.register import Flow, forget, registration_for, scopes_of
from aws_sso_core.identity_center.turn import Lookout, SignedInElsewhere, take_turn
from aws_sso_core.model import Registration, Session, Token
from aws_sso_core.progress import Done, Ended, FellBack, How, OpenPage, Progress, ShowCode, SignedIn, Waiting
from aws_sso_core.registrations import Registrations
from aws_sso_core.renew import renew
from aws_sso_core.state import Learned
from aws_sso_core.token_cache import TokenCache

if TYPE_CHECKING:
    from aws_sso_core.aws import Grant, Oidc, PortalClient

TIMEOUT = timedelta(minutes=10)
"""As AWS CLI; AWS's own device codes live as long."""
_SKEW = timedelta(minutes=5)
"""AWS refuses signed requests from clocks that are further off (AWS SDKs: "RequestTimeTooSkewed")."""

_log = logging.getLogger(__name__)
Report = Callable[[Progress], None]


def why_device(session: Session, *, device: bool | None, env: Mapping[str, str]) -> str | None:
    """Why the device flow is used, as a sentence; None for PKCE.

    ``device`` False overrules what the surroundings look like: a toolbox, or an editor that forwards ports, works.
    """
    if device:
        return "You asked for a device code."
    if session.kind == "legacy":
        return "Legacy profiles (without an sso-session) sign in by device code only."
    return None if device is False else why_not_loopback(env)


def sign_in(
    session: Session,
    *,
    flow: Flow,
    force: bool,
    tokens: TokenCache,
    registrations: Registrations,
    oidc: Oidc,
    portal: PortalClient,
    browser: Browser | None,
    clock: Clock,
    locks_dir: Path,
    learned: Learned,
    report: Report,
    cancelled: threading.Event,
    timeout: timedelta = TIMEOUT,
) -> SignedIn:
    """Be signed in.

    Args:
        session: to what.
        flow: the device flow if ``why_device`` tells why; PKCE falls back to the device flow when no port can be listened on.
        force: sign in anew even with a good token; the old sign-in session is ended first, as the new one would
            otherwise inherit its end (aws-cli#7361).
        tokens: where the token is read and written.
        registrations: our kept client registrations.
        oidc: the service in the session's region.
        portal: the service that ends sign-ins.
        browser: opens the page; None when the person wants to do that.
        clock: waits, and decides what is left.
        locks_dir: ``Paths.locks_dir``.
        learned: told when a sign-in session begins.
        report: told what goes on, from this thread.
        cancelled: ends it at once when set.
        timeout: for waiting for others, and then for the person.

    Raises:
        SignInDenied, SignInTimedOut, SignInFailed, Interrupted: nobody is signed in who was not before.
        BrowserUnavailable: the browser cannot be started.
        Offline, ServiceFailed: AWS could not be reached, or answered with an error.
        StoreFailed: the token could not be written.
    """
    job = _Job(
        session=session,
        tokens=tokens,
        registrations=registrations,
        oidc=oidc,
        portal=portal,
        browser=browser,
        clock=clock,
        locks_dir=locks_dir,
        learned=learned,
        report=report,
        lookout=Lookout(session, tokens=tokens, clock=clock, cancelled=cancelled),
    )
    outcome = job.run(flow, force=force, timeout=timeout)
    report(Done(outcome))
    return outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What ``sign_in`` was given, so that its steps need not hand it on."""

    session: Session
    tokens: TokenCache
    registrations: Registrations
    oidc: Oidc
    portal: PortalClient
    browser: Browser | None
    clock: Clock
    locks_dir: Path
    learned: Learned
    report: Report
    lookout: Lookout

    def run(self, flow: Flow, *, force: bool, timeout: timedelta) -> SignedIn:
        before, refused = self.lookout.token(), self._is_refused()
        if before and self.lookout.is_good(before) and not (force or refused):
            return self._outcome(before, "kept")
        try:
            with ExitStack() as held:
                self._take_turn(held, before, timeout)
                token = self.lookout.token()
                if token and token != before and self.lookout.is_good(token):
                    return self._outcome(token, "other")
                fresh = force and self._end(token)
                renewed = None if force or refused else self._renew(token)
                return self._outcome(renewed, "renewed") if renewed else self._ask(flow, timeout, fresh=fresh)
        except SignedInElsewhere as elsewhere:
            return self._outcome(elsewhere.token, "other")

    def _is_refused(self) -> bool:
        """Whether AWS was seen to take the token in the file no longer, however much time is left of it."""
        lesson, now = self.learned.read(self.session.cache_key), self.clock.now()
        written_at = self.tokens.written_at(self.session)
        return lesson.is_over(written_at, now) or lesson.is_denied(written_at, now)

    def _take_turn(self, held: ExitStack, before: Token | None, timeout: timedelta) -> None:
        take_turn(
            held,
            self.session,
            locks_dir=self.locks_dir,
            lookout=self.lookout,
            before=before,
            clock=self.clock,
            until=self.clock.monotonic() + timeout.total_seconds(),
            waits=lambda: self.report(Waiting(self.session)),
        )

    def _ask(self, flow: Flow, timeout: timedelta, *, fresh: bool) -> SignedIn:
        until = self.clock.monotonic() + timeout.total_seconds()
        check = self.lookout.checker(self.lookout.token())
        by = self._by_code if flow == "pkce" else self._by_device
        try:
            return self._outcome(by(until, check, fresh=fresh), "new")
        except SignInDenied as error:
            if not fresh:
                raise
            raise SignInDenied(error.sentence, "The old sign-in had been ended first: sign in again.") from error

    def _outcome(self, token: Token, how: How) -> SignedIn:
        skew = self.oidc.skew
        return SignedIn(
            session=self.session,
            token_expires_at=token.expires_at,
            renewable=token.renewable(self.clock.now()),
            how=how,
            clock_skew=skew if skew and abs(skew) > _SKEW else None,
        )

    def _end(self, token: Token | None) -> bool:
        """End the old sign-in session at AWS; False when there was none to end."""
        if token is None or token.expires_at <= self.clock.now():
            return False
        try:
            self.portal.logout(token.access_token)
        except SignInNeeded:
            return False
        with token_lock(self.locks_dir, self.session):
            self.tokens.forget(self.session)  # it is worth nothing now, and must not look as if it were
        self.learned.record_sign_out(self.session.cache_key, self.clock.now())
        self.report(Ended(self.session))
        return True

    def _renew(self, token: Token | None) -> Token | None:
        if token is None or not token.renewable(self.clock.now()):
            return None
        try:
            renewed = renew(
                self.session,
                tokens=self.tokens,
                oidc=self.oidc,
                clock=self.clock,
                locks_dir=self.locks_dir,
                learned=self.learned,
            ).token
        except (SignInNeeded, ServiceFailed) as error:
            _log.info("A person is needed: %s", error)
            return None
        return renewed if self.lookout.is_good(renewed) else None

    def _by_code(self, until: float, check: Callable[[], None], *, fresh: bool) -> Token:
        from aws_sso_core.identity_center import pkce  # noqa: PLC0415 - http.server, which the device flow does without
        from aws_sso_core.identity_center.callback import PortTaken  # noqa: PLC0415 - the same

        registration = registration_for(
            self.session, "pkce", registrations=self.registrations, oidc=self.oidc, clock=self.clock
        )
        try:
            return pkce.sign_in(
                self.session,
                oidc=self.oidc,
                registration=registration,
                scopes=scopes_of(self.session),
                open_page=lambda url: self.report(OpenPage(url, opened=self._open(url))),
                own_user=self.browser is not None,
                keep=lambda grant: self._keep(grant, registration, fresh=fresh),
                clock=self.clock,
                until=until,
                check=check,
            )
        except PortTaken as error:
            self.report(FellBack(error.sentence))
            return self._by_device(until, check, fresh=fresh)
        except SignInTimedOut:
            # AWS's page tells only the person that a registration is no longer known; the next try takes a new one.
            forget(self.session, "pkce", registrations=self.registrations)
            raise
        except ServiceFailed as error:
            if error.code == "InvalidClientException":
                forget(self.session, "pkce", registrations=self.registrations)
            raise

    def _by_device(self, until: float, check: Callable[[], None], *, fresh: bool) -> Token:
        from aws_sso_core.identity_center import device as device_flow  # noqa: PLC0415 - beside its twin

        registration, device = device_flow.begin(
            self.session, oidc=self.oidc, registrations=self.registrations, clock=self.clock
        )
        page = device.url_complete or device.url
        expires_at = self.clock.now() + device.expires_in
        opened = self._open(page)
        self.report(ShowCode(device.url, device.user_code, device.url_complete, expires_at, opened))
        grant = device_flow.sign_in(
            self.session,
            oidc=self.oidc,
            registration=registration,
            device=device,
            clock=self.clock,
            until=until,
            check=check,
        )
        return self._keep(grant, registration, fresh=fresh)

    def _open(self, url: str) -> bool:
        if self.browser is None:
            return False
        if not self.browser.open(url):
            raise BrowserUnavailable(
                "The browser cannot be started.",
                "`--device` shows a code to type in on any machine; `--no-browser` shows the address.",
            )
        return True

    def _keep(self, grant: Grant, registration: Registration, *, fresh: bool) -> Token:
        """Write the token before anybody hears of it."""
        now = self.clock.now()
        token = Token(
            access_token=grant.access_token,
            expires_at=now + grant.expires_in,
            start_url=self.session.start_url,
            region=self.session.region,
            refresh_token=grant.refresh_token,
            client_id=registration.client_id,
            client_secret=registration.client_secret,
            registration_expires_at=registration.expires_at,
        )
        with token_lock(self.locks_dir, self.session):
            self.tokens.write(self.session, token)
        self.learned.record_sign_in(self.session.cache_key, now, fresh=fresh)
        return token
