"""The main story on a real desktop, end to end.

Our tray, a real panel, real clicks on real pixels, real AWS clients; only Identity Center is the sandbox, and the person's
browser is its visitor.
"""

from __future__ import annotations

import configparser
import re
import shlex
import sys
from datetime import UTC, datetime, timedelta

import pytest

from desktop.hand import Hand
from desktop.person import CORP, Person
from desktop.screen import Screen
from message_bus import need
from patience import LIMIT, until

HOUR = timedelta(hours=1)


def local(moment: datetime) -> str:
    """As the menu writes a time; the desk's zone is UTC."""
    return moment.strftime("%H:%M")


def test_the_icon_appears_and_its_menu_opens(person: Person, hand: Hand, screen: Screen) -> None:
    person.start_tray()
    item = hand.icon()
    person.wait_for_row(item, r"Sign in to corp")
    until(lambda: "corp: signed out" in item.get("Title"), "the tooltip says it too")
    hand.open_menu()
    screen.save("tray-signed-out")
    hand.close_menu()


def test_sign_in_is_clicked_the_browser_finishes_it_and_the_menu_shows_the_new_times(
    person: Person, hand: Hand, screen: Screen
) -> None:
    person.start_tray()
    item = hand.icon()
    person.wait_for_row(item, r"Sign in to corp")
    hand.pick("Sign in to corp")
    token = person.wait_until_signed_in()
    renews_by = token.expires_at - timedelta(minutes=25)
    menu = person.wait_for_row(item, r"corp - .*renews itself at")
    shown = {local(renews_by + timedelta(minutes=n)) for n in range(-1, 7)}
    assert re.findall(r"renews itself at (?:\w+ )?(\d\d:\d\d)", menu)[0] in shown, menu  # before midnight with the day
    assert "Sign in to corp" not in [row.label for row in item.menu().rows]
    until(lambda: "corp" in item.get("Title"), "the tooltip says it too")
    hand.open_menu()
    screen.save("tray-signed-in")
    hand.close_menu()
    assert person.status()["state"] == "signed-in"
    assert person.box.calls.count("CreateToken") >= 1


def test_a_profile_is_picked_and_aws_cli_and_boto3_are_that_profile(person: Person, hand: Hand, screen: Screen) -> None:
    assert person.ours("login").returncode == 0
    before = person.config.read_text()
    person.start_tray()
    item = hand.icon()
    person.wait_for_row(item, r"o prod.readonly")
    hand.pick("prod.readonly")
    assert "* prod.readonly" in person.wait_for_row(item, r"Active profile: prod.readonly")
    hand.open_menu()
    screen.save("tray-profile")
    hand.close_menu()

    assert "assumed-role/AWSReservedSSO_AWSReadOnlyAccess_" in person.identity()
    assert ":333344445555:" in person.identity()
    listed = person.run(need("aws"), "configure", "list")
    assert "us-east-2" in listed.stdout, listed
    who = person.run(need("aws"), "sts", "get-caller-identity", "--output", "text")
    assert "333344445555" in who.stdout, who
    assert before in person.config.read_text(), "what the person wrote is still there, byte for byte"

    hand.pick("dev.admin")
    person.wait_for_row(item, r"Active profile: dev.admin")  # GTK moves the tick by itself, at once
    assert ":111122223333:" in person.identity()


def test_the_console_and_a_shell_are_those_of_the_active_profile(person: Person, hand: Hand, screen: Screen) -> None:
    assert person.ours("login").returncode == 0
    assert person.ours("use", "prod.readonly").returncode == 0
    opened = person.desk.folder / "opened"
    person.env["BROWSER"] = f"sh -c 'echo \"$0\" >{opened}'"
    person.start_tray()
    item = hand.icon()
    person.wait_for_row(item, r"Open the console")
    hand.pick("Open the console")
    link = until(lambda: opened.read_text().strip() if opened.exists() else "", "the browser has it")
    assert link.endswith("/start/#/console?account_id=333344445555&role_name=AWSReadOnlyAccess")

    item.click("Copy as environment", "bash or zsh")
    paste = "import tkinter; r = tkinter.Tk(); r.withdraw(); print(r.clipboard_get())"
    lines = until(lambda: person.run(sys.executable, "-c", paste).stdout, "the lines are on the clipboard")
    who = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
    script = f"{lines}\n{shlex.join([sys.executable, '-c', who])}"
    assert ":333344445555:assumed-role/AWSReservedSSO_AWSReadOnlyAccess_" in person.run("bash", "-c", script).stdout
    secret = next(line for line in lines.splitlines() if "AWS_SECRET_ACCESS_KEY=" in line).partition("=")[2]
    assert secret not in person.log()
    screen.save("tray-copied")


def test_going_back_brings_the_config_of_before_byte_for_byte(person: Person, hand: Hand) -> None:
    person.config.write_text("[default]\n# mine\nregion=sa-east-1   \noutput = yaml\n\n" + person.config.read_text())
    before = person.config.read_bytes()
    person.start_tray()
    item = hand.icon()
    person.wait_for_row(item, r"o dev.admin")
    hand.pick("dev.admin")
    person.wait_for_row(item, r"Active profile: dev.admin")  # GTK moves the tick by itself, at once
    parser = configparser.RawConfigParser()
    parser.read(person.config)
    assert parser["default"]["region"] == "eu-west-1"
    hand.pick("Undo the last switch")
    until(lambda: person.config.read_bytes() == before, "the config is as it was")


def test_a_token_of_another_program_is_in_the_menu(person: Person, hand: Hand) -> None:
    person.start_tray()
    item = hand.icon()
    person.wait_for_row(item, r"corp - signed out")
    ends_at = datetime.now(UTC).replace(microsecond=0) + 6 * HOUR
    person.write_in_place(CORP, ends_at)
    person.wait_for_row(item, rf"corp - .*{local(ends_at)}")


def test_a_sign_out_by_another_program_is_in_the_menu(person: Person, hand: Hand) -> None:
    person.put_token(6 * HOUR)
    person.start_tray()
    item = hand.icon()
    person.wait_for_row(item, r"corp - signed in|corp - sign in again")
    person.tokens.path(CORP).unlink()
    person.wait_for_row(item, r"corp - signed out")


def test_signing_out_in_the_menu_ends_the_token(person: Person, hand: Hand) -> None:
    assert person.ours("login").returncode == 0
    person.start_tray()
    item = hand.icon()
    person.wait_for_row(item, r"corp - .*renews")
    hand.pick("corp - ", "Sign out")
    person.wait_for_row(item, r"corp - signed out")
    assert not person.tokens.path(CORP).exists()
    assert person.box.calls.count("Logout") == 1


@pytest.mark.parametrize("way", ["pointer", "keys"])
def test_quit_in_the_menu_ends_the_tray(person: Person, hand: Hand, way: str) -> None:
    child = person.start_tray()
    item = hand.icon()
    person.wait_for_row(item, r"corp - ")
    (hand.pick if way == "pointer" else hand.pick_by_keys)("Quit")
    assert child.wait(LIMIT) == 0, person.log()
