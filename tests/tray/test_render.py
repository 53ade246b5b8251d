"""Items become pystray's menu, clicks become actions. pystray's own menu classes, a recording icon, no display."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aws_sso_core.errors import DesktopUnavailable
from aws_sso_core.model import State
from aws_sso_tray import render
from aws_sso_tray.actions import Action, Quit, UseProfile
from aws_sso_tray.icon import picture
from aws_sso_tray.items import LONGEST_LABEL
from aws_sso_tray.snapshot import Snapshot
from fakes import LIMIT
from tray_samples import HOUR, NOW, profile, signed_in, snapshot, status

WORLD = snapshot(sessions=(signed_in(),), profiles=(profile("R&D.admin"), profile("dev")), active="dev")


@pytest.fixture
def base(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """``pystray._base``, imported without a display."""
    monkeypatch.setenv("PYSTRAY_BACKEND", "dummy")
    before = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "pystray"}
    for name in before:
        del sys.modules[name]
    import pystray._base  # noqa: PLC0415 - after the backend was chosen

    yield pystray._base
    for name in [name for name in sys.modules if name.split(".")[0] == "pystray"]:
        del sys.modules[name]
    sys.modules.update(before)


def library(base: Any, backend: str) -> Any:
    class Icon(base.Icon):  # type: ignore[misc] # pystray has no types
        __module__ = f"pystray._{backend}"
        _hwnd = 1
        _icon_handle: int | None = None
        changes: list[str]

        def __init__(self, *arguments: Any, **keywords: Any) -> None:
            super().__init__(*arguments, **keywords)
            self.changes = []
            self._message_handlers = {0x40B: lambda _w, _l: 0}
            self._visible = True

        def _assert_icon_handle(self) -> None:
            pass

        def _update_icon(self) -> None:
            self.changes.append("icon")

        def _update_title(self) -> None:
            self.changes.append("title")

        def _update_menu(self) -> None:
            self.changes.append("menu")

        def _run(self) -> None:
            self._mark_ready()

        def _hide(self) -> None:
            pass

        def _stop(self) -> None:
            pass

    return SimpleNamespace(Icon=Icon, Menu=base.Menu, MenuItem=base.MenuItem)


@pytest.fixture
def posted() -> list[Action]:
    return []


@pytest.fixture
def shown(base: Any, posted: list[Action]) -> Callable[..., Any]:
    def make(world: Snapshot = WORLD, **more: Any) -> Any:
        return render.TrayIcon(library(base, "win32"), first=world, post=posted.append, **more)

    return make


def rows(icon: Any) -> list[Any]:
    return list(icon._icon.menu)


def row(icon: Any, label: str) -> Any:
    return next(r for r in rows(icon) if r.text == label)


def test_every_row_of_the_menu_is_drawn(shown: Callable[..., Any]) -> None:
    labels = [r.text for r in rows(shown())]
    assert labels[0] == "Active profile: dev"
    assert labels[-1] == "Quit"


def test_a_line_to_read_cannot_be_clicked(shown: Callable[..., Any]) -> None:
    assert not row(shown(), "Active profile: dev").enabled


def test_the_active_profile_has_the_tick_of_a_radio_group(shown: Callable[..., Any]) -> None:
    active = row(shown(), "dev")
    assert (active.checked, active.radio) == (True, True)


def test_an_ampersand_is_doubled_where_it_would_mark_a_key(shown: Callable[..., Any]) -> None:
    assert row(shown(), "R&&D.admin").checked is False


def test_a_click_is_posted_and_returns(shown: Callable[..., Any], posted: list[Action]) -> None:
    icon = shown()
    row(icon, "Quit")(icon._icon)
    assert posted == [Quit()]


def test_a_click_rebuilds_no_menu_by_itself(shown: Callable[..., Any]) -> None:
    icon = shown()
    icon._icon._handler(row(icon, "Quit"))()
    assert icon._icon.changes == []


def test_a_double_click_is_one_click(shown: Callable[..., Any], posted: list[Action]) -> None:
    icon = shown()
    row(icon, "Quit")(icon._icon)
    row(icon, "Quit")(icon._icon)
    assert posted == [Quit()]


def test_two_different_clicks_are_two(shown: Callable[..., Any], posted: list[Action]) -> None:
    icon = shown()
    row(icon, "dev")(icon._icon)
    row(icon, "Quit")(icon._icon)
    assert posted == [UseProfile("dev"), Quit()]


def test_a_click_that_cannot_be_passed_on_is_logged_and_survived(base: Any, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_action: Action) -> None:
        raise RuntimeError("bug")

    icon = render.TrayIcon(library(base, "win32"), first=WORLD, post=broken)
    with caplog.at_level(logging.ERROR):
        row(icon, "Quit")(icon._icon)
    assert "was not passed on" in caplog.text


def test_the_same_snapshot_touches_nothing(shown: Callable[..., Any]) -> None:
    icon = shown()
    icon.show(WORLD)
    assert icon._icon.changes == []


def test_only_what_looks_different_is_touched(shown: Callable[..., Any]) -> None:
    icon = shown()
    icon.show(snapshot(sessions=(signed_in(),), profiles=WORLD.profiles, active="dev", paused_until=NOW + HOUR))
    assert icon._icon.changes == ["title"]  # the menu is drawn when it opens, on Windows
    assert row(icon, "Show notices again (paused until 11:00)")


def test_another_state_is_another_picture(shown: Callable[..., Any]) -> None:
    icon = shown()
    before = icon._icon.icon
    icon.show(snapshot(sessions=(status(State.EXPIRED),)))
    assert icon._icon.icon is not before
    assert icon._icon.icon is picture(icon._gauge, icon._surface.icon_size())


def test_the_loops_thread_is_where_signal_handlers_are_set_for_good(shown: Callable[..., Any]) -> None:
    order: list[str] = []
    icon = shown(on_loop=lambda: order.append("signals"))
    icon._icon._update_menu = lambda: order.append("menu")
    icon.run(lambda: None)
    assert order == ["signals", "menu"]


def test_a_loop_that_ends_with_an_error_is_survived(shown: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    icon = shown()

    def fails(_setup: object) -> None:
        raise OSError("GLib.GError: ServiceUnknown")

    monkeypatch.setattr(icon._icon, "run", fails)
    icon.run(lambda: None)


def test_the_icon_is_visible_before_anything_else_begins(shown: Callable[..., Any]) -> None:
    icon = shown()
    icon._icon._visible = False
    seen: list[bool] = []
    begun = threading.Event()
    icon._icon._show = lambda: seen.append(True)
    icon.run(begun.set)
    assert begun.wait(LIMIT)
    assert seen == [True]


def test_no_label_reaches_the_system_with_a_line_break(shown: Callable[..., Any]) -> None:
    icon = shown(snapshot(profiles=(profile("a\nb" * 50),)))
    assert all("\n" not in r.text and len(r.text) <= LONGEST_LABEL for r in rows(icon))


def test_a_backend_without_menus_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    xorg = SimpleNamespace(Icon=SimpleNamespace(HAS_MENU=False))
    monkeypatch.setitem(sys.modules, "pystray", xorg)
    with pytest.raises(DesktopUnavailable) as refused:
        render.pystray_module()
    assert "aws-sso-tray[linux-tray]" in refused.value.hint


def test_a_machine_without_a_display_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Importer:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "pystray":
                raise OSError("Bad display name")

    monkeypatch.delitem(sys.modules, "pystray", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Importer(), *sys.meta_path])
    with pytest.raises(DesktopUnavailable, match="no display"):
        render.pystray_module()


def test_pystray_still_has_the_private_parts_that_are_reached_into() -> None:
    spec = find_spec("pystray")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent
    source = {
        name: (folder / name).read_text() for name in ("_win32.py", "_appindicator.py", "_base.py", "_util/win32.py")
    }
    assert "self._message_handlers = {" in source["_win32.py"]
    assert "win32.WM_NOTIFY: self._on_notify" in source["_win32.py"]
    assert "icon._message_handlers.get(" in source["_win32.py"]
    assert "self._hwnd = self._create_window" in source["_win32.py"]
    assert "WM_NOTIFY = WM_USER + 11" in source["_util/win32.py"]
    assert "self._menu_handle = self._create_menu(self.menu)" in source["_appindicator.py"]
    assert "def _mark_ready(self):" in source["_base.py"]
    assert "def _handler(self, callback):" in source["_base.py"]


def test_a_taskbar_that_moved_to_a_denser_monitor_gets_a_denser_icon(
    shown: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    icon = shown()
    monkeypatch.setattr(icon._surface, "icon_size", lambda: 32)
    icon.show(WORLD)
    assert icon._icon.icon.size == (32, 32)
    assert icon._icon.changes == ["icon"]
