from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit

import botocore.session
import pytest
from installer.windows.stage import AWS_SERVICES

from auth_bench import Bench, canned
from aws_sso_core import aws
from aws_sso_core.aws.client import ServiceName, _Isolated
from aws_sso_core.errors import (
    AppError,
    BadReply,
    Forbidden,
    Offline,
    ServiceFailed,
    SignInNeeded,
    Throttled,
    UsageError,
)
from aws_sso_core.model import Account, Registration, Secret, Session
from aws_sso_core.sandbox import Fault
from fakes import NOON, FakeClock

SESSION = Session("corp", "https://corp.awsapps.com/start", "us-east-1")
REGISTRATION = Registration("an-id", Secret("a-secret"), NOON + timedelta(days=90))


def oidc(endpoint: str | None = None, *, config: Path | None = None, profile: str | None = None) -> aws.Oidc:
    return aws.oidc(SESSION, clock=FakeClock(), config=config, profile=profile, endpoint=endpoint)


def portal(endpoint: str) -> aws.PortalClient:
    return aws.portal(SESSION, clock=FakeClock(), config=None, endpoint=endpoint)


def failure(job: Callable[[], Any]) -> AppError:
    with pytest.raises(AppError) as raised:
        job()
    return raised.value


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.status(500), ServiceFailed),
        (Fault.status(503), ServiceFailed),
        (Fault.status(429), Throttled),
        (Fault.DROPPED, Offline),
        (Fault.LOST_REPLY, Offline),
        (Fault.TRUNCATED, BadReply),
        (Fault.HTML, BadReply),
        (Fault.WRONG_JSON, BadReply),
    ],
)
def test_each_fault_has_its_error(bench: Bench, fault: Fault, kind: type[AppError]) -> None:
    token = bench.given_token()
    bench.box.fail("ListAccounts", fault, None)
    error = failure(lambda: bench.portal().accounts(token.access_token))
    assert (type(error), error.sentence.endswith(".")) == (kind, True)


@pytest.mark.parametrize("fault", [Fault.status(500), Fault.status(429), Fault.DROPPED, Fault.TRUNCATED, Fault.HTML])
def test_a_passing_fault_is_asked_past(bench: Bench, fault: Fault) -> None:
    token = bench.given_token()
    bench.box.fail("ListAccounts", fault, 2)
    assert len(bench.portal().accounts(token.access_token)) == len(bench.box.directory.assignments)


def test_a_throttled_call_waits_as_long_as_aws_asks(bench: Bench) -> None:
    bench.box.fail("RegisterClient", Fault.status(429, retry_after=7))
    bench.oidc().register("aws-sso-tray")
    assert 7 <= bench.clock.slept[0] < 8


def test_no_fault_makes_a_renewal_be_sent_twice(bench: Bench) -> None:
    token = bench.given_token()
    assert token.client_id
    assert token.client_secret
    assert token.refresh_token
    for fault in (Fault.status(500), Fault.status(429), Fault.DROPPED, Fault.HTML, Fault.WRONG_JSON):
        bench.box.calls.clear()
        bench.box.fail("CreateToken", fault)
        with pytest.raises(AppError):
            bench.oidc().token_by_refresh(token.client_id, token.client_secret, token.refresh_token)
        assert bench.box.calls.count("CreateToken") == 1


def test_a_lost_answer_is_told_from_no_connection(bench: Bench) -> None:
    bench.box.fail("CreateToken", Fault.LOST_REPLY)
    lost = failure(lambda: bench.oidc().token_by_refresh("id", Secret("s"), Secret("t")))
    gone = failure(lambda: oidc(f"http://127.0.0.1:{unused_port()}").token_by_refresh("id", Secret("s"), Secret("t")))
    assert isinstance(lost, Offline)
    assert isinstance(gone, Offline)
    assert (lost.sent, gone.sent) == (True, False)


def test_a_slow_answer_is_given_up_and_not_asked_again(bench: Bench) -> None:
    bench.box.fail("RegisterClient", Fault.SLOW, None)
    error = failure(lambda: bench.oidc(read_seconds=0.1).register("aws-sso-tray"))
    assert isinstance(error, Offline)
    assert error.sent
    assert bench.box.calls.count("RegisterClient") == 1


def test_an_unreachable_service_is_not_asked_again() -> None:
    clock = FakeClock()
    service = aws.oidc(SESSION, clock=clock, config=None, endpoint=f"http://127.0.0.1:{unused_port()}")
    error = failure(lambda: service.register("aws-sso-tray"))
    assert isinstance(error, Offline)
    assert clock.slept == []


