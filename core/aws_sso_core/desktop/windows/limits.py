"""What Windows' notification area can hold (NOTIFYICONDATAW), in UTF-16 units without the closing zero.

More of it makes ctypes raise, and pywin32 cut in the middle of a character.
"""

from __future__ import annotations

TITLE_UNITS = 63
BODY_UNITS = 255


def cut(text: str, units: int) -> str:
    """At most so many units, with an ellipsis where something was left out; never half a character."""
    text = text.replace("\0", "")
    if _units(text) <= units:
        return text
    while _units(text) > units - 1:
        text = text[:-1]
    return text + "…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
