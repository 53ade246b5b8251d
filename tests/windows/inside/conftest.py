"""What the tests inside Windows start from."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    import winreg

from aws_sso_core import desktop, programs
from aws_sso_core.desktop.windows import identity
from aws_sso_core.sandbox import Sandbox
from aws_sso_core.system_clock import SystemClock
from windows.inside.windows_home import WindowsHome


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """An Identity Center on the real clock."""
    with Sandbox(SystemClock()) as made:
        yield made


@pytest.fixture
def unregistered() -> Iterator[None]:
    """Windows does not know us, before and after; a person's own program writes its keys again at its next notice."""
    _forget()
    yield
    _forget()


@pytest.fixture
def links_open_us(unregistered: None) -> None:  # noqa: ARG001
    """Windows opens our links with this very program."""
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows.registry import UserRegistry  # noqa: PLC0415

        class Everyones(UserRegistry):
            """``HKEY_CLASSES_ROOT``: all that Wine looks into, and in Windows a view that has the person's own in it."""

            def read(self, key: str, name: str) -> None:
                """Nothing, so that everything is written."""

            def write(self, key: str, name: str, value: str) -> None:
                with winreg.CreateKeyEx(
                    winreg.HKEY_CLASSES_ROOT, _below_classes(key), 0, winreg.KEY_SET_VALUE
                ) as opened:
                    winreg.SetValueEx(opened, name, 0, winreg.REG_SZ, value)

        identity.register(UserRegistry(), programs.press(), None)
        if hasattr(ctypes.WinDLL("ntdll"), "wine_get_version"):
            identity.register(Everyones(), programs.press(), None)


def _below_classes(key: str) -> str:
    return key.removeprefix("Software\\Classes\\")


def _forget() -> None:
    if sys.platform == "win32":
        command = rf"{identity.SCHEME_KEY}\shell\open\command"
        below = [command.rsplit("\\", n)[0] for n in range(4)]
        for key in (identity.AUMID_KEY, *below):
            for root, path in ((winreg.HKEY_CURRENT_USER, key), (winreg.HKEY_CLASSES_ROOT, _below_classes(key))):
                with contextlib.suppress(OSError):
                    winreg.DeleteKey(root, path)


@pytest.fixture
def home(tmp_path: Path, box: Sandbox) -> Iterator[WindowsHome]:
    """Somebody with one profile who is not signed in; no tray outlives the test."""
    made = WindowsHome(tmp_path / "Jörg Müller 日本", box)
    yield made
    if desktop.instance(made.paths).holder() is not None:
        made.run("stop")
