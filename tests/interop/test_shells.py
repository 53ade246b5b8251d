"""``shell-init`` in the real bash, zsh and fish, each under a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shell_world import CONFIG, ODD, SYNTAXES, Home, Shell

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="these shells run on POSIX systems")

Open = Callable[..., Shell]
SAID = "is the profile of this shell now."


@pytest.fixture
def home(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path / "a $HOME's folder", shared=tmp_path_factory.getbasetemp())


@pytest.fixture(params=list(SYNTAXES))
def open_shell(request: pytest.FixtureRequest, home: Home) -> Iterator[Open]:
    opened: list[Shell] = []

    def open_one(start_up: str | None = None, **env: str) -> Shell:
        shell = Shell(SYNTAXES[request.param], home, env=env, start_up=start_up)
        opened.append(shell)
        shell.ask("ready")
        return shell

    yield open_one
    for shell in opened:
        shell.close()


def test_a_new_shell_has_the_chosen_profile_and_says_nothing(open_shell: Open, home: Home) -> None:
    home.choose("dev.admin", "shells")
    shell = open_shell()
    assert (shell.profile, shell.variable("AWS_SSO_TRAY_PROFILE")) == ("dev.admin", "dev.admin")
    assert SAID not in shell.shown


def test_an_open_shell_follows_and_says_so_once(open_shell: Open, home: Home) -> None:
    home.choose("dev.admin", "environment")
    shell = open_shell()
    assert shell.profile == "dev.admin"
    home.choose("prod", "environment")
    shell.run("", "")
    assert shell.profile == "prod"
    assert shell.shown.count(f"prod {SAID}") == 1


def test_the_default_section_needs_no_variable_and_the_prompt_has_the_name(open_shell: Open, home: Home) -> None:
    home.choose("dev.admin", "default")
    shell = open_shell()
    assert (shell.profile, shell.variable("AWS_SSO_TRAY_PROFILE")) == ("", "dev.admin")
    home.choose("prod", "default")
    shell.run("")
    assert (shell.profile, shell.variable("AWS_SSO_TRAY_PROFILE")) == ("", "prod")


def test_a_choice_taken_back_leaves_no_variable(open_shell: Open, home: Home) -> None:
    home.choose("dev.admin", "shells")
    shell = open_shell()
    assert shell.profile == "dev.admin"
    home.choose(None)
    shell.run("")
    assert (shell.profile, shell.variable("AWS_SSO_TRAY_FOLLOWS")) == ("", "")
    assert f"no chosen profile {SAID}" in shell.shown


def test_without_any_choice_nothing_is_set_and_nothing_said(open_shell: Open) -> None:
    shell = open_shell()
    assert (shell.profile, shell.variable("AWS_SSO_TRAY_PROFILE")) == ("", "")
    assert "aws-sso-tray:" not in shell.shown


def test_a_profile_set_by_hand_is_left_alone(open_shell: Open, home: Home) -> None:
    home.choose("dev.admin", "shells")
    shell = open_shell()
    shell.run(shell.syntax.set("AWS_PROFILE", "by-hand"))
    shell.ask("set")
    home.choose("prod", "shells")
    shell.run("")
    assert (shell.profile, shell.variable("AWS_SSO_TRAY_PROFILE")) == ("by-hand", "by-hand")
    assert SAID not in shell.shown


def test_a_profile_of_the_start_up_files_is_left_alone(open_shell: Open, home: Home) -> None:
    home.choose("dev.admin", "environment")
    assert open_shell(AWS_PROFILE="by-hand").profile == "by-hand"


def test_a_shell_with_credentials_of_its_own_follows_nobody_and_its_prompt_has_their_profile(
    open_shell: Open, home: Home
) -> None:
    home.choose("prod", "shells")
    shell = open_shell(AWS_SSO_TRAY_AS="dev.admin")
    assert (shell.profile, shell.variable("AWS_SSO_TRAY_PROFILE")) == ("", "dev.admin")
    home.choose("größe", "shells")
    shell.run("")
    assert shell.profile == ""
    assert SAID not in shell.shown
    shell.run("awsp")
    assert "credentials of its own" in shell.shown
    shell.run(shell.syntax.unset("AWS_SSO_TRAY_AS"), "")
    assert shell.profile == "größe"


@pytest.mark.parametrize(("typed", "profile"), [("awsp dev.admin", "dev.admin"), ("awsp --clear", "prod")])
def test_awsp_takes_credentials_of_the_shell_away(open_shell: Open, home: Home, typed: str, profile: str) -> None:
    home.choose("prod", "shells")
    shell = open_shell(AWS_SSO_TRAY_AS="team:one", AWS_ACCESS_KEY_ID="ASIA", AWS_REGION="eu-west-1")
    shell.run(typed)
    assert shell.profile == profile
    assert [shell.variable(name) for name in ("AWS_SSO_TRAY_AS", "AWS_ACCESS_KEY_ID", "AWS_REGION")] == ["", "", ""]
    assert "AWS_ACCESS_KEY_ID is set" not in shell.shown


def test_a_shell_follows_again_once_its_own_profile_is_unset(open_shell: Open, home: Home) -> None:
    home.choose("dev.admin", "shells")
    shell = open_shell(AWS_PROFILE="by-hand")
    shell.run(shell.syntax.unset("AWS_PROFILE"), "")
    assert shell.profile == "dev.admin"


def test_a_shell_with_an_older_choice_of_ours_follows(open_shell: Open, home: Home) -> None:
    """As editors and terminals hand it on that were started before the switch."""
    home.choose("prod", "environment")
    assert open_shell(AWS_PROFILE="dev.admin", AWS_SSO_TRAY_FOLLOWS="dev.admin").profile == "prod"


def test_the_hook_keeps_the_exit_code_of_the_command_before(open_shell: Open, home: Home) -> None:
    shell = open_shell()
    home.choose("prod", "shells")
    shell.run("sh -c 'exit 42'")
    assert shell.ask(shell.syntax.code) == ["42"]


def test_the_hook_starts_no_process(open_shell: Open, home: Home) -> None:
    """Linux counts the page faults of ended children, field 11 of proc_pid_stat(5); each has some."""
    if sys.platform != "linux":
        pytest.skip("counted by Linux")
    home.choose("dev.admin", "shells")
    shell = open_shell()
    if shell.syntax.name == "fish":
        stat, loop = "read {} </proc/$fish_pid/stat", "for i in 1 2 3 4 5; _aws_sso_tray_follow; end"
    else:
        stat, loop = "read -r {} </proc/$$/stat", "for i in 1 2 3 4 5; do _aws_sso_tray_follow; done"
    # In one line, as the person's own prompt may well start some.
    shell.run(f"{stat.format('before')}; {loop}; {stat.format('after')}")
    before, after = shell.ask('"$before"', '"$after"')
    assert before.split()[10] == after.split()[10]


def test_loading_twice_hooks_once(open_shell: Open, home: Home) -> None:
    home.choose("dev.admin", "shells")
    shell = open_shell()
    shell.run(*shell.syntax.init.splitlines())
    shell.ask("loaded")
    home.choose("prod", "shells")
    shell.run("")
    assert shell.profile == "prod"
    assert shell.shown.count(SAID) == 1
    if shell.syntax.name == "bash":
        assert shell.ask('"$PROMPT_COMMAND"') == ["_aws_sso_tray_follow"]


def test_awsp_sets_the_profile_of_this_shell_and_tells_whose_it_is(open_shell: Open, home: Home) -> None:
    home.choose("prod", "shells")
    shell = open_shell()
    shell.run("awsp dev.admin")
    assert (shell.profile, shell.variable("AWS_SSO_TRAY_PROFILE")) == ("dev.admin", "dev.admin")
    assert "Dev Account (111122223333) - AdministratorAccess - eu-central-1" in shell.shown
    home.choose("größe", "shells")
    shell.run("")
    assert shell.profile == "dev.admin"
    assert SAID not in shell.shown


def test_awsp_writes_the_name_in_green(open_shell: Open) -> None:
    shell = open_shell()
    shell.run("awsp prod")
    assert "prod" in shell.shown
    assert b"\x1b[32mprod\x1b[0m" in shell.screen


def test_awsp_of_the_profile_that_is_followed_anyway_ends_the_following(open_shell: Open, home: Home) -> None:
    home.choose("prod", "shells")
    shell = open_shell()
    shell.run("awsp prod")
    assert shell.profile == "prod"
    home.choose("dev.admin", "shells")
    shell.run("")
    assert shell.profile == "prod"


def test_awsp_refuses_an_unknown_name_and_tells_near_ones(open_shell: Open) -> None:
    shell = open_shell()
    shell.run("awsp prod", "awsp dev.admn")
    assert shell.ask(shell.syntax.code) == ["2"]
    assert shell.profile == "prod"
    assert "Did you mean dev.admin" in shell.shown


def test_awsp_goes_back_to_the_profile_before(open_shell: Open, home: Home) -> None:
    home.choose("größe", "shells")
    shell = open_shell()
    shell.run("awsp prod", "awsp dev.admin", "awsp -")
    assert shell.profile == "prod"
    shell.run("awsp -")
    assert shell.profile == "dev.admin"
    shell.run("awsp --clear", "awsp -")
    assert shell.profile == "dev.admin"
    shell.run("awsp -")
    assert shell.profile == "größe"


def test_awsp_clear_follows_again(open_shell: Open, home: Home) -> None:
    home.choose("prod", "shells")
    shell = open_shell()
    shell.run("awsp dev.admin", "awsp --clear")
    assert shell.profile == "prod"
    assert "This shell follows the chosen profile." in shell.shown


def test_awsp_alone_shows_the_profile(open_shell: Open) -> None:
    shell = open_shell()
    assert shell.ask('"$(awsp 2>&1)"')[0].startswith("aws-sso-tray: No profile is chosen")
    shell.run("awsp prod")
    assert shell.ask('"$(awsp 2>/dev/null)"') == ["prod"]


def test_odd_names_are_followed_and_set_as_they_are(open_shell: Open, home: Home) -> None:
    home.choose(ODD, "shells")
    shell = open_shell()
    assert shell.profile == ODD
    shell.run("awsp 'my own profile'")
    assert shell.profile == "my own profile"
    assert not list(home.folder.rglob("pwned"))


@pytest.mark.parametrize(
    ("typed", "profile"),
    [
        ("awsp de\t", "dev.admin"),
        ("awsp my\t", "my own profile"),
        ("awsp my\\ o\t", "my own profile"),
        ("awsp gr\t", "größe"),
        ("awsp it\t", ODD),
    ],
)
def test_tab_completes_the_name_of_a_profile(open_shell: Open, home: Home, typed: str, profile: str) -> None:
    shell = open_shell()
    shell.run(typed)
    assert shell.profile == profile
    assert not list(home.folder.rglob("pwned"))


@pytest.mark.parametrize(("typed", "profile"), [('awsp "my o\t', "my own profile"), ("awsp team:o\t", "team:one")])
def test_tab_completes_within_quotes_and_after_colons(open_shell: Open, typed: str, profile: str) -> None:
    shell = open_shell()
    shell.run(typed)
    assert shell.profile == profile


def test_tab_completes_commands_options_and_their_arguments(open_shell: Open, home: Home) -> None:
    shell = open_shell()
    shell.run("aws-sso-tray us\tpr\t--js\t")
    assert "sso_account_id = 333344445555" not in shell.ask("done")
    assert "[default]" in home.paths.config.read_text()
    assert '"event": "used", "profile": "prod"' in shell.shown


@pytest.mark.parametrize("open_shell", ["bash", "zsh"], indirect=True)
def test_a_strict_shell_bears_with_us(open_shell: Open, home: Home) -> None:
    home.choose("dev.admin", "shells")
    shell = open_shell()
    shell.run("set -u", "awsp prod", "awsp --clear", "awsp", "")
    assert shell.profile == "dev.admin"
    assert "unbound" not in shell.shown
    assert "parameter not set" not in shell.shown


def test_a_list_of_prompt_commands_is_kept(home: Home) -> None:
    home.choose("dev.admin", "shells")
    own = "PROMPT_COMMAND=('seen=$?' 'true')\n"
    shell = Shell(SYNTAXES["bash"], home, env={}, start_up=own + SYNTAXES["bash"].init)
    try:
        shell.run("sh -c 'exit 7'")
        assert shell.ask('"$seen"', '"${#PROMPT_COMMAND[@]}"', '"$AWS_PROFILE"') == ["7", "3", "dev.admin"]
    finally:
        shell.close()


def test_a_prompt_command_of_the_person_still_sees_the_exit_code(home: Home) -> None:
    own = "PROMPT_COMMAND='seen=$?'\n"
    shell = Shell(SYNTAXES["bash"], home, env={}, start_up=own + SYNTAXES["bash"].init)
    try:
        shell.run("sh -c 'exit 7'")
        assert shell.ask('"$seen"') == ["7"]
    finally:
        shell.close()


def test_a_switch_in_one_shell_reaches_another_and_is_taken_back(open_shell: Open, home: Home) -> None:
    home.paths.settings.parent.mkdir(parents=True, exist_ok=True)
    home.paths.settings.write_text('switch = ["default", "shells"]')
    one, other = open_shell(), open_shell()
    one.run("aws-sso-tray use prod")
    assert one.ask(one.syntax.code) == ["0"]
    other.run("")
    assert (one.profile, other.profile) == ("prod", "prod")
    assert "aws_sso_tray" in home.paths.config.read_text("utf-8")
    one.run("aws-sso-tray use --undo")
    assert one.profile == ""
    other.run("")
    assert other.profile == ""
    assert home.paths.config.read_text("utf-8") == CONFIG


def test_the_program_is_found_without_a_path(open_shell: Open) -> None:
    shell = open_shell()
    shell.run(shell.syntax.set("PATH", os.defpath.replace(":", " " if shell.syntax.name == "fish" else ":")))
    shell.run("awsp prod")
    assert shell.profile == "prod"
