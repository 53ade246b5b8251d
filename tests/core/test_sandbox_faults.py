"""What the sandbox does wrong when it is told to, seen through real boto3 clients."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ReadTimeoutError,
)

from aws_sso_core.sandbox import Fault, Sandbox
from fakes import FakeClock, Worker
from sandbox_clients import Program, client, refused


def listing(box: Sandbox, program: Program, **how: Any) -> Any:
    """ListAccounts with a new token."""
    return client(box, "sso", **how).list_accounts(accessToken=program.sign_in()["accessToken"])


@contextlib.contextmanager
def raw(box: Sandbox, program: Program) -> Iterator[http.client.HTTPResponse]:
    """ListAccounts without boto."""
    token = program.sign_in()["accessToken"]
    connection = http.client.HTTPConnection("127.0.0.1", box.port, timeout=120)
    try:
        connection.request("GET", "/assignment/accounts", headers={"x-amz-sso_bearer_token": token})
        yield connection.getresponse()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (400, "InvalidRequestException"),
        (401, "UnauthorizedException"),
        (403, "ForbiddenException"),
        (404, "ResourceNotFoundException"),
        (429, "TooManyRequestsException"),
        (500, "InternalServerException"),
        (503, "ServiceUnavailableException"),
    ],
)
def test_an_ordered_status_comes_under_its_name(box: Sandbox, code: int, name: str) -> None:
    box.fail("ListAccounts", Fault.status(code))
    with refused(name, code):
        listing(box, Program(box))


def test_an_ordered_429_says_how_long_to_wait(box: Sandbox) -> None:
    box.fail("ListAccounts", Fault.status(429, retry_after=7))
    with refused("TooManyRequestsException", 429) as raised:
        listing(box, Program(box))
    assert raised.value.response["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "7"


def test_a_fault_strikes_as_often_as_ordered(box: Sandbox) -> None:
    box.fail("ListAccounts", Fault.status(503), times=2)
    assert listing(box, Program(box), attempts=3)["ResponseMetadata"]["RetryAttempts"] == 2


def test_a_fault_without_end_strikes_until_healed(box: Sandbox) -> None:
    program = Program(box)
    box.fail("ListAccounts", Fault.status(403), times=None)
    for _ in range(3):
        with refused("ForbiddenException", 403):
            listing(box, program)
    box.heal()
    assert listing(box, program)["accountList"]


def test_faults_strike_in_the_order_they_were_ordered(box: Sandbox) -> None:
    program = Program(box)
    box.fail("ListAccounts", Fault.status(403))
    box.fail("ListAccounts", Fault.status(404))
    seen = []
    for _ in range(2):
        with pytest.raises(ClientError) as raised:
            listing(box, program)
        seen.append(raised.value.response["ResponseMetadata"]["HTTPStatusCode"])
    assert seen == [403, 404]


def test_a_star_stands_for_every_operation(box: Sandbox) -> None:
    program = Program(box)
    box.fail("*", Fault.status(500))
    with refused("InternalServerException", 500, "server_error"):
        program.start_device()


def test_an_ordered_exception_is_modelled_by_boto(box: Sandbox) -> None:
    program = Program(box)
    token = program.sign_in()
    box.fail("CreateToken", Fault.error("InvalidGrantException"))
    with pytest.raises(program.oidc.exceptions.InvalidGrantException):
        program.refresh(token)
    assert program.refresh(token)["accessToken"]


def test_a_dropped_connection_did_nothing(box: Sandbox) -> None:
    program = Program(box)
    token = program.sign_in()
    box.fail("CreateToken", Fault.DROPPED)
    with pytest.raises(ConnectionClosedError):
        program.refresh(token)
    assert program.refresh(token)["accessToken"]


def test_a_lost_reply_has_rotated_the_refresh_token_all_the_same(box: Sandbox) -> None:
    program = Program(box)
    token = program.sign_in()
    box.fail("CreateToken", Fault.LOST_REPLY)
    with pytest.raises(ConnectionClosedError):
        program.refresh(token)
    with refused("InvalidGrantException"):
        program.refresh(token)


def test_of_a_truncated_answer_half_arrives(box: Sandbox) -> None:
    box.fail("ListAccounts", Fault.TRUNCATED)
    with raw(box, Program(box)) as answer, pytest.raises(http.client.IncompleteRead) as broken:
        answer.read()
    assert 0 < len(broken.value.partial) <= int(answer.headers["Content-Length"]) // 2


def test_html_instead_of_json_comes_with_status_200(box: Sandbox) -> None:
    box.fail("ListAccounts", Fault.HTML)
    with raw(box, Program(box)) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/html")
        assert b"Wi-Fi" in answer.read()


@pytest.mark.parametrize("fault", [Fault.TRUNCATED, Fault.HTML])
def test_boto_takes_a_broken_answer_for_one_without_keys_or_raises(box: Sandbox, fault: Fault) -> None:
    box.fail("ListAccounts", fault)
    try:
        answer = listing(box, Program(box))
    except BotoCoreError:
        return
    assert set(answer) == {"ResponseMetadata"}


def test_wrong_json_lacks_the_promised_keys(box: Sandbox) -> None:
    box.fail("ListAccounts", Fault.WRONG_JSON)
    assert "accountList" not in listing(box, Program(box))


def test_a_slow_answer_runs_into_the_callers_limit_but_has_acted(box: Sandbox) -> None:
    program = Program(box)
    token = program.sign_in()
    program.oidc = client(box, "sso-oidc", read_timeout=0.05)
    box.fail("CreateToken", Fault.SLOW)
    with pytest.raises(ReadTimeoutError):
        program.refresh(token)
    program.oidc = client(box, "sso-oidc")
    with refused("InvalidGrantException"):
        program.refresh(token)


def test_a_slow_answer_arrives_in_the_end(box: Sandbox) -> None:
    box.fail("ListAccounts", Fault.slow(0.01))
    assert listing(box, Program(box))["accountList"]


def test_closing_does_not_wait_for_slow_answers() -> None:
    with Sandbox(FakeClock()) as box:
        portal, token = client(box, "sso"), Program(box).sign_in()["accessToken"]
        box.fail("ListAccounts", Fault.SLOW)
        worker = Worker(lambda: portal.list_accounts(accessToken=token))
        assert box.calls.wait_for("ListAccounts")
    with pytest.raises(ConnectionClosedError):
        worker.result()


def test_latency_holds_every_answer_back_but_not_the_close() -> None:
    with Sandbox(FakeClock()) as box:
        portal = client(box, "sso")
        box.knobs.latency = 600
        started = threading.Event()
        portal.meta.events.register("before-send", lambda **_: started.set())
        worker = Worker(lambda: portal.list_accounts(accessToken="x"))
        assert started.wait(120)
        assert box.calls.count("ListAccounts") == 0
    with pytest.raises(BotoCoreError):
        worker.result()


def test_the_record_tells_operation_status_time_and_what_it_was_about(box: Sandbox) -> None:
    program = Program(box)
    token = program.sign_in()
    program.refresh(token)
    with refused("InvalidGrantException"):
        program.refresh(token)
    calls = box.calls.of("CreateToken")
    assert [(c.status, c.detail) for c in calls] == [
        (200, "device_code"),
        (200, "refresh_token"),
        (400, "refresh_token InvalidGrantException"),
    ]
    assert {c.at for c in calls} == {FakeClock().now()}


def test_waiting_for_a_call_that_never_comes_ends(box: Sandbox) -> None:
    assert not box.calls.wait_for("ListAccounts", timeout=0.01)


def test_a_refused_call_of_no_known_grant_is_recorded_all_the_same(box: Sandbox) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", box.port, timeout=120)
    connection.request("POST", "/token", b"not json")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 400
    assert [c.detail for c in box.calls.of("CreateToken")] == ["InvalidRequestException"]
