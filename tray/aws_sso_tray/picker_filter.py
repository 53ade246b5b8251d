"""Which profiles a person means by what they have typed, best first.

All words must match, each in the name, the account's name or number, the role or the region. What matches well comes
before what matches loosely (only its letters are there, in that order; better all in one word), and among those that
match well, favorites and recent ones come first; then a whole name before its beginning, that before a word's beginning,
that before a part.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Final

from aws_sso_core.model import Profile
from aws_sso_tray import words

FIELDS: Final = ("name", "account_name", "account_id", "role_name", "region")
"""Attributes of ``Profile`` that are searched."""

_LOOSE_FIELDS: Final = ("name", "account_name", "role_name")
"""Where letters with others between them count; among an account's digits they would be found everywhere."""

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_FAR = 1 << 30
_PLACE_BITS = 32
_PLACES = (1 << _PLACE_BITS) - 1


class Grade(IntEnum):
    """How well a word matches, the best first."""

    WHOLE = 0
    BEGINNING = 1
    WORD = 2
    WORD_ELSEWHERE = 3
    PART = 4
    PART_ELSEWHERE = 5
    LOOSE_WORD = 6
    LOOSE = 7
    LOOSE_ELSEWHERE = 8


class _Entry:
    """A profile with its texts in small letters."""

    __slots__ = ("all", "loose", "name", "near", "others", "place", "profile", "starts")

    def __init__(self, profile: Profile, place: int, near: int) -> None:
        self.profile = profile
        self.place = place
        self.near = near
        self.name = small(profile.name)
        others = [text for field in FIELDS[1:] if (text := getattr(profile, field))]
        self.all = "\n".join((self.name, *map(small, others)))
        self.starts = _with_capitals_apart(profile.name)
        self.others = "\n".join(map(_with_capitals_apart, others))
        self.loose = small(f"{profile.account_name or ''}\n{profile.role_name or ''}")


class _Look:
    """A word to look for: as it is, at the beginning of a word, and with other letters between its own."""

    __slots__ = ("in_a_word", "loosely", "starts", "word")

    def __init__(self, word: str) -> None:
        self.word = word
        self.starts = _starts(word)
        # Each field is a line of its own.
        self.loosely = re.compile(r"[^\n]*?".join(map(re.escape, word)))
        self.in_a_word = _in_a_word(word)


class Finder:
    """All profiles, ready to be searched at every key.

    Args:
        profiles: those to choose from, each name once.
        favorites: names in the person's order; those that no longer exist are passed over.
        recents: names, the latest first; likewise.
    """

    def __init__(self, profiles: Iterable[Profile], *, favorites: Sequence[str], recents: Sequence[str]) -> None:
        self._near = {name: n for n, name in reversed(list(enumerate((*favorites, *recents))))}
        self._in_order = sorted(profiles, key=lambda p: words.natural(p.name))
        close = sorted((p for p in self._in_order if p.name in self._near), key=lambda p: self._near[p.name])
        self._unasked = [*close, *(p for p in self._in_order if p.name not in self._near)]
        self._entries: list[_Entry] = []
        self._last: tuple[str, list[_Entry]] = ("", [])

    def prepare(self) -> None:
        """Do now what the first search would do: 40 ms for 5,000 profiles."""
        if not self._entries:
            self._entries = [_Entry(p, n, self._near.get(p.name, _FAR)) for n, p in enumerate(self._in_order)]
            self._last = ("", self._entries)

    def find(self, text: str) -> list[Profile]:
        """The profiles that match, best first; all of them, near ones first, for no text."""
        asked = words_of(text)
        if not asked:
            return self._unasked
        self.prepare()
        # One more letter can only drop some of those that matched before.
        before, kept = self._last
        candidates = kept if text.startswith(before) else self._entries
        looks = [_Look(word) for word in asked]
        ranked = []
        for entry in candidates:
            rank = _rank(entry, looks)
            if rank is not None:
                ranked.append(rank << _PLACE_BITS | entry.place)
        ranked.sort()
        kept = [self._entries[rank & _PLACES] for rank in ranked]
        self._last = (text, kept)
        return [entry.profile for entry in kept]


