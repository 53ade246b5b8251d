"""What the running tray says of itself when it is asked: proof that it hears and thinks, and how it does."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from aws_sso_core.json_file import read_object, write_object
from aws_sso_core.timestamps import format_time, parse_time

WISH = "report"
"""What to ask the tray for (``Wishes.ask``)."""
FILE = "tray-report.json"


@dataclass(frozen=True, slots=True)
class TrayReport:
    """One answer."""

    pid: int
    at: datetime
    notices: str
    """The level that shows notices, as ``desktop.ports.Notifier.level``."""
    watcher: str
    """``"events"`` when the system tells of changed files, ``"polling"`` when they are looked at from time to time."""
    version: str


def write(state_dir: Path, report: TrayReport) -> None:
    """Answer.

    Raises:
        ReadOnlyPlace, DiskFull, StoreFailed: it cannot be.
    """
    write_object(state_dir / FILE, {**asdict(report), "at": format_time(report.at)})


def read(state_dir: Path) -> TrayReport | None:
    """The last answer, of whatever tray; None when there is none that can be read."""
    document = read_object(state_dir / FILE) or {}
    pid, at = document.get("pid"), parse_time(document.get("at"))
    texts = [document.get(key) for key in ("notices", "watcher", "version")]
    if type(pid) is not int or at is None or not all(isinstance(text, str) for text in texts):
        return None
    notices, watcher, its_version = (str(text) for text in texts)
    return TrayReport(pid, at, notices, watcher, its_version)
