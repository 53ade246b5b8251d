"""Notices on Linux, on a bus of the test's own with a notification service of the test's own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aws_sso_core.desktop.linux.bus import Bus, BusFailed, Service, session_address
from aws_sso_core.desktop.linux.notifier import LinuxNotifier
from aws_sso_core.model import Notice, Urgency
from desktop_contracts import SIGN_IN, NotifierContract
from fakes import LIMIT
from message_bus import FakeService, PrivateBus, private_bus

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"


class FakeNotifications(FakeService):
    """A notification service: what shows is in ``showing``, number -> the arguments of Notify."""

    def __init__(self, address: str, *, server: str = "gnome-shell", capabilities: str = "actions body-markup") -> None:
        self.showing: dict[int, tuple[Any, ...]] = {}
        super().__init__(address)
        self.answers |= {
            f"{NAME}.GetCapabilities": lambda: ("as", (capabilities.split(),)),
            f"{NAME}.GetServerInformation": lambda: ("ssss", (server, "test", "1", "1.2")),
            f"{NAME}.Notify": self._notify,
            f"{NAME}.CloseNotification": lambda _number: ("", ()),
        }
        self.own(NAME)

    def _notify(self, *arguments: Any) -> tuple[str, tuple[Any, ...]]:
        number = arguments[1] or len(self.showing) + 1
        self.showing[number] = arguments
        return "u", (number,)

    def press(self, number: int, action: str) -> None:
        self.emit(PATH, NAME, "ActionInvoked", "us", (number, action))

    def close_notice(self, number: int) -> None:
        self.emit(PATH, NAME, "NotificationClosed", "uu", (number, 2))


class Presses:
    """A notifier's listener; waited for, as signals come from another thread."""

    def __init__(self) -> None:
        self._seen: queue.Queue[tuple[str, str]] = queue.Queue()

    def __call__(self, key: str, button: str) -> None:
        self._seen.put((key, button))

    def next(self) -> tuple[str, str]:
        return self._seen.get(timeout=LIMIT)

    def __len__(self) -> int:
        return self._seen.qsize()


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[PrivateBus]:
    yield from private_bus(tmp_path)


@pytest.fixture
def presses() -> Presses:
    return Presses()


@pytest.fixture
def notifier(bus: PrivateBus, presses: Presses) -> Iterator[LinuxNotifier]:
    made = LinuxNotifier(presses, address=bus.address)
    yield made
    made.close()


class TestContract(NotifierContract):
    @pytest.fixture(autouse=True)
    def _service(self, bus: PrivateBus) -> Iterator[None]:
        service = FakeNotifications(bus.address)
        yield
        service.stop()


def test_title_body_and_buttons_arrive(bus: PrivateBus, notifier: LinuxNotifier) -> None:
    service = FakeNotifications(bus.address)
    notifier.show(SIGN_IN)
    _, _, _, title, body, actions, _, _ = service.showing[1]
    assert (title, body) == (SIGN_IN.title, SIGN_IN.body)
    assert actions == ["sign-in", "Sign in", "later", "Later", "default", "Sign in"]


def test_markup_in_the_body_is_escaped_where_the_service_reads_markup(bus: PrivateBus, notifier: LinuxNotifier) -> None:
    service = FakeNotifications(bus.address, capabilities="body-markup")
    notifier.show(Notice("k", "a <b> & c", "<script> & co"))
    assert service.showing[1][3:5] == ("a <b> & c", "&lt;script&gt; &amp; co")


def test_the_body_stays_as_it_is_where_the_service_reads_no_markup(bus: PrivateBus, notifier: LinuxNotifier) -> None:
    service = FakeNotifications(bus.address, capabilities="actions")
    notifier.show(Notice("k", "t", "<script> & co"))
    assert service.showing[1][4] == "<script> & co"


def test_no_actions_are_sent_to_a_service_that_has_none(bus: PrivateBus, notifier: LinuxNotifier) -> None:
    service = FakeNotifications(bus.address, capabilities="body")
    notifier.show(SIGN_IN)
    assert service.showing[1][5] == []
    assert notifier.has_buttons is False


@pytest.mark.parametrize("server", ["Xfce Notify Daemon", "lxqt-notificationd"])
def test_a_service_that_draws_the_default_action_gets_no_third_button(
    bus: PrivateBus, notifier: LinuxNotifier, server: str
) -> None:
    service = FakeNotifications(bus.address, server=server)
    notifier.show(SIGN_IN)
    assert service.showing[1][5] == ["sign-in", "Sign in", "later", "Later"]
    assert notifier.has_buttons is True


