r"""Group policy: ``HKLM\Software\Policies\aws-sso-tray`` and its key ``Defaults``, where Windows programs look for theirs.

Only administrators can write there. Values are text, or numbers for numbers and for yes (1) and no (0).
"""

from __future__ import annotations

from typing import Protocol

from aws_sso_core.desktop.ports import Policy

KEY = r"Software\Policies\aws-sso-tray"
DEFAULTS = rf"{KEY}\Defaults"


class Machine(Protocol):
    """The part of the registry that is everybody's."""

    def values(self, key: str) -> dict[str, str | int]:
        """All texts and numbers of a key; empty when it is not there."""


def policies(machine: Machine) -> tuple[Policy, ...]:
    """What is set, by name in lower case, as the registry does not tell the cases apart."""
    return (
        Policy("managed", rf"HKLM\{DEFAULTS}", _values(machine, DEFAULTS)),
        Policy("policy", rf"HKLM\{KEY}", _values(machine, KEY)),
    )


def _values(machine: Machine, key: str) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in machine.values(key).items() if name}
