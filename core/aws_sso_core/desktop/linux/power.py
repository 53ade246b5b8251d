"""Lock, sleep and shutdown, from logind and from the screen savers.

Locked is what at least one of them says: logind's ``LockedHint`` of our session (GNOME, KDE, xfce4-screensaver, xss-lock
set it) or a screen saver's ``ActiveChanged``. logind's ``Lock`` signal alone is only a wish that somebody locks; where no
locker is installed nothing would ever take it back, so it counts for nothing, while ``Unlock`` does.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Mapping

from aws_sso_core.desktop.linux.bus import PROPERTIES, Bus, BusFailed, Service, Signal
from aws_sso_core.desktop.ports import PowerEvent

LOGIN = "org.freedesktop.login1"
MANAGER = Service(LOGIN, "/org/freedesktop/login1", f"{LOGIN}.Manager")
SESSION_INTERFACE = f"{LOGIN}.Session"

SCREEN_SAVERS = (
    Service("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver"),
    Service("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver"),
    Service("org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver", "org.cinnamon.ScreenSaver"),
    Service("org.mate.ScreenSaver", "/org/mate/ScreenSaver", "org.mate.ScreenSaver"),
    Service("org.xfce.ScreenSaver", "/org/xfce/ScreenSaver", "org.xfce.ScreenSaver"),
)
_log = logging.getLogger(__name__)


class LinuxPower:
    """A ``Power`` over D-Bus, on two connections: the system bus for logind, the session bus for screen savers.

    Args:
        system: the system bus's address.
        session: the session bus's address, if there is one.
        env: for ``XDG_SESSION_ID``.
    """

    def __init__(self, *, system: str | None, session: str | None, env: Mapping[str, str]) -> None:
        self._addresses = (system, session)
        self._env = env
        self._lock = threading.Lock()
        self._on_event: Callable[[PowerEvent], None] | None = None
        self._buses: list[Bus] = []
        self._session_path = ""
        self._says: dict[str, bool] = {}  # who -> locked

    def start(self, on_event: Callable[[PowerEvent], None]) -> bool:
        """Begin to listen; False when there is nobody to listen to."""
        self._on_event = on_event
        system, session = self._addresses
        heard = False
        for begin, address in ((self._begin_logind, system), (self._begin_savers, session)):
            try:
                heard |= begin(address)
            except BusFailed as error:
                _log.info("less is known about lock and sleep: %s", error.sentence)
        return heard

    def locked(self) -> bool | None:
        """What is said now; None while nobody has said anything."""
        with self._lock:
            return any(self._says.values()) if self._says else None

    def stop(self) -> None:
        """Leave both buses."""
        self._on_event = None
        for bus in self._buses:
            bus.close()
        self._buses.clear()

    def _begin_logind(self, address: str | None) -> bool:
        bus = Bus(address, on_signal=self._hear_logind, on_lost=lambda: self._forget({LOGIN}))
        self._buses.append(bus)
        bus.listen(f"type='signal',sender='{LOGIN}',path='{MANAGER.path}',interface='{MANAGER.interface}'")
        if not bus.owner(LOGIN):
            return False
        self._session_path = _session_path(bus, self._env)
        if self._session_path:
            bus.listen(f"type='signal',sender='{LOGIN}',path='{self._session_path}'")
            session = Service(LOGIN, self._session_path, SESSION_INTERFACE)
            with contextlib.suppress(BusFailed):  # a logind older than the hint (230)
                self._say(LOGIN, locked=bus.get(session, "LockedHint") is True)
        return True

    def _begin_savers(self, address: str | None) -> bool:
        bus = Bus(address, on_signal=self._hear_savers, on_lost=lambda: self._forget({s.name for s in SCREEN_SAVERS}))
        self._buses.append(bus)
        bus.listen("type='signal',member='ActiveChanged'")
        for saver in SCREEN_SAVERS:
            bus.listen(f"type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='{saver.name}'")
            self._ask(bus, saver)
        return True

    def _ask(self, bus: Bus, saver: Service) -> None:
        """Learn the state at the start, from a saver that runs already; some have no ``GetActive``."""
        if not bus.owner(saver.name):
            return
        try:
            (active,) = bus.call(saver, "GetActive")
        except BusFailed:
            return
        self._say(saver.name, locked=active is True)

    def _hear_logind(self, signal: Signal) -> None:
        match signal.member, signal.interface, signal.body:
            case "PrepareForSleep", MANAGER.interface, (bool(begins),):
                self._tell(PowerEvent.SLEEP if begins else PowerEvent.RESUMED)
            case "PrepareForShutdown", MANAGER.interface, (True,):
                self._tell(PowerEvent.LOG_OFF)
            case "Unlock", _, _ if signal.path == self._session_path:
                self._say(LOGIN, locked=False)
            case "PropertiesChanged", _, (str(what), dict(changed), _) if what == SESSION_INTERFACE:
                hint = changed.get("LockedHint")
                if hint is not None and signal.interface == PROPERTIES and signal.path == self._session_path:
                    self._say(LOGIN, locked=hint[1] is True)
            case _:
                pass

    def _hear_savers(self, signal: Signal) -> None:
        match signal.member, signal.body:
            case "ActiveChanged", (bool(active),) if signal.interface in {s.interface for s in SCREEN_SAVERS}:
                self._say(signal.interface, locked=active)
            case "NameOwnerChanged", (str(name), str(), "") if signal.sender == "org.freedesktop.DBus":
                self._forget({name})
            case _:
                pass

    def _say(self, who: str, *, locked: bool) -> None:
        with self._lock:
            before = any(self._says.values())
            self._says[who] = locked
            after = any(self._says.values())
        self._tell_change(before=before, after=after)

    def _forget(self, names: set[str]) -> None:
        """A source that ended cannot take back what it said: we would stay silent for ever."""
        with self._lock:
            before = any(self._says.values())
            for name in names:
                self._says.pop(name, None)
            after = any(self._says.values())
        self._tell_change(before=before, after=after)

    def _tell_change(self, *, before: bool, after: bool) -> None:
        if before != after:
            self._tell(PowerEvent.LOCKED if after else PowerEvent.UNLOCKED)

    def _tell(self, event: PowerEvent) -> None:
        if self._on_event is not None:
            self._on_event(event)


def _session_path(bus: Bus, env: Mapping[str, str]) -> str:
    """Our login session's object, or the one with the person's display when we are started outside of any."""
    asks: list[tuple[str, str, tuple[object, ...]]] = [("GetSessionByPID", "u", (os.getpid(),))]
    if number := env.get("XDG_SESSION_ID"):
        asks.insert(0, ("GetSession", "s", (number,)))
    for method, signature, body in asks:
        try:
            (path,) = bus.call(MANAGER, method, signature, body)
        except BusFailed:
            continue
        return str(path)
    try:
        display = bus.get(Service(LOGIN, f"{MANAGER.path}/user/self", f"{LOGIN}.User"), "Display")
    except BusFailed:
        return ""
    return str(display[1]) if display[0] else ""
