"""Lasting environment variables, by the registry key ``Environment`` of the current user.

Programs that Explorer starts afterwards see them; open terminals and editors do not. ``setx`` is no way: it cuts
values at 1024 characters.
"""

from __future__ import annotations

from aws_sso_core.desktop.windows.api import Api
from aws_sso_core.desktop.windows.registry import Registry

KEY = "Environment"


class WindowsEnvironment:
    """An ``Environment``; ``set`` may take a second for each program that hangs, so not for the tray's own thread."""

    def __init__(self, registry: Registry, api: Api) -> None:
        self._registry = registry
        self._api = api

    def get(self, name: str) -> str | None:
        """The person's own value; the machine's own are not looked at."""
        value = self._registry.read(KEY, name)
        return value if isinstance(value, str) else None

    def set(self, name: str, value: str | None) -> None:
        """Set or remove, and tell Explorer when that changed something.

        Raises:
            ReadOnlyPlace: a policy forbids it.
        """
        if value is None:
            changed = self._registry.remove(KEY, name)
        else:
            changed = self.get(name) != value
            if changed:
                self._registry.write(KEY, name, value)
        if changed:
            self._api.broadcast_environment()
