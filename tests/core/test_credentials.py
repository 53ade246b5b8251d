"""Role credentials for a program that asks: kept, fetched once for all, waited for."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from auth_bench import HOUR, MINUTE, Bench
from aws_sso_core.aws import PortalClient
from aws_sso_core.credentials import StillGood, _Job, role_credentials
from aws_sso_core.errors import (
    AppError,
    BadReply,
    Forbidden,
    Offline,
    ServiceFailed,
    SignInNeeded,
    StoreFailed,
    Throttled,
)
from aws_sso_core.identity_center.locks import role_lock, token_lock
from aws_sso_core.model import Role, RoleCredentials, Secret, Session
from aws_sso_core.sandbox import Fault
from aws_sso_core.state import Note, Wanted
from fakes import LIMIT, NOON, Recorder, Worker

ROLE = Role("111122223333", "AdministratorAccess")
OTHER_ROLE = Role("111122223333", "AWSReadOnlyAccess")
GET = "GetRoleCredentials"


class Caller:
    """A program that asks for credentials, with everything on a ``Bench``."""

    def __init__(self, bench: Bench, home: Path) -> None:
        self.bench = bench
        self.wanted = Wanted(home / "wanted", bench.clock)
        self.told: Recorder[StillGood] = Recorder()
        self.portal: PortalClient = bench.portal()

    def ask(
        self,
        *,
        wait: timedelta | Callable[[], timedelta] = timedelta(),
        role: Role = ROLE,
        session: Session | None = None,
    ) -> RoleCredentials:
        bench, session = self.bench, session or self.bench.session
        return role_credentials(
            session,
            role,
            tokens=bench.tokens,
            role_cache=bench.role_cache,
            portal=self.portal,
            oidc=bench.oidc(),
            clock=bench.clock,
            locks_dir=bench.locks_dir,
            learned=bench.learned,
            wanted=self.wanted,
            program=lambda: "terraform",
            wait=wait if callable(wait) else lambda: wait,
            report=self.told,
        )

    def calls(self, operation: str = GET) -> int:
        return self.bench.box.calls.count(operation)

    def keep(self, left: timedelta, *, role: Role = ROLE) -> RoleCredentials:
        """Credentials in the cache with so much left, as AWS CLI or we would have put them there."""
        kept = RoleCredentials("ASIAKEPT", Secret("s"), Secret("t"), self.bench.clock.now() + left, role.account_id)
        self.bench.role_cache.write(self.bench.session, role, kept)
        return kept

    def date(self, *, token: datetime | None = None, kept: datetime | None = None) -> None:
        """Say when the token and the kept credentials were written."""
        bench = self.bench
        paths = {bench.tokens.path(bench.session): token, bench.role_cache.path(bench.session, ROLE): kept}
        for path, at in paths.items():
            if at is not None:
                os.utime(path, (at.timestamp(), at.timestamp()))

    def while_waiting(self, act: Callable[[], object], *, at_sleep: int = 1) -> list[tuple[Note, ...]]:
        """Let this happen in the sleep of that number; the notes there are at each sleep."""
        seen: list[tuple[Note, ...]] = []

        def on_sleep(_seconds: float) -> None:
            seen.append(self.wanted.read())
            if len(seen) == at_sleep:
                act()

        self.bench.clock.on_sleep = on_sleep
        return seen


@pytest.fixture
def caller(bench: Bench, tmp_path: Path) -> Caller:
    return Caller(bench, tmp_path)


# Kept and fetched -----------------------------------------------------------------------------------------------------


def test_the_first_who_asks_fetches_and_the_next_gets_the_same(caller: Caller) -> None:
    caller.bench.given_token()
    first = caller.ask()
    assert (first.account_id, first.expires_at) == (ROLE.account_id, NOON + HOUR)
    assert caller.ask() == first
    assert caller.calls() == 1


def test_what_aws_cli_keeps_is_used(caller: Caller) -> None:
    caller.bench.given_token()
    kept = caller.keep(16 * MINUTE)
    assert caller.ask() == kept
    assert caller.calls() == 0


@pytest.mark.parametrize("left", [15 * MINUTE, -MINUTE, timedelta(hours=12, seconds=1)])
def test_what_has_not_over_15_minutes_left_or_more_than_aws_gives_is_fetched_anew(
    left: timedelta, caller: Caller
) -> None:
    caller.bench.given_token()
    kept = caller.keep(left)
    assert caller.ask() != kept
    assert caller.told.items == []


@pytest.mark.parametrize("text", ["", '{"ProviderType": "sso", "Creden', "[]", '{"ProviderType": "sso"}', "\0" * 40])
def test_a_half_written_cache_file_is_fetched_anew_and_repaired(text: str, caller: Caller) -> None:
    caller.bench.given_token()
    path = caller.bench.role_cache.path(caller.bench.session, ROLE)
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert caller.ask() == caller.ask()
    assert caller.calls() == 1


def test_kept_credentials_from_the_future_tell_of_a_clock_that_was_set_back(caller: Caller) -> None:
    caller.bench.given_token()
    kept = caller.keep(HOUR)
    path = caller.bench.role_cache.path(caller.bench.session, ROLE)
    at = path.stat().st_mtime + 2 * HOUR.total_seconds()
    os.utime(path, (at, at))
    assert caller.ask() != kept


def test_many_who_ask_at_once_make_one_call(caller: Caller) -> None:
    caller.bench.given_token()
    caller.bench.box.knobs.latency = 0.2  # long enough for all to have come
    workers = [Worker(caller.ask, f"caller-{i}") for i in range(20)]
    assert len({worker.result().access_key_id for worker in workers}) == 1
    assert caller.calls() == 1


def test_each_role_has_its_own_credentials(caller: Caller) -> None:
    caller.bench.given_token()
    assert caller.ask() != caller.ask(role=OTHER_ROLE)
    assert caller.calls() == 2


def test_credentials_that_cannot_be_kept_are_given_all_the_same(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise StoreFailed("There is no space left.")

    caller.bench.given_token()
    monkeypatch.setattr(caller.bench.role_cache, "write", refuse)
    assert caller.ask() != caller.ask()


def test_no_secret_is_in_the_log(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "aws_sso_core")
    token = caller.bench.given_token()
    caller.bench.box.fail(GET, Fault.status(401))
    given = caller.ask()
    renewed = caller.bench.token()
    for secret in (token.access_token, renewed.access_token, given.secret_access_key, given.session_token):
        assert secret.reveal() not in caplog.text


# Whose they are -------------------------------------------------------------------------------------------------------


def test_credentials_of_the_sign_in_before_are_not_given_to_the_next_person(caller: Caller) -> None:
    caller.bench.given_token()
    kept = caller.keep(HOUR)
    caller.bench.clock.advance(MINUTE)
    caller.bench.given_token()
    caller.date(kept=NOON, token=NOON + MINUTE)
    assert caller.ask() != kept


def test_a_renewal_of_ours_leaves_kept_credentials_good(caller: Caller) -> None:
    caller.bench.given_token()
    kept = caller.keep(8 * HOUR)
    caller.bench.clock.advance(40 * MINUTE)
    caller.bench.renew()
    caller.date(kept=NOON, token=NOON + 40 * MINUTE)
    assert caller.ask() == kept


def test_a_token_of_unknown_descent_has_its_own_credentials_fetched(caller: Caller) -> None:
    caller.bench.given_token()
    kept = caller.keep(8 * HOUR)
    caller.bench.clock.advance(40 * MINUTE)
    caller.date(kept=NOON, token=NOON + 30 * MINUTE)
    assert caller.ask() != kept


def test_after_a_sign_out_kept_credentials_are_no_longer_given(caller: Caller) -> None:
    caller.bench.given_token()
    caller.keep(HOUR)
    caller.bench.tokens.forget(caller.bench.session)
    with pytest.raises(SignInNeeded):
        caller.ask()


def test_credentials_fetched_during_a_sign_out_are_not_kept(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = caller.bench
    bench.given_token()
    fetch = caller.portal.role_credentials

    def fetched(token: Secret, account: str, role: str) -> RoleCredentials:
        given = fetch(token, account, role)
        bench.sign_out(roles=(ROLE,))
        return given

    monkeypatch.setattr(caller.portal, "role_credentials", fetched)
    caller.ask()
    assert bench.role_cache.read(bench.session, ROLE) is None


# The token ------------------------------------------------------------------------------------------------------------


def test_a_token_that_is_due_is_renewed_first(caller: Caller) -> None:
    caller.bench.given_token()
    caller.bench.clock.advance(2 * HOUR)
    assert caller.ask().expires_at == NOON + 3 * HOUR
    assert caller.calls("CreateToken") == 1


def test_a_token_that_cannot_be_renewed_is_used_to_its_end(caller: Caller) -> None:
    bench = caller.bench
    bench.signed_in(bench.legacy)
    bench.clock.advance(8 * HOUR - 5 * MINUTE)
    caller.ask(session=bench.legacy)
    bench.clock.advance(2 * HOUR)
    with pytest.raises(SignInNeeded, match="has ended"):
        caller.ask(session=bench.legacy)


def test_a_renewal_that_fails_does_not_matter_while_the_token_is_good(caller: Caller) -> None:
    caller.bench.given_token()
    caller.bench.clock.advance(40 * MINUTE)
    caller.bench.box.fail("CreateToken", Fault.status(503), times=None)
    caller.ask()


def test_a_token_that_aws_refuses_is_renewed_once(caller: Caller) -> None:
    caller.bench.given_token()
    caller.bench.box.fail(GET, Fault.status(401))
    caller.ask()
    assert (caller.calls(), caller.calls("CreateToken")) == (2, 1)


def test_after_one_renewal_in_vain_a_sign_in_is_needed(caller: Caller) -> None:
    caller.bench.given_token()
    caller.bench.box.fail(GET, Fault.status(401), times=None)
    with pytest.raises(SignInNeeded, match="no longer accepts the sign-in to corp"):
        caller.ask()
    assert (caller.calls(), caller.calls("CreateToken")) == (2, 1)


def test_an_ended_sign_in_session_is_said_to_be_over(caller: Caller) -> None:
    caller.bench.given_token()
    caller.bench.box.end_sign_in()
    with pytest.raises(SignInNeeded, match="is over"):
        caller.ask()


def test_who_is_known_to_need_a_sign_in_queues_for_no_lock(caller: Caller) -> None:
    bench = caller.bench
    bench.given_token()
    caller.date(token=NOON)
    bench.clock.advance(2 * HOUR)
    bench.box.end_sign_in()
    with pytest.raises(SignInNeeded, match="is over"):
        caller.ask()
    held = (role_lock(bench.locks_dir, bench.session, ROLE, hurry=False), token_lock(bench.locks_dir, bench.session))
    with held[0], held[1], pytest.raises(SignInNeeded, match="is over"):
        caller.ask()


def test_a_legacy_token_that_was_revoked_is_not_said_to_end_soon(caller: Caller) -> None:
    bench = caller.bench
    bench.signed_in(bench.legacy)
    bench.box.fail(GET, Fault.status(401), times=None)
    with pytest.raises(SignInNeeded, match="no longer accepts the sign-in to"):
        caller.ask(session=bench.legacy)


def test_what_the_portal_has_just_refused_is_not_asked_again_for_a_moment(caller: Caller) -> None:
    caller.bench.given_token()
    caller.date(token=NOON)
    caller.bench.box.end_sign_in()
    for _ in range(3):
        with pytest.raises(SignInNeeded):
            caller.ask()
    assert (caller.calls(), caller.calls("CreateToken")) == (1, 1)
    caller.bench.clock.advance(MINUTE)  # AWS refuses good tokens, too, while it is in trouble
    with pytest.raises(SignInNeeded):
        caller.ask()
    assert caller.calls() == 2


def test_who_would_wait_for_a_sign_in_waits_for_a_slow_machine_too(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller.bench.given_token()
    monkeypatch.setattr("aws_sso_core.identity_center.locks._ROLE_SECONDS", 0.0)
    asked = threading.Semaphore(0)

    def wait() -> timedelta:
        asked.release()
        return HOUR

    with role_lock(caller.bench.locks_dir, caller.bench.session, ROLE, hurry=False):
        worker = Worker(lambda: caller.ask(wait=wait), "waits")
        assert asked.acquire(timeout=LIMIT)
    assert worker.result().account_id == ROLE.account_id


@pytest.fixture
def queue(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker[RoleCredentials]]:
    """Somebody asks while somebody else holds the role's lock for long."""
    looked = threading.Event()
    look = _Job._look_around
    caller.bench.given_token()
    caller.date(token=NOON)
    caller.bench.clock.advance(2 * HOUR)

    def see(job: _Job, kept: RoleCredentials | None) -> None:
        look(job, kept)
        looked.set()

    monkeypatch.setattr(_Job, "_look_around", see)
    monkeypatch.setattr("aws_sso_core.locking._LOOK", 0.0)
    with role_lock(caller.bench.locks_dir, caller.bench.session, ROLE, hurry=False):
        worker = Worker(caller.ask, "queues")
        assert looked.wait(LIMIT)
        yield worker


