"""``complete`` (hidden): what the shells ask when a person presses Tab.

The words come in the environment, because PowerShell 5.1 drops empty arguments and spoils quotes: separated by U+001F,
the program first, the word to complete last. Bash gives the line as it stands instead.
"""

from __future__ import annotations

import json

import click
from click.shell_completion import CompletionItem, ShellComplete

from aws_sso_core.cli.group import cli_command, group
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.shells import SHELLS, typed_in_powershell
from aws_sso_core.cli.table import COMMANDS, HIDDEN, PROGRAM
from aws_sso_core.errors import AppError

_WORDS, _BREAKS = "AWS_SSO_TRAY_COMPLETE", "AWS_SSO_TRAY_BREAKS"
_SEPARATOR = "\x1f"
_SPECIAL_IN_DOUBLE_QUOTES = '"$`\\!'
_PLAIN = "._-/:=+@%,"


@cli_command()
@click.argument("shell", metavar="SHELL", type=click.Choice(SHELLS))
def command(services: Services, *, shell: str) -> None:
    """Answer a shell that asks what a word can be completed to.

    \b
    Example:
      aws-sso-tray complete bash     with the line in AWS_SSO_TRAY_COMPLETE
    """
    asked = services.env.get(_WORDS, "")
    raw = ""
    if shell == "bash":
        words, raw = split(asked)
    else:
        words = asked.split(_SEPARATOR)
    found = answers(words, services)
    if shell == "powershell":
        told = [{"value": i.value, "text": typed_in_powershell(i.value), "help": i.help or i.value} for i in found]
        services.out.script(f"{json.dumps(told)}\n")
    elif shell == "bash":
        breaks = services.env.get(_BREAKS, "")
        services.out.script("".join(f"{for_bash(i.value, raw, breaks)}\n" for i in found))
    else:
        services.out.script("".join(f"{i.value}\t{i.help or ''}\n" for i in found))


def answers(words: list[str], services: Services) -> list[CompletionItem]:
    """What the last of the words may become; ``awsp`` takes what ``use`` takes, and its own option."""
    if len(words) <= 1:
        return []
    program, *given, incomplete = words
    of_awsp = program.rpartition("/")[2] == "awsp"
    if of_awsp and incomplete.startswith("-"):
        return [CompletionItem("--clear")] if "--clear".startswith(incomplete) else []
    if of_awsp and given:
        return []
    named = next((word for word in given if not word.startswith("-")), None)
    if named is not None and all(named not in rows for rows in (*COMMANDS.values(), HIDDEN)):
        return []
    shell = ShellComplete(group, {"obj": services}, PROGRAM, "")
    try:
        return shell.get_completions(["use"] if of_awsp else given, incomplete)
    except AppError:
        return []


def split(line: str) -> tuple[list[str], str]:
    """The words of a line of bash up to the cursor, and the last one as it stands there, quotes and all."""
    words, word, raw = [], "", ""
    quote = ""
    escaped = False
    for character in line:
        raw += character
        if escaped:
            # Within double quotes only these lose their backslash; see "Quoting" in bash(1).
            word += character if not quote or character in _SPECIAL_IN_DOUBLE_QUOTES else f"\\{character}"
            escaped = False
        elif character == "\\" and quote != "'":
            escaped = True
        elif quote or character in "'\"":
            if character not in "'\"" or (quote and character != quote):
                word += character
            else:
                quote = "" if quote else character
        elif character.isspace():
            words += [word] if raw[:-1] else []
            word = raw = ""
        else:
            word += character
    return [*words, word], raw


def for_bash(value: str, raw: str, breaks: str) -> str:
    """A value as it may replace what stands in the line of bash, which is quoted or not.

    Bash completes only what follows the last of its word breaks, which colons are among.
    """
    if raw[:1] == '"':
        return "".join(f"\\{c}" if c in _SPECIAL_IN_DOUBLE_QUOTES else c for c in value)
    if raw[:1] == "'":
        return value.replace("'", "'\\''")
    text = "".join(c if c.isalnum() or c in _PLAIN or not c.isascii() else f"\\{c}" for c in value)
    cut = max((raw.rfind(c) for c in ":=@" if c in breaks), default=-1) + 1
    return text[cut:] if text.casefold().startswith(raw[:cut].casefold()) else text
