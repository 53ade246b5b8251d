"""Several ways to show a notice, best first, of which one is in use."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial

from aws_sso_core.desktop.ports import Notifier
from aws_sso_core.model import Notice

Lost = Callable[[Notice], None]
"""A level tells so that a notice it had taken on was never shown; from any thread, but not while it shows another."""

_log = logging.getLogger(__name__)


class LevelsNotifier:
    """Goes one level down for good when the one in use fails; the last one is tried each time anew.

    Args:
        levels: at least one, best first; each makes a notifier from what it tells its losses to.
    """

    def __init__(self, *levels: Callable[[Lost], Notifier]) -> None:
        self._levels: list[Notifier] = []
        self._lock = threading.Lock()
        for number, make in enumerate(levels):
            self._levels.append(make(partial(self._take_over, number)))
        self._used = 0

    @property
    def level(self) -> str:
        """The level in use."""
        return self._levels[self._used].level

    @property
    def has_buttons(self) -> bool:
        """Whether the level in use draws buttons."""
        return self._levels[self._used].has_buttons

    def show(self, notice: Notice) -> bool:
        """Show on the best level that works; none of them can do it quietly."""
        if notice.quiet:
            return True
        while True:
            number = self._used
            if self._levels[number].show(notice):
                return True
            if not self._go_down_from(number):
                return False

    def withdraw(self, key: str) -> None:
        """Take it away on the level in use."""
        self._levels[self._used].withdraw(key)

    def close(self) -> None:
        """Give up every level."""
        for level in self._levels[self._used :]:
            level.close()

    def _take_over(self, number: int, notice: Notice) -> None:
        if self._go_down_from(number):
            self.show(notice)

    def _go_down_from(self, number: int) -> bool:
        """Whether there is another level now; another thread may have seen the same failure before."""
        with self._lock:
            if self._used > number:
                return True
            if number + 1 == len(self._levels):
                return False
            self._used = number + 1
        failed = self._levels[number]
        _log.warning("notices by %s failed; from now on by %s", failed.level, self.level)
        failed.close()
        return True