def test_who_queues_goes_on_with_what_somebody_else_got_meanwhile(
    queue: Worker[RoleCredentials], caller: Caller
) -> None:
    kept = caller.keep(HOUR)
    assert queue.result() == kept
    assert caller.calls() == 0


def test_who_queues_hears_at_once_that_a_sign_in_is_needed(queue: Worker[RoleCredentials], caller: Caller) -> None:
    caller.bench.learned.record_refused(caller.bench.session.cache_key, caller.bench.clock.now())
    with pytest.raises(SignInNeeded, match="session of corp is over"):
        queue.result()


def test_nobody_queues_to_hear_what_the_portal_has_just_refused(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller.bench.given_token()
    caller.date(token=NOON)
    caller.bench.learned.record_denied(caller.bench.session.cache_key, NOON)
    monkeypatch.setattr("aws_sso_core.identity_center.locks._ROLE_SECONDS", 0.0)
    with role_lock(caller.bench.locks_dir, caller.bench.session, ROLE, hurry=False), pytest.raises(SignInNeeded):
        caller.ask()


def test_after_a_sign_in_nothing_that_was_refused_before_counts(caller: Caller) -> None:
    caller.bench.given_token()
    caller.date(token=NOON)
    caller.bench.box.end_sign_in()
    with pytest.raises(SignInNeeded):
        caller.ask()
    caller.bench.given_token()
    caller.date(token=NOON)
    caller.ask()


def test_a_refused_token_that_somebody_else_replaced_is_not_renewed_again(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = caller.bench
    bench.given_token()
    ask = caller.portal.role_credentials

    def refuse_once(*_arguments: object) -> RoleCredentials:
        monkeypatch.setattr(caller.portal, "role_credentials", ask)
        bench.given_token()
        raise SignInNeeded("AWS no longer accepts this sign-in.")

    monkeypatch.setattr(caller.portal, "role_credentials", refuse_once)
    caller.ask()
    assert caller.calls("CreateToken") == 0


# What AWS says --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [403, 404])
def test_a_role_that_is_not_assigned_is_said_so_and_nobody_is_asked_to_sign_in(status: int, caller: Caller) -> None:
    caller.bench.given_token()
    caller.keep(5 * MINUTE)
    caller.bench.box.fail(GET, Fault.status(status), times=None)
    notes = caller.while_waiting(lambda: None)
    with pytest.raises(
        Forbidden, match=r"AdministratorAccess in account 111122223333 is not \(or no longer\)"
    ) as raised:
        caller.ask(wait=MINUTE)
    assert "Signing in again does not change that" in raised.value.hint
    assert (notes, caller.calls()) == ([], 1)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.status(503), ServiceFailed),
        (Fault.status(429), Throttled),
        (Fault.DROPPED, Offline),
        (Fault.HTML, BadReply),
        (Fault.WRONG_JSON, BadReply),
    ],
)
def test_while_aws_is_out_of_reach_living_credentials_do(fault: Fault, kind: type[AppError], caller: Caller) -> None:
    caller.bench.given_token()
    caller.bench.box.fail(GET, fault, times=None)
    with pytest.raises(kind):
        caller.ask()
    kept = caller.keep(14 * MINUTE)
    given = caller.ask()
    told = caller.told.items[0]
    assert (given.access_key_id, type(told.why), told.expires_at) == (kept.access_key_id, kind, given.expires_at)


