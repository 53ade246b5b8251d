"""How a changed menu reaches each system's tray: without closing it where words alone changed, and not too often."""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from aws_sso_core.desktop import appearance
from aws_sso_core.desktop.windows import clipboard
from aws_sso_tray.actions import FindProfile, Quit, Refresh
from aws_sso_tray.items import SEPARATOR, Item
from aws_sso_tray.surfaces import WM_LBUTTONUP, WM_RBUTTONUP, WM_TRAY, GtkSurface, WindowsSurface, same_shape
from fakes import LIMIT


@dataclass
class Row:
    """A GTK menu item."""

    label: str
    submenu: Menu | None = None

    def set_label(self, label: str) -> None:
        self.label = label

    def get_submenu(self) -> Menu | None:
        return self.submenu


@dataclass
class Menu:
    """A GTK menu."""

    rows: list[Row]

    def get_children(self) -> list[Row]:
        return self.rows


@dataclass
class GtkIcon:
    """What is used of pystray's GTK icon."""

    _menu_handle: Menu
    rebuilt: int = 0

    def update_menu(self) -> None:
        self.rebuilt += 1


@dataclass
class Glib:
    """A loop that runs what is due when told."""

    due: list[tuple[int, Callable[..., bool], tuple[Any, ...]]] = field(default_factory=list)

    def timeout_add(self, milliseconds: int, function: Callable[..., bool], *arguments: Any) -> None:
        self.due.append((milliseconds, function, arguments))

    def run(self) -> None:
        due, self.due = self.due, []
        for _, function, arguments in due:
            assert function(*arguments) is False, "a timer that returns True goes on for ever"


OLD = (Item("corp - signed in", children=(Item("Sign out", Refresh()),)), SEPARATOR, Item("Quit", Quit()))
RELABELLED = (Item("corp - ends soon", children=(Item("Sign out now", Refresh()),)), SEPARATOR, Item("Quit", Quit()))
LONGER = (*OLD, Item("Refresh", Refresh()))


def drawn() -> GtkIcon:
    return GtkIcon(Menu([Row("corp - signed in", Menu([Row("Sign out")])), Row(""), Row("Quit")]))


def test_new_words_alone_are_written_into_the_rows_that_stand() -> None:
    glib, icon = Glib(), drawn()
    GtkSurface(glib).refresh(icon, OLD, RELABELLED)
    glib.run()
    assert icon.rebuilt == 0
    rows = icon._menu_handle.rows
    assert rows[0].label == "corp - ends soon"
    assert rows[0].submenu is not None
    assert rows[0].submenu.rows[0].label == "Sign out now"


def test_another_row_needs_a_new_menu() -> None:
    glib, icon = Glib(), drawn()
    GtkSurface(glib).refresh(icon, OLD, LONGER)
    glib.run()
    assert icon.rebuilt == 1


def test_another_action_under_the_same_words_needs_a_new_menu() -> None:
    glib, icon = Glib(), drawn()
    GtkSurface(glib).refresh(icon, OLD, (*OLD[:-1], Item("Quit", Refresh())))
    glib.run()
    assert icon.rebuilt == 1


def test_a_menu_that_is_not_what_was_drawn_is_built_anew() -> None:
    glib, icon = Glib(), GtkIcon(Menu([Row("something else")]))
    GtkSurface(glib).refresh(icon, OLD, RELABELLED)
    glib.run()
    assert icon.rebuilt == 1


def test_changes_that_come_together_are_drawn_once_as_they_are_last() -> None:
    glib, icon = Glib(), drawn()
    surface = GtkSurface(glib)
    surface.refresh(icon, OLD, LONGER)
    surface.refresh(icon, LONGER, OLD)
    surface.refresh(icon, OLD, RELABELLED)
    assert len(glib.due) == 1
    glib.run()
    assert icon.rebuilt == 0
    assert icon._menu_handle.rows[0].label == "corp - ends soon"


def test_a_second_rebuild_waits_for_the_panel() -> None:
    glib, icon = Glib(), drawn()
    surface = GtkSurface(glib)
    surface.refresh(icon, OLD, LONGER)
    assert glib.due[0][0] == 0
    glib.run()
    surface.refresh(icon, LONGER, OLD)
    assert 200 < glib.due[0][0] <= 300


def test_the_first_change_waits_for_the_first_menu_to_settle() -> None:
    glib, icon = Glib(), drawn()
    surface = GtkSurface(glib)
    surface.attach(icon)
    surface.refresh(icon, OLD, LONGER)
    assert 200 < glib.due[0][0] <= 300


def test_ticks_that_gtk_moved_are_put_right_even_if_nothing_else_changes() -> None:
    glib, icon = Glib(), drawn()
    GtkSurface(glib).ticked(icon)
    glib.run()
    assert icon.rebuilt == 1


def test_a_click_and_what_it_leads_to_are_one_rebuild() -> None:
    glib, icon = Glib(), drawn()
    surface = GtkSurface(glib)
    surface.ticked(icon)
    surface.refresh(icon, OLD, RELABELLED)
    glib.run()
    assert icon.rebuilt == 1


ITEMS = st.recursive(
    st.builds(
        Item, st.sampled_from("abc"), st.sampled_from([Quit(), Refresh(), None]), checked=st.sampled_from([True, None])
    ),
    lambda inner: st.builds(Item, st.sampled_from("abc"), children=st.lists(inner, min_size=1, max_size=3).map(tuple)),
    max_leaves=6,
)