def test_dunst_has_actions_but_no_buttons(bus: PrivateBus, notifier: LinuxNotifier) -> None:
    service = FakeNotifications(bus.address, server="dunst")
    notifier.show(SIGN_IN)
    assert "default" in service.showing[1][5]
    assert notifier.has_buttons is False


@pytest.mark.parametrize(("urgency", "number"), [(Urgency.LOW, 0), (Urgency.NORMAL, 1), (Urgency.CRITICAL, 2)])
def test_urgency_is_told_by_its_number(bus: PrivateBus, notifier: LinuxNotifier, urgency: Urgency, number: int) -> None:
    service = FakeNotifications(bus.address)
    notifier.show(Notice("k", "t", "b", urgency=urgency))
    assert service.showing[1][6]["urgency"] == ("y", number)


def test_the_same_key_replaces_and_another_does_not(bus: PrivateBus, notifier: LinuxNotifier) -> None:
    service = FakeNotifications(bus.address)
    notifier.show(Notice("one", "first", ""))
    notifier.show(Notice("two", "second", ""))
    notifier.show(Notice("one", "third", ""))
    assert {number: note[3] for number, note in service.showing.items()} == {1: "third", 2: "second"}


def test_a_quiet_notice_changes_the_one_that_shows(bus: PrivateBus, notifier: LinuxNotifier) -> None:
    service = FakeNotifications(bus.address)
    notifier.show(Notice("one", "first", ""))
    assert notifier.show(Notice("one", "second", "", quiet=True)) is True
    assert {number: note[3] for number, note in service.showing.items()} == {1: "second"}


def test_a_quiet_notice_does_not_bring_back_one_that_was_put_away(bus: PrivateBus, notifier: LinuxNotifier) -> None:
    service = FakeNotifications(bus.address)
    notifier.show(SIGN_IN)
    notifier.withdraw(SIGN_IN.key)
    assert notifier.show(replace(SIGN_IN, quiet=True)) is True
    assert [service.next_call("Notify")[1], service.next_call("CloseNotification"), service.calls.empty()] == [
        0,
        (1,),
        True,
    ]


def test_a_pressed_button_is_told(bus: PrivateBus, notifier: LinuxNotifier, presses: Presses) -> None:
    service = FakeNotifications(bus.address)
    notifier.show(SIGN_IN)
    service.press(1, "later")
    assert presses.next() == ("end:corp", "later")


def test_a_click_on_the_notice_is_its_default_button(
    bus: PrivateBus, notifier: LinuxNotifier, presses: Presses
) -> None:
    service = FakeNotifications(bus.address)
    notifier.show(SIGN_IN)
    service.press(1, "default")
    assert presses.next() == ("end:corp", "sign-in")


def test_a_button_may_show_the_next_notice_at_once(bus: PrivateBus) -> None:
    """A listener that leads back into the notifier, by way of the tray's engine, must not stop the bus's reader."""
    service = FakeNotifications(bus.address)
    engine: queue.Queue[str] = queue.Queue()
    notifier = LinuxNotifier(lambda _key, button: engine.put(button), address=bus.address)
    notifier.show(SIGN_IN)
    service.press(1, "later")
    assert notifier.show(Notice(engine.get(timeout=LIMIT), "n", "")) is True
    assert service.showing[2][3] == "n"
    notifier.close()


def test_a_press_of_what_we_never_offered_or_never_showed_is_not_told(
    bus: PrivateBus, notifier: LinuxNotifier, presses: Presses
) -> None:
    service = FakeNotifications(bus.address)
    notifier.show(SIGN_IN)
    service.press(1, "format-disk")
    service.press(99, "sign-in")
    service.emit(PATH, NAME, "ActionInvoked", "su", ("sign-in", 1))
    service.press(1, "later")
    assert presses.next() == ("end:corp", "later")
    assert len(presses) == 0


def test_a_stranger_cannot_press_our_button(bus: PrivateBus, notifier: LinuxNotifier, presses: Presses) -> None:
    service, stranger = FakeNotifications(bus.address), FakeService(bus.address)
    notifier.show(SIGN_IN)
    assert notifier._bus is not None
    stranger.emit(PATH, NAME, "ActionInvoked", "us", (1, "sign-in"), to=notifier._bus.name)
    assert stranger.round_trip()
    service.press(1, "later")
    assert presses.next() == ("end:corp", "later")


def test_a_closed_notice_is_not_pressed_any_more(bus: PrivateBus, notifier: LinuxNotifier, presses: Presses) -> None:
    service = FakeNotifications(bus.address)
    notifier.show(SIGN_IN)
    notifier.show(Notice("other", "t", "b", buttons=SIGN_IN.buttons))
    service.close_notice(1)
    service.press(1, "sign-in")
    service.press(2, "later")
    assert presses.next() == ("other", "later")


