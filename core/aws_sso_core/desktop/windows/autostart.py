"""Start at log-on, by the Run key of the current user; administrators may have filled in everybody's (the MSI can)."""

from __future__ import annotations

from collections.abc import Sequence

from aws_sso_core.desktop.ports import AutostartState
from aws_sso_core.desktop.windows.registry import Readable, Registry, Value
from aws_sso_core.errors import ReadOnlyPlace

RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
APPROVED = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
"""Where Task Manager and Settings keep the person's switch: a first byte that is odd means off."""

_NAME = "aws-sso-tray"


class WindowsAutostart:
    """An ``Autostart``; Task Manager's switch is the person's own word and is never changed here."""

    def __init__(self, registry: Registry, machine: Readable) -> None:
        self._registry = registry
        self._machine = machine

    def state(self) -> AutostartState:
        """``blocked`` where Task Manager switched it off."""
        places = [place for place in (self._registry, self._machine) if place.read(RUN, _NAME) is not None]
        if not places:
            return "off"
        return "blocked" if all(_is_off(place.read(APPROVED, _NAME)) for place in places) else "on"

    def _for_everybody(self) -> bool:
        return self._machine.read(RUN, _NAME) is not None

    def enable(self, command: Sequence[str]) -> None:
        """Register, unless that is done for everybody; it stays ``blocked`` where it was.

        Raises:
            ReadOnlyPlace: a policy forbids it.
        """
        if not self._for_everybody():
            self._registry.write(RUN, _NAME, command_line(command))

    def disable(self) -> None:
        """Unregister.

        Raises:
            ReadOnlyPlace: a policy forbids it, or administrators registered it for everybody.
        """
        self._registry.remove(RUN, _NAME)
        if self._for_everybody():
            raise ReadOnlyPlace(
                "An administrator has the tray start for everybody of this machine.",
                "Task Manager, Startup apps, switches it off.",
            )


def _is_off(switch: Value | None) -> bool:
    return isinstance(switch, bytes) and bool(switch) and switch[0] % 2 == 1


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
