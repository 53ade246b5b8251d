"""Checks that ask AWS: whether it is reached, by whom, with which clock, and whether it still knows us."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from aws_sso_core.doctor.checkup import Check, Finding, Machine, ok, problem, skipped, warning
from aws_sso_core.errors import AppError, Forbidden, Offline, ServiceFailed, SignInFailed, SignInNeeded, StoreFailed
from aws_sso_core.identity_center.register import registration_for, unknown_place
from aws_sso_core.model import Secret, Session

AREA = "AWS"
_SKEW = timedelta(minutes=5)
"""AWS refuses signed requests from clocks that are further off."""
_NOTICED = timedelta(minutes=1)
_NOBODY = Secret("aws-sso-tray-doctor")
"""A token and a secret that no one has: refused in a moment, and nothing comes of it."""
_PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy")
_BUNDLES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")


def _oidc(machine: Machine) -> Iterator[Finding]:
    if not machine.config.sessions:
        yield skipped("No session names a region whose sign-in service could be asked.")
    for session in _one_per_region(machine):
        oidc = machine.oidc(session, None)
        try:
            oidc.token_by_refresh("aws-sso-tray-doctor", _NOBODY, _NOBODY)
        except ServiceFailed as error:
            if error.code:
                yield ok(f"The sign-in service in {session.region} answers.")
            else:
                yield problem(error.sentence, error.hint)
        except AppError as error:
            yield problem(error.sentence, error.hint)
        if (skew := oidc.skew) is not None:
            yield _clock(skew)


def _clock(skew: timedelta) -> Finding:
    off = abs(skew)
    said = f"This computer's clock is {round(off.total_seconds())} s {'behind' if skew > timedelta() else 'ahead of'} AWS's."
    if off > _SKEW:
        return problem(said, "Set it: AWS refuses requests from clocks more than 5 minutes off.")
    if off > _NOTICED:
        return warning(said, "Let the system set it by itself.")
    return ok("This computer's clock is right.")


def _portal(machine: Machine) -> Iterator[Finding]:
    if not machine.config.sessions:
        yield skipped("No session names a region whose access portal could be asked.")
    for session in _one_per_region(machine):
        try:
            machine.portal(session, None).accounts(_NOBODY)
        except (SignInNeeded, Forbidden):
            yield ok(f"The access portal's service in {session.region} answers.")
        except AppError as error:
            yield problem(error.sentence, error.hint)


def _tokens(machine: Machine) -> Iterator[Finding]:
    """What AWS says of each token that should be good: a sign-in can be ended elsewhere."""
    asked = 0
    for session in machine.config.sessions:
        try:
            token = machine.tokens.read(session)
        except StoreFailed:
            continue  # told by another check
        if token is None or token.expires_at <= machine.clock.now():
            continue
        asked += 1
        try:
            accounts = machine.portal(session, None).accounts(token.access_token)
        except SignInNeeded:
            yield problem(
                f"AWS no longer accepts the token of {session.label}: the sign-in was ended elsewhere, "
                "or sso_region is not the one where it was made.",
                f"`aws-sso-tray login {session.label} --force`",
            )
        except (Offline, ServiceFailed):
            yield skipped("AWS cannot be asked about tokens now.")  # why is told by the check before
            return
        else:
            yield ok(
                f"AWS accepts the token of {session.label}, which gives {len(accounts)} account{'s' * (len(accounts) != 1)}."
            )
    if not asked:
        yield skipped("Nobody is signed in, so there is no token to ask about.")


def _region(machine: Machine) -> Iterator[Finding]:
    """Whether AWS knows each start URL in its sso_region, where no good token proves it."""
    now = machine.clock.now()
    if not machine.config.sessions:
        yield skipped("There is no start URL to ask about.")
    for session in machine.config.sessions:
        try:
            token = machine.tokens.read(session)
        except StoreFailed:
            token = None
        if token and token.expires_at > now:
            continue
        oidc = machine.oidc(session, None)
        try:
            registration = registration_for(
                session, "device", registrations=machine.registrations, oidc=oidc, clock=machine.clock
            )
            oidc.start_device(registration, session.start_url)
        except SignInFailed as error:
            yield problem(error.sentence, error.hint)
        except ServiceFailed as error:
            told = unknown_place(error, session)
            if told is not error:
                yield problem(told.sentence, told.hint)
        except Offline:
            yield skipped("AWS cannot be asked about start URLs now.")
            return


def _way(machine: Machine) -> Iterator[Finding]:
    """Proxies and CA bundles, which decide how AWS is reached."""
    seen = [f"{name}={without_password(machine.env[name])}" for name in _PROXIES if machine.env.get(name)]
    for name in _BUNDLES:
        file = machine.env.get(name)
        if file is not None and not file.strip():
            yield problem(
                f"{name} is set, but empty: AWS CLI and boto3 refuse that.", f"Give it a file, or `unset {name}`."
            )
        elif file and not os.access(Path(file), os.R_OK):
            yield problem(f"{name} names {file}, which cannot be read.", "Correct it: nothing reaches AWS like this.")
        elif file:
            seen.append(f"{name}={file}")
    if seen:
        yield ok("AWS is reached by the way that these variables tell.", *seen)


def without_password(url: str) -> str:
    """The address without the name and password that may stand in it."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}" if separator else url.rpartition("@")[2]


def _one_per_region(machine: Machine) -> list[Session]:
    return list({session.region: session for session in reversed(machine.config.sessions)}.values())


CHECKS = (
    Check("network-way", AREA, "Proxy and CA bundle", "No proxy and no CA bundle are set.", _way, needs_config=False),
    Check("oidc", AREA, "The sign-in service", "", _oidc, network=True),
    Check("portal", AREA, "The access portal", "", _portal, network=True),
    Check("token-accepted", AREA, "Whether AWS accepts the tokens", "AWS accepts every token.", _tokens, network=True),
    Check(
        "region",
        AREA,
        "Whether each sso_region is the right one",
        "AWS knows every start URL in its sso_region.",
        _region,
        network=True,
    ),
)
