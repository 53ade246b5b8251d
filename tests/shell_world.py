"""Real shells under a terminal, in a home of their own, with ``shell-init`` among their start-up lines.

A test types lines; what it wants to know the shell writes into a named pipe, so that a test waits for the answer itself
and neither reads a screen nor sleeps. Lines that are typed ahead wait in the terminal, and each shell runs its prompt
hook before it takes the next one.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from aws_sso_core.paths import Paths
from aws_sso_core.switching import choice
from aws_sso_core.switching.choice import Choice

LIMIT = 120
"""Seconds for an answer; it comes in milliseconds on a quiet machine."""
_ASKS_WHO = b"\x1b[c"
"""Primary device attributes: fish 4 waits for an answer before it draws its first prompt."""
CONFIG = """\
[profile dev.admin]
sso_session = corp
sso_account_id = 111122223333
sso_account_name = Dev Account
sso_role_name = AdministratorAccess
region = eu-central-1

[profile prod]
sso_session = corp
sso_account_id = 333344445555
sso_role_name = ReadOnly

[profile "my own profile"]
region = eu-central-1

[profile größe]
region = eu-central-1

[profile "it's $(touch pwned) %n \\"x\\""]
region = eu-central-1

[profile team:one]
region = eu-central-1

[profile team:two]
region = eu-central-1

[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
"""
ODD = 'it\'s $(touch pwned) %n "x"'


class Syntax:
    """How this shell's people say things."""

    name: str
    options: tuple[str, ...]
    start_up: str
    """The file under the home."""
    init: str

    def set(self, variable: str, value: str) -> str:
        """Set an environment variable by hand; the value is one plain word."""
        return f"export {variable}={value}"

    def unset(self, variable: str) -> str:
        return f"unset {variable}"

    expression = '"${%s-}"'
    """A variable's value, empty where there is none."""
    code = '"$?"'


class Bash(Syntax):
    name, options, start_up = "bash", ("--noprofile", "-i"), ".bashrc"
    init = 'eval "$(aws-sso-tray shell-init bash)"'


class Zsh(Syntax):
    name, options, start_up = "zsh", ("-i",), ".zshrc"
    # Looking for all completions takes a second; the tests share what the first one found.
    init = 'autoload -Uz compinit; compinit -u -C -d "$COMPLETIONS"\neval "$(aws-sso-tray shell-init zsh)"'


class Fish(Syntax):
    name, options, start_up = "fish", ("-i",), ".config/fish/config.fish"
    init = "aws-sso-tray shell-init fish | source"
    expression = '"$%s"'
    code = '"$status"'

    def set(self, variable: str, value: str) -> str:
        return f"set -gx {variable} {value}"

    def unset(self, variable: str) -> str:
        return f"set -e {variable}"


SYNTAXES: Mapping[str, Syntax] = {syntax.name: syntax for syntax in (Bash(), Zsh(), Fish())}


class Home:
    """A person's home with profiles, and the choices they make elsewhere."""

    def __init__(self, folder: Path, *, shared: Path) -> None:
        """``shared`` is a folder for what is the same in all homes."""
        self.folder = folder
        self.env = {
            "HOME": str(folder),
            "AWS_SSO_TRAY_HOME": str(folder / "our $state's"),
            "AWS_EC2_METADATA_DISABLED": "true",
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm",
            "COMPLETIONS": str(shared / "zcompdump"),
        }
        self.paths = Paths.from_environment(self.env)
        self.paths.aws_dir.mkdir(parents=True)
        self.paths.config.write_text(CONFIG, "utf-8")

    def choose(self, profile: str | None, *ways: str) -> None:
        """As a switch by these ways tells the shells."""
        choice.write(self.paths.state_dir, Choice(profile, frozenset(ways)) if profile else None)


class Shell:
    """A shell that waits at its prompt."""

    def __init__(self, syntax: Syntax, home: Home, *, env: Mapping[str, str], start_up: str | None = None) -> None:
        self.syntax = syntax
        self.screen = b""
        self._marks = 0
        self._more = threading.Condition()
        file = home.folder / syntax.start_up
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{syntax.init if start_up is None else start_up}\n")
        self._pipe = home.folder / f"answers-{os.urandom(4).hex()}"
        self._answers = _pipe(self._pipe)
        self._terminal, theirs = _new_terminal()
        self._process = subprocess.Popen(
            [program(syntax.name), *syntax.options],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**home.env, "ANSWERS": str(self._pipe), **env},
            cwd=home.folder,
            start_new_session=True,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - this test process has no threads that hold locks then
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def type(self, keys: str) -> None:
        """Press these keys."""
        os.write(self._terminal, keys.encode())

    def run(self, *lines: str) -> None:
        """Type lines."""
        self.type("".join(f"{line}\n" for line in lines))

    def ask(self, *expressions: str) -> list[str]:
        """What the shell makes of these; everything typed before is done then."""
        self.run(f"printf '%s\\t' {' '.join(expressions)} end >\"$ANSWERS\"")
        answer = b""
        while not answer.endswith(b"\tend\t"):
            ready, _, _ = select.select([self._answers], [], [], LIMIT)
            assert ready, f"no answer; the screen shows {self.screen.decode(errors='replace')}"
            answer += os.read(self._answers, 1 << 16)
        return answer.decode().split("\t")[:-2]

    def variable(self, name: str) -> str:
        return self.ask(self.syntax.expression % name)[0]

    @property
    def profile(self) -> str:
        """``AWS_PROFILE``, as programs started here get it."""
        return self.ask('"$(printenv AWS_PROFILE)"')[0]

    @property
    def shown(self) -> str:
        """All the shell wrote so far, without what only moves the cursor or colours."""
        self._marks += 1
        mark = f"mark{self._marks}.".encode()
        self.run(f"printf 'mark%s.\\n' {self._marks}")
        with self._more:
            assert self._more.wait_for(lambda: mark in self.screen, LIMIT), self.screen.decode(errors="replace")
        return re.sub(r"\x1b(\[[0-9;?]*[a-zA-Z]|[()][A-Z0-9]|[=>])", "", self.screen.decode(errors="replace"))

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        os.close(self._terminal)
        os.close(self._answers)

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._terminal, 1 << 16)
            except OSError:
                return  # the shell is gone
            if not data:
                return
            with self._more:
                self.screen += data
                self._more.notify_all()
            if _ASKS_WHO in data:
                os.write(self._terminal, b"\x1b[?62c")


def _pipe(path: Path) -> int:
    if sys.platform == "win32":
        raise OSError("a test for POSIX")
    os.mkfifo(path)
    # Open for writing, too: so it never is at its end between two answers.
    return os.open(path, os.O_RDWR)


def _new_terminal() -> tuple[int, int]:
    if sys.platform == "win32":
        raise OSError("a test for POSIX")
    return os.openpty()


def _own_terminal() -> None:
    """Make standard input the controlling terminal, as a terminal window does."""
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 - POSIX only
        import termios  # noqa: PLC0415

        fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def program(name: str) -> str:
    """The shell's place on this machine."""
    found = shutil.which(name)
    if found is None:
        if os.environ.get("AWS_SSO_TRAY_REQUIRE"):
            pytest.fail(f"{name} is not installed; tests/interop/apt.txt names it")
        pytest.skip(f"{name} is not installed")
    return found
