"""An answer of AWS's, looked at with suspicion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_sso_core.aws.where import Where
from aws_sso_core.errors import BadReply


class Reply:
    """An answer whose promised keys are there, or ``BadReply``."""

    def __init__(self, document: Mapping[str, Any], where: Where) -> None:
        self._document = document
        self._where = where

    def text(self, key: str) -> str:
        """A string that is not empty."""
        value = self._document.get(key)
        if not isinstance(value, str) or not value:
            raise self.without(key)
        return value

    def some_text(self, key: str) -> str | None:
        """A string, or None for one that is absent or empty."""
        value = self._document.get(key)
        return value if isinstance(value, str) and value else None

    def span(self, key: str, default: int | None = None) -> timedelta:
        """A number of seconds above zero."""
        value = self._document.get(key) or default
        if not isinstance(value, int) or value <= 0:
            raise self.without(key)
        try:
            return timedelta(seconds=value)
        except OverflowError:
            raise self.without(key) from None

    def time(self, key: str, *, per_second: int = 1) -> datetime:
        """A moment given as time since 1970."""
        value = self._document.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise self.without(key)
        try:
            return datetime.fromtimestamp(value / per_second, UTC)
        except (OverflowError, ValueError, OSError):
            raise self.without(key) from None

    def moment(self, key: str) -> datetime:
        """A moment that botocore has made of the answer's own form."""
        value = self._document.get(key)
        if not isinstance(value, datetime):
            raise self.without(key)
        return value.astimezone(UTC)

    def part(self, key: str) -> Reply:
        """An object within."""
        value = self._document.get(key)
        if not isinstance(value, dict):
            raise self.without(key)
        return Reply(value, self._where)

    def parts(self, key: str) -> list[Reply]:
        """A list of objects; empty only when AWS says so."""
        value = self._document.get(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.without(key)
        return [Reply(item, self._where) for item in value]

    def without(self, key: str) -> BadReply:
        """The error that says what is missing."""
        return BadReply(f"The answer of {self._where.host} lacks {key!r}.", self._where.advice or "Try again.")
