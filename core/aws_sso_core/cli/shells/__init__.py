"""What the shells run: one script per shell, with the words that differ from machine to machine put in."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

SHELLS = ("powershell", "bash", "zsh", "fish")
_SCRIPTS = {"bash": "bash.sh", "zsh": "zsh.zsh", "fish": "fish.fish", "powershell": "powershell.ps1"}
_POWERSHELL_QUOTES = "'\u2018\u2019\u201a\u201b"
"""PowerShell takes typographic single quotes for plain ones."""
_HERE = Path(__file__).parent


def script(shell: str, *, program: Sequence[str], file: Path) -> str:
    """The script for this shell, with line feeds at its line ends on every system.

    Args:
        shell: of ``SHELLS``.
        program: how this very installation is called.
        file: what tells which profile is chosen (``choice.FILE``).
    """
    words = {"FOLLOW": _read("follow.sh").strip(), "FILE": quoted(str(file), shell)}
    if shell == "powershell":
        words["PROGRAM"] = quoted(program[0], shell)
        words["ARGUMENTS"] = ", ".join(quoted(word, shell) for word in program[1:])
    else:
        words["PROGRAM"] = " ".join(quoted(word, shell) for word in program)
    text = _read(_SCRIPTS[shell])
    for name, value in words.items():
        text = text.replace(f"@{name}@", value)
    return text


def quoted(text: str, shell: str) -> str:
    """The text as one word of this shell, whatever it holds."""
    if shell == "powershell":
        return _for_powershell(text)
    if shell == "fish":
        escaped = text.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    return shlex.quote(text)


def _for_powershell(text: str) -> str:
    """In ASCII: PowerShell 5.1 reads what a program prints in the console's code page, which we cannot know."""
    parts: list[str] = []
    plain = ""
    for character in text:
        if character.isascii() and character.isprintable():
            plain += "''" if character == "'" else character
            continue
        parts += [f"'{plain}'"] if plain else []
        plain = ""
        units = character.encode("utf-16-be", "surrogatepass")
        parts += [f"[char]0x{units[at : at + 2].hex()}" for at in range(0, len(units), 2)]
    parts += [f"'{plain}'"] if plain or not parts else []
    # A char first would make + a sum of numbers.
    return parts[0] if len(parts) == 1 and parts[0][0] == "'" else f"(-join @({', '.join(parts)}))"


def typed_in_powershell(text: str) -> str:
    """A word as a person would type it in PowerShell: quoted only where that is needed."""
    if text and all(c.isalnum() or c in "._-/:=+" for c in text):
        return text
    return "'" + "".join(c * 2 if c in _POWERSHELL_QUOTES else c for c in text) + "'"


def _read(name: str) -> str:
    return (_HERE / name).read_text("utf-8").replace("\r\n", "\n")
