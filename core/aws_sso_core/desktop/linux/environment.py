"""Lasting environment variables, by ``~/.config/environment.d`` (systemd's environment.d(5), read at log-in).

Programs that are started later in this log-in see a change too where systemd or D-Bus starts them; a terminal that is
open does not. Only our own file is written, and in it only the line of the variable.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from aws_sso_core import files
from aws_sso_core.desktop.linux.bus import DAEMON, Bus, BusFailed, Service

_OURS = "90-aws-sso-tray.conf"
_SYSTEMD = Service("org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager")
_LINE = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
_log = logging.getLogger(__name__)


class LinuxEnvironment:
    """An ``Environment`` that is a line in a file.

    Args:
        env: for ``XDG_CONFIG_HOME``.
        home: the home folder.
        session: the session bus's address, to tell systemd and D-Bus at once; None only writes.
    """

    def __init__(self, *, env: Mapping[str, str], home: Path, session: str | None) -> None:
        self.folder = Path(env.get("XDG_CONFIG_HOME") or home / ".config") / "environment.d"
        self.path = self.folder / _OURS
        self._session = session

    def get(self, name: str) -> str | None:
        """The value after all files of the folder, the last one winning; references to other variables stay as written."""
        return self._value(name, self._files())

    def _value(self, name: str, paths: Iterable[Path]) -> str | None:
        value = None
        for path in paths:
            for line in (files.read_bytes(path) or b"").decode("utf-8", "replace").splitlines():
                if (found := _LINE.match(line)) and found[1] == name:
                    value = _unquoted(found[2].strip())
        return value

    def set(self, name: str, value: str | None) -> None:
        """Change our file, keeping its other lines byte for byte, and tell the session.

        No line stays for a value that the person's own files give: it would hide their next change there.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed, ChangedMeanwhile: nothing was changed.
        """
        before = files.read_bytes(self.path)
        lines = (before or b"").splitlines(keepends=True)
        kept = [line for line in lines if not _names(line, name)]
        if value is not None and value != self._value(name, (p for p in self._files() if p != self.path)):
            if kept and not kept[-1].endswith(b"\n"):
                kept[-1] += b"\n"
            kept.append(f"{name}={_quoted(value)}\n".encode())
        if kept:
            files.replace_if_unchanged(self.path, before, b"".join(kept))
        elif before is not None:
            files.remove(self.path)
        self._tell(name, value)

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.conf"), key=lambda path: path.name)

    def _tell(self, name: str, value: str | None) -> None:
        """Best effort: without systemd, or on D-Bus which cannot unset, the next log-in brings it."""
        try:
            bus = Bus(self._session)
        except BusFailed:
            return
        try:
            bus.call(DAEMON, "UpdateActivationEnvironment", "a{ss}", ({name: value or ""},))
            if value is None:
                bus.call(_SYSTEMD, "UnsetEnvironment", "as", ([name],))
            else:
                bus.call(_SYSTEMD, "SetEnvironment", "as", ([f"{name}={value}"],))
        except BusFailed as error:
            _log.info("the session was not told of %s: %s", name, error.sentence)
        finally:
            bus.close()


def _names(line: bytes, name: str) -> bool:
    found = _LINE.match(line.decode("utf-8", "replace"))
    return bool(found and found[1] == name)


def _quoted(value: str) -> str:
    """In quotes, with a backslash before what is special in them, and ``$`` doubled against expansion."""
    inner = "".join(f"\\{c}" if c in '"`\\' else c for c in value).replace("$", "$$")
    return f'"{inner}"'


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = re.sub(r'\\(["`\\$])', r"\1", text[1:-1])
    elif len(text) > 1 and text[0] == text[-1] == "'":
        text = text[1:-1]
    return text.replace("$$", "$")
