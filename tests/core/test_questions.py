"""The wizard's rules: which question comes next, and that every way through them comes to an end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.errors import AppError, UsageError
from aws_sso_core.model import Account, Session
from aws_sso_core.questions import ANOTHER, FLAGS, Do, Facts, Key, Question, accepted, next_step, proposed_name

URL = "https://my-org.awsapps.com/start"
REGIONS = {"eu-central-1": "Europe (Frankfurt)", "us-east-1": "US East (N. Virginia)", "cn-north-1": "China (Beijing)"}
CORP = Session("corp", "https://corp.awsapps.com/start", "us-east-1")
LEGACY = Session("https://old.awsapps.com/start", "https://old.awsapps.com/start", "eu-west-1", kind="legacy")
DEV = Account("111122223333", "Dev Account")
PROD = Account("333344445555", "Prod [EU]")
NAMELESS = Account("000123456789")
FULL: Mapping[Key, str] = {
    "start_url": URL,
    "sso_region": "us-east-1",
    "account": DEV.id,
    "role": "AdministratorAccess",
    "region": "eu-central-1",
    "output": "json",
    "profile": "dev.admin",
}


def facts(*, attended: bool = True, sessions: tuple[Session, ...] = (), **answers: str) -> Facts:
    return with_answers(Facts(attended=attended, sessions=sessions, regions=REGIONS), answers)


def with_answers(known: Facts, answers: Mapping[Any, str]) -> Facts:
    return replace(known, answers={**known.answers, **answers})


def question(known: Facts) -> Question:
    step = next_step(known)
    assert isinstance(step, Question), step
    return step


def signed_in(known: Facts, *accounts: Account, roles: tuple[str, ...] | None = None) -> Facts:
    return replace(known, accounts=accounts, roles=roles)


def test_with_nothing_known_the_start_url_is_asked_for() -> None:
    assert question(facts()).key == "start_url"


def test_sessions_that_are_there_are_offered_first() -> None:
    asked = question(facts(sessions=(CORP, LEGACY)))
    assert asked.key == "session"
    assert [choice.value for choice in asked.choices] == ["corp", LEGACY.name, ANOTHER]
    assert asked.default == "corp"


def test_the_portal_of_legacy_profiles_gets_an_sso_session() -> None:
    known = facts(sessions=(CORP, LEGACY)).answered("session", LEGACY.name)
    assert known.session == Session("old", LEGACY.start_url, LEGACY.region, scopes=("sso:account:access",))


def test_another_session_begins_with_its_start_url() -> None:
    assert question(facts(sessions=(CORP,), session=ANOTHER)).key == "start_url"


def test_the_region_is_looked_for_before_it_is_asked_for() -> None:
    known = facts(start_url=URL)
    assert next_step(known) is Do.FIND_REGION
    asked = question(replace(known, looked=True))
    assert asked.key == "sso_region"
    assert asked.choices[0].text == "eu-central-1  Europe (Frankfurt)"


def test_a_region_in_the_address_is_not_looked_for() -> None:
    known = facts(start_url="https://ssoins-1.eu-central-1.portal.amazonaws.com", session="corp")
    assert next_step(known) is Do.READ_ACCOUNTS
    assert known.session is not None
    assert known.session.region == "eu-central-1"


def test_the_session_is_called_as_the_organization_is() -> None:
    known = facts(start_url=URL, sso_region="us-east-1")
    assert known.session == Session("my-org", URL, "us-east-1", scopes=("sso:account:access",))


def test_a_name_that_is_taken_is_passed_over() -> None:
    there = replace(CORP, name="my-org")
    known = replace(facts(sessions=(there,), start_url=URL, sso_region="us-east-1"), taken=("my-org-2",))
    assert known.session is not None
    assert known.session.name == "my-org-3"


def test_an_id_is_no_name_so_a_person_is_asked_for_one() -> None:
    asked = question(facts(start_url="https://d-1234567890.awsapps.com/start", sso_region="us-east-1"))
    assert (asked.key, asked.default) == ("session", "sso")


def test_a_portal_that_has_a_session_already_gets_no_second_one() -> None:
    known = facts(sessions=(CORP,), start_url="https://corp.awsapps.com/start", sso_region="us-east-1")
    assert known.session == CORP


def test_a_named_session_of_another_portal_is_refused() -> None:
    with pytest.raises(UsageError, match="another sso-session named 'corp'"):
        next_step(facts(sessions=(CORP,), session="corp", start_url=URL, sso_region="us-east-1"))


def test_a_named_session_of_another_region_is_refused() -> None:
    with pytest.raises(UsageError, match="is in us-east-1, not in eu-west-1"):
        next_step(facts(sessions=(CORP,), session="corp", sso_region="eu-west-1"))


def test_nobody_asks_which_session_where_there_is_one_and_nobody_to_ask() -> None:
    assert facts(attended=False, sessions=(CORP, LEGACY)).session == CORP


def test_the_only_account_and_role_are_not_asked_for() -> None:
    known = signed_in(facts(sessions=(CORP,), session="corp"), DEV, roles=("Admin",))
    assert question(known).key == "region"


def test_accounts_are_listed_by_name_with_their_ids() -> None:
    asked = question(signed_in(facts(sessions=(CORP,), session="corp"), PROD, NAMELESS, DEV))
    assert [choice.text for choice in asked.choices] == [
        "Dev Account  111122223333",
        "Prod [EU]    333344445555",
        "(no name)    000123456789",
    ]


def test_roles_are_read_for_the_chosen_account_alone() -> None:
    known = signed_in(facts(sessions=(CORP,), session="corp", account=PROD.id), DEV, PROD)
    assert next_step(known) is Do.READ_ROLES
    assert question(replace(known, roles=("ReadOnly", "Admin"))).key == "role"


def test_a_person_without_accounts_is_told_whom_to_ask() -> None:
    with pytest.raises(AppError, match="no AWS accounts"):
        next_step(signed_in(facts(sessions=(CORP,), session="corp")))


def test_all_accounts_need_a_region_only() -> None:
    known = replace(facts(attended=False, sessions=(CORP,)), every=True)
    assert question(known).key == "region"
    assert next_step(known.answered("region", "eu-central-1")) is Do.WRITE


def test_the_output_is_asked_of_people_only() -> None:
    chosen = {"session": "corp", "account": DEV.id, "role": "Admin", "region": "eu-central-1"}
    known = signed_in(with_answers(facts(sessions=(CORP,)), chosen), DEV, roles=("Admin",))
    assert question(known).key == "output"
    assert question(replace(known, attended=False)).key == "profile"


@pytest.mark.parametrize(
    ("account", "role", "name"),
    [
        (DEV, "AdministratorAccess", "dev-account.admin"),
        (DEV, "AWSReadOnlyAccess", "dev-account.readonly"),
        (PROD, "AWSPowerUserAccess", "prod-eu.poweruser"),
        (NAMELESS, "SecurityAudit", "000123456789.securityaudit"),
        (
            Account("111122223333", "Data Platform (Analytics)"),
            "DataScientist",
            "data-platform-analytics.datascientist",
        ),
    ],
)
def test_names_are_proposed_as_the_guide_makes_them(account: Account, role: str, name: str) -> None:
    assert proposed_name(facts(), account, role) == name


def test_a_proposed_name_is_free_or_of_the_same_role() -> None:
    taken = replace(facts(), profiles={"dev-account.admin": (DEV.id, "AdministratorAccess")})
    assert proposed_name(taken, DEV, "AdministratorAccess") == "dev-account.admin"
    assert proposed_name(taken, DEV, "AWSAdministratorAccess") != "dev-account.admin"


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("account", "dev account", DEV.id),
        ("account", "333344445555", PROD.id),
        ("role", "admin", "Admin"),
        ("region", " eu-central-1 ", "eu-central-1"),
        ("region", "mars-north-1", "mars-north-1"),
        ("output", "yaml", "yaml"),
        ("start_url", "my-org.awsapps.com", URL),
        ("session", "corp", "corp"),
        ("session", "new-one", "new-one"),
    ],
)
def test_answers_are_kept_in_one_form(key: Key, text: str, expected: str) -> None:
    known = signed_in(facts(sessions=(CORP,)), DEV, PROD, roles=("Admin", "ReadOnly"))
    assert accepted(key, text, known) == expected


@pytest.mark.parametrize(
    ("key", "text", "hint"),
    [
        ("account", "Dev Acount", "Did you mean Dev Account"),
        ("account", "DEV", "Did you mean Dev Account"),
        ("account", "xyz", "There are"),
        ("role", "Admn", "Did you mean Admin"),
        ("region", "Frankfurt", "Did you mean eu-central-1?"),
        ("region", "US-EAST-1", "Did you mean us-east-1?"),
        ("region", "moon", "It looks like eu-west-1."),
        ("region", "", "It looks like eu-west-1."),
        ("output", "xml", "json"),
        ("profile", "default", "--default"),
        ("profile", "my profile", "letters"),
        ("profile", "", "letters"),
        ("session", "my team", "letters"),
        ("session", "half", "another name"),
        ("start_url", "?", "awsapps.com"),
    ],
)
def test_what_is_no_answer_is_told_with_what_would_be_one(key: Key, text: str, hint: str) -> None:
    known = replace(signed_in(facts(sessions=(CORP,)), DEV, PROD, roles=("Admin",)), taken=("half",))
    with pytest.raises(UsageError) as refused:
        accepted(key, text, known)
    assert hint in refused.value.hint


def test_two_accounts_of_one_name_are_told_apart_by_id() -> None:
    twin = Account("444455556666", "dev account")
    with pytest.raises(UsageError, match="Several accounts") as refused:
        accepted("account", "Dev Account", signed_in(facts(), DEV, twin))
    assert twin.id in refused.value.hint


@dataclass
class World:
    """What there is to find out, for a run through all steps."""

    accounts: tuple[Account, ...]
    roles: tuple[str, ...]
    region: str | None


def walk(known: Facts, world: World, pick: st.DataObject) -> tuple[Facts, list[Key]]:
    """Answer whatever is asked until everything is known; the questions that were asked."""
    asked: list[Key] = []
    for _ in range(20):
        step = next_step(known)
        if isinstance(step, Question):
            asked.append(step.key)
            offered = [choice.value for choice in step.choices]
            text = {"start_url": URL, "session": "a-name", "profile": "a-profile"}.get(step.key, "")
            answer = pick.draw(st.sampled_from(offered)) if offered else step.default or text
            known = known.answered(step.key, accepted(step.key, answer, known))
        elif step is Do.FIND_REGION:
            known = replace(known, looked=True)
            known = known.answered("sso_region", world.region) if world.region else known
        elif step is Do.READ_ACCOUNTS:
            known = replace(known, accounts=world.accounts)
        elif step is Do.READ_ROLES:
            known = replace(known, roles=world.roles)
        else:
            return known, asked
    pytest.fail(f"no end: {asked}")


WORLDS = st.builds(
    World,
    st.sampled_from([(DEV,), (DEV, PROD), (DEV, PROD, NAMELESS)]),
    st.sampled_from([("Admin",), ("Admin", "ReadOnly")]),
    st.sampled_from([None, "eu-central-1"]),
)
SESSIONS = st.sampled_from([(), (CORP,), (CORP, LEGACY), (replace(CORP, name="my-org"),)])


@given(WORLDS, SESSIONS, st.booleans(), st.data())
def test_every_way_ends_with_all_that_a_profile_needs(
    world: World, sessions: tuple[Session, ...], every: bool, data: st.DataObject
) -> None:
    known, asked = walk(replace(facts(sessions=sessions), every=every), world, data)
    assert known.session is not None
    assert known.answers["region"]
    if not every:
        assert known.account in world.accounts
        assert known.role in world.roles
        assert known.answers["profile"]
    assert len([key for key in asked if key != "session"]) == len({key for key in asked if key != "session"})
    assert asked.count("session") <= 2  # which one, and the name of a new one


@given(WORLDS, st.sets(st.sampled_from(sorted(FULL))), st.data())
def test_what_is_said_is_never_asked(world: World, said: set[Key], data: st.DataObject) -> None:
    world = replace(world, accounts=(DEV, PROD), roles=("AdministratorAccess", "ReadOnly"))
    known, asked = walk(with_answers(facts(), {key: FULL[key] for key in said}), world, data)
    assert not said & set(asked)
    assert all(known.answers[key] == FULL[key] for key in said)


@given(st.sampled_from(sorted(FLAGS)))
def test_every_question_has_an_option_that_answers_it(key: Key) -> None:
    assert Question(key, "").flag.startswith("--")
