"""What is remembered about switches of the default profile: enough to give a hand-written ``[default]`` back.

Kept per config file in our state folder, owner-only, since a hand-written section may hold keys. What a person wrote is in one
file, flushed to the disk whenever it changes; what each switch changes is in another, which nobody misses much after a power cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from aws_sso_core.json_file import read_object, write_object

FILES: Final = ("switches.json", "last-switches.json")
_BASE, _LAST = ("base", "glue"), ("written", "trail", "checked", "always")
"""Which of the two files holds what."""
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
    always: tuple[str, ...] = ()
    """The sections of that config that every switch is about."""

    def wrote(self, profile: str, core: str) -> dict[str, str]:
        """``written`` after one more."""
        others = [(name, text) for name, text in self.written.items() if name != profile]
        return dict([*others[1 - _WRITTEN :], (profile, core)])


def remembered(state_dir: Path, config: Path) -> Switches | None:
    """What is known for this config file; None for nothing (junk in the file is nothing)."""
    key = _key(config)
    entries = [_files(state_dir / file).get(key) for file in FILES]
    if not isinstance(entries[0], dict) or not isinstance(entries[0].get("base"), str | None):
        return None
    known = {name: value for entry in entries if isinstance(entry, dict) for name, value in entry.items()}
    base, glue, written, trail, checked, always = (known.get(name) for name in _BASE + _LAST)
    return Switches(
        base=base,
        glue=glue if isinstance(glue, str) else "",
        written={k: v for k, v in written.items() if isinstance(v, str)} if isinstance(written, dict) else {},
        trail=_strings(trail),
        checked=checked if isinstance(checked, str) else "",
        always=_strings(always),
    )


def remember(state_dir: Path, config: Path, switches: Switches | None) -> None:
    """Keep it (None: forget) for this config file. The caller holds the config lock.

    Raises:
        ReadOnlyPlace, DiskFull, StoreFailed: what a person wrote stays known.
    """
    known = switches and {
        "base": switches.base,
        "glue": switches.glue,
        "written": dict(switches.written),
        "trail": list(switches.trail[-_TRAIL:]),
        "checked": switches.checked,
        "always": list(switches.always),
    }
    key = _key(config)
    for file, names, durable in zip(FILES, (_BASE, _LAST), (True, False), strict=True):
        before = _files(state_dir / file)
        files = {other: entry for other, entry in before.items() if other != key}
        if known:
            files[key] = {name: known[name] for name in names}
        if files != before:
            write_object(state_dir / file, {"version": 1, "files": files}, durable=durable)


def _strings(value: object) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _key(config: Path) -> str:
    return str(config.resolve())


def _files(path: Path) -> Mapping[str, Any]:
    files = (read_object(path) or {}).get("files")
    return files if isinstance(files, dict) else {}
