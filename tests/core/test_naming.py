"""Profile names: aws-sso-util's rules, readable and told apart."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.config.text import Section, by_profile, section_name
from aws_sso_core.errors import UsageError
from aws_sso_core.model import Account
from aws_sso_core.naming import (
    Candidate,
    Names,
    Naming,
    is_portable,
    naming,
    process_arguments,
    session_names,
    short_region,
    told_apart,
)

GUIDE = naming(
    account_name_case="lower",
    role_name_case="lower",
    trim_role_name=("(?<=admin)istratoraccess", "^aws", "(?<=readonly)access", "(?<=poweruser)access"),
)
PLAIN = naming()


def one(
    name: str | None, role: str, *, number: str = "111122223333", region: str = "us-east-1", at: int = 0
) -> Candidate:
    return Candidate(Account(number, name), role, region, at, at + 1)


def names(*candidates: Candidate, rules: Naming = GUIDE, taken: tuple[str, ...] = ()) -> list[str]:
    named = told_apart(candidates, rules, taken=taken).named
    return [named[c] for c in candidates]


@pytest.mark.parametrize(
    ("account", "role", "name"),
    [
        ("Dev-Account", "AdministratorAccess", "dev-account.admin"),
        ("Dev Account", "AWSReadOnlyAccess", "dev-account.readonly"),
        ("Dev Account", "AWSPowerUserAccess", "dev-account.poweruser"),
        ("Prod [EU]", "ViewOnlyAccess", "prod-eu.viewonlyaccess"),
        (None, "Billing", "111122223333.billing"),
    ],
)
def test_the_guides_options_shorten_names(account: str | None, role: str, name: str) -> None:
    assert names(one(account, role)) == [name]


def test_the_case_is_changed_before_anything_is_trimmed() -> None:
    assert GUIDE.name(one("Dev", "AdministratorAccess")) == "dev.admin"
    assert (
        naming(trim_role_name=("istratoraccess",)).name(one("Dev", "AdministratorAccess")) == "Dev.AdministratorAccess"
    )


@pytest.mark.parametrize(
    ("region", "short"),
    [
        ("us-east-1", "usea1"),
        ("us-gov-west-1", "govwe1"),
        ("ap-northeast-1", "apne1"),
        ("eusc-de-east-1", "eusc-deea1"),
        ("cn-northwest-1", "cnnw1"),
        ("mars", "mars"),
    ],
)
def test_regions_are_shortened_as_by_aws_sso_util(region: str, short: str) -> None:
    assert short_region(region) == short


def test_the_first_region_is_left_out() -> None:
    assert names(one("Dev", "A"), one("Dev", "A", region="eu-west-1", at=1), rules=PLAIN) == ["Dev.A", "Dev.A.euwe1"]


def test_brackets_and_other_odd_characters_are_made_readable() -> None:
    assert names(one("  Sandbox  (Bob) ", "AWSServiceCatalogEndUserAccess")) == [
        "sandbox-bob.servicecatalogenduseraccess"
    ]


def test_accents_are_dropped() -> None:
    assert names(one("Büro Köln", "A"), rules=PLAIN) == ["Buro-Koln.A"]


def test_an_account_name_without_one_readable_character_becomes_the_id() -> None:
    assert names(one("日本", "A"), rules=PLAIN) == ["111122223333.A"]


def test_a_renamed_one_is_reported_with_the_reason() -> None:
    (renamed,) = told_apart([one("Bob's", "A")], PLAIN).renamed
    assert (renamed.asked, renamed.name, renamed.why) == ("Bob's.A", "Bob-s.A", "unreadable")


def test_raw_names_stay_as_they_are() -> None:
    assert names(one("Prod [EU] Bob's", "A"), rules=naming(safe=False)) == ["Prod [EU] Bob's.A"]


def test_a_raw_name_that_no_config_can_hold_is_made_readable() -> None:
    assert names(one("a\nb", "A"), rules=naming(safe=False)) == ["a-b.A"]


def test_a_raw_name_for_which_botocore_here_would_read_nothing_of_the_file_is_made_readable() -> None:
    """Windows: botocore opens the config in the code page of the system, where some bytes mean nothing."""
    rules = naming(safe=False, encoding="cp1252")
    assert names(one("Ábaco", "A"), one("Zürich", "A"), rules=rules) == ["Abaco.A", "Zürich.A"]


def test_roles_that_trimming_makes_equal_keep_their_whole_names() -> None:
    assert names(one("Dev", "AdministratorAccess"), one("Dev", "AWSAdministratorAccess")) == [
        "dev.administratoraccess",
        "dev.awsadministratoraccess",
    ]


def test_accounts_of_one_name_get_their_ids() -> None:
    one_name = one("Dev Account", "AdministratorAccess"), one("dev-account", "AdministratorAccess", number="0" * 12)
    assert names(*one_name) == ["dev-account.admin.111122223333", "dev-account.admin.000000000000"]


def test_regions_that_are_not_in_the_name_are_added_when_they_must() -> None:
    rules = naming(components="account_name,role_name")
    assert names(one("D", "A"), one("D", "A", region="eu-west-1", at=1), rules=rules) == ["D.A.usea1", "D.A.euwe1"]


def test_a_name_that_a_hand_written_profile_has_is_not_taken_from_it() -> None:
    assert names(one("Dev", "A"), rules=PLAIN, taken=("Dev.A",)) == ["Dev.A.111122223333"]


def test_no_profile_is_called_default() -> None:
    assert names(one("D", "A"), rules=naming(components="default")) == ["default.111122223333"]


def test_skip_leaves_a_profile_out() -> None:
    outcome = told_apart([one("SKIP", "A")], naming(components="account_name"))
    assert (outcome.named, len(outcome.skipped)) == ({}, 1)


def test_a_process_gets_seven_arguments() -> None:
    candidate = Candidate(Account("1" * 12, "Prod [EU]"), "A", "eu-west-1", 1, 2)
    assert process_arguments(candidate, safe=True) == ("Prod-EU", "1" * 12, "A", "eu-west-1", "euwe1", "1", "2")


def test_the_answers_of_a_process_are_told_apart_too() -> None:
    first, second = one("Dev", "A"), one("Dev", "B")
    outcome = told_apart([first, second], PLAIN, answers={first: "x", second: "x"})
    assert set(outcome.named.values()) == {"x.A", "x.B"}


def test_a_template_has_fields_filters_and_braces() -> None:
    rules = naming(template="{session}-{{{account_name|lower}}}/{role_name}", session="corp", safe=False)
    assert rules.name(one("Dev", "Admin")) == "corp-{dev}/Admin"


@pytest.mark.parametrize(
    "options",
    [
        {"trim_role_name": ("(",)},
        {"trim_account_name": ("(?P<a>x)(?P=b)",)},
        {"components": "a{b}"},
        {"components": "{"},
        {"components": "{account_name.__class__}"},
        {"separator": "{}"},
        {"template": "{account}"},
        {"template": "{account_name|reverse}"},
        {"template": "{account_name!r}"},
        {"template": "{account_name:>10}"},
        {"template": "{role_name.__class__}"},
        {"template": "all-the-same"},
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        naming(**options)  # type: ignore[arg-type]


DIRECTORIES = st.lists(
    st.builds(
        one,
        st.none() | st.text(st.sampled_from("aAé (-.日"), max_size=3),
        st.sampled_from(["Admin", "AWSAdmin", "AdministratorAccess", "AWSAdministratorAccess"]),
        number=st.sampled_from(["1" * 12, "2" * 12, "3" * 12]),
        region=st.sampled_from(["us-east-1", "eu-west-1"]),
    ),
    max_size=12,
    unique_by=lambda c: c.identity,
)


@given(candidates=DIRECTORIES, safe=st.booleans(), taken=st.sets(st.sampled_from(["a.admin", ".admin", "a"])))
def test_every_name_is_there_once_and_readable(candidates: list[Candidate], safe: bool, taken: set[str]) -> None:
    rules = naming(safe=safe, role_name_case="lower", trim_role_name=("^aws", "(?<=admin)istratoraccess"))
    given_names = told_apart(candidates, rules, taken=taken).named
    assert len(set(given_names.values())) == len(candidates)
    assert not taken & set(given_names.values())
    if safe:
        assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in given_names.values())
    sections: dict[str, Section] = {section_name("profile", name): {} for name in given_names.values()}
    assert set(by_profile(sections).profiles) == set(given_names.values())


@given(candidates=DIRECTORIES, seed=st.randoms(use_true_random=False))
def test_the_order_of_the_list_makes_no_difference(candidates: list[Candidate], seed: random.Random) -> None:
    def told(order: list[Candidate]) -> Names:
        return told_apart(order, GUIDE, taken=("a.admin",))

    shuffled = list(candidates)
    seed.shuffle(shuffled)
    assert told(shuffled).named == told(candidates).named
    assert told(shuffled).renamed == told(candidates).renamed


@pytest.mark.parametrize(
    ("start_url", "name"),
    [
        ("https://my-org.awsapps.com/start", "my-org"),
        ("https://My.awsapps.com/start/#/", "My"),
        ("https://d-1234567890.awsapps.com/start", "d-1234567890"),
        ("https://start.us-gov-west-1.us-gov-home.awsapps.com/directory/agency/", "agency"),
        ("https://identitycenter.amazonaws.com/ssoins-1234", "ssoins-1234"),
        ("https://start.example.com", "start"),
        ("my org.example:8443/x", "my-org"),
        ("https://[", "sso"),
        ("", "sso"),
    ],
)
def test_an_sso_session_is_called_as_its_start_url_is(start_url: str, name: str) -> None:
    names = session_names(start_url)
    assert [next(names), next(names)] == [name, f"{name}-2"]
    assert is_portable(name)
