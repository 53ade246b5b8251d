"""Writes the pages that the program itself knows best: docs/reference.md and docs/troubleshooting.md.

python docs/generate.py            (in an environment that has the program; a test holds the pages against it)
"""  # noqa: INP001 - a script

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click

from aws_sso_core import errors
from aws_sso_core.cli.group import group
from aws_sso_core.cli.table import COMMANDS, PROGRAM
from aws_sso_core.doctor.checks import CHECKS
from aws_sso_core.known_failures import FAILURES
from aws_sso_core.paths import HOME_VARIABLE, Paths
from aws_sso_core.settings import DEFAULTS, KEYS

HERE = Path(__file__).parent
REFERENCE, TROUBLESHOOTING = HERE / "reference.md", HERE / "troubleshooting.md"
_MADE = "<!-- Made by docs/generate.py from the program itself: change the program, then run it. -->"
_FILES = {
    "config": "sessions and profiles, for all AWS tools; written when you ask",
    "credentials": "static keys, if there are any; read, and put back by `restore`",
    "sso_cache": "tokens, as AWS CLI writes them",
    "cli_cache": "role credentials, as AWS CLI writes them",
    "warm_dir": "what the credential helper goes by to answer quickly; no secrets",
    "settings": "your settings",
    "state_dir": "what we keep between runs: what was learned, registries' passwords, and the folders below",
    "log_dir": "one log, without secrets",
    "docker_config": "Docker's own; `ecr login` adds one entry for each registry",
    "locks_dir": "lock files; their content means nothing",
}
"""Where the code's own words are for programmers."""
_ELSEWHERE = {"aws_dir", "managed_settings"}
"""The first is the others' folder, the second stands among the settings of README.md."""
_CODES = (
    (0, "done"),
    (1, "it failed"),
    (2, "the call or the configuration is wrong: trying again without a change will not help"),
    (3, "somebody has to sign in"),
    (4, "AWS could not be reached, so nothing is known"),
    (126, "`exec`: the command cannot be started"),
    (127, "`exec`, `serve`: there is no such command; else their exit code is that of the command"),
    (130, "interrupted (Ctrl+C)"),
)


def reference() -> str:
    """Every command with its help, every setting, check, file and exit code."""
    return "\n".join(
        (_MADE, "", "# Reference", "", *_contents(), *_commands(), *_settings(), *_checks(), *_files(), *_exit_codes())
    )


def troubleshooting() -> str:
    """What the messages of AWS tools mean."""
    return "\n".join((_MADE, "", "# Troubleshooting", "", *_advice(), *_failures()))


def _contents() -> Iterator[str]:
    for heading, rows in COMMANDS.items():
        yield f"- {heading}: {', '.join(f'[{name}](#{name})' for name in rows)}"
    yield "- [Every setting](#every-setting)"
    yield "- [What doctor checks](#what-doctor-checks)"
    yield "- [Files](#files)"
    yield "- [Exit codes](#exit-codes)"
    yield ""


def _commands() -> Iterator[str]:
    with click.Context(group, info_name=PROGRAM) as top:
        for rows in COMMANDS.values():
            for name in rows:
                command = group.get_command(top, name)
                if command is None:  # pragma: no cover - a test of the table sees to it
                    raise LookupError(name)
                yield from _page(name, command, top)


def _page(name: str, command: click.Command, parent: click.Context, depth: int = 2) -> Iterator[str]:
    context = command.make_context(name, [], parent, resilient_parsing=True)
    yield f"{'#' * depth} {name}"
    yield ""
    yield "```text"
    yield from (line.rstrip() for line in _plain_help(command, context).splitlines())
    yield "```"
    yield ""
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None:
                yield from _page(f"{name} {inner}", found, parent, depth + 1)


def _plain_help(command: click.Command, context: click.Context) -> str:
    formatter = click.HelpFormatter(width=100, max_width=100)
    command.format_help(context, formatter)
    return formatter.getvalue().replace("\b\n", "")


def _settings() -> Iterator[str]:
    yield "## Every setting"
    yield ""
    yield f"`{PROGRAM} settings KEY VALUE` changes one; the file is TOML, and a running tray notices when it is edited."
    yield ""
    yield "| key | default | meaning |"
    yield "|---|---|---|"
    for key in KEYS.values():
        usual = key.shown(DEFAULTS) or '""'
        yield f"| `{key.name}` | `{usual.replace('|', chr(92) + '|')}` | {key.meaning} |"
    yield ""


