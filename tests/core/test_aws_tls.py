from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth_bench import canned
from aws_sso_core import aws
from aws_sso_core.aws.certificates import issuer_at, issuer_of
from aws_sso_core.errors import AppError, Offline
from aws_sso_core.model import Secret, Session
from fakes import FakeClock

SESSION = Session("corp", "https://corp.awsapps.com/start", "us-east-1")
CERTIFICATES = Path(__file__).with_name("certificates")
ISSUER = "Example Corp TLS Inspection"
NOBODY = '{"accountList": []}'


def list_accounts(url: str) -> int:
    client = aws.portal(SESSION, clock=FakeClock(), config=None, endpoint=url)
    return len(client.accounts(Secret("t")))


def failure(certificate: str) -> AppError:
    with (
        canned(NOBODY, certificate=CERTIFICATES / certificate) as url,
        pytest.raises(Offline) as raised,
    ):
        list_accounts(url)
    return raised.value


def test_a_certificate_that_is_not_trusted_names_its_issuer() -> None:
    error = failure("good.pem")
    assert f"issued by '{ISSUER}', is not trusted" in error.sentence
    assert "AWS_CA_BUNDLE" in error.hint


def test_a_bundle_that_lacks_the_issuer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(CERTIFICATES / "other.pem"))
    assert "other.pem does not hold that issuer" in failure("good.pem").hint


def test_the_bundle_that_holds_the_issuer_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(CERTIFICATES / "ca.pem"))
    with canned(NOBODY, certificate=CERTIFICATES / "good.pem") as url:
        assert list_accounts(url) == 0


def test_an_expired_certificate_sends_a_person_to_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(CERTIFICATES / "ca.pem"))
    error = failure("expired.pem")
    assert error.sentence == "The TLS certificate of 127.0.0.1 has expired."
    assert "date and time" in error.hint


def test_another_hosts_certificate_is_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(CERTIFICATES / "ca.pem"))
    assert "belongs to another host" in failure("other.pem").sentence


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
def test_a_damaged_certificate_is_read_without_failing(data: st.DataObject) -> None:
    pem = (CERTIFICATES / "ca.pem").read_text()
    certificate = bytearray(ssl.PEM_cert_to_DER_cert(pem))
    certificate[data.draw(st.integers(0, len(certificate) - 1))] = data.draw(st.integers(0, 255))
    issuer = issuer_of(bytes(certificate))
    assert issuer is None or issuer.isprintable()
