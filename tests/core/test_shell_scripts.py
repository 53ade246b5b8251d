"""The scripts of ``shell-init`` as texts. bash, zsh and fish run them in tests/interop; PowerShell's is parsed here."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
import tree_sitter

from aws_sso_core.cli.shells import SHELLS, quoted, script, typed_in_powershell
from powershell_syntax import nodes, parsed, text_of

PLACES = [
    "/home/me/.local/state/aws-sso-tray/active-profile",
    "C:\\Users\\J\u00f6rg O'Neil\\AppData\\Local\\aws-sso-tray\\active-profile",
    '/tmp/it\u2019s $HOME `x` "y" \\ ; & \u4e2d \U0001f600/f',
]
EVERYDAY = {"Write-Host", "Write-Verbose", "Write-Error", "Test-AwsSsoTrayFollows", "Update-AwsSsoTrayProfile"}
"""Commands that start no process."""


def powershell(place: str = PLACES[0]) -> str:
    return script("powershell", program=[place, "-P", "-m", "aws_sso_core.cli"], file=Path(place))


def functions(root: tree_sitter.Node) -> dict[str, tree_sitter.Node]:
    return {
        text_of(next(nodes(statement, "function_name"))).removeprefix("global:"): statement
        for statement in nodes(root, "function_statement")
    }


def commands(node: tree_sitter.Node) -> set[str]:
    return {text_of(name) for name in nodes(node, "command_name")}


@pytest.mark.parametrize("place", PLACES)
def test_powershells_script_parses(place: str) -> None:
    wrong = [n for n in nodes(parsed(powershell(place))) if n.is_error or n.is_missing]
    assert wrong == []


def test_a_mistake_in_powershells_script_would_be_seen() -> None:
    assert parsed(powershell() + "\nfunction broken { if ($x }").has_error


@pytest.mark.parametrize("place", PLACES)
def test_powershells_script_is_ascii(place: str) -> None:
    """PowerShell 5.1 reads what programs print in the console's code page."""
    assert powershell(place).isascii()


def test_powershells_script_uses_nothing_newer_than_5_1() -> None:
    root = parsed(powershell())
    assert list(nodes(root, "pipeline_chain_tail")) == []  # && and || came with 7; ?? and ?: do not parse at all


def test_powershell_gets_set_awsprofile_with_a_name_and_clear() -> None:
    function = functions(parsed(powershell()))["Set-AWSProfile"]
    parameters = {text_of(next(nodes(p, "variable"))) for p in nodes(function, "script_parameter")}
    assert parameters == {"$Name", "$Clear"}


def test_powershell_completes_our_command_and_the_name_of_set_awsprofile() -> None:
    registered = [
        text_of(c) for c in nodes(parsed(powershell()), "command") if "Register-ArgumentCompleter" in commands(c)
    ]
    heads = [text.partition("-ScriptBlock")[0].split() for text in registered]
    assert heads == [
        ["Register-ArgumentCompleter", "-Native", "-CommandName", "'aws-sso-tray'"],
        ["Register-ArgumentCompleter", "-CommandName", "'Set-AWSProfile'", "-ParameterName", "'Name'"],
    ]


@pytest.mark.parametrize("function", ["Update-AwsSsoTrayProfile", "Test-AwsSsoTrayFollows", "prompt"])
def test_powershells_prompt_starts_no_process(function: str) -> None:
    assert commands(functions(parsed(powershell()))[function]) <= EVERYDAY


def test_powershells_prompt_takes_the_outcome_first_and_gives_it_to_the_prompt_before() -> None:
    body = functions(parsed(powershell()))["prompt"]
    statements = [" ".join(text_of(s).split()) for s in next(nodes(body, "statement_list")).named_children]
    assert statements[0] == "$succeeded = $?"
    assert statements[-2].startswith("if (-not $succeeded) { Write-Error")
    assert statements[-1] == "& $global:AwsSsoTrayPrompt"


def test_powershells_prompt_is_wrapped_once() -> None:
    assert "if (\"$function:prompt\" -notmatch 'Update-AwsSsoTrayProfile') {" in powershell()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("plain", "'plain'"),
        ("", "''"),
        ("it's", "'it''s'"),
        ("$HOME `x`", "'$HOME `x`'"),
        ("J\u00f6", "(-join @('J', [char]0x00f6))"),
        ("\u2019", "(-join @([char]0x2019))"),
        ("\U0001f600", "(-join @([char]0xd83d, [char]0xde00))"),
    ],
)
def test_a_text_is_one_ascii_word_of_powershell(text: str, word: str) -> None:
    assert quoted(text, "powershell") == word


@pytest.mark.parametrize("place", PLACES)
def test_a_text_is_one_word_of_bash_and_zsh(place: str) -> None:
    assert shlex.split(quoted(place, "bash")) == [place]


def test_a_text_is_one_word_of_fish() -> None:
    assert quoted("it's \\ $x", "fish") == "'it\\'s \\\\ $x'"


@pytest.mark.parametrize(
    ("name", "word"),
    [("dev.admin", "dev.admin"), ("my own", "'my own'"), ("it\u2019s", "'it\u2019\u2019s'"), ("", "''")],
)
def test_completion_quotes_for_powershell_what_needs_it(name: str, word: str) -> None:
    assert typed_in_powershell(name) == word


@pytest.mark.parametrize("shell", SHELLS)
def test_every_place_in_a_script_is_filled(shell: str) -> None:
    text = script(shell, program=["python"], file=Path("/state/active-profile"))
    assert not [word for word in ("@PROGRAM@", "@ARGUMENTS@", "@FILE@", "@FOLLOW@") if word in text]
    assert "\r" not in text


@pytest.mark.parametrize("shell", SHELLS)
def test_every_script_tells_at_its_top_where_it_belongs(shell: str) -> None:
    first, second = script(shell, program=["python"], file=Path("/f")).splitlines()[:2]
    assert first.startswith("# aws-sso-tray in ")
    assert f"aws-sso-tray shell-init {shell}" in second
