from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aws_sso_core.model import Role, RoleCredentials, Secret, Session
from aws_sso_core.role_cache import RoleCache
from children import posix_only

URL = "https://example.awsapps.com/start"
CORP = Session("corp", URL, "us-east-1")
LEGACY = Session(URL, URL, "us-east-1", kind="legacy")
ADMIN = Role("123456789012", "Admin")
KEYS = RoleCredentials(
    "ASIAEXAMPLE", Secret("secret"), Secret("token"), datetime(2026, 11, 23, 10, 25, 17, tzinfo=UTC), "123456789012"
)
AS_THE_CLI_WRITES = (
    b'{"ProviderType": "sso", "Credentials": {"AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "secret", '
    b'"SessionToken": "token", "Expiration": "2026-11-23T10:25:17Z", "AccountId": "123456789012"}}'
)


@pytest.fixture
def cache(tmp_path: Path) -> RoleCache:
    return RoleCache(tmp_path / ".aws" / "cli" / "cache")


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("session", "name"),
    [(CORP, "8457bc68cf9d4aa8d629a61563948e8bd3159d49"), (LEGACY, "764b1819cd322a32dff569462ca869a4196b4fc1")],
)
def test_the_file_has_the_name_that_aws_cli_looks_for(cache: RoleCache, session: Session, name: str) -> None:
    assert cache.path(session, ADMIN).name == f"{name}.json"


def test_the_region_takes_no_part_in_the_name(cache: RoleCache) -> None:
    assert cache.path(CORP, ADMIN) == cache.path(replace(CORP, region="eu-west-1"), ADMIN)


def test_credentials_are_written_byte_for_byte_as_aws_cli_does(cache: RoleCache) -> None:
    cache.write(CORP, ADMIN, KEYS)
    assert cache.path(CORP, ADMIN).read_bytes() == AS_THE_CLI_WRITES


def test_what_was_written_reads_back(cache: RoleCache) -> None:
    cache.write(CORP, ADMIN, KEYS)
    assert cache.read(CORP, ADMIN) == KEYS


def test_an_entry_of_an_older_cli_without_account_id_is_read(cache: RoleCache) -> None:
    put(cache.path(CORP, ADMIN), AS_THE_CLI_WRITES.replace(b', "AccountId": "123456789012"', b""))
    assert cache.read(CORP, ADMIN) == KEYS


def test_missing_credentials_are_none(cache: RoleCache) -> None:
    assert cache.read(CORP, ADMIN) is None


@pytest.mark.parametrize(
    "junk",
    [b"", b"{", b"[]", b"3", b"{}", b'{"ProviderType": "sso"}', b'{"ProviderType": "sso", "Credentials": []}',
     AS_THE_CLI_WRITES.replace(b'"sso"', b'"sts"'), AS_THE_CLI_WRITES.replace(b'"token"', b"null"),
     AS_THE_CLI_WRITES.replace(b'"2026-11-23T10:25:17Z"', b"1800000000"), AS_THE_CLI_WRITES[:90], b"SQLite format 3\0"],
)  # fmt: skip
def test_what_cannot_be_used_counts_as_missing(cache: RoleCache, junk: bytes) -> None:
    put(cache.path(CORP, ADMIN), junk)
    assert cache.read(CORP, ADMIN) is None


def test_only_the_named_roles_of_the_session_are_forgotten(cache: RoleCache) -> None:
    reader = replace(ADMIN, name="ReadOnly")
    for session in (CORP, LEGACY):
        for role in (ADMIN, reader):
            cache.write(session, role, KEYS)
    folder = cache.path(CORP, ADMIN).parent
    others = {"session.db": b"SQLite", "junk.json": b"[]", f"{'a' * 40}.json": b'{"ProviderType": "sso"}'}
    for name, data in others.items():
        put(folder / name, data)
    assert cache.forget(CORP, [ADMIN, ADMIN, replace(ADMIN, account_id="000000000001")]) == 1
    kept = {cache.path(CORP, reader).name, cache.path(LEGACY, ADMIN).name, cache.path(LEGACY, reader).name, *others}
    assert {p.name for p in folder.iterdir()} == kept


@posix_only
def test_credentials_are_owner_only(cache: RoleCache) -> None:
    cache.write(CORP, ADMIN, KEYS)
    assert cache.path(CORP, ADMIN).stat().st_mode & 0o777 == 0o600
