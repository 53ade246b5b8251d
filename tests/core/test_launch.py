"""Finding and starting a person's program. That it replaces us is in tests/interop; batch files run in tests/windows."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core import batch
from aws_sso_core.as_profile.launch import CommandNotFound, CommandNotRunnable, find, run

posix_only = pytest.mark.skipif(os.name == "nt", reason="about permissions, scripts and signals of POSIX")
PYTHON = [sys.executable, "-I", "-S", "-c"]


def test_a_program_gets_the_environment_and_gives_its_exit_code() -> None:
    code = "import os, sys; sys.exit(7 if os.environ.get('AWS_SSO_TRAY_AS') == 'dev' else 1)"
    assert run([*PYTHON, code], {**os.environ, "AWS_SSO_TRAY_AS": "dev"}) == 7


def test_arguments_arrive_as_they_are() -> None:
    arguments = ["", "a b", "it's", '"', "$HOME", "*", "--json", "a\\", "%PATH%"]
    code = f"import sys; sys.exit(0 if sys.argv[1:] == {arguments!r} else 1)"
    assert run([*PYTHON, code, *arguments], os.environ) == 0


@posix_only
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGSEGV])
def test_a_program_that_a_signal_ended_is_shown_as_shells_do(number: int) -> None:
    assert run([*PYTHON, f"import os; os.kill(os.getpid(), {int(number)})"], os.environ) == 128 + number


@posix_only
def test_an_interrupt_from_the_terminal_is_the_programs_affair() -> None:
    """The terminal sends it to both; the program here takes it as it was born to, and we go on."""
    code = (
        "import os, signal; os.kill(os.getppid(), signal.SIGINT); os.kill(os.getpid(), signal.SIGINT); signal.pause()"
    )
    before = signal.getsignal(signal.SIGINT)
    assert run([*PYTHON, code], os.environ) == 128 + signal.SIGINT
    assert signal.getsignal(signal.SIGINT) is before


def test_a_program_is_looked_for_on_the_path_that_it_will_have(tmp_path: Path) -> None:
    program = tmp_path / ("tool.exe" if os.name == "nt" else "tool")
    program.write_bytes(b"")
    program.chmod(0o755)
    assert find("tool", {"PATH": str(tmp_path)}) == str(program)


@pytest.mark.parametrize("word", ["no-such-program", "no/such/program"])
def test_a_program_that_is_not_there_is_the_shells_127(word: str) -> None:
    with pytest.raises(CommandNotFound, match=f"There is no command '{word}'") as raised:
        run([word], os.environ)
    assert raised.value.exit_code == 127


@posix_only
def test_a_file_that_is_no_program_is_the_shells_126(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    for place, said in ((tmp_path, "is a folder"), (tmp_path / "notes.txt", "is no program")):
        with pytest.raises(CommandNotRunnable, match=said) as raised:
            run([str(place)], os.environ)
        assert raised.value.exit_code == 126


@posix_only
def test_a_script_whose_interpreter_is_missing_is_told(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/no/such/interpreter\n")
    script.chmod(0o755)
    with pytest.raises(CommandNotFound, match="what its first line names is not there"):
        run([str(script)], os.environ)


def by_batch_and_program(line: str) -> list[str]:
    """What a program behind a batch file's ``%*`` gets (Microsoft: "Parsing C command-line arguments").

    Fails where cmd would see a command or a variable.
    """
    quoted = False
    for at, sign in enumerate(line):
        quoted ^= sign == '"'
        assert sign != "%", "cmd would look for a variable"
        assert quoted or sign not in "&|<>^()@!,;=", f"{line[at:]!r} would be cmd's"
    assert not quoted
    words = re.findall(r'(?:[^ \t"]|"[^"]*")+', line)
    return [re.sub(r'(\\*)"', lambda m: m[1][: len(m[1]) // 2], word) for word in words]


@given(st.lists(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)), max_size=4))
def test_a_batch_file_gets_each_argument_as_one_or_is_not_started(arguments: list[str]) -> None:
    try:
        line = batch.line("C:\\tools\\cdk.cmd", arguments)
    except batch.NotForBatch:
        assert any(set(argument) & set('"%') for argument in arguments)
    else:
        assert by_batch_and_program(line) == ["C:\\tools\\cdk.cmd", *arguments]
