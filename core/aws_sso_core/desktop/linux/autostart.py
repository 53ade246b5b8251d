"""Start with the desktop session, by the Desktop Application Autostart Specification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from aws_sso_core import files
from aws_sso_core.desktop.ports import AutostartState

_NAME = "aws-sso-tray.desktop"


class LinuxAutostart:
    """An ``Autostart`` that is a file in ``~/.config/autostart``."""

    def __init__(self, *, env: Mapping[str, str], home: Path) -> None:
        config = env.get("XDG_CONFIG_HOME")
        self.path = Path(config or home / ".config") / "autostart" / _NAME

    def state(self) -> AutostartState:
        """``blocked`` where the desktop's start-up settings wrote their own "no" into the file."""
        data = files.read_bytes(self.path)
        if data is None:
            return "off"
        keys = _keys(data.decode("utf-8", "replace"))
        if keys.get("Hidden") == "true" or keys.get("X-GNOME-Autostart-enabled") == "false":
            return "blocked"
        return "on"

    def enable(self, command: Sequence[str]) -> None:
        """Write the file anew: the person has asked, so an older "no" of the desktop's settings goes with it.

        Raises:
            ReadOnlyPlace, DiskFull, StoreFailed: it cannot be written.
        """
        lines = (
            "[Desktop Entry]",
            "Type=Application",
            "Name=AWS SSO Tray",
            "Comment=Keeps you signed in to AWS IAM Identity Center",
            f"Exec={' '.join(_quoted(word) for word in command)}",
            "Terminal=false",
            "StartupNotify=false",
            "X-GNOME-Autostart-enabled=true",
        )
        files.write_atomic(self.path, "".join(f"{line}\n" for line in lines).encode())

    def disable(self) -> None:
        """Remove the file.

        Raises:
            ReadOnlyPlace, StoreFailed: it cannot be removed.
        """
        files.remove(self.path)


def _quoted(word: str) -> str:
    """One argument of an ``Exec`` line.

    Desktop Entry Specification 1.5, "The Exec key": quotes, with four characters escaped inside; then the escapes of
    every string value, so that a backslash is doubled once more; and ``%`` doubled, as it begins a field code.
    """
    inner = "".join(f"\\{c}" if c in '"`$\\' else c for c in word)
    return f'"{inner}"'.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("%", "%%")


def _keys(text: str) -> dict[str, str]:
    """The keys of the file's main group."""
    found: dict[str, str] = {}
    group = ""
    for line in text.splitlines():
        if line.startswith("["):
            group = line.strip()
        elif group == "[Desktop Entry]" and "=" in line:
            key, _, value = line.partition("=")
            found[key.strip()] = value.strip()
    return found
