from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from auth_bench import ask
from aws_sso_core.as_profile.endpoint import CredentialEndpoint, PortTaken
from aws_sso_core.errors import AppError, Forbidden, Offline, SignInNeeded, Throttled
from aws_sso_core.model import RoleCredentials, Secret
from fakes import NOON, Worker

KEYS = RoleCredentials("ASIAKEY", Secret("the-secret"), Secret("the-token"), NOON + timedelta(hours=1), "000123456789")
Get = Callable[..., tuple[int, dict[str, Any]]]


class Source:
    """Where the endpoint gets its credentials in these tests."""

    def __init__(self) -> None:
        self.error: AppError | None = None
        self.asked = 0
        self.heard: list[AppError | None] = []

    def __call__(self) -> RoleCredentials:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return KEYS


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def endpoint(source: Source) -> Iterator[CredentialEndpoint]:
    with CredentialEndpoint(source, heard=source.heard.append) as made:
        yield made


@pytest.fixture
def get(endpoint: CredentialEndpoint) -> Get:
    def get(url: str = "", *, method: str = "GET", **headers: str) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": endpoint.token.reveal(), **headers}
        status, _, body = ask(url or endpoint.url, method=method, headers=headers)
        return status, json.loads(body) if method == "GET" else {}

    return get


def test_credentials_have_the_keys_that_sdks_read(get: Get, source: Source) -> None:
    assert get() == (
        200,
        {
            "AccessKeyId": "ASIAKEY",
            "SecretAccessKey": "the-secret",
            "Token": "the-token",
            "Expiration": "2026-03-02T13:00:00Z",
            "AccountId": "000123456789",
        },
    )
    assert source.heard == [None]


def test_each_request_asks_anew_so_what_ends_is_replaced(get: Get, source: Source) -> None:
    get()
    get()
    assert source.asked == 2


@pytest.mark.parametrize("shown", ["", "wrong", "Bearer {}", "{}x", "\u00fc"])
def test_another_token_gets_nothing(endpoint: CredentialEndpoint, get: Get, source: Source, shown: str) -> None:
    status, told = get(Authorization=shown.format(endpoint.token.reveal()))
    assert (status, told["code"], source.asked) == (401, "wrong-token", 0)


def test_no_token_gets_nothing(endpoint: CredentialEndpoint, source: Source) -> None:
    assert ask(endpoint.url)[0] == 401
    assert source.asked == 0


def test_the_token_in_the_address_counts_for_nothing(endpoint: CredentialEndpoint, source: Source) -> None:
    assert ask(f"{endpoint.url}?Authorization={endpoint.token.reveal()}")[0] == 401
    assert source.asked == 0


def test_a_name_that_was_made_to_lead_here_gets_nothing(get: Get, source: Source) -> None:
    status, told = get(Host="evil.example")
    assert (status, told["code"], source.asked) == (421, "wrong-host", 0)


@pytest.mark.parametrize("method", ["POST", "PUT", "HEAD", "OPTIONS", "DELETE"])
def test_only_get_is_answered(get: Get, source: Source, method: str) -> None:
    assert get(method=method)[0] == 501
    assert source.asked == 0


def test_another_path_is_not_found(endpoint: CredentialEndpoint, get: Get) -> None:
    assert get(endpoint.url.replace("/credentials", "/"))[0] == 404


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SignInNeeded("Nobody is signed in.", "Sign in."), 403),
        (Forbidden("No such role.", status=403), 403),
        (Offline("AWS cannot be reached."), 503),
        (Throttled("Too many."), 503),
    ],
)
def test_a_program_hears_why_there_are_none_and_whether_to_ask_again(
    get: Get, source: Source, error: AppError, status: int
) -> None:
    source.error = error
    assert get() == (status, {"code": error.kind, "message": f"{error.sentence} {error.hint}".strip()})
    assert source.heard == [error]


def test_a_bug_of_ours_tells_programs_nothing_of_itself(endpoint: CredentialEndpoint, get: Get, source: Source) -> None:
    endpoint._credentials = lambda: 1 / 0  # type: ignore[assignment,return-value]
    status, told = get()
    assert (status, told["code"]) == (500, "unexpected")
    assert isinstance(source.heard[0], AppError)


def test_many_programs_at_once_ask_one_after_the_other() -> None:
    busy, most = threading.Semaphore(1), []

    def credentials() -> RoleCredentials:
        most.append(busy.acquire(blocking=False))
        busy.release()
        return KEYS

    with CredentialEndpoint(credentials) as endpoint:
        headers = {"Authorization": endpoint.token.reveal()}
        workers = [Worker(lambda: ask(endpoint.url, headers=headers)[0]) for _ in range(12)]
        assert [worker.result() for worker in workers] == [200] * 12
    assert most == [True] * 12


def test_a_port_that_is_taken_is_told(endpoint: CredentialEndpoint) -> None:
    port = int(endpoint.url.rpartition(":")[2].partition("/")[0])
    with pytest.raises(PortTaken, match=f"127.0.0.1:{port}") as raised:
        CredentialEndpoint(lambda: KEYS, port=port)
    assert raised.value.hint == "Another --port may be free."


def test_every_endpoint_has_a_token_of_its_own() -> None:
    with CredentialEndpoint(lambda: KEYS) as one, CredentialEndpoint(lambda: KEYS) as other:
        assert one.token != other.token
        assert len(one.token.reveal()) >= 32