def test_an_error_keeps_its_name_in_the_api(bench: Bench) -> None:
    error = failure(lambda: bench.oidc().start_device(REGISTRATION, bench.box.start_url))
    assert isinstance(error, ServiceFailed)
    assert (error.code, error.status) == ("InvalidClientException", 401)


@pytest.mark.parametrize(
    ("code", "name"), [("slow_down", "SlowDownException"), ("invalid_grant", "InvalidGrantException")]
)
def test_an_error_that_only_oauth_names_is_understood(code: str, name: str) -> None:
    with canned(json.dumps({"error": code, "error_description": None}), status="400 Bad Request") as url:
        error = failure(lambda: oidc(url).token_by_refresh("id", Secret("s"), Secret("t")))
    assert isinstance(error, ServiceFailed)
    assert error.code == name


def test_the_reason_that_aws_gives_is_told() -> None:
    body = json.dumps({"error": "access_denied", "error_description": "No key.", "reason": "KMS_AccessDeniedException"})
    with canned(body, status="400 Bad Request", headers="x-amzn-ErrorType: AccessDeniedException\r\n") as url:
        error = failure(lambda: oidc(url).token_by_refresh("id", Secret("s"), Secret("t")))
    assert error.sentence == "AWS refused: No key (KMS_AccessDeniedException)."


@pytest.mark.parametrize("status", ["403 Forbidden", "302 Found", "200 OK"])
def test_a_web_page_in_place_of_aws_is_called_so(status: str) -> None:
    page = "<html><title>Blocked</title><p>token=abc</html>"
    with canned(page, status=status, headers="Content-Type: text/html\r\n") as url:
        error = failure(lambda: portal(url).accounts(Secret("t")))
    assert isinstance(error, BadReply)
    assert "token=abc" not in error.sentence + error.hint


def test_a_sign_in_page_that_answers_logout_ends_nothing() -> None:
    with canned("<html>Welcome to Hotel Wi-Fi</html>", headers="Content-Type: text/html\r\n") as url:
        assert isinstance(failure(lambda: portal(url).logout(Secret("t"))), BadReply)


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "",
        "[]",
        "null",
        '{"accountList": null}',
        '{"accountList": 5}',
        '{"accountList": [1]}',
        '{"accountList": [{}]}',
        '{"accountList": [{"accountId": 12}]}',
        '{"accountList": "none"}',
        "[" * 100_000,
    ],
)
def test_no_odd_answer_means_no_accounts(body: str) -> None:
    with canned(body) as url:
        assert isinstance(failure(lambda: portal(url).accounts(Secret("t"))), BadReply)


def test_no_accounts_means_no_accounts() -> None:
    with canned('{"accountList": []}') as url:
        assert portal(url).accounts(Secret("t")) == ()


def test_an_answer_that_was_cut_off_is_refused_even_if_it_parses() -> None:
    with canned('{"accountList": []}', length=100) as url:
        assert isinstance(failure(lambda: portal(url).accounts(Secret("t"))), BadReply)


def test_pages_that_go_round_in_circles_end() -> None:
    with canned('{"accountList": [], "nextToken": "again"}') as url:
        assert isinstance(failure(lambda: portal(url).accounts(Secret("t"))), BadReply)


def test_all_pages_are_read(bench: Bench) -> None:
    bench.box.knobs.page_size = 2
    token = bench.given_token()
    accounts = bench.portal().accounts(token.access_token)
    assert accounts == tuple(a.account for a in bench.box.directory.assignments)
    assert bench.box.calls.count("ListAccounts") > 1


def test_an_account_without_a_name_is_an_account() -> None:
    with canned('{"accountList": [{"accountId": "000000000012"}]}') as url:
        assert portal(url).accounts(Secret("t")) == (Account("000000000012"),)


def test_a_token_that_is_no_longer_accepted_needs_a_sign_in(bench: Bench) -> None:
    token = bench.given_token()
    bench.box.end_sign_in()
    assert isinstance(failure(lambda: bench.portal().accounts(token.access_token)), SignInNeeded)


def test_a_role_that_is_not_assigned_is_no_reason_to_sign_in(bench: Bench) -> None:
    token = bench.given_token()
    account = bench.portal().accounts(token.access_token)[0]
    error = failure(lambda: bench.portal().role_credentials(token.access_token, account.id, "NoSuchRole"))
    assert isinstance(error, Forbidden)