@given(st.lists(ITEMS, max_size=4), st.lists(ITEMS, max_size=4))
def test_menus_of_one_shape_differ_in_words_only(old: list[Item], new: list[Item]) -> None:
    def wordless(items: tuple[Item, ...]) -> tuple[object, ...]:
        return tuple((i.action, i.checked, wordless(i.children)) for i in items)

    assert same_shape(old, new) == (wordless(tuple(old)) == wordless(tuple(new)))


class Messages:
    """A ``WindowMessages`` that keeps what it got."""

    messages = (0x11, 0x218)

    def __init__(self) -> None:
        self.seen: list[tuple[int, int, int]] = []
        self.attached: list[int] = []

    def attach(self, window: int) -> bool:
        self.attached.append(window)
        return True

    def handle(self, message: int, wparam: int, lparam: int) -> int:
        self.seen.append((message, wparam, lparam))
        return 1


class WinIcon:
    """What is used of pystray's Windows icon."""

    _hwnd = 77
    _icon_handle: int | None = None
    icon = Image.new("RGBA", (20, 20))

    def __init__(self, *rows: Item) -> None:
        self.menu = SimpleNamespace(items=rows)
        self.scaled = 0
        self.shown: list[int] = []
        self.rebuilt = 0
        self._message_handlers: dict[int, Callable[[int, int], Any]] = {WM_TRAY: self._on_notify}

    def _on_notify(self, _wparam: int, lparam: int) -> int:
        self.shown.append(lparam)
        return 0

    def update_menu(self) -> None:
        self.rebuilt += 1

    def _assert_icon_handle(self) -> None:
        self.scaled += 1


def test_windows_is_answered_by_the_port_that_knows() -> None:
    messages, icon = Messages(), WinIcon()
    WindowsSurface(messages).attach(icon)
    assert icon._message_handlers[0x11](1, 2) == 1
    assert messages.seen == [(0x11, 1, 2)]
    assert messages.attached == [77]


@pytest.mark.parametrize("button", [WM_LBUTTONUP, WM_RBUTTONUP])
def test_either_button_opens_a_fresh_menu_on_windows(button: int) -> None:
    icon = WinIcon()
    WindowsSurface(None).attach(icon)
    icon._message_handlers[WM_TRAY](0, button)
    assert (icon.rebuilt, icon.shown) == (1, [WM_RBUTTONUP])


def test_a_left_click_opens_the_picker_where_there_is_one_and_a_right_click_the_menu() -> None:
    icon = WinIcon(Item("Quit", Quit()), Item("Find a profile…", FindProfile(), default=True))
    WindowsSurface(None).attach(icon)
    icon._message_handlers[WM_TRAY](0, WM_LBUTTONUP)
    assert icon.shown == [WM_LBUTTONUP]  # which pystray turns into the default row's click
    icon = WinIcon(Item("Find a profile…", FindProfile(), default=True))
    WindowsSurface(None).attach(icon)
    icon._message_handlers[WM_TRAY](0, WM_RBUTTONUP)
    assert icon.shown == [WM_RBUTTONUP]


def test_a_double_click_opens_the_picker_once() -> None:
    icon = WinIcon(Item("Find a profile…", FindProfile(), default=True))
    WindowsSurface(None).attach(icon)
    for _ in range(2):
        icon._message_handlers[WM_TRAY](0, WM_LBUTTONUP)
    assert icon.shown == [WM_LBUTTONUP]


def test_the_icon_is_handed_over_in_the_pixels_that_were_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    given_sizes: list[tuple[tuple[int, int], int]] = []

    def handle(png: bytes, size: int) -> int:
        given_sizes.append((Image.open(BytesIO(png)).size, size))
        return 7

    monkeypatch.setattr(appearance, "icon_handle", handle)
    icon = WinIcon()
    WindowsSurface(None).attach(icon)
    icon._assert_icon_handle()
    icon._assert_icon_handle()
    assert given_sizes == [((20, 20), 20)]
    assert (icon._icon_handle, icon.scaled) == (7, 0)


def test_where_windows_takes_no_such_icon_pystray_has_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def handle(_png: bytes, _size: int) -> int:
        raise OSError(87, "The parameter is incorrect")

    monkeypatch.setattr(appearance, "icon_handle", handle)
    icon = WinIcon()
    WindowsSurface(None).attach(icon)
    icon._assert_icon_handle()
    assert icon.scaled == 1


def test_a_double_click_opens_the_menu_once() -> None:
    icon = WinIcon()
    WindowsSurface(None).attach(icon)
    for _ in range(2):
        icon._message_handlers[WM_TRAY](0, WM_LBUTTONUP)
    assert icon.shown == [WM_RBUTTONUP]


def test_other_mouse_events_go_to_pystray_as_they_are() -> None:
    icon = WinIcon()
    WindowsSurface(None).attach(icon)
    icon._message_handlers[WM_TRAY](0, 0x200)
    assert (icon.rebuilt, icon.shown) == (0, [0x200])


def test_on_windows_a_change_is_not_drawn_while_a_menu_may_show() -> None:
    icon = WinIcon()
    WindowsSurface(None).refresh(icon, OLD, LONGER)
    WindowsSurface(None).ticked(icon)
    assert icon.rebuilt == 0


def test_on_windows_a_copied_text_goes_to_the_clipboard_that_no_history_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    copied: queue.Queue[str] = queue.Queue()
    monkeypatch.setattr(clipboard, "copy", copied.put)
    WindowsSurface(None).copy("$env:AWS_SECRET_ACCESS_KEY = 's3cret'")
    assert copied.get(timeout=LIMIT) == "$env:AWS_SECRET_ACCESS_KEY = 's3cret'"
