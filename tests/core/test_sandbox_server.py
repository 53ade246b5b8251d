"""The sandbox as a server: ports, connections, many at once, a clean end; and the visitor as a browser command."""

from __future__ import annotations

import contextlib
import gc
import http.client
import io
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from aws_sso_core.sandbox import Sandbox, visitor
from aws_sso_core.sandbox.wire import Refusal, Request
from fakes import LIMIT, FakeClock
from sandbox_clients import AUTHORIZATION_CODE, REFRESH_TOKEN, Program, client, refused


def get(box: Sandbox, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
    """Status, headers (lower case) and body."""
    connection = http.client.HTTPConnection("127.0.0.1", box.port, timeout=120)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode()
    finally:
        connection.close()


def test_it_starts_with_less_than_50_ms_of_work() -> None:
    took = []
    for _ in range(3):
        began = time.process_time()  # other programs' work is not ours
        with Sandbox(FakeClock()):
            took.append(time.process_time() - began)
    assert min(took) < 0.05


def test_the_environment_moves_every_service_to_the_sandbox(box: Sandbox) -> None:
    assert box.environment() == {
        "AWS_ENDPOINT_URL_SSO_OIDC": box.url,
        "AWS_ENDPOINT_URL_SSO": box.url,
        "AWS_ENDPOINT_URL_STS": box.url,
        "AWS_ENDPOINT_URL_ECR": box.url,
        "AWS_ENDPOINT_URL_ECR_PUBLIC": box.url,
        "AWS_ENDPOINT_URL_SIGNIN": box.url,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_the_port_can_be_chosen_and_is_free_again_afterwards() -> None:
    with Sandbox(FakeClock()) as box:
        port = box.port
    with Sandbox(FakeClock(), port=port) as again:
        assert again.url == f"http://127.0.0.1:{port}"


def test_a_port_that_is_taken_is_an_os_error() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OSError, match=r"in use|forbidden|WinError 10048"),
    ):
        Sandbox(FakeClock(), port=taken.getsockname()[1])


def test_a_sandbox_that_was_never_started_closes_too() -> None:
    box = Sandbox(FakeClock())
    box.close()
    box.close()


def test_a_closed_sandbox_answers_nobody() -> None:
    with Sandbox(FakeClock()) as box:
        port = box.port
    with pytest.raises(OSError, match=r"refused|WinError"):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_the_end_leaves_no_thread_no_socket_and_no_word(capfd: pytest.CaptureFixture[str]) -> None:
    before = set(threading.enumerate())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with Sandbox(FakeClock()) as box, contextlib.ExitStack() as held:
            idle = held.enter_context(socket.create_connection(("127.0.0.1", box.port)))
            half = held.enter_context(socket.create_connection(("127.0.0.1", box.port)))
            half.sendall(b"POST /token HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf")
            get(box, "/")
            box.close()
            assert idle.recv(1) == b""
        gc.collect()
    for thread in set(threading.enumerate()) - before:
        thread.join(LIMIT)  # one that has answered may still be on its way out
    assert set(threading.enumerate()) <= before
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST /token HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"POST /token HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"413"),
        (b"POST /token HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
)
def test_an_odd_request_gets_a_short_answer_and_no_trace(box: Sandbox, sent: bytes, status: bytes) -> None:
    with socket.create_connection(("127.0.0.1", box.port), timeout=120) as connection:
        connection.sendall(sent)
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert status in answer[:600]


def test_an_unknown_path_is_an_unknown_operation(box: Sandbox) -> None:
    status, headers, _ = get(box, "/nowhere")
    assert (status, headers["x-amzn-errortype"]) == (404, "UnknownOperationException")


def test_head_has_no_body_and_a_favicon_is_no_error(box: Sandbox) -> None:
    assert get(box, "/device", "HEAD")[::2] == (200, "")
    assert get(box, "/favicon.ico")[0] == 204


def test_the_date_of_an_answer_is_the_sandboxs(box: Sandbox) -> None:
    assert get(box, "/")[1]["date"] == "Mon, 02 Mar 2026 12:00:00 GMT"


