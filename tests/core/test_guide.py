"""Every row of the guide that people come from is in docs/how-to.md, shows what was really said, and has tests.

``ROWS`` is the map: what the guide has people do -> the part of the page -> the tests that prove it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from aws_sso_core.cli.group import group
from aws_sso_core.cli.table import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
HOW_TO = (ROOT / "docs" / "how-to.md").read_text(encoding="utf-8")
SAID = ROOT / "tests" / "core" / "transcripts" / "how-to.txt"
KNOWN = {name for rows in COMMANDS.values() for name in rows}

ROWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "install AWS CLI v2 and refresh the PATH": (
        "Install the AWS CLI",
        (
            "core/test_doctor.py::what_is_broken_is_told_by_the_check_for_it_and_by_no_other",
            "windows/test_installer.py::a_new_command_prompt_knows_our_command",
        ),
    ),
    "aws configure sso": (
        "Set up a profile: aws configure sso",
        ("interop/test_configure_end_to_end.py::from_nothing_to_a_profile_that_works_everywhere",),
    ),
    "legacy profiles by hand": (
        "Use or migrate profiles written by hand",
        (
            "core/test_profiles.py::a_legacy_profile_has_its_exact_start_url_for_a_session",
            "core/test_migration.py::every_tool_takes_the_same_as_before_and_a_second_time_changes_nothing",
            "interop/test_migrate.py::aws_cli_goes_on_without_a_sign_in",
        ),
    ),
    "aws sso login": (
        "Sign in: aws sso login",
        (
            "interop/test_cli_end_to_end.py::login_by_browser_leaves_the_token_where_every_aws_tool_reads_it",
            "desktop/test_tray_story.py::sign_in_is_clicked_the_browser_finishes_it_and_the_menu_shows_the_new_times",
        ),
    ),
    "aws sts get-caller-identity": (
        "See who you are: aws sts get-caller-identity",
        ("core/test_cli_as_profile.py::whoami_asks_aws_about_a_profile",),
    ),
    "$env:AWS_PROFILE for the session": (
        "Choose a profile for one shell: AWS_PROFILE",
        ("interop/test_shells.py::awsp_sets_the_profile_of_this_shell_and_tells_whose_it_is",),
    ),
    "a default for good": (
        "Choose a default profile for good",
        (
            "interop/test_cli_end_to_end.py::boto3_follows_use_and_its_undoing",
            "core/test_switch.py::a_variable_of_the_persons_own_is_named",
        ),
    ),
    "aws-sso-util configure populate": (
        "Write profiles for all accounts and roles: aws-sso-util configure populate",
        ("interop/test_naming_against_aws_sso_util.py::names_are_those_of_aws_sso_util",),
    ),
    "the naming options": (
        "Give profiles shorter names",
        (
            "core/test_naming.py::the_guides_options_shorten_names",
            "interop/test_naming_against_aws_sso_util.py::the_guides_options_give_the_guides_names",
        ),
    ),
    "aws-sso-util login": (
        "Sign in to everything at once",
        ("core/test_cli_transcripts.py::the_commands_say_what_the_transcript_has",),
    ),
    "aws configure list-profiles and Select-String": (
        "Find a profile: aws configure list-profiles",
        ("desktop/test_picker.py::typing_and_enter_switch_the_profile_that_boto3_sees",),
    ),
    "Set-AWSProfile": (
        "Switch in PowerShell: Set-AWSProfile",
        (
            "core/test_shell_scripts.py::powershells_script_parses",
            "core/test_shell_scripts.py::powershell_gets_set_awsprofile_with_a_name_and_clear",
        ),
    ),
    "aws ecr get-login-password | docker login": (
        "Docker and ECR login",
        (
            "interop/test_docker_registry.py::push_and_pull_work_by_ecr_login_alone",
            "interop/test_docker_registry.py::docker_itself_gets_in_and_not_after_a_sign_out",
        ),
    ),
    "Terraform": (
        "Terraform",
        (
            "interop/test_resolution_go.py::go_takes_what_resolve_says",
            "interop/test_as_profile.py::every_client_gets_its_credentials_from_serve",
        ),
    ),
    "CDK": (
        "CDK",
        ("interop/test_cdk.py::cdk_takes_a_profile", "interop/test_cdk.py::cdk_takes_the_default_that_was_chosen"),
    ),
    "boto3": (
        "boto3 and other SDKs",
        ("core/test_active.py::boto3_without_a_profile_is_the_chosen_one",),
    ),
    "one command, one shell": (
        "Run one command as another profile",
        ("interop/test_as_profile.py::every_client_is_the_profile_in_a_shell_that_env_made",),
    ),
    "view and edit ~/.aws": (
        "See, edit and restore ~/.aws/config",
        (
            "tray/test_deeds.py::the_config_is_opened_and_if_not_that_is_said",
            "core/test_history.py::restoring_gives_every_byte_back_and_can_itself_be_undone",
            "core/test_doctor.py::keys_beside_a_sign_in_are_a_problem",
        ),
    ),
    "The SSO session ... has expired": (
        "The SSO session associated with this profile has expired or is otherwise invalid",
        ("desktop/test_tray_notices.py::a_notice_warns_of_the_end_and_its_button_signs_in",),
    ),
    "Unable to locate credentials": (
        "Unable to locate credentials",
        ("core/test_cli_doctor.py::a_message_of_another_tool_is_explained_with_what_to_do",),
    ),
    "ExpiredToken": (
        "An error occurred (ExpiredToken)",
        ("core/test_cli_as_profile.py::whoami_tells_of_keys_that_ended",),
    ),
    "the browser does not open": (
        "The browser does not open",
        (
            "interop/test_cli_end_to_end.py::a_browser_that_cannot_be_started_is_told",
            "tray/test_menu.py::a_running_sign_in_shows_its_code_and_can_be_cancelled",
        ),
    ),
    "PATH problems": (
        "aws is not recognized: PATH problems",
        ("core/test_doctor.py::what_is_broken_is_told_by_the_check_for_it_and_by_no_other",),
    ),
    "profile not found": (
        "The config profile could not be found",
        ("core/test_profiles.py::an_unknown_profile_is_answered_with_the_nearest_ones",),
    ),
    "aws sso logout": (
        "Sign out, also on shared machines",
        (
            "core/test_sign_out.py::signing_out_ends_it_at_aws_and_here",
            "desktop/test_tray_story.py::signing_out_in_the_menu_ends_the_token",
            "tray/test_leaving.py::a_log_off_signs_out_where_that_is_wanted",
            "tray/test_leaving.py::a_long_absence_signs_out_once",
        ),
    ),
    "tokens, least privilege, static keys, git": (
        "Keep credentials safe",
        (
            "core/test_doctor.py::credentials_that_others_may_read_are_told_and_mended",
            "core/test_doctor.py::a_repository_around_the_folder_is_told_unless_it_ignores_it",
            "tray/test_menu.py::production_profiles_carry_the_word_in_their_row_and_at_the_top",
        ),
    ),
    "sessions last 8-12 hours": (
        "Know how long a sign-in lasts",
        ("tray/test_menu.py::a_morning_with_one_session_reads_like_this",),
    ),
    "WSL": ("WSL", ("core/test_bridge.py::yes_builds_it_and_undo_takes_it_down",)),
}


def parts() -> dict[str, str]:
    """Heading -> what stands under it."""
    pieces = re.split(r"^## (.+)$", HOW_TO, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def anchor(heading: str) -> str:
    """The name by which a page's own links lead to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def shown() -> Iterator[tuple[str, list[str]]]:
    """Every command of ours that the page shows in a console, and the lines that it shows under it."""
    for block in re.findall(r"^```console\n(.*?)^```$", HOW_TO, re.MULTILINE | re.DOTALL):
        for piece in re.split(r"^\$ ", re.sub(r" \\\n +", " ", block), flags=re.MULTILINE)[1:]:
            command, *lines = piece.splitlines()
            yield command, [line for line in lines if line]


