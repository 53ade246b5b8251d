"""One connection to a D-Bus message bus, and the thread that reads it.

jeepney's own threading module costs 1 MB more and hands signals over by queues, which needs a second thread for each
listener; this one calls the listener from the reading thread, so replies and signals are seen in the order they came.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from aws_sso_core.errors import DesktopUnavailable

CALL_TIMEOUT = 2.0
"""Seconds to wait for a reply: our callers have a menu to keep alive."""

_log = logging.getLogger(__name__)


class BusFailed(DesktopUnavailable):
    """The bus, or a service on it, is not there, did not answer in time or refused.

    ``name`` is the D-Bus error's name ("org.freedesktop.DBus.Error.ServiceUnknown"), empty for a lost connection.
    """

    def __init__(self, sentence: str, name: str = "") -> None:
        super().__init__(sentence)
        self.name = name


class Signal(NamedTuple):
    """What somebody announced; the body is as they sent it, so check its shape."""

    sender: str
    path: str
    interface: str
    member: str
    body: tuple[Any, ...]


class Service(NamedTuple):
    """One interface of one object on the bus."""

    name: str
    path: str
    interface: str


DAEMON = Service("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
PROPERTIES = "org.freedesktop.DBus.Properties"


def session_address(env: Mapping[str, str]) -> str | None:
    """The session bus: ``DBUS_SESSION_BUS_ADDRESS``, else systemd's socket in ``XDG_RUNTIME_DIR``, else None."""
    if address := env.get("DBUS_SESSION_BUS_ADDRESS"):
        return address
    runtime = env.get("XDG_RUNTIME_DIR")
    if runtime and (Path(runtime) / "bus").exists():
        return f"unix:path={runtime}/bus"
    return None


def system_address(env: Mapping[str, str]) -> str:
    """The system bus, where logind lives."""
    return env.get("DBUS_SYSTEM_BUS_ADDRESS") or "unix:path=/run/dbus/system_bus_socket"


class _Reply:
    """A call that waits."""

    def __init__(self, arrived: Callable[[Any], None] | None) -> None:
        self.done = threading.Event()
        self.message: Any = None
        self.arrived = arrived


