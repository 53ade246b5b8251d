"""A token for commands that read the portal: the one there is, a renewed one, or one of a sign-in."""

from __future__ import annotations

import threading
from datetime import timedelta

from aws_sso_core.cli.services import Services
from aws_sso_core.cli.table import PROGRAM
from aws_sso_core.errors import SignInNeeded
from aws_sso_core.model import SDK_WINDOW, Secret, Session, Token
from aws_sso_core.token_cache import TokenDamaged


def token_of(
    session: Session,
    services: Services,
    *,
    may_sign_in: bool,
    device: bool | None = None,
    no_browser: bool = False,
) -> Secret:
    """A token with some time left: the one there is, renewed silently, or from a sign-in if that is allowed.

    ``device`` and ``no_browser`` are those of ``login``.

    Raises:
        SignInNeeded: only a person can help.
        AppError: whatever went wrong.
    """
    try:
        return _kept_or_renewed(session, services).access_token
    except SignInNeeded as error:
        if not may_sign_in:
            there = session in services.config.sessions
            first = f"Add --sign-in, or sign in first: `{PROGRAM} login {session.label}`."
            error.hint = first if there else "Add --sign-in."
            raise
    _sign_in(session, services, device=device, no_browser=no_browser)
    token = services.tokens.read(session)
    if token is None:
        raise SignInNeeded(f"Somebody signed out of {session.label} just now.", "Sign in again.")
    return token.access_token


def note_refused(session: Session, services: Services) -> None:
    """The portal takes the token no longer, however much time it has left: the next ``token_of`` gets another one."""
    services.learned.record_denied(session.cache_key, services.clock.now())


def _kept_or_renewed(session: Session, services: Services) -> Token:
    now, tokens = services.clock.now(), services.tokens
    try:
        token = tokens.read(session)
    except TokenDamaged as error:
        raise SignInNeeded(error.sentence) from error
    refused = services.learned.read(session.cache_key).is_denied(tokens.written_at(session), now)
    if token is not None and token.expires_at - now > SDK_WINDOW and not refused:
        return token
    if refused and token is not None and not token.renewable(now):
        raise SignInNeeded(f"AWS no longer accepts the sign-in to {session.label}.")
    from aws_sso_core import renew  # noqa: PLC0415 - mostly there is a token

    return renew.renew(
        session,
        tokens=tokens,
        oidc=services.oidc(session, None),
        clock=services.clock,
        locks_dir=services.paths.locks_dir,
        learned=services.learned,
        refused=token if refused else None,
    ).token


def _sign_in(session: Session, services: Services, *, device: bool | None, no_browser: bool) -> None:
    from aws_sso_core import sign_in  # noqa: PLC0415 - as above
    from aws_sso_core.browser import can_open  # noqa: PLC0415 - as above
    from aws_sso_core.cli.progress import Spoken  # noqa: PLC0415 - as above

    why = sign_in.why_device(session, device=device, env=services.env)
    command_line = services.settings.browser or None
    opens = not no_browser and (command_line is not None or can_open(services.env))
    sign_in.sign_in(
        session,
        flow="device" if why else "pkce",
        force=False,
        tokens=services.tokens,
        registrations=services.registrations,
        oidc=services.oidc(session, None),
        portal=services.portal(session, None),
        browser=services.browser(command_line) if opens else None,
        clock=services.clock,
        locks_dir=services.paths.locks_dir,
        learned=services.learned,
        report=Spoken(services.out, session.label, why_code="" if device else why or ""),
        cancelled=threading.Event(),
        timeout=timedelta(minutes=10),
    )
