"""Checks of sessions and their token files; nothing is asked of AWS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from aws_sso_core import overview
from aws_sso_core.doctor.checkup import Check, Finding, Machine, ok, problem, warning
from aws_sso_core.model import SessionStatus, State
from aws_sso_core.start_url import center
from aws_sso_core.switching import active

AREA = "Sign-in"
_POWERFUL = ("administrator", "poweruser", "fullaccess")
_ORPHANS = 3


def _sessions(machine: Machine) -> Iterator[Finding]:
    statuses = overview.survey(
        config=machine.config,
        tokens=machine.tokens,
        learned=machine.learned,
        wanted=machine.wanted,
        settings=machine.settings,
        now=machine.clock.now(),
    )
    if not statuses:
        yield warning("There is no IAM Identity Center session.", "`aws-sso-tray configure` sets one up.")
    for status in statuses:
        yield _session(status)


def _session(status: SessionStatus) -> Finding:
    label = status.session.label
    if status.problem:
        return problem(f"{label}: {status.problem}", f"`aws-sso-tray login {label}`")
    if status.state in {State.SIGNED_IN, State.EXPIRING}:
        return ok(f"Signed in to {label}.")
    if status.state is State.UNKNOWN:
        return warning(f"{label}: nobody knows yet whether the sign-in lives.", "`aws-sso-tray renew` asks AWS.")
    return warning(f"Nobody is signed in to {label}.", f"`aws-sso-tray login {label}`")


def _token_files(machine: Machine) -> Iterator[Finding]:
    """Those of sessions that are there are told by the check before."""
    ours = {machine.tokens.path(session) for session in machine.config.sessions}
    strangers = [file for file in machine.tokens.scan() if file.path not in ours]
    for file in strangers:
        if file.kind == "damaged":
            yield problem(f"The file {file.path} is damaged: {file.problem}.", "No session uses it: delete it.")
    orphans = [str(file.path) for file in strangers if file.kind == "token"]
    if orphans:
        yield warning(
            f"{len(orphans)} token file{'s' * (len(orphans) > 1)} in {machine.paths.sso_cache} "
            f"belong{'s' * (len(orphans) == 1)} to no session of your config.",
            "Left by a session that was renamed or removed, or by another tool: `aws sso logout` removes them all.",
            *orphans[:_ORPHANS],
        )


def _registrations(machine: Machine) -> Iterator[Finding]:
    now = machine.clock.now()
    for session in machine.config.sessions:
        token = next((f.token for f in machine.tokens.scan() if f.path == machine.tokens.path(session)), None)
        ends = token.registration_expires_at if token else None
        if token and token.refresh_token and ends and ends <= now:
            yield warning(
                f"The client registration of {session.label} has expired, so its token cannot be renewed.",
                f"`aws-sso-tray login {session.label}` makes a new one.",
            )


def _twins(machine: Machine) -> Iterator[Finding]:
    """Sessions that differ in nothing a person would see: two sign-ins where one would do."""
    count = Counter(center(session.start_url) for session in machine.config.sessions)
    for url, times in count.items():
        labels = [s.label for s in machine.config.sessions if center(s.start_url) == url]
        if times > 1:
            yield warning(
                f"{' and '.join(labels)} are the same portal, {url}, and each wants a sign-in of its own.",
                "Let all profiles name one sso-session; `aws-sso-tray migrate` does that for legacy profiles.",
            )


def _role(machine: Machine) -> Iterator[Finding]:
    name = active.current(paths=machine.paths) or "default"
    profile = next((p for p in machine.config.profiles if p.name == name), None)
    if profile is None:
        yield ok("There is no default profile, so no role that every command has.")
    elif profile.role_name and any(word in profile.role_name.lower() for word in _POWERFUL):
        yield warning(
            f"The active profile {name!r} has the role {profile.role_name}: every command that names no profile has it.",
            "Make a profile with fewer rights the active one, and name this one when you need it.",
        )


CHECKS = (
    Check("sessions", AREA, "Sessions", "Signed in.", _sessions),
    Check("token-files", AREA, "Token files", "Every token file can be read and belongs to a session.", _token_files),
    Check("registrations", AREA, "Client registrations", "No client registration has expired.", _registrations),
    Check("twins", AREA, "Sessions of one portal", "No portal is configured twice.", _twins),
    Check("role", AREA, "The active profile's role", "The active profile has no administrator's role.", _role),
)
