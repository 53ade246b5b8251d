"""Windows's own toasts, anywhere: their XML, the links behind their buttons, and a fake Action Center."""

from __future__ import annotations

import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.desktop.levels import LevelsNotifier
from aws_sso_core.desktop.plain_sealing import PlainSealing
from aws_sso_core.desktop.windows import identity, press_link
from aws_sso_core.desktop.windows.notifier import BalloonNotifier
from aws_sso_core.desktop.windows.press_link import Press
from aws_sso_core.desktop.windows.registry import Value
from aws_sso_core.desktop.windows.toast_xml import MOST_BUTTONS, toast_xml
from aws_sso_core.desktop.windows.winrt_toast import WinRtNotifier
from aws_sso_core.errors import ReadOnlyPlace
from aws_sso_core.model import Button, Notice, Urgency
from desktop_contracts import SIGN_IN, NotifierContract
from fakes import LIMIT

KEY = b"k" * 32
notice_keys = st.text(max_size=60)
ids = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=20)


# Links --------------------------------------------------------------------------------------------------------------


@given(notice_keys, ids)
def test_a_link_tells_what_was_pressed(notice: str, button: str) -> None:
    link = press_link.write(Press(notice, button), KEY)
    assert (link is None) == (notice == "")
    if link is not None:
        assert press_link.read(link, KEY) == (notice, button)


@given(notice_keys, ids)
def test_a_link_has_nothing_that_a_shell_or_a_command_line_would_take_for_its_own(notice: str, button: str) -> None:
    link = press_link.write(Press(notice, button), KEY) or ""
    assert not set(link) & set("\"'` \t\r\n<>|;$(){}[]\\^!\0")


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_no_other_text_is_a_link(text: str) -> None:
    assert press_link.read(text, KEY) is None
    assert press_link.read(f"aws-sso-tray:press?{text}", KEY) is None


@given(st.text(min_size=1, max_size=30), ids, st.text("0123456789abcdef", min_size=32, max_size=32))
def test_a_link_that_looks_right_is_nothing_without_our_seal(notice: str, button: str, seal: str) -> None:
    link = f"aws-sso-tray:press?notice={quote(notice, safe='', errors='surrogatepass')}&button={button}&seal={seal}"
    assert press_link.read(link, KEY) is None


@given(st.data())
def test_a_changed_link_is_no_link(data: st.DataObject) -> None:
    link = press_link.write(Press("sign-in corp", "sign-in"), KEY)
    assert link
    at = data.draw(st.integers(0, len(link) - 1))
    other = data.draw(st.characters().filter(lambda c: c != link[at]))
    changed = press_link.read(link[:at] + other + link[at + 1 :], KEY)
    assert changed in (None, ("sign-in corp", "sign-in"))  # the same again: %2D is another way to write a hyphen


def test_another_persons_key_seals_nothing_here() -> None:
    link = press_link.write(Press("n", "b"), KEY)
    assert link
    assert press_link.read(link, b"o" * 32) is None


@pytest.mark.parametrize("behind", ["\n", " ", '" --verbose "', "&button=later", "#x", "/", "%00", "&seal=" + "0" * 32])
def test_nothing_may_follow_a_link(behind: str) -> None:
    link = press_link.write(Press("n", "b"), KEY)
    assert link
    assert press_link.read(link + behind, KEY) is None


def test_a_link_longer_than_windows_takes_is_not_written() -> None:
    assert press_link.write(Press("n" * 3000, "b"), KEY) is None


def test_the_key_is_made_once_and_is_this_persons_own(tmp_path: Path) -> None:
    key = press_link.key_in(tmp_path / "state", PlainSealing())
    assert len(key) == 32
    assert press_link.key_in(tmp_path / "state", PlainSealing()) == key
    assert press_link.key_in(tmp_path / "other", PlainSealing()) != key


def test_a_damaged_key_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "links.key").write_bytes(b"short")
    assert len(press_link.key_in(tmp_path, PlainSealing())) == 32


# XML ----------------------------------------------------------------------------------------------------------------

buttons = st.lists(st.builds(Button, ids, st.text(max_size=20)), max_size=7, unique_by=lambda b: b.id)
any_notice = st.builds(
    Notice, st.text(max_size=20), st.text(), st.text(), buttons.map(tuple), st.sampled_from(Urgency), st.none() | ids
)


