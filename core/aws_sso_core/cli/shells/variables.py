"""Environment variables as lines of a shell, each in its own quotation."""

from __future__ import annotations

from typing import Literal, get_args

from aws_sso_core.as_profile.environment import Variables
from aws_sso_core.cli.shells import quoted
from aws_sso_core.errors import UsageError

ShellName = Literal["powershell", "cmd", "bash", "zsh", "fish"]
SHELLS: tuple[ShellName, ...] = get_args(ShellName)
_SET = {
    "powershell": "$env:{0} = {1}",
    "cmd": 'set "{0}={1}"',
    "bash": "export {0}={1}",
    "zsh": "export {0}={1}",
    "fish": "set -gx {0} {1}",
}
_REMOVE = {
    "powershell": ("", "$env:{0}", " = ", " = $null"),
    "cmd": ("", 'set "{0}="', "\n", ""),
    "bash": ("unset ", "{0}", " ", ""),
    "zsh": ("unset ", "{0}", " ", ""),
    "fish": ("set -e ", "{0}", " ", ""),
}
"""What stands before all names, for each, between them, and after: most shells take them in one line."""
_USE = {
    "powershell": "{0} --shell powershell | Out-String | Invoke-Expression",
    "cmd": "for /f \"delims=\" %i in ('{0} --shell cmd') do @%i",
    "bash": 'eval "$({0})"',
    "zsh": 'eval "$({0})"',
    "fish": "{0} | source",
}
_CHANGED_BY_CMD = '"%!'


def lines(variables: Variables, shell: ShellName) -> str:
    """A line for those to take away, then one for each to set.

    Raises:
        UsageError: a value that cmd would change, whatever one does.
    """
    first, each, between, last = _REMOVE[shell]
    gone = first + between.join(each.format(name) for name in variables.removed) + last
    there = [_SET[shell].format(name, _word(value, shell)) for name, value in variables.values.items()]
    return "".join(f"{line}\n" for line in (gone, *there))


def how_to_use(command: str, shell: ShellName) -> str:
    """What a person types in this shell to take the lines over that a command of ours prints."""
    return _USE[shell].format(command)


def shell_named(name: str) -> ShellName | None:
    """The shell that a program of this name is; None for none of ours."""
    known = {
        "pwsh": "powershell",
        "powershell_ise": "powershell",
        **dict.fromkeys(("sh", "dash", "ash", "ksh"), "bash"),
    }
    wanted = name.lower().lstrip("-").removesuffix(".exe")
    wanted = known.get(wanted, wanted)
    return next((shell for shell in SHELLS if shell == wanted), None)


def _word(value: str, shell: ShellName) -> str:
    if shell != "cmd":
        return quoted(value, shell)
    # cmd expands % before it looks at quotes and ! after it, in ways that differ between a file, a prompt and `for /f`.
    if not (value.isascii() and value.isprintable()) or any(character in value for character in _CHANGED_BY_CMD):
        raise UsageError(f"cmd cannot be given {value!r}: it would change it.", "PowerShell and `exec` can.")
    return value
