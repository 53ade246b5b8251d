"""Telling names apart, and making them readable: the two things that aws-sso-util does not do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from aws_sso_core.digest import sha1_hex
from aws_sso_core.naming.rules import Candidate, Naming, legible

SKIP = "SKIP"
"""A name that stands for: no profile."""
_HASH_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Renamed:
    """A candidate that did not get the name that the options give."""

    candidate: Candidate
    asked: str
    name: str
    why: Literal["unreadable", "collision", "taken"]


@dataclass(frozen=True, slots=True)
class Names:
    """The outcome: each candidate is named or skipped."""

    named: Mapping[Candidate, str]
    renamed: tuple[Renamed, ...] = ()
    skipped: tuple[Candidate, ...] = ()

    def without(self, some: Collection[Candidate]) -> Names:
        """The same for all but these."""
        return Names(
            {c: name for c, name in self.named.items() if c not in some},
            tuple(one for one in self.renamed if one.candidate not in some),
            tuple(c for c in self.skipped if c not in some),
        )


def told_apart(
    candidates: Iterable[Candidate],
    rules: Naming,
    *,
    taken: Collection[str] = (),
    answers: Mapping[Candidate, str] | None = None,
) -> Names:
    """Name all candidates so that every name is readable and there once.

    All who would share a name get a longer one, each by what it is itself, so the order they come in, and who came
    first in earlier runs, makes no difference.

    Args:
        candidates: no two with the same identity.
        rules: the options.
        taken: names of profiles that are not ours.
        answers: the names that an external process gave; None to make them by the rules.
    """
    asked: dict[Candidate, str] = {}
    skipped = []
    for candidate in candidates:
        name = rules.name(candidate) if answers is None else answers[candidate]
        if name == SKIP:
            skipped.append(candidate)
        else:
            asked[candidate] = name
    readable = {
        c: name if rules.accepts(name) else _made_readable(c, name, rules, answers) for c, name in asked.items()
    }
    named = _apart(readable, rules, {*taken, "default"}, whole=answers is None)
    renamed = [
        Renamed(c, asked[c], name, _why(c, asked, readable, named, taken))
        for c, name in named.items()
        if name != asked[c]
    ]
    return Names(named, tuple(sorted(renamed, key=lambda r: (r.name, r.asked))), tuple(skipped))


def _made_readable(candidate: Candidate, name: str, rules: Naming, answers: Mapping[Candidate, str] | None) -> str:
    fallback = f"{candidate.account.id}{rules.separator}{candidate.role_name}"
    return (rules.plain(candidate) if answers is None else legible(name)) or legible(fallback)


def _apart(
    names: Mapping[Candidate, str], rules: Naming, taken: Collection[str], *, whole: bool
) -> dict[Candidate, str]:
    """Lengthen colliding names in three steps: the whole role name; what differs, appended; a digest."""
    result = dict(names)
    for step in (_with_whole_role if whole else None, _with_what_differs, _with_digest):
        groups = _collisions(result, taken)
        if step is not None:
            for group in groups:
                result |= step(group, result, rules)
    return result


def _collisions(names: Mapping[Candidate, str], taken: Collection[str]) -> list[list[Candidate]]:
    counts = Counter(names.values())
    groups: dict[str, list[Candidate]] = {}
    for candidate, name in names.items():
        if counts[name] > 1 or name in taken:
            groups.setdefault(name, []).append(candidate)
    return list(groups.values())


def _with_whole_role(group: list[Candidate], names: Mapping[Candidate, str], rules: Naming) -> dict[Candidate, str]:
    if len({c.role_name for c in group}) == 1:
        return {}
    return {c: rules.untrimmed(c) or names[c] for c in group}


def _with_what_differs(group: list[Candidate], names: Mapping[Candidate, str], rules: Naming) -> dict[Candidate, str]:
    alone = len(group) == 1  # with a profile that is not ours
    accounts = alone or len({c.account.id for c in group}) > 1
    roles = len({c.role_name for c in group}) > 1
    regions = len({c.region for c in group}) > 1
    longer = {}
    for c in group:
        parts = [names[c]]
        parts += [c.account.id] if accounts else []
        parts += [legible(c.role_name)] if roles else []
        parts += [rules.region_suffix(c.region)] if regions else []
        longer[c] = rules.separator.join(parts)
    return {c: name if rules.accepts(name) else legible(name) for c, name in longer.items()}


def _with_digest(group: list[Candidate], names: Mapping[Candidate, str], _rules: Naming) -> dict[Candidate, str]:
    return {c: f"{names[c]}-{sha1_hex(' '.join(c.identity))[:_HASH_DIGITS]}" for c in group}


def _why(
    candidate: Candidate,
    asked: Mapping[Candidate, str],
    readable: Mapping[Candidate, str],
    named: Mapping[Candidate, str],
    taken: Collection[str],
) -> Literal["unreadable", "collision", "taken"]:
    if named[candidate] == readable[candidate]:
        return "unreadable"
    return "taken" if readable[candidate] in taken or asked[candidate] == "default" else "collision"
