"""The notices that stand on the person's screen, and what their buttons mean."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace

from aws_sso_core.desktop.ports import Notifier
from aws_sso_core.expiry import Waiting
from aws_sso_tray import notices
from aws_sso_tray.actions import Action
from aws_sso_tray.notices import Told
from aws_sso_tray.snapshot import Snapshot

log = logging.getLogger(__name__)


class Board:
    """Shows, replaces and takes away. Buttons of a notice that no longer stands do nothing."""

    def __init__(self, notifier: Notifier) -> None:
        self._notifier = notifier
        self._standing: dict[str, Told] = {}
        self.silent = False
        """The last notice could not be shown: no notification service."""

    @property
    def level(self) -> str:
        """What shows the notices, as ``Notifier.level``."""
        return self._notifier.level

    def show(self, told: Told) -> None:
        """Show this; what it says better than a standing notice takes that one's place."""
        key = told.notice.key
        for other, standing in list(self._standing.items()):
            if other != key and standing.sessions and set(standing.sessions) <= set(told.sessions):
                self.take_down(other)
        shown = self._notifier.show(told.notice)
        if shown:
            self._standing[key] = told
        elif not self.silent:
            log.warning("Notices cannot be shown here; the menu tells the same")
        self.silent = not shown

    def withdraw(self, sessions: Iterable[str]) -> None:
        """These sessions are no longer news; a notice that speaks of others too stays for those."""
        gone = set(sessions)
        for key, told in list(self._standing.items()):
            left = tuple(s for s in told.sessions if s not in gone)
            if told.sessions and not left:
                self.take_down(key)
            elif left != told.sessions:
                self._standing[key] = replace(told, sessions=left)

    def follow_who_waits(self, snapshot: Snapshot) -> None:
        """A notice about programs that wait names those who wait now, without calling anew, and goes with the last."""
        for key, told in [(k, t) for k, t in self._standing.items() if t.who_waits]:
            sessions = [s for s in snapshot.sessions if s.session.cache_key in told.sessions]
            programs = tuple(program for s in sessions for program in s.waiting)
            now = notices.waiting(Waiting(told.sessions, programs), snapshot)
            notice = replace(now.notice, key=key)
            if not programs:
                self.take_down(key)
            elif notice != told.notice:
                self._standing[key] = replace(now, notice=notice)
                self._notifier.show(replace(notice, quiet=True))

    def press(self, key: str, button: str) -> Action | None:
        """What this button of this notice asks for. The notice has been answered then, so it goes."""
        told = self._standing.get(key)
        if told is None:
            return None
        self.take_down(key)
        return told.actions.get(button)

    def close(self) -> None:
        """Take everything down: nobody would answer its buttons."""
        for key in list(self._standing):
            self.take_down(key)
        self._notifier.close()

    def take_down(self, key: str) -> None:
        """Withdraw a notice, if it stands."""
        if self._standing.pop(key, None) is not None:
            self._notifier.withdraw(key)
