"""Secrets of our own files, sealed by Windows's data protection (DPAPI) for this person.

Nobody else can read them, not from a backup, a roaming profile or the disk in another machine either. After an
administrator has reset the person's password they are gone, so only what can be made anew is sealed.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import POINTER, Structure, byref, c_char, c_char_p, c_int, c_ulong, c_void_p, c_wchar_p

from aws_sso_core.errors import StoreFailed

_NO_QUESTIONS = 0x1
"""``CRYPTPROTECT_UI_FORBIDDEN``."""


class _Blob(Structure):
    """``DATA_BLOB``."""

    _fields_ = (("size", c_ulong), ("data", POINTER(c_char)))


if sys.platform == "win32":

    class WindowsSealing:
        """A ``Sealing``."""

        def __init__(self) -> None:
            crypt = ctypes.WinDLL("crypt32", use_last_error=True)
            self._protect, self._unprotect = crypt.CryptProtectData, crypt.CryptUnprotectData
            for call, description in ((self._protect, c_wchar_p), (self._unprotect, c_void_p)):
                call.argtypes = (POINTER(_Blob), description, *[c_void_p] * 3, c_ulong, POINTER(_Blob))
                call.restype = c_int

        def seal(self, data: bytes) -> bytes:
            """See ``Sealing``."""
            sealed = self._called(self._protect, data, "aws-sso-tray")
            if sealed is None:
                error = ctypes.WinError(ctypes.get_last_error())
                raise StoreFailed(f"Windows could not encrypt a secret of ours: {error.strerror}.")
            return sealed

        def unseal(self, data: bytes) -> bytes | None:
            """See ``Sealing``."""
            return self._called(self._unprotect, data, None)

        @staticmethod
        def _called(call: ctypes._NamedFuncPointer, data: bytes, description: str | None) -> bytes | None:
            given = _Blob(len(data), ctypes.cast(c_char_p(data), POINTER(c_char)))
            taken = _Blob()
            if not call(byref(given), description, None, None, None, _NO_QUESTIONS, byref(taken)):
                return None
            try:
                return ctypes.string_at(taken.data, taken.size)
            finally:
                free = ctypes.WinDLL("kernel32").LocalFree
                free.argtypes = (c_void_p,)
                free(taken.data)
