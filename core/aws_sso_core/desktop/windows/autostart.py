"""Start at log-on, by the Run key of the current user."""

from __future__ import annotations

from collections.abc import Sequence

from aws_sso_core.desktop.ports import AutostartState
from aws_sso_core.desktop.windows.registry import Registry

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
"""Where Task Manager and Settings keep the person's switch: a first byte that is odd means off."""

_NAME = "aws-sso-tray"


class WindowsAutostart:
    """An ``Autostart``; Task Manager's switch is the person's own word and is never changed here."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def state(self) -> AutostartState:
        """``blocked`` where Task Manager switched it off."""
        if self._registry.read(RUN, _NAME) is None:
            return "off"
        switch = self._registry.read(APPROVED, _NAME)
        return "blocked" if isinstance(switch, bytes) and switch and switch[0] % 2 else "on"

    def enable(self, command: Sequence[str]) -> None:
        """Register; it stays ``blocked`` where it was.

        Raises:
            ReadOnlyPlace: a policy forbids it.
        """
        self._registry.write(RUN, _NAME, command_line(command))

    def disable(self) -> None:
        """Unregister.

        Raises:
            ReadOnlyPlace: a policy forbids it.
        """
        self._registry.remove(RUN, _NAME)


def command_line(command: Sequence[str]) -> str:
    """One string that Windows parses back into these arguments; the program always in quotes, as paths have spaces."""
    program, *rest = command
    return " ".join((f'"{program}"', *map(_quoted, rest)))


def _quoted(word: str) -> str:
    """By the rules of ``CommandLineToArgvW``: backslashes count only before a quote."""
    if word and not any(c in ' \t"' for c in word):
        return word
    out, slashes = '"', 0
    for c in word:
        if c == "\\":
            slashes += 1
            continue
        out += "\\" * (slashes * 2 + 1 if c == '"' else slashes) + c
        slashes = 0
    return out + "\\" * (slashes * 2) + '"'
