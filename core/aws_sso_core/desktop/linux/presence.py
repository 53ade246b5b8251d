"""What kind of desktop there is, and whether somebody sits before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from aws_sso_core.desktop.linux import x11
from aws_sso_core.desktop.linux.bus import Bus, BusFailed, Service

WATCHER = Service("org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher")
_MUTTER = Service("org.gnome.Mutter.IdleMonitor", "/org/gnome/Mutter/IdleMonitor/Core", "org.gnome.Mutter.IdleMonitor")
_OWN_SESSION = Service(
    "org.freedesktop.login1", "/org/freedesktop/login1/session/auto", "org.freedesktop.login1.Session"
)


def display(env: Mapping[str, str]) -> bool:
    """Whether there is a desktop to draw on."""
    return bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


def tray_host(*, session: str | None, env: Mapping[str, str]) -> bool | None:
    """Whether something shows tray icons: a StatusNotifier host, or else a panel that takes XEmbed icons.

    None when neither the session bus nor the X server answers.
    """
    answer: bool | None = None
    if session:
        try:
            bus = Bus(session)
        except BusFailed:
            pass
        else:
            try:
                answer = bool(bus.owner(WATCHER.name)) and bus.get(WATCHER, "IsStatusNotifierHostRegistered") is True
            except BusFailed:
                answer = False
            finally:
                bus.close()
    if not answer and (screen := env.get("DISPLAY")):
        legacy = x11.has_tray(screen)
        answer = legacy if legacy is not None else answer
    return answer


def idle_seconds(*, session: str | None, system: str | None, env: Mapping[str, str], now: datetime) -> float | None:
    """Seconds since the last key or pointer movement; None when nobody knows.

    GNOME's own monitor first (it knows under Wayland too), then the X server, then logind's idle hint, which desktops
    set only minutes later. KDE's ``GetSessionIdleTime`` is not asked: the specification says seconds, KDE milliseconds.
    """
    answer = _ask(session, lambda bus: float(bus.call(_MUTTER, "GetIdletime")[0]) / 1000, _MUTTER.name)
    if answer is None and (screen := env.get("DISPLAY")) and not env.get("WAYLAND_DISPLAY"):
        answer = x11.idle_seconds(screen)
    if answer is None:
        answer = _ask(system, lambda bus: _by_hint(bus, now), _OWN_SESSION.name)
    return answer


def _by_hint(bus: Bus, now: datetime) -> float | None:
    idle, since = bus.get(_OWN_SESSION, "IdleHint"), bus.get(_OWN_SESSION, "IdleSinceHint")
    if not since:  # this desktop never tells logind
        return None
    return max(0.0, now.timestamp() - int(since) / 1e6) if idle else 0.0


def _ask(address: str | None, question: Callable[[Bus], float | None], name: str) -> float | None:
    try:
        bus = Bus(address)
    except BusFailed:
        return None
    try:
        return question(bus) if bus.owner(name) else None
    except (BusFailed, ValueError, TypeError):
        return None
    finally:
        bus.close()
