from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.errors import ReadOnlyPlace, StoreFailed
from aws_sso_core.model import Secret, Session, Token
from aws_sso_core.token_cache import TokenCache, TokenDamaged
from children import in_child, posix_only
from fakes import NOON, FakeClock

URL = "https://example.awsapps.com/start"
CORP = Session("corp", URL, "us-east-1")
LEGACY = Session(URL, URL, "eu-west-1", kind="legacy")
TOKEN = Token(
    access_token=Secret("aoaAAAA-access"),
    expires_at=datetime(2026, 11, 23, 10, 25, 17, tzinfo=UTC),
    refresh_token=Secret("aorAAAA-refresh"),
    client_id="client-id",
    client_secret=Secret("client-secret"),
    registration_expires_at=datetime(2027, 2, 20, 8, 0, 0, tzinfo=UTC),
)
AS_THE_CLI_WRITES = (
    b'{"startUrl": "https://example.awsapps.com/start", "region": "us-east-1", "accessToken": "aoaAAAA-access", '
    b'"expiresAt": "2026-11-23T10:25:17Z", "clientId": "client-id", "clientSecret": "client-secret", '
    b'"registrationExpiresAt": "2027-02-20T08:00:00Z", "refreshToken": "aorAAAA-refresh"}'
)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / ".aws" / "sso" / "cache"


@pytest.fixture
def tokens(directory: Path) -> TokenCache:
    return TokenCache(directory)


def put(tokens: TokenCache, data: bytes, session: Session = CORP) -> Path:
    path = tokens.path(session)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def later(token: Token = TOKEN, **hours: float) -> Token:
    """A renewal of the token: everything that a renewal changes is changed."""
    end = token.expires_at + timedelta(**hours)
    return replace(token, access_token=Secret(f"access-{end}"), refresh_token=Secret(f"refresh-{end}"), expires_at=end)


# Names


@pytest.mark.parametrize(
    ("session", "name"),
    [
        (CORP, "ee0bfd2552fbd840c02cc48b6e823320543c450f"),
        (replace(CORP, name="my-sso"), "0ad374308c5a4e22f723adf10145eafad7c4031c"),
        (LEGACY, "e8be5486177c5b5392bd9aa76563515b29358e6e"),
        (replace(LEGACY, start_url=URL + "/"), "8be3a7791abdeea628d9fbf768cc17b92db6f738"),
        (replace(LEGACY, start_url=URL + "#/"), "fce6462ed5b8bda828c0368fed3ece58786a0808"),
        (replace(LEGACY, start_url=URL + "/#"), "0fa19bb9cc2058bb228fe4d7d4b5f95ab87c5c73"),
    ],
)
def test_the_file_has_the_name_that_every_aws_tool_looks_for(tokens: TokenCache, session: Session, name: str) -> None:
    assert tokens.path(session).name == f"{name}.json"


@given(st.text())
def test_no_session_name_leads_out_of_the_folder(name: str) -> None:
    assert TokenCache(Path("cache")).path(replace(CORP, name=name)).parent == Path("cache")


def test_two_sessions_with_one_start_url_are_two_files(tokens: TokenCache) -> None:
    assert tokens.path(CORP) != tokens.path(replace(CORP, name="dev")) != tokens.path(LEGACY)


# Writing


def test_a_token_is_written_byte_for_byte_as_aws_cli_v2_does(tokens: TokenCache) -> None:
    tokens.write(CORP, TOKEN)
    assert tokens.path(CORP).read_bytes() == AS_THE_CLI_WRITES


def test_a_token_that_cannot_be_renewed_has_no_empty_fields(tokens: TokenCache) -> None:
    tokens.write(LEGACY, Token(Secret("access"), TOKEN.expires_at))
    assert tokens.path(LEGACY).read_bytes() == (
        b'{"startUrl": "https://example.awsapps.com/start", "region": "eu-west-1", "accessToken": "access", '
        b'"expiresAt": "2026-11-23T10:25:17Z"}'
    )


def test_the_configured_region_and_url_are_written_and_not_those_of_the_token(tokens: TokenCache) -> None:
    tokens.write(CORP, replace(TOKEN, start_url="https://redirected.example/", region="eu-north-1"))
    assert tokens.path(CORP).read_bytes() == AS_THE_CLI_WRITES


