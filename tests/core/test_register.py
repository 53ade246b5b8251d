from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from auth_bench import Bench
from aws_sso_core.errors import SignInTimedOut
from aws_sso_core.identity_center.register import register, registration_for, scopes_of
from aws_sso_core.model import SSO_SCOPE, Registration, Session
from aws_sso_core.sandbox import Fault
from fakes import FakeBrowser


def registered(bench: Bench, session: Session | None = None) -> Registration:
    return registration_for(
        session or bench.session,
        "pkce",
        registrations=bench.registrations,
        oidc=bench.oidc(),
        clock=bench.clock,
    )


def test_a_registration_is_used_again(bench: Bench) -> None:
    assert registered(bench).client_id == registered(bench).client_id
    assert bench.box.calls.count("RegisterClient") == 1


def test_one_that_would_not_last_for_the_sign_in_is_replaced(bench: Bench) -> None:
    bench.box.knobs.registration_lifetime = timedelta(hours=8)
    first = registered(bench)
    assert registered(bench).client_id != first.client_id


def test_a_long_sign_in_needs_a_long_registration(bench: Bench) -> None:
    session = replace(bench.session, duration=timedelta(days=30))
    registered(bench, session)
    bench.clock.advance(timedelta(days=61))
    registered(bench, session)
    assert bench.box.calls.count("RegisterClient") == 2


def test_each_start_url_region_scope_and_flow_has_its_own(bench: Bench) -> None:
    session = bench.session
    others = [replace(session, region="eu-west-1"), replace(session, scopes=("x:y",)), replace(session, name="two")]
    for each in (session, *others):
        registered(bench, each)
    register(session, "device", registrations=bench.registrations, oidc=bench.oidc())
    assert bench.box.calls.count("RegisterClient") == 5


@pytest.mark.parametrize(
    ("kind", "scopes", "asked"),
    [
        ("sso-session", (), (SSO_SCOPE,)),
        ("sso-session", ("a:b", "c:d"), ("a:b", "c:d")),
        ("legacy", (), ()),
    ],
)
def test_scopes_are_asked_for_as_aws_cli_does(kind: str, scopes: tuple[str, ...], asked: tuple[str, ...]) -> None:
    session = Session("s", "https://x.awsapps.com/start", "us-east-1", kind=kind, scopes=scopes)  # type: ignore[arg-type]
    assert scopes_of(session) == asked


def test_a_session_without_scopes_gets_a_renewable_token(bench: Bench) -> None:
    session = replace(bench.session, scopes=())
    assert bench.signed_in(session).renewable(bench.clock.now())


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "registrations").write_text("a file where the folder should be")
    assert registered(bench).client_id


def test_a_damaged_registration_is_replaced(bench: Bench) -> None:
    registered(bench)
    path = bench.registrations.path(bench.session, ("authorization_code", "refresh_token"))
    path.write_text("{half")
    registered(bench)
    assert bench.box.calls.count("RegisterClient") == 2


def test_nothing_of_ours_lies_under_aws_clis_names(bench: Bench) -> None:
    bench.signed_in()
    assert [f.kind for f in bench.tokens.scan()] == ["token"]


def test_after_an_unanswered_page_the_next_sign_in_registers_anew(bench: Bench) -> None:
    # AWS's page tells only the person when it no longer knows a registration.
    with pytest.raises(SignInTimedOut):
        bench.sign_in(FakeBrowser(bench.box, "close"), timeout=timedelta(0))
    bench.signed_in()
    assert bench.box.calls.count("RegisterClient") == 2


def test_a_registration_refused_at_the_exchange_is_not_used_again(bench: Bench) -> None:
    bench.box.fail("CreateToken", Fault.error("InvalidClientException", 401))
    browser = FakeBrowser(bench.box)
    with pytest.raises(Exception, match="InvalidClient"):
        bench.sign_in(browser)
    browser.wait()
    bench.signed_in()
    assert bench.box.calls.count("RegisterClient") == 2
