"""Fetching the portal's front page: where it leads, and what becomes of everything that is no page."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from auth_bench import canned
from aws_sso_core import aws
from aws_sso_core.errors import AppError, BadReply, Offline, ServiceFailed

HTML = '<meta name="region" content="eu-central-1">'


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(folder / "good.pem"))
    return folder


@pytest.fixture
def good(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificates / "ca.pem"))
    return certificates / "good.pem"


def failure(url: str) -> AppError:
    with pytest.raises(AppError) as raised:
        aws.page(url, config=None)
    return raised.value


def test_a_page_is_read(good: Path) -> None:
    with canned(HTML, certificate=good) as url:
        assert aws.page(f"{url}/start", config=None) == aws.Page(f"{url}/start", HTML)


def test_a_redirect_is_followed_to_where_it_ends(good: Path) -> None:
    with (
        canned(HTML, certificate=good) as there,
        canned(status="302 Found", headers=f"Location: {there}/portal\r\n", certificate=good) as url,
    ):
        assert aws.page(url, config=None) == aws.Page(f"{there}/portal", HTML)


def test_a_redirect_without_end_is_given_up(good: Path) -> None:
    with canned(status="302 Found", headers="Location: /again\r\n", certificate=good) as url:
        assert "leads on and on" in failure(url).sentence


def test_a_redirect_away_from_https_is_refused(good: Path) -> None:
    with canned(HTML) as there, canned(status="301 Moved", headers=f"Location: {there}\r\n", certificate=good) as url:
        error = failure(url)
    assert isinstance(error, BadReply)
    assert "without https" in error.sentence


def test_an_address_without_https_is_not_even_asked() -> None:
    with canned(HTML) as url:
        assert "without https" in failure(url).sentence


@pytest.mark.parametrize("status", ["404 Not Found", "503 Busy", "204 Nothing"])
def test_no_page_is_an_error_with_its_status(good: Path, status: str) -> None:
    with canned(status=status, certificate=good) as url:
        error = failure(url)
    assert isinstance(error, ServiceFailed)
    assert error.status == int(status[:3])


def test_a_certificate_that_is_not_trusted_is_told(certificates: Path) -> None:
    with canned(HTML, certificate=certificates / "good.pem") as url:
        assert "is not trusted" in failure(url).sentence


def test_nobody_there_is_offline() -> None:
    assert isinstance(failure("https://127.0.0.1:1/start"), Offline)
