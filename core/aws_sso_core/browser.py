"""Opening a page in the person's browser, silently and without waiting for it.

Which one: what the person says (``--browser``, the setting, ``BROWSER``), else the desktop's own way. Nothing goes
through a shell, so no character of an address can become a command; nothing of a browser's chatter reaches our own
output, which scripts read.
"""

from __future__ import annotations

import logging
import os
import platform
import shlex
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from aws_sso_core import batch
from aws_sso_core.errors import BrowserUnavailable
from aws_sso_core.other_programs import find

_PLACEHOLDER = "%s"
_FAILS_WITHIN = 1.0
"""Seconds in which a launcher that finds no browser has said so; one that still runs is taken for a browser."""
_DESKTOP_COMMANDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "Darwin": (("open",),),
    "Linux": (
        ("xdg-open",),
        ("gio", "open"),
        ("sensible-browser",),
        ("x-www-browser",),
        ("firefox",),
        ("chromium",),
        ("google-chrome",),
        ("microsoft-edge",),
    ),
    # Not `cmd.exe /c start`: for cmd an `&` in an address begins a new command.
    "WSL": (("wslview",), ("rundll32.exe", "url.dll,FileProtocolHandler")),
    "Windows": (("rundll32.exe", "url.dll,FileProtocolHandler"),),
}
_ELSEWHERE_MARKS = ("CODESPACES", "GITPOD_WORKSPACE_ID", "REMOTE_CONTAINERS", "SSH_CLIENT", "SSH_CONNECTION", "SSH_TTY")
"""Set where the person sits at another machine: SSH, and editors that work on one."""
_CONTAINER_MARKS = ("container", "KUBERNETES_SERVICE_HOST")
_CONTAINER_FILES = (".dockerenv", "run/.containerenv")
_HINT = "`--device` shows a code to type in on any machine; `--no-browser` shows the address."

_log = logging.getLogger(__name__)


class Browser(Protocol):
    """Something that can show a page to a person."""

    def open(self, url: str) -> bool:
        """Show the page and return at once; False when that did not work."""


class SystemBrowser:
    """The person's own browser.

    Args:
        command: a command line, with ``%s`` where the address goes (else it goes last); None or "" for the default.
        env: the environment (``BROWSER``, ``PATH``), which the browser gets too.
        system: as ``platform.system`` calls it.
    """

    def __init__(self, command: str | None, env: Mapping[str, str], *, system: str = platform.system()) -> None:
        self._command = command
        self._env = env
        self._system = system

    def open(self, url: str) -> bool:
        """Show the page.

        Raises:
            BrowserUnavailable: the command that the person chose cannot be started, or there is no browser at all.
        """
        if not url.startswith(("https://", "http://")):
            raise BrowserUnavailable("Only web pages are opened.", _HINT)
        if self._command:
            return self._open_by([self._command], url)
        if self._env.get("BROWSER"):
            return self._open_by(self._env["BROWSER"].split(os.pathsep), url)
        if self._system == "Windows" and self._env.keys() >= _secrets(os.environ) and _startfile(url):
            return True
        system = "WSL" if is_wsl(self._env) else self._system
        commands = [c for c in _DESKTOP_COMMANDS.get(system, ()) if self._find(c[0])]
        if any(self._start([*command, url]) for command in commands):
            return True
        raise BrowserUnavailable("No browser can be started here.", _HINT)

    def _open_by(self, templates: Sequence[str], url: str) -> bool:
        """The first of these command lines that works."""
        for template in templates:
            parts = split_command(template, self._system)
            if not parts:
                continue
            filled = [part.replace(_PLACEHOLDER, url) for part in parts]
            if self._start(filled if filled != parts else [*filled, url]):
                return True
        names = " or ".join(repr(t) for t in templates)
        raise BrowserUnavailable(f"The browser {names} cannot be started.", _HINT)

    def _start(self, command: Sequence[str]) -> bool:
        program = self._find(command[0])
        if program is None:
            return False
        nothing = subprocess.DEVNULL
        try:
            process = subprocess.Popen(
                batch.arguments(program, command[1:], windows=self._system == "Windows"),
                env=dict(self._env),
                stdin=nothing,
                stdout=nothing,
                stderr=nothing,
                **_detached(self._system),
            )
        except (OSError, batch.NotForBatch) as error:
            _log.info("%s cannot be started: %s", command[0], type(error).__name__)
            return False
        try:
            return process.wait(_FAILS_WITHIN) == 0
        except subprocess.TimeoutExpired:
            threading.Thread(target=process.wait, name="browser", daemon=True).start()  # so that no zombie stays
            return True

    def _find(self, program: str) -> str | None:
        return find(program, self._env.get("PATH", os.defpath), windows=self._system == "Windows")


