"""Text that others chose (names of accounts, words of servers and programs), made fit for a terminal. Pure.

A terminal obeys what it is shown: control characters move the cursor, rewrite lines, fill the clipboard, and ask for
answers that are then typed. Marks that turn the reading direction make a text look like another one.
"""

from __future__ import annotations

import re

_STYLE = r"\x1b\[(?:(?:[0-27]|[349][0-7])(?:;(?:[0-27]|[349][0-7]))*)?m"
"""Colours and weights, which we use ourselves; nothing that hides."""
_UNFIT = re.compile(rf"({_STYLE})|\r\n|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """The text with a question mark for each character that a terminal would obey; lines, tabs and colours stay."""
    return _UNFIT.sub(lambda found: found[1] or ("\n" if found[0] == "\r\n" else "?"), text)
