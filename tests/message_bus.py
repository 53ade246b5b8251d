"""A message bus of a test's own, and services on it: nothing of the machine's desktop is seen or touched."""

from __future__ import annotations

import os
import queue
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("jeepney", reason="D-Bus is for Linux")

from jeepney import (
    DBusAddress,
    DBusNameFlags,
    HeaderFields,
    Message,
    MessageFlag,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import open_dbus_connection

from fakes import LIMIT

REQUIRE = "AWS_SSO_TRAY_REQUIRE"
"""Set by the project's test command, which installs what tests need: then a missing program is a failure."""

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/><allow user="*"/>
  </policy>
</busconfig>
"""


def need(program: str) -> str:
    """The program's path; without it the test is skipped, or fails where everything must be there."""
    found = shutil.which(program)
    if found:
        return found
    sentence = f"{program} is not installed"
    if os.environ.get(REQUIRE):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


class PrivateBus:
    """A ``dbus-daemon`` that starts no services by itself."""

    def __init__(self, folder: Path) -> None:
        config = folder / "bus.conf"
        config.write_text(_CONFIG.format(folder=folder))
        self._process = subprocess.Popen(
            [need("dbus-daemon"), f"--config-file={config}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().strip()
        assert self.address, "dbus-daemon did not start"

    def stop(self) -> None:
        """End it; again is no error."""
        assert self._process.stdout is not None
        self._process.terminate()
        self._process.wait(LIMIT)
        self._process.stdout.close()


def private_bus(folder: Path) -> Iterator[PrivateBus]:
    """The body of a fixture. Sockets have short names: ``folder`` is pytest's, and 108 bytes is all there is."""
    bus = PrivateBus(folder)
    try:
        yield bus
    finally:
        bus.stop()


Answer = Callable[..., tuple[str, tuple[Any, ...]]]
"""Called with the arguments; returns signature and values. Raises LookupError(name) for an error reply."""


class FakeService:
    """A connection that owns names and answers calls from a thread of its own.

    ``answers`` maps "interface.member" to an ``Answer``; "Properties.Get" is answered from ``properties``
    ("interface.name" -> (signature, value)). ``calls`` holds what came, in order.
    """

    def __init__(self, address: str, *names: str) -> None:
        self._connection = open_dbus_connection(bus=address)
        self._sending = threading.Lock()
        self.address = address
        self.unique_name = self._connection.unique_name
        self.answers: dict[str, Answer] = {
            "org.freedesktop.DBus.Properties.Get": lambda interface, name: (
                "v",
                (self.properties[f"{interface}.{name}"],),
            )
        }
        self.properties: dict[str, tuple[str, Any]] = {}
        self.calls: queue.Queue[tuple[str, tuple[Any, ...]]] = queue.Queue()
        self.silent = False
        self._owned: queue.Queue[int] = queue.Queue()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        for name in names:
            self.own(name)

    def own(self, name: str) -> None:
        """Take a name on the bus, now that calls can be answered; from another who has it, too."""
        self._send(message_bus.RequestName(name, DBusNameFlags.allow_replacement | DBusNameFlags.replace_existing))
        assert self._owned.get(timeout=LIMIT) == 1, f"somebody has {name}"

    def round_trip(self) -> bool:
        """Whether the bus has dealt with all we sent before."""
        self._send(message_bus.GetId())
        return self._owned.get(timeout=LIMIT) is not None

    def emit(
        self,
        path: str,
        interface: str,
        member: str,
        signature: str,
        body: tuple[Any, ...],
        to: str | None = None,
    ) -> None:
        """Send a signal to everybody who listens, or to one."""
        message = new_signal(DBusAddress(path, interface=interface), member, signature, body)
        if to:
            message.header.fields[HeaderFields.destination] = to
        self._send(message)

    def next_call(self, member: str) -> tuple[Any, ...]:
        """The arguments of the next call of this method, waited for; others are passed over."""
        while True:
            name, body = self.calls.get(timeout=LIMIT)
            if name.endswith(f".{member}"):
                return body

    def stop(self) -> None:
        """Leave the bus, as a service that ends or crashes."""
        self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(LIMIT)

    def _serve(self) -> None:
        try:
            while True:
                message = self._connection.receive()
                if message.header.message_type == MessageType.method_call:
                    self._answer(message)
                elif message.header.message_type == MessageType.method_return:
                    self._owned.put(message.body[0])
        except OSError:
            self._connection.close()

    def _answer(self, message: Message) -> None:
        fields = message.header.fields
        name = f"{fields.get(HeaderFields.interface)}.{fields[HeaderFields.member]}"
        try:
            answer = self.answers[name](*message.body)
        except LookupError as error:
            text = str(error.args[0])
            reply = new_error(message, text if text.count(".") > 1 else "org.freedesktop.DBus.Error.UnknownMethod")
        else:
            reply = new_method_return(message, answer[0] or None, answer[1])
        if not (self.silent or message.header.flags & MessageFlag.no_reply_expected):
            self._send(reply)
        self.calls.put((name, tuple(message.body)))

    def _send(self, message: Message) -> None:
        with self._sending:
            self._connection.send(message)
