"""A throw-away home in which the command line runs inside this process, and transcripts of what it says there.

A transcript is a text file a person can read::

    # A comment.
    @ config two-sessions
    $ aws-sso-tray login
    ! aws-sso-tray: There are several sessions, so say which one: corp or old-org.
    [2]

``$`` runs a command; ``|`` begins a line of its standard output, ``!`` one of its standard error, ``[n]`` is its exit code
where that is not 0. ``@`` prepares the world (see ``World.prepare``). What differs from run to run is replaced:
the home folder by ``~``. ``UPDATE_TRANSCRIPTS=1`` writes down what was really said; read the difference then.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from auth_bench import issued
from aws_sso_core.as_profile import launch
from aws_sso_core.browser import Browser
from aws_sso_core.cli.output import Output
from aws_sso_core.cli.run import run
from aws_sso_core.cli.services import Services
from aws_sso_core.model import SSO_SCOPE, Session
from aws_sso_core.sandbox import Sandbox
from aws_sso_core.settings import Settings
from fakes import FakeClock

PROGRAM = "aws-sso-tray"


@dataclass(frozen=True)
class Ran:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


class FakeInstance:
    """The one tray: whoever a test says holds it."""

    def __init__(self, pid: int | None = None) -> None:
        self.pid = pid

    def acquire(self) -> bool:
        return self.pid is None

    def holder(self) -> int | None:
        return self.pid

    def release(self) -> None:
        self.pid = None


class FakeEnvironment:
    """The person's lasting variables: those of a dictionary."""

    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    def get(self, name: str) -> str | None:
        return self._values.get(name)

    def set(self, name: str, value: str | None) -> None:
        if value is None:
            self._values.pop(name, None)
        else:
            self._values[name] = value


class Terminal(io.StringIO):
    """A stream that says it is a terminal, in an encoding of its own."""

    def __init__(self, code_page: str = "utf-8", *, terminal: bool = True) -> None:
        super().__init__()
        self._code_page = code_page
        self._terminal = terminal

    def __getattribute__(self, name: str) -> Any:
        return self._code_page if name == "encoding" else super().__getattribute__(name)

    def isatty(self) -> bool:
        return self._terminal

    def write(self, text: str) -> int:
        text.encode(self._code_page)  # as a real stream: what it cannot say is an error
        return super().write(text)


class _Interfered(Services):
    act: Callable[[], None] | None = None
    made_up: Browser | None = None

    def browser(self, command_line: str | None) -> Browser:
        return self.made_up or super().browser(command_line)

    @cached_property
    def settings(self) -> Settings:
        if self.act is not None:
            self.act()
        return super().settings


