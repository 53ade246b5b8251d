from __future__ import annotations

from datetime import timedelta

import pytest

from auth_bench import HOUR, Bench
from aws_sso_core.errors import AppError, Offline, ServiceFailed, SignInNeeded
from aws_sso_core.model import Role, RoleCredentials, Secret
from aws_sso_core.registries.tokens import RegistryToken
from aws_sso_core.sandbox import Fault
from aws_sso_core.sign_out import SignedOut
from fakes import NOON

ROLE = Role("000000000012", "Admin")


def test_signing_out_ends_it_at_aws_and_here(bench: Bench) -> None:
    token = bench.given_token()
    assert bench.sign_out() == SignedOut(bench.session, "ended", forgotten=True)
    assert bench.tokens.read(bench.session) is None
    with pytest.raises(SignInNeeded):
        bench.portal().accounts(token.access_token)


def test_signing_out_is_no_lesson_about_the_length(bench: Bench) -> None:
    bench.given_token()
    bench.clock.advance(HOUR / 2)
    bench.sign_out()
    lesson = bench.learned.read(bench.session.cache_key)
    assert (lesson.ended_at, lesson.shortest_ended) == (NOON + HOUR / 2, None)


def test_only_this_sessions_token_goes(bench: Bench) -> None:
    bench.given_token()
    others = bench.signed_in(bench.legacy)
    bench.sign_out()
    assert bench.token(bench.legacy) == others


def test_registrations_stay(bench: Bench) -> None:
    bench.signed_in()
    bench.sign_out()
    bench.signed_in()
    assert bench.box.calls.count("RegisterClient") == 1


def test_kept_credentials_of_its_roles_go(bench: Bench) -> None:
    bench.given_token()
    credentials = RoleCredentials("AKIA", Secret("s"), Secret("t"), NOON + HOUR)
    for session in (bench.session, bench.legacy):
        bench.role_cache.write(session, ROLE, credentials)
    assert bench.sign_out(roles=(ROLE, Role("000000000012", "Other"))).roles_forgotten == 1
    assert bench.role_cache.read(bench.session, ROLE) is None
    assert bench.role_cache.read(bench.legacy, ROLE) is not None


def test_passwords_of_registries_that_its_roles_got_go(bench: Bench) -> None:
    bench.given_token()
    sign_in = bench.tokens.path(bench.session)
    for host, session in (("a.example", bench.session), ("b.example", bench.legacy)):
        token = RegistryToken(Secret("x"), "dev", session.cache_key, ROLE, NOON, NOON + HOUR)
        bench.registry_tokens.write(host, token, sign_in=sign_in)
    bench.sign_out()
    assert bench.registry_tokens.hosts(NOON) == ("b.example",)


def test_nobody_signed_in_is_no_error(bench: Bench) -> None:
    assert bench.sign_out() == SignedOut(bench.session, "none", forgotten=False)
    assert bench.box.calls.count("Logout") == 0


def test_a_session_that_is_over_is_forgotten_here(bench: Bench) -> None:
    bench.given_token()
    bench.box.end_sign_in()
    assert bench.sign_out() == SignedOut(bench.session, "over", forgotten=True)


def test_a_damaged_token_file_is_removed(bench: Bench) -> None:
    bench.given_token()
    bench.tokens.path(bench.session).write_text("{")
    assert bench.sign_out() == SignedOut(bench.session, "none", forgotten=True)


@pytest.mark.parametrize(
    ("fault", "error"),
    [(Fault.DROPPED, Offline), (Fault.status(500), ServiceFailed), (Fault.HTML, ServiceFailed)],
)
def test_when_aws_cannot_be_told_everything_is_kept_and_local_is_offered(
    bench: Bench, fault: Fault, error: type[AppError]
) -> None:
    token = bench.given_token()
    bench.box.fail("Logout", fault, None)
    with pytest.raises(error, match="was kept") as raised:
        bench.sign_out()
    assert "--local" in raised.value.hint
    assert bench.token() == token


def test_local_forgets_here_all_the_same_and_says_so(bench: Bench) -> None:
    bench.given_token()
    outcome = bench.sign_out(local=True, portal=bench.portal(endpoint="http://127.0.0.1:1"))
    assert outcome == SignedOut(bench.session, "unknown", forgotten=True)
    assert bench.tokens.read(bench.session) is None


def test_local_tells_aws_when_it_can(bench: Bench) -> None:
    bench.given_token()
    assert bench.sign_out(local=True).at_aws == "ended"


def test_the_next_sign_in_begins_anew(bench: Bench) -> None:
    bench.given_token()
    bench.clock.advance(timedelta(minutes=30))
    bench.sign_out()
    bench.given_token()
    assert bench.learned.read(bench.session.cache_key).signed_in_at == NOON + timedelta(minutes=30)
