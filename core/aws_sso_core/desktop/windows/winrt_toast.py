"""Toasts of Windows 10 and 11 (``Windows.UI.Notifications``), by the PyWinRT packages.

Nothing here waits for an answer: a pressed button opens a link (``press_link``). Windows may say long after ``show`` that
it did not show a toast; that notice is then lost for this level, and told so. Where the person has switched our toasts
off, they count as shown: that was his word, and no other level should go around it.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aws_sso_core import programs
from aws_sso_core.desktop.levels import Lost
from aws_sso_core.desktop.windows import identity
from aws_sso_core.desktop.windows.identity import AUMID
from aws_sso_core.desktop.windows.press_link import Press
from aws_sso_core.desktop.windows.toast_xml import toast_xml
from aws_sso_core.model import Notice

PATIENCE = 8.0
"""Seconds that Windows's notification service may take; the first time, the import is in it."""

_GROUP = "tray"
_ENABLED = 0
"""``NotificationSetting.Enabled``; the others tell who switched them off."""

_log = logging.getLogger(__name__)


class WinRtNotifier:
    """A ``Notifier`` by Windows's own toasts.

    Args:
        prepare: makes us known to Windows, and gives the module ``winrt.windows.ui.notifications`` and the class
            ``XmlDocument``; called once, at the first notice. Whatever it raises means the next level.
        link: the address that opens when a button is pressed.
        lost: told of a notice that Windows did not show after all.
    """

    has_buttons = True

    def __init__(
        self, prepare: Callable[[], tuple[Any, Any]], *, link: Callable[[Press], str | None], lost: Lost
    ) -> None:
        self._prepare = prepare
        self._link = link
        self._lost = lost
        self._center: _Center | None = None
        self._off = False

    @property
    def level(self) -> str:
        """It says so where the person has switched our toasts off."""
        return "winrt (switched off in Windows's settings)" if self._off else "winrt"

    def show(self, notice: Notice) -> bool:
        """Show, or replace the one with this key; False when Windows has no toasts or does not answer in time."""
        return self._in_time(lambda: self._show(notice))

    def withdraw(self, key: str) -> None:
        """Take it from the screen and from the Action Center."""
        center = self._center
        if center is not None:
            self._in_time(lambda: center.remove(_tag(key)))

    def close(self) -> None:
        """Nothing to give up."""

    def _show(self, notice: Notice) -> None:
        if self._center is None:
            self._center = _Center(*self._prepare())
        xml = toast_xml(notice, lambda button: self._link(Press(notice.key, button)))
        self._center.show(xml, _tag(notice.key), lambda: self._lost(notice))
        self._off = self._center.off()

    def _in_time(self, act: Callable[[], None]) -> bool:
        done = threading.Event()

        def run() -> None:
            try:
                act()
                done.set()
            except Exception as error:  # noqa: BLE001 - ImportError, OSError of any HRESULT: each means the next level
                _log.warning("Windows's toasts cannot be used: %s", error)

        thread = threading.Thread(target=run, name="toast", daemon=True)
        thread.start()
        thread.join(PATIENCE)
        return done.is_set()


class _Center:
    """The Action Center, as our AppUserModelID sees it."""

    def __init__(self, ui: Any, document: Any) -> None:
        self._ui = ui
        self._document = document
        self._notifier = ui.ToastNotificationManager.create_toast_notifier_with_id(AUMID)
        self._history = ui.ToastNotificationManager.history
        with contextlib.suppress(OSError):  # "Element not found" while Windows has seen no toast of ours yet
            self._history.clear_with_id(AUMID)  # of a tray that was killed

    def show(self, xml: str, tag: str, failed: Callable[[], None]) -> None:
        document = self._document()
        document.load_xml(xml)
        toast = self._ui.ToastNotification(document)
        toast.tag, toast.group = tag, _GROUP

        def told(_toast: Any, arguments: Any) -> None:
            _log.warning("Windows did not show a toast: %s", arguments.error_code)
            failed()

        toast.add_failed(told)
        self._notifier.show(toast)

    def remove(self, tag: str) -> None:
        with contextlib.suppress(OSError):  # the person has put it away
            self._history.remove_grouped_tag_with_id(tag, _GROUP, AUMID)

    def off(self) -> bool:
        """Whether person or policy has switched our toasts off; unknown until Windows knows us, and then they are on."""
        try:
            return int(self._notifier.setting) != _ENABLED
        except OSError:
            return False


def _tag(key: str) -> str:
    """Windows takes 64 characters."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


if sys.platform == "win32":

    def windows_toasts(icon: Path | None) -> tuple[Any, Any]:
        """Make us known to Windows; gives what ``WinRtNotifier`` is made from.

        Raises:
            AppError: a policy forbids it.
            ImportError, OSError: this Windows, or this Python, has no toasts.
        """
        import winrt.windows.foundation  # noqa: F401, PLC0415 - events need it when one comes
        from winrt.windows.data.xml.dom import XmlDocument  # noqa: PLC0415
        from winrt.windows.ui import notifications  # noqa: PLC0415

        from aws_sso_core.desktop.windows.registry import UserRegistry  # noqa: PLC0415 - Windows alone has it

        identity.register(UserRegistry(), programs.press(), icon)
        return notifications, XmlDocument
