"""The profile that was chosen last and by which ways, in a file that shell prompts read.

``state_dir/active-profile`` is UTF-8: a line with the profile, a line with the ways (``default shells``), and then the
profiles chosen before it, the last one last, where ``[default]`` does not keep them. No file means that nothing is
chosen. The prompt hook of every open shell reads the first two lines with what the shell itself has: see
``cli/shells``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_sso_core import files
from aws_sso_core.errors import StoreFailed

FILE = "active-profile"
_LARGEST = 1 << 16
"""Bytes; a name has a few dozen."""
_TRAIL = 50

DEFAULT = "default"
"""Way: ``[default]`` of the config becomes a copy of the profile."""
ENVIRONMENT = "environment"
"""Way: the person's lasting ``AWS_PROFILE``, for programs started later. Open shells with our hook take it over."""
SHELLS = "shells"
"""Way: ``AWS_PROFILE`` in the open shells with our hook."""
WAYS = (DEFAULT, ENVIRONMENT, SHELLS)

PROFILE_VARIABLE = "AWS_PROFILE"
FOLLOWS_VARIABLE = "AWS_SSO_TRAY_FOLLOWS"
"""What we set ``AWS_PROFILE`` to. While the two are the same, ``AWS_PROFILE`` is ours to change; else it is a person's."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A profile that was chosen."""

    profile: str
    ways: frozenset[str]
    trail: tuple[str, ...] = ()
    """The profiles chosen before; empty where ``[default]`` is among the ways, which has its own notes."""


def read(state_dir: Path) -> Choice | None:
    """What was chosen last; None for nothing, and for junk."""
    try:
        text = (files.read_bytes(state_dir / FILE, limit=_LARGEST) or b"").decode()
    except (StoreFailed, UnicodeDecodeError):
        return None
    profile, ways, *trail = (*text.split("\n"), "")
    return Choice(profile, frozenset(ways.split()).intersection(WAYS), tuple(filter(None, trail))) if profile else None


def write(state_dir: Path, choice: Choice | None) -> None:
    """Tell the shells; None for nothing chosen.

    Raises:
        ReadOnlyPlace, DiskFull, StoreFailed: the file is as it was.
    """
    path = state_dir / FILE
    if choice is None:
        files.remove(path)
        return
    ways = " ".join(way for way in WAYS if way in choice.ways)
    data = "".join(f"{line}\n" for line in (choice.profile, ways, *choice.trail[-_TRAIL:])).encode()
    if files.read_bytes(path) != data:
        files.write_atomic(path, data)


def without_ours(env: Mapping[str, str]) -> Mapping[str, str]:
    """The variables without an ``AWS_PROFILE`` of ours: it hides no choice, since it follows the choice."""
    profile = env.get(PROFILE_VARIABLE)
    if profile and env.get(FOLLOWS_VARIABLE) == profile:
        return {name: value for name, value in env.items() if name != PROFILE_VARIABLE}
    return env
