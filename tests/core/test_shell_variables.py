"""``env``'s lines as texts. bash, zsh and fish run them in tests/interop; PowerShell's are parsed, and cmd's read by its rules."""

from __future__ import annotations

import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.as_profile.environment import IDENTITIES, Variables, nobody
from aws_sso_core.cli.shells.variables import SHELLS, ShellName, how_to_use, lines, shell_named
from aws_sso_core.errors import UsageError
from powershell_syntax import nodes, parsed, text_of

VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=30)
SECRETS = st.text("ABCxyz019/+=", min_size=1, max_size=40)


def one(value: str, shell: ShellName) -> str:
    """The last line, which sets the value."""
    text = lines(Variables({"A_VARIABLE": value}), shell)
    assert text.endswith("\n")
    return text.split("A_VARIABLE", 1)[1][:-1]


def by_powershell(word: str) -> str:
    """What PowerShell makes of the only two forms that we write."""
    if word.startswith("'"):
        assert re.fullmatch(r"'([^']|'')*'", word)
        return word[1:-1].replace("''", "'")
    assert word.startswith("(-join @(")
    assert word.endswith("))")
    units = b""
    for part in re.findall(r"'(?:[^']|'')*'|\[char\]0x[0-9a-f]{4}", word):
        units += bytes.fromhex(part[-4:]) if part.startswith("[") else part[1:-1].replace("''", "'").encode("utf-16-be")
    return units.decode("utf-16-be")


def by_cmd(line: str, env: dict[str, str], *, batch: bool, delayed: bool) -> tuple[str, str]:
    """What cmd sets: percent signs first, then quotes, then (where that is on) exclamation marks; the rest is SET's."""
    if batch:
        line = re.sub(r"%%|%([^%]*)%|%", lambda m: "%" if m[0] == "%%" else env.get(m[1] or "", ""), line)
    else:
        line = re.sub(r"%([^%]+)%", lambda m: env.get(m[1], m[0]), line)
    quoted = False
    for at, sign in enumerate(line):
        quoted ^= sign == '"'
        assert quoted or sign not in "&|<>^", f"{line[at:]!r} would be another command"
    if delayed and "!" in line:
        line = re.sub(r"\^(.)", r"\1", re.sub(r"!([^!]*)!", lambda m: env.get(m[1], ""), line)).replace("!", "")
    found = re.fullmatch(r'set "([^=]+)=(.*)"', line)
    assert found
    return found[1], found[2]


@given(VALUES)
def test_powershell_gets_the_value_in_ascii(value: str) -> None:
    line = one(value, "powershell")
    assert line.isascii()
    assert by_powershell(line.removeprefix(" = ")) == value


@given(VALUES)
def test_powershells_lines_parse_as_assignments(value: str) -> None:
    root = parsed(lines(Variables({"A_VARIABLE": value}), "powershell"))
    assert not root.has_error
    statements = [text_of(n) for n in nodes(root, "assignment_expression")]
    assert [s.partition(" =")[0] for s in statements if not s.endswith("$null")] == ["$env:A_VARIABLE"]
    assert not list(nodes(root, "command"))


@pytest.mark.parametrize("shell", ["bash", "zsh"])
@given(value=VALUES)
def test_posix_shells_get_the_value_as_one_word(shell: ShellName, value: str) -> None:
    assert shlex.split("x" + one(value, shell)) == [f"x={value}"]


@given(VALUES)
def test_fish_gets_the_value_as_one_word(value: str) -> None:
    word = one(value, "fish").removeprefix(" ")
    assert re.fullmatch(r"'(?:[^'\\]|\\.)*'", word, re.DOTALL)
    assert re.sub(r"\\(.)", r"\1", word[1:-1]) == value


@pytest.mark.parametrize("batch", [True, False])
@pytest.mark.parametrize("delayed", [True, False])
@given(value=PRINTABLE | SECRETS)
def test_cmd_gets_the_value_or_is_refused_it(value: str, *, batch: bool, delayed: bool) -> None:
    env = {"A": "expanded", "": "nothing"}
    try:
        line = lines(Variables({"A_VARIABLE": value}), "cmd").splitlines()[-1]
    except UsageError:
        assert set(value) & set('"%!')
    else:
        assert by_cmd(line, env, batch=batch, delayed=delayed) == ("A_VARIABLE", value)


@pytest.mark.parametrize("value", ['a"b', "100%", "wow!", "a\nb", "\u00fc"])
def test_cmd_is_not_given_what_it_would_change(value: str) -> None:
    with pytest.raises(UsageError, match="cmd cannot be given"):
        lines(Variables({"A_VARIABLE": value}), "cmd")


@pytest.mark.parametrize("shell", SHELLS)
def test_taking_everything_away_names_every_variable_once(shell: ShellName) -> None:
    text = lines(nobody(), shell)
    assert [len(re.findall(rf"\b{name}\b", text)) for name in IDENTITIES] == [1] * len(IDENTITIES)
    assert len(text.splitlines()) == (len(IDENTITIES) if shell == "cmd" else 1)


@pytest.mark.parametrize(
    ("program", "shell"),
    [
        ("bash", "bash"),
        ("-zsh", "zsh"),
        ("fish", "fish"),
        ("dash", "bash"),
        ("pwsh", "powershell"),
        ("PowerShell.exe", "powershell"),
        ("CMD.EXE", "cmd"),
        ("python", None),
        ("terraform", None),
        ("", None),
    ],
)
def test_a_shell_is_known_by_its_programs_name(program: str, shell: str | None) -> None:
    assert shell_named(program) == shell


@pytest.mark.parametrize("shell", SHELLS)
def test_how_to_take_the_lines_over_names_the_command(shell: ShellName) -> None:
    assert "aws-sso-tray env dev" in how_to_use("aws-sso-tray env dev", shell)