@given(any_notice)
def test_whatever_a_notice_says_its_xml_says_the_same_and_nothing_more(notice: Notice) -> None:
    toast = ET.fromstring(toast_xml(notice, lambda button: f"x:{button}"))
    texts = [text.text or "" for text in toast.iter("text")]
    assert [drawable(t) for t in texts] == [drawable(notice.title), drawable(notice.body)]
    actions = list(toast.iter("action"))
    assert len(actions) == min(len(notice.buttons), MOST_BUTTONS)
    for action, button in zip(actions, notice.buttons, strict=False):
        assert drawable(action.get("content", "")) == drawable(button.label)
        assert action.get("arguments") == f"x:{button.id}"
        assert action.get("activationType") == "protocol"
    assert {element.tag for element in toast.iter()} <= {
        "toast", "visual", "binding", "text", "actions", "action", "audio"
    }  # fmt: skip


def drawable(text: str) -> str:
    """Without what XML cannot say, and with the ends of lines and blanks as a parser gives them."""
    kept = "".join(
        c
        for c in text
        if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe") or c > "\uffff"
    )
    return " ".join(kept.split())


def test_an_urgent_notice_stays_until_it_is_answered() -> None:
    urgent = Notice("k", "t", "b", SIGN_IN.buttons, Urgency.CRITICAL)
    assert ET.fromstring(toast_xml(urgent, lambda _: "x:y")).get("scenario") == "reminder"
    without = Notice("k", "t", "b", (), Urgency.CRITICAL)
    assert ET.fromstring(toast_xml(without, lambda _: "x:y")).get("scenario") is None


def test_a_click_on_the_toast_itself_is_its_default_button() -> None:
    assert ET.fromstring(toast_xml(SIGN_IN, lambda b: f"x:{b}")).get("launch") == "x:sign-in"
    assert ET.fromstring(toast_xml(Notice("k", "t", "b"), lambda b: f"x:{b}")).get("launch") is None


def test_a_button_that_has_no_link_is_not_drawn() -> None:
    assert not list(ET.fromstring(toast_xml(SIGN_IN, lambda _: None)).iter("action"))


# Who we are ---------------------------------------------------------------------------------------------------------


