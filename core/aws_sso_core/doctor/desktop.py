"""Checks of the desktop: the tray, what shows its icon and its notices, and the browser."""

from __future__ import annotations

import socket
from collections.abc import Iterator

from aws_sso_core.browser import in_container, programs_that_open, why_not_loopback
from aws_sso_core.doctor.checkup import Check, Finding, Machine, ok, problem, skipped, warning

AREA = "Desktop"
_SHOWN = {
    "dbus": "The desktop's notification service shows notices (D-Bus).",
    "winrt": "Windows shows notices, with their buttons.",
    "osascript": "macOS shows notices, without buttons.",
}
_PLAIN = {
    "none": "Nothing here shows notices.",
    "balloon": "Notices are the icon's plain balloons, without buttons.",
    "win10toast": "Notices are plain toasts, without buttons.",
}
_OFF = "winrt ("
"""How the level begins whose toasts the person has switched off."""


def _tray(machine: Machine) -> Iterator[Finding]:
    pid = machine.tray()
    if pid is None:
        if machine.has_display():
            yield warning("The tray is not running, so nothing renews or reminds.", "`aws-sso-tray start`")
        else:
            yield skipped("There is no display, so no tray.")
    elif report := machine.tray_report():
        yield ok(f"The tray runs and answers (process {pid}).", f"version {report.version}")
    else:
        yield problem(f"The tray (process {pid}) does not answer.", "`aws-sso-tray stop`, then `aws-sso-tray start`.")


def _watcher(machine: Machine) -> Iterator[Finding]:
    report = machine.tray_report()
    if report is None:
        yield skipped("Only a running tray watches files.")
    elif report.watcher == "polling":
        yield warning(
            "The tray looks at the files from time to time, as the system does not tell it of every change.",
            "So it is on network drives and WSL paths: changes show a moment later.",
        )


def _notices(machine: Machine) -> Iterator[Finding]:
    report = machine.tray_report()
    if report is None:
        yield skipped("Only a running tray shows notices.")
    elif report.notices in _PLAIN:
        yield warning(_PLAIN[report.notices], "The menu's *Sign in* does the same.")
    elif report.notices.startswith(_OFF):
        yield warning(
            "This program's notices are switched off in Windows's settings.",
            "Settings, System, Notifications: switch AWS SSO Tray on.",
        )
    else:
        yield ok(_SHOWN.get(report.notices, f"Notices are shown ({report.notices})."))


def _host(machine: Machine) -> Iterator[Finding]:
    if not machine.has_display():
        yield skipped("There is no display.")
        return
    host = machine.has_tray_host()
    if host is None:
        yield skipped("Nobody here says whether icons are shown.")
    elif not host:
        yield warning(
            "Nothing on this desktop shows tray icons.",
            "GNOME needs the extension AppIndicator; notices, `pick` and all commands work without it.",
        )


def _autostart(machine: Machine) -> Iterator[Finding]:
    state = machine.autostart.state()
    if state == "blocked":
        yield warning(
            "The tray is set to start with your desktop, but switched off in the system's own settings.",
            "Task Manager, Startup apps.",
        )
    elif state == "off":
        yield ok("The tray does not start by itself; `aws-sso-tray autostart on` lets it.")


def _browser(machine: Machine) -> Iterator[Finding]:
    reason = why_not_loopback(machine.env)
    if reason:
        place = " (a container)" if in_container(machine.env) else ""
        yield ok(f"Sign-in is by device code here{place}: {reason}")
        return
    programs = programs_that_open(machine.settings.browser, machine.env)
    if programs and not any(map(machine.which, programs)):
        yield warning(
            f"No browser can be started here: there is no {' and no '.join(programs)}.",
            "The setting `browser`, or BROWSER, names one; `login --device` shows a code for any other machine.",
        )


def _loopback(machine: Machine) -> Iterator[Finding]:  # noqa: ARG001 - as every check
    """The browser's answer comes to 127.0.0.1; firewalls and odd network stacks have been seen to keep it away."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(5)
            with socket.create_connection(server.getsockname(), timeout=5):
                server.accept()[0].close()
    except OSError as error:
        yield problem(
            f"This machine cannot talk to itself by 127.0.0.1: {error.strerror or error}.",
            "A security program may forbid it; `login --device` does without.",
        )


def _settings(machine: Machine) -> Iterator[Finding]:
    for sentence in machine.settings.problems:
        yield warning(sentence, f"Correct it in {machine.paths.settings}.")


CHECKS = (
    Check("tray", AREA, "The tray", "The tray runs.", _tray, needs_config=False),
    Check(
        "watcher",
        AREA,
        "The tray's watcher",
        "The system tells the tray of every changed file.",
        _watcher,
        needs_config=False,
    ),
    Check("notices", AREA, "Notices", "Notices are shown.", _notices, needs_config=False),
    Check("tray-host", AREA, "Who shows tray icons", "The desktop shows tray icons.", _host, needs_config=False),
    Check(
        "autostart",
        AREA,
        "Start with the desktop",
        "The tray starts with your desktop.",
        _autostart,
        needs_config=False,
    ),
    Check("browser", AREA, "The browser", "A browser can be started.", _browser, needs_config=False),
    Check(
        "loopback",
        AREA,
        "The way back from the browser",
        "The browser's answer can reach us.",
        _loopback,
        needs_config=False,
    ),
    Check("settings", AREA, "Settings", "The settings are in order.", _settings, needs_config=False),
)
