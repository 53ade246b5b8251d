"""What others say on the desk's bus: that a click or a press arrived is heard there, and not seen on the screen."""

from __future__ import annotations

from desktop.desk import Desk
from message_bus import need
from patience import until


class Overheard:
    """The messages that fit any of these match rules, from now on; ``name`` is the log's."""

    def __init__(self, desk: Desk, name: str, *rules: str) -> None:
        self._log = desk.folder / f"{name}.log"
        monitor = [need("dbus-monitor"), "--address", desk.env["DBUS_SESSION_BUS_ADDRESS"], *rules]
        desk.run(*monitor, log=name)
        until(lambda: self._log.exists() and "NameLost" in self.text(), "the monitor listens")

    def text(self) -> str:
        """All of them, as dbus-monitor writes them."""
        return self._log.read_text(errors="replace")
