"""The part of the menu where a person picks who they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from aws_sso_core.model import Profile
from aws_sso_tray import words
from aws_sso_tray.actions import FindProfile, UndoProfile, UseProfile
from aws_sso_tray.items import LONGEST_LABEL, LONGEST_LIST, SEPARATOR, Item, in_ranges
from aws_sso_tray.production import is_production
from aws_sso_tray.snapshot import Snapshot

FEW = 8
"""Up to so many profiles stand in the menu itself; more go into submenus, with the recent ones in front."""

MANY = 150
"""Beyond it the menu holds those at hand only, and the picker finds the others: a GTK menu of 300 rows keeps the desktop
waiting for 40 ms at each change, one of 1,000 for 250 ms."""


def profile_rows(snapshot: Snapshot) -> list[Item]:
    """Recent and favorite profiles, then all of them by session and account; a tick on the active one."""
    return _Rows(snapshot).all() if snapshot.profiles else []


class _Rows:
    """The rows of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def all(self) -> list[Item]:
        """The whole part."""
        snapshot = self._snapshot
        if len(snapshot.profiles) <= FEW:
            rows = [self._row(p) for p in snapshot.profiles]
        else:
            rows = [self._row(p) for p in self._near()]
            if len(snapshot.profiles) <= MANY or not snapshot.can_find:
                rows.append(Item("All profiles", children=self._by_session()))
            else:
                rows += self._same_account()
        if snapshot.can_find:
            rows.append(Item("Find a profile…", FindProfile(), default=True))
        if snapshot.can_undo:
            rows += [SEPARATOR, Item("Undo the last switch", UndoProfile())]
        return rows

    def _row(self, profile: Profile) -> Item:
        mark = words.PRODUCTION if is_production(profile, self._snapshot.production) else ""
        label = words.squeeze(profile.name, LONGEST_LABEL - len(mark)) or "(no name)"
        return Item(label + mark, UseProfile(profile.name), checked=profile.name == self._snapshot.active)

    def _near(self) -> list[Profile]:
        """Favorites, then the ones used lately; the active one is always among them."""
        snapshot = self._snapshot
        known = {p.name: p for p in snapshot.profiles}
        wished = [*snapshot.favorites, *([snapshot.active] if snapshot.active else []), *snapshot.recents]
        names = [n for n in dict.fromkeys(wished) if n in known][:FEW]
        if snapshot.active in known and snapshot.active not in names:
            names[-1] = snapshot.active
        return [known[n] for n in names]

    def _same_account(self) -> list[Item]:
        """The other roles of the account one is in: the switch that is made most often."""
        active = self._snapshot.active_profile()
        if active is None or not active.account_id:
            return []
        where = (active.session, active.account_id)
        same = _sorted(p for p in self._snapshot.profiles if (p.session, p.account_id) == where)
        if len(same) == 1:
            return []
        return [Item(_account(active), children=tuple(self._row(p) for p in same[:LONGEST_LIST]))]

    def _by_session(self) -> tuple[Item, ...]:
        labels = {s.session.name: s.session.label for s in self._snapshot.sessions}

        def group(profile: Profile) -> str:
            return labels.get(profile.session or "", "")

        order = {label: n for n, label in enumerate(dict.fromkeys(labels.values()))}
        by_group = sorted(self._snapshot.profiles, key=lambda p: order.get(group(p), len(order)))
        groups = [(label, list(same)) for label, same in groupby(by_group, key=group)]
        if len(groups) == 1:
            return self._by_account(groups[0][1])
        return in_ranges(
            [
                Item(words.squeeze(label, LONGEST_LABEL) or "Without a session", children=self._by_account(same))
                for label, same in groups
            ]
        )

    def _by_account(self, profiles: Sequence[Profile]) -> tuple[Item, ...]:
        """By account where that shortens the list: an account with one role is a row, not a submenu of one."""
        if len(profiles) <= FEW or len({p.account_id for p in profiles}) == 1:
            return in_ranges([self._row(p) for p in _sorted(profiles)])
        rows: list[Item] = []
        by_account = sorted(profiles, key=lambda p: p.account_id or "")
        for _, members in groupby(by_account, key=lambda p: p.account_id or ""):
            same = _sorted(members)
            if len(same) == 1:
                rows.append(self._row(same[0]))
            else:
                rows.append(Item(_account(same[0]), children=in_ranges([self._row(p) for p in same])))
        return in_ranges(sorted(rows, key=lambda row: words.natural(row.label)))


def _account(profile: Profile) -> str:
    if not profile.account_id:
        return "Without an account"
    if not profile.account_name:
        return profile.account_id
    return f"{words.squeeze(profile.account_name, LONGEST_LABEL - len(profile.account_id) - 3)} - {profile.account_id}"


def _sorted(profiles: Iterable[Profile]) -> list[Profile]:
    return sorted(profiles, key=lambda p: words.natural(p.name))