def programs_that_open(command: str | None, env: Mapping[str, str], *, system: str = platform.system()) -> list[str]:
    """The programs that ``SystemBrowser`` tries here, the first first; none where the system itself opens pages."""
    if templates := [command] if command else [t for t in env.get("BROWSER", "").split(os.pathsep) if t]:
        return [parts[0] for template in templates if (parts := split_command(template, system))]
    system = "WSL" if is_wsl(env) else system
    return [] if system == "Windows" else [c[0] for c in _DESKTOP_COMMANDS.get(system, ())]


def split_command(template: str, system: str) -> list[str]:
    """A command line as its parts, split without a shell; a path with blanks may stand without quotes.

    On Windows a backslash is a part of a path, as everywhere there.
    """
    if os.path.isfile(template):  # noqa: PTH113 - pathlib's fails for closed folders, and for long lines
        return [template]
    try:
        parts = shlex.split(template, posix=system != "Windows")
    except ValueError:
        return []
    return [part.strip('"') for part in parts] if system == "Windows" else parts


def is_wsl(env: Mapping[str, str]) -> bool:
    """Whether this is Linux inside Windows."""
    return "WSL_DISTRO_NAME" in env or "WSL_INTEROP" in env


def in_container(env: Mapping[str, str], root: Path = Path("/")) -> bool:
    """Whether this is a container."""
    return any(env.get(mark) for mark in _CONTAINER_MARKS) or any((root / name).exists() for name in _CONTAINER_FILES)


def is_remote(env: Mapping[str, str]) -> bool:
    """Whether the person sits at another machine."""
    return any(env.get(mark) for mark in _ELSEWHERE_MARKS)


def can_open(env: Mapping[str, str], *, system: str = platform.system()) -> bool:
    """Whether a browser that is started here can be expected to come up before the person."""
    if env.get("BROWSER") or is_wsl(env):
        return True
    return _has_display(env) or (system != "Linux" and not is_remote(env))


def why_not_loopback(env: Mapping[str, str], *, system: str = platform.system(), root: Path = Path("/")) -> str | None:
    """Why a browser could not be sent back to 127.0.0.1 here, as a sentence; None when it can.

    A container with a display (a toolbox, a desktop in a container) has its browser on the same loopback.
    """
    if is_remote(env):
        return "You are working on another machine, so your browser cannot send an answer to this one."
    if is_wsl(env):
        return "This is WSL, which a browser on Windows cannot always send an answer to."
    if can_open(env, system=system):
        return None
    if in_container(env, root):
        return "This is a container without a display, which your browser cannot send an answer to."
    return "There is no display, so your browser runs on another machine."


def _has_display(env: Mapping[str, str]) -> bool:
    return bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


def _secrets(env: Mapping[str, str]) -> set[str]:
    """The variables that must not go where they were taken out: ``_startfile`` hands on all of this process's."""
    return {"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN"} & env.keys()


def _startfile(url: str) -> bool:
    """Windows' own way; False elsewhere, or when it fails."""
    start: Callable[[str], None] | None = getattr(os, "startfile", None)
    if start is None:
        return False
    try:
        start(url)
    except OSError as error:
        _log.info("Windows opened no page: %s", error)
        return False
    return True


def _detached(system: str) -> dict[str, Any]:
    """So that a Ctrl+C in our terminal, or our end, is nothing to the browser."""
    if system == "Windows":
        return {
            "creationflags": getattr(subprocess, "DETACHED_PROCESS", 0)
            | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        }
    return {"start_new_session": True}
