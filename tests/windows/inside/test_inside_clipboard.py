"""The real clipboard."""

from __future__ import annotations

import sys

import pytest

if sys.platform != "win32":
    pytest.skip("for Windows", allow_module_level=True)

import pywintypes
import win32clipboard
import win32con

from aws_sso_core.desktop.windows.clipboard import KEPT_OUT, copy
from patience import until


def opened() -> bool:
    """Whether nobody else reads it just now."""
    try:
        win32clipboard.OpenClipboard()
    except pywintypes.error:
        return False
    return True


SCRIPT = "$env:AWS_SECRET_ACCESS_KEY = 's3cret/+\N{SNOWMAN}\N{GRINNING FACE}'\r\n"


def test_a_text_is_on_the_clipboard_and_marked_for_no_history_and_no_cloud() -> None:
    copy("before")
    copy(SCRIPT)
    until(opened, "the clipboard is ours to read")
    try:
        assert win32clipboard.GetClipboardData(win32con.CF_UNICODETEXT) == SCRIPT
        formats = [win32clipboard.RegisterClipboardFormat(name) for name in KEPT_OUT]
        assert [win32clipboard.GetClipboardData(one) for one in formats] == [bytes(4)] * 3
    finally:
        win32clipboard.CloseClipboard()  # type: ignore[no-untyped-call]
