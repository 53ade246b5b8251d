"""`doctor` as a person sees it: exit codes, reports, fixes, messages explained."""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path

import pytest

from aws_sso_core.cli.services import Services
from cli_world import Terminal
from patient import Patient

posix = pytest.mark.skipif(os.name == "nt", reason="modes of files mean nothing on Windows")


def test_the_exit_code_tells_trouble_and_warnings_are_none(patient: Patient) -> None:
    assert patient.world.run("doctor").code == 0
    patient.tray_host = False
    ran = patient.world.run("doctor")
    assert (ran.code, "No problems, 1 warning" in ran.out) == (0, True)
    patient.report = None
    assert patient.world.run("doctor").code == 1


def test_on_a_terminal_problems_are_told_again_at_the_end_as_they_may_have_scrolled_away(patient: Patient) -> None:
    patient.report = None
    patient.world.stdout = Terminal()
    patient.world.set(NO_COLOR="1")
    assert patient.world.run("doctor").out.endswith("in order.\n  PROBLEM  The tray (process 4711) does not answer.\n")
    patient.world.stdout = Terminal(terminal=False)
    assert patient.world.run("doctor").out.count("does not answer") == 1


def test_json_tells_every_check_with_its_evidence(patient: Patient) -> None:
    patient.report = None
    ran = patient.world.run("doctor", "--json")
    answer = json.loads(ran.out)
    tray = next(c for c in answer["checks"] if c["id"] == "tray")
    assert (answer["version"], ran.code) == (1, 1)
    assert (tray["verdict"], tray["area"], tray["fixable"]) == ("problem", "Desktop", False)
    assert "does not answer" in tray["message"]
    assert tray["advice"]


def test_a_report_names_no_account_portal_or_home_unless_asked_to(patient: Patient) -> None:
    patient.add(f"\n[sso-session again]\nsso_start_url = {patient.bench.box.start_url}/#/\nsso_region = us-east-1\n")
    patient.add("[profile 'dev']\nregion = us-east-1\n")
    ran = patient.world.run("doctor")
    assert patient.bench.box.start_url not in ran.out
    assert "123456789012" not in ran.out
    full = patient.world.run("doctor", "--full")
    assert patient.bench.box.start_url in full.out
    assert "123456789012" in full.out


def test_what_is_wrong_in_the_settings_is_told_by_its_check_alone(patient: Patient) -> None:
    file = patient.world.services().paths.settings
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("sign_in = 7\n")
    ran = patient.world.run("doctor")
    assert ran.out.count("sign_in must be one of") == 1
    assert "sign_in" not in ran.err


@posix
def test_fix_mends_what_is_safe_and_then_it_is_no_problem(patient: Patient) -> None:
    path = patient.world.aws / "credentials"
    path.chmod(0o644)
    before = patient.world.run("doctor")
    assert (before.code, "`aws-sso-tray doctor --fix` can mend 1" in before.out) == (1, True)
    after = patient.world.run("doctor", "--fix")
    assert (after.code, "Done: Others may read" in after.err) == (0, True)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_message_of_another_tool_is_explained_with_what_to_do(patient: Patient) -> None:
    ran = patient.world.run("doctor", "--explain", "An error occurred (ExpiredToken) when calling X")
    assert ran.code == 0
    assert ran.out.startswith("The role credentials that the tool holds have expired.\n")
    assert "`aws-sso-tray doctor`" in ran.out
    as_json = json.loads(patient.world.run("doctor", "--json", "--explain", "ExpiredToken").out)
    assert [f["id"] for f in as_json["failures"]] == ["expired-credentials"]


def test_a_message_that_nobody_knows_is_called_so(patient: Patient) -> None:
    assert patient.world.run("doctor", "--explain", "it hurts").code == 1


def test_the_report_is_opened_and_names_nobody(patient: Patient) -> None:
    opened: list[Path] = []
    prepare = patient.world.prepare

    def with_editor(services: Services) -> None:
        prepare(services)

        def open_file(path: Path) -> bool:
            opened.append(path)
            return len(opened) == 1

        services.open_file = open_file  # type: ignore[method-assign]

    patient.world.prepare = with_editor
    patient.report = None
    assert patient.world.run("doctor", "--open").code == 1
    text = opened[0].read_text()
    assert "Desktop: PROBLEM: The tray (process 4711) does not answer." in text
    assert f"    Python {platform.python_version()} (" in text
    assert str(patient.world.home) not in text
    ran = patient.world.run("doctor", "--open")
    assert "The report is in ~" in ran.err