def test_pages_are_neither_kept_nor_framed(box: Sandbox) -> None:
    _, headers, _ = get(box, "/device")
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_the_sign_in_cookie_is_hidden_from_scripts(box: Sandbox) -> None:
    box.knobs.auto_approve = "approve"
    code = Program(box).start_device()["userCode"]
    cookie = get(box, f"/device?user_code={code}")[1]["set-cookie"]
    assert cookie.startswith(f"aws-sso-sandbox-{box.port}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_words_from_outside_are_escaped(box: Sandbox) -> None:
    _, _, page = get(box, "/device?user_code=%22%3E%3Cscript%3E")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_of_twenty_callers_with_one_refresh_token_exactly_one_wins(box: Sandbox) -> None:
    program = Program(box)
    token = program.sign_in()

    def refresh() -> bool:
        try:
            program.refresh(token)
        except program.oidc.exceptions.InvalidGrantException:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        wins = [f.result() for f in [pool.submit(refresh) for _ in range(20)]]
    assert wins.count(True) == 1


def test_many_callers_at_once_are_all_answered(box: Sandbox) -> None:
    program = Program(box)
    bearer = program.sign_in()["accessToken"]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: program.portal.list_accounts(accessToken=bearer), range(60)))
    assert {len(a["accountList"]) for a in answers} == {8}
    assert box.calls.count("ListAccounts") == 60


def test_a_bug_of_the_sandbox_itself_is_raised_at_its_end() -> None:
    box = Sandbox(FakeClock()).__enter__()
    bug: Any = "three"
    box.knobs.page_size = bug
    token = Program(box).sign_in()["accessToken"]
    with refused("InternalServerException", 500):
        client(box, "sso").list_accounts(accessToken=token)
    with pytest.raises(TypeError):
        box.__exit__(None, None, None)


# The visitor


def test_the_visitor_follows_the_redirect_to_the_program(box: Sandbox) -> None:
    program = Program(box, grants=(AUTHORIZATION_CODE, REFRESH_TOKEN))
    with callback() as (url, requests):
        box.visit(program.authorize_url(redirect=url))
        assert requests.wait()[0].startswith("/oauth/callback?code=")


def test_a_tab_that_is_closed_decides_nothing(box: Sandbox) -> None:
    program = Program(box)
    device = program.start_device()
    assert device["userCode"] in box.visit(device["verificationUriComplete"], "close")
    with refused("AuthorizationPendingException"):
        program.poll(device)


def test_the_visitor_command_waits_when_told_to(box: Sandbox) -> None:
    program = Program(box)
    device = program.start_device()
    assert visitor.main(["--wait", device["verificationUriComplete"]]) == 0
    assert program.poll(device)["accessToken"]


def test_the_visitor_command_denies_when_told_to(box: Sandbox) -> None:
    program = Program(box)
    device = program.start_device()
    assert visitor.main(["--deny", "--wait", device["verificationUriComplete"]]) == 0
    with refused("AccessDeniedException"):
        program.poll(device)


def test_the_visitor_command_stands_for_a_browser_that_is_open_already(box: Sandbox) -> None:
    device = Program(box).start_device()
    command = [sys.executable, "-m", "aws_sso_core.sandbox.visitor", device["verificationUriComplete"]]
    done = subprocess.run(command, check=True, capture_output=True, timeout=120)
    assert (done.stdout, done.stderr) == (b"", b"")
    assert box.calls.wait_for("DeviceDecision", timeout=120)


def test_kept_cookies_keep_the_sign_in_session(box: Sandbox, tmp_path: Path) -> None:
    jar = str(tmp_path / "cookies")
    lifetimes = []
    for _ in range(2):
        program = Program(box, scopes=())
        device = program.start_device()
        assert visitor.main(["--wait", "--cookies", jar, device["verificationUriComplete"]]) == 0
        lifetimes.append(program.poll(device)["expiresIn"])
        box._center.clock.sleep(3600)
    assert lifetimes == [8 * 3600, 7 * 3600]


def test_a_page_that_cannot_be_opened_is_told_without_its_query(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert visitor.main(["--wait", f"http://127.0.0.1:{port}/device?user_code=SECRET"]) == 1
    assert "cannot be opened" in (told := capsys.readouterr().err)
    assert "SECRET" not in told


class Requests:
    """The request lines that a callback got."""

    def __init__(self) -> None:
        self._came = threading.Event()
        self.paths: list[str] = []

    def add(self, path: str) -> None:
        """Keep one."""
        self.paths.append(path)
        self._came.set()

    def wait(self) -> list[str]:
        """All of them, when there is one."""
        assert self._came.wait(120)
        return self.paths


@contextlib.contextmanager
def callback() -> Iterator[tuple[str, Requests]]:
    """A program's callback address for one request."""
    requests = Requests()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, io.BufferedReader(connection.makefile("rb", 0)) as lines:
                requests.add(lines.readline().split()[1].decode())
                while lines.readline().strip():
                    pass
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/oauth/callback", requests
        thread.join(120)


def test_json_that_is_nested_without_end_is_refused_and_no_bug() -> None:
    with pytest.raises(Refusal):
        Request("POST", "/token", "", Message(), b"[" * 200_000).json()