class World:
    """A home of its own, and a clock that stands still at noon (UTC, which is the person's zone, too).

    The environment of this process becomes the world's: boto3 looks nowhere else.
    """

    def __init__(self, home: Path, patch: pytest.MonkeyPatch) -> None:
        self.home = home
        self.clock = FakeClock()
        self.instance = FakeInstance()
        self.stdout: io.StringIO = Terminal(terminal=False)
        self.stderr: io.StringIO = Terminal(terminal=False)
        self.prepare: Callable[[Services], None] = lambda _services: None
        self.browser: Browser | None = None
        self.env: dict[str, str] = {}
        self.lasting: dict[str, str] = {}
        patch.setattr(launch, "start", launch.run)  # a program in our place would end the tests
        self._act: Callable[[], None] | None = None
        self._patch = patch
        for name in [n for n in os.environ if n.startswith("AWS_") or n.lower().endswith("_proxy")]:
            patch.delenv(name)
        self.set(
            HOME=str(home),
            USERPROFILE=str(home),
            AWS_SSO_TRAY_HOME=str(home / "tray"),
            AWS_EC2_METADATA_DISABLED="true",
            BROWSER="made-up",
        )

    def set(self, **env: str) -> None:
        """Set environment variables, for us and for boto3."""
        self.env.update(env)
        for name, value in env.items():
            self._patch.setenv(name, value)

    def stdin(self, stream: io.StringIO) -> None:
        """Let commands read what is typed from this."""
        self._patch.setattr(sys, "stdin", stream)

    def regions(self, known: dict[str, str]) -> None:
        """Let these be all regions there are."""
        self._patch.setattr("aws_sso_core.regions.known", lambda: known)

    @property
    def aws(self) -> Path:
        return self.home / ".aws"

    def given_token(self, box: Sandbox, name: str = "corp") -> None:
        """What ``login`` leaves behind, many times faster."""
        session = Session(name, box.start_url, box.region, scopes=(SSO_SCOPE,))
        services, now = self.services(), self.clock.now()
        services.tokens.write(session, issued(box, session, now))
        services.learned.record_sign_in(session.cache_key, now)

    def services(self) -> Services:
        """The services of a command about to run, with what a test must not touch replaced."""
        out = Output(env=self.env, stdout=self.stdout, stderr=self.stderr)
        services = _Interfered(env=self.env, out=out, clock=self.clock, zone=UTC)
        services.act = self._act
        services.instance = self.instance
        services.environment = FakeEnvironment(self.lasting)
        services.made_up = self.browser
        services.has_display = lambda: False  # type: ignore[method-assign]
        self.prepare(services)
        return services

    def interfere(self, act: Callable[[], None]) -> None:
        """Let this happen as soon as a command reads the settings."""
        self._act = act

    def run(self, *args: str) -> Ran:
        """Run ``aws-sso-tray ARGS`` in this process."""
        services = self.services()
        with contextlib.redirect_stdout(self.stdout), contextlib.redirect_stderr(self.stderr):
            code = run(args, env=self.env, out=services.out, services=services)
        return Ran(code, self.neutral(_taken(self.stdout)), self.neutral(_taken(self.stderr)))

    def neutral(self, text: str) -> str:
        """The text without what differs from run to run."""
        for pattern, plain in (
            (re.escape(str(self.home)), "~"),
            (re.escape(str(self.home).replace("\\", "\\\\")), "~"),  # in JSON, on Windows
            (r"http://127\.0\.0\.1:\d+", "http://sandbox"),
            (r'/authorize\?[^\s"]+', "/authorize?..."),
            (r"\b[A-Z]{4}-[A-Z]{4}\b", "ABCD-EFGH"),
            (r"\bASIA[A-Z2-7]{16}\b", "ASIA..."),
            (r'"(SecretAccessKey|SessionToken)": "[^"]+"', r'"\1": "..."'),
            (r"""(AWS_(?:SECRET_ACCESS_KEY|SESSION_TOKEN)["' =:]+)[\w/+=-]{16,}""", r"\1..."),
            (r"SigninToken=[\w-]+", "SigninToken=..."),
        ):
            text = re.sub(pattern, plain, text)
        if os.name == "nt":
            text = re.sub(r"~(\\{1,2}[\w.-]+)+", lambda path: re.sub(r"\\+", "/", path[0]), text)
        return text

    def config(self, text: str) -> None:
        """Make this ``~/.aws/config``."""
        self.aws.mkdir(exist_ok=True)
        (self.aws / "config").write_text(text, newline="\n")

    def date_tokens(self) -> None:
        """The token files were written now by this world's clock, not by the machine's."""
        moment = self.clock.now().timestamp()
        for path in (self.aws / "sso" / "cache").iterdir():
            os.utime(path, (moment, moment))


def _taken(stream: io.StringIO) -> str:
    text = stream.getvalue()
    stream.seek(0)
    stream.truncate()
    return text


Prepare = Callable[[list[str]], None]


def replay(transcript: Path, world: World, prepare: Prepare) -> tuple[str, str]:
    """The transcript as written and as it really went; both as whole texts to compare."""
    written = transcript.read_text()
    played = "".join(_played(written.splitlines(), world, prepare))
    if os.environ.get("UPDATE_TRANSCRIPTS") and played != written:
        transcript.write_text(played)
    return written, played


def _played(lines: Iterable[str], world: World, prepare: Prepare) -> Iterator[str]:
    for line in lines:
        if line.startswith("@ "):
            prepare(shlex.split(line[2:]))
            yield f"{line}\n"
        elif line.startswith("$ "):
            yield f"{line}\n"
            yield from _said(world.run(*shlex.split(line[2:])[1:]))
        elif not line or line.startswith("#"):
            yield f"{line}\n"


def _said(ran: Ran) -> Iterator[str]:
    yield from (f"| {line}".rstrip() + "\n" for line in ran.out.splitlines())
    yield from (f"! {line}".rstrip() + "\n" for line in ran.err.splitlines())
    if ran.code:
        yield f"[{ran.code}]\n"


_SPAN = re.compile(r"(-?\d+)([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def span(text: str) -> timedelta:
    """``90m``, ``8h`` or ``-5m`` as a length of time."""
    found = _SPAN.fullmatch(text)
    assert found, f"{text!r} is no length of time"
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
