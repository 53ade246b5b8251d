"""Notices on a real Windows: win10toast through pywin32, and the icon's own balloon where it is not to be had."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import threading
from collections.abc import Iterator
from ctypes import wintypes
from pathlib import Path

import pytest

if sys.platform != "win32":
    pytest.skip("for Windows", allow_module_level=True)

from aws_sso_core.desktop.windows import identity
from aws_sso_core.desktop.windows.notifier import BalloonNotifier, windows_notifier
from aws_sso_core.desktop.windows.registry import UserRegistry
from aws_sso_core.desktop.windows.sealing import WindowsSealing
from aws_sso_core.desktop.windows.toast import ToastNotifier
from aws_sso_core.model import Notice
from desktop_contracts import SIGN_IN, NotifierContract
from patience import until

LIMIT = 120
pytestmark = pytest.mark.filterwarnings("ignore:pkg_resources is deprecated")


def real_toasts() -> ToastNotifier:
    levels = windows_notifier(None, icon=None, keep_in=None, sealing=WindowsSealing())
    (toasts,) = levels._levels
    assert isinstance(toasts, ToastNotifier)
    return toasts


@pytest.fixture
def toasts() -> Iterator[ToastNotifier]:
    made = real_toasts()
    yield made
    made.close()


class TestToasts(NotifierContract):
    @pytest.fixture
    def notifier(self, toasts: ToastNotifier) -> ToastNotifier:
        return toasts


def windows_of_win10toast() -> int:
    """How many of its windows this process has, by its class."""
    find = ctypes.WinDLL("user32").FindWindowW
    find.argtypes = (wintypes.LPCWSTR, wintypes.LPCWSTR)
    find.restype = wintypes.HWND
    return int(bool(find("PythonTaskbar", None)))


def test_a_toast_shows_while_it_stands_and_is_gone_when_withdrawn(toasts: ToastNotifier) -> None:
    assert toasts.show(SIGN_IN) is True
    assert windows_of_win10toast() == 1
    toasts.withdraw(SIGN_IN.key)
    until(lambda: not windows_of_win10toast(), "no toast stands")


def test_one_toast_after_another_is_shown(toasts: ToastNotifier) -> None:
    for n in range(3):
        assert toasts.show(Notice(f"n{n}", f"notice {n}", "text")) is True
        toasts.withdraw(f"n{n}")


def test_showing_does_not_keep_the_caller_for_as_long_as_it_stands(toasts: ToastNotifier) -> None:
    toasts.show(SIGN_IN)
    toasts.show(SIGN_IN)
    assert windows_of_win10toast() == 1


def test_a_toast_ends_no_loop_of_the_thread_that_asked_for_it(toasts: ToastNotifier) -> None:
    toasts.show(SIGN_IN)
    toasts.withdraw(SIGN_IN.key)
    toasts.close()
    message = wintypes.MSG()
    peek = ctypes.WinDLL("user32").PeekMessageW
    quit_message = 0x12
    assert not peek(ctypes.byref(message), None, quit_message, quit_message, 0)


QUIET = """
import warnings; warnings.simplefilter("ignore")
import sys
from pathlib import Path
from aws_sso_core.desktop.windows.notifier import windows_notifier
from aws_sso_core.desktop.windows.sealing import WindowsSealing
from aws_sso_core.model import Notice
from aws_sso_tray.icon import emblem
icon = Path(sys.argv[1], "icon.ico")
emblem(128).save(icon)
notifier = windows_notifier(None, icon=icon, keep_in=None, sealing=WindowsSealing())
assert notifier.show(Notice("k", "title", "body"))
notifier.withdraw("k")
notifier.close()
"""


def test_neither_the_icon_nor_the_window_procedure_is_complained_of(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-P", "-c", QUIET, str(tmp_path)], capture_output=True, text=True, timeout=LIMIT, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_what_we_call_of_winrt_is_really_in_its_packages() -> None:
    """Wine has no toasts behind it, but the packages are Windows's own."""
    from winrt.windows.data.xml.dom import XmlDocument  # noqa: PLC0415
    from winrt.windows.ui import notifications as ui  # noqa: PLC0415

    assert callable(XmlDocument.load_xml)
    for kind, names in {
        ui.ToastNotificationManager: ("create_toast_notifier_with_id",),
        ui.ToastNotifier: ("show", "setting"),
        ui.ToastNotification: ("tag", "group", "add_failed"),
        ui.ToastFailedEventArgs: ("error_code",),
        ui.ToastNotificationHistory: ("clear_with_id", "remove_grouped_tag_with_id"),
    }.items():
        assert [name for name in names if not hasattr(kind, name)] == []
    assert ui.NotificationSetting.ENABLED == 0
    assert hasattr(type(ui.ToastNotificationManager), "history")


UNDER_WINE = sys.platform == "win32" and hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")


@pytest.mark.usefixtures("unregistered")
def test_the_best_level_that_this_windows_has_is_found_by_itself(tmp_path: Path) -> None:
    notifier = windows_notifier(None, icon=None, keep_in=tmp_path, sealing=WindowsSealing())
    assert notifier.show(SIGN_IN) is True
    assert notifier.level == ("win10toast" if UNDER_WINE else "winrt")
    notifier.withdraw(SIGN_IN.key)
    notifier.close()


@pytest.mark.usefixtures("unregistered")
def test_a_throw_away_home_leaves_nothing_in_the_registry() -> None:
    notifier = windows_notifier(None, icon=None, keep_in=None, sealing=WindowsSealing())
    notifier.show(SIGN_IN)
    notifier.close()
    assert UserRegistry().read(identity.AUMID_KEY, "DisplayName") is None


def test_without_pywin32_the_balloon_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "win10toast", None)
    shown = threading.Event()
    notifier = windows_notifier(lambda _title, _body: shown.set(), icon=None, keep_in=None, sealing=WindowsSealing())
    assert notifier.show(SIGN_IN) is True
    assert shown.wait(LIMIT)
    assert notifier.level == "balloon"
    notifier.close()


def test_pystrays_own_balloon_takes_our_longest_texts() -> None:
    import pystray  # noqa: PLC0415 - needs a desktop
    from PIL import Image  # noqa: PLC0415

    ready, failures = threading.Event(), []
    icon = pystray.Icon("aws-sso-tray-test", Image.new("RGB", (32, 32), "red"), "test")

    def shown(icon: object) -> None:
        icon.visible = True  # type: ignore[attr-defined] # pystray has no types
        if not BalloonNotifier(lambda title, body: icon.notify(body, title)).show(  # type: ignore[attr-defined]
            Notice("k", "Schlüssel 🔑 " * 20, "Text 🔑 " * 100)
        ):
            failures.append("refused")
        ready.set()
        icon.stop()  # type: ignore[attr-defined]

    icon.run(shown)
    assert ready.is_set()
    assert failures == []
