from __future__ import annotations

import io
import logging
import re
import sys
from pathlib import Path

import pytest

from aws_sso_core import logs
from aws_sso_core.model import Secret
from children import in_child, posix_only
from fakes import Worker

log = logging.getLogger("aws_sso_core.test")


def written(folder: Path) -> str:
    return (folder / "aws-sso-tray.log").read_text(encoding="utf-8")


def test_a_line_tells_when_who_and_what(tmp_path: Path) -> None:
    with logs.writing(tmp_path, "login"):
        log.info("signed in to %s", "corp")
    line = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ login\[\d+\] INFO aws_sso_core\.test: signed in to corp\n"
    assert re.fullmatch(line, written(tmp_path))


def test_nothing_is_made_before_the_first_line(tmp_path: Path) -> None:
    with logs.writing(tmp_path / "log", "login"):
        pass
    assert not (tmp_path / "log").exists()


def test_details_and_other_packages_are_left_out(tmp_path: Path) -> None:
    with logs.writing(tmp_path, "login"):
        log.debug("a detail")
        logging.getLogger("botocore").error("a body with a token")
        log.info("the end")
    assert "detail" not in written(tmp_path)
    assert "body" not in written(tmp_path)


def test_after_the_block_nothing_is_written_and_levels_are_as_before(tmp_path: Path) -> None:
    before = logging.getLogger("aws_sso_core").level
    with logs.writing(tmp_path, "login"):
        log.info("inside")
    log.warning("outside")
    assert "outside" not in written(tmp_path)
    assert logging.getLogger("aws_sso_core").level == before


def test_a_thread_that_logs_too_late_opens_nothing(tmp_path: Path) -> None:
    with logs.writing(tmp_path, "login") as log_file:
        pass
    log_file.handle(log.makeRecord(log.name, logging.INFO, "", 0, "late", (), None))
    assert not list(tmp_path.iterdir())


@posix_only
def test_the_log_is_owner_only(tmp_path: Path) -> None:
    with logs.writing(tmp_path / "log", "login"):
        log.info("a line")
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "log" / "aws-sso-tray.log").stat().st_mode & 0o777 == 0o600


@posix_only
def test_a_log_that_cannot_be_written_is_done_without_and_comes_back(tmp_path: Path) -> None:
    def first_without_then_with() -> tuple[bool, bool]:
        with logs.writing(tmp_path / "log", "login") as file:
            log.info("lost")
            lost = file.failed
            tmp_path.chmod(0o755)
            log.info("kept")
            return lost, file.failed

    tmp_path.chmod(0o555)
    try:
        assert in_child(first_without_then_with) == (True, False)
    finally:
        tmp_path.chmod(0o755)
    assert "kept" in written(tmp_path / "log")
    assert "lost" not in written(tmp_path / "log")


def test_a_log_that_has_grown_is_put_aside_without_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MOST_BYTES", 100)
    with logs.writing(tmp_path, "tray"):
        for n in range(5):
            log.info("line %s %s", n, "x" * 60)
    assert "line 4" in written(tmp_path)
    assert "line 3" in (tmp_path / "aws-sso-tray.log.1").read_text()
    assert len(list(tmp_path.iterdir())) == 2


def test_lines_of_many_threads_stay_whole(tmp_path: Path) -> None:
    def talk() -> None:
        for _ in range(50):
            log.info("x" * 200)

    with logs.writing(tmp_path, "tray"):
        for worker in [Worker(talk) for _ in range(4)]:
            worker.result()
    lines = written(tmp_path).splitlines()
    assert len(lines) == 200
    assert {line.rpartition(" ")[2] for line in lines} == {"x" * 200}


def test_text_that_no_file_can_hold_is_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("aws_sso_core"), "propagate", False)  # pytest's report cannot hold it either
    with logs.writing(tmp_path, "login"):
        log.info("name \ud800")
    assert "name \\ud800" in written(tmp_path)


def test_without_a_console_a_faulty_line_harms_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with logs.writing(tmp_path, "tray") as file:
        file.handle(log.makeRecord(log.name, logging.INFO, __file__, 1, "%d", ("no number",), None))
        log.info("goes on")
    assert "goes on" in written(tmp_path)


def test_verbose_shows_details_on_the_stream_given() -> None:
    stream = io.StringIO()
    with logs.shown(stream):
        log.debug("a detail with accessToken=abc")
    assert "a detail with accessToken=(secret)" in stream.getvalue()


# Secrets

KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
JWT = "eyJraWQiOiJrZXktMTU2NDAyODA5OSIsImFsZyI6IkhTMzg0In0.eyJzZXJpYWxpemVkIjoie30ifQ.c2lnbmF0dXJl"
ACCESS = "aoaAAAAAGd6ZDqKzIo0RMmXkqF0zJqf1:MGUCMQDx0Fq+Zy/abc="


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("GET http://127.0.0.1:4000/oauth/callback?code=abc&state=d-e%20f&x=1",
         "GET http://127.0.0.1:4000/oauth/callback?code=(secret)&state=(secret)&x=1"),
        ("https://device.sso.us-east-1.amazonaws.com/?user_code=ABCD-EFGH",
         "https://device.sso.us-east-1.amazonaws.com/?user_code=(secret)"),
        ("{'accessToken': 'abc', 'expiresAt': '2026'}", "{'accessToken': '(secret)', 'expiresAt': '2026'}"),
        ('{"refreshToken": "abc", "clientSecret":"def"}', '{"refreshToken": "(secret)", "clientSecret":"(secret)"}'),
        ("aws_secret_access_key = abc", "aws_secret_access_key = (secret)"),
        ("by http://ju:abc@proxy.example:8080 or http://:abc@proxy", "by http://ju:(secret) or http://:(secret)"),
        ("Authorization: Bearer abc", "Authorization: Bearer (secret)"),
        ("x-amz-sso_bearer_token: abc", "x-amz-sso_bearer_token: (secret)"),
        ("device_code=abc code_verifier=def", "device_code=(secret) code_verifier=(secret)"),
        (f"got {ACCESS}.", "got (secret)."),
        (f"client {JWT} refused", "client (secret) refused"),
        (f"key {KEY}, next", "key (secret), next"),
        (f"session {'IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJI' * 6}== end", "session (secret) end"),
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_struck_out(line: str, kept: str) -> None:
    assert logs.redacted(line) == kept


@pytest.mark.parametrize(
    "line",
    [
        "/home/ju/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json is damaged: it is empty.",
        "corp: no session token yet, sign in again (code 400, state signed-out)",
        "AKIAIOSFODNN7EXAMPLE assumed arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ju",
        "https://oidc.us-east-1.amazonaws.com/token answered 503; next try in 60 s",
        "The renewal of corp was refused; authorization_code is the grant.",
    ],
)
def test_what_one_looks_for_in_a_log_stays(line: str) -> None:
    assert logs.redacted(line) == line


def test_a_secret_in_a_traceback_does_not_reach_the_file(tmp_path: Path) -> None:
    with logs.writing(tmp_path, "login"):
        try:
            int(f"refreshToken={ACCESS}")
        except ValueError:
            log.exception("broken by %s", Secret("hidden"))
    assert "refreshToken=(secret)" in written(tmp_path)
    assert "aoaAAAA" not in written(tmp_path)
    assert "hidden" not in written(tmp_path)
