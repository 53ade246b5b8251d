"""``demo`` on a desktop: the real tray in a throw-away home, and a person who plays with it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from aws_sso_core import programs
from desktop.desk import Desk
from desktop.hand import Hand
from desktop.person import Person
from desktop.screen import Screen
from patience import LIMIT, until


@pytest.fixture
def demo(desk: Desk, person: Person) -> subprocess.Popen[bytes]:
    """The demo, started by a person whose browser approves at once; their own Identity Center is not used."""
    (desk.folder / "tmp").mkdir()
    env = {"BROWSER": person.env["BROWSER"], "TMPDIR": str(desk.folder / "tmp"), "AWS_PROFILE": "their-own"}
    return desk.run(*programs.command_line(), "demo", env=env, log="demo")


def said(desk: Desk) -> str:
    """What the terminal shows."""
    return (desk.folder / "demo.log").read_text()


def test_the_steps_are_told_as_they_are_done_and_quit_leaves_nothing(
    demo: subprocess.Popen[bytes], desk: Desk, person: Person, hand: Hand, screen: Screen
) -> None:
    config = person.config.read_bytes()
    item = hand.icon()
    person.wait_for_row(item, r"Sign in to demo")
    hand.pick("Sign in to demo")
    until(lambda: "Done: 1." in said(desk), "the sign-in is told")
    until(lambda: "Done: 3." in said(desk), "the renewal is told; from here on the menu stays as it is for a while")
    person.wait_for_row(item, r"o dev.admin")
    hand.pick("dev.admin")
    until(lambda: "Done: 2." in said(desk), "the choice is told")
    hand.open_menu()
    screen.save("demo-tray")
    hand.close_menu()
    hand.pick("Quit")
    assert demo.wait(LIMIT) == 0, said(desk)
    assert "the throw-away home is gone" in said(desk)
    assert list((desk.folder / "tmp").iterdir()) == []
    assert person.config.read_bytes() == config
    assert not (Path(person.aws) / "sso").exists()


def test_ctrl_c_in_the_terminal_ends_the_tray_too(demo: subprocess.Popen[bytes], desk: Desk, hand: Hand) -> None:
    hand.icon()
    demo.send_signal(2)
    assert demo.wait(LIMIT) == 0, said(desk)
    assert list((desk.folder / "tmp").iterdir()) == []
