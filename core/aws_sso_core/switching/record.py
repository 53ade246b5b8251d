"""What is remembered about switches of the default profile: enough to give a hand-written ``[default]`` back.

Kept per config file in our state folder, owner-only, since a hand-written section may hold keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aws_sso_core.json_file import read_object, write_object

FILE = "switches.json"
_TRAIL = 50
_WRITTEN = 2
"""The switch before is kept too: between our note and the write of the config the older one is still in the file."""


@dataclass(frozen=True, slots=True)
class Switches:
    """The switches since ``[default]`` was last written by hand."""

    base: str | None = None
    """The hand-written section, from its header to its last key; None when there was none."""
    glue: str = ""
    """What was put before a section that we appended."""
    written: Mapping[str, str] = field(default_factory=dict)
    """Profile name to section as we wrote it, the last one last."""
    trail: tuple[str, ...] = ()
    """The profiles chosen before the current one, the last one last."""
    checked: str = ""
    """The ``content_name`` of a config of which every section was read and found plain (``config.excerpt``)."""

    def wrote(self, profile: str, core: str) -> dict[str, str]:
        """``written`` after one more."""
        others = [(name, text) for name, text in self.written.items() if name != profile]
        return dict([*others[1 - _WRITTEN :], (profile, core)])


def remembered(state_dir: Path, config: Path) -> Switches | None:
    """What is known for this config file; None for nothing (junk in the file is nothing)."""
    entry = _files(read_object(state_dir / FILE) or {}).get(_key(config))
    if not isinstance(entry, dict):
        return None
    base, glue, written, trail, checked = (entry.get(key) for key in ("base", "glue", "written", "trail", "checked"))
    return Switches(
        base=base if isinstance(base, str) else None,
        glue=glue if isinstance(glue, str) else "",
        written={k: v for k, v in written.items() if isinstance(v, str)} if isinstance(written, dict) else {},
        trail=tuple(name for name in trail if isinstance(name, str)) if isinstance(trail, list) else (),
        checked=checked if isinstance(checked, str) else "",
    )


def remember(state_dir: Path, config: Path, switches: Switches | None) -> None:
    """Keep it (None: forget) for this config file. The caller holds the config lock.

    Raises:
        ReadOnlyPlace, DiskFull, StoreFailed: what was known stays known.
    """
    document = read_object(state_dir / FILE) or {}
    files = dict(_files(document))
    files.pop(_key(config), None)
    if switches is not None:
        files[_key(config)] = {
            "base": switches.base,
            "glue": switches.glue,
            "written": dict(switches.written),
            "trail": list(switches.trail[-_TRAIL:]),
            "checked": switches.checked,
        }
    if files != _files(document):
        write_object(state_dir / FILE, {"version": 1, "files": files})


def _key(config: Path) -> str:
    return str(config.resolve())


def _files(document: Mapping[str, Any]) -> Mapping[str, Any]:
    files = document.get("files")
    return files if isinstance(files, dict) else {}
