"""Making a report fit for strangers: a ticket is no place for account numbers, portals, names and keys.

Pure. Secrets never come into findings at all; this is about what merely identifies somebody.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
_ACCOUNT = re.compile(r"(?<![\d.])\d{12}(?!\d)")
_KEY = re.compile(r"\b(A[KS]IA)[A-Z0-9]{12,}\b")
_PATH = r"(/[^\s'\",;)]*)?"
_PORTALS = (
    re.compile(rf"(?:https?://)?[\w.-]+\.(awsapps\.(?:com|cn)|app\.aws){_PATH}"),
    re.compile(rf"https?://[\w.-]+\.(amazonaws\.com(?:\.cn)?){_PATH}"),  # without a scheme it is a registry
)


def redactor(*, home: str, user: str) -> Callable[[str], str]:
    """What strikes out, in a line: the home folder and user name, account numbers, access key ids, portals, e-mails.

    Args:
        home: the person's home folder, shown as ``~``.
        user: their name on this machine; "" for none.
    """
    name = re.compile(rf"(?<![\w-]){re.escape(user)}(?![\w-])") if len(user) > 2 else None  # noqa: PLR2004 - "me" is a word

    def redact(line: str) -> str:
        line = line.replace(home, "~") if home not in {"", "/"} else line
        for portal in _PORTALS:
            line = portal.sub(lambda found: f"https://(portal).{found[1]}{'/...' if found[2] else ''}", line)
        line = _EMAIL.sub("(e-mail)", line)
        line = _KEY.sub(r"\1(key)", line)
        line = _ACCOUNT.sub("(account)", line)
        return name.sub("(user)", line) if name else line

    return redact
