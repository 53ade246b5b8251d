"""``history``: the versions of the files in ``~/.aws`` that can be restored."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from aws_sso_core import wording
from aws_sso_core.cli.group import cli_command, json_option
from aws_sso_core.cli.services import Services
from aws_sso_core.errors import StoreFailed
from aws_sso_core.history import History
from aws_sso_core.thinning import Version

_HEADINGS = ("N", "SINCE", "FILE", "WRITTEN BY", "SECTIONS", "")


@cli_command()
@json_option
def command(services: Services, *, as_json: bool) -> None:
    """List the versions of ~/.aws/config and ~/.aws/credentials that were kept, the newest first.

    Each change is kept, ours at once and those of other programs while the tray runs or one of our commands looks: all
    of the last two days, then one a day for a month, then one a week for a year. They are readable by you alone; those of
    the credentials file hold the keys that were in it.

    \b
    Examples:
      aws-sso-tray history
      aws-sso-tray restore 12      shows what would change, and asks
    """
    history = History(services.paths, services.clock)
    with suppress(StoreFailed):  # what cannot be kept now can still be listed
        history.note()
    versions = history.versions()
    if as_json:
        services.out.json({"versions": [as_data(v) for v in versions]})
    elif not versions:
        services.out.say(f"There is nothing in {services.paths.aws_dir} to keep yet.")
    else:
        services.out.answer("\n".join(_table(versions, services)))


def as_data(version: Version) -> dict[str, Any]:
    """A version as JSON says it."""
    return {
        "number": version.number,
        "path": version.path,
        "at": version.at,
        "written_by": version.by or None,
        "exists": version.digest is not None,
        "size": version.size,
        "sections": version.sections,
        "sections_lost": version.lost,
        "sections_gained": version.gained,
    }


def when(version: Version, services: Services) -> str:
    """Since when it was so."""
    return wording.at(version.at, services.clock.now(), services.zone)


def author(version: Version) -> str:
    """Who wrote it."""
    return version.by or ("found so" if version.first else "another program")


def _table(versions: tuple[Version, ...], services: Services) -> list[str]:
    rows = [_HEADINGS, *(_cells(v, services) for v in versions)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADINGS))]
    lines = []
    for row in rows:
        number, *others = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        lines.append("  ".join((number.strip().rjust(widths[0]), *others)).rstrip())
    return lines


def _cells(version: Version, services: Services) -> tuple[str, ...]:
    names = {str(services.paths.config): "config", str(services.paths.credentials): "credentials"}
    counts = [f"{sign}{count}" for sign, count in (("-", version.lost), ("+", version.gained)) if count]
    sections = "gone" if version.digest is None else str(version.sections)
    name = names.get(version.path, version.path)
    return str(version.number), when(version, services), name, author(version), sections, " ".join(counts)
