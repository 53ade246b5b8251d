"""The real registry of the current user, the real broadcast and the real mutex."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from ctypes import wintypes
from io import BytesIO
from pathlib import Path

import pytest

if sys.platform != "win32":
    pytest.skip("for Windows", allow_module_level=True)

import winreg

import win32api
import win32con
import win32event
import win32gui
import win32security

from aws_sso_core.desktop.windows.api import WindowsApi
from aws_sso_core.desktop.windows.appearance import icon_handle, tray_icon_size
from aws_sso_core.desktop.windows.autostart import APPROVED, RUN, WindowsAutostart
from aws_sso_core.desktop.windows.environment import KEY, WindowsEnvironment
from aws_sso_core.desktop.windows.instance import WindowsInstance
from aws_sso_core.desktop.windows.registry import MachineRegistry, UserRegistry
from aws_sso_core.desktop.windows.sealing import WindowsSealing
from aws_sso_core.model import State
from aws_sso_tray.gauge import Gauge
from aws_sso_tray.icon import picture
from desktop_contracts import COMMAND, AutostartContract, EnvironmentContract, InstanceContract

NAME = "aws-sso-tray"
LIMIT = 120


def values(key: str) -> dict[str, tuple[object, int]]:
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
            return {
                name: (value, kind)
                for name, value, kind in (winreg.EnumValue(opened, i) for i in range(winreg.QueryInfoKey(opened)[1]))
            }
    except FileNotFoundError:
        return {}


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """This person's own settings are there again afterwards, as a real machine may run this."""
    names = {RUN: (NAME,), APPROVED: (NAME,), KEY: ("AWS_PROFILE", "AWS_REGION", "AWS_SSO_TRAY_TEST")}
    before = {key: values(key) for key in names}
    restore({key: dict.fromkeys(names[key]) for key in names})
    yield
    restore({key: {name: before[key].get(name) for name in names[key]} for key in names})


def restore(wanted: dict[str, dict[str, tuple[object, int] | None]]) -> None:
    for key, named in wanted.items():
        with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_ALL_ACCESS) as opened:
            for name, value in named.items():
                if value is not None:
                    winreg.SetValueEx(opened, name, 0, value[1], value[0])  # type: ignore[call-overload]
                elif name in values(key):
                    winreg.DeleteValue(opened, name)


class TestAutostart(AutostartContract):
    @pytest.fixture
    def autostart(self) -> WindowsAutostart:
        return WindowsAutostart(UserRegistry(), MachineRegistry())


class TestEnvironment(EnvironmentContract):
    @pytest.fixture
    def environment(self) -> WindowsEnvironment:
        return WindowsEnvironment(UserRegistry(), WindowsApi())


class TestInstance(InstanceContract):
    def make(self, folder: Path) -> WindowsInstance:
        return WindowsInstance(folder, WindowsApi())


def test_windows_itself_parses_the_run_keys_command_into_our_arguments() -> None:
    WindowsAutostart(UserRegistry(), MachineRegistry()).enable(COMMAND)
    command, kind = values(RUN)[NAME]
    assert kind == winreg.REG_SZ
    assert parsed(str(command)) == COMMAND


def parsed(command: str) -> list[str]:
    split = ctypes.WinDLL("shell32").CommandLineToArgvW
    split.argtypes = (wintypes.LPCWSTR, ctypes.POINTER(ctypes.c_int))
    split.restype = ctypes.POINTER(wintypes.LPWSTR)
    count = ctypes.c_int()
    words = split(command, ctypes.byref(count))
    return [str(words[i]) for i in range(count.value)]


@pytest.mark.parametrize(("first_byte", "state"), [(2, "on"), (3, "blocked")])
def test_task_managers_switch_counts_and_stays_as_it_is(first_byte: int, state: str) -> None:
    switch = bytes([first_byte, *[0] * 11])
    with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, APPROVED, 0, winreg.KEY_SET_VALUE) as opened:
        winreg.SetValueEx(opened, NAME, 0, winreg.REG_BINARY, switch)
    autostart = WindowsAutostart(UserRegistry(), MachineRegistry())
    autostart.enable(["C:\\x.exe"])
    assert autostart.state() == state
    autostart.disable()
    assert values(APPROVED)[NAME] == (switch, winreg.REG_BINARY)


def test_the_machines_values_are_read_as_the_persons_are() -> None:
    version = MachineRegistry().read(r"Software\Microsoft\Windows NT\CurrentVersion", "CurrentBuildNumber")
    assert str(version).isdigit()
    assert MachineRegistry().read(RUN, "aws-sso-tray-test") is None


def test_a_variable_that_names_others_is_read_as_programs_see_it() -> None:
    with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, KEY, 0, winreg.KEY_SET_VALUE) as opened:
        winreg.SetValueEx(opened, "AWS_SSO_TRAY_TEST", 0, winreg.REG_EXPAND_SZ, "%SYSTEMROOT%\\x")
    seen = WindowsEnvironment(UserRegistry(), WindowsApi()).get("AWS_SSO_TRAY_TEST")
    assert seen
    assert seen.lower() == "c:\\windows\\x"


