"""Which profile asks for a registry's password."""

from __future__ import annotations

import pytest

from aws_sso_core.model import Profile, Session
from aws_sso_core.registries.choice import NoProfile, Wishes, choose
from aws_sso_core.registries.hosts import Registry, of_account, registry

DEV, PROD, SHARED = "111122223333", "333344445555", "999900001111"
CORP = Session("corp", "https://corp.awsapps.com/start", "us-east-1")
CHINA = Session("china", "https://start.home.awsapps.cn/directory/x", "cn-north-1")
SESSIONS = {"corp": CORP, "china": CHINA}


def profile(name: str, account: str = DEV, role: str | None = "Admin", session: str | None = "corp") -> Profile:
    return Profile(name, session, account, role, "eu-west-1")


ADMIN, READER, PROD_READER = profile("dev.admin"), profile("dev.reader", role="Reader"), profile("prod.reader", PROD)
ALL = (ADMIN, READER, PROD_READER)
NOTHING = Wishes()


def of(account: str, region: str = "eu-west-1") -> Registry:
    found = of_account(account, region)
    assert found is not None
    return found


PUBLIC = Registry("public.ecr.aws", "us-east-1")


def chosen(account: str, *, profiles: tuple[Profile, ...] = ALL, wishes: Wishes = NOTHING) -> str:
    return choose(of(account), profiles, SESSIONS, wishes).name


def test_the_only_profile_of_the_account_needs_no_word() -> None:
    assert chosen(PROD) == "prod.reader"


def test_two_names_for_one_role_are_one() -> None:
    assert chosen(DEV, profiles=(ADMIN, profile("default"))) == "dev.admin"


def test_several_roles_are_told_and_nothing_is_guessed() -> None:
    with pytest.raises(
        NoProfile, match=r"Several profiles fit account 111122223333: dev\.admin, dev\.reader"
    ) as caught:
        chosen(DEV)
    assert caught.value.fitting == ("dev.admin", "dev.reader")


@pytest.mark.parametrize(
    "wishes",
    [
        Wishes(in_shell="dev.reader", for_registry="dev.admin", active="dev.admin", recents=("dev.admin",)),
        Wishes(for_registry="dev.reader", active="dev.admin", recents=("dev.admin",)),
        Wishes(active="dev.reader", recents=("dev.admin",)),
        Wishes(recents=("gone", "prod.reader", "dev.reader", "dev.admin")),
        Wishes(in_shell="prod.reader", active="dev.reader"),
        Wishes(for_registry="gone", active="dev.reader"),
    ],
)
def test_what_a_person_said_counts_before_what_they_did(wishes: Wishes) -> None:
    assert chosen(DEV, wishes=wishes) == "dev.reader"


def test_a_named_profile_of_another_account_counts_as_registries_are_shared() -> None:
    assert chosen(DEV, wishes=Wishes(for_registry="prod.reader")) == "prod.reader"


def test_the_shells_profile_of_another_account_does_not_when_there_is_one_of_its_own() -> None:
    assert chosen(PROD, wishes=Wishes(in_shell="dev.admin")) == "prod.reader"


@pytest.mark.parametrize("wishes", [Wishes(in_shell="dev.admin"), Wishes(active="dev.admin")])
def test_a_shared_registry_is_asked_for_as_who_one_is(wishes: Wishes) -> None:
    assert chosen(SHARED, wishes=wishes) == "dev.admin"


def test_nobodys_registry_without_a_word_is_no_guess() -> None:
    with pytest.raises(NoProfile, match=f"No profile is of account {SHARED}"):
        chosen(SHARED)


@pytest.mark.parametrize(
    "useless",
    [profile("x", role=None), profile("x", session=None), profile("x", session="half"), profile("x", session="china")],
)
def test_a_profile_without_role_or_session_or_of_another_partition_does_not_count(useless: Profile) -> None:
    with pytest.raises(NoProfile, match="No profile signs in through IAM Identity Center"):
        chosen(DEV, profiles=(useless,), wishes=Wishes(in_shell="x", for_registry="x", active="x"))


def test_a_profile_of_china_asks_in_china() -> None:
    there = registry(f"{DEV}.dkr.ecr.cn-north-1.amazonaws.com.cn")
    assert there is not None
    mine = profile("beijing", session="china")
    assert choose(there, (ADMIN, mine), SESSIONS, NOTHING) == mine


def test_public_ecr_takes_the_active_profile() -> None:
    assert choose(PUBLIC, ALL, SESSIONS, Wishes(active="prod.reader")) == PROD_READER


def test_public_ecr_takes_the_only_profile() -> None:
    assert choose(PUBLIC, (ADMIN,), SESSIONS, NOTHING) == ADMIN


def test_many_fitting_profiles_are_not_all_listed() -> None:
    many = tuple(profile(f"p{i}", role=f"R{i}") for i in range(9))
    with pytest.raises(NoProfile, match=r"p4 and 4 more\."):
        chosen(DEV, profiles=many)
