"""The wizard in a real terminal: keys in, a screen out, an embedded Identity Center behind."""

from __future__ import annotations

import os
import re
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_sso_core import programs
from aws_sso_core.config.text import read
from aws_sso_core.sandbox import Directory, Sandbox
from aws_sso_core.system_clock import SystemClock

LIMIT = 300
VISITOR = f"{sys.executable} -P -m aws_sso_core.sandbox.visitor"
ENTER, CTRL_C = "\r", "\x03"
_WHERE = b"\x1b[6n"
"""Asks the terminal where the cursor is; a real one answers."""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a POSIX terminal")


class Terminal:
    """A program that runs in a terminal window of this size."""

    def __init__(self, *command: str, env: dict[str, str], columns: int = 100, rows: int = 30) -> None:
        self._ours, theirs = _window(columns, rows)
        self._more = threading.Condition()
        self._said = b""
        self._seen = 0
        self._process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=env,
            start_new_session=True,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - no threads hold locks then
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def answer(self, question: str, keys: str) -> None:
        """Wait until this is on the screen, then type."""
        self.until(question)
        self.type(keys)

    def until(self, text: str) -> None:
        """Wait for something new on the screen."""

        def is_there() -> bool:
            at = self._text().find(text, self._seen)
            self._seen = at + len(text) if at >= 0 else self._seen
            return at >= 0

        with self._more:
            assert self._more.wait_for(is_there, LIMIT), f"no {text!r} in {self._text()[self._seen :]!r}"

    def end(self) -> tuple[int, str]:
        """The exit code, and all it said, without what only moves the cursor or colours."""
        code = self._process.wait(LIMIT)
        self._reader.join(LIMIT)
        return code, self._text()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        os.close(self._ours)

    def _text(self) -> str:
        return re.sub(r"\x1b(\[[0-9;?]*[a-zA-Z]|[()][A-Z0-9]|[=>])", "", self._said.decode(errors="replace"))

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._ours, 1 << 16)
            except OSError:
                return
            if not data:
                return
            with self._more:
                self._said += data
                self._more.notify_all()
            for _ in range(data.count(_WHERE)):
                os.write(self._ours, b"\x1b[1;1R")


def _window(columns: int, rows: int) -> tuple[int, int]:
    """Both ends of a terminal of this size."""
    if sys.platform == "win32":
        raise OSError("a test for POSIX")
    import fcntl  # noqa: PLC0415 - POSIX only
    import termios  # noqa: PLC0415

    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    return ours, theirs


def _own_terminal() -> None:
    """Make standard input the controlling terminal, so that Ctrl+C reaches the program."""
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 - POSIX only
        import termios  # noqa: PLC0415

        fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Newcomer:
    """A person with an empty home."""

    def __init__(self, home: Path, box: Sandbox) -> None:
        foreign = ("AWS_", "BOTO", "HTTP", "NO_PROXY", "PYTHON", "SSH", "DISPLAY", "WAYLAND")
        clean = {k: v for k, v in os.environ.items() if not k.upper().startswith(foreign)}
        self.box = box
        self.home = home
        self.config = home / ".aws" / "config"
        self.env = {
            **clean,
            **box.environment(),
            "HOME": str(home),
            "AWS_SSO_TRAY_HOME": str(home / "tray"),
            "BROWSER": VISITOR,
            "TERM": "xterm-256color",
            "SHELL": "/bin/bash",
        }
        self._terminals: list[Terminal] = []

    def types(self, *arguments: str, columns: int = 100, rows: int = 30, **env: str) -> Terminal:
        command = [*programs.command_line(), "configure", *arguments]
        terminal = Terminal(*command, env={**self.env, **env}, columns=columns, rows=rows)
        self._terminals.append(terminal)
        return terminal

    def close(self) -> None:
        for terminal in self._terminals:
            terminal.close()


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Newcomer]:
    with Sandbox(SystemClock()) as box:
        person = Newcomer(tmp_path, box)
        yield person
        person.close()


