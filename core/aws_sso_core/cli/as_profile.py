"""What commands share that make a shell or a program somebody: whom, in what shell, and another program's words."""

from __future__ import annotations

from collections.abc import Sequence

from aws_sso_core.as_profile.environment import AS_VARIABLE, PROFILE_VARIABLE
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.shells.variables import ShellName, shell_named
from aws_sso_core.errors import ProfileNotFound, UsageError
from aws_sso_core.processes import ancestor_names


def of_this_shell(services: Services) -> str | None:
    """The profile that this shell is, by ``env``, ``exec`` or AWS_PROFILE; None when it has none of its own.

    Raises:
        ProfileNotFound: a variable names one that does not exist, and who calls us did not type it.
        ConfigUnreadable, StoreFailed: nobody knows.
    """
    variable = next((v for v in (AS_VARIABLE, PROFILE_VARIABLE) if services.env.get(v)), None)
    if variable is None:
        return None
    try:
        return services.config.profile(services.env[variable]).name
    except ProfileNotFound as error:
        error.hint = f"{variable} of this shell names it. {error.hint}"
        raise


def shell_of(services: Services, *, windows: bool) -> ShellName:
    """The shell that started us, as far as can be told."""
    seen = (shell_named(name) for name in ancestor_names())
    usual = shell_named(services.env.get("SHELL", "").rpartition("/")[2])
    return next((shell for shell in seen if shell), None) or usual or ("powershell" if windows else "bash")


def command_line(words: Sequence[str], *, example: str) -> list[str]:
    """The other program's command line, without the ``--`` in front of it.

    Raises:
        UsageError: there is none.
    """
    line = list(words[1:] if words[:1] == ("--",) else words)
    if not line:
        raise UsageError("There is no command to run.", f"Such as `{example}`.")
    return line
