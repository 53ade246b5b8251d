"""Checks of environment variables, which beat everything in the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aws_sso_core.doctor.checkup import Check, Finding, Machine, ok, problem, warning
from aws_sso_core.doctor.network import without_password
from aws_sso_core.errors import ProfileNotFound
from aws_sso_core.switching import active
from aws_sso_core.timestamps import parse_time

AREA = "Environment"
_PROFILES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_ENDPOINT = "AWS_ENDPOINT_URL"
_KEYS = "AWS_ACCESS_KEY_ID"
_UNSET = "`unset {0}`; in PowerShell `Remove-Item Env:{0}`."


def _active(machine: Machine) -> Iterator[Finding]:
    name = active.current(paths=machine.paths)
    shadows = active.shadows(paths=machine.paths, env=machine.env, lasting=machine.lasting)
    for shadow in shadows:
        yield warning(f"{shadow.what} {shadow.why}", shadow.fix)
    if not shadows:
        yield ok(f"The active profile is {name!r}, for every AWS tool." if name else "No profile is the active one.")


def _profile_variables(machine: Machine) -> Iterator[Finding]:
    known = [profile.name for profile in machine.config.profiles]
    for place, variables in _both(machine):
        set_ones = {name: variables[name] for name in _PROFILES if variables.get(name)}
        for variable, profile in set_ones.items():
            if profile not in known:
                error = ProfileNotFound(profile, known)
                yield problem(f"{variable}{place} names the profile {profile!r}, which does not exist.", error.hint)
        if len(set(set_ones.values())) > 1:
            said = " and ".join(f"{variable} says {profile!r}" for variable, profile in set_ones.items())
            yield warning(
                f"Two variables{place} disagree: {said}.",
                "AWS CLI and Terraform go by AWS_PROFILE, boto3 by AWS_DEFAULT_PROFILE: remove the latter.",
            )


def _keys(machine: Machine) -> Iterator[Finding]:
    for place, variables in _both(machine):
        if not variables.get(_KEYS):
            continue
        ends = parse_time(variables.get("AWS_CREDENTIAL_EXPIRATION"))
        if ends is not None and ends <= machine.clock.now():
            yield problem(
                f"{_KEYS}{place} holds credentials that have expired: AWS tools fail with ExpiredToken.",
                _UNSET.format(_KEYS) + " AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN too.",
            )
        else:
            yield warning(
                f"{_KEYS}{place} is set, and beats every profile that was not asked for by name.",
                _UNSET.format(_KEYS) + " AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN too.",
            )


def _endpoints(machine: Machine) -> Iterator[Finding]:
    names = [name for name in machine.env if name.startswith(_ENDPOINT) and machine.env[name]]
    for name in sorted(names):
        yield warning(
            f"{name} sends requests to {without_password(machine.env[name])} instead of to AWS"
            + (", sign-ins too." if name in {_ENDPOINT, "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"} else "."),
            _UNSET.format(name)
            + (
                " For LocalStack and the like, name the single service (AWS_ENDPOINT_URL_S3)."
                if name == _ENDPOINT
                else ""
            ),
        )


def _places(machine: Machine) -> Iterator[Finding]:
    moved = {
        "AWS_CONFIG_FILE": machine.paths.config,
        "AWS_SHARED_CREDENTIALS_FILE": machine.paths.credentials,
    }
    for name, path in moved.items():
        if machine.env.get(name) and not path.exists():
            yield problem(f"{name} names {path}, which does not exist.", _UNSET.format(name))
        elif machine.env.get(name):
            yield warning(
                f"{name} moves the file to {path}: programs that do not have it in their environment read another one.",
                f"Have it set where the tray starts too, or do without it. {_UNSET.format(name)}",
            )


def _both(machine: Machine) -> Iterator[tuple[str, Mapping[str, str]]]:
    yield "", machine.env
    elsewhere = {name: value for name, value in machine.lasting.items() if machine.env.get(name) != value}
    yield " in your lasting environment", elsewhere


CHECKS = (
    Check("active", AREA, "The active profile", "The active profile is what every AWS tool takes.", _active),
    Check(
        "profile-variables",
        AREA,
        "AWS_PROFILE and AWS_DEFAULT_PROFILE",
        "No variable names a profile that is not there.",
        _profile_variables,
    ),
    Check("keys", AREA, "Keys in the environment", "No keys in the environment.", _keys, needs_config=False),
    Check(
        "endpoints",
        AREA,
        "Endpoints in the environment",
        "No variable sends requests elsewhere.",
        _endpoints,
        needs_config=False,
    ),
    Check(
        "places",
        AREA,
        "AWS_CONFIG_FILE and its like",
        "Config and credentials are in their usual place.",
        _places,
        needs_config=False,
    ),
)