def test_text_outside_ascii_is_escaped(tokens: TokenCache) -> None:
    tokens.write(replace(CORP, start_url="https://münchen.example/start"), TOKEN)
    assert rb"https://m\u00fcnchen.example/start" in tokens.path(CORP).read_bytes()


def test_what_was_written_reads_back(tokens: TokenCache) -> None:
    tokens.write(CORP, TOKEN)
    assert tokens.read(CORP) == replace(TOKEN, start_url=URL, region="us-east-1")


@posix_only
def test_file_and_folders_are_for_the_owner_only(tokens: TokenCache, directory: Path) -> None:
    tokens.write(CORP, TOKEN)
    places = [directory, directory.parent, directory.parent.parent, tokens.path(CORP)]
    assert [p.stat().st_mode & 0o777 for p in places] == [0o700, 0o700, 0o700, 0o600]


@posix_only
def test_a_folder_that_others_made_keeps_its_mode(tokens: TokenCache, directory: Path) -> None:
    directory.mkdir(parents=True)
    directory.chmod(0o755)
    tokens.write(CORP, TOKEN)
    assert directory.stat().st_mode & 0o777 == 0o755


def test_nothing_but_the_token_file_is_left_in_the_folder(tokens: TokenCache, directory: Path) -> None:
    tokens.write(CORP, TOKEN)
    tokens.write(CORP, later(hours=1))
    assert list(directory.iterdir()) == [tokens.path(CORP)]


@posix_only
def test_a_read_only_cache_gives_one_sentence_and_keeps_the_old_token(tokens: TokenCache, directory: Path) -> None:
    put(tokens, AS_THE_CLI_WRITES)
    directory.chmod(0o555)
    try:
        with pytest.raises(ReadOnlyPlace, match="cannot be written"):
            in_child(lambda: tokens.write(CORP, later(hours=1)))
    finally:
        directory.chmod(0o755)
    assert tokens.path(CORP).read_bytes() == AS_THE_CLI_WRITES


# Reading what others wrote


def test_a_missing_file_or_folder_is_no_token(tokens: TokenCache) -> None:
    assert tokens.read(CORP) is None


OTHERS = {
    "AWS CLI before 2.1.14": '{"startUrl": "https://example.awsapps.com/start", "region": "eu-west-1", '
    '"accessToken": "t", "expiresAt": "2026-11-23T10:25:17UTC"}',
    "aws-sso-util": '{"startUrl": "https://example.awsapps.com/start", "region": "eu-west-1", "accessToken": "t", '
    '"expiresAt": "2026-11-23T10:25:17Z", "receivedAt": "2026-11-23T02:25:17Z"}',
    "JavaScript": json.dumps(
        {"accessToken": "t", "expiresAt": "2026-11-23T10:25:17.000Z", "refreshToken": "r", "clientId": "c"}, indent=2
    ),
    "Go": '{"accessToken":"t","clientId":"c","clientSecret":"s","expiresAt":"2026-11-23T10:25:17Z",'
    '"refreshToken":"r","region":"eu-west-1","registrationExpiresAt":"2027-02-20T08:00:00Z","startUrl":"u"}\n',
    ".NET": json.dumps(
        {
            "startUrl": "u",
            "region": "eu-west-1",
            "accessToken": "t",
            "expiresAt": "2026-11-23T10:25:17.0000000Z",
            "refreshToken": None,
            "clientId": None,
            "clientSecret": None,
            "registrationExpiresAt": None,
            "session": None,
        },
        indent=2,
    ).replace("\n", "\r\n"),
    "Rust": '{"accessToken":"t","expiresAt":"2026-11-23T10:25:17.000000000Z","refreshToken":"r","clientId":"c",'
    '"clientSecret":"s","registrationExpiresAt":"2027-02-20T08:00:00Z","region":"eu-west-1","startUrl":"u"}',
    "Java": '{"accessToken":"t","expiresAt":"2026-11-23T10:25:17.000Z","region":"eu-west-1","startUrl":"u"}',
    "Granted": '{"accessToken":"t","expiresAt":"2026-11-23T12:25:17+02:00","region":"eu-west-1","startUrl":"u"}',
}


