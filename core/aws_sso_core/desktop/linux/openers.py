"""Opening a terminal window with a program in it, and a file in an editor."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from aws_sso_core.other_programs import start

TERMINALS: tuple[tuple[str, ...], ...] = (
    ("xdg-terminal-exec",),
    ("gnome-terminal", "--wait", "--"),
    ("ptyxis", "--"),
    ("kgx", "--"),
    ("konsole", "-e"),
    ("xfce4-terminal", "-x"),
    ("mate-terminal", "-x"),
    ("qterminal", "-e"),
    ("kitty",),
    ("alacritty", "-e"),
    ("foot",),
    ("wezterm", "start", "--"),
    ("x-terminal-emulator", "-e"),
    ("lxterminal", "-e"),
    ("xterm", "-e"),
)
"""Each with what comes before the command; the desktops' own before what Debian's alternative happens to be."""
EDITORS: tuple[tuple[str, ...], ...] = (("xdg-open",), ("gio", "open"))


def window(command: Sequence[str], env: Mapping[str, str]) -> bool:
    """Run a program in a new terminal window; False when there is no terminal.

    ``TERMINAL`` names the person's own, as many desktops and window managers have it.
    """
    own = [(env["TERMINAL"], "-e")] if env.get("TERMINAL") else []
    return any(start([*opener, *command], env) for opener in _there([*own, *TERMINALS], env))


def file(path: Path, env: Mapping[str, str]) -> bool:
    """Show a file in the person's editor; False when nothing opens it."""
    return any(start([*opener, str(path)], env) for opener in _there(EDITORS, env))


def _there(openers: Sequence[Sequence[str]], env: Mapping[str, str]) -> Iterator[list[str]]:
    for program, *options in openers:
        if found := shutil.which(program, path=env.get("PATH")):
            yield [found, *options]
