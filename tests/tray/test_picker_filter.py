"""What is found for what was typed, in which order, and which letters are marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.model import Profile
from aws_sso_tray.picker_filter import FIELDS, Finder, marks, small, words_of

PROFILES = (
    Profile("dev.admin", "corp", "111122223333", "AdministratorAccess", "eu-west-1", "Development"),
    Profile("dev.readonly", "corp", "111122223333", "ReadOnlyAccess", "eu-west-1", "Development"),
    Profile("prod.admin", "corp", "444455556666", "AdministratorAccess", "us-east-2", "Shop Live"),
    Profile("prod.readonly", "corp", "444455556666", "ReadOnlyAccess", "us-east-2", "Shop Live"),
    Profile("reproduce", "corp", "777788889999", "PowerUser", "ap-south-1", "Lab"),
    Profile("keys", None, None, None, None),
)


def found(text: str, *, favorites: tuple[str, ...] = (), recents: tuple[str, ...] = ()) -> list[str]:
    return [p.name for p in Finder(PROFILES, favorites=favorites, recents=recents).find(text)]


def marked(profile: Profile, text: str) -> dict[str, str]:
    """The marked letters of each field."""
    letters = marks(profile, words_of(text))
    return {field: "".join((getattr(profile, field) or "")[n] for n in sorted(at)) for field, at in letters.items()}


def test_for_no_text_everything_is_there_with_favorites_and_recents_on_top() -> None:
    everything = found("", favorites=("reproduce", "gone"), recents=("keys", "reproduce"))
    assert everything == ["reproduce", "keys", "dev.admin", "dev.readonly", "prod.admin", "prod.readonly"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("shop", ["prod.admin", "prod.readonly"]),
        ("4444", ["prod.admin", "prod.readonly"]),
        ("PowerU", ["reproduce"]),
        ("us-east", ["prod.admin", "prod.readonly"]),
        ("live read", ["prod.readonly"]),
        ("read live", ["prod.readonly"]),
        ("only", ["dev.readonly", "prod.readonly"]),
        ("live dev", []),
        ("zzz", []),
    ],
)
def test_all_words_must_match_in_any_order_and_any_field(text: str, names: list[str]) -> None:
    assert found(text) == names


def test_the_beginning_comes_before_a_part_and_that_before_letters_far_apart() -> None:
    assert found("pro") == ["prod.admin", "prod.readonly", "reproduce"]
    assert found("pread") == ["prod.readonly"]
    assert found("re")[:3] == ["reproduce", "dev.readonly", "prod.readonly"]


def test_a_whole_name_comes_first_even_before_favorites() -> None:
    both = (Profile("prod"), Profile("prod.admin"))
    assert [p.name for p in Finder(both, favorites=("prod.admin",), recents=()).find("prod")] == ["prod", "prod.admin"]


def test_favorites_come_before_better_matches_but_not_when_they_match_only_loosely() -> None:
    assert found("pro", favorites=("reproduce",))[0] == "reproduce"
    both = (Profile("a-d-m"), Profile("admin"))
    assert [p.name for p in Finder(both, favorites=("a-d-m",), recents=()).find("adm")] == ["admin", "a-d-m"]


def test_letters_within_one_word_come_before_letters_all_over_the_name_even_of_favorites() -> None:
    some = (Profile("platform.staging.readonly"), Profile("payments.prod"))
    finder = Finder(some, favorites=("platform.staging.readonly",), recents=())
    assert [p.name for p in finder.find("prd")] == ["payments.prod", "platform.staging.readonly"]
    assert sorted(marks(some[1], ["prd"])["name"]) == [9, 10, 12]


def test_recents_come_the_latest_first() -> None:
    assert found("admin", recents=("prod.admin", "dev.admin")) == ["prod.admin", "dev.admin"]


def test_letters_far_apart_are_not_looked_for_among_account_numbers() -> None:
    assert found("11122") == ["dev.admin", "dev.readonly"]  # it stands there as it is
    assert found("1133") == []


def test_the_matched_letters_are_told() -> None:
    admin = PROFILES[2]
    assert marked(admin, "shop adm") == {"account_name": "Shop", "name": "adm", "role_name": "Adm"}
    assert marked(admin, "pradm") == {"name": "pradm"}


def test_the_beginning_of_a_word_is_marked_rather_than_a_part_before_it() -> None:
    profile = Profile("nonprod-prod")
    assert sorted(marks(profile, ["prod"])["name"]) == [8, 9, 10, 11]


def test_typing_on_and_taking_back_find_the_same_as_asking_at_once() -> None:
    finder = Finder(PROFILES, favorites=(), recents=())
    for text in ("p", "pr", "pro", "prod a", "prod", "p", "", "s", "sh", "admin"):
        assert [p.name for p in finder.find(text)] == found(text)


NAMES = st.text(st.sampled_from("abAB.-_1 İß"), min_size=1, max_size=12)
SOME = st.lists(
    st.builds(Profile, name=NAMES, account_name=st.none() | NAMES, role_name=st.none() | NAMES),
    max_size=12,
    unique_by=lambda p: p.name,
)


@given(SOME, st.text(st.sampled_from("abAB.-_1 İß*(["), max_size=5))
def test_what_is_found_holds_the_letters_and_what_holds_the_word_is_found(some: list[Profile], text: str) -> None:
    result = Finder(some, favorites=(), recents=()).find(text)
    assert len({p.name for p in result}) == len(result)
    for profile in some:
        fields = [small(getattr(profile, f) or "") for f in FIELDS]
        if all(any(word in f for f in fields) for word in words_of(text)):
            assert profile in result
    for profile in result:
        letters = marks(profile, words_of(text))
        assert bool(letters) == bool(words_of(text))
        assert all(at < len(getattr(profile, field)) for field, places in letters.items() for at in places)


@given(SOME, st.text(st.sampled_from("abAB.-_1 İß"), max_size=5))
def test_searching_key_by_key_finds_what_searching_at_once_finds(some: list[Profile], text: str) -> None:
    typed = Finder(some, favorites=(), recents=())
    for end in range(len(text)):
        typed.find(text[:end])
    assert typed.find(text) == Finder(some, favorites=(), recents=()).find(text)
