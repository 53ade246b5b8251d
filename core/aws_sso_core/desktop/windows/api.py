"""The few Windows calls we make, typed; everything above takes them as an argument and can be tested anywhere."""

from __future__ import annotations

import ctypes
import sys
from ctypes import POINTER, Structure, byref, c_uint, c_ulong, c_void_p, c_wchar_p, sizeof
from typing import Protocol

ERROR_ALREADY_EXISTS = 183
_SYNCHRONIZE = 0x00100000
_HWND_BROADCAST = 0xFFFF
_WM_SETTINGCHANGE = 0x001A
_SMTO_ABORTIFHUNG = 0x0002
_NOTIFY_FOR_THIS_SESSION = 0


class Api(Protocol):
    """What is asked of Windows."""

    def create_mutex(self, name: str) -> tuple[int, bool]:
        """A handle, and whether it is the first one; raises OSError."""

    def mutex_exists(self, name: str) -> bool:
        """Whether any process has a handle of it."""

    def close_handle(self, handle: int) -> None:
        """Give a handle back."""

    def broadcast_environment(self) -> None:
        """Tell every top-level window, Explorer above all, that the person's environment was changed."""

    def register_session_notification(self, window: int) -> bool:
        """Have WM_WTSSESSION_CHANGE sent to a window."""

    def idle_milliseconds(self) -> int | None:
        """Since the last key or pointer movement of this session."""


class _LastInput(Structure):
    """``LASTINPUTINFO``."""

    _fields_ = (("cbSize", c_uint), ("dwTime", c_ulong))


if sys.platform == "win32":

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
            """``CreateMutexW``."""
            ctypes.set_last_error(0)
            handle = self._kernel.CreateMutexW(None, 0, name)
            error = ctypes.get_last_error()
            if not handle:
                raise ctypes.WinError(error)
            return handle, error != ERROR_ALREADY_EXISTS

        def mutex_exists(self, name: str) -> bool:
            """``OpenMutexW``."""
            handle = self._kernel.OpenMutexW(_SYNCHRONIZE, 0, name)
            if handle:
                self._kernel.CloseHandle(handle)
            return bool(handle)

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

        def idle_milliseconds(self) -> int | None:
            """``GetLastInputInfo`` against ``GetTickCount``; both wrap after 49 days, together."""
            info = _LastInput(sizeof(_LastInput), 0)
            if not self._user.GetLastInputInfo(byref(info)):
                return None
            return int((self._kernel.GetTickCount() - info.dwTime) & 0xFFFFFFFF)
