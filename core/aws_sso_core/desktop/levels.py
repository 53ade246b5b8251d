"""Several ways to show a notice, best first, of which one is in use."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from aws_sso_core.desktop.ports import Notifier
from aws_sso_core.model import Notice

_log = logging.getLogger(__name__)


class LevelsNotifier:
    """Goes one level down for good when the one in use fails; the last one is tried each time anew.

    Args:
        levels: at least one, best first.
    """

    def __init__(self, levels: Sequence[Notifier]) -> None:
        self._levels = list(levels)

    @property
    def level(self) -> str:
        """The level in use."""
        return self._levels[0].level

    @property
    def has_buttons(self) -> bool:
        """Whether the level in use draws buttons."""
        return self._levels[0].has_buttons

    def show(self, notice: Notice) -> bool:
        """Show on the best level that works."""
        while not self._levels[0].show(notice):
            if len(self._levels) == 1:
                return False
            failed = self._levels.pop(0)
            _log.warning("notices by %s failed; from now on by %s", failed.level, self.level)
            failed.close()
        return True

    def withdraw(self, key: str) -> None:
        """Take it away on the level in use."""
        self._levels[0].withdraw(key)

    def close(self) -> None:
        """Give up every level."""
        for level in self._levels:
            level.close()
