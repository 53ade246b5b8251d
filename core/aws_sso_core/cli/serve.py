"""``serve``: credentials by HTTP on 127.0.0.1, as a container's host gives them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import click

from aws_sso_core.as_profile import launch
from aws_sso_core.as_profile.endpoint import CredentialEndpoint
from aws_sso_core.as_profile.environment import FILES, Variables, as_endpoint
from aws_sso_core.cli.as_profile import command_line, shell_of
from aws_sso_core.cli.completion import profile_names
from aws_sso_core.cli.granted import granted, role_of
from aws_sso_core.cli.group import cli_command, json_lines_option
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.shells.variables import SHELLS, ShellName, lines
from aws_sso_core.errors import AppError, Offline, SignInNeeded
from aws_sso_core.model import RoleCredentials

AT_ONCE = timedelta()
"""SDKs give an endpoint one or two seconds, so nobody waits for a sign-in here."""
_A_WHILE = 3600.0
_HIGHEST_PORT = 65_535


@cli_command(starts_another=True)
@click.option(
    "--profile",
    metavar="PROFILE",
    shell_complete=profile_names,
    help="Whose credentials; without it, those of the active profile.",
)
@click.option(
    "--port", metavar="N", type=click.IntRange(0, _HIGHEST_PORT), default=0, help="The port; any free one by default."
)
@click.option("--shell", type=click.Choice(SHELLS), help="Whose language; without it, the shell that asks.")
@click.option(
    "--token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Keep the token there while serving, and name the file instead.",
)
@json_lines_option
@click.argument("words", metavar="[-- COMMAND ...]", nargs=-1, type=click.UNPROCESSED)
def command(
    services: Services,
    *,
    profile: str | None,
    port: int,
    shell: ShellName | None,
    token_file: Path | None,
    as_json: bool,
    words: tuple[str, ...],
) -> None:
    """Give credentials to programs on this machine as a container's host does, until Ctrl+C or until COMMAND ends.

    AWS's SDKs ask again before the credentials end, so a program may run for as long as you are signed in. It prints the
    lines that lead programs here: the address, and a token that every request must show. Without --profile, the active
    profile counts at each request, whichever it is then.

    A container sees 127.0.0.1 of this machine when it shares its network (docker run --network host).

    \b
    Examples:
      aws-sso-tray serve --profile dev.admin -- terraform apply
      aws-sso-tray serve --profile dev.admin --port 8123
      aws-sso-tray serve --json
    """
    line = command_line(words, example="aws-sso-tray serve -- aws s3 ls") if words else []
    region = _region(profile, services)
    told = _Listener(services)

    def credentials() -> RoleCredentials:
        return granted(services, profile, wait=AT_ONCE).credentials

    with CredentialEndpoint(credentials, port=port, heard=told.heard) as endpoint, _kept(endpoint, token_file):
        place = str(token_file.absolute()) if token_file else None
        token = None if place else endpoint.token
        variables = as_endpoint(profile or "active", region, endpoint.url, token=token, token_file=place)
        variables = _winning(variables.after(services.env), services)
        if line:
            raise click.exceptions.Exit(launch.run(line, variables.over(services.env)))
        if as_json:
            services.out.event("serving", url=endpoint.url, set=variables.values, unset=variables.removed)
        else:
            shell = shell or shell_of(services, windows=os.name == "nt")
            services.out.script(lines(variables, shell))
            services.out.say(
                f"Serving credentials of {profile or 'the active profile'} at {endpoint.url}; Ctrl+C ends it."
            )
        while True:
            services.clock.sleep(_A_WHILE)  # which Ctrl+C ends on every system


def _region(profile: str | None, services: Services) -> str | None:
    """The profile's region. What makes serving senseless is said at once; a missing sign-in can still come."""
    region = None
    if profile is not None:
        config = services.config
        found = config.profile(profile)
        role_of(found, config)
        region = found.region
    try:
        granted(services, profile, wait=AT_ONCE)
    except (SignInNeeded, Offline) as error:
        services.out.advise(error.sentence, error.hint)
    return region


def _winning(variables: Variables, services: Services) -> Variables:
    """SDKs look into ``~/.aws`` before they ask an endpoint; where they would find something there, it is hidden."""
    from aws_sso_core.files import read_bytes  # noqa: PLC0415 - as below
    from aws_sso_core.resolve import Provider, Texts, resolve  # noqa: PLC0415 - 20 ms

    texts = Texts(*(read_bytes(path) or b"" for path in (services.paths.config, services.paths.credentials)))
    if all(found.provider is Provider.NONE for found in resolve(None, texts, variables.over(services.env))):
        return variables
    services.out.advise(
        "[default] in ~/.aws would win over the endpoint, so programs that are led here do not see ~/.aws.",
        f"{' and '.join(FILES)} are {os.devnull} for them; `aws-sso-tray env --clear` ends that in a shell.",
    )
    return variables.hiding_files(os.devnull)


@contextmanager
def _kept(endpoint: CredentialEndpoint, token_file: Path | None) -> Iterator[None]:
    """The token in a file of its owner, while we serve."""
    if token_file is None:
        yield
        return
    from aws_sso_core.files import remove, write_atomic  # noqa: PLC0415 - for this option only

    write_atomic(token_file, endpoint.token.reveal().encode())
    try:
        yield
    finally:
        remove(token_file)


class _Listener:
    """Says what goes wrong, once for each time that it begins."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._last = ""
        self._lock = threading.Lock()

    def heard(self, error: AppError | None) -> None:
        """An answer went out."""
        with self._lock:
            said, self._last = self._last, error.sentence if error else ""
            if error and error.sentence != said:
                self._services.out.problem(error)
            elif said and error is None:
                self._services.out.say("Programs get credentials again.")
