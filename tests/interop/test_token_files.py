"""Real AWS clients use the files we write, and we read the files they write, all against the Sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore import tokens as botocore_tokens
from botocore.utils import JSONFileCache, SSOTokenLoader

from aws_sso_core.desktop.plain_sealing import PlainSealing
from aws_sso_core.model import Registration, RoleCredentials, Secret, Session, Token
from aws_sso_core.registrations import Registrations
from aws_sso_core.sandbox import Sandbox
from aws_sso_core.system_clock import SystemClock
from aws_sso_core.token_cache import TokenCache
from aws_world import CORP, LEGACY, ROLE, World, aws_cli
from sandbox_clients import Program

ARN = "arn:aws:sts::000123456789:assumed-role/AWSReservedSSO_SecurityAudit_"
WHO = "session.client('sts').get_caller_identity()['Arn']"
SOON = timedelta(minutes=10)
"""An access token's life that every botocore wants to renew at once (its window is 15 minutes)."""


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(SystemClock()) as box:
        yield box


@pytest.fixture
def world(tmp_path: Path, box: Sandbox) -> World:
    return World(tmp_path / "home", box)


@pytest.fixture
def v2() -> str:
    """AWS CLI v2, as Debian packages it."""
    return aws_cli(2)


@pytest.fixture(params=[1, 2], ids=["v1", "v2"])
def cli(request: pytest.FixtureRequest) -> str:
    """Both AWS CLIs in turn; v1 comes from PyPI."""
    return aws_cli(request.param)


def who(world: World, cli: str, profile: str = "dev") -> str:
    answer = json.loads(world.run(cli, "sts", "get-caller-identity", "--profile", profile, "--output", "json"))
    arn: str = answer["Arn"]
    return arn