def test_dead_credentials_do_for_nothing(caller: Caller) -> None:
    caller.bench.given_token()
    caller.keep(30 * MINUTE / 60)
    caller.bench.box.fail(GET, Fault.status(503), times=None)
    with pytest.raises(ServiceFailed):
        caller.ask()


# Waiting --------------------------------------------------------------------------------------------------------------


def test_without_a_wish_to_wait_no_note_is_left(caller: Caller) -> None:
    notes = caller.while_waiting(lambda: None)
    with pytest.raises(SignInNeeded, match="Nobody is signed in to corp"):
        caller.ask()
    assert notes == []


def test_who_waits_goes_on_as_soon_as_somebody_signs_in(caller: Caller) -> None:
    notes = caller.while_waiting(caller.bench.given_token, at_sleep=3)
    caller.ask(wait=MINUTE)
    assert [(n.program, n.session) for n in notes[2]] == [("terraform", "corp")]
    assert len(notes) == 3
    assert caller.wanted.read() == ()


def test_who_waits_in_vain_is_told_why_and_leaves_no_note(caller: Caller) -> None:
    with pytest.raises(SignInNeeded, match="Nobody is signed in to corp"):
        caller.ask(wait=45 * MINUTE / 60)
    assert caller.bench.clock.now() == NOON + 45 * MINUTE / 60
    assert caller.wanted.read() == ()


