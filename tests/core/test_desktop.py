"""The choice of the system's desktop, and what holds on every system."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from aws_sso_core import desktop
from aws_sso_core.paths import Paths
from desktop_contracts import SIGN_IN
from fakes import NOON

SYSTEMS = ("linux", "windows", "macos")
GRID = ("notifier", "autostart", "environment", "power", "instance")


@pytest.fixture
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without any desktop."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("module", GRID)
def test_each_system_has_each_module_and_it_imports_here(system: str, module: str) -> None:
    assert importlib.import_module(f"aws_sso_core.desktop.{system}.{module}").__doc__


def test_every_module_imports_on_this_system() -> None:
    names = [m.name for m in pkgutil.walk_packages(desktop.__path__, "aws_sso_core.desktop.")]
    assert len(names) > len(SYSTEMS) * len(GRID)
    for name in names:
        importlib.import_module(name)


@pytest.mark.usefixtures("_bare")
def test_the_ports_of_this_system_can_be_made_without_a_desktop(tmp_path: Path) -> None:
    paths = Paths.from_environment({"HOME": str(tmp_path), "AWS_SSO_TRAY_HOME": str(tmp_path / "own")})
    notifier = desktop.notifier(lambda _key, _button: None)
    assert notifier.show(SIGN_IN) in (True, False)
    notifier.close()
    assert desktop.autostart().state() in ("on", "off", "blocked")
    assert desktop.environment(paths).get("AWS_SSO_TRAY_NOBODY_SET_THIS") is None
    assert desktop.instance(paths).holder() is None
    power = desktop.power()
    assert power.start(lambda _: None) in (True, False)
    power.stop()
    assert desktop.idle_seconds(NOON) is None or sys.platform == "win32"


@pytest.mark.usefixtures("_bare")
@pytest.mark.skipif(sys.platform != "linux", reason="the others always have a desktop")
def test_a_machine_without_a_desktop_has_neither_display_nor_tray_host() -> None:
    assert desktop.display() is False
    assert desktop.tray_host() is None


def test_choosing_the_desktop_loads_none_of_it() -> None:
    """The credential helper and most commands never need it."""
    code = "import sys, aws_sso_core.desktop; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    loaded = set(done.stdout.split())
    assert not loaded & {"jeepney", "ctypes", "socket", "subprocess", "plistlib", "aws_sso_core.desktop.linux"}


def test_the_public_functions_are_all_told() -> None:
    functions = [f for _, f in inspect.getmembers(desktop, inspect.isfunction) if f.__module__ == desktop.__name__]
    assert [f.__name__ for f in functions if not f.__doc__] == []
    assert desktop.notifier in functions
