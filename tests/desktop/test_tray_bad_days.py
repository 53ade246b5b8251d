"""What goes wrong on real machines: the tray stays up, says one clear sentence, and is well again when the world is."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aws_sso_core.sandbox import Fault, Sandbox
from desktop.conftest import MakeDesk
from desktop.hand import Hand
from desktop.person import CONFIG, CORP, Person
from desktop.screen import Screen
from desktop.tray_item import tray_items
from patience import LIMIT, until

JUNK = (
    b"",
    b"{",
    b"[]",
    b'"text"',
    b"\xff\xfe\x00junk",
    b"null",
    b'{"accessToken": 7, "expiresAt": {}}',
    b"\x00" * 5000,
)


def test_junk_in_the_cache_leaves_the_tray_running_and_the_token_shown(person: Person, hand: Hand) -> None:
    person.put_token(timedelta(hours=6))
    for number, junk in enumerate(JUNK):
        (person.aws / "sso" / "cache" / f"junk-{number}.json").write_bytes(junk)
    (person.aws / "sso" / "cache" / "folder.json").mkdir()
    child = person.start_tray()
    person.wait_for_row(hand.icon(), r"corp - (signed in|sign in again)")
    assert child.poll() is None


def test_a_damaged_token_is_never_taken_for_a_good_one_and_the_next_good_one_is_seen(
    person: Person, hand: Hand
) -> None:
    path = person.tokens.path(CORP)
    path.parent.mkdir(parents=True)
    child = person.start_tray()
    item = hand.icon()
    for junk in JUNK:
        path.write_bytes(junk)
        person.wait_for_row(item, r"corp - (state unknown|signed out)")
        person.put_token(timedelta(hours=6))
        person.wait_for_row(item, r"corp - (signed in|sign in again)")
    assert child.poll() is None
    assert "Traceback" not in person.log()


def test_a_config_that_no_tool_can_parse_is_told_and_mended(person: Person, hand: Hand, screen: Screen) -> None:
    person.put_token(timedelta(hours=6))
    child = person.start_tray()
    item = hand.icon()
    person.wait_for_row(item, r"corp - (signed in|sign in again)")
    person.config.write_text(CONFIG + "\n[profile broken\nthis is no key\n")
    person.wait_for_row(item, r"! .*config")
    hand.open_menu()
    screen.save("tray-broken-config")
    hand.close_menu()
    assert child.poll() is None
    person.config.write_text(CONFIG)
    person.wait_for_row(item, r"\A(?!.*! )(?s:.*)corp - (signed in|sign in again)")


def test_no_config_at_all_is_told(person: Person, hand: Hand) -> None:
    person.config.unlink()
    person.start_tray()
    item = hand.icon()
    person.wait_for_row(item, r"No IAM Identity Center session is configured")
    person.config.write_text(CONFIG)
    person.wait_for_row(item, r"corp - signed out")


def test_a_config_that_is_a_link_is_read_and_stays_a_link(person: Person, hand: Hand) -> None:
    real = person.desk.home / "dotfiles" / "aws-config"
    real.parent.mkdir()
    person.config.rename(real)
    person.config.symlink_to(real)
    person.start_tray()
    item = hand.icon()
    person.wait_for_row(item, r"o dev.admin")
    hand.pick("dev.admin")
    person.wait_for_row(item, r"Active profile: dev.admin")  # GTK moves the tick by itself, at once
    assert person.config.is_symlink()
    assert "[default]" in real.read_text()
    real.write_text(CONFIG.replace("prod.readonly", "prod.looker"))
    person.wait_for_row(item, r"prod.looker")


def test_a_cache_folder_that_is_removed_and_made_again_is_watched_again(person: Person, hand: Hand) -> None:
    person.put_token(timedelta(hours=6))
    person.start_tray()
    item = hand.icon()
    person.wait_for_row(item, r"corp - (signed in|sign in again)")
    folder = person.aws / "sso"
    folder.rename(person.aws / "gone")
    person.wait_for_row(item, r"corp - signed out")
    person.put_token(timedelta(hours=5))
    person.wait_for_row(item, r"corp - (signed in|sign in again)")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_a_signal_ends_the_tray_cleanly(person: Person, hand: Hand, name: str) -> None:
    child = person.start_tray()
    picture = Path(hand.icon().icon)
    person.wait_for_row(hand.icon(), "corp")
    child.send_signal(signal.Signals[name])
    assert child.wait(LIMIT) == 0, person.log()
    until(lambda: not tray_items(person.desk.bus), "the icon has gone")
    assert not picture.exists(), "the picture that pystray wrote was removed"
    assert "Traceback" not in person.log()
    assert person.start_tray().poll() is None
    hand.icon()


def test_a_second_start_makes_no_second_icon(person: Person, hand: Hand) -> None:
    first = person.start_tray()
    hand.icon()
    second = person.start_tray()
    assert second.wait(LIMIT) == 0
    assert first.poll() is None
    assert len(tray_items(person.desk.bus)) == 1
    assert "running already" in person.log()


def test_start_and_stop_by_command(person: Person, hand: Hand) -> None:
    started = person.ours("start")
    assert started.returncode == 0, started.stderr
    hand.icon()
    again = person.ours("start")
    assert "running already" in again.stdout
    assert len(tray_items(person.desk.bus)) == 1
    stopped = person.ours("stop")
    assert stopped.returncode == 0, stopped.stderr
    until(lambda: not tray_items(person.desk.bus), "the icon has gone")


def test_a_tray_that_was_killed_leaves_no_lock(person: Person, hand: Hand) -> None:
    child = person.start_tray()
    hand.icon()
    child.kill()
    child.wait(LIMIT)
    person.start_tray()
    person.wait_for_row(hand.icon(), "corp")


def test_a_panel_that_restarts_shows_the_icon_again(person: Person, hand: Hand) -> None:
    person.start_tray()
    hand.icon_box()
    person.desk.end(person.desk.find("xfce4-panel"))
    person.desk.start_panel()
    hand.icon()
    hand.icon_box()


def test_without_a_tray_host_the_tray_runs_and_says_it_once(make_desk: MakeDesk, box: Sandbox) -> None:
    desk = make_desk(panel=False)
    person = Person(desk, box)
    child = person.start_tray()
    screen = Screen(desk.display)
    hand = Hand(desk, screen)
    until(lambda: screen.windows("xfce4-notifyd"), "a notice tells of it")
    screen.save("notice-no-tray-host")
    assert "shows no tray icons" in person.log()
    assert child.poll() is None
    desk.start_panel()
    hand.icon()
    screen.close()


def test_consent_that_is_denied_is_told_and_the_tray_goes_on(person: Person, hand: Hand, screen: Screen) -> None:
    person.env["BROWSER"] += " --deny"
    person.start_tray()
    item = hand.icon()
    person.wait_for_row(item, "Sign in to corp")
    hand.pick("Sign in to corp")
    hand.notice()
    screen.save("notice-denied")
    person.wait_for_row(item, "Sign in to corp")


def test_a_browser_that_cannot_start_is_told(person: Person, hand: Hand, screen: Screen) -> None:
    person.env["BROWSER"] = "/nowhere/browser"
    person.start_tray()
    item = hand.icon()
    person.wait_for_row(item, "Sign in to corp")
    hand.pick("Sign in to corp")
    hand.notice()
    screen.save("notice-no-browser")


def test_a_network_that_is_down_is_unknown_and_never_signed_out(person: Person, hand: Hand) -> None:
    assert person.ours("login").returncode == 0
    token = person.tokens.read(CORP)
    assert token is not None
    person.put_token(
        timedelta(minutes=18),
        refresh_token=token.refresh_token,
        client_id=token.client_id,
        client_secret=token.client_secret,
        registration_expires_at=token.registration_expires_at,
    )
    calls = person.box.calls.count("CreateToken")
    person.box.fail("CreateToken", Fault.DROPPED, times=None)
    child = person.start_tray()
    item = hand.icon()
    until(lambda: person.box.calls.count("CreateToken") > calls, "a renewal was tried")
    person.wait_for_row(item, r"corp - (?!signed out)")
    assert child.poll() is None
    assert person.status()["state"] in ("signed-in", "expiring", "unknown")


def test_an_iron_day_of_changes_leaves_one_icon_and_no_traceback(person: Person, hand: Hand) -> None:
    """Many writers at once; in the end the menu is what the files say."""
    child = person.start_tray()
    item = hand.icon()
    for round_ in range(60):
        person.write_in_place(CORP, datetime.now(UTC) + timedelta(hours=1 + round_ % 5))
        if round_ % 7 == 0:
            person.tokens.path(CORP).write_text("{")
        if round_ % 11 == 0:
            person.config.write_text(CONFIG + f"\n[profile p{round_}]\nregion = eu-west-1\n")
    ends_at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=7)
    person.write_in_place(CORP, ends_at)
    person.config.write_text(CONFIG)
    person.wait_for_row(item, rf"corp - .*{ends_at:%H:%M}")
    assert child.poll() is None
    assert "Traceback" not in person.log()