def to_the_name(terminal: Terminal) -> None:
    """Answer all questions up to the profile's name."""
    terminal.answer("Start URL:", f"sandbox.awsapps.com/start#/{ENTER}")
    terminal.answer("Region of that IAM", f"virginia{ENTER}")
    terminal.answer("Account:", f"dev{ENTER}")
    terminal.answer("Role:", f"admin{ENTER}")
    terminal.answer("Region to work in:", f"frankfurt{ENTER}")
    terminal.answer("Output of the AWS CLI:", ENTER)


def test_from_nothing_to_a_profile_that_works_everywhere(newcomer: Newcomer) -> None:
    terminal = newcomer.types()
    to_the_name(terminal)
    terminal.answer("Name of the profile:", ENTER)
    terminal.answer("Make it the default for all your AWS tools?", ENTER)
    terminal.answer("Write profiles for your other accounts and roles, too?", ENTER)
    code, said = terminal.end()
    assert code == 0, said
    assert "aws sts get-caller-identity --profile dev-account.admin" in said
    assert "export AWS_PROFILE=dev-account.admin" in said
    sections = read(newcomer.config.read_text())
    assert list(sections) == ["sso-session sandbox", "profile dev-account.admin", "default"]
    assert sections["default"]["sso_role_name"] == "AdministratorAccess"


@pytest.mark.parametrize("columns", [30, 60])
def test_a_small_window_is_enough(newcomer: Newcomer, columns: int) -> None:
    terminal = newcomer.types("--yes", columns=columns, rows=8)
    to_the_name(terminal)
    terminal.answer("Name of the profile:", ENTER)
    code, said = terminal.end()
    assert code == 0, said
    assert "profile dev-account.admin" in newcomer.config.read_text()


def test_without_colours_and_in_a_plain_encoding_it_asks_all_the_same(newcomer: Newcomer) -> None:
    newcomer.box.directory = Directory.of(("111122223333", "Büro 東京", ("Admin", "ReadOnly")))
    terminal = newcomer.types("--yes", "--region", "eu-west-1", NO_COLOR="1", PYTHONIOENCODING="cp437", LC_ALL="C")
    terminal.answer("Start URL:", f"sandbox.awsapps.com{ENTER}")
    terminal.answer("Region of that IAM", f"us-east-1{ENTER}")
    terminal.answer("You have one account there: B", "")
    terminal.answer("Role:", ENTER)
    terminal.answer("Output of the AWS CLI:", ENTER)
    terminal.answer("Name of the profile:", f"{ENTER}")
    code, said = terminal.end()
    assert code == 0, said
    assert "profile buro.admin" in newcomer.config.read_text()


@pytest.mark.parametrize(
    "moment", ["Start URL:", "Region of that", "Account:", "Region to work in:", "Name of the profile:"]
)
def test_ctrl_c_at_any_question_leaves_everything_as_it_was(newcomer: Newcomer, moment: str) -> None:
    newcomer.config.parent.mkdir()
    newcomer.config.write_text("# mine\n")
    keys = {
        "Start URL:": f"sandbox.awsapps.com{ENTER}",
        "Region of that": f"virginia{ENTER}",
        "Account:": f"log archive{ENTER}",
        "Region to work in:": ENTER,
        "Output of": ENTER,
        "Name of the profile:": "",
    }
    terminal = newcomer.types()
    for question, answer in keys.items():
        terminal.answer(question, CTRL_C if question == moment else answer)
        if question == moment:
            break
    code, said = terminal.end()
    assert code == 130, said
    assert "is as it was" in said
    assert newcomer.config.read_text() == "# mine\n"
    assert [path.name for path in newcomer.config.parent.iterdir() if path.is_file()] == ["config"]


def test_a_dumb_terminal_gets_numbered_lists(newcomer: Newcomer) -> None:
    arguments = ("-u", "sandbox.awsapps.com", "--sso-region", "us-east-1", "--region", "eu-west-1", "--yes")
    terminal = newcomer.types(*arguments, TERM="dumb")
    terminal.answer("Number, or part of the name:", "log archive\n")
    terminal.answer("Number, or part of the name [json]:", "2\n")
    terminal.answer("Name of the profile [log-archive.securityaudit]:", "\n")
    code, said = terminal.end()
    assert code == 0, said
    assert "output = yaml" in newcomer.config.read_text()
