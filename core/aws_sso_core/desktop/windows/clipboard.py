"""Windows' clipboard for what may be secret: no history keeps it, no cloud gets it.

Source: "Clipboard Formats", section "Cloud Clipboard and Clipboard History Formats", Microsoft Learn. ``clip.exe`` cannot say
that, and as a program without a path it could be anybody's.
"""

from __future__ import annotations

import sys

KEPT_OUT = (
    "ExcludeClipboardContentFromMonitorProcessing",
    "CanIncludeInClipboardHistory",
    "CanUploadToCloudClipboard",
)
"""The first says it by being there, the others by a zero."""

if sys.platform == "win32":
    import ctypes
    import time
    from ctypes import c_int, c_size_t, c_uint, c_ulong, c_void_p, c_wchar_p

    _TEXT = 13  # CF_UNICODETEXT
    _MOVEABLE = 2  # GMEM_MOVEABLE, which the clipboard asks for
    _TRIES, _PAUSE = 20, 0.05

    def copy(text: str) -> None:
        """Put a text on the clipboard; waits a second for a program that holds it.

        Raises:
            OSError: it could not be had.
        """
        user = _declared(ctypes.WinDLL("user32", use_last_error=True))
        # Without a window of ours as its owner the clipboard takes nothing.
        window = user.CreateWindowExW(0, "STATIC", None, 0, 0, 0, 0, 0, None, None, None, None)
        try:
            _open(user, window)
            try:
                user.EmptyClipboard()
                _put(user, _TEXT, text.replace("\0", "").encode("utf-16-le", "surrogatepass") + b"\0\0")
                for name in KEPT_OUT:
                    _put(user, user.RegisterClipboardFormatW(name), bytes(4))
            finally:
                user.CloseClipboard()
        finally:
            user.DestroyWindow(window)

    def _declared(user: ctypes.WinDLL) -> ctypes.WinDLL:
        """Without these a handle is cut to 32 bits."""
        user.CreateWindowExW.argtypes = (
            c_ulong, c_wchar_p, c_wchar_p, c_ulong, *[c_int] * 4, *[c_void_p] * 4,
        )  # fmt: skip
        user.CreateWindowExW.restype = user.SetClipboardData.restype = c_void_p
        user.OpenClipboard.argtypes = user.DestroyWindow.argtypes = (c_void_p,)
        user.SetClipboardData.argtypes = (c_uint, c_void_p)
        user.RegisterClipboardFormatW.argtypes = (c_wchar_p,)
        return user

    def _open(user: ctypes.WinDLL, window: int | None) -> None:
        for _ in range(_TRIES):
            if user.OpenClipboard(window):
                return
            time.sleep(_PAUSE)
        raise ctypes.WinError(ctypes.get_last_error())

    def _put(user: ctypes.WinDLL, kind: int, data: bytes) -> None:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.GlobalAlloc.argtypes = (c_uint, c_size_t)
        kernel.GlobalAlloc.restype = kernel.GlobalLock.restype = c_void_p
        kernel.GlobalLock.argtypes = kernel.GlobalUnlock.argtypes = kernel.GlobalFree.argtypes = (c_void_p,)
        memory = kernel.GlobalAlloc(_MOVEABLE, len(data))
        place = kernel.GlobalLock(memory)
        if not place:
            raise ctypes.WinError(ctypes.get_last_error())
        ctypes.memmove(place, data, len(data))
        kernel.GlobalUnlock(memory)
        if not user.SetClipboardData(kind, memory):  # else it is the clipboard's from now on
            error = ctypes.get_last_error()
            kernel.GlobalFree(memory)
            raise ctypes.WinError(error)

else:

    def copy(text: str) -> None:  # noqa: ARG001 - the same on every system
        """Elsewhere there is no such clipboard; raises OSError."""
        raise OSError("this is not Windows")
