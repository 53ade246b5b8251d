from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from auth_bench import HOUR, MINUTE, Bench
from aws_sso_core.aws import Grant
from aws_sso_core.errors import BadReply, LockTimeout, Offline, ReadOnlyPlace, ServiceFailed, SignInNeeded, Throttled
from aws_sso_core.identity_center.locks import token_lock
from aws_sso_core.model import Secret, Session, Token
from aws_sso_core.renew import Adopted, NotDue, Renewed
from aws_sso_core.sandbox import Fault
from aws_sso_core.token_cache import TokenCache
from fakes import NOON, Worker


def due(bench: Bench, left: timedelta = 20 * MINUTE) -> Token:
    """A token with this much left."""
    token = bench.given_token()
    bench.clock.advance(HOUR - left)
    return token


def written(bench: Bench) -> None:
    """The token file is as old as the bench's clock says."""
    at = bench.clock.now().timestamp()
    os.utime(bench.tokens.path(bench.session), (at, at))


def refused_at(bench: Bench) -> object:
    return bench.learned.read(bench.session.cache_key).ended_at


def test_a_token_with_over_25_minutes_left_is_left_alone(bench: Bench) -> None:
    token = due(bench, 26 * MINUTE)
    assert bench.renew() == NotDue(token)
    assert bench.box.calls.count("CreateToken") == 0


def test_a_token_with_less_left_is_renewed(bench: Bench) -> None:
    old = due(bench, 24 * MINUTE)
    renewed = bench.renew()
    assert isinstance(renewed, Renewed)
    assert renewed.token == bench.token()
    assert renewed.token.expires_at == bench.clock.now() + HOUR
    assert renewed.token.refresh_token not in (None, old.refresh_token)


def test_a_renewed_token_keeps_what_other_tools_need(bench: Bench) -> None:
    old = due(bench)
    bench.renew()
    new = bench.token()
    assert (
        replace(new, access_token=old.access_token, refresh_token=old.refresh_token, expires_at=old.expires_at) == old
    )


def test_the_renewed_token_works_and_renews_again(bench: Bench) -> None:
    due(bench)
    bench.renew()
    assert bench.portal().accounts(bench.token().access_token)
    bench.clock.advance(50 * MINUTE)
    assert isinstance(bench.renew(), Renewed)


def test_a_living_session_is_remembered(bench: Bench) -> None:
    due(bench)
    bench.renew()
    assert bench.learned.read(bench.session.cache_key).alive_at == bench.clock.now()


def test_an_answer_without_refresh_token_keeps_the_old_one(bench: Bench) -> None:
    bench.box.knobs.omit_refresh_token = True
    old = due(bench)
    bench.renew()
    assert bench.token().refresh_token == old.refresh_token
    bench.clock.advance(50 * MINUTE)
    assert isinstance(bench.renew(), Renewed)