def test_a_damaged_token_file_is_waited_over(caller: Caller) -> None:
    path = caller.bench.tokens.path(caller.bench.session)
    path.parent.mkdir(parents=True)
    path.write_text('{"accessTok')
    caller.while_waiting(caller.bench.given_token, at_sleep=8)
    caller.ask(wait=MINUTE)


def test_waiting_does_not_ask_aws_again_about_a_token_that_it_refused(caller: Caller) -> None:
    caller.bench.given_token()
    caller.bench.box.end_sign_in()
    with pytest.raises(SignInNeeded):
        caller.ask(wait=MINUTE)
    assert (caller.calls(), caller.calls("CreateToken")) == (1, 1)


def test_a_token_file_that_is_only_touched_ends_no_waiting(caller: Caller) -> None:
    caller.bench.given_token()
    caller.bench.box.end_sign_in()
    caller.while_waiting(lambda: caller.date(token=NOON))
    with pytest.raises(SignInNeeded):
        caller.ask(wait=MINUTE)
    assert caller.calls() == 1


def test_all_who_wait_go_on_with_one_call(caller: Caller) -> None:
    many = 20
    here, signed_in = threading.Semaphore(0), threading.Event()

    def on_sleep(_seconds: float) -> None:
        here.release()
        assert signed_in.wait(LIMIT)

    caller.bench.clock.on_sleep = on_sleep
    workers = [Worker(lambda: caller.ask(wait=HOUR), f"caller-{i}") for i in range(many)]
    assert all(here.acquire(timeout=LIMIT) for _ in range(many))
    assert len(caller.wanted.read()) == many
    caller.bench.given_token()
    signed_in.set()
    assert len({worker.result().access_key_id for worker in workers}) == 1
    assert (caller.calls(), caller.wanted.read()) == (1, ())


def test_the_kept_file_is_the_owners_alone(caller: Caller) -> None:
    caller.bench.given_token()
    caller.ask()
    path = caller.bench.role_cache.path(caller.bench.session, ROLE)
    assert json.loads(path.read_text())["ProviderType"] == "sso"
    if os.name != "nt":
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
