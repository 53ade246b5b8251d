"""Two questions to the X server, by its own C library: loaded already where GTK draws, and absent elsewhere."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator
from typing import Any


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
