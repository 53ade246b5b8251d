r"""The registry, typed and reduced to what we use: the current user's values, and the machine's for reading."""

from __future__ import annotations

import sys
from typing import Protocol

from aws_sso_core.errors import ReadOnlyPlace

Value = str | bytes | int


class Readable(Protocol):
    """Values by key path and name."""

    def read(self, key: str, name: str) -> Value | None:
        """The value, with ``%NAMES%`` in it expanded where it is of that type; None when it is not there."""


class Registry(Readable, Protocol):
    """Those of the current user, which can be changed."""

    def write(self, key: str, name: str, value: str) -> None:
        """Set a plain string (REG_SZ), making the key; raises AppError."""

    def remove(self, key: str, name: str) -> bool:
        """False when it was not there; raises AppError."""


if sys.platform == "win32":
    import winreg

    class UserRegistry:
        """The real one."""

        def read(self, key: str, name: str) -> Value | None:
            """See ``Registry``."""
            return _read(winreg.HKEY_CURRENT_USER, key, name, winreg.KEY_READ)

        def write(self, key: str, name: str, value: str) -> None:
            """See ``Registry``."""
            try:
                with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_SET_VALUE) as opened:
                    winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, value)
            except OSError as error:
                raise _refused(key, error) from error

        def remove(self, key: str, name: str) -> bool:
            """See ``Registry``."""
            try:
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_SET_VALUE) as opened:
                    winreg.DeleteValue(opened, name)
            except FileNotFoundError:
                return False
            except OSError as error:
                raise _refused(key, error) from error
            return True

    class MachineRegistry:
        """``HKEY_LOCAL_MACHINE``, for reading, in the 64-bit view that administrators see."""

        def read(self, key: str, name: str) -> Value | None:
            """See ``Readable``."""
            return _read(winreg.HKEY_LOCAL_MACHINE, key, name, winreg.KEY_READ | winreg.KEY_WOW64_64KEY)

        def values(self, key: str) -> dict[str, str | int]:
            """See ``policies.Machine``."""
            found: dict[str, str | int] = {}
            access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
            try:
                with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key, 0, access) as opened:
                    for i in range(winreg.QueryInfoKey(opened)[1]):
                        name, value, kind = winreg.EnumValue(opened, i)
                        if kind == winreg.REG_EXPAND_SZ:
                            value = winreg.ExpandEnvironmentStrings(value)
                        if isinstance(value, str | int):
                            found[name] = value
            except OSError:
                return found
            return found

    def _read(root: int, key: str, name: str, access: int) -> Value | None:
        try:
            with winreg.OpenKey(root, key, 0, access) as opened:
                value, kind = winreg.QueryValueEx(opened, name)
        except OSError:
            return None
        if kind == winreg.REG_EXPAND_SZ:
            return winreg.ExpandEnvironmentStrings(value)
        return value if isinstance(value, str | bytes | int) else None

    def _refused(key: str, error: OSError) -> ReadOnlyPlace:
        return ReadOnlyPlace(
            f"The registry key HKEY_CURRENT_USER\\{key} cannot be changed: {error.strerror}.",
            "An administrator's policy may forbid it.",
        )
