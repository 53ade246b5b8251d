"""What each command says, word for word: ``transcripts/*.txt`` (see ``cli_world`` for how to read and renew them)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

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
CONFIGS = {
    "one-session": CORP,
    "two-sessions": f"{CORP}\n{LEGACY}".format("sandbox"),
    "one-unknown": f"{CORP}\n{LEGACY}".format("old-org"),
    "no-session": "[profile plain]\nregion = us-east-1\n",
    "incomplete": "[sso-session corp]\nsso_start_url = https://sandbox.awsapps.com/start\n",
    "duplicate": "[profile a]\nregion = us-east-1\n[profile a]\nregion = us-east-2\n",
}


FAULTS = {"dropped": Fault.DROPPED, "html": Fault.HTML, "500": Fault.status(500), "429": Fault.status(429)}


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


class Stage:
    """Prepares the world for a transcript: the lines that begin with ``@``."""

    def __init__(self, world: World, box: Sandbox) -> None:
        world.browser = Person(box)
        self.world = world
        self.box = box

    def prepare(self, words: list[str]) -> None:
        match words:
            case ["config", name]:
                self.world.config(CONFIGS[name])
            case ["settings", text]:
                place = self.world.home / "tray" / "settings.toml"
                place.parent.mkdir(exist_ok=True)
                place.write_text(text)
            case ["person", "approve" | "deny" | "close" as consent]:
                self.world.browser = Person(self.box, consent)
            case ["person", "reads"]:
                self.world.stderr = Reader(self.box)
            case ["browser", "does-not-start"]:
                self.world.browser = FakeBrowser(starts=False)
            case ["clock", length]:
                self.world.clock.advance(span(length))
            case ["aws", "fails", operation, fault]:
                self.box.fail(operation, FAULTS[fault], times=None)
            case ["region", "is", "wrong"]:
                self.box.knobs.wrong_region = True
            case ["aws", "heals"]:
                self.box.heal()
            case ["administrator", "ends", "everything"]:
                self.box.end_sign_in()
            case _:
                raise AssertionError(f"nobody knows how to prepare {words}")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
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