def test_another_programs_renewal_is_adopted_without_asking(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    due(bench)
    calls = bench.box.calls.count("CreateToken")

    @contextmanager
    def after_another_program(locks_dir: Path, session: Session) -> Iterator[None]:
        bench.change_token(access_token=Secret("theirs"), expires_at=bench.clock.now() + HOUR)
        with token_lock(locks_dir, session):
            yield

    monkeypatch.setattr("aws_sso_core.renew.token_lock", after_another_program)
    assert bench.renew() == Adopted(bench.token())
    assert bench.box.calls.count("CreateToken") == calls


def test_of_many_renewals_at_once_one_is_made(bench: Bench) -> None:
    due(bench)
    calls = bench.box.calls.count("CreateToken")
    results = [worker.result() for worker in [Worker(bench.renew) for _ in range(10)]]
    assert [isinstance(r, Renewed) for r in results].count(True) == 1
    assert bench.box.calls.count("CreateToken") == calls + 1


def test_a_lost_race_adopts_the_winners_token(bench: Bench) -> None:
    # AWS CLI takes no lock of ours: its renewal makes our refresh token worthless while we ask.
    due(bench)
    theirs = bench.oidc().token_by_refresh(*proof(bench.token()))

    def written_a_moment_later(_seconds: float) -> None:
        bench.change_token(access_token=theirs.access_token, refresh_token=theirs.refresh_token)

    bench.clock.on_sleep = written_a_moment_later
    result = bench.renew()
    assert isinstance(result, Adopted)
    assert result.token.access_token == theirs.access_token
    assert refused_at(bench) is None


def test_a_sign_in_during_our_renewal_stays(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    due(bench)
    replace_if = TokenCache.replace_if

    def late(cache: TokenCache, session: Session, expected: Token | None, new: Token) -> Token | None:
        bench.change_token(access_token=Secret("theirs"), expires_at=bench.clock.now() + 2 * HOUR)
        return replace_if(cache, session, expected, new)

    monkeypatch.setattr(TokenCache, "replace_if", late)
    assert isinstance(bench.renew(), Adopted)
    assert bench.token().access_token == Secret("theirs")


def test_a_sign_out_during_our_renewal_stays(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    due(bench)
    replace_if = TokenCache.replace_if

    def late(cache: TokenCache, session: Session, expected: Token | None, new: Token) -> Token | None:
        cache.forget(session)
        return replace_if(cache, session, expected, new)

    monkeypatch.setattr(TokenCache, "replace_if", late)
    with pytest.raises(SignInNeeded, match="signed out"):
        bench.renew()
    assert bench.tokens.read(bench.session) is None


def test_a_session_that_is_over_needs_a_sign_in_and_is_learned(bench: Bench) -> None:
    token = due(bench)
    bench.box.end_sign_in()
    with pytest.raises(SignInNeeded, match="session of corp is over"):
        bench.renew()
    assert refused_at(bench) == bench.clock.now()
    assert bench.token() == token


def test_a_token_of_another_region_is_told_and_teaches_nothing(bench: Bench) -> None:
    due(bench)
    moved = replace(bench.session, region="eu-west-1")
    bench.box.knobs.wrong_region = True
    with pytest.raises(SignInNeeded, match="made in us-east-1, but its sso_region is eu-west-1") as raised:
        bench.renew(session=moved)
    assert "sso_region" in raised.value.hint
    assert refused_at(bench) is None
    bench.box.knobs.wrong_region = False
    assert isinstance(bench.renew(), Renewed)


def test_what_aws_has_refused_is_not_asked_again_until_somebody_signs_in(bench: Bench) -> None:
    due(bench)
    bench.box.end_sign_in()
    written(bench)
    for _ in range(3):
        with pytest.raises(SignInNeeded, match="session of corp is over"):
            bench.renew()
        bench.clock.advance(timedelta(minutes=1))
    assert bench.box.calls.count("CreateToken") == 1
    due(bench)
    written(bench)
    assert isinstance(bench.renew(), Renewed)


def test_a_refusal_from_a_clock_that_was_set_back_since_is_not_believed(bench: Bench) -> None:
    due(bench)
    written(bench)
    bench.learned.record_refused(bench.session.cache_key, bench.clock.now() + timedelta(days=1))
    assert isinstance(bench.renew(), Renewed)


def test_an_answer_lost_after_rotation_is_not_offline_and_teaches_nothing(bench: Bench) -> None:
    due(bench)
    bench.box.fail("CreateToken", Fault.LOST_REPLY)
    with pytest.raises(SignInNeeded, match="lost on the way"):
        bench.renew()
    assert refused_at(bench) is None


def test_a_refusal_after_a_lost_answer_is_asked_for_once(bench: Bench) -> None:
    due(bench)
    written(bench)
    bench.box.fail("CreateToken", Fault.LOST_REPLY)
    with pytest.raises(SignInNeeded, match="lost on the way"):
        bench.renew()
    asked, came_at = bench.box.calls.count("CreateToken"), bench.clock.now()
    with pytest.raises(SignInNeeded, match="AWS renews the sign-in to corp no longer"):
        bench.renew()
    assert (bench.box.calls.count("CreateToken"), bench.clock.now()) == (asked, came_at)
    due(bench)
    written(bench)
    assert isinstance(bench.renew(), Renewed)


def test_a_renewal_whose_process_was_ended_teaches_nothing_when_it_is_refused_later(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, ask = due(bench), bench.oidc().token_by_refresh

    def asks_and_dies(client: str, secret: Secret, refresh: Secret) -> Grant:
        ask(client, secret, refresh)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bench.oidc(), "token_by_refresh", asks_and_dies)
        with pytest.raises(KeyboardInterrupt):
            bench.renew()
    assert bench.token() == token
    written(bench)
    with pytest.raises(SignInNeeded, match="lost on the way"):
        bench.renew()
    assert refused_at(bench) is None


def test_a_token_that_could_not_be_kept_teaches_nothing_when_the_old_one_is_refused_later(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    due(bench)

    def refuse(_cache: TokenCache, _session: Session, _token: Token) -> None:
        raise ReadOnlyPlace("It cannot be written.", "Check permissions.")

    with monkeypatch.context() as patch:
        patch.setattr(TokenCache, "write", refuse)
        with pytest.raises(ReadOnlyPlace):
            bench.renew()
    written(bench)
    with pytest.raises(SignInNeeded, match="lost on the way"):
        bench.renew()
    assert refused_at(bench) is None


@pytest.mark.parametrize("fault", [Fault.status(500), Fault.status(429)])
def test_a_renewal_that_aws_answered_with_trouble_is_not_a_lost_one(bench: Bench, fault: Fault) -> None:
    due(bench)
    bench.box.fail("CreateToken", fault)
    with pytest.raises(ServiceFailed):
        bench.renew()
    written(bench)
    bench.box.end_sign_in()
    with pytest.raises(SignInNeeded, match="session of corp is over"):
        bench.renew()


def test_a_renewal_that_was_never_sent_is_not_a_lost_one(bench: Bench) -> None:
    due(bench)
    with pytest.raises(Offline):
        bench.renew(oidc=bench.oidc(endpoint="http://127.0.0.1:1"))
    written(bench)
    bench.box.end_sign_in()
    with pytest.raises(SignInNeeded, match="session of corp is over"):
        bench.renew()


def test_a_lost_answer_of_an_earlier_sign_in_is_none_of_this_ones(bench: Bench) -> None:
    due(bench)
    bench.learned.record_asked(bench.session.cache_key, bench.clock.now())
    bench.clock.advance(MINUTE)
    written(bench)  # somebody signed in by another program
    bench.box.end_sign_in()
    with pytest.raises(SignInNeeded, match="session of corp is over"):
        bench.renew()


def test_an_answer_lost_before_the_network_went_away_teaches_nothing_later_either(bench: Bench) -> None:
    due(bench)
    bench.box.fail("CreateToken", Fault.LOST_REPLY)
    bench.box.fail("CreateToken", Fault.DROPPED)
    written(bench)
    with pytest.raises(Offline):
        bench.renew()
    with pytest.raises(SignInNeeded, match="lost on the way"):
        bench.renew()
    assert refused_at(bench) is None


def test_a_renewal_that_is_answered_makes_the_next_refusal_count_again(bench: Bench) -> None:
    due(bench)
    written(bench)
    bench.learned.record_asked(bench.session.cache_key, bench.clock.now())
    assert isinstance(bench.renew(), Renewed)
    due(bench)
    bench.box.end_sign_in()
    with pytest.raises(SignInNeeded, match="session of corp is over"):
        bench.renew()
    assert refused_at(bench) == bench.clock.now()


@pytest.mark.parametrize("fault", [Fault.LOST_REPLY, Fault.TRUNCATED])
def test_an_answer_lost_without_rotation_is_asked_for_again(bench: Bench, fault: Fault) -> None:
    bench.box.knobs.rotate_refresh_token = False
    due(bench)
    bench.box.fail("CreateToken", fault)
    assert isinstance(bench.renew(), Renewed)


def test_a_connection_dropped_before_anything_was_done_is_asked_again(bench: Bench) -> None:
    due(bench)
    bench.box.fail("CreateToken", Fault.DROPPED)
    assert isinstance(bench.renew(), Renewed)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.DROPPED, Offline),
        (Fault.HTML, BadReply),
        (Fault.WRONG_JSON, BadReply),
        (Fault.status(500), ServiceFailed),
        (Fault.status(503), ServiceFailed),
        (Fault.status(429), Throttled),
    ],
)
def test_trouble_with_aws_says_nothing_about_the_session(bench: Bench, fault: Fault, error: type[Exception]) -> None:
    token = due(bench)
    bench.box.fail("CreateToken", fault, None)
    with pytest.raises(error):
        bench.renew()
    assert bench.token() == token
    assert refused_at(bench) is None
    bench.box.heal()
    assert isinstance(bench.renew(), Renewed)


def test_offline_is_told_at_once_and_changes_nothing(bench: Bench) -> None:
    token = due(bench)
    with pytest.raises(Offline):
        bench.renew(oidc=bench.oidc(endpoint="http://127.0.0.1:1"))
    assert bench.token() == token
    assert bench.clock.now() == NOON + 40 * MINUTE


def test_a_registration_that_aws_forgot_needs_a_sign_in(bench: Bench) -> None:
    due(bench)
    bench.box.fail("CreateToken", Fault.error("InvalidClientException", 401))
    written(bench)
    with pytest.raises(SignInNeeded, match="registration"):
        bench.renew()
    assert refused_at(bench) is None
    with pytest.raises(SignInNeeded, match="AWS renews the sign-in to corp no longer"):
        bench.renew()


def test_an_expired_registration_needs_a_sign_in_and_is_not_asked_with(bench: Bench) -> None:
    due(bench)
    bench.change_token(registration_expires_at=bench.clock.now())
    calls = bench.box.calls.count("CreateToken")
    with pytest.raises(SignInNeeded, match="registration of corp has expired"):
        bench.renew()
    assert bench.box.calls.count("CreateToken") == calls


def test_a_token_without_refresh_token_needs_a_sign_in(bench: Bench) -> None:
    due(bench)
    bench.change_token(refresh_token=None)
    with pytest.raises(SignInNeeded, match="ends soon"):
        bench.renew()
    bench.clock.advance(HOUR)
    with pytest.raises(SignInNeeded, match="has ended"):
        bench.renew()


def test_nobody_signed_in_needs_a_sign_in(bench: Bench) -> None:
    with pytest.raises(SignInNeeded, match="Nobody is signed in to corp"):
        bench.renew()


def test_a_damaged_token_file_needs_a_sign_in(bench: Bench) -> None:
    due(bench)
    bench.tokens.path(bench.session).write_text("{")
    with pytest.raises(SignInNeeded, match="damaged"):
        bench.renew()


def test_an_expired_token_is_renewed_after_a_long_sleep(bench: Bench) -> None:
    bench.given_token()
    bench.clock.suspend(6 * HOUR)
    assert isinstance(bench.renew(), Renewed)


def test_a_clock_set_back_an_hour_makes_nothing_worse(bench: Bench) -> None:
    token = bench.given_token()
    bench.clock.set_wall(NOON - HOUR)
    assert bench.renew() == NotDue(token)


def test_a_file_that_cannot_be_written_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    due(bench)

    def refuse(_cache: TokenCache, _session: Session, _token: Token) -> None:
        raise ReadOnlyPlace("It cannot be written.", "Check permissions.")

    monkeypatch.setattr(TokenCache, "write", refuse)
    with pytest.raises(ReadOnlyPlace):
        bench.renew()


def test_a_lock_that_is_never_freed_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    due(bench)
    monkeypatch.setattr("aws_sso_core.identity_center.locks._TOKEN_SECONDS", 0.0)
    with token_lock(bench.locks_dir, bench.session), pytest.raises(LockTimeout, match="token of corp"):
        bench.renew()


def test_lock_files_hold_no_secret(bench: Bench, tmp_path: Path) -> None:
    due(bench)
    bench.renew()
    assert [path.read_bytes() for path in (tmp_path / "locks").iterdir()] == [b""]


def proof(token: Token) -> tuple[str, Secret, Secret]:
    assert token.client_id
    assert token.client_secret
    assert token.refresh_token
    return token.client_id, token.client_secret, token.refresh_token
