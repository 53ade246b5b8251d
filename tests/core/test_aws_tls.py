from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from auth_bench import canned
from aws_sso_core import aws
from aws_sso_core.aws.certificates import issuer_at, issuer_of
from aws_sso_core.errors import AppError, Offline
from aws_sso_core.model import Secret, Session
from fakes import FakeClock

SESSION = Session("corp", "https://corp.awsapps.com/start", "us-east-1")
ISSUER = "Example Corp TLS Inspection"
NOBODY = '{"accountList": []}'


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A company's TLS inspection; keys are made anew each run."""
    return trustme.CA(organization_name=ISSUER)


@pytest.fixture(scope="module")
def certificates(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """ca.pem, and good, expired and other (another authority's, for another host), each with its key."""
    folder = tmp_path_factory.mktemp("certificates")
    last_year = datetime.now(UTC) - timedelta(days=365)
    stranger = trustme.CA(organization_name="Somebody Else")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    for name, leaf in (
        ("good", authority.issue_cert("127.0.0.1")),
        ("expired", authority.issue_cert("127.0.0.1", not_before=last_year, not_after=last_year + timedelta(days=30))),
        ("elsewhere", authority.issue_cert("elsewhere.example")),
        ("other", stranger.issue_cert("127.0.0.1")),
    ):
        leaf.private_key_and_cert_chain_pem.write_to_path(str(folder / f"{name}.pem"))
    return folder


def list_accounts(url: str) -> int:
    client = aws.portal(SESSION, clock=FakeClock(), config=None, endpoint=url)
    return len(client.accounts(Secret("t")))


def failure(certificate: Path) -> AppError:
    with (
        canned(NOBODY, certificate=certificate) as url,
        pytest.raises(Offline) as raised,
    ):
        list_accounts(url)
    return raised.value


def test_a_certificate_that_is_not_trusted_names_its_issuer(certificates: Path) -> None:
    error = failure(certificates / "good.pem")
    assert f"issued by '{ISSUER}', is not trusted" in error.sentence
    assert "AWS_CA_BUNDLE" in error.hint


def test_a_bundle_that_lacks_the_issuer_is_named(monkeypatch: pytest.MonkeyPatch, certificates: Path) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificates / "other.pem"))
    assert "other.pem does not hold that issuer" in failure(certificates / "good.pem").hint


def test_the_bundle_that_holds_the_issuer_helps(monkeypatch: pytest.MonkeyPatch, certificates: Path) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificates / "ca.pem"))
    with canned(NOBODY, certificate=certificates / "good.pem") as url:
        assert list_accounts(url) == 0


def test_an_expired_certificate_sends_a_person_to_the_clock(
    monkeypatch: pytest.MonkeyPatch, certificates: Path
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificates / "ca.pem"))
    error = failure(certificates / "expired.pem")
    assert error.sentence == "The TLS certificate of 127.0.0.1 has expired."
    assert "date and time" in error.hint


def test_another_hosts_certificate_is_called_so(monkeypatch: pytest.MonkeyPatch, certificates: Path) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificates / "ca.pem"))
    assert "belongs to another host" in failure(certificates / "elsewhere.pem").sentence


def test_a_server_without_tls_is_no_crash() -> None:
    with canned() as url, pytest.raises(Offline) as raised:
        list_accounts(url.replace("http", "https"))
    assert raised.value.sentence.startswith("No secure connection to 127.0.0.1")


def test_nobody_is_the_issuer_where_nothing_listens() -> None:
    assert issuer_at("127.0.0.1", 1) is None


@given(st.binary(max_size=200))
def test_no_bytes_make_the_issuer_reader_fail(junk: bytes) -> None:
    assert issuer_of(junk) is None or isinstance(issuer_of(junk), str)


@given(st.data())
def test_a_damaged_certificate_is_read_without_failing(authority: trustme.CA, data: st.DataObject) -> None:
    certificate = bytearray(ssl.PEM_cert_to_DER_cert(authority.cert_pem.bytes().decode()))
    certificate[data.draw(st.integers(0, len(certificate) - 1))] = data.draw(st.integers(0, 255))
    issuer = issuer_of(bytes(certificate))
    assert issuer is None or issuer.isprintable()
