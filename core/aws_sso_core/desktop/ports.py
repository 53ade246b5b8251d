"""What a desktop can do for us, the same five ports on every system.

Each ``desktop/<system>/`` folder has the modules ``notifier``, ``autostart``, ``environment``, ``power``, ``instance``
with the classes below filled in. Every module imports on every system; what a system lacks says so when called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from aws_sso_core.model import Notice

OnPress = Callable[[str, str], None]
"""(notice key, button id), called from any thread; must return at once."""


Balloon = Callable[[str, str], None]
"""(title, body), shown on the tray icon itself: pystray's ``Icon.notify``, with its arguments the other way round."""


class Notifier(Protocol):
    """Shows notices by the desktop's own notification service."""

    @property
    def level(self) -> str:
        """The service in use, for ``doctor``: "dbus", "winrt", "win10toast", "balloon", "osascript", "none"."""

    @property
    def has_buttons(self) -> bool:
        """Whether the service draws buttons; without them the menu is the way."""

    def show(self, notice: Notice) -> bool:
        """Show or, for a key already shown, replace. False when the service is not there; never raises."""

    def withdraw(self, key: str) -> None:
        """Take a notice away again, if it still shows; never raises."""

    def close(self) -> None:
        """Give up connections and threads."""


class PowerEvent(StrEnum):
    """What happened to the machine or the person before it."""

    LOCKED = "locked"
    UNLOCKED = "unlocked"
    SLEEP = "sleep"
    RESUMED = "resumed"
    LOG_OFF = "log-off"
    END = "end"
    """This program shall end, and the person's session goes on: Ctrl+C, or an installer."""


class Power(Protocol):
    """Tells lock, unlock, sleep, resume and log-off."""

    def start(self, on_event: Callable[[PowerEvent], None]) -> bool:
        """Begin to listen in a thread of its own. False when the system tells nothing; never raises."""

    def locked(self) -> bool | None:
        """Whether the screen is locked now; None when nobody knows."""

    def stop(self) -> None:
        """End the thread."""


@runtime_checkable
class WindowMessages(Protocol):
    """A ``Power`` that lives on the messages of the tray icon's window, which the tray hands over (Windows only).

    The tray puts ``handle`` into its icon's message table for each of ``messages``, and calls ``attach`` once its
    window is there.
    """

    @property
    def messages(self) -> tuple[int, ...]:
        """The window messages wanted."""

    def attach(self, window: int) -> bool:
        """Have lock and unlock sent to this window; False when the system refuses."""

    def handle(self, message: int, wparam: int, lparam: int) -> int:
        """Take a message; returns what the window procedure must answer."""


AutostartState = Literal["on", "off", "blocked"]


class Autostart(Protocol):
    """Starts the tray with the person's desktop session."""

    def state(self) -> AutostartState:
        """``blocked``: registered, but switched off in the system's own settings (Task Manager), which we respect."""

    def enable(self, command: Sequence[str]) -> None:
        """Register; raises AppError when it cannot be."""

    def disable(self) -> None:
        """Unregister; not an error when it is not there."""


class Environment(Protocol):
    """The person's own lasting environment variables, seen by programs started later."""

    def get(self, name: str) -> str | None:
        """The lasting value, not this process's."""

    def set(self, name: str, value: str | None) -> None:
        """Set or (None) remove, and tell the desktop; raises AppError when it cannot be."""


class Sealing(Protocol):
    """Keeps secrets in our own files from everybody else, as far as the system helps beyond the files' mode."""

    def seal(self, data: bytes) -> bytes:
        """What to write into the file; raises StoreFailed."""

    def unseal(self, data: bytes) -> bytes | None:
        """What was sealed; None when it was not, or by somebody else."""


class Monitor(NamedTuple):
    """A monitor's place on the desktop, in pixels."""

    x: int
    y: int
    width: int
    height: int
    dpi: float | None = None
    """Dots per inch as the person chose them (96 is 100 %); None when nobody said so."""


class Policy(NamedTuple):
    """What administrators say in one place of the system."""

    source: Literal["managed", "policy"]
    """Defaults, or what nobody may overrule."""
    place: str
    """As people call it."""
    values: Mapping[str, str]
    """Setting -> value, as a person types it."""


class Instance(Protocol):
    """One tray per person."""

    def acquire(self) -> bool:
        """Become the one; False when another runs."""

    def holder(self) -> int | None:
        """The running tray's process id, or None when none runs."""

    def release(self) -> None:
        """Let another become the one."""
