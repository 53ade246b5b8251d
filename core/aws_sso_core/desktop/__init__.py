"""The desktop, chosen once for this system.

Imports are inside the functions, so that a command pays only for the port it uses; they are plain and static all the
same, for type checkers and for packagers.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from aws_sso_core.desktop.ports import (
    Autostart,
    Balloon,
    Environment,
    Instance,
    Notifier,
    OnPress,
    Policy,
    Power,
    Sealing,
)
from aws_sso_core.paths import Paths


def notifier(
    on_press: OnPress, balloon: Balloon | None = None, *, icon: Path | None = None, keep_in: Path | None = None
) -> Notifier:
    """What shows notices.

    Args:
        on_press: told of pressed buttons.
        balloon: the tray icon's own way, where there is an icon: the last level on Windows.
        icon: a picture to show with notices: .ico on Windows, .png elsewhere.
        keep_in: our state folder, where it is this person's lasting one: Windows then learns who we are.
    """
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows.notifier import windows_notifier

        return windows_notifier(balloon, icon=icon, keep_in=keep_in, sealing=sealing())
    if sys.platform == "darwin":
        from aws_sso_core.desktop.macos.launchd import run
        from aws_sso_core.desktop.macos.notifier import MacNotifier

        return MacNotifier(run=run)
    from aws_sso_core.desktop.linux.bus import session_address
    from aws_sso_core.desktop.linux.notifier import LinuxNotifier

    return LinuxNotifier(on_press, address=session_address(os.environ), icon=str(icon or ""))


def power() -> Power:
    """What tells lock, sleep and log-off. On Windows it is also a ``ports.WindowMessages``, to be fed by the tray."""
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows.api import WindowsApi
        from aws_sso_core.desktop.windows.power import WindowsPower

        return WindowsPower(WindowsApi())
    if sys.platform == "darwin":
        from aws_sso_core.desktop.macos.power import MacPower, appkit

        return MacPower(appkit)
    from aws_sso_core.desktop.linux.bus import session_address, system_address
    from aws_sso_core.desktop.linux.power import LinuxPower

    return LinuxPower(system=system_address(os.environ), session=session_address(os.environ), env=os.environ)


def detached_copy(words: Path) -> int | None:
    """Split this process in two; the new one outlives this one and its terminal, and has none of its open files.

    For a process that has done nothing yet: no thread, no window, no connection.

    Args:
        words: the file for what the new one says on standard error.

    Returns:
        The new one's process id; 0 in the new one; None where that cannot be: Windows has no fork, and AppKit on macOS
        does not live through one.

    Raises:
        OSError: it could not be done.
    """
    if sys.platform in {"win32", "darwin"}:
        return None
    from aws_sso_core.desktop.linux.second_self import detached_copy as copy

    return copy(words)


def answering_copy() -> tuple[int, int] | None:
    """Split this process in two; what the new one says on standard output is read by this one.

    For a process that has done nothing yet, as ``detached_copy``.

    Returns:
        The new one's process id and what its output is read from; (0, -) in the new one; None where that cannot be.

    Raises:
        OSError: it could not be done.
    """
    if sys.platform in {"win32", "darwin"}:
        return None
    from aws_sso_core.desktop.linux.second_self import answering_copy as copy

    return copy()


def autostart() -> Autostart:
    """What starts the tray with the desktop session."""
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows.autostart import WindowsAutostart
        from aws_sso_core.desktop.windows.registry import MachineRegistry, UserRegistry

        return WindowsAutostart(UserRegistry(), MachineRegistry())
    if sys.platform == "darwin":
        from aws_sso_core.desktop.macos.autostart import MacAutostart
        from aws_sso_core.desktop.macos.launchd import run

        return MacAutostart(home=Path.home(), user=os.getuid(), run=run)
    from aws_sso_core.desktop.linux.autostart import LinuxAutostart

    return LinuxAutostart(env=os.environ, home=Path.home())


def environment(paths: Paths) -> Environment:  # noqa: ARG001 - the seam's shape: a system may keep notes of its own
    """The person's lasting environment variables."""
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows.api import WindowsApi
        from aws_sso_core.desktop.windows.environment import WindowsEnvironment
        from aws_sso_core.desktop.windows.registry import UserRegistry

        return WindowsEnvironment(UserRegistry(), WindowsApi())
    if sys.platform == "darwin":
        from aws_sso_core.desktop.macos.environment import MacEnvironment
        from aws_sso_core.desktop.macos.launchd import run

        return MacEnvironment(home=Path.home(), run=run)
    from aws_sso_core.desktop.linux.bus import session_address
    from aws_sso_core.desktop.linux.environment import LinuxEnvironment

    return LinuxEnvironment(env=os.environ, home=Path.home(), session=session_address(os.environ))