def test_withdraw_closes_it_once(bus: PrivateBus, notifier: LinuxNotifier) -> None:
    service = FakeNotifications(bus.address)
    notifier.show(SIGN_IN)
    notifier.withdraw(SIGN_IN.key)
    notifier.withdraw(SIGN_IN.key)
    assert service.next_call("CloseNotification") == (1,)
    notifier.show(SIGN_IN)
    assert service.next_call("Notify")[1] == 0
    assert service.calls.empty()


def test_without_a_session_bus_nothing_is_shown(presses: Presses) -> None:
    notifier = LinuxNotifier(presses, address=None)
    assert notifier.show(SIGN_IN) is False
    assert notifier.has_buttons is False
    notifier.withdraw(SIGN_IN.key)
    notifier.close()


@pytest.mark.parametrize("address", ["unix:path=/nowhere/bus", "tcp:host=example", "rubbish", "unix:", ";"])
def test_an_address_that_leads_nowhere_is_no_bus(presses: Presses, address: str) -> None:
    assert LinuxNotifier(presses, address=address).show(SIGN_IN) is False


def test_a_service_that_comes_late_is_met(bus: PrivateBus, notifier: LinuxNotifier) -> None:
    assert notifier.show(SIGN_IN) is False
    service = FakeNotifications(bus.address)
    assert notifier.show(SIGN_IN) is True
    assert service.showing[1][3] == SIGN_IN.title


def test_a_service_that_was_replaced_is_asked_anew_and_old_numbers_are_forgotten(
    bus: PrivateBus, notifier: LinuxNotifier, presses: Presses
) -> None:
    first = FakeNotifications(bus.address, capabilities="actions")
    notifier.show(SIGN_IN)
    first.stop()
    other = FakeNotifications(bus.address, capabilities="body-markup actions")
    assert notifier.show(Notice(SIGN_IN.key, "t", "<b>", buttons=SIGN_IN.buttons)) is True
    assert other.showing[1][1] == 0, "a number of the old service would replace somebody else's notice"
    assert other.showing[1][4] == "&lt;b&gt;"
    other.press(1, "later")
    assert presses.next() == (SIGN_IN.key, "later")


def test_a_service_that_never_answers_costs_a_bounded_wait(bus: PrivateBus, presses: Presses) -> None:
    notifier = LinuxNotifier(presses, address=bus.address, patience=0.01)
    silent = FakeService(bus.address)
    silent.silent = True
    silent.own(NAME)
    assert notifier.show(SIGN_IN) is False
    notifier.close()


def test_a_bus_that_ends_and_another_that_begins_at_its_place(
    bus: PrivateBus, notifier: LinuxNotifier, tmp_path: Path
) -> None:
    FakeNotifications(bus.address)
    assert notifier.show(SIGN_IN) is True
    bus.stop()
    assert notifier.show(SIGN_IN) is False
    (tmp_path / "second").mkdir()
    second = PrivateBus(tmp_path / "second")
    notifier._address = second.address
    FakeNotifications(second.address)
    assert notifier.show(SIGN_IN) is True
    notifier.close()
    second.stop()


def test_a_listener_that_fails_does_not_end_the_notices(bus: PrivateBus) -> None:
    service = FakeNotifications(bus.address)
    told = threading.Event()

    def on_press(_key: str, _button: str) -> None:
        told.set()
        raise RuntimeError("a bug in the tray")

    notifier = LinuxNotifier(on_press, address=bus.address)
    notifier.show(SIGN_IN)
    service.press(1, "later")
    assert told.wait(LIMIT)
    assert notifier.show(SIGN_IN) is True
    notifier.close()


def test_an_error_reply_is_told_by_its_name(bus: PrivateBus) -> None:
    connection = Bus(bus.address)
    with pytest.raises(BusFailed) as caught:
        connection.call(Service("org.nobody.Here", "/", "org.nobody.Here"), "Hello")
    assert caught.value.name == "org.freedesktop.DBus.Error.ServiceUnknown"
    connection.close()


def test_the_session_bus_is_found_by_the_variable_or_by_systemds_socket(tmp_path: Path) -> None:
    assert session_address({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/x"}) == "unix:path=/x"
    assert session_address({"XDG_RUNTIME_DIR": str(tmp_path)}) is None
    (tmp_path / "bus").touch()
    assert session_address({"XDG_RUNTIME_DIR": str(tmp_path)}) == f"unix:path={tmp_path}/bus"
    assert session_address({}) is None
