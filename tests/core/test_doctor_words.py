"""What the doctor says of values and places that are wrong, and to what it stays silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from aws_sso_core.doctor.checkup import Verdict
from aws_sso_core.other_programs import Ran
from aws_sso_core.state.tray_report import TrayReport
from fakes import NOON
from patient import SSO, Patient


def test_a_stale_path_is_mended_by_a_line_of_this_system(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    patient.programs.pop("aws")
    patient.elsewhere = [Path("/usr/local/bin/aws")]
    monkeypatch.setattr("platform.system", lambda: "Windows")
    assert "$env:Path" in patient.complaints()["aws-cli"].advice
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    assert patient.complaints()["aws-cli"].advice == f'export PATH="$PATH:{Path("/usr/local/bin")}"'


@pytest.mark.parametrize(
    ("written", "sentence", "advice"),
    [
        ("bare.awsapps.com/start", "does not begin with https://", "Write https://bare.awsapps.com/start"),
        ("https://view.awsapps.com/start", "is none: view.awsapps.com is AWS Builder ID", "awsapps.com"),
    ],
)
def test_a_start_url_that_is_none_is_told(written: str, sentence: str, advice: str, patient: Patient) -> None:
    patient.add(f"[sso-session bare]\nsso_start_url = {written}\nsso_region = us-east-1\n")
    complaint = patient.complaints()["start-urls"]
    assert f"The start URL of the session bare {sentence}" in complaint.sentence
    assert advice in complaint.advice


def test_a_link_that_leads_nowhere_is_told(patient: Patient) -> None:
    path = patient.world.aws / "credentials"
    path.unlink()
    try:
        path.symlink_to(patient.world.home / "nowhere")
    except OSError:
        pytest.skip("links need a right here")
    assert "is a link to" in patient.complaints()["config"].sentence


def test_an_aws_cli_that_cannot_read_its_config_is_not_called_broken(patient: Patient) -> None:
    patient.add("[oops\n")
    patient.says["aws"] = Ran(255, "Traceback")
    assert patient.complaints().keys() == {"config"}
    patient.says["aws"] = Ran(255, "Unable to parse config file: it has umlauts, and the locale is C")
    patient.world.config("")
    assert "aws-cli" not in patient.complaints()


def test_of_a_broken_aws_cli_the_last_line_is_shown(patient: Patient) -> None:
    patient.says["aws"] = Ran(1, "Traceback\n  File\nImportError: no module\n")
    assert patient.complaints()["aws-cli"].evidence == ("ImportError: no module",)


def test_without_a_session_nothing_is_called_reached(patient: Patient) -> None:
    patient.world.config("")
    verdicts = {r.check.id: r.finding.verdict for r in patient.examine() if r.check.network}
    assert set(verdicts.values()) == {Verdict.SKIPPED}


@pytest.mark.parametrize("level", ["dbus", "winrt", "osascript", "something new"])
def test_every_way_of_showing_notices_is_told_in_words(level: str, patient: Patient) -> None:
    patient.report = TrayReport(4711, NOON, level, "events", "1.0")
    [told] = [r.finding for r in patient.examine() if r.check.id == "notices"]
    assert (told.verdict, "otices" in told.sentence) == (Verdict.OK, True)


@pytest.mark.parametrize(
    ("region", "advice"),
    [
        ("eu-west1", "Did you mean eu-west-1?"),
        ("us-east-1a", "Did you mean us-east-1?"),
        ("EU-WEST-1", "Did you mean eu-west-1?"),
        ("Ireland", "Did you mean eu-west-1?"),
        ("moon", "It looks like eu-west-1."),
    ],
)
def test_a_region_that_is_none_is_a_problem_and_the_nearest_is_named(
    region: str, advice: str, patient: Patient
) -> None:
    patient.add(f"{SSO}region = {region}\n")
    complaint = patient.complaints()["region-names"]
    assert (complaint.verdict, complaint.advice) == (Verdict.PROBLEM, advice)


def test_a_region_that_may_be_new_is_a_hint_only(patient: Patient) -> None:
    patient.add(f"{SSO}region = ap-southeast-9\n")
    assert patient.complaints()["region-names"].verdict is Verdict.WARNING


@pytest.mark.parametrize("text", [f"{SSO}region = us-iso-east-1\n", "[profile r2]\nregion = auto\n"])
def test_regions_that_are_in_no_public_list_are_nobodys_business(text: str, patient: Patient) -> None:
    patient.add(text)
    assert "region-names" not in patient.complaints()


@pytest.mark.parametrize(
    ("written", "advice"),
    [("12345678", "zeros"), ("1234-5678-9012", "without dashes"), ('"123456789012"', "quotes"), ("prod", "portal")],
)
def test_an_account_number_that_is_none_is_told_with_what_became_of_it_but_not_shown(
    written: str, advice: str, patient: Patient
) -> None:
    patient.add(f"{SSO}region = eu-west-1\n".replace("123456789012", written))
    complaint = patient.complaints()["account-numbers"]
    assert advice in complaint.advice
    assert written not in complaint.sentence


def test_a_password_in_an_address_is_not_shown(patient: Patient) -> None:
    patient.world.set(
        AWS_ENDPOINT_URL_S3="http://jane:secret@127.0.0.1:4566", HTTPS_PROXY="http://jane:secret@127.0.0.1:9"
    )
    told = str([r.finding for r in patient.examine() if not r.check.network])
    assert "127.0.0.1:4566" in told
    assert "secret" not in told
