"""Notices by the Desktop Notifications Specification (``org.freedesktop.Notifications``), version 1.2.

Each ``show`` first asks the bus who the service is now, so one that starts late, ends or is replaced by another is met
as it is. What was shown belongs to the one that showed it (its unique name on the bus): only that one can replace it,
is asked to close it, and is believed when it says that a button was pressed.
"""

from __future__ import annotations

import logging
import threading
from typing import Any, NamedTuple

from aws_sso_core.desktop.linux.bus import CALL_TIMEOUT, Bus, BusFailed, Service, Signal
from aws_sso_core.desktop.ports import OnPress
from aws_sso_core.model import Notice, Urgency

NOTIFICATIONS = Service(
    "org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications"
)
DEFAULT_ACTION = "default"
"""The specification's name for a click on the notice itself."""

SHOW_DEFAULT_AS_BUTTON = frozenset({"Xfce Notify Daemon", "lxqt-notificationd"})
"""These draw the default action as one more button, and do nothing on a click beside it."""

DRAW_NO_BUTTONS = frozenset({"dunst"})
"""These say "actions" and mean a shortcut or a context menu."""

_APP_NAME = "aws-sso-tray"
_URGENCY = {Urgency.LOW: 0, Urgency.NORMAL: 1, Urgency.CRITICAL: 2}
_WHEN_THE_SERVICE_LIKES = -1
_log = logging.getLogger(__name__)


class _Server(NamedTuple):
    owner: str
    name: str
    capabilities: frozenset[str]


class _Shown(NamedTuple):
    owner: str
    number: int
    notice: Notice


class LinuxNotifier:
    """A ``Notifier`` over D-Bus.

    Args:
        on_press: called from the bus's reading thread.
        address: the session bus; None when there is none, and then nothing is ever shown.
        icon: a picture file's path or a themed icon's name.
        patience: seconds to wait for each of the service's answers.
    """

    level = "dbus"

    def __init__(
        self, on_press: OnPress, *, address: str | None, icon: str = "", patience: float = CALL_TIMEOUT
    ) -> None:
        self._patience = patience
        self._on_press = on_press
        self._address = address
        self._icon = icon
        self._lock = threading.Lock()
        self._bus: Bus | None = None
        self._server: _Server | None = None
        self._shown: dict[str, _Shown] = {}

    @property
    def has_buttons(self) -> bool:
        """Whether the service that runs now draws buttons; False when none answers."""
        try:
            server = self._ask(self._connected())
        except BusFailed:
            return False
        return "actions" in server.capabilities and server.name not in DRAW_NO_BUTTONS

    def show(self, notice: Notice) -> bool:
        """Show, or replace what shows under the same key."""
        try:
            bus = self._connected()
            server = self._ask(bus)
            with self._lock:
                before = self._shown.get(notice.key)
            if notice.quiet and (before is None or before.owner != server.owner):
                return True
            body = (
                _APP_NAME,
                before.number if before and before.owner == server.owner else 0,
                self._icon,
                _clean(notice.title),
                _escaped(notice.body) if "body-markup" in server.capabilities else _clean(notice.body),
                _actions(notice, server),
                {"urgency": ("y", _URGENCY[notice.urgency]), "desktop-entry": ("s", _APP_NAME)},
                _WHEN_THE_SERVICE_LIKES,
            )
            bus.call(
                NOTIFICATIONS, "Notify", "susssasa{sv}i", body, arrived=lambda reply: self._remember(notice, reply)
            )
        except BusFailed as error:
            _log.info("no notice: %s", error.sentence)
            return False
        return True

    def withdraw(self, key: str) -> None:
        """Take the notice away if it still shows."""
        with self._lock:
            shown, bus = self._shown.pop(key, None), self._bus
        if shown and bus:
            bus.tell(NOTIFICATIONS._replace(name=shown.owner), "CloseNotification", "u", (shown.number,))

    def close(self) -> None:
        """Leave the bus; what shows stays."""
        with self._lock:
            bus, self._bus = self._bus, None
        if bus:
            bus.close()

    def _connected(self) -> Bus:
        with self._lock:
            if self._bus and not self._bus.lost:
                return self._bus
            self._server = None
            self._shown.clear()
        bus = Bus(self._address, on_signal=self._hear, patience=self._patience)
        try:
            bus.listen(f"type='signal',sender='{NOTIFICATIONS.name}',interface='{NOTIFICATIONS.interface}'")
        except BusFailed:
            bus.close()
            raise
        with self._lock:
            self._bus = bus
        return bus

    def _ask(self, bus: Bus) -> _Server:
        """Who shows notices now, and what it can do. Asking starts one where the desktop has one to start."""
        owner = bus.owner(NOTIFICATIONS.name)
        with self._lock:
            if self._server and self._server.owner == owner:
                return self._server
        (capabilities,) = bus.call(NOTIFICATIONS, "GetCapabilities")
        name = bus.call(NOTIFICATIONS, "GetServerInformation")[0]
        server = _Server(bus.owner(NOTIFICATIONS.name), str(name), frozenset(map(str, capabilities)))
        with self._lock:
            self._server = server
        return server

    def _remember(self, notice: Notice, reply: Any) -> None:
        from jeepney import HeaderFields  # noqa: PLC0415 - loaded by now

        owner = str(reply.header.fields.get(HeaderFields.sender, ""))
        with self._lock:
            self._shown[notice.key] = _Shown(owner, reply.body[0], notice)

    def _hear(self, signal: Signal) -> None:
        match signal.member, signal.body:
            case "ActionInvoked", (int(number), str(action)):
                if shown := self._find(signal.sender, number):
                    self._pressed(shown.notice, action)
            case "NotificationClosed", (int(number), int()):
                if shown := self._find(signal.sender, number):
                    with self._lock:
                        self._shown.pop(shown.notice.key, None)
            case _:
                pass

    def _find(self, owner: str, number: int) -> _Shown | None:
        with self._lock:
            return next((s for s in self._shown.values() if (s.owner, s.number) == (owner, number)), None)

    def _pressed(self, notice: Notice, action: str) -> None:
        button = notice.default if action == DEFAULT_ACTION else action
        if button is not None and button in {notice.default, *(b.id for b in notice.buttons)}:
            self._on_press(notice.key, button)


def _actions(notice: Notice, server: _Server) -> list[str]:
    """Id and label in turn, as the specification has them."""
    if "actions" not in server.capabilities:
        return []
    actions = [text for button in notice.buttons for text in (button.id, _clean(button.label))]
    if notice.default is not None and server.name not in SHOW_DEFAULT_AS_BUTTON:
        labels = {button.id: button.label for button in notice.buttons}
        actions += [DEFAULT_ACTION, _clean(labels.get(notice.default, "Open"))]
    return actions


def _clean(text: str) -> str:
    """What D-Bus can carry: valid UTF-8 without NUL, or it would close the connection."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _escaped(text: str) -> str:
    return _clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
