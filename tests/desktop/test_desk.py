"""The desk itself, with pystray alone and our notifier alone: what fails here is not the tray's fault."""

from __future__ import annotations

import queue
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from aws_sso_core.desktop.linux.notifier import LinuxNotifier
from aws_sso_core.desktop.linux.presence import display, idle_seconds, tray_host
from aws_sso_core.model import Button, Notice
from desktop.conftest import MakeDesk
from desktop.desk import Desk
from desktop.hand import PANEL, Hand
from desktop.screen import Screen
from fakes import NOON
from patience import LIMIT, until

NOTICE = Notice(
    "end:corp",
    "corp: sign in again by about 17:30",
    "The sign-in ends in about 15 minutes, as earlier <ones> & others did.",
    (Button("sign-in", "Sign in"), Button("later", "Later")),
    default="sign-in",
)


class Presses:
    """Pressed buttons, waited for."""

    def __init__(self) -> None:
        self.seen: queue.Queue[tuple[str, str]] = queue.Queue()

    def __call__(self, key: str, button: str) -> None:
        self.seen.put((key, button))


def bare_icon(desk: Desk) -> subprocess.Popen[bytes]:
    return desk.run(sys.executable, str(Path(__file__).with_name("bare_icon.py")), log="bare")


def told(desk: Desk) -> list[str]:
    return (desk.folder / "bare.log").read_text().splitlines()


def wait_for_line(desk: Desk, line: str) -> None:
    until(lambda: line in told(desk), f"the icon says {line!r}")


def test_the_panel_draws_an_icon_and_its_menu(desk: Desk, screen: Screen, hand: Hand) -> None:
    bare_icon(desk)
    assert hand.icon().get("Title") == "Bare"
    with Image.open(hand.icon().icon + ".png" if not Path(hand.icon().icon).exists() else hand.icon().icon) as picture:
        assert picture.size == (64, 64)
    assert hand.icon_box().x > PANEL.width - 64
    hand.open_menu()
    screen.save("desk-menu")
    assert hand.icon().menu().text().splitlines() == [
        "First",
        "(Only to read)",
        "---",
        "Profiles",
        "    dev_admin",
        "    prod & co",
        "Second",
        "---",
        "Quit",
    ]


def test_a_row_is_clicked_with_the_pointer(desk: Desk, hand: Hand) -> None:
    bare_icon(desk)
    hand.pick("Second")
    wait_for_line(desk, "clicked Second")


def test_a_row_of_a_submenu_is_clicked_with_the_pointer(desk: Desk, hand: Hand) -> None:
    bare_icon(desk)
    hand.pick("Profiles", "prod & co")
    wait_for_line(desk, "clicked prod & co")


def test_a_row_of_a_submenu_is_chosen_with_the_keys(desk: Desk, hand: Hand) -> None:
    bare_icon(desk)
    hand.pick_by_keys("Profiles", "prod & co")
    wait_for_line(desk, "clicked prod & co")


def test_a_row_is_clicked_over_the_bus(desk: Desk, hand: Hand) -> None:
    bare_icon(desk)
    hand.icon().click("Profiles", "dev_admin")
    wait_for_line(desk, "clicked dev_admin")


def test_an_icon_that_quits_is_gone_from_the_panel(desk: Desk, hand: Hand) -> None:
    child = bare_icon(desk)
    hand.icon().click("Quit")
    assert child.wait(LIMIT) == 0
    assert told(desk)[-1] == "stopped"


@pytest.mark.parametrize(("number", "button"), [(0, "sign-in"), (1, "later")])
def test_a_notice_has_two_buttons_and_each_can_be_pressed(
    desk: Desk, screen: Screen, hand: Hand, number: int, button: str
) -> None:
    presses = Presses()
    notifier = LinuxNotifier(presses, address=desk.env["DBUS_SESSION_BUS_ADDRESS"])
    assert notifier.show(NOTICE) is True
    assert notifier.has_buttons is True
    assert hand.buttons() == 2
    screen.save("desk-notice")
    hand.press(number)
    assert presses.seen.get(timeout=LIMIT) == ("end:corp", button)
    notifier.close()


def test_a_notice_with_the_same_key_replaces_and_a_withdrawn_one_goes(desk: Desk, hand: Hand) -> None:
    notifier = LinuxNotifier(Presses(), address=desk.env["DBUS_SESSION_BUS_ADDRESS"])
    notifier.show(NOTICE)
    hand.notice()
    notifier.show(Notice(NOTICE.key, "Another text", "", NOTICE.buttons))
    notifier.show(Notice("other", "A second notice", ""))
    until(lambda: hand.notices() == 2, "two notices show")
    notifier.withdraw(NOTICE.key)
    notifier.withdraw("other")
    until(lambda: hand.notices() == 0, "no notice shows")
    notifier.close()


def test_a_notification_service_that_crashes_and_comes_back_is_met_again(make_desk: MakeDesk) -> None:
    desk = make_desk(panel=False)
    notifier = LinuxNotifier(Presses(), address=desk.env["DBUS_SESSION_BUS_ADDRESS"])
    assert notifier.show(NOTICE) is True
    desk.end(desk.find("xfce4-notifyd"))
    until(lambda: not desk.bus.owner("org.freedesktop.Notifications"), "the service has gone")
    assert notifier.show(NOTICE) is False
    desk.start_notices("dunst")
    assert notifier.show(NOTICE) is True
    assert notifier.has_buttons is False
    notifier.close()


def test_without_a_notification_service_a_notice_is_not_shown(make_desk: MakeDesk) -> None:
    desk = make_desk(panel=False, notices="none")
    notifier = LinuxNotifier(Presses(), address=desk.env["DBUS_SESSION_BUS_ADDRESS"])
    assert notifier.show(NOTICE) is False
    notifier.close()


def test_the_panel_is_a_tray_host_and_the_display_a_display(desk: Desk) -> None:
    assert tray_host(session=desk.env["DBUS_SESSION_BUS_ADDRESS"], env=desk.env) is True
    assert display(desk.env) is True


def test_a_desk_without_a_panel_has_no_tray_host(make_desk: MakeDesk) -> None:
    desk = make_desk(panel=False, notices="none")
    assert tray_host(session=desk.env["DBUS_SESSION_BUS_ADDRESS"], env=desk.env) is False


def test_a_panel_that_takes_only_old_icons_is_a_tray_host_too(desk: Desk) -> None:
    """XEmbed, as trayer and i3bar have it; xfce4-panel takes both kinds, and here it is asked for the old one alone."""
    until(lambda: tray_host(session=None, env=desk.env), "the panel takes them")


def test_an_x_server_without_any_panel_has_no_tray(make_desk: MakeDesk) -> None:
    desk = make_desk(panel=False, notices="none")
    assert tray_host(session=None, env=desk.env) is False


def test_the_x_server_tells_how_long_nobody_touched_anything(desk: Desk, screen: Screen) -> None:
    begun = time.monotonic()
    screen.move(100, 100)
    idle = idle_seconds(session=desk.env["DBUS_SESSION_BUS_ADDRESS"], system=None, env=desk.env, now=NOON)
    assert idle is not None
    assert 0 <= idle <= time.monotonic() - begun + 1
