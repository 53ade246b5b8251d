"""What each command says, word for word: ``transcripts/*.txt`` (see ``cli_world`` for how to read and renew them)."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from aws_sso_core.sandbox import Fault, Sandbox
from cli_world import Terminal, World, replay, span
from fakes import FakeBrowser

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))

CORP = """\
[sso-session corp]
sso_start_url = https://sandbox.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile dev.admin]
sso_session = corp
sso_account_id = 111122223333
sso_account_name = Dev Account
sso_role_name = AdministratorAccess
region = eu-central-1

[profile prod.readonly]
sso_session = corp
sso_account_id = 333344445555
sso_account_name = Prod [EU]
sso_role_name = AWSReadOnlyAccess
region = eu-central-1
"""
LEGACY = """\
[profile old]
sso_start_url = https://{}.awsapps.com/start
sso_region = us-east-1
sso_account_id = 000123456789
sso_role_name = SecurityAudit
"""
OF_AWS_SSO_UTIL = "credential_process = aws-sso-util credential-process --profile util\n"
CONFIGS = {
    "legacy": "# My accounts.\n"
    + LEGACY.format("sandbox").replace("old", "dev")
    + "region = eu-central-1\n\n"
    + LEGACY.format("sandbox").replace("old", "util")
    + OF_AWS_SSO_UTIL
    + "\n[profile nowhere]\nsso_start_url = https://sandbox.awsapps.com/start\n",
    "one-session": CORP,
    "two-sessions": f"{CORP}\n{LEGACY}".format("sandbox"),
    "one-unknown": f"{CORP}\n{LEGACY}".format("old-org"),
    "unfinished-profiles": f"{CORP}\n[profile no-role]\nsso_session = corp\nsso_account_id = 111122223333\n"
    "[profile no-session]\nsso_session = gone\nsso_account_id = 111122223333\nsso_role_name = Admin\n"
    "[profile keys]\naws_access_key_id = AKIA\naws_secret_access_key = s\n",
    "no-session": "[profile plain]\nregion = us-east-1\n",
    "incomplete": "[sso-session corp]\nsso_start_url = https://sandbox.awsapps.com/start\n",
    "odd-names": "[profile 'my team']\nregion = us-east-1\ncredential_process = /bin/helper\n[profile dev]\n"
    "region = us-east-1\ncredential_process = /bin/helper --for dev\n",
    "duplicate": "[profile a]\nregion = us-east-1\n[profile a]\nregion = us-east-2\n",
}


REGIONS = {
    "eu-central-1": "Europe (Frankfurt)",
    "eu-west-1": "Europe (Ireland)",
    "us-east-1": "US East (N. Virginia)",
    "us-gov-west-1": "AWS GovCloud (US-West)",
}
"""AWS opens new ones all the time."""
FAULTS = {
    "dropped": Fault.DROPPED,
    "html": Fault.HTML,
    "500": Fault.status(500),
    "429": Fault.status(429),
    "403": Fault.status(403),
}


class Person(FakeBrowser):
    """Answers a device page before we ask whether it was answered, so that every run takes the same (fake) time."""

    def open(self, url: str) -> bool:
        self.inline = "/device" in url
        return super().open(url)


class Reader(Terminal):
    """A person who opens by hand what the terminal tells them to open."""

    def __init__(self, box: Sandbox) -> None:
        super().__init__(terminal=False)
        self._browser = Person(box)

    def write(self, text: str) -> int:
        if found := re.search(r"http://127\S+", text):
            self._browser.open(found[0])
        return super().write(text)


class Typist(Terminal):
    """A person who types these lines, as a terminal shows them on the screen."""

    def __init__(self, lines: tuple[str, ...], screen: Terminal) -> None:
        super().__init__()
        self._lines = list(lines)
        self._screen = screen

    def readline(self, _size: int | None = -1, /) -> str:  # type: ignore[override]  # as StringIO has it
        line = f"{self._lines.pop(0)}\n" if self._lines else ""
        self._screen.write(line)
        return line


class Stage:
    """Prepares the world for a transcript: one method for each word that may stand after ``@``."""

    def __init__(self, world: World, box: Sandbox) -> None:
        world.browser = Person(box)
        self.world = world
        self.box = box

    def prepare(self, words: list[str]) -> None:
        getattr(self, words[0].replace("-", "_"))(*words[1:])

    def config(self, name: str) -> None:
        self.world.config(CONFIGS[name])

    def credentials(self, text: str) -> None:
        (self.world.aws / "credentials").write_text(text.replace("\\n", "\n"), newline="\n")

    def program(self, name: str) -> None:
        """A program that the person's shell finds."""
        place = self.world.home / "bin" / (f"{name}.exe" if os.name == "nt" else name)
        place.parent.mkdir(exist_ok=True)
        place.touch(0o755)
        self.world.set(PATH=str(place.parent))

    def docker_config(self, text: str) -> None:
        place = self.world.home / ".docker" / "config.json"
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, newline="\n")

    def lasting(self, name: str, value: str) -> None:
        """A variable that the person's desktop gives to every program it starts."""
        self.world.lasting[name] = value

    def settings(self, text: str) -> None:
        place = self.world.home / "tray" / "settings.toml"
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, newline="\n")

    def env(self, name: str, value: str) -> None:
        self.world.set(**{name: value})

    def clock(self, length: str) -> None:
        self.world.clock.advance(span(length))

    def tray_runs(self) -> None:
        self.world.instance.pid = 4711

    def person(self, does: Literal["approve", "deny", "close", "read"]) -> None:
        if does == "read":
            self.world.stderr = Reader(self.box)
        else:
            self.world.browser = Person(self.box, does)

    def types(self, *lines: str) -> None:
        """In a terminal that can show no lists."""
        screen = Terminal()
        self.world.stderr = screen
        self.world.set(TERM="dumb", COLUMNS="100", SHELL="/bin/bash")
        self.world.stdin(Typist(lines, screen))
        self.world.regions(REGIONS)

    def nobody_types(self) -> None:
        self.world.stderr = Terminal(terminal=False)
        self.world.stdin(Terminal(terminal=False))

    def browser_does_not_start(self) -> None:
        self.world.browser = FakeBrowser(starts=False)

    def program_waits(self, program: str, session: str) -> None:
        self.world.services().wanted.leave(session, program=program)

    def sign_in_lasts(self, session: str, length: str) -> None:
        """A sign-in of this length was seen to end."""
        learned, now = self.world.services().learned, self.world.clock.now()
        learned.record_sign_in(session, now - span(length))
        learned.record_refused(session, now)

    def token_file_of(self, session: str, text: str) -> None:
        services = self.world.services()
        services.tokens.path(services.config.session(session)).write_text(text)

    def aws_fails(self, operation: str, fault: str) -> None:
        self.box.fail(operation, FAULTS[fault], times=None)

    def aws_heals(self) -> None:
        self.box.heal()

    def wrong_region(self) -> None:
        self.box.knobs.wrong_region = True

    def administrator_ends_sign_ins(self) -> None:
        self.box.end_sign_in()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(random, "uniform", lambda least, _most: least)  # pauses between tries: the clock shows them
    return World(tmp_path, monkeypatch)


@pytest.fixture
def stage(world: World) -> Iterator[Stage]:
    with Sandbox(world.clock) as box:
        world.set(**box.environment())
        yield Stage(world, box)


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_commands_say_what_the_transcript_has(transcript: Path, stage: Stage) -> None:
    written, played = replay(transcript, stage.world, stage.prepare)
    assert played == written
