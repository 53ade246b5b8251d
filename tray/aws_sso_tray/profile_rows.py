"""The part of the menu where a person picks who they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from aws_sso_core.model import Profile
from aws_sso_tray import words
from aws_sso_tray.actions import UndoProfile, UseProfile
from aws_sso_tray.items import LONGEST_LABEL, SEPARATOR, Item, in_ranges
from aws_sso_tray.snapshot import Snapshot

FEW = 8
"""Up to so many profiles stand in the menu itself; more go into submenus, with the recent ones in front."""


def profile_rows(snapshot: Snapshot) -> list[Item]:
    """Recent and favorite profiles, then all of them by session and account; a tick on the active one."""
    if not snapshot.profiles:
        return []
    if len(snapshot.profiles) <= FEW:
        rows = [_row(p, snapshot.active) for p in snapshot.profiles]
    else:
        near = [_row(p, snapshot.active) for p in _near(snapshot)]
        rows = [*near, Item("All profiles", children=_by_session(snapshot))]
    if snapshot.can_undo:
        rows += [SEPARATOR, Item("Undo the last switch", UndoProfile())]
    return rows


def _row(profile: Profile, active: str | None) -> Item:
    label = words.squeeze(profile.name, LONGEST_LABEL) or "(no name)"
    return Item(label, UseProfile(profile.name), checked=profile.name == active)


def _near(snapshot: Snapshot) -> list[Profile]:
    """Favorites, then the ones used lately; the active one is always among them."""
    known = {p.name: p for p in snapshot.profiles}
    wished = [*snapshot.favorites, *([snapshot.active] if snapshot.active else []), *snapshot.recents]
    names = [n for n in dict.fromkeys(wished) if n in known][:FEW]
    if snapshot.active in known and snapshot.active not in names:
        names[-1] = snapshot.active
    return [known[n] for n in names]


def _by_session(snapshot: Snapshot) -> tuple[Item, ...]:
    labels = {s.session.name: s.session.label for s in snapshot.sessions}

    def group(profile: Profile) -> str:
        return labels.get(profile.session or "", "")

    order = {label: n for n, label in enumerate(dict.fromkeys(labels.values()))}
    by_group = sorted(snapshot.profiles, key=lambda p: order.get(group(p), len(order)))
    groups = [(label, list(same)) for label, same in groupby(by_group, key=group)]
    if len(groups) == 1:
        return _by_account(groups[0][1], snapshot.active)
    return in_ranges(
        [
            Item(
                words.squeeze(label, LONGEST_LABEL) or "Without a session", children=_by_account(same, snapshot.active)
            )
            for label, same in groups
        ]
    )


def _by_account(profiles: Sequence[Profile], active: str | None) -> tuple[Item, ...]:
    """By account where that shortens the list: an account with one role is a row, not a submenu of one."""
    if len(profiles) <= FEW or len({p.account_id for p in profiles}) == 1:
        return in_ranges([_row(p, active) for p in _sorted(profiles)])
    rows: list[Item] = []
    by_account = sorted(profiles, key=lambda p: p.account_id or "")
    for _, members in groupby(by_account, key=lambda p: p.account_id or ""):
        same = _sorted(members)
        if len(same) == 1:
            rows.append(_row(same[0], active))
        else:
            rows.append(Item(_account(same[0]), children=in_ranges([_row(p, active) for p in same])))
    return in_ranges(sorted(rows, key=lambda row: words.natural(row.label)))


def _account(profile: Profile) -> str:
    if not profile.account_id:
        return "Without an account"
    if not profile.account_name:
        return profile.account_id
    return f"{words.squeeze(profile.account_name, LONGEST_LABEL - len(profile.account_id) - 3)} - {profile.account_id}"


def _sorted(profiles: Iterable[Profile]) -> list[Profile]:
    return sorted(profiles, key=lambda p: words.natural(p.name))