def test_role_credentials_are_read_with_their_end(bench: Bench) -> None:
    token = bench.given_token()
    client = bench.portal()
    account = client.accounts(token.access_token)[0]
    role = client.roles(token.access_token, account.id)[0]
    credentials = client.role_credentials(token.access_token, account.id, role.name)
    assert credentials.expires_at == bench.clock.now() + bench.box.knobs.role_lifetime


def test_clocks_that_differ_are_noticed(bench: Bench) -> None:
    client = bench.oidc()
    assert client.skew is None
    bench.clock.set_wall(NOON)
    ours = FakeClock(NOON - timedelta(hours=1))
    client = aws.oidc(SESSION, clock=ours, config=None, endpoint=bench.box.url)
    client.register("aws-sso-tray")
    assert client.skew == timedelta(hours=1)


def test_the_authorize_page_is_asked_for_as_aws_cli_does() -> None:
    url = oidc().authorize_url(
        REGISTRATION,
        redirect_uri="http://127.0.0.1:5/oauth/callback",
        state="a state",
        challenge="c",
        scopes=("sso:account:access", "x:y"),
    )
    assert url.startswith("https://oidc.us-east-1.amazonaws.com/authorize?response_type=code&client_id=an-id&")
    assert "+" not in url
    assert parse_qs(urlsplit(url).query)["scopes"] == ["sso:account:access x:y"]


def test_a_missing_profile_in_the_environment_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "there-is-none")
    assert oidc() is not None


def test_a_broken_config_does_not_matter(tmp_path: Path) -> None:
    config = tmp_path / "config"
    for text in (
        "[profile a\n",
        "no section",
        "[a]\nx=1\n[a]\nx=2\n",
        "\ufeff[default]\n",
        "[profile a]\ns3 =\n  junk\n",
    ):
        config.write_text(text, encoding="utf-8")
        assert host(oidc(config=config)) == "oidc.us-east-1.amazonaws.com"


@pytest.mark.parametrize("name", get_args(ServiceName))
def test_a_client_has_all_of_botocores_handlers_for_its_service_and_no_others(name: ServiceName) -> None:
    def heard(session: botocore.session.Session, event: str) -> list[object]:
        return list(session.get_component("event_emitter")._emitter._handlers.prefix_search(event))

    ours, all_of_them = _Isolated({}), botocore.session.Session()
    for kind in (
        "choose-signer",
        "before-parameter-build",
        "before-call",
        "before-parse",
        "request-created",
        "getattr",
    ):
        for operation in ("CreateToken", "AssumeRoleWithSAML", "GetRoleCredentials"):
            event = f"{kind}.{name}.{operation}"
            assert heard(ours, event) == heard(all_of_them, event)
    others = "before-call.s3.DeleteObjects"
    assert len(heard(ours, others)) < len(heard(all_of_them, others))


def test_an_sso_session_that_botocore_would_refuse_does_not_matter(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.write_text("[default]\nsso_session = gone\nsso_account_id = 1\nservices = gone\n")
    assert host(oidc(config=config)) == "oidc.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_MAX_ATTEMPTS", "many"),
        ("AWS_RETRY_MODE", "never"),
        ("AWS_DEFAULTS_MODE", "none"),
        ("AWS_REQUEST_CHECKSUM_CALCULATION", "x"),
    ],
)
def test_an_odd_value_for_something_else_does_not_matter(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert oidc() is not None


SERVICES = """
[profile local]
services = here
[services here]
sso_oidc =
  endpoint_url = http://127.0.0.1:7777
[default]
endpoint_url = http://127.0.0.1:8888
"""


@pytest.mark.parametrize(
    ("profile", "env", "port"),
    [
        ("local", {}, 7777),
        (None, {}, 8888),
        ("there-is-none", {}, 8888),
        (None, {"AWS_PROFILE": "local"}, 7777),
        (None, {"AWS_DEFAULT_PROFILE": "local"}, 7777),
        ("local", {"AWS_ENDPOINT_URL": "http://127.0.0.1:9999"}, 9999),
        ("local", {"AWS_ENDPOINT_URL_SSO_OIDC": "http://127.0.0.1:6666", "AWS_ENDPOINT_URL": "http://x"}, 6666),
        ("local", {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, None),
    ],
)
def test_endpoints_are_found_in_botocores_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: str | None, env: dict[str, str], port: int | None
) -> None:
    (tmp_path / "config").write_text(SERVICES)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert urlsplit(base_url(oidc(config=tmp_path / "config", profile=profile))).port == port


@pytest.mark.parametrize(("profile", "bundle"), [("own", "own.pem"), (None, "default.pem"), ("other", "corp.pem")])
def test_a_ca_bundle_counts_from_the_profile_or_from_any_of_the_session(
    tmp_path: Path, profile: str | None, bundle: str
) -> None:
    (tmp_path / "config").write_text(
        "[default]\nca_bundle = default.pem\n[profile own]\nca_bundle = own.pem\n[profile other]\nregion = x\n"
        "[profile corp-dev]\nsso_session = corp\nca_bundle = corp.pem\n"
    )
    client: Any = oidc(config=tmp_path / "config", profile=profile)
    assert client._client._endpoint.http_session._verify == bundle


def test_a_region_that_is_none_is_a_mistake_in_the_config() -> None:
    session = Session("corp", SESSION.start_url, "us east 1")
    error = failure(lambda: aws.oidc(session, clock=FakeClock(), config=None))
    assert isinstance(error, UsageError)
    assert "sso_region" in error.hint


def test_an_endpoint_without_scheme_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "localhost:4566")
    error = failure(oidc)
    assert isinstance(error, UsageError)
    assert "localhost:4566" in error.sentence
    assert "AWS_ENDPOINT_URL" in error.hint


