"""What AWS tools say when a sign-in, a profile or the network is wrong, and what to do about it. Pure.

One place for them: `doctor --explain` looks here, and docs/troubleshooting.md is made of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from aws_sso_core.known_failures.table import FAILURES, Failure

__all__ = ["FAILURES", "Failure", "explain"]


def explain(text: str) -> tuple[Failure, ...]:
    """What a message can mean, the best first: the failures of which it holds a message.

    Args:
        text: what a tool printed, as long as it may be; line ends and blanks count as one blank.
    """
    flat = " ".join(text.split()).lower()
    return tuple(sorted(_matching(flat), key=lambda failure: -_length(failure, flat)))


def _matching(flat: str) -> Iterator[Failure]:
    yield from (failure for failure in FAILURES if _length(failure, flat))


def _length(failure: Failure, flat: str) -> int:
    """Of the longest of its messages that is there: the longer, the surer."""
    return max((len(m) for m in failure.messages if re.search(_bounded(m.lower()), flat)), default=0)


def _bounded(message: str) -> str:
    """As words of their own: "expiredtoken" also begins "expiredtokenexception", but ends nothing."""
    return (r"(?<!\w)" if message[0].isalnum() else "") + re.escape(message)
