"""Questions to the X server, by its own C library: loaded already where GTK draws, and absent elsewhere."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator
from typing import Any

from aws_sso_core.desktop.ports import Monitor


class _ScreenSaverInfo(ctypes.Structure):
    """``XScreenSaverInfo`` of X11/extensions/scrnsaver.h."""

    _fields_ = (
        ("window", ctypes.c_ulong),
        ("state", ctypes.c_int),
        ("kind", ctypes.c_int),
        ("til_or_since", ctypes.c_ulong),
        ("idle", ctypes.c_ulong),
        ("event_mask", ctypes.c_ulong),
    )


class _ScreenInfo(ctypes.Structure):
    """``XineramaScreenInfo`` of X11/extensions/Xinerama.h."""

    _fields_ = (
        ("number", ctypes.c_int),
        ("x", ctypes.c_short),
        ("y", ctypes.c_short),
        ("width", ctypes.c_short),
        ("height", ctypes.c_short),
    )


USUAL_DPI = 96.0


def monitor_at(display: str, x: int, y: int) -> Monitor | None:
    """The monitor that shows this point, with the ``Xft.dpi`` that desktops set for all; None without the display."""
    with contextlib.suppress(OSError, AttributeError), _opened(display) as (x11, connection):
        x11.XGetDefault.restype = ctypes.c_char_p
        # Without it 96, as GTK and Qt do: the millimetres that monitors tell are often wrong.
        dpi = _number(x11.XGetDefault(connection, b"Xft", b"dpi")) or USUAL_DPI
        number = x11.XDefaultScreen(connection)
        whole = (0, 0, x11.XDisplayWidth(connection, number), x11.XDisplayHeight(connection, number))
        for place in _monitors(x11, connection):
            left, top, width, height = place
            if left <= x < left + width and top <= y < top + height:
                return Monitor(*place, dpi)
        return Monitor(*whole, dpi)
    return None


def _monitors(x11: Any, connection: ctypes.c_void_p) -> list[tuple[int, int, int, int]]:
    try:
        xinerama = ctypes.CDLL("libXinerama.so.1")
    except OSError:
        return []
    count = ctypes.c_int()
    xinerama.XineramaQueryScreens.restype = ctypes.POINTER(_ScreenInfo)
    found = xinerama.XineramaQueryScreens(connection, ctypes.byref(count))
    if not found:
        return []
    places = [(s.x, s.y, s.width, s.height) for s in found[: count.value]]
    x11.XFree(found)
    return places


def _number(text: bytes | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def idle_seconds(display: str) -> float | None:
    """Seconds since the last key or pointer movement; None without the display or its screen saver extension."""
    with contextlib.suppress(OSError, AttributeError), _opened(display) as (x11, connection):
        saver = ctypes.CDLL("libXss.so.1")
        x11.XDefaultRootWindow.restype = ctypes.c_ulong
        info = _ScreenSaverInfo()
        root = ctypes.c_ulong(x11.XDefaultRootWindow(connection))
        if saver.XScreenSaverQueryInfo(connection, root, ctypes.byref(info)):
            return float(info.idle) / 1000
    return None


def has_tray(display: str) -> bool | None:
    """Whether some panel takes XEmbed icons (System Tray Protocol 0.3); None without the display."""
    with contextlib.suppress(OSError, AttributeError), _opened(display) as (x11, connection):
        x11.XInternAtom.restype = x11.XGetSelectionOwner.restype = ctypes.c_ulong
        name = f"_NET_SYSTEM_TRAY_S{x11.XDefaultScreen(connection)}".encode()
        atom = ctypes.c_ulong(x11.XInternAtom(connection, name, 0))
        return bool(x11.XGetSelectionOwner(connection, atom))
    return None


@contextlib.contextmanager
def _opened(display: str) -> Iterator[tuple[Any, ctypes.c_void_p]]:
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    pointer = x11.XOpenDisplay(display.encode())
    if not pointer:
        raise OSError(f"no X server at {display}")
    connection = ctypes.c_void_p(pointer)
    try:
        yield x11, connection
    finally:
        x11.XCloseDisplay(connection)
