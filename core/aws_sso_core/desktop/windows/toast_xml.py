"""A notice as the XML that Windows draws toasts from (schema: "App notification content", Microsoft Learn).

Buttons and the toast itself open links (``activationType="protocol"``): the one kind of activation that needs no COM
server of ours, works from the Action Center, and when the tray is gone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

from aws_sso_core.model import Notice, Urgency

MOST_BUTTONS = 5
"""Windows refuses a toast that has more."""

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""


def toast_xml(notice: Notice, link: Callable[[str], str | None]) -> str:
    """The toast's XML.

    Args:
        notice: what it says.
        link: the address to open for a button's id; a button without one is left out.
    """
    links = {button.id: link(button.id) for button in notice.buttons[:MOST_BUTTONS]}
    drawn = [(button.label, address) for button in notice.buttons if (address := links.get(button.id))]
    attributes = ""
    if notice.default and (address := links.get(notice.default) or link(notice.default)):
        attributes += f' activationType="protocol" launch={_attribute(address)}'
    if notice.urgency is Urgency.CRITICAL and drawn:
        attributes += ' scenario="reminder"'  # stays until answered; Windows wants a button for that
    buttons = "".join(
        f'<action content={_attribute(label)} activationType="protocol" arguments={_attribute(address)}/>'
        for label, address in drawn
    )
    return (
        f'<toast{attributes}><visual><binding template="ToastGeneric">'
        f"<text>{_text(notice.title)}</text><text>{_text(notice.body)}</text></binding></visual>"
        + (f"<actions>{buttons}</actions>" if buttons else "")
        + ('<audio silent="true"/>' if notice.urgency is Urgency.LOW else "")
        + "</toast>"
    )


def _text(text: str) -> str:
    return escape(_NO_XML.sub("", text))


def _attribute(text: str) -> str:
    return quoteattr(_NO_XML.sub("", text))
