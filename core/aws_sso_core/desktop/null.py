"""Ports for machines that have no desktop: everything is said no to, honestly."""

from __future__ import annotations

from collections.abc import Callable

from aws_sso_core.desktop.ports import PowerEvent
from aws_sso_core.model import Notice


class NullNotifier:
    """Shows nothing."""

    level = "none"
    has_buttons = False

    def show(self, notice: Notice) -> bool:  # noqa: ARG002 - the port's shape
        """Nothing is shown."""
        return False

    def withdraw(self, key: str) -> None:
        """Nothing to take away."""

    def close(self) -> None:
        """Nothing to give up."""


class PlainSealing:
    """The file's mode is all there is, which is the custom of AWS tools on Linux and macOS."""

    def seal(self, data: bytes) -> bytes:
        """As it is."""
        return data

    def unseal(self, data: bytes) -> bytes | None:
        """As it is."""
        return data


class NullPower:
    """Tells nothing."""

    def start(self, on_event: Callable[[PowerEvent], None]) -> bool:  # noqa: ARG002 - the port's shape
        """No events will come."""
        return False

    def locked(self) -> bool | None:
        """Nobody knows."""
        return None

    def stop(self) -> None:
        """Nothing runs."""
