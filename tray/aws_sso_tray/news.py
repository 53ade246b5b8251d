"""News of accounts and roles: when to ask for it, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from aws_sso_core.model import Button, State
from aws_sso_tray import notices, words
from aws_sso_tray.actions import OpenWindow
from aws_sso_tray.notices import Told
from aws_sso_tray.snapshot import Snapshot

DAILY = timedelta(hours=24)
"""Between two times that we ask; the command itself asks AWS no more often, whoever calls it."""


class Asking:
    """Which sessions to ask for: those that somebody is signed in to, once a day each."""

    def __init__(self) -> None:
        self._asked: dict[str, datetime] = {}

    def due(self, snapshot: Snapshot) -> list[str]:
        """``Session.name`` of each; they count as asked for."""
        now = snapshot.now
        due = [
            status.session.name
            for status in snapshot.sessions
            if status.state in (State.SIGNED_IN, State.EXPIRING) and not self._is_fresh(status.session.name, now)
        ]
        self._asked |= dict.fromkeys(due, now)
        return due

    def _is_fresh(self, name: str, now: datetime) -> bool:
        asked = self._asked.get(name)
        return asked is not None and timedelta() <= now - asked < DAILY


def told(session: str, outcome: Mapping[str, Any]) -> Told | None:
    """The notice for what the command ``news`` found; None for nothing new."""
    kinds = {kind: _entries(outcome, kind) for kind in ("new_accounts", "new_roles", "gone_accounts", "gone_roles")}
    title = ", ".join(filter(None, (_counted(kind, len(entries)) for kind, entries in kinds.items())))
    if not title:
        return None
    new = [_shown(entry) for kind in ("new_accounts", "new_roles") for entry in kinds[kind]]
    gone = [_shown(entry) for kind in ("gone_accounts", "gone_roles") for entry in kinds[kind]]
    said = [f"{what}: {words.names(some)}." for what, some in (("New", new), ("Gone", gone)) if some]
    populate = outcome.get("populate")
    command = tuple(populate) if isinstance(populate, list) else ("populate",)
    return notices.offer(
        f"news {session}",
        f"{words.squeeze(session, 20)}: {title}",
        f"{' '.join(said)} Nothing has changed in your profiles yet.",
        (Button("preview", "Preview"), Button("leave", "Not now")),
        {"preview": OpenWindow((*command, "--ask"))},
    )


def _entries(outcome: Mapping[str, Any], kind: str) -> Sequence[Mapping[str, Any]]:
    entries = outcome.get(kind)
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []


def _counted(kind: str, count: int) -> str:
    what, things = kind.split("_")
    thing = things if count > 1 else things.removesuffix("s")
    return (f"{count} new {thing}" if what == "new" else f"{count} {thing} gone") if count else ""


def _shown(entry: Mapping[str, Any]) -> str:
    account = str(entry.get("account_name") or entry.get("account_id"))
    return f"{entry['role_name']} in {account}" if "role_name" in entry else account
