"""Writes the pages that the program itself knows best: docs/reference.md and docs/troubleshooting.md.

python docs/generate.py            (in an environment that has the program; a test holds the pages against it)
"""  # noqa: INP001 - a script

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click

from aws_sso_core import errors
from aws_sso_core.cli.group import group
from aws_sso_core.cli.table import COMMANDS, PROGRAM
from aws_sso_core.known_failures import FAILURES
from aws_sso_core.settings import DEFAULTS, KEYS

HERE = Path(__file__).parent
REFERENCE, TROUBLESHOOTING = HERE / "reference.md", HERE / "troubleshooting.md"
_MADE = "<!-- Made by docs/generate.py from the program itself: change the program, then run it. -->"
_CODES = (
    (0, "done"),
    (1, "it failed"),
    (2, "the call or the configuration is wrong: trying again without a change will not help"),
    (3, "somebody has to sign in"),
    (4, "AWS could not be reached, so nothing is known"),
    (130, "interrupted (Ctrl+C)"),
)


def reference() -> str:
    """Every command with its help, every setting, every exit code."""
    return "\n".join((_MADE, "", "# Reference", "", *_contents(), *_commands(), *_settings(), *_exit_codes()))


def troubleshooting() -> str:
    """What the messages of AWS tools mean."""
    return "\n".join((_MADE, "", "# Troubleshooting", "", *_advice(), *_failures()))


def _contents() -> Iterator[str]:
    for heading, rows in COMMANDS.items():
        yield f"- {heading}: {', '.join(f'[{name}](#{name})' for name in rows)}"
    yield "- [Settings](#settings)"
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
    yield "## Settings"
    yield ""
    yield f"`{PROGRAM} settings KEY VALUE` changes one; the file is TOML, and a running tray notices when it is edited."
    yield ""
    yield "| key | default | meaning |"
    yield "|---|---|---|"
    for key in KEYS.values():
        usual = key.shown(DEFAULTS) or '""'
        yield f"| `{key.name}` | `{usual.replace('|', chr(92) + '|')}` | {key.meaning} |"
    yield ""


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