def _checks() -> Iterator[str]:
    yield "## What doctor checks"
    yield ""
    yield f"`{PROGRAM} doctor --json` tells the outcome of each by its id."
    yield ""
    yield "| area | id | what |"
    yield "|---|---|---|"
    yield from (f"| {check.area} | `{check.id}` | {check.title} |" for check in CHECKS)
    yield ""


def _files() -> Iterator[str]:
    yield "## Files"
    yield ""
    yield "SETTINGS, STATE and LOG lie where each system wants them: see [README](../README.md#what-is-stored-where)."
    yield "`AWS_SSO_TRAY_HOME` moves all three; `AWS_CONFIG_FILE`, `AWS_SHARED_CREDENTIALS_FILE` and `DOCKER_CONFIG` are heeded."
    yield ""
    yield "| file or folder | what is in it |"
    yield "|---|---|"
    yield from (f"| `{place}` | {told} |" for place, told in sorted(_places().items(), key=lambda row: row[0].lower()))
    yield ""


def _places() -> dict[str, str]:
    """Every place that ``Paths`` knows, with what is told about it here or there.

    Raises:
        LookupError: nobody says what is in one of them.
    """
    paths = Paths.from_environment({HOME_VARIABLE: "/h", "AWS_SSO_TRAY_HOME": "/o"})
    found = {}
    for name in (*(field.name for field in fields(Paths)), *_properties()):
        told = _FILES.get(name) or inspect.getdoc(getattr(Paths, name)) if name not in _ELSEWHERE else ""
        if told is None:
            raise LookupError(name)
        if told:
            found[_shown(getattr(paths, name))] = told[0].lower() + told[1:].replace("``", "`").rstrip(".")
    return found


def _properties() -> list[str]:
    return [name for name, what in vars(Paths).items() if isinstance(what, property)]


def _shown(path: Path) -> str:
    parts = re.sub(r"^[A-Za-z]:", "", path.as_posix()).split("/")[1:]
    if parts[0] == "h":
        return "/".join(("~", *parts[1:]))
    base = {"settings.toml": "SETTINGS/settings.toml", "state": "STATE", "log": "LOG"}[parts[1]]
    return "/".join((base, *parts[2:]))


def _exit_codes() -> Iterator[str]:
    yield "## Exit codes"
    yield ""
    yield "| code | meaning |"
    yield "|---|---|"
    yield from (f"| {code} | {meaning} |" for code, meaning in _CODES)
    yield ""
    yield "Errors with `--json` carry a `kind` beside the code:"
    yield ""
    yield "| kind | code | meaning |"
    yield "|---|---|---|"
    for error in _errors(errors.AppError):
        told = re.sub(r"``", "`", inspect.getdoc(error) or "").split("\n\n")[0].replace("\n", " ")
        yield f"| `{_kind(error)}` | {error.exit_code} | {told} |"
    yield ""


def _errors(error: type[errors.AppError]) -> Iterator[type[errors.AppError]]:
    for one in error.__subclasses__():
        if one.__module__ == errors.__name__:
            yield one
            yield from _errors(one)


def _kind(error: type[errors.AppError]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", error.__name__).lower()


def _advice() -> Iterator[str]:
    yield from textwrap.wrap(
        f"`{PROGRAM} doctor` looks for trouble by itself and says what to do about it. If a tool has just shown a message, "
        f'`{PROGRAM} doctor --explain "the message"` finds it among those below.',
        120,
    )
    yield ""


def _failures() -> Iterator[str]:
    for failure in FAILURES:
        yield f"## {failure.means}"
        yield ""
        yield from (f"> {message}" + ("" if message is failure.messages[-1] else "  ") for message in failure.messages)
        yield ""
        yield from textwrap.wrap(failure.because, 120)
        yield ""
        yield from (f"{number}. {step}" for number, step in enumerate(failure.then, 1))
        yield ""


def main() -> None:
    """Write both."""
    REFERENCE.write_text(reference(), encoding="utf-8", newline="\n")
    TROUBLESHOOTING.write_text(troubleshooting(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