def instance(paths: Paths) -> Instance:
    """The lock that makes one tray of many starts; one for each state folder."""
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows.api import WindowsApi
        from aws_sso_core.desktop.windows.instance import WindowsInstance

        return WindowsInstance(paths.state_dir, WindowsApi())
    if sys.platform == "darwin":
        from aws_sso_core.desktop.macos.instance import MacInstance

        return MacInstance(paths.state_dir)
    from aws_sso_core.desktop.linux.instance import LinuxInstance

    return LinuxInstance(paths.state_dir)


def policies() -> tuple[Policy, ...]:
    """Settings that administrators give by the system's own means, as people type them; group policy on Windows."""
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows.policies import policies as of_registry
        from aws_sso_core.desktop.windows.registry import MachineRegistry

        return of_registry(MachineRegistry())
    return ()


def is_by_administrators(file: Path) -> bool:
    """Whether a file in a place that is everybody's was written by administrators; elsewhere the place itself proves it."""
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows.ownership import Owners
        from aws_sso_core.desktop.windows.ownership import is_by_administrators as on_windows

        owners = Owners()
        return on_windows(file, owner=owners.of, myself=owners.myself())
    return True


def open_window(command: Sequence[str], env: Mapping[str, str]) -> bool:
    """Run a program in a new terminal window; False when there is none to be had."""
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows import openers as on_windows

        return on_windows.window(command, env)
    if sys.platform == "darwin":
        from aws_sso_core.desktop.macos import openers as on_macos
        from aws_sso_core.desktop.macos.launchd import run

        return on_macos.window(command, env, run=run)
    from aws_sso_core.desktop.linux import openers as on_linux

    return on_linux.window(command, env)


def open_file(path: Path, env: Mapping[str, str]) -> bool:
    """Show a file in the person's editor; False when nothing opens it."""
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows import openers as on_windows

        return on_windows.file(path, env)
    if sys.platform == "darwin":
        from aws_sso_core.desktop.macos import openers as on_macos
        from aws_sso_core.desktop.macos.launchd import run

        return on_macos.file(path, env, run=run)
    from aws_sso_core.desktop.linux import openers as on_linux

    return on_linux.file(path, env)


def sealing() -> Sealing:
    """What seals secrets in files that only we read."""
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows.sealing import WindowsSealing

        return WindowsSealing()
    from aws_sso_core.desktop.plain_sealing import PlainSealing

    return PlainSealing()


def tray_host() -> bool | None:
    """Whether something shows tray icons now; None when nobody knows."""
    if sys.platform in ("win32", "darwin"):
        return True
    from aws_sso_core.desktop.linux.bus import session_address
    from aws_sso_core.desktop.linux.presence import tray_host as ask

    return ask(session=session_address(os.environ), env=os.environ)


def display() -> bool:
    """Whether there is a desktop to draw on."""
    if sys.platform in ("win32", "darwin"):
        return True
    from aws_sso_core.desktop.linux.presence import display as ask

    return ask(os.environ)


def idle_seconds(now: datetime) -> float | None:
    """Seconds since the person last touched keyboard or pointer; None when nobody knows.

    Args:
        now: the wall clock, which some answers are counted from.
    """
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows.api import WindowsApi
        from aws_sso_core.desktop.windows.presence import idle_seconds as windows_idle

        return windows_idle(WindowsApi())
    if sys.platform == "darwin":
        return None
    from aws_sso_core.desktop.linux.bus import session_address, system_address
    from aws_sso_core.desktop.linux.presence import idle_seconds as linux_idle

    return linux_idle(session=session_address(os.environ), system=system_address(os.environ), env=os.environ, now=now)


def let_raise(process: int | None) -> None:
    """Let another process (None: any) put its window in front, where the system asks for that."""
    if sys.platform == "win32":
        from aws_sso_core.desktop.windows.appearance import let_raise as let

        let(process)