def issued(world: World, token: Token) -> RoleCredentials:
    """Role credentials from the Sandbox, got without any file."""
    keys = Program(world.box).portal.get_role_credentials(
        accountId=ROLE.account_id, roleName=ROLE.name, accessToken=token.access_token.reveal()
    )["roleCredentials"]
    ends = datetime.fromtimestamp(keys["expiration"] // 1000, UTC)
    return RoleCredentials(
        keys["accessKeyId"], Secret(keys["secretAccessKey"]), Secret(keys["sessionToken"]), ends, ROLE.account_id
    )


# They use a token that we wrote


@pytest.mark.parametrize(("session", "profile"), [(CORP, "dev"), (LEGACY, "old")])
def test_boto3_uses_a_token_we_wrote(world: World, session: Session, profile: str) -> None:
    world.tokens.write(session, world.signed_in(session))
    assert world.boto3(WHO, profile=profile).startswith(ARN)


@pytest.mark.parametrize(("session", "profile"), [(CORP, "dev"), (LEGACY, "old")])
def test_aws_cli_uses_a_token_we_wrote(world: World, cli: str, session: Session, profile: str) -> None:
    world.tokens.write(session, world.signed_in(session))
    assert who(world, cli, profile).startswith(ARN)


def test_aws_cli_works_again_after_we_repaired_a_damaged_token_file(world: World, v2: str) -> None:
    path = world.tokens.path(CORP)
    path.parent.mkdir(parents=True)
    path.write_bytes(b'{"accessToken": "aoa')
    world.tokens.write(CORP, world.signed_in())
    assert who(world, v2).startswith(ARN)


def test_boto3_renews_a_token_we_wrote_and_we_read_the_renewed_one(world: World) -> None:
    world.box.knobs.access_token_lifetime = SOON
    first = world.signed_in()
    world.tokens.write(CORP, first)
    world.box.knobs.access_token_lifetime = timedelta(hours=1)
    assert world.boto3(WHO).startswith(ARN)
    renewed = world.tokens.read(CORP)
    assert renewed is not None
    assert renewed.renewable(datetime.now(UTC))
    assert renewed.expires_at > first.expires_at + timedelta(minutes=45)
    assert renewed.refresh_token not in {None, first.refresh_token}
    assert [c.detail for c in world.box.calls.of("CreateToken")] == ["device_code", "refresh_token"]


def test_aws_cli_renews_a_token_we_wrote_and_we_read_the_renewed_one(world: World, cli: str) -> None:
    world.box.knobs.access_token_lifetime = SOON
    first = world.signed_in()
    world.tokens.write(CORP, first)
    world.box.knobs.access_token_lifetime = timedelta(hours=1)
    who(world, cli)
    renewed = world.tokens.read(CORP)
    assert renewed is not None
    assert renewed.renewable(datetime.now(UTC))
    assert renewed.expires_at > first.expires_at


def test_a_renewal_of_ours_gives_way_to_the_one_that_boto3_made_meanwhile(world: World) -> None:
    world.box.knobs.access_token_lifetime = SOON
    world.tokens.write(CORP, world.signed_in())
    before = world.tokens.read(CORP)
    world.box.knobs.access_token_lifetime = timedelta(hours=1)
    world.boto3(WHO)
    assert before is not None
    ours = replace(before, access_token=Secret("ours"), expires_at=before.expires_at + timedelta(minutes=50))
    theirs = world.tokens.replace_if(CORP, before, ours)
    assert theirs == world.tokens.read(CORP)
    assert theirs not in {before, ours}


# We read a token that they wrote, and would have written the same


@pytest.mark.parametrize(("session", "profile"), [(CORP, "dev"), (LEGACY, "old")])
def test_a_token_of_aws_sso_login_is_read_and_rewritten_byte_for_byte(
    world: World, v2: str, session: Session, profile: str
) -> None:
    world.cli_login(v2, profile)
    written = world.tokens.path(session).read_bytes()
    token = world.tokens.read(session)
    assert token is not None
    assert (token.start_url, token.region) == (session.start_url, session.region)
    assert token.renewable(datetime.now(UTC)) is (session is CORP)
    world.tokens.write(session, token)
    assert world.tokens.path(session).read_bytes() == written


def test_a_scan_tells_the_clis_token_from_its_registration(world: World, v2: str) -> None:
    world.cli_login(v2, "dev")
    assert sorted(f.kind for f in world.tokens.scan()) == ["registration", "token"]


def test_botocores_own_writer_writes_the_same_bytes(tmp_path: Path) -> None:
    theirs, ours = tmp_path / "theirs", TokenCache(tmp_path / "ours")
    ends, client_ends = datetime(2026, 11, 23, 10, 25, 17, tzinfo=UTC), datetime(2027, 2, 20, 8, 0, 0, tzinfo=UTC)
    dump = getattr(botocore_tokens, "_sso_json_dumps")  # noqa: B009 - its writer, not in the published types
    loader: Any = SSOTokenLoader(JSONFileCache(str(theirs), dumps_func=dump))
    loader.save_token(
        CORP.start_url,
        {
            "startUrl": CORP.start_url,
            "region": CORP.region,
            "accessToken": "aoaAccess",
            "expiresAt": ends,
            "clientId": "id",
            "clientSecret": "sécret",
            "registrationExpiresAt": client_ends,
            "refreshToken": "aorRefresh",
        },
        session_name=CORP.name,
    )
    ours.write(
        CORP, Token(Secret("aoaAccess"), ends, None, None, Secret("aorRefresh"), "id", Secret("sécret"), client_ends)
    )
    assert (theirs / ours.path(CORP).name).read_bytes() == ours.path(CORP).read_bytes()


# Role credentials


def test_aws_cli_starts_warm_from_role_credentials_we_keep(world: World, v2: str) -> None:
    token = world.signed_in()
    world.roles.write(CORP, ROLE, issued(world, token))
    world.box.calls.clear()
    assert who(world, v2).startswith(ARN)
    assert world.box.calls.count("GetRoleCredentials") == 0


@pytest.mark.parametrize(("session", "profile"), [(CORP, "dev"), (LEGACY, "old")])
def test_we_start_warm_from_role_credentials_that_aws_cli_keeps(
    world: World, v2: str, session: Session, profile: str
) -> None:
    world.tokens.write(session, world.signed_in(session))
    who(world, v2, profile)
    kept = world.roles.read(session, ROLE)
    assert kept is not None
    assert kept.access_key_id.startswith("ASIA")
    assert kept.expires_at > datetime.now(UTC) + timedelta(minutes=50)


AS_AWS_CLI_V2_DOES = """
from pathlib import Path
from botocore.utils import JSONFileCache
providers = session._session.get_component("credential_provider")
providers.get_provider("sso").cache = JSONFileCache(str(Path.home() / ".aws" / "cli" / "cache"))
"""


def test_role_credentials_of_the_newest_botocore_would_be_written_byte_for_byte(world: World) -> None:
    world.tokens.write(CORP, world.signed_in())
    world.boto3(WHO, first=AS_AWS_CLI_V2_DOES)
    written = world.roles.path(CORP, ROLE).read_bytes()
    kept = world.roles.read(CORP, ROLE)
    assert kept is not None
    world.roles.write(CORP, ROLE, kept)
    assert world.roles.path(CORP, ROLE).read_bytes() == written


# Signing out


def test_aws_sso_logout_signs_out_what_we_signed_in_and_leaves_our_own_files(world: World, v2: str) -> None:
    token = world.signed_in()
    world.tokens.write(CORP, token)
    world.roles.write(CORP, ROLE, issued(world, token))
    registrations = Registrations(world.home / "own" / "registrations", PlainSealing())
    registrations.write(CORP, Registration("id", Secret("secret"), datetime(2027, 1, 1, tzinfo=UTC)))
    world.run(v2, "sso", "logout")
    assert world.tokens.read(CORP) is None
    assert world.roles.read(CORP, ROLE) is None
    assert registrations.read(CORP, ()) is not None
    assert world.box.calls.count("Logout") == 1


def test_our_sign_out_of_one_session_leaves_the_clis_other_one(world: World, v2: str) -> None:
    world.cli_login(v2, "old")
    world.tokens.write(CORP, world.signed_in())
    assert world.tokens.forget(CORP)
    assert who(world, v2, "old").startswith(ARN)