def test_a_service_at_another_endpoint_says_which_setting_leads_there() -> None:
    error = failure(lambda: oidc(f"http://127.0.0.1:{unused_port()}").register("x"))
    assert "AWS_ENDPOINT_URL" in error.hint


def test_a_name_that_is_not_found_may_be_a_wrong_region(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    error = failure(lambda: oidc().register("x"))
    assert isinstance(error, Offline)
    assert error.sentence == "The name oidc.us-east-1.amazonaws.com cannot be found."
    assert "'us-east-1'" in error.hint


def test_a_proxy_that_is_down_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    port = unused_port()
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:hunter2@127.0.0.1:{port}")
    error = failure(lambda: oidc().register("x"))
    assert isinstance(error, Offline)
    assert f"127.0.0.1:{port}" in error.sentence
    assert "hunter2" not in error.sentence + error.hint + str(error.__cause__)


@pytest.mark.parametrize("password", ["hunter2/", "hunter2#x", "hunter2?x", "22/x", "[hunter2"])
def test_of_a_proxys_password_that_spoils_its_address_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    """Libraries take its beginning for the port, and say so."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{password}@127.0.0.1:3128")
    error = failure(lambda: oidc().register("x"))
    assert isinstance(error, UsageError)
    assert error.sentence.startswith("The proxy setting is no URL")
    assert error.__cause__ is error.__context__ is None


def test_a_proxy_that_wants_a_password_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with canned(status="407 Proxy Authentication Required") as url:
        monkeypatch.setenv("HTTPS_PROXY", url)
        error = failure(lambda: oidc().register("x"))
    assert "wants a user name and password" in error.sentence


def test_a_ca_file_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "gone.pem"))
    with canned() as url:
        error = failure(lambda: oidc(url.replace("http", "https")).register("x"))
    assert isinstance(error, UsageError)
    assert "gone.pem" in error.sentence


@pytest.mark.parametrize("text", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"])
def test_a_ca_file_without_certificates_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (tmp_path / "ca.pem").write_text(text)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with canned() as url:
        error = failure(lambda: oidc(url.replace("http", "https")).register("x"))
    assert isinstance(error, UsageError)
    assert "ca.pem" in error.sentence


def test_an_empty_ca_setting_is_a_mistake_in_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "")
    error = failure(oidc)
    assert isinstance(error, UsageError)
    assert "AWS_CA_BUNDLE" in error.hint


def test_no_error_repeats_a_secret(bench: Bench) -> None:
    bench.box.fail("CreateToken", Fault.HTML)
    error = failure(lambda: bench.oidc().token_by_refresh("id", Secret("s3cr3t-a"), Secret("s3cr3t-b")))
    assert "s3cr3t" not in f"{error} {error.hint} {error.__cause__!r}"


def host(client: aws.Oidc) -> str | None:
    return urlsplit(base_url(client)).hostname


def base_url(client: aws.Oidc) -> str:
    return client._service.where.url


def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_packages_ship_the_descriptions_of_all_services_that_the_code_calls() -> None:
    assert set(AWS_SERVICES) == set(get_args(ServiceName))
