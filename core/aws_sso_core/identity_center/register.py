"""Which client registration a sign-in uses: a kept one as long as it is good, else a new one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Literal

from aws_sso_core.clock import Clock
from aws_sso_core.errors import AppError, ServiceFailed, SignInFailed, StoreFailed
from aws_sso_core.model import SDK_WINDOW, SSO_SCOPE, USUAL_SIGN_IN, Registration, Session
from aws_sso_core.registrations import Registrations

if TYPE_CHECKING:
    from aws_sso_core.aws import Oidc

Flow = Literal["pkce", "device"]

HOST = "127.0.0.1"
PATH = "/oauth/callback"
REGISTERED_URI = f"http://{HOST}{PATH}"
"""As AWS CLI registers it: the port may differ at each sign-in (RFC 8252, section 7.3), the path may not."""
CLIENT_NAME = "aws-sso-tray"
"""What AWS's consent page calls us."""
_GRANT_TYPES: dict[Flow, tuple[str, ...]] = {"pkce": ("authorization_code", "refresh_token"), "device": ()}
NOT_HERE = frozenset({"InvalidRequestException", "InvalidGrantException"})
"""What AWS answers in a region that does not know the start URL."""

_log = logging.getLogger(__name__)


def scopes_of(session: Session) -> tuple[str, ...]:
    """What to ask for: an sso-session without scopes gets the one that makes its token renewable, as in AWS CLI.

    Legacy sessions ask for none: their token is not renewable, but lives for 8 hours, which old SDKs rely on.
    """
    return session.scopes or ((SSO_SCOPE,) if session.kind == "sso-session" else ())


def registration_for(
    session: Session, flow: Flow, *, registrations: Registrations, oidc: Oidc, clock: Clock
) -> Registration:
    """A registration that lasts for the whole sign-in, as no token can be renewed after its registration's end.

    Raises:
        SignInFailed: AWS does not know the start URL in that region.
        Offline, ServiceFailed: AWS gave none.
    """
    enough = clock.now() + (session.duration or USUAL_SIGN_IN) + SDK_WINDOW
    try:
        kept = registrations.read(session, _GRANT_TYPES[flow])
    except StoreFailed as error:
        _log.warning("A client registration cannot be read: %s", error)
        kept = None
    return (
        kept if kept and kept.expires_at > enough else register(session, flow, registrations=registrations, oidc=oidc)
    )


def register(session: Session, flow: Flow, *, registrations: Registrations, oidc: Oidc) -> Registration:
    """A new registration, kept for the next time if it can be; errors as ``registration_for``."""
    by_code = flow == "pkce"
    try:
        registration = oidc.register(
            CLIENT_NAME,
            scopes=scopes_of(session),
            grant_types=_GRANT_TYPES[flow],
            redirect_uris=(REGISTERED_URI,) if by_code else (),
            issuer_url=session.start_url if by_code else None,
        )
    except ServiceFailed as error:
        raise unknown_place(error, session) from error
    try:
        registrations.write(session, registration)
    except StoreFailed as error:
        _log.warning("A client registration cannot be kept: %s", error)
    return registration


def forget(session: Session, flow: Flow, *, registrations: Registrations) -> None:
    """Use the kept registration no more."""
    try:
        registrations.forget(session, _GRANT_TYPES[flow])
    except StoreFailed as error:
        _log.warning("A client registration cannot be removed: %s", error)


def unknown_place(error: ServiceFailed, session: Session) -> AppError:
    """The advice that AWS's bare "Invalid request" lacks (aws-cli#5058, #7129); any other error as it is."""
    if error.code not in NOT_HERE:
        return error
    return SignInFailed(
        f"AWS does not know the start URL {session.start_url} in {session.region}.",
        "Check sso_start_url and sso_region: the region is the one where IAM Identity Center was set up.",
    )
