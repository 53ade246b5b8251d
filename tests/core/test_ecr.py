"""A registry's password: asked of ECR once, kept for half of its life, and longer while ECR is away."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auth_bench import HOUR, MINUTE, Bench, canned
from aws_sso_core import aws, ecr
from aws_sso_core.errors import AppError, BadReply, Forbidden, Offline, ServiceFailed, SignInNeeded, Throttled
from aws_sso_core.model import Profile, Role, RoleCredentials, Secret
from aws_sso_core.registries.hosts import Registry, of_account, registry
from aws_sso_core.registries.tokens import RegistryToken
from aws_sso_core.sandbox import Fault
from fakes import LIMIT, NOON, Worker

ROLE = Role("000123456789", "SecurityAudit")
PROFILE = Profile("dev", "corp", ROLE.account_id, ROLE.name, "eu-west-1")
PUBLIC = Registry("public.ecr.aws", "us-east-1")
GET = "GetAuthorizationToken"


def private(region: str = "eu-west-1") -> Registry:
    found = of_account(ROLE.account_id, region)
    assert found is not None
    return found


@pytest.fixture
def keys(bench: Bench) -> RoleCredentials:
    return bench.portal().role_credentials(bench.given_token().access_token, ROLE.account_id, ROLE.name)


class Asking:
    """``ecr.password`` with all that it needs, and a count of who was asked for role credentials."""

    def __init__(self, bench: Bench, keys: RoleCredentials) -> None:
        self.bench = bench
        self.keys = keys
        self.waits: list[timedelta | None] = []
        self.refused: AppError | None = None
        self.meanwhile: Callable[[], object] = lambda: None

    def credentials(self, wait: timedelta | None) -> RoleCredentials:
        self.waits.append(wait)
        self.meanwhile()
        if self.refused:
            raise self.refused
        return self.keys

    def client(self, keys: RoleCredentials, registry: Registry | None = None, endpoint: str | None = None) -> aws.Ecr:
        bench = self.bench
        return aws.ecr(
            registry or private(),
            keys,
            session=bench.session,
            clock=bench.clock,
            config=None,
            endpoint=endpoint or bench.box.url,
        )

    def password(self, **changes: Any) -> ecr.Answer:
        bench = self.bench
        options: dict[str, Any] = {
            "registry": private(),
            "profile": PROFILE,
            "session": bench.session,
            "kept": bench.registry_tokens,
            "tokens": bench.tokens,
            "learned": bench.learned,
            "credentials": self.credentials,
            "ecr": self.client,
            "clock": bench.clock,
            "locks_dir": bench.locks_dir,
        }
        return ecr.password(**(options | changes))

    def asked(self) -> int:
        return self.bench.box.calls.count(GET)


@pytest.fixture
def asking(bench: Bench, keys: RoleCredentials) -> Asking:
    return Asking(bench, keys)


# ECR itself ------------------------------------------------------------------------------------------------------------


def test_private_ecr_gives_a_password_for_twelve_hours(asking: Asking) -> None:
    given = asking.client(asking.keys).authorization()
    assert given.expires_at == NOON + 12 * HOUR
    assert len(given.password.reveal()) > 1000


def test_public_ecr_answers_in_another_form(asking: Asking) -> None:
    given = asking.client(asking.keys, PUBLIC).authorization()
    assert given.expires_at == NOON + 12 * HOUR
    assert asking.bench.box.calls.count("PublicGetAuthorizationToken") == 1


def test_the_request_goes_to_the_registrys_region_and_to_fips_where_its_host_says_so(asking: Asking) -> None:
    for host, url in (
        (f"{ROLE.account_id}.dkr.ecr.eu-west-1.amazonaws.com", "https://api.ecr.eu-west-1.amazonaws.com"),
        (f"{ROLE.account_id}.dkr.ecr-fips.us-west-2.amazonaws.com", "https://ecr-fips.us-west-2.amazonaws.com"),
        (f"{ROLE.account_id}.dkr.ecr.cn-north-1.amazonaws.com.cn", "https://api.ecr.cn-north-1.amazonaws.com.cn"),
        ("public.ecr.aws", "https://api.ecr-public.us-east-1.amazonaws.com"),
    ):
        found = registry(host)
        assert found is not None
        client = aws.ecr(found, asking.keys, session=asking.bench.session, clock=asking.bench.clock, config=None)
        assert client.url == url


def test_a_role_that_may_not_have_one_is_no_matter_of_the_sign_in(asking: Asking) -> None:
    asking.bench.box.fail(GET, Fault.error("AccessDeniedException", message="not authorized to perform it"))
    with pytest.raises(Forbidden, match="not authorized to perform it"):
        asking.client(asking.keys).authorization()


@pytest.mark.parametrize(
    "data",
    [
        "[]",
        "{}",
        '[{"expiresAt": 1.5}]',
        '[{"authorizationToken": "QVdTOng="}]',
        '[{"authorizationToken": "not base64!", "expiresAt": 1.5}]',
        '[{"authorizationToken": "QVdT", "expiresAt": 1.5}]',
        '[{"authorizationToken": "Qk9COng=", "expiresAt": 1.5}]',
        '[{"authorizationToken": "QVdTOgo=", "expiresAt": 1.5}]',
    ],
)
def test_an_answer_without_a_password_is_none(asking: Asking, data: str) -> None:
    with (
        canned(f'{{"authorizationData": {data}}}', headers="Content-Type: application/x-amz-json-1.1\r\n") as url,
        pytest.raises(BadReply),
    ):
        asking.client(asking.keys, endpoint=url).authorization()


def test_a_password_may_have_colons(asking: Asking) -> None:
    with canned('{"authorizationData": [{"authorizationToken": "QVdTOmE6Yjpj", "expiresAt": 1.5}]}') as url:
        assert asking.client(asking.keys, endpoint=url).authorization().password == Secret("a:b:c")


# Kept -----------------------------------------------------------------------------------------------------------------


def test_a_password_is_asked_for_once_and_then_kept(asking: Asking) -> None:
    first = asking.password()
    asking.bench.clock.advance(6 * HOUR - MINUTE)
    assert asking.password() == first
    assert (asking.asked(), asking.waits) == (1, [None])


def test_from_half_of_its_life_on_there_is_a_new_one(asking: Asking, bench: Bench) -> None:
    first = asking.password()
    bench.clock.advance(6 * HOUR)
    asking.keys = bench.portal().role_credentials(bench.given_token().access_token, ROLE.account_id, ROLE.name)
    assert asking.password().token.password != first.token.password
    assert asking.asked() == 2


@pytest.mark.parametrize(
    "error",
    [
        SignInNeeded("Nobody is signed in."),
        Offline("No network."),
        Throttled("Fewer."),
        ServiceFailed("500.", status=500),
    ],
)
def test_while_there_is_no_new_one_the_kept_one_does_and_nobody_is_disturbed(asking: Asking, error: AppError) -> None:
    first = asking.password()
    asking.bench.clock.advance(7 * HOUR)
    asking.refused = error
    answer = asking.password()
    assert (answer.token.password, answer.in_spite_of) == (first.token.password, error)
    assert asking.waits[-1] == timedelta()


def test_ecr_away_is_such_a_time(asking: Asking, bench: Bench) -> None:
    first = asking.password()
    bench.clock.advance(7 * HOUR)
    bench.box.fail(GET, Fault.DROPPED, times=None)
    answer = asking.password()
    assert answer.token.password == first.token.password
    assert isinstance(answer.in_spite_of, Offline)


def test_a_role_that_was_taken_away_is_told(asking: Asking) -> None:
    asking.password()
    asking.bench.clock.advance(7 * HOUR)
    asking.refused = Forbidden("The role is not assigned.")
    with pytest.raises(Forbidden):
        asking.password()


def test_a_password_at_its_end_is_none(asking: Asking) -> None:
    asking.password()
    asking.bench.clock.advance(12 * HOUR - MINUTE / 2)
    asking.refused = Offline("No network.")
    with pytest.raises(Offline):
        asking.password()
    assert asking.waits == [None, None]


def test_a_clock_that_was_set_back_gives_no_password_a_longer_life(asking: Asking) -> None:
    asking.password()
    asking.bench.clock.set_wall(NOON - HOUR)
    asking.password()
    assert asking.asked() == 2


def test_after_a_sign_out_nothing_that_is_kept_counts(asking: Asking, bench: Bench) -> None:
    asking.password()
    bench.tokens.path(bench.session).unlink()
    asking.refused = SignInNeeded("Nobody is signed in.")
    with pytest.raises(SignInNeeded):
        asking.password()


def test_neither_does_it_after_another_sign_in(asking: Asking, bench: Bench) -> None:
    asking.password()
    os.utime(bench.registry_tokens.path(private().host), (0, 0))  # else both may be of the same tick of a file's clock
    bench.given_token()
    asking.password()
    assert asking.asked() == 2


def test_another_role_gets_a_password_of_its_own(asking: Asking) -> None:
    asking.password()
    asking.password(profile=replace(PROFILE, role_name="AdministratorAccess"))
    assert asking.asked() == 2


def test_another_name_for_the_role_needs_no_new_one(asking: Asking, bench: Bench) -> None:
    asking.password()
    asking.password(profile=replace(PROFILE, name="default"))
    kept = bench.registry_tokens.read(private().host)
    assert kept is not None
    assert (kept.profile, asking.asked()) == ("default", 1)


def test_each_registry_has_its_own(asking: Asking) -> None:
    asking.password()
    asking.password(registry=private("eu-central-1"))
    assert asking.asked() == 2


def test_a_dozen_pulls_at_once_ask_once(asking: Asking) -> None:
    together = threading.Barrier(12)
    asking.meanwhile = lambda: together.wait(LIMIT)
    pulls = [Worker(asking.password) for _ in range(12)]
    assert len({pull.result().token.password for pull in pulls}) == 1
    assert asking.asked() == 1


def test_a_place_that_cannot_be_written_keeps_no_password_from_docker(asking: Asking, tmp_path: Path) -> None:
    (tmp_path / "state").mkdir(exist_ok=True)
    (tmp_path / "state" / "registries").write_text("in the way")
    assert asking.password().token.password
    assert asking.password().in_spite_of is None


def test_what_is_kept_hides_its_secret(asking: Asking) -> None:
    answer = asking.password()
    assert answer.token.password.reveal() not in repr(answer)
    assert isinstance(answer.token, RegistryToken)