class FakeRegistry:
    """A ``Registry`` in memory that counts writes."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], Value] = {}
        self.writes = 0

    def read(self, key: str, name: str) -> Value | None:
        return self.values.get((key, name))

    def write(self, key: str, name: str, value: str) -> None:
        self.writes += 1
        self.values[key, name] = value

    def remove(self, key: str, name: str) -> bool:
        return self.values.pop((key, name), None) is not None


def test_windows_learns_our_name_our_picture_and_who_opens_our_links() -> None:
    registry = FakeRegistry()
    identity.register(registry, ["C:\\Program Files\\x\\aws-sso-trayw.exe", "press"], Path("icon.ico"))
    assert registry.values[identity.AUMID_KEY, "DisplayName"] == "AWS SSO Tray"
    assert registry.values[identity.AUMID_KEY, "IconUri"] == "icon.ico"
    assert registry.values[identity.SCHEME_KEY, "URL Protocol"] == ""
    command = registry.values[identity.SCHEME_KEY + r"\shell\open\command", ""]
    assert command == '"C:\\Program Files\\x\\aws-sso-trayw.exe" press "%1"'


def test_what_windows_knows_already_is_not_written_again() -> None:
    registry = FakeRegistry()
    for _ in range(2):
        identity.register(registry, ["x.exe", "press"], None)
    first = registry.writes
    identity.register(registry, ["moved.exe", "press"], None)
    assert (first, registry.writes) == (4, 5)


# The Action Center --------------------------------------------------------------------------------------------------


class FakeToast:
    """``ToastNotification``."""

    def __init__(self, document: FakeDocument) -> None:
        self.document = document
        self.tag = self.group = ""
        self.failed: list[Callable[[Any, Any], None]] = []

    def add_failed(self, handler: Callable[[Any, Any], None]) -> None:
        self.failed.append(handler)


class FakeDocument:
    """``XmlDocument``."""

    def load_xml(self, xml: str) -> None:
        self.root = ET.fromstring(xml)


class FakeWindows:
    """What is used of ``winrt.windows.ui.notifications``: one Action Center."""

    ToastNotification = FakeToast

    def __init__(self) -> None:
        self.ToastNotificationManager = self
        self.history = self
        self.setting = 0
        self.broken = False
        self.toasts: dict[tuple[str, str, str], FakeToast] = {
            ("old", "tray", identity.AUMID): FakeToast(FakeDocument())
        }

    def create_toast_notifier_with_id(self, aumid: str) -> FakeWindows:
        self.aumid = aumid
        return self

    def clear_with_id(self, aumid: str) -> None:
        if not self.toasts:
            raise OSError(-2147023728, "Element not found.")
        self.toasts = {place: toast for place, toast in self.toasts.items() if place[2] != aumid}

    def show(self, toast: FakeToast) -> None:
        if self.broken:
            raise OSError(-2143420155, "The notification platform is unavailable.")
        self.toasts[toast.tag, toast.group, self.aumid] = toast

    def remove_grouped_tag_with_id(self, tag: str, group: str, aumid: str) -> None:
        if (tag, group, aumid) not in self.toasts:
            raise OSError(-2147023728, "Element not found.")
        del self.toasts[tag, group, aumid]

    @property
    def titles(self) -> list[str | None]:
        return [next(toast.document.root.iter("text")).text for toast in self.toasts.values()]


@pytest.fixture
def windows() -> FakeWindows:
    return FakeWindows()


def make(windows: FakeWindows, lost: Callable[[Notice], None] = lambda _: None) -> WinRtNotifier:
    return WinRtNotifier(lambda: (windows, FakeDocument), link=lambda press: press_link.write(press, KEY), lost=lost)


class TestToasts(NotifierContract):
    @pytest.fixture
    def notifier(self, windows: FakeWindows) -> WinRtNotifier:
        return make(windows)


def test_a_toast_takes_the_place_of_the_one_with_its_key_and_of_those_of_a_tray_that_was_killed(
    windows: FakeWindows,
) -> None:
    notifier = make(windows)
    notifier.show(Notice("k", "old", "b"))
    notifier.show(Notice("k", "new", "b"))
    assert windows.titles == ["new"]


def test_the_first_toast_ever_is_shown_though_windows_knows_nothing_of_us(windows: FakeWindows) -> None:
    windows.toasts.clear()
    assert make(windows).show(SIGN_IN) is True
    assert windows.titles == [SIGN_IN.title]


def test_a_withdrawn_toast_leaves_the_action_center_too(windows: FakeWindows) -> None:
    notifier = make(windows)
    notifier.show(SIGN_IN)
    notifier.withdraw(SIGN_IN.key)
    assert windows.titles == []
    notifier.withdraw(SIGN_IN.key)


def test_its_buttons_open_links_of_ours(windows: FakeWindows) -> None:
    make(windows).show(SIGN_IN)
    (toast,) = windows.toasts.values()
    links = [action.get("arguments", "") for action in toast.document.root.iter("action")]
    assert [press_link.read(link, KEY) for link in links] == [(SIGN_IN.key, "sign-in"), (SIGN_IN.key, "later")]


def balloons_after(level: Callable[[Callable[[Notice], None]], WinRtNotifier]) -> tuple[LevelsNotifier, list[str]]:
    shown: list[str] = []
    return LevelsNotifier(level, lambda _: BalloonNotifier(lambda title, _body: shown.append(title))), shown


@pytest.mark.parametrize(
    "trouble",
    [
        ModuleNotFoundError("No module named 'winrt'"),
        OSError(-2147221164, "Class not registered"),
        ReadOnlyPlace("A policy forbids it."),
        AttributeError("another layout"),
    ],
)
def test_where_windows_has_no_toasts_the_next_level_shows(trouble: Exception) -> None:
    def prepare() -> tuple[Any, Any]:
        raise trouble

    levels, shown = balloons_after(lambda lost: WinRtNotifier(prepare, link=lambda _: None, lost=lost))
    assert levels.level == "winrt"
    assert levels.show(SIGN_IN) is True
    assert (levels.level, shown) == ("balloon", [SIGN_IN.title])


def test_a_notification_service_that_broke_later_means_the_next_level(windows: FakeWindows) -> None:
    levels, shown = balloons_after(lambda lost: make(windows, lost))
    assert levels.show(SIGN_IN) is True
    windows.broken = True
    assert levels.show(SIGN_IN) is True
    assert (levels.level, shown) == ("balloon", [SIGN_IN.title])


def test_a_toast_that_windows_did_not_show_after_all_is_shown_by_the_next_level(windows: FakeWindows) -> None:
    levels, shown = balloons_after(lambda lost: make(windows, lost))
    levels.show(SIGN_IN)
    (toast,) = windows.toasts.values()

    class Arguments:
        error_code = -1

    toast.failed[0](toast, Arguments())
    assert (levels.level, shown) == ("balloon", [SIGN_IN.title])


def test_a_service_that_hangs_does_not_keep_the_tray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aws_sso_core.desktop.windows.winrt_toast.PATIENCE", 0.05)
    go_on = threading.Event()

    def prepare() -> tuple[Any, Any]:
        go_on.wait(LIMIT)
        raise OSError

    assert WinRtNotifier(prepare, link=lambda _: None, lost=lambda _: None).show(SIGN_IN) is False
    go_on.set()


def test_toasts_that_the_person_switched_off_count_as_shown_and_the_level_says_so(windows: FakeWindows) -> None:
    notifier = make(windows)
    windows.setting = 2
    assert notifier.show(SIGN_IN) is True
    assert notifier.level == "winrt (switched off in Windows's settings)"
    windows.setting = 0
    notifier.show(SIGN_IN)
    assert notifier.level == "winrt"
