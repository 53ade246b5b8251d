"""Whose files are on Windows, where their mode says nothing: by access control lists.

An administrator's process owns what it makes as *Administrators*, so a list has to name the person: "its owner" would shut
him out as soon as he is an everyday user again.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_ulong, c_void_p, c_wchar_p, sizeof
from pathlib import Path

_LIST = 4  # DACL_SECURITY_INFORMATION
_VERSION = 1  # SDDL_REVISION_1
_PRIVATE = "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;{me})"
"""SYSTEM, administrators and one person, for all that comes to lie there; nothing from the folder above."""


class _Attributes(Structure):
    """``SECURITY_ATTRIBUTES``."""

    _fields_ = (("nLength", c_ulong), ("lpSecurityDescriptor", c_void_p), ("bInheritHandle", c_int))


if sys.platform == "win32":

    def make_private_folder(folder: Path) -> None:
        """Make it for this person, SYSTEM and administrators, from its first moment.

        Raises:
            OSError: it could not be made so: it is there, or its file system knows no lists.
        """
        from aws_sso_core.desktop.windows.ownership import Owners  # noqa: PLC0415 - seldom needed

        advapi = ctypes.WinDLL("advapi32", use_last_error=True)
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        convert = advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW
        convert.argtypes = (c_wchar_p, c_ulong, POINTER(c_void_p), c_void_p)
        kernel.CreateDirectoryW.argtypes = (c_wchar_p, POINTER(_Attributes))
        kernel.LocalFree.argtypes = (c_void_p,)
        descriptor = c_void_p()
        if not convert(_PRIVATE.format(me=Owners().myself()), _VERSION, byref(descriptor), None):
            raise ctypes.WinError(ctypes.get_last_error())
        try:
            if not kernel.CreateDirectoryW(str(folder), _Attributes(sizeof(_Attributes), descriptor, 0)):
                raise ctypes.WinError(ctypes.get_last_error())
        finally:
            kernel.LocalFree(descriptor)

    def copy(source: Path, target: Path) -> None:
        """Give a file the list of another one, if that is there and differs: what the folder gave both stays the folder's.

        Raises:
            OSError: its file system knows no lists.
        """
        advapi = ctypes.WinDLL("advapi32", use_last_error=True)
        advapi.GetFileSecurityW.argtypes = (c_wchar_p, c_ulong, c_char_p, c_ulong, POINTER(c_ulong))
        advapi.SetFileSecurityW.argtypes = (c_wchar_p, c_ulong, c_char_p)
        wanted = _descriptor(advapi, source)
        if wanted in (None, _descriptor(advapi, target)):
            return
        if not advapi.SetFileSecurityW(str(target), _LIST, wanted):
            raise ctypes.WinError(ctypes.get_last_error())

    def _descriptor(advapi: ctypes.WinDLL, file: Path) -> bytes | None:
        length = c_ulong()
        advapi.GetFileSecurityW(str(file), _LIST, None, 0, byref(length))
        found = ctypes.create_string_buffer(length.value)
        return found.raw if advapi.GetFileSecurityW(str(file), _LIST, found, length, byref(length)) else None

else:

    def make_private_folder(folder: Path) -> None:
        """Elsewhere modes say it; raises OSError."""
        raise OSError(f"{folder} has a mode")

    def copy(source: Path, target: Path) -> None:
        """Elsewhere modes say it."""
