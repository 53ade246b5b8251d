"""A desktop of a test's own: X server, message bus, window manager, panel and notification service, all real.

Nothing of the machine's own desktop is seen or touched: its own display number, its own bus (on which only Xfce's
settings are started on demand), its own home. Each part is a child process that ends with the test, by its id.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from aws_sso_core.desktop.linux.bus import Bus, BusFailed
from message_bus import need
from patience import LIMIT, until

GRACE = 3.0
"""Seconds for a program to end by itself."""

WATCHER = "org.kde.StatusNotifierWatcher"
NOTIFICATIONS = "org.freedesktop.Notifications"
Notices = Literal["xfce", "dunst", "none"]

_HERE = Path(__file__).parent
_SERVICES = Path("/usr/share/dbus-1/services")
_NOTIFYD = "/usr/lib/{}/xfce4/notifyd/xfce4-notifyd"
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{folder}/services</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""


class Desk:
    """A desktop. ``env`` is the environment of a program that runs on it.

    Args:
        folder: for everything it writes; a short path, as sockets lie in it.
        panel: with xfce4-panel, which shows StatusNotifier items.
        notices: the notification service.
    """

    def __init__(self, folder: Path, *, panel: bool = True, notices: Notices = "xfce") -> None:
        self.folder = folder
        self.home = folder / "home"
        self.home.mkdir(mode=0o700)
        self._children: list[subprocess.Popen[bytes]] = []
        self.env = self._clean_environment()
        try:
            self.display = self.env["DISPLAY"] = self._start_x()
            self.env["DBUS_SESSION_BUS_ADDRESS"] = self._start_bus()
            self.bus = Bus(self.env["DBUS_SESSION_BUS_ADDRESS"], patience=LIMIT)
            self._write_settings()
            self.run(need("openbox"), "--sm-disable")
            if panel:
                self.start_panel()
            if notices != "none":
                self.start_notices(notices)
        except BaseException:
            self.stop()
            raise

    def run(self, *command: str, env: Mapping[str, str] | None = None, log: str = "") -> subprocess.Popen[bytes]:
        """Start a program on the desk; it is ended with it. Its output goes to the file ``log``."""
        with (self.folder / f"{log or Path(command[0]).name}.log").open("ab") as output:
            child = subprocess.Popen(
                command,
                env={**self.env, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._children.append(child)
        return child

    def find(self, program: str) -> subprocess.Popen[bytes]:
        """The child that runs this program."""
        return next(c for c in self._children if isinstance(c.args, tuple) and Path(c.args[0]).name == program)

    def end(self, child: subprocess.Popen[bytes]) -> None:
        """End one of them: politely, then not (a panel whose plugin crashed hangs in a dialog)."""
        if child.poll() is None:
            child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(GRACE)
            _kill_group(child)
            child.kill()  # the X server and the bus lead no group
            child.wait(LIMIT)
        self._children.remove(child)

    def stop(self) -> None:
        """End everything, the newest first."""
        if hasattr(self, "bus"):
            self.bus.close()
        for child in reversed(self._children):
            self.end(child)

    def start_panel(self) -> subprocess.Popen[bytes]:
        """Show a panel with nothing but a tray."""
        child = self.run(need("xfce4-panel"), "--disable-wm-check", "--sm-client-disable")
        self.wait_for(WATCHER)
        until(self._host_registered, "the panel shows tray icons")
        return child

    def start_notices(self, which: Notices) -> subprocess.Popen[bytes]:
        """Start a notification service."""
        if which == "xfce":
            triplet = next(Path("/usr/lib").glob("*/xfce4/notifyd/xfce4-notifyd"), Path(_NOTIFYD.format("none")))
            child = self.run(need(str(triplet)))
        else:
            child = self.run(need("dunst"), "-conf", str(_HERE / "dunstrc"))
        self.wait_for(NOTIFICATIONS)
        return child

    def wait_for(self, name: str) -> None:
        """Until somebody has this name on the bus."""
        until(lambda: self.bus.owner(name), f"{name} is on the bus")

    def _host_registered(self) -> bool:
        from desktop.tray_item import WATCHER_SERVICE  # noqa: PLC0415

        try:
            return self.bus.get(WATCHER_SERVICE, "IsStatusNotifierHostRegistered") is True
        except BusFailed:  # it has its name before it can answer
            return False

    def _write_settings(self) -> None:
        """Of Xfce's programs, by the names of their channels."""
        place = self.home / ".config" / "xfce4" / "xfconf" / "xfce-perchannel-xml"
        place.mkdir(parents=True)
        for channel in ("xfce4-panel", "xfce4-notifyd"):
            shutil.copyfile(_HERE / f"{channel}.xml", place / f"{channel}.xml")

    def _clean_environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "COVERAGE_PROCESS_START") if name in os.environ}
        runtime = self.folder / "run"
        runtime.mkdir(mode=0o700)
        return {
            **kept,
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_SESSION_TYPE": "x11",
            "XDG_CURRENT_DESKTOP": "XFCE",
            "GDK_BACKEND": "x11",
            "NO_AT_BRIDGE": "1",
            "GTK_A11Y": "none",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={runtime}/no-system-bus",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _start_x(self) -> str:
        """Xvfb on a free display number, which it finds by itself and tells through a pipe."""
        read_end, write_end = os.pipe()
        command = [need("Xvfb"), "-displayfd", str(write_end), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
        with (self.folder / "Xvfb.log").open("wb") as log, os.fdopen(read_end, "rb") as told:
            child = subprocess.Popen(
                [*command, "-noreset"], pass_fds=(write_end,), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
            self._children.append(child)
            os.close(write_end)
            number = told.readline().decode().strip()
        assert number, (self.folder / "Xvfb.log").read_text()
        return f":{number}"

    def _start_bus(self) -> str:
        services = self.folder / "services"
        services.mkdir()
        shutil.copyfile(_SERVICES / "org.xfce.Xfconf.service", services / "org.xfce.Xfconf.service")
        config = self.folder / "bus.conf"
        config.write_text(_BUS.format(folder=self.folder))
        child = subprocess.Popen(
            [need("dbus-daemon"), f"--config-file={config}", "--nofork", "--print-address=1"],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._children.append(child)
        assert child.stdout is not None
        with child.stdout as told:
            address = told.readline().decode().strip()
        assert address, "dbus-daemon did not start"
        return address


def _kill_group(child: subprocess.Popen[bytes]) -> None:
    """End a program and what it started: each is the leader of a session of its own."""
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
