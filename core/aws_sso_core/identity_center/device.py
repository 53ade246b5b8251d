"""The device authorization flow (RFC 8628): a code that a person confirms on any page, on any machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from aws_sso_core.clock import Clock
from aws_sso_core.errors import (
    AppError,
    BadReply,
    Offline,
    ServiceFailed,
    SignInDenied,
    SignInFailed,
    SignInTimedOut,
    Throttled,
)
from aws_sso_core.identity_center.register import register, registration_for, unknown_place
from aws_sso_core.model import Registration, Session
from aws_sso_core.registrations import Registrations

if TYPE_CHECKING:
    from aws_sso_core.aws import DeviceCode, Grant, Oidc

SLOW_DOWN = timedelta(seconds=5)
"""RFC 8628, section 3.5: what slow_down adds to the interval, for good."""
_SLICE = 0.25
"""Seconds between two calls of ``check``."""


def begin(
    session: Session, *, oidc: Oidc, registrations: Registrations, clock: Clock
) -> tuple[Registration, DeviceCode]:
    """A code to show, and the registration it was made with.

    A kept registration that AWS no longer knows is replaced once.

    Raises:
        SignInFailed: AWS does not know the start URL in that region.
        Offline, ServiceFailed: AWS gave no code.
    """
    registration = registration_for(session, "device", registrations=registrations, oidc=oidc, clock=clock)
    try:
        return registration, oidc.start_device(registration, session.start_url)
    except ServiceFailed as error:
        if error.code != "InvalidClientException":
            raise unknown_place(error, session) from error
    registration = register(session, "device", registrations=registrations, oidc=oidc)
    return registration, oidc.start_device(registration, session.start_url)


def sign_in(
    session: Session,
    *,
    oidc: Oidc,
    registration: Registration,
    device: DeviceCode,
    clock: Clock,
    until: float,
    check: Callable[[], None],
) -> Grant:
    """Poll until the person has decided. No request is sent before the first interval is over.

    A network that fails for a while does not end it: the code stays good, so the next poll may succeed.

    Args:
        session: what is signed in to.
        oidc: the service, in the session's region.
        registration: the one the code was made with.
        device: what StartDeviceAuthorization gave, already shown to the person.
        clock: waits, and decides about ``until``.
        until: when to give up, on ``clock.monotonic``, if the code lives that long.
        check: called again and again meanwhile; what it raises ends the sign-in.

    Raises:
        SignInDenied, SignInTimedOut, SignInFailed: no sign-in.
        ServiceFailed: AWS gave another answer than the flow knows.
        Offline: AWS could not be reached any more until the code expired.
    """
    ends = min(until, clock.monotonic() + device.expires_in.total_seconds())
    interval = device.interval
    trouble: AppError | None = None
    while clock.monotonic() < ends:
        _wait(interval, clock, ends, check)
        try:
            return oidc.token_by_device_code(registration, device.device_code)
        except (Throttled, Offline, BadReply) as error:  # slow_down is a Throttled
            interval, trouble = interval + SLOW_DOWN, None if isinstance(error, Throttled) else error
        except ServiceFailed as error:
            trouble = _judge(error, session, trouble)
    raise trouble or _expired(session)


def _judge(error: ServiceFailed, session: Session, trouble: AppError | None) -> AppError | None:
    """The trouble that is left when polling may go on; raises when the flow is over."""
    match error.code:
        case "AuthorizationPendingException":
            return None
        case "ExpiredTokenException":
            raise _expired(session) from error
        case "AccessDeniedException":
            raise SignInDenied(f"The sign-in to {session.label} was declined.", "Nothing has changed.") from error
        case "InvalidGrantException" if trouble is not None:
            # The code was used up by a poll whose answer never came.
            sentence = f"AWS's answer to the sign-in to {session.label} was lost on the way."
            raise SignInFailed(sentence, "Start the sign-in again.") from error
    if error.status >= 500:  # noqa: PLR2004 - AWS has trouble of its own, which may pass
        return error
    raise error


def _expired(session: Session) -> SignInTimedOut:
    return SignInTimedOut(
        f"Nobody confirmed the code for {session.label} in time.", "Start the sign-in again to get a new code."
    )


def _wait(interval: timedelta, clock: Clock, ends: float, check: Callable[[], None]) -> None:
    due = min(clock.monotonic() + interval.total_seconds(), ends)
    while (left := due - clock.monotonic()) > 0:
        check()
        clock.sleep(min(_SLICE, left))
