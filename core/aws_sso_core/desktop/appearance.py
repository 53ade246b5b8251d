"""How windows and icons look here, chosen once for this system; for programs that draw."""

# ruff: noqa: PLC0415 - as in the package: each pays only for what it uses

from __future__ import annotations

import os
import sys
from pathlib import Path

from aws_sso_core.desktop.ports import Monitor


def begin() -> None:
    """Have our windows drawn in real pixels, and known as ours; must come before the first one."""
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows.appearance import be_one_program, be_sharp

        be_sharp()
        be_one_program()


def tray_icon_size() -> int | None:
    """Pixels that a tray icon has here, where the system shows it as it is and does not scale it well."""
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows.appearance import tray_icon_size as size

        return size()
    return None


def icon_handle(png: bytes, size: int) -> int:
    """Windows's handle of an icon made from a picture; raises OSError, elsewhere too."""
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows.appearance import icon_handle as handle

        return handle(png, size)
    raise OSError("only Windows has handles of icons")


def dark() -> bool | None:
    """Whether the person likes windows dark; None when nobody knows."""
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows.appearance import dark as windows_dark
        from aws_sso_core.desktop.windows.registry import UserRegistry

        return windows_dark(UserRegistry())
    if sys.platform == "darwin":
        from aws_sso_core.desktop.macos.launchd import run

        return (run(["defaults", "read", "-g", "AppleInterfaceStyle"]) or "").strip() == "Dark"
    from aws_sso_core.desktop.linux.appearance import dark as linux_dark
    from aws_sso_core.desktop.linux.bus import session_address

    return linux_dark(env=os.environ, home=Path.home(), session=session_address(os.environ))


def monitor_at(x: int, y: int) -> Monitor | None:
    """The monitor that shows this point; None when nobody knows."""
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows.appearance import monitor_at as on_windows

        return on_windows(x, y)
    if sys.platform == "darwin":
        return None  # Tk's points are the system's own, on the main display
    from aws_sso_core.desktop.linux.x11 import monitor_at as on_x11

    return on_x11(os.environ.get("DISPLAY", ""), x, y)


def darken_title(window: int) -> None:
    """Give a window a dark title bar, where the system does not by itself."""
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows.appearance import darken_title as darken

        darken(window)
