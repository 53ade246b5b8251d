"""The few Windows calls we make, typed; everything above takes them as an argument and can be tested anywhere."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from ctypes import POINTER, Structure, byref, c_int, c_uint, c_ulong, c_void_p, c_wchar_p, sizeof
from typing import Any, Protocol

ERROR_ACCESS_DENIED = 5
ERROR_ALREADY_EXISTS = 183
_SYNCHRONIZE = 0x00100000
_HWND_BROADCAST = 0xFFFF
_WM_SETTINGCHANGE = 0x001A
_SMTO_ABORTIFHUNG = 0x0002
_NOTIFY_FOR_THIS_SESSION = 0
_NOT_AFTER_CRASH_HANG_OR_REBOOT = 0x1 | 0x2 | 0x8


class Api(Protocol):
    """What is asked of Windows."""

    def create_mutex(self, name: str) -> tuple[int, bool]:
        """A handle (0: another's, that we may not have), and whether it is the first one; raises OSError."""

    def mutex_exists(self, name: str) -> bool:
        """Whether any process has a handle of it."""

    def close_handle(self, handle: int) -> None:
        """Give a handle back."""

    def broadcast_environment(self) -> None:
        """Tell every top-level window, Explorer above all, that the person's environment was changed."""

    def register_session_notification(self, window: int) -> bool:
        """Have WM_WTSSESSION_CHANGE sent to a window."""

    def heed_console(self, heed: Callable[[int], bool]) -> None:
        """Have the console's control events told, in a thread of Windows's own; True means that they are dealt with."""

    def come_back_after_update(self) -> None:
        """Have an installer that ends this program to replace it start it again."""

    def idle_milliseconds(self) -> int | None:
        """Since the last key or pointer movement of this session."""


class _LastInput(Structure):
    """``LASTINPUTINFO``."""

    _fields_ = (("cbSize", c_uint), ("dwTime", c_ulong))


if sys.platform == "win32":
    _CONTROL = ctypes.WINFUNCTYPE(c_int, c_ulong)
    _controls: list[Any] = []  # Windows calls them to the end of the process, so they must stay

    class WindowsApi:
        """The real ones."""

        def __init__(self) -> None:
            self._kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            self._user = ctypes.WinDLL("user32", use_last_error=True)
            self._declare()

        def _declare(self) -> None:
            """Without these a handle is cut to 32 bits."""
            kernel, user = self._kernel, self._user
            kernel.CreateMutexW.argtypes = (c_void_p, c_uint, c_wchar_p)
            kernel.CreateMutexW.restype = kernel.OpenMutexW.restype = c_void_p
            kernel.OpenMutexW.argtypes = (c_uint, c_uint, c_wchar_p)
            kernel.CloseHandle.argtypes = (c_void_p,)
            kernel.RegisterApplicationRestart.argtypes = (c_wchar_p, c_ulong)
            kernel.SetConsoleCtrlHandler.argtypes = (_CONTROL, c_int)
            user.SendMessageTimeoutW.argtypes = (
                c_void_p,
                c_uint,
                c_void_p,
                c_wchar_p,
                c_uint,
                c_uint,
                POINTER(c_void_p),
            )
            user.GetLastInputInfo.argtypes = (POINTER(_LastInput),)

        def create_mutex(self, name: str) -> tuple[int, bool]:
            """``CreateMutexW``; an administrator's own, of the same person, is refused to whoever is none just now."""
            ctypes.set_last_error(0)
            handle = self._kernel.CreateMutexW(None, 0, name)
            error = ctypes.get_last_error()
            if not handle and error == ERROR_ACCESS_DENIED:
                return 0, False
            if not handle:
                raise ctypes.WinError(error)
            return handle, error != ERROR_ALREADY_EXISTS

        def mutex_exists(self, name: str) -> bool:
            """``OpenMutexW``."""
            ctypes.set_last_error(0)
            handle = self._kernel.OpenMutexW(_SYNCHRONIZE, 0, name)
            if handle:
                self._kernel.CloseHandle(handle)
            return bool(handle) or ctypes.get_last_error() == ERROR_ACCESS_DENIED

        def close_handle(self, handle: int) -> None:
            """``CloseHandle``."""
            self._kernel.CloseHandle(handle)

        def broadcast_environment(self) -> None:
            """``SendMessageTimeoutW``, at most a second for each window that hangs."""
            answer = c_void_p()
            self._user.SendMessageTimeoutW(
                _HWND_BROADCAST, _WM_SETTINGCHANGE, None, "Environment", _SMTO_ABORTIFHUNG, 1000, byref(answer)
            )

        def register_session_notification(self, window: int) -> bool:
            """``WTSRegisterSessionNotification``; Windows forgets it with the window."""
            try:
                register = ctypes.WinDLL("wtsapi32", use_last_error=True).WTSRegisterSessionNotification
            except (OSError, AttributeError):
                return False
            register.argtypes = (c_void_p, c_uint)
            return bool(register(window, _NOTIFY_FOR_THIS_SESSION))

        def heed_console(self, heed: Callable[[int], bool]) -> None:
            """``SetConsoleCtrlHandler``; without a console nothing comes."""
            _controls.append(_CONTROL(heed))
            self._kernel.SetConsoleCtrlHandler(_controls[-1], 1)

        def come_back_after_update(self) -> None:
            """``RegisterApplicationRestart``, for the Restart Manager; only an installed program is its own command line."""
            if getattr(sys, "frozen", False):
                self._kernel.RegisterApplicationRestart(None, _NOT_AFTER_CRASH_HANG_OR_REBOOT)

        def idle_milliseconds(self) -> int | None:
            """``GetLastInputInfo`` against ``GetTickCount``; both wrap after 49 days, together."""
            info = _LastInput(sizeof(_LastInput), 0)
            if not self._user.GetLastInputInfo(byref(info)):
                return None
            return int((self._kernel.GetTickCount() - info.dwTime) & 0xFFFFFFFF)
