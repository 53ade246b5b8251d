"""Programs that need credentials while nobody is signed in: one notice names them all, and one click helps them all.

The programs are processes of these names that ask as AWS tools do: by the command line under ``credential_process``.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_sso_core import programs
from desktop.hand import Hand
from desktop.overheard import Overheard
from desktop.person import CONFIG, Person
from desktop.screen import Screen
from patience import until

SLOW = 300.0
"""Seconds: as many interpreters start at once."""
A_WHILE = "40"
"""Seconds that a program waits which waits in vain: the person looks at the notice meanwhile."""
NAMES = ("terraform", "kubectl", "helm", "packer", "vault")
PROCESS = programs.credential_process("tool")
TOOL = f"""
[profile tool]
credential_process = {PROCESS}
aws_sso_tray_session = corp
aws_sso_tray_account_id = 111122223333
aws_sso_tray_role_name = AdministratorAccess
region = eu-west-1
"""


class Callers:
    """Programs that ask, each in a process of its own."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._running: list[subprocess.Popen[str]] = []

    def ask(self, name: str, *more: str) -> None:
        """A program of this name asks, by way of a shell as the SDKs for Go and JavaScript do."""
        program = self._person.desk.folder / name
        if not program.exists():
            program.symlink_to("/bin/sh")
        inner = shlex.join(["/bin/sh", "-c", shlex.join([*shlex.split(PROCESS), *more])])
        self._start(str(program), "-c", f"{inner}; exit $?")

    def deploy(self) -> None:
        """A script with boto3 asks."""
        script = self._person.desk.folder / "deploy.py"
        keys = "json.dumps({'AccessKeyId': keys.access_key})"
        script.write_text(
            "import boto3, json\nkeys = boto3.Session(profile_name='tool').get_credentials().get_frozen_credentials()\n"
            f"print({keys})\n"
        )
        self._start(sys.executable, str(script))

    def _start(self, *command: str) -> None:
        person = self._person
        child = subprocess.Popen(
            command, env=person.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self._running.append(child)

    def waiting(self) -> int:
        """How many have left a note."""
        return len(list((self._person.state / "wanted").glob("*.json")))

    def wait_until_all_wait(self) -> None:
        until(lambda: self.waiting() == len(self._running), "all of them wait", limit=SLOW)

    def ended(self) -> list[tuple[int, str, str]]:
        """Exit code, answer and errors of each, at its end."""
        ends = [(child.communicate(timeout=SLOW), child.returncode) for child in self._running]
        return [(code, out, err) for (out, err), code in ends]

    def stop(self) -> None:
        for child in self._running:
            if child.poll() is None:
                child.kill()
            child.communicate()


@pytest.fixture
def callers(person: Person) -> Iterator[Callers]:
    person.config.write_text(CONFIG + TOOL)
    made = Callers(person)
    yield made
    made.stop()


class Notices:
    """What programs ask the notification service to show, overheard."""

    def __init__(self, person: Person) -> None:
        rule = "type='method_call',interface='org.freedesktop.Notifications',member='Notify'"
        self._overheard = Overheard(person.desk, "notices", rule)

    def titles(self) -> list[tuple[bool, str]]:
        """Whether it took the place of another, and its title."""
        calls = re.findall(
            r'member=Notify\n +string "aws-sso-tray"\n +uint32 (\d+)\n +string ".*"\n +string "(.*)"',
            self._overheard.text(),
        )
        return [(number != "0", title) for number, title in calls]


def count_pages(person: Person) -> Path:
    """Let the browser write a line for each page that it opens."""
    pages = person.desk.folder / "pages"
    pages.touch()
    person.env["BROWSER"] = shlex.join(["sh", "-c", f'echo "$0" >>{pages}; exec {person.env["BROWSER"]} "$0"'])
    return pages


def test_six_programs_are_named_in_one_notice_and_one_click_helps_them_all(
    person: Person, hand: Hand, screen: Screen, callers: Callers
) -> None:
    pages, notices = count_pages(person), Notices(person)
    person.start_tray()
    person.wait_for_row(hand.icon(), r"Sign in to corp")
    for name in NAMES:
        callers.ask(name, "--wait", "900")
    callers.deploy()
    callers.wait_until_all_wait()
    all_named = " and 4 others wait for corp"
    until(lambda: any(title.endswith(all_named) for _, title in notices.titles()), "all are named")
    assert [replaces for replaces, _ in notices.titles()] == [False] + [True] * (len(notices.titles()) - 1)
    hand.notice()
    screen.save("notice-who-waits")
    assert (hand.buttons(), hand.notices()) == (2, 1)
    hand.press(0)
    answers = callers.ended()
    assert [(code, err) for code, _, err in answers if code] == []
    assert len({json.loads(out)["AccessKeyId"] for _, out, _ in answers}) == 1
    assert len(pages.read_text().splitlines()) == 1
    asked = {name: person.box.calls.count(name) for name in ("CreateToken", "GetRoleCredentials")}
    assert asked == {"CreateToken": 1, "GetRoleCredentials": 1}
    until(lambda: hand.notices() == 0, "the notice has gone")


def test_after_later_programs_wait_to_their_limit_and_are_told_what_to_do(
    person: Person, hand: Hand, callers: Callers
) -> None:
    pages = count_pages(person)
    person.start_tray()
    person.wait_for_row(hand.icon(), r"Sign in to corp")
    callers.ask("terraform", "--wait", A_WHILE)
    hand.press(1)
    until(lambda: hand.notices() == 0, "the notice has gone")
    assert callers.waiting() == 1
    assert callers.ended() == [
        (3, "", "aws-sso-tray: Nobody is signed in to corp.\n  Sign in: `aws-sso-tray login tool`\n")
    ]
    assert (hand.notices(), pages.read_text()) == (0, "")


def test_the_notice_goes_when_nobody_waits_any_more(person: Person, hand: Hand, callers: Callers) -> None:
    person.start_tray()
    item = hand.icon()
    person.wait_for_row(item, r"Sign in to corp")
    callers.ask("terraform", "--wait", A_WHILE)
    hand.notice()
    person.wait_for_row(item, r"terraform waits")
    assert [code for code, _, _ in callers.ended()] == [3]
    until(lambda: hand.notices() == 0, "the notice has gone")