class Bus:
    """A connection; ``name`` is ours on the bus, ``lost`` is set once it has ended, by either side.

    Args:
        address: as in ``DBUS_SESSION_BUS_ADDRESS``; None is a machine without a bus.
        on_signal: called from the reading thread; must not make calls that wait.
        on_lost: called from the reading thread when the bus has gone, but not after ``close``.
        patience: seconds to wait for each reply.

    Raises:
        BusFailed: there is no such bus.
    """

    def __init__(
        self,
        address: str | None,
        *,
        on_signal: Callable[[Signal], None] | None = None,
        on_lost: Callable[[], None] | None = None,
        patience: float = CALL_TIMEOUT,
    ) -> None:
        self._patience = patience
        self._on_signal = on_signal
        self._on_lost = on_lost
        self._connection = _connect(address)
        self.name = str(self._connection.unique_name)
        self._lock = threading.Lock()
        self._waiting: dict[int, _Reply] = {}
        self._closing = False
        self.lost = False
        self._thread = threading.Thread(target=self._read, name="d-bus", daemon=True)
        self._thread.start()

    def call(
        self,
        service: Service,
        method: str,
        signature: str = "",
        body: Sequence[Any] = (),
        *,
        arrived: Callable[[Any], None] | None = None,
    ) -> tuple[Any, ...]:
        """Call a method and return the reply's values.

        Args:
            service: whom to ask.
            method: the method's name.
            signature: the types of ``body``.
            body: the arguments.
            arrived: called with the good reply in the reading thread, before any later signal is looked at.

        Raises:
            BusFailed: no such service, no reply in time, an error reply, or the bus has gone.
        """
        from jeepney import HeaderFields, MessageType  # noqa: PLC0415 - see _connect

        message = _method_call(service, method, signature, body)
        reply = _Reply(arrived)
        with self._lock:
            serial = next(self._connection.outgoing_serial)
            self._waiting[serial] = reply
        try:
            self._send(message, serial)
            if not reply.done.wait(self._patience):
                raise BusFailed(f"{service.name} did not answer {method} within {self._patience:g} s.")
        finally:
            with self._lock:
                self._waiting.pop(serial, None)
        if reply.message is None:
            raise BusFailed("The message bus has gone.")
        if reply.message.header.message_type == MessageType.error:
            name = str(reply.message.header.fields.get(HeaderFields.error_name, ""))
            raise BusFailed(f"{service.name} refused {method}: {name}.", name)
        return tuple(reply.message.body)

    def tell(self, service: Service, method: str, signature: str = "", body: Sequence[Any] = ()) -> None:
        """Call a method without waiting for, or wanting, a reply. A bus that has gone is no error here."""
        from jeepney import MessageFlag  # noqa: PLC0415 - see _connect

        message = _method_call(service, method, signature, body)
        message.header.flags = MessageFlag.no_reply_expected
        with self._lock:
            serial = next(self._connection.outgoing_serial)
        try:
            self._send(message, serial)
        except BusFailed:
            _log.debug("%s was not told %s", service.name, method)

    def get(self, service: Service, name: str) -> Any:
        """A property's value.

        Raises:
            BusFailed: as ``call``.
        """
        on = Service(service.name, service.path, PROPERTIES)
        ((_, value),) = self.call(on, "Get", "ss", (service.interface, name))
        return value

    def listen(self, rule: str) -> None:
        """Ask the bus for signals by a match rule (D-Bus specification, "Match Rules").

        Raises:
            BusFailed: as ``call``.
        """
        self.call(DAEMON, "AddMatch", "s", (rule,))

    def owner(self, name: str) -> str:
        """The unique name of who has this name now, empty for nobody; nothing is started for it.

        Raises:
            BusFailed: as ``call``.
        """
        try:
            return str(self.call(DAEMON, "GetNameOwner", "s", (name,))[0])
        except BusFailed as error:
            if error.name == "org.freedesktop.DBus.Error.NameHasNoOwner":
                return ""
            raise

    def close(self) -> None:
        """End the connection and its thread."""
        import socket  # noqa: PLC0415 - jeepney has it loaded by now

        self._closing = True
        try:
            self._connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            _log.debug("the message bus had gone before we closed")
        if threading.current_thread() is not self._thread:
            self._thread.join(CALL_TIMEOUT)

    def _send(self, message: Any, serial: int) -> None:
        try:
            with self._lock:
                if self.lost:
                    raise BusFailed("The message bus has gone.")
                self._connection.send(message, serial)
        except OSError as error:
            raise BusFailed("The message bus has gone.") from error

    def _read(self) -> None:
        try:
            while True:
                self._dispatch(self._connection.receive())
        except OSError:
            pass  # closed, by us or by the bus
        except Exception:  # noqa: BLE001 - foreign bytes; the connection ends, the tray goes on
            _log.exception("the message bus said something that cannot be read")
        with self._lock:
            self.lost = True
            waiting = list(self._waiting.values())
        self._connection.close()
        for reply in waiting:
            reply.done.set()
        if not self._closing and self._on_lost is not None:
            self._guarded(self._on_lost)

    def _dispatch(self, message: Any) -> None:
        from jeepney import HeaderFields, MessageType  # noqa: PLC0415 - see _connect

        fields = message.header.fields
        kind = message.header.message_type
        if kind in (MessageType.method_return, MessageType.error):
            with self._lock:
                reply = self._waiting.get(fields.get(HeaderFields.reply_serial, -1))
            if reply is None:
                return
            if reply.arrived is not None and kind == MessageType.method_return:
                self._guarded(reply.arrived, message)
            reply.message = message
            reply.done.set()
        elif kind == MessageType.signal and self._on_signal is not None:
            names = (HeaderFields.sender, HeaderFields.path, HeaderFields.interface, HeaderFields.member)
            sender, path, interface, member = (str(fields.get(name, "")) for name in names)
            self._guarded(self._on_signal, Signal(sender, path, interface, member, tuple(message.body)))

    @staticmethod
    def _guarded(what: Callable[..., None], *values: Any) -> None:
        try:
            what(*values)
        except Exception:  # noqa: BLE001 - the reading thread must outlive every listener
            _log.exception("a listener on the message bus failed")


def _connect(address: str | None) -> Any:
    if not address:
        raise BusFailed("There is no session bus here.")
    # Imported here so that choosing a desktop costs nothing to a command that never asks it anything.
    from jeepney import AuthenticationError, DBusErrorResponse  # noqa: PLC0415
    from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415

    try:
        return open_dbus_connection(bus=address)
    except (OSError, ValueError, KeyError, RuntimeError, AuthenticationError, DBusErrorResponse) as error:
        raise BusFailed(f"The message bus cannot be reached: {error}.") from error


def _method_call(service: Service, method: str, signature: str, body: Sequence[Any]) -> Any:
    from jeepney import DBusAddress, new_method_call  # noqa: PLC0415 - see _connect

    address = DBusAddress(service.path, bus_name=service.name, interface=service.interface)
    return new_method_call(address, method, signature or None, tuple(body))
