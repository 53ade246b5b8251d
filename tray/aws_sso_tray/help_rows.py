"""The rows of the menu by which people set the program up, and find help."""

from __future__ import annotations

from collections.abc import Iterator

from aws_sso_tray.actions import About, OpenConfig, OpenSettings, OpenWindow, ReportProblem
from aws_sso_tray.items import SEPARATOR, Item
from aws_sso_tray.snapshot import Snapshot

SET_UP = OpenWindow(("configure",))
POPULATE = OpenWindow(("populate",))
MIGRATE = OpenWindow(("migrate",))
DOCTOR = OpenWindow(("doctor",))
HELP = OpenWindow(("--help",))


def help_rows(snapshot: Snapshot) -> Item:
    """The submenu: the same rows always, but for the one that only legacy profiles need."""
    return Item("Set-up and help", children=tuple(_rows(snapshot)))


def _rows(snapshot: Snapshot) -> Iterator[Item]:
    yield Item("Set up a profile…", SET_UP)
    if snapshot.sessions:
        yield Item("Write a profile for every role…", POPULATE)
    if snapshot.has_legacy():
        yield Item("Bring legacy profiles to the new form…", MIGRATE)
    yield SEPARATOR
    yield Item("Open the config file", OpenConfig())
    yield Item("Settings", OpenSettings())
    yield SEPARATOR
    yield Item("Look for trouble…", DOCTOR)
    yield Item("Report a problem", ReportProblem())
    yield Item("Help", HELP)
    yield Item("About aws-sso-tray", About())
