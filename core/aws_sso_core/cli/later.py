"""Clients of AWS that are made when they are first asked for something: making one loads boto3."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import Any


class Later:
    """Stands for a client of ``aws`` until it is asked for something."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Any:
        return self._make()

    @property
    def skew(self) -> timedelta | None:
        """Nothing is known of AWS's clock as long as nobody was asked."""
        return self._made.skew if "_made" in vars(self) else None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made, name)
