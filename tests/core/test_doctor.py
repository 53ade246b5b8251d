"""Each check of the doctor is proven by breaking exactly the thing it looks at, on a machine that is else in order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest

from aws_sso_core.doctor.checks import CHECKS
from aws_sso_core.doctor.checkup import Check, Finding, Verdict, checkup, ok
from aws_sso_core.doctor.network import without_password
from aws_sso_core.other_programs import Ran
from aws_sso_core.sandbox import Fault
from aws_sso_core.state.tray_report import TrayReport
from fakes import NOON
from patient import SSO, Patient

posix = pytest.mark.skipif(os.name == "nt", reason="modes of files mean nothing on Windows")


def test_a_machine_in_order_has_no_complaints(patient: Patient) -> None:
    assert patient.complaints() == {}
    assert {r.check.id for r in patient.examine()} == {check.id for check in CHECKS}


def test_every_check_has_its_own_id_and_something_to_say() -> None:
    assert len({check.id for check in CHECKS}) == len(CHECKS)
    assert all(check.title for check in CHECKS)


Break = Callable[[Patient], object]


def says(**said: object) -> Break:
    return lambda p: vars(p).update(said)


def program(name: str, said: str) -> Break:
    return lambda p: p.says.update({name: Ran(0, said)})


def env(**variables: str) -> Break:
    return lambda p: p.world.set(**variables)


def lasting(**variables: str) -> Break:
    return lambda p: p.world.lasting.update(variables)


def config(text: str) -> Break:
    return lambda p: p.add(text)


def file(name: str, text: str, *, mode: int = 0o600) -> Break:
    def write(p: Patient) -> None:
        path = p.world.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    return write


def mode(name: str, bits: int) -> Break:
    return lambda p: (p.world.home / name).chmod(bits)


def both(*breaks: Break) -> Break:
    return lambda p: [one(p) for one in breaks]


def fault(operation: str, one: Fault) -> Break:
    return lambda p: p.bench.box.fail(operation, one, None)


def ends_sign_in(p: Patient) -> None:
    p.bench.portal().logout(p.bench.token().access_token)


def clock(**off: float) -> Break:
    """Only this machine's clock: the box tells the time by the bench's."""

    def set_it(p: Patient) -> None:
        oidc = p.bench.oidc()
        p.bench.oidc = lambda *_: _Skewed(oidc, timedelta(**off))  # type: ignore[assignment,method-assign]

    return set_it


class _Skewed:
    def __init__(self, real: Any, skew: timedelta) -> None:
        self._real, self.skew = real, skew

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


CASES: dict[str, tuple[Break, dict[str, str]]] = {
    # what is broken: (how, {the check that tells: words it must use})
    "no AWS CLI": (lambda p: p.programs.pop("aws"), {"aws-cli": "is not there"}),
    "a stale PATH": (
        both(lambda p: p.programs.pop("aws"), says(elsewhere=[Path("aws")])),
        {"aws-cli": "the PATH of this shell does not lead to it"},
    ),
    "AWS CLI 1": (program("aws", "aws-cli/1.45.11 Python/3.11"), {"aws-cli": "cannot sign in"}),
    "an old AWS CLI 2": (program("aws", "aws-cli/2.4.0 Python/3.8"), {"aws-cli": "sso-session"}),
    "a broken AWS CLI": (program("aws", "Traceback"), {"aws-cli": "does not tell its version"}),
    "our PATH": (lambda p: p.programs.pop("aws-sso-tray"), {"ourselves": "does not lead to"}),
    "another version": (
        program("aws-sso-tray", "aws-sso-tray 0.0.1"),
        {"ourselves": "calls itself 'aws-sso-tray 0.0.1'"},
    ),
    "Docker's config": (file(".docker/config.json", "{,}"), {"docker": "not the JSON"}),
    "Docker's helper": (
        file(
            ".docker/config.json", '{"credHelpers": {"111122223333.dkr.ecr.eu-west-1.amazonaws.com": "aws-sso-tray"}}'
        ),
        {"docker": "not on the PATH"},
    ),
    "Docker's passwords": (
        file(
            ".docker/config.json", '{"auths": {"111122223333.dkr.ecr.eu-west-1.amazonaws.com": {"auth": "QVdTOg=="}}}'
        ),
        {"docker": "plain text"},
    ),
    "a config nobody can parse": (config("[oops\n"), {"config": "cannot read"}),
    "a double profile": (
        config("[profile 'dev']\nregion = us-east-1\n"),
        {"config-sections": "more than once", "dialects": "different things"},
    ),
    "an incomplete session": (
        config("[sso-session half]\nsso_region = us-east-1\n"),
        {"config-sections": "sso_start_url"},
    ),
    "a comment behind a value": (
        config("[profile two]\nregion = eu-west-1 # Dublin\n"),
        {"config-spelling": "a comment stands behind the value of region", "dialects": "'two'"},
    ),
    "a region that is none": (
        config(f"{SSO}region = eu-west1\n"),
        {"region-names": "The profile 'two' names 'eu-west1', which is no AWS region"},
    ),
    "a region that nobody knows": (
        config(f"{SSO}region = eu-west-9\n"),
        {"region-names": "'eu-west-9', which this version does not know"},
    ),
    "an availability zone": (env(AWS_DEFAULT_REGION="us-east-1a"), {"region-names": "AWS_DEFAULT_REGION names"}),
    "an account number without its zeros": (
        config(f"{SSO}region = eu-west-1\n".replace("123456789012", "123456789")),
        {"account-numbers": "The sso_account_id of the profile 'two' is not 12 digits"},
    ),
    "a program that moved": (
        config(f"[profile gone]\ncredential_process = {Path(Path.cwd().anchor, 'old', 'helper.py')} --profile gone\n"),
        {"processes": "the profile 'gone' calls"},
    ),
    "static keys": (
        file(".aws/credentials", "[old]\naws_access_key_id = AKIA\naws_secret_access_key = x\n"),
        {"static-keys": "Static keys lie in"},
    ),
    "AWS_PROFILE": (env(AWS_PROFILE="dvv"), {"profile-variables": "'dvv', which does not exist"}),
    "a lasting AWS_PROFILE": (lasting(AWS_PROFILE="dvv"), {"profile-variables": "in your lasting environment"}),
    "keys": (env(AWS_ACCESS_KEY_ID="AKIA", AWS_SECRET_ACCESS_KEY="x"), {"keys": "is set, and beats"}),
    "stale keys": (
        env(AWS_ACCESS_KEY_ID="ASIA", AWS_SECRET_ACCESS_KEY="x", AWS_CREDENTIAL_EXPIRATION="2020-01-01T00:00:00Z"),
        {"keys": "have expired"},
    ),
    "LocalStack": (env(AWS_ENDPOINT_URL="http://127.0.0.1:4566"), {"endpoints": "sign-ins too"}),
    "nobody signed in": (lambda p: p.bench.tokens.forget(p.bench.session), {"sessions": "Nobody is signed in to corp"}),
    "a foreign token": (
        file(f".aws/sso/cache/{'a' * 40}.json", '{"accessToken": "t", "expiresAt": "2030-01-01T00:00:00Z"}'),
        {"token-files": "belongs to no session"},
    ),
    "an administrator": (
        config("[default]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = AdministratorAccess\n"),
        {"role": "AdministratorAccess"},
    ),
    "a CA bundle": (env(AWS_CA_BUNDLE="nowhere.pem"), {"network-way": "cannot be read"}),
    "an empty CA bundle": (
        env(AWS_CA_BUNDLE=""),
        {"network-way": "is set, but empty", **dict.fromkeys(("oidc", "portal", "token-accepted"), "but to nothing")},
    ),
    "the clock": (clock(minutes=7), {"oidc": "420 s behind"}),
    "the portal": (fault("ListAccounts", Fault.HTML), {"portal": "did not answer as AWS does"}),
    "a sign-in ended elsewhere": (ends_sign_in, {"token-accepted": "no longer accepts"}),
    "no tray": (says(tray=None, report=None), {"tray": "is not running"}),
    "a tray that hangs": (says(report=None), {"tray": "does not answer"}),
    "a network drive": (
        says(report=TrayReport(4711, NOON, "dbus", "polling", "1.0")),
        {"watcher": "from time to time"},
    ),
    "notices": (
        says(report=TrayReport(4711, NOON, "none", "events", "1.0")),
        {"notices": "Nothing here shows notices"},
    ),
    "toasts switched off": (
        says(report=TrayReport(4711, NOON, "winrt (switched off in Windows's settings)", "events", "1.0")),
        {"notices": "switched off in Windows's settings"},
    ),
    "toasts without buttons": (
        says(report=TrayReport(4711, NOON, "win10toast", "events", "1.0")),
        {"notices": "without buttons"},
    ),
    "the log": (file("tray/log", ""), {"log": "where a folder should be"}),
    "no browser": (lambda p: p.programs.pop("made-up"), {"browser": "there is no made-up"}),
    "the browser of the settings": (
        file("tray/settings.toml", 'browser = "lynx -x"\n'),
        {"browser": "there is no lynx"},
    ),
    "no tray host": (says(tray_host=False), {"tray-host": "shows tray icons"}),
    "Task Manager": (says(autostart="blocked"), {"autostart": "switched off"}),
    "the settings": (file("tray/settings.toml", "sign_in = 7\n"), {"settings": "sign_in"}),
}


BROKEN_BELOW = {
    "active",
    "loopback",
    "places",
    "private",
    "region",
    "registrations",
    "repository",
    "start-urls",
    "twins",
    "writable",
}
"""Those that need more than a line to be broken; each has a test of its own."""


def test_no_check_goes_without_a_test_that_breaks_what_it_looks_at() -> None:
    told = {check for _, expected in CASES.values() for check in expected}
    assert told | BROKEN_BELOW == {check.id for check in CHECKS}
    assert not told & BROKEN_BELOW


@pytest.mark.parametrize("what", CASES)
def test_what_is_broken_is_told_by_the_check_for_it_and_by_no_other(what: str, patient: Patient) -> None:
    broken, expected = CASES[what]
    broken(patient)
    complaints = patient.complaints()
    assert complaints.keys() == expected.keys(), {k: f.sentence for k, f in complaints.items()}
    for check, words in expected.items():
        assert words in complaints[check].sentence
        assert complaints[check].advice


def test_a_check_that_cannot_parse_the_config_says_so_and_does_not_call_it_fine(patient: Patient) -> None:
    patient.add("[oops\n")
    results = {r.check.id: r.finding for r in patient.examine()}
    blind = {check.id for check in CHECKS if check.needs_config}
    assert all(results[name].verdict is Verdict.SKIPPED for name in blind)
    assert "as long as the config cannot be parsed" in results["sessions"].sentence


def test_offline_says_of_each_check_that_it_was_not_asked(patient: Patient) -> None:
    results = list(checkup(CHECKS, patient.world.services(), network=False))
    skipped = {r.check.id for r in results if "not asked" in r.finding.sentence}
    assert skipped == {check.id for check in CHECKS if check.network}
    assert patient.bench.box.calls.count("ListAccounts") == 0


def test_a_bug_in_one_check_hides_no_other(patient: Patient) -> None:
    def broken(_machine: object) -> Iterator[Finding]:
        yield ok("so far")
        raise ZeroDivisionError

    bad = Check("bad", "Here", "The bad one", "fine", broken)
    results = list(checkup((bad, *CHECKS), patient.world.services(), network=False))
    assert "The bad one: this check itself failed" in results[0].finding.sentence
    assert len(results) > len(CHECKS)


def unresolved(p: Patient) -> None:
    p.bench.tokens.forget(p.bench.session)
    p.bench.box.knobs.wrong_region = True


def test_a_machine_that_cannot_talk_to_itself_is_told(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_address: object, **_options: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("aws_sso_core.doctor.desktop.socket.create_server", forbidden)
    complaints = patient.complaints()
    assert complaints.keys() == {"loopback"}
    assert complaints["loopback"].sentence == "This machine cannot talk to itself by 127.0.0.1: Permission denied."


def test_a_wrong_region_is_told_where_no_token_proves_it_right(patient: Patient) -> None:
    unresolved(patient)
    assert "does not know the start URL" in patient.complaints()["region"].sentence


def test_no_network_is_one_sentence_for_each_service_and_no_token_is_called_fine(patient: Patient) -> None:
    patient.bench.box.fail("*", Fault.DROPPED, None)
    complaints = patient.complaints()
    assert complaints.keys() == {"oidc", "portal"}
    verdicts = {r.check.id: r.finding.verdict for r in patient.examine()}
    assert verdicts["token-accepted"] is Verdict.SKIPPED


def test_a_session_that_is_not_there_is_told_once_as_no_tool_finds_it(patient: Patient) -> None:
    patient.add(
        "\n[profile lost]\nsso_session = gone\nsso_account_id = 111122223333\nsso_role_name = X\nregion = eu-west-1\n"
    )
    bad = [r for r in patient.examine() if r.finding.verdict in (Verdict.WARNING, Verdict.PROBLEM)]
    assert [(r.check.id, r.finding.verdict) for r in bad] == [("config-sections", Verdict.PROBLEM)]


def test_a_portal_that_is_configured_twice_is_told(patient: Patient) -> None:
    patient.add(f"\n[sso-session again]\nsso_start_url = {patient.bench.box.start_url}/#/\nsso_region = us-east-1\n")
    assert "the same portal" in patient.complaints()["twins"].sentence


def test_an_expired_registration_is_told(patient: Patient) -> None:
    patient.bench.change_token(registration_expires_at=patient.bench.clock.now() - timedelta(days=1))
    assert "cannot be renewed" in patient.complaints()["registrations"].sentence


def test_a_damaged_token_file_is_told_once(patient: Patient) -> None:
    path = patient.bench.tokens.path(patient.bench.session)
    path.write_text('{"accessToken": "aoa')
    complaints = patient.complaints()
    assert complaints.keys() == {"sessions"}
    assert "is damaged: it is not JSON" in complaints["sessions"].sentence
    assert "aoa" not in str(complaints)
    path.rename(path.with_stem("a" * 40))
    assert "No session uses it" in patient.complaints()["token-files"].advice


def test_a_byte_order_mark_is_told(patient: Patient) -> None:
    path = patient.world.aws / "config"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    complaints = patient.complaints()
    assert complaints.keys() == {"config"}
    assert "byte order mark" in complaints["config"].sentence


def test_keys_beside_a_sign_in_are_a_problem(patient: Patient) -> None:
    keys = "[dev]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = secret\n"
    (patient.world.aws / "credentials").write_text(keys)
    complaint = patient.complaints()["static-keys"]
    assert complaint.verdict is Verdict.PROBLEM
    assert "beside the sign-in of the profile 'dev'" in complaint.sentence


def test_an_active_profile_that_something_hides_is_told(patient: Patient) -> None:
    assert patient.world.run("use", "dev").code == 0
    patient.world.set(AWS_PROFILE="default")
    patient.add("\n[profile other]\nregion = us-west-2\n")
    assert patient.complaints() == {}
    patient.world.set(AWS_PROFILE="other")
    assert "AWS_PROFILE" in patient.complaints()["active"].sentence


def test_a_config_that_a_variable_moves_is_told(patient: Patient) -> None:
    moved = patient.world.home / "elsewhere"
    moved.write_bytes((patient.world.aws / "config").read_bytes())
    patient.world.set(AWS_CONFIG_FILE=str(moved))
    assert "moves the file" in patient.complaints()["places"].sentence
    moved.unlink()
    assert "does not exist" in patient.complaints()["places"].sentence


def test_a_repository_around_the_folder_is_told_unless_it_ignores_it(patient: Patient) -> None:
    (patient.world.home / ".git").mkdir()
    assert "inside the git repository" in patient.complaints()["repository"].sentence
    patient.says["git"] = Ran(0, "")
    assert "repository" not in patient.complaints()


@posix
@pytest.mark.parametrize("bits", [0o644, 0o640, 0o604])
def test_credentials_that_others_may_read_are_told_and_mended(bits: int, patient: Patient) -> None:
    path = patient.world.aws / "credentials"
    path.chmod(bits)
    complaint = patient.complaints()["private"]
    assert complaint.fix
    complaint.fix.do()
    assert path.stat().st_mode & 0o777 == 0o600
    assert patient.complaints() == {}


@posix
def test_a_folder_that_others_may_change_is_told_and_mended(patient: Patient) -> None:
    patient.world.aws.chmod(0o775)
    complaint = patient.complaints()["private"]
    assert "Others may change" in complaint.sentence
    assert complaint.fix
    complaint.fix.do()
    assert patient.world.aws.stat().st_mode & 0o777 == 0o700


def test_a_state_folder_that_is_a_file_is_told(patient: Patient) -> None:
    patient.world.set(AWS_SSO_TRAY_HOME=str(patient.world.aws / "credentials"))
    assert "where a folder should be" in patient.complaints()["writable"].sentence


def test_without_a_display_nothing_is_said_against_a_missing_tray(patient: Patient) -> None:
    patient.display, patient.tray, patient.report = False, None, None
    assert patient.complaints() == {}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://me:hunter2@proxy:3128", "http://proxy:3128"),
        ("me:hunter2@proxy:3128", "proxy:3128"),
        ("http://me:hunt://er2@proxy", "http://proxy"),
        ("http://proxy:3128", "http://proxy:3128"),
        ("localhost,.example", "localhost,.example"),
    ],
)
def test_a_proxy_is_shown_without_its_password(url: str, shown: str) -> None:
    assert without_password(url) == shown
