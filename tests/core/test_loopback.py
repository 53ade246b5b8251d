"""Who asks a listener on 127.0.0.1, and what a visitor may cost."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from aws_sso_core import loopback
from aws_sso_core.loopback import HOST, Handler, Server, user_of
from fakes import LIMIT

TABLE = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0100007F:1F90 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0 20 4 30 10 -1
   2: 0100007F:C001 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1001        0 3 1 0 20 4 30 10 -1
   3: 0100007F:C002 0100007F:1F91 01 00000000:00000000 00:00000000 00000000  1002        0 4 1 0 20 4 30 10 -1
"""
TABLE6 = """\
  sl  local_address                         remote_address                        st tx rx tr tm->when retrnsmt   uid
   0: 0000000000000000FFFF00000100007F:C003 0000000000000000FFFF00000100007F:1F90 01 0:0 00:0 0  1003 0 5
"""
_A_WHILE = 0.01
little_endian = pytest.mark.skipif(sys.byteorder != "little", reason="the tables above are of such a machine")


class Told(Handler):
    def do_GET(self) -> None:  # noqa: N802 - http.server's own name
        self.answer(HTTPStatus.OK, b"another" if self.is_another_person() else b"ours", {})


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(0, Told, name="test")
    server.begin()
    yield server
    server.end()


ASK = """
import os, socket, sys
family, host, user = sys.argv[1:4]
if user:
    os.setuid(int(user))
with socket.socket(getattr(socket, family)) as visitor:
    visitor.settimeout(20)
    visitor.connect((host, int(sys.argv[4])))
    visitor.sendall(b"GET / HTTP/1.1\\r\\n\\r\\n")
    answer = b""
    while more := visitor.recv(9999):
        answer += more
print(answer.decode().split()[-1])
"""


def asked(server: Server, user: str, *, family: str = "AF_INET", host: str = HOST) -> str:
    words = [family, host, user, str(server.port)]
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", ASK, *words], capture_output=True, check=True, text=True, timeout=60
    ).stdout.strip()


@little_endian
@pytest.mark.parametrize(("port", "user"), [(0xC001, 1001), (0xC003, 1003), (0xC002, None), (0xC004, None)])
def test_the_systems_tables_tell_whose_a_visitor_is(tmp_path: Path, port: int, user: int | None) -> None:
    (tmp_path / "tcp").write_text(TABLE)
    (tmp_path / "tcp6").write_text(TABLE6)
    tables = (tmp_path / "tcp", tmp_path / "tcp6", tmp_path / "missing")
    assert user_of((HOST, port), (HOST, 0x1F90), tables) == user


def test_a_system_that_does_not_tell_turns_nobody_away(tmp_path: Path) -> None:
    (tmp_path / "junk").write_bytes(b"\xff\xfe junk\n1 2 3 4 5 6 7 8\n")
    assert user_of((HOST, 1), (HOST, 2), (tmp_path / "junk", tmp_path / "missing")) is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux tells whose a socket is")
def test_our_own_user_is_let_in(server: Server) -> None:
    assert asked(server, "") == "ours"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux tells whose a socket is")
@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can be another user")
@pytest.mark.parametrize(("family", "host"), [("AF_INET", HOST), ("AF_INET6", f"::ffff:{HOST}")])
def test_another_user_of_the_machine_is_known(server: Server, family: str, host: str) -> None:
    if family == "AF_INET6" and not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    assert asked(server, "65534", family=family, host=host) == "another"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux tells whose a socket is")
@pytest.mark.parametrize(("user", "sudo", "told"), [(4711, None, "another"), (4711, "4711", "ours"), (0, None, "ours")])
def test_root_and_whoever_runs_us_by_sudo_are_let_in(
    server: Server, monkeypatch: pytest.MonkeyPatch, user: int, sudo: str | None, told: str
) -> None:
    monkeypatch.setattr(loopback, "user_of", lambda *_: user)
    if sudo is None:
        monkeypatch.delenv("SUDO_UID", raising=False)
    else:
        monkeypatch.setenv("SUDO_UID", sudo)
    assert asked(server, "") == told


def connected(server: Server, said: bytes = b"") -> socket.socket:
    visitor = socket.create_connection((HOST, server.port), timeout=LIMIT)
    visitor.sendall(said)
    return visitor


def hung_up(visitor: socket.socket) -> bool:
    with visitor:
        try:
            return visitor.recv(1) == b""
        except ConnectionError:
            return True


def test_a_visitor_who_speaks_forever_is_hung_up_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, and the request never ends."""
    monkeypatch.setattr(loopback, "PATIENCE", 0.05)
    with connected(server, b"GET /") as visitor:
        for _ in range(round(LIMIT / _A_WHILE)):
            heard, _, _ = select.select([visitor], [], [], _A_WHILE)
            if heard:
                break
            visitor.sendall(b"a")
        else:
            pytest.fail("it is still listened to")
        assert hung_up(visitor)


def test_there_is_room_for_so_many_visitors_and_room_again_when_they_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loopback, "MOST_VISITORS", 2)
    server = Server(0, Told, name="test")
    server.begin()
    try:
        staying = [connected(server), connected(server)]
        assert hung_up(connected(server, b"GET / HTTP/1.1\r\n\r\n"))
        for visitor in staying:
            visitor.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert visitor.recv(9).startswith(b"HTTP/1.0")
            visitor.close()
        for _ in range(round(LIMIT / _A_WHILE)):  # their threads are just ending
            with connected(server, b"GET / HTTP/1.1\r\n\r\n") as visitor, contextlib.suppress(ConnectionError):
                if visitor.recv(9):
                    break
        else:
            pytest.fail("nobody was let in again")
    finally:
        server.end()