def test_other_programs_windows_hear_of_a_changed_variable() -> None:
    with window() as heard:
        WindowsEnvironment(UserRegistry(), WindowsApi()).set("AWS_SSO_TRAY_TEST", "1")
        assert heard.wait(LIMIT)


class window:  # noqa: N801 - reads as the block it opens
    """A top-level window in a thread of its own; entering gives the event of its ``WM_SETTINGCHANGE`` "Environment"."""

    def __init__(self) -> None:
        self._heard = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._live, name="window", daemon=True)
        self._handle = 0

    def __enter__(self) -> threading.Event:
        self._thread.start()
        assert self._ready.wait(LIMIT)
        return self._heard

    def __exit__(self, *_: object) -> None:
        win32gui.PostMessage(self._handle, win32con.WM_CLOSE, 0, 0)
        self._thread.join(LIMIT)

    def _live(self) -> None:
        hears: dict[int, Callable[[int, int, int, int], int]] = {
            win32con.WM_SETTINGCHANGE: self._hear,
            win32con.WM_DESTROY: self._end,
        }
        kind = win32gui.WNDCLASS()
        kind.lpszClassName = "aws-sso-tray-test"  # type: ignore[misc] # pywin32's stubs take it for read-only
        kind.lpfnWndProc = hears  # type: ignore[misc]
        name = win32gui.RegisterClass(kind)
        self._handle = win32gui.CreateWindow(name, "test", 0, 0, 0, 0, 0, 0, 0, win32api.GetModuleHandle(None), None)
        self._ready.set()
        win32gui.PumpMessages()
        win32gui.UnregisterClass(name, win32api.GetModuleHandle(None))

    def _hear(self, _window: int, _message: int, _wparam: int, lparam: int) -> int:
        if lparam and ctypes.wstring_at(lparam) == "Environment":
            self._heard.set()
        return 0

    def _end(self, *_: int) -> int:
        win32gui.PostQuitMessage(0)
        return 0


HOLD = """
import sys
from pathlib import Path
from aws_sso_core.desktop.windows.api import WindowsApi
from aws_sso_core.desktop.windows.instance import WindowsInstance
one = WindowsInstance(Path(sys.argv[1]), WindowsApi())
print(one.acquire(), flush=True)
sys.stdin.read()
"""


def test_another_process_has_the_one_place_until_it_dies(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-P", "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    mine = WindowsInstance(tmp_path, WindowsApi())
    try:
        assert holder.stdout
        assert holder.stdout.readline() == "True\n"
        assert mine.acquire() is False
        assert mine.holder() == holder.pid
    finally:
        holder.kill()
        holder.communicate(timeout=LIMIT)
    assert mine.holder() is None
    assert mine.acquire() is True
    mine.release()


def test_a_mutex_that_only_others_may_have_tells_that_one_runs(tmp_path: Path) -> None:
    only_system = win32security.SECURITY_ATTRIBUTES()
    only_system.SECURITY_DESCRIPTOR = win32security.ConvertStringSecurityDescriptorToSecurityDescriptor(
        "D:P(A;;GA;;;SY)", win32security.SDDL_REVISION_1
    )
    mine = WindowsInstance(tmp_path, WindowsApi())
    elevated = win32event.CreateMutex(only_system, False, mine.name)  # noqa: FBT003 - as Windows has it
    assert elevated
    assert mine.acquire() is False


def test_idle_time_is_known() -> None:
    idle = WindowsApi().idle_milliseconds()
    assert idle is not None
    assert idle >= 0


def test_an_icon_is_made_in_exactly_the_pixels_asked_for() -> None:
    for size in (16, 20, 24, 32, 48, 64):
        handle = icon_handle(png_of(size), size)
        bitmap = win32gui.GetIconInfo(handle)[4]  # type: ignore[index] # a tuple, whatever its stub says
        assert win32gui.GetObject(bitmap).bmWidth == size
        win32gui.DestroyIcon(handle)


def png_of(size: int) -> bytes:
    data = BytesIO()
    picture(Gauge(State.SIGNED_IN, 5), size).save(data, "PNG")
    return data.getvalue()


def test_what_is_no_picture_is_no_icon() -> None:
    with pytest.raises(OSError, match="WinError"):
        icon_handle(b"no picture", 16)


def test_the_taskbars_icons_have_a_usual_size() -> None:
    assert 16 <= tray_icon_size() <= 64


def test_what_windows_sealed_it_unseals_and_nothing_else() -> None:
    sealing = WindowsSealing()
    sealed = sealing.seal(b"client secret")
    assert b"client secret" not in sealed
    assert sealing.unseal(sealed) == b"client secret"
    for junk in (b"", b"client secret", sealed[:-1], sealed[::-1]):
        assert sealing.unseal(junk) is None