def words_of(text: str) -> list[str]:
    """What was asked for, in small letters."""
    return small(text).split()


def marks(profile: Profile, asked: Sequence[str]) -> Mapping[str, frozenset[int]]:
    """The letters that matched, by field, to be shown; positions in the field's own text."""
    found: dict[str, set[int]] = {}
    for word in asked:
        exact = [(f, at) for f in FIELDS if (at := _best_place(getattr(profile, f) or "", word)) >= 0]
        for field, at in exact:
            found.setdefault(field, set()).update(range(at, at + len(word)))
        if not exact:
            for field in _LOOSE_FIELDS:
                if letters := _loose_places(small(getattr(profile, field) or ""), word):
                    found.setdefault(field, set()).update(letters)
                    break
    return {field: frozenset(places) for field, places in found.items()}


def runs(text: str, found: Collection[int]) -> list[tuple[str, bool]]:
    """The text in pieces that are marked or not, in turn."""
    pieces: list[tuple[str, bool]] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or (at in found) != (start in found):
            pieces.append((text[start:at], start in found))
            start = at
    return pieces


def small(text: str) -> str:
    """In small letters, each where it was: some capitals have two small letters, and stay."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _rank(entry: _Entry, looks: Sequence[_Look]) -> int | None:
    """What to sort by, the smallest first; None when some word does not match."""
    total, worst = 0, 0
    for look in looks:
        if look.word in entry.all:
            grade = _grade(entry, look)
        elif look.loosely.search(entry.name):
            grade = Grade.LOOSE_WORD if look.in_a_word.search(entry.name) else Grade.LOOSE
        elif look.loosely.search(entry.loose):
            grade = Grade.LOOSE_ELSEWHERE
        else:
            return None
        total += grade
        worst = max(worst, grade)
    if worst == Grade.WHOLE:
        return -1
    near = min(entry.near, _FAR - 1)
    if worst >= Grade.LOOSE_WORD:
        return (1 << 48) | (min(total, 0xFFFF) << 30) | near
    return ((entry.near == _FAR) << 47) | (min(total, 0xFFFF) << 30) | near


def _grade(entry: _Entry, look: _Look) -> Grade:
    name, word = entry.name, look.word
    at = name.find(word)
    if at == 0:
        return Grade.WHOLE if len(name) == len(word) else Grade.BEGINNING
    if at > 0 and look.starts.search(entry.starts):
        return Grade.WORD
    if look.starts.search(entry.others):
        return Grade.WORD_ELSEWHERE
    return Grade.PART if at > 0 else Grade.PART_ELSEWHERE


def _starts(word: str) -> re.Pattern[str]:
    """The word where one begins: after no letter or digit. It stands first, as that is what ``re`` is quick to find."""
    literal = re.escape(word)
    return re.compile(rf"{literal}(?<![^\W_]{literal})")


@lru_cache(maxsize=4096)
def _with_capitals_apart(text: str) -> str:
    """In small letters; what has words told apart by capitals only (``ReadOnly``) comes a second time, parted."""
    parted = _CAPITAL.sub(" ", text)
    return small(text) if parted == text else f"{small(text)}\n{small(parted)}"


def _best_place(raw: str, word: str) -> int:
    lowered = small(raw)
    at = first = lowered.find(word)
    while at > 0:
        if not raw[at - 1].isalnum() or (raw[at].isupper() and raw[at - 1].islower()):
            return at
        at = lowered.find(word, at + 1)
    return first


def _in_a_word(word: str) -> re.Pattern[str]:
    """The word's letters in their order, all of them in one word: ``prd`` in ``prod``."""
    return re.compile(r"[^\W_]*?".join(map(re.escape, word)))


def _loose_places(lowered: str, word: str) -> list[int]:
    """Where its letters are, in one word if they can be."""
    places: list[int] = []
    found = _in_a_word(word).search(lowered)
    at = found.start() - 1 if found else -1
    for letter in word:
        at = lowered.find(letter, at + 1)
        if at < 0:
            return []
        places.append(at)
    return places