@pytest.mark.parametrize("tool", OTHERS)
def test_a_token_written_by_another_tool_is_read(tokens: TokenCache, tool: str) -> None:
    put(tokens, OTHERS[tool].encode())
    token = tokens.read(CORP)
    assert token is not None
    assert (token.access_token.reveal(), token.expires_at) == ("t", TOKEN.expires_at)


def test_go_and_rust_tokens_can_be_renewed_and_dotnet_nulls_cannot(tokens: TokenCache) -> None:
    renewable = {}
    for tool in ("Go", "Rust", ".NET", "AWS CLI before 2.1.14"):
        put(tokens, OTHERS[tool].encode())
        token = tokens.read(CORP)
        renewable[tool] = token is not None and token.renewable(NOON)
    assert renewable == {"Go": True, "Rust": True, ".NET": False, "AWS CLI before 2.1.14": False}


def test_fields_of_a_wrong_type_count_as_missing(tokens: TokenCache) -> None:
    put(tokens, b'{"accessToken": "t", "expiresAt": "2026-11-23T10:25:17Z", "refreshToken": 7, "region": [], '
                b'"registrationExpiresAt": 1800000000, "clientId": ""}')  # fmt: skip
    assert tokens.read(CORP) == Token(Secret("t"), TOKEN.expires_at)


# Damage


