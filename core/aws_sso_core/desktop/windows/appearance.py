"""How windows should look here: dark or light, how dense the pixels are, and which monitor the pointer is on."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p, c_wchar_p, sizeof

from aws_sso_core.desktop.ports import Monitor
from aws_sso_core.desktop.windows.identity import AUMID
from aws_sso_core.desktop.windows.registry import Registry

_THEMES = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
_PER_MONITOR_V2 = -4
_PER_MONITOR = 2
_NEAREST = 2
_EFFECTIVE_DPI = 0
_ANY_PROCESS = -1
_SMALL_ICON_WIDTH = 49
"""``SM_CXSMICON``."""
_ICON_VERSION = 0x00030000
_USE_DARK_TITLE = 20
"""``DWMWA_USE_IMMERSIVE_DARK_MODE`` since Windows 10 2004."""


def dark(registry: Registry) -> bool | None:
    """Whether the person chose dark for apps; None before Windows 10."""
    light = registry.read(_THEMES, "AppsUseLightTheme")
    return light == 0 if isinstance(light, int) else None


class _Rect(Structure):
    """``RECT``."""

    _fields_ = (("left", c_long), ("top", c_long), ("right", c_long), ("bottom", c_long))


class _MonitorInfo(Structure):
    """``MONITORINFO``."""

    _fields_ = (("cbSize", c_ulong), ("rcMonitor", _Rect), ("rcWork", _Rect), ("dwFlags", c_ulong))


class _Point(Structure):
    """``POINT``."""

    _fields_ = (("x", c_long), ("y", c_long))


if sys.platform == "win32":

    def be_sharp() -> None:
        """Draw in real pixels on each monitor; must come before the first window. Older systems take what they know."""
        user = ctypes.WinDLL("user32")
        with contextlib.suppress(AttributeError):
            user.SetProcessDpiAwarenessContext.argtypes = (c_void_p,)
            if user.SetProcessDpiAwarenessContext(c_void_p(_PER_MONITOR_V2)):
                return
        with contextlib.suppress(OSError, AttributeError):
            if ctypes.WinDLL("shcore").SetProcessDpiAwareness(_PER_MONITOR) == 0:
                return
        with contextlib.suppress(AttributeError):
            user.SetProcessDPIAware()

    def be_one_program() -> None:
        """Have Windows take windows and balloons for those of the Start menu's entry, whichever program draws them."""
        with contextlib.suppress(OSError, AttributeError):
            known = ctypes.WinDLL("shell32").SetCurrentProcessExplicitAppUserModelID
            known.argtypes = (c_wchar_p,)
            known(AUMID)

    def monitor_at(x: int, y: int) -> Monitor | None:
        """The monitor nearest to this point, without the taskbar, and its dots per inch."""
        user = ctypes.WinDLL("user32")
        user.MonitorFromPoint.argtypes = (_Point, c_ulong)
        user.MonitorFromPoint.restype = c_void_p
        user.GetMonitorInfoW.argtypes = (c_void_p, POINTER(_MonitorInfo))
        handle = user.MonitorFromPoint(_Point(x, y), _NEAREST)
        info = _MonitorInfo(cbSize=sizeof(_MonitorInfo))
        if not handle or not user.GetMonitorInfoW(handle, byref(info)):
            return None
        work = info.rcWork
        return Monitor(work.left, work.top, work.right - work.left, work.bottom - work.top, _dpi(handle))

    def _dpi(handle: int) -> float | None:
        across, down = c_uint(), c_uint()
        with contextlib.suppress(OSError, AttributeError):
            ask = ctypes.WinDLL("shcore").GetDpiForMonitor
            ask.argtypes = (c_void_p, c_int, POINTER(c_uint), POINTER(c_uint))
            if ask(handle, _EFFECTIVE_DPI, byref(across), byref(down)) == 0:
                return float(across.value)
        return None

    def tray_icon_size() -> int:
        """Pixels of an icon in the notification area: as dense as the monitor that shows it."""
        user = ctypes.WinDLL("user32")
        user.FindWindowW.argtypes = (c_wchar_p, c_wchar_p)
        user.FindWindowW.restype = c_void_p
        with contextlib.suppress(AttributeError):  # before Windows 10 1607
            user.GetDpiForWindow.argtypes = (c_void_p,)
            dpi = user.GetDpiForWindow(user.FindWindowW("Shell_TrayWnd", None)) or user.GetDpiForSystem()
            return int(user.GetSystemMetricsForDpi(_SMALL_ICON_WIDTH, dpi))
        return int(user.GetSystemMetrics(_SMALL_ICON_WIDTH))

    def icon_handle(png: bytes, size: int) -> int:
        """An icon of exactly this size, which its owner must destroy.

        Raises:
            OSError: Windows does not take the picture.
        """
        user = ctypes.WinDLL("user32", use_last_error=True)
        create = user.CreateIconFromResourceEx
        create.argtypes = (c_char_p, c_ulong, c_int, c_ulong, c_int, c_int, c_uint)
        create.restype = c_void_p
        handle = create(png, len(png), 1, _ICON_VERSION, size, size, 0)
        if not handle:
            raise ctypes.WinError(ctypes.get_last_error())
        return int(handle)

    def darken_title(window: int) -> None:
        """Make the title bar of the window that holds this one dark."""
        user = ctypes.WinDLL("user32")
        user.GetParent.argtypes = (c_void_p,)
        user.GetParent.restype = c_void_p
        yes = c_int(1)
        with contextlib.suppress(OSError, AttributeError):
            put = ctypes.WinDLL("dwmapi").DwmSetWindowAttribute
            put.argtypes = (c_void_p, c_ulong, c_void_p, c_ulong)
            put(user.GetParent(window) or window, _USE_DARK_TITLE, byref(yes), sizeof(yes))

    def let_raise(process: int | None) -> None:
        """Allow another process what only the foreground one may do: put its window in front."""
        ctypes.WinDLL("user32").AllowSetForegroundWindow(_ANY_PROCESS if process is None else process)
