"""All accounts and roles of an Identity Center as profiles: from a listing to one change of the config file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_sso_core import plan as planning
from aws_sso_core.clock import Clock
from aws_sso_core.config.edit import Editor
from aws_sso_core.config.helper_form import as_sso
from aws_sso_core.config.lines import Unparsable
from aws_sso_core.config.text import by_profile
from aws_sso_core.config_change import carry_out
from aws_sso_core.identity_center.directory import Listing
from aws_sso_core.model import Session
from aws_sso_core.naming import Candidate, Names, Naming, Selection, told_apart
from aws_sso_core.paths import Paths
from aws_sso_core.plan import Options, Plan
from aws_sso_core.profiles import SectionFile, read_sections, unreadable

_ALL = Selection()
_IDENTITY = ("sso_account_id", "sso_role_name", "region")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks for, checked before anything is read."""

    options: Options
    naming: Naming
    regions: tuple[str, ...]
    selection: Selection = _ALL
    process: str | None = None
    """The command that names profiles in place of ``naming``."""
    prune: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be written, and all there is to say about it."""

    plan: Plan
    names: Names
    yours: tuple[str, ...]
    """Hand-written profiles that have the name and the role that one of ours would have."""
    impossible: tuple[Candidate, ...]
    """What the portal gave that is no account id or role name."""
    new_session: bool
    before: bytes | None
    after: bytes

    @property
    def changes(self) -> bool:
        """Whether anything would be written."""
        return self.after != (self.before or b"")

    @property
    def gist(self) -> tuple[tuple[str, ...], ...]:
        """The profiles that are added, changed and retired."""
        return tuple(tuple(e.name for e in some) for some in (self.plan.add, self.plan.change, self.plan.retire))


def candidates(listing: Listing, wanted: Wanted) -> list[Candidate]:
    """Every wanted role in every region."""
    return [
        Candidate(listed.account, role, region, at, len(wanted.regions))
        for listed in listing.accounts
        for role in listed.roles
        if wanted.selection.takes(listed.account, role)
        for at, region in enumerate(wanted.regions)
    ]


def propose(
    listing: Listing, wanted: Wanted, *, paths: Paths, named: Mapping[Candidate, str] | None = None
) -> Proposal:
    """Work out what would be written; nothing is.

    Args:
        listing: what the portal gives.
        wanted: what is asked for.
        paths: of config and credentials.
        named: the ``answers`` of an external process; None to name by the rules.

    Raises:
        ConfigUnreadable: AWS tools cannot parse one of the files.
        UsageError: the session's name is taken.
        EditRefused: the change cannot be made.
    """
    config, credentials = read_sections(paths.config), read_sections(paths.credentials)
    found = by_profile(config.sections)
    session = wanted.options.session
    now = planning.existing(found, credentials.sections, session)
    everything = candidates(listing, wanted)
    possible = [c for c in everything if planning.is_possible(c)]
    by_hand = planning.covered_by_hand(found, now.others, session)
    yours = {
        c: name
        for c in possible
        if (name := named[c] if named is not None else wanted.naming.name(c)) in by_hand
        and by_hand[name] == (c.account.id, c.role_name)
    }
    unseen = [] if named is not None else _unseen(listing, now, wanted)
    names = told_apart(
        [*(c for c in possible if c not in yours), *unseen], wanted.naming, taken=now.others, answers=named
    ).without(unseen)
    planned = planning.plan(
        names.named,
        now,
        wanted.options,
        given={(listed.account.id, role) for listed in listing.accounts for role in listed.roles},
        unknown={account.id for account in listing.denied},
    )
    new_session = planning.needs_session(session, found)
    try:
        after = _edited(config, planned, session if new_session else None, prune=wanted.prune)
    except Unparsable as error:  # pragma: no cover - the same text was read above
        raise unreadable(paths.config, error) from error
    return Proposal(
        planned,
        names,
        tuple(sorted(set(yours.values()))),
        tuple(c for c in everything if not planning.is_possible(c)),
        new_session,
        config.data,
        after,
    )


def _unseen(listing: Listing, now: planning.Existing, wanted: Wanted) -> list[Candidate]:
    """The profiles of accounts that are denied today: their names are theirs, so all others keep the ones they had."""
    accounts, regions = {account.id: account for account in listing.denied}, wanted.regions
    found = (as_sso(entry.values) for entry in now.ours.values())
    return [
        Candidate(accounts[number], role, region, regions.index(region), len(regions))
        for number, role, region in {tuple(str(one.get(key)) for key in _IDENTITY) for one in found}
        if number in accounts and region in regions
    ]


def write(
    proposal: Proposal,
    listing: Listing,
    wanted: Wanted,
    *,
    paths: Paths,
    clock: Clock,
    named: Mapping[Candidate, str] | None = None,
) -> Proposal:
    """Replace the config file by what was proposed, or by the same change of what it is by now; see ``carry_out``."""
    return carry_out(
        proposal,
        lambda: propose(listing, wanted, paths=paths, named=named),
        paths=paths,
        clock=clock,
        by="populate",
    )


def _edited(config: SectionFile, planned: Plan, new_session: Session | None, *, prune: bool) -> bytes:
    if not (new_session or planned.add or planned.change or (prune and planned.retire)):
        return config.data or b""
    editor = Editor(config.text, parsed=config.sections)
    if new_session is not None:
        editor.add(f"sso-session {new_session.name}", planning.session_values(new_session))
    for entry in planned.change:
        editor.set(entry.section, entry.changes)
    for entry in planned.add:
        editor.add(entry.section, entry.values)
    if prune:
        # From the end: what comes before a removed section is looked for from there.
        where = {name: at for at, name in enumerate(editor.names)}
        for entry in sorted(planned.retire, key=lambda e: -where[e.section]):
            editor.remove(entry.section)
    return editor.text().encode(config.encoding)