DAMAGED = {
    "empty": b"",
    "blank": b" \r\n",
    "half": AS_THE_CLI_WRITES[:140],
    "two tokens over each other": AS_THE_CLI_WRITES + AS_THE_CLI_WRITES[-30:],
    "array": b"[]",
    "number": b"3",
    "null": b"null",
    "text": b'"aoaAAAA-access"',
    "no token": b'{"expiresAt": "2026-11-23T10:25:17Z"}',
    "null token": b'{"accessToken": null, "expiresAt": "2026-11-23T10:25:17Z"}',
    "object token, as of `aws login`": b'{"accessToken": {"a": 1}, "expiresAt": "2026-11-23T10:25:17Z"}',
    "token that breaks out of its header": b'{"accessToken": "a\\r\\nX: y", "expiresAt": "2026-11-23T10:25:17Z"}',
    "no expiry": b'{"accessToken": "t"}',
    "null expiry": b'{"accessToken": "t", "expiresAt": null}',
    "expiry in seconds": b'{"accessToken": "t", "expiresAt": 1800000000}',
    "byte order mark": b"\xef\xbb\xbf" + AS_THE_CLI_WRITES,
    "UTF-16": AS_THE_CLI_WRITES.decode().encode("utf-16"),
    "Latin-1": AS_THE_CLI_WRITES.replace(b"client-id", b"m\xfcnchen"),
    "zeros after a crash": bytes(500),
    "deep nesting": b"[" * 100_000,
    "two megabytes": b'{"accessToken": "' + b"t" * 2_000_000 + b'"}',
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_says_so_and_how_to_repair_it(tokens: TokenCache, damage: str) -> None:
    path = put(tokens, DAMAGED[damage])
    with pytest.raises(TokenDamaged) as caught:
        tokens.read(CORP)
    assert str(path) in caught.value.sentence
    assert caught.value.hint == "Sign in again: that repairs it."


def test_no_part_of_a_damaged_file_gets_into_the_error(tokens: TokenCache) -> None:
    put(tokens, DAMAGED["half"])
    with pytest.raises(TokenDamaged) as caught:
        tokens.read(CORP)
    assert "aoaAAAA" not in repr(caught.value)
    assert caught.value.__cause__ is None


def test_signing_in_again_repairs_a_damaged_file(tokens: TokenCache) -> None:
    put(tokens, DAMAGED["zeros after a crash"])
    tokens.write(CORP, TOKEN)
    assert tokens.path(CORP).read_bytes() == AS_THE_CLI_WRITES


@given(st.binary() | st.recursive(st.none() | st.text() | st.integers(), lambda v: st.dictionaries(
    st.sampled_from(["accessToken", "expiresAt", "refreshToken", "registrationExpiresAt", "x"]), v) | st.lists(v)
).map(lambda v: json.dumps(v).encode()))  # fmt: skip
def test_no_content_at_all_makes_reading_crash(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    tokens = TokenCache(tmp_path_factory.getbasetemp() / "any-content")
    put(tokens, data)
    with contextlib.suppress(TokenDamaged):
        tokens.read(CORP)
    assert [f.path for f in tokens.scan()] == [tokens.path(CORP)]


@posix_only
def test_a_file_that_may_not_be_read_is_not_called_damaged(tokens: TokenCache) -> None:
    put(tokens, AS_THE_CLI_WRITES).chmod(0)
    with pytest.raises(StoreFailed, match="cannot be read") as caught:
        in_child(lambda: tokens.read(CORP))
    assert not isinstance(caught.value, TokenDamaged)


# Patience with writers that truncate in place


def test_a_half_written_file_is_looked_at_again_until_it_is_whole(directory: Path) -> None:
    clock = FakeClock()
    tokens = TokenCache(directory, sleep=clock.sleep)
    path = put(tokens, b"")
    steps = iter([AS_THE_CLI_WRITES[:50], AS_THE_CLI_WRITES])

    def the_writer_goes_on(_seconds: float) -> None:
        path.write_bytes(next(steps))

    clock.on_sleep = the_writer_goes_on
    assert tokens.read(CORP) == replace(TOKEN, start_url=URL, region="us-east-1")
    assert len(clock.slept) == 2


def test_patience_ends_after_a_fifth_of_a_second(directory: Path) -> None:
    clock = FakeClock()
    tokens = TokenCache(directory, sleep=clock.sleep)
    put(tokens, b"{")
    with pytest.raises(TokenDamaged):
        tokens.read(CORP)
    assert sum(clock.slept) == pytest.approx(0.2)


def test_a_file_found_damaged_is_not_waited_for_again_until_it_changes(directory: Path) -> None:
    clock = FakeClock()
    tokens = TokenCache(directory, sleep=clock.sleep)
    waits = []
    for data in (b"{", None, b"{}}"):
        if data is not None:
            put(tokens, data)
        with pytest.raises(TokenDamaged):
            tokens.read(CORP)
        waits.append(len(clock.slept))
    assert waits == [5, 5, 10]


def test_a_whole_file_is_never_waited_for(directory: Path) -> None:
    clock = FakeClock()
    tokens = TokenCache(directory, sleep=clock.sleep)
    tokens.write(CORP, TOKEN)
    tokens.read(CORP)
    tokens.read(LEGACY)
    assert clock.slept == []


# Replacing what others may have replaced meanwhile


def test_a_renewed_token_takes_the_place_of_the_one_it_came_from(tokens: TokenCache) -> None:
    put(tokens, AS_THE_CLI_WRITES)
    renewed = later(hours=1)
    assert tokens.replace_if(CORP, tokens.read(CORP), renewed) is renewed
    assert tokens.read(CORP) == replace(renewed, start_url=URL, region="us-east-1")


def test_another_programs_renewal_is_kept_and_handed_out(tokens: TokenCache) -> None:
    tokens.write(CORP, later(hours=2))
    theirs = tokens.read(CORP)
    assert tokens.replace_if(CORP, TOKEN, later(hours=1)) == theirs
    assert tokens.read(CORP) == theirs


def test_a_new_sign_in_is_kept_even_if_our_renewal_would_last_longer(tokens: TokenCache) -> None:
    tokens.write(CORP, later(minutes=30))
    theirs = tokens.read(CORP)
    assert tokens.replace_if(CORP, TOKEN, later(hours=1)) == theirs


def test_a_sign_out_meanwhile_is_not_undone(tokens: TokenCache) -> None:
    assert tokens.replace_if(CORP, TOKEN, later(hours=1)) is None
    assert not tokens.path(CORP).exists()


def test_an_older_copy_that_came_back_gives_way(tokens: TokenCache) -> None:
    tokens.write(CORP, later(hours=-5))
    renewed = later(hours=1)
    assert tokens.replace_if(CORP, TOKEN, renewed) is renewed


def test_a_past_token_is_not_written_over_a_live_one(tokens: TokenCache) -> None:
    put(tokens, AS_THE_CLI_WRITES)
    kept = tokens.replace_if(CORP, later(hours=-8), later(hours=-7))
    assert kept is not None
    assert kept.access_token == TOKEN.access_token


def test_a_file_damaged_meanwhile_is_replaced(tokens: TokenCache) -> None:
    put(tokens, b"{")
    renewed = later(hours=1)
    assert tokens.replace_if(CORP, TOKEN, renewed) is renewed


def test_a_first_token_is_written_where_there_was_none(tokens: TokenCache) -> None:
    assert tokens.replace_if(CORP, None, TOKEN) is TOKEN
    assert tokens.path(CORP).read_bytes() == AS_THE_CLI_WRITES


# Forgetting


def test_forgetting_removes_only_the_sessions_own_file(tokens: TokenCache) -> None:
    tokens.write(CORP, TOKEN)
    tokens.write(LEGACY, TOKEN)
    assert tokens.forget(CORP)
    assert [f.path for f in tokens.scan()] == [tokens.path(LEGACY)]


def test_forgetting_twice_is_no_error(tokens: TokenCache) -> None:
    assert not tokens.forget(CORP)


@posix_only
def test_forgetting_through_a_link_removes_the_token_it_leads_to(tokens: TokenCache, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere.json"
    real.write_bytes(AS_THE_CLI_WRITES)
    link = put(tokens, b"")
    link.unlink()
    link.symlink_to(real)
    assert tokens.forget(CORP)
    assert not real.exists()
    assert tokens.read(CORP) is None


# What lies in the folder


def test_every_kind_of_file_in_the_folder_is_told_apart(tokens: TokenCache, directory: Path) -> None:
    tokens.write(CORP, TOKEN)
    contents = {
        "593e7fe8be40a34ec2525a8025abd929e22037d9": b'{"clientId": "c", "clientSecret": "s", "expiresAt": '
        b'"2027-01-01T00:00:00Z", "scopes": ["sso:account:access"]}',
        "botocore-client-id-us-east-1": b'{"clientId": "c", "clientSecret": "s", "expiresAt": "2027-01-01T00:00:00UTC"}',
        "kiro-auth-token": b'{"accessToken": "k", "refreshToken": "r", "expiresAt": "2027-01-01T00:00:00.000Z"}',
        "a" * 40: b'{"some": "thing"}',
        "b" * 40: b"",
        "c" * 40: b'{"accessToken": "t", "expiresAt": null}',
        "note": b"not JSON",
    }
    for name, data in contents.items():
        (directory / f"{name}.json").write_bytes(data)
    (directory / "folder.json").mkdir()
    (directory / "aaa.tmp").write_bytes(b"")
    assert {f.path.stem: f.kind for f in tokens.scan()} == {
        tokens.path(CORP).stem: "token",
        "593e7fe8be40a34ec2525a8025abd929e22037d9": "registration",
        "botocore-client-id-us-east-1": "registration",
        "kiro-auth-token": "foreign",
        "a" * 40: "foreign",
        "b" * 40: "damaged",
        "c" * 40: "damaged",
        "note": "damaged",
    }


def test_a_scan_gives_the_token_its_expiry_and_what_is_wrong(tokens: TokenCache, directory: Path) -> None:
    tokens.write(CORP, TOKEN)
    (directory / f"{'f' * 40}.json").write_bytes(b'{"accessToken": "t"}')
    whole, damaged = tokens.scan()
    assert whole.token == tokens.read(CORP)
    assert whole.expires_at == TOKEN.expires_at
    assert damaged.problem == "it does not tell when the token expires"


def test_a_scan_of_no_folder_finds_nothing(tokens: TokenCache) -> None:
    assert tokens.scan() == []


@posix_only
def test_a_scan_goes_on_past_a_file_that_may_not_be_read(tokens: TokenCache) -> None:
    tokens.write(CORP, TOKEN)
    tokens.write(LEGACY, TOKEN)
    tokens.path(CORP).chmod(0)
    kinds = in_child(lambda: {f.path.name: (f.kind, f.problem) for f in tokens.scan()})
    assert kinds == {
        tokens.path(CORP).name: ("damaged", "it cannot be read"),
        tokens.path(LEGACY).name: ("token", None),
    }


def test_no_secret_shows_in_what_is_printed(tokens: TokenCache) -> None:
    tokens.write(CORP, TOKEN)
    text = repr((tokens.read(CORP), tokens.scan()))
    assert not any(secret in text for secret in ("aoaAAAA", "aorAAAA", "client-secret"))