def code() -> Iterator[str]:
    """Every piece of the page that is set as code."""
    yield from re.findall(r"`([^`\n]+)`", HOW_TO)
    yield from re.findall(r"^(?: {4}|\$ )(.+)$", HOW_TO, re.MULTILINE)


def really_said() -> dict[tuple[str, ...], set[str]]:
    """Words of a command -> all lines that it said in the transcript, whenever it was run there."""
    said: dict[tuple[str, ...], set[str]] = {}
    words: tuple[str, ...] = ()
    for line in SAID.read_text(encoding="utf-8").splitlines():
        if line.startswith("$ "):
            words = tuple(shlex.split(line[2:]))
        elif line.startswith(("| ", "! ")):
            said.setdefault(words, set()).add(line[2:])
    return said


@pytest.mark.parametrize("row", ROWS)
def test_every_row_of_the_guide_has_its_part_and_its_tests(row: str) -> None:
    heading, tests = ROWS[row]
    assert heading in parts()
    for test in tests:
        path, name = test.split("::")
        assert f"def test_{name}(" in (ROOT / "tests" / path).read_text(encoding="utf-8"), test


@pytest.mark.parametrize(("command", "lines"), list(shown()), ids=[command for command, _ in shown()])
def test_what_a_console_shows_was_really_said(command: str, lines: list[str]) -> None:
    said = really_said()[tuple(shlex.split(command))]
    assert lines
    assert [line for line in lines if line not in said] == []


def test_every_command_and_option_in_the_page_exists() -> None:
    with click.Context(group) as context:
        for name, rest in re.findall(r"(?<![\w-])aws-sso-tray ([a-z][a-z-]*)(.*)", "\n".join(code())):
            if name in KNOWN:
                command = group.get_command(context, name)
                assert command is not None
                options = {word for p in command.params for word in (*p.opts, *p.secondary_opts)} | {"--help"}
                assert set(re.findall(r"(?<= )--[a-z][a-z-]+", rest.partition(" -- ")[0])) <= options, (name, rest)
            else:
                assert name == "shell-profile", name  # what Set-AWSProfile asks; in no list of commands


def test_the_list_on_top_leads_to_every_part() -> None:
    led = re.findall(r"\]\(#([^)]+)\)", HOW_TO.partition("\n## ")[0])
    assert sorted(led) == sorted(map(anchor, parts()))


def test_links_and_pictures_of_the_page_exist() -> None:
    for path in re.findall(r"\]\((?!https?:|#)([^)#]+)", HOW_TO):
        assert (ROOT / "docs" / path).exists(), path
