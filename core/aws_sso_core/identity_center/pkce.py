"""The authorization code flow with PKCE (RFC 7636), as AWS CLI does it since 2.22, with the listener on 127.0.0.1 only."""

from __future__ import annotations

import base64
import hashlib
import secrets
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from aws_sso_core.clock import Clock
from aws_sso_core.errors import AppError, SignInDenied
from aws_sso_core.identity_center.callback import Callback
from aws_sso_core.model import Registration, Secret, Session

if TYPE_CHECKING:
    from aws_sso_core.aws import Grant, Oidc

T = TypeVar("T")
_UNRESERVED = string.ascii_letters + string.digits + "-._~"
_VERIFIER_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Proof:
    """A secret that only we know, and its hash, which may be seen."""

    verifier: Secret
    challenge: str

    @classmethod
    def make(cls) -> Proof:
        """A new one: 64 characters of the unreserved alphabet, hashed with SHA-256 (RFC 7636, sections 4.1 and 4.2)."""
        return cls.of("".join(secrets.choice(_UNRESERVED) for _ in range(_VERIFIER_LENGTH)))

    @classmethod
    def of(cls, verifier: str) -> Proof:
        """The proof with this verifier."""
        digest = hashlib.sha256(verifier.encode("ascii")).digest()
        return cls(Secret(verifier), base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii"))


def sign_in(
    session: Session,
    *,
    oidc: Oidc,
    registration: Registration,
    scopes: Sequence[str],
    open_page: Callable[[str], None],
    own_user: bool,
    keep: Callable[[Grant], T],
    clock: Clock,
    until: float,
    check: Callable[[], None],
) -> T:
    """Send a person to AWS's page, and keep what comes of it before their browser says "signed in".

    Args:
        session: what is signed in to.
        oidc: the service, in the session's region.
        registration: one made for this flow.
        scopes: what to ask for.
        open_page: shows the page to the person; what it raises ends the sign-in.
        own_user: whether it does so in a browser of this user, and nobody else's is to be believed.
        keep: stores the tokens and gives the result.
        clock: decides about ``until``.
        until: when to give up, on ``clock.monotonic``.
        check: called again and again meanwhile; what it raises ends the sign-in.

    Raises:
        PortTaken: there can be no listener, and nothing was opened.
        SignInDenied, SignInFailed, SignInTimedOut: no sign-in; the browser's page tells it too.
        Offline, ServiceFailed, StoreFailed: the exchange, or keeping its result, failed.
    """
    proof, state = Proof.make(), secrets.token_urlsafe(32)
    with Callback(session, state, own_user=own_user) as callback:
        open_page(
            oidc.authorize_url(
                registration,
                redirect_uri=callback.redirect_uri,
                state=state,
                challenge=proof.challenge,
                scopes=scopes,
            )
        )
        try:
            code = callback.wait(clock=clock, until=until, check=check)
            grant = oidc.token_by_code(registration, code, verifier=proof.verifier, redirect_uri=callback.redirect_uri)
            kept = keep(grant)
        except AppError as error:
            callback.finish("denied" if isinstance(error, SignInDenied) else "failed", f"{error.sentence} {error.hint}")
            raise
        callback.finish("signed-in")
        return kept
