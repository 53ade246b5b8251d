from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from aws_sso_core.desktop.plain_sealing import PlainSealing
from aws_sso_core.model import Registration, Secret, Session
from aws_sso_core.registrations import Registrations
from children import posix_only
from fakes import NOON

CORP = Session("corp", "https://example.awsapps.com/start", "us-east-1", scopes=("sso:account:access",))
PKCE = ("authorization_code", "refresh_token")
CLIENT = Registration("id", Secret("secret"), NOON + timedelta(days=90), scopes=CORP.scopes, grant_types=PKCE)


@pytest.fixture
def registrations(tmp_path: Path) -> Registrations:
    return Registrations(tmp_path / "registrations", PlainSealing())


def test_a_registration_is_kept_for_its_flow(registrations: Registrations) -> None:
    registrations.write(CORP, CLIENT)
    assert registrations.read(CORP, PKCE) == CLIENT
    assert registrations.read(CORP, ()) is None


@pytest.mark.parametrize(
    "other",
    [
        replace(CORP, name="dev"),
        replace(CORP, region="eu-west-1"),
        replace(CORP, start_url="https://other.awsapps.com/start"),
        replace(CORP, scopes=()),
    ],
)
def test_a_registration_is_not_used_for_anything_else(registrations: Registrations, other: Session) -> None:
    registrations.write(CORP, CLIENT)
    assert registrations.read(other, PKCE) is None


def test_an_expired_registration_is_given_out_with_its_date(registrations: Registrations) -> None:
    registrations.write(CORP, replace(CLIENT, expires_at=NOON - timedelta(days=1)))
    kept = registrations.read(CORP, PKCE)
    assert kept is not None
    assert kept.expires_at < NOON


def test_a_forgotten_registration_is_gone(registrations: Registrations) -> None:
    registrations.write(CORP, CLIENT)
    assert registrations.forget(CORP, PKCE)
    assert not registrations.forget(CORP, PKCE)
    assert registrations.read(CORP, PKCE) is None


@pytest.mark.parametrize(
    "junk",
    [b"", b"{", b"[]", b"3", b"null", b"{}", b"\xff\xfe", b"[" * 100_000,
     b'{"clientId": "c", "clientSecret": "s", "expiresAt": 5}',
     b'{"clientId": null, "clientSecret": "s", "expiresAt": "2027-01-01T00:00:00Z"}'],
)  # fmt: skip
def test_a_damaged_registration_counts_as_none(registrations: Registrations, junk: bytes) -> None:
    registrations.write(CORP, CLIENT)
    registrations.path(CORP, PKCE).write_bytes(junk)
    assert registrations.read(CORP, PKCE) is None


def test_it_never_has_the_name_under_which_aws_cli_would_take_it_up(registrations: Registrations) -> None:
    theirs = {"593e7fe8be40a34ec2525a8025abd929e22037d9", "680c1776565cb038c036848b459103360a98827b"}
    ours = {registrations.path(replace(CORP, scopes=s), g).stem for s in (CORP.scopes, ()) for g in (PKCE, ())}
    assert not ours & theirs


@posix_only
def test_the_client_secret_is_owner_only(registrations: Registrations) -> None:
    registrations.write(CORP, CLIENT)
    assert registrations.path(CORP, PKCE).stat().st_mode & 0o777 == 0o600


class Reversing:
    """A ``Sealing`` that can be told from none."""

    def seal(self, data: bytes) -> bytes:
        return b"sealed" + data[::-1]

    def unseal(self, data: bytes) -> bytes | None:
        return data[6:][::-1] if data.startswith(b"sealed") else None


def test_where_the_system_seals_files_the_client_secret_is_not_in_them(tmp_path: Path) -> None:
    sealed = Registrations(tmp_path, Reversing())
    sealed.write(CORP, CLIENT)
    assert b'"secret"' not in sealed.path(CORP, PKCE).read_bytes()
    assert sealed.read(CORP, PKCE) == CLIENT


def test_what_nobody_can_unseal_any_more_means_to_register_anew(tmp_path: Path) -> None:
    Registrations(tmp_path, PlainSealing()).write(CORP, CLIENT)
    assert Registrations(tmp_path, Reversing()).read(CORP, PKCE) is None
