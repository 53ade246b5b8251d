"""Docker's protocol for credential helpers (github.com/docker/docker-credential-helpers, "Development").

One argument, the rest on standard input. Answers and errors go to standard output, exit code 1 says which it was, and
Docker goes on without a password if the error is the one sentence that it knows. So whatever goes wrong here, Docker
hears that sentence; the person reads one line on standard error, which Docker passes on, and the log has the rest.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Mapping

from aws_sso_core.cli import registries
from aws_sso_core.cli.output import Output
from aws_sso_core.cli.services import Services
from aws_sso_core.errors import AppError
from aws_sso_core.processes import ancestor_names, shown_name
from aws_sso_core.registries.docker_config import PROGRAM
from aws_sso_core.registries.hosts import registry
from aws_sso_core.registries.warm import USER
from aws_sso_core.system_clock import SystemClock

NOT_FOUND = "credentials not found in native keychain"
"""Docker knows this sentence word for word, and then goes on anonymously."""
NO_URL = "no credentials server URL"
NO_USER = "no credentials username"
_USAGE = f"Usage: {PROGRAM} <store|get|erase|list|version>"
_OTHERS = "aws-sso-tray keeps passwords for registries of Amazon ECR only"

_log = logging.getLogger(__name__)


class _Refused(Exception):
    """What Docker is told in place of an answer."""


def run(
    arguments: list[str], given: str, *, env: Mapping[str, str], services: Services | None = None
) -> tuple[int, str]:
    """Exit code and standard output of one call.

    Args:
        arguments: without the program's name.
        given: all of standard input.
        env: the environment.
        services: those of a test; None makes this process's.
    """
    # Without a standard output nothing can get between Docker and its answer.
    out = Output(env=env, stdout=None, stderr=sys.stderr)
    services = services or Services(env=env, out=out, clock=SystemClock())
    try:
        services.log_to_file("docker")
        return 0, _answer(arguments, given, services)
    except _Refused as refused:
        return 1, f"{refused}\n"
    except KeyboardInterrupt:
        return 130, ""
    finally:
        services.close()


def _answer(arguments: list[str], given: str, services: Services) -> str:
    actions: dict[str, Callable[[str, Services], str]] = {"get": _get, "store": _store, "erase": _erase, "list": _list}
    match arguments:
        case [action] if action in actions:
            return actions[action](given, services)
        case ["version" | "--version" | "-v"]:
            return _version()
        case ["-h" | "--help"]:
            return f"{_USAGE}\n"
        case [action]:
            raise _Refused(f"{PROGRAM}: unknown action: {action}")
        case _:
            raise _Refused(_USAGE)


def _get(given: str, services: Services) -> str:
    url = _url(given)
    wanted = registry(url)
    if wanted is None:
        _log.info("%s is no registry of Amazon ECR.", url)
        raise _Refused(NOT_FOUND)
    try:
        answer = registries.password(services, wanted, program=_caller)
    except AppError as error:
        _log.warning("%s: %s: %s", wanted.host, error.kind, error)
        services.out.say(f"aws-sso-tray: {error.sentence} {error.hint}".rstrip())
        raise _Refused(NOT_FOUND) from error
    except Exception as error:
        _log.exception("unexpected")
        where = f" The details are in {services.log_file}." if services.log_file else ""
        services.out.say(f"aws-sso-tray: Something went wrong that should not have: {type(error).__name__}.{where}")
        raise _Refused(NOT_FOUND) from error
    return _json({"ServerURL": url, "Username": USER, "Secret": answer.token.password.reveal()})


def _caller() -> str:
    """Who asks: "docker", "skopeo"; on Windows pip's starter of this program stands in between."""
    return shown_name(next((name for name in ancestor_names() if not name.startswith(PROGRAM)), "docker"))


def _store(given: str, _services: Services) -> str:
    """After `docker login`: there is nothing to keep, as a fresh password is made when one is asked for."""
    try:
        document = json.loads(given)
        url, user = (document.get(key) for key in ("ServerURL", "Username"))
    except (ValueError, AttributeError, RecursionError) as error:
        raise _Refused("the credentials are no JSON object") from error
    if not (isinstance(user, str) and user.strip()):
        raise _Refused(NO_USER if url else NO_URL)
    if registry(_url(url if isinstance(url, str) else "")) is None:
        raise _Refused(_OTHERS)  # silence would lose them
    return ""


def _erase(given: str, services: Services) -> str:
    """`docker logout`: the kept password goes; the next `get` makes a new one."""
    wanted = registry(_url(given))
    if wanted is not None:
        try:
            registries.tokens(services).forget(wanted.host)
        except AppError as error:
            _log.warning("%s: %s", error.kind, error)
            raise _Refused(error.sentence) from error
    return ""


def _list(_given: str, services: Services) -> str:
    hosts = registries.tokens(services).hosts(services.clock.now())
    return _json({f"https://{host}": USER for host in hosts})


def _json(answer: Mapping[str, str]) -> str:
    """In the form that Docker's own helpers and our quick way have."""
    return json.dumps(answer, separators=(",", ":")) + "\n"


def _url(given: str) -> str:
    url = given.strip()
    if not url:
        raise _Refused(NO_URL)
    return url


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - 15 ms, for this answer only

    return f"{PROGRAM} (aws-sso-tray) {version('aws-sso-tray')}\n"
