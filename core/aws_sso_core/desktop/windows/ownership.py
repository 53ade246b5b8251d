r"""Whose a file is on Windows.

Every user may make folders in ``C:\ProgramData``: that a file lies there does not prove that an administrator wrote it.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from ctypes import POINTER, byref, c_int, c_ulong, c_void_p, c_wchar_p
from pathlib import Path

ADMINISTRATORS = frozenset(
    {
        "S-1-5-18",  # SYSTEM: Intune, Group Policy, software distribution
        "S-1-5-32-544",  # the group, which elevated administrators make files as
        "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",  # TrustedInstaller
    }
)
"""Source: "Well-known SIDs", Microsoft Learn."""


def is_by_administrators(file: Path, *, owner: Callable[[Path], str | None], myself: str | None) -> bool:
    """Whether nobody but administrators (or the person, who may set anything for themselves) can have written a file.

    Its folder counts, too: whoever made that one decides about the rights to what is put there.

    Args:
        file: the file.
        owner: gives the SID of an owner; None where it is not known.
        myself: the SID of this process's user.
    """
    believed = {*ADMINISTRATORS, *filter(None, [myself])}
    return owner(file) in believed and owner(file.parent) in believed


if sys.platform == "win32":
    _FILE = 1  # SE_FILE_OBJECT
    _OWNER = 1  # OWNER_SECURITY_INFORMATION
    _QUERY = 8  # TOKEN_QUERY
    _USER = 1  # TokenUser
    _LARGEST = 256

    class Owners:
        """The real ones."""

        def __init__(self) -> None:
            self._advapi = ctypes.WinDLL("advapi32", use_last_error=True)
            self._kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            self._declare()

        def _declare(self) -> None:
            """Without these a handle is cut to 32 bits."""
            advapi, kernel = self._advapi, self._kernel
            pointer = POINTER(c_void_p)
            advapi.GetNamedSecurityInfoW.argtypes = (c_wchar_p, c_int, c_ulong, *[pointer] * 5)
            advapi.GetNamedSecurityInfoW.restype = c_ulong
            advapi.ConvertSidToStringSidW.argtypes = (c_void_p, pointer)
            advapi.OpenProcessToken.argtypes = (c_void_p, c_ulong, pointer)
            advapi.GetTokenInformation.argtypes = (c_void_p, c_int, c_void_p, c_ulong, POINTER(c_ulong))
            kernel.GetCurrentProcess.restype = c_void_p
            kernel.CloseHandle.argtypes = kernel.LocalFree.argtypes = (c_void_p,)

        def of(self, path: Path) -> str | None:
            """The owner of a file or folder; None when it cannot be asked for."""
            sid, descriptor = c_void_p(), c_void_p()
            ask = self._advapi.GetNamedSecurityInfoW
            if ask(str(path), _FILE, _OWNER, byref(sid), None, None, None, byref(descriptor)):
                return None
            try:
                return self._spelt(sid)
            finally:
                self._kernel.LocalFree(descriptor)

        def myself(self) -> str | None:
            """The user of this process."""
            token, needed = c_void_p(), c_ulong()
            if not self._advapi.OpenProcessToken(self._kernel.GetCurrentProcess(), _QUERY, byref(token)):
                return None
            try:
                found = ctypes.create_string_buffer(_LARGEST)
                if not self._advapi.GetTokenInformation(token, _USER, found, _LARGEST, byref(needed)):
                    return None
                return self._spelt(c_void_p.from_buffer(found))  # TOKEN_USER begins with the pointer to the SID
            finally:
                self._kernel.CloseHandle(token)

        def _spelt(self, sid: c_void_p) -> str | None:
            text = c_void_p()
            if not self._advapi.ConvertSidToStringSidW(sid, byref(text)):
                return None
            try:
                return ctypes.wstring_at(text.value) if text.value else None
            finally:
                self._kernel.LocalFree(text)
