"""How our own programs are called, installed by pip or frozen by an installer."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from aws_sso_core.quoting import for_sh, for_windows, is_plain_on_windows

_SUFFIX = ".exe" if os.name == "nt" else ""


def command_line() -> list[str]:
    """The beginning of a command line for ``aws-sso-tray``: of this very installation, whatever is on the PATH."""
    if getattr(sys, "frozen", False):
        return [str(_beside("aws-sso-tray"))]
    return [sys.executable, *_SAFE, "-m", "aws_sso_core.cli"]


def credential_process(profile: str | None) -> str:
    """The value of ``credential_process`` that gives a profile's credentials (None: the active one's), as fast as can be.

    botocore takes it apart like a shell, Go and JavaScript give it to ``sh -c`` or ``cmd.exe /C``. On Windows Go's quotes
    do not survive ``cmd.exe``, so a path with blanks stands there by its short name, if the drive has such names.
    """
    which = ["--active"] if profile is None else ["--profile", profile]
    words = credential_helper()
    if os.name == "nt":
        words = [_short_path(word) if Path(word).is_absolute() else word for word in words]
    quoted = for_windows if os.name == "nt" else for_sh
    return " ".join(quoted(word) for word in (*words, *which))


def credential_helper() -> list[str]:
    """The beginning of a command line that gives credentials; the program itself first."""
    if getattr(sys, "frozen", False):
        return [str(_beside("aws-sso-tray")), "credentials"]
    windowless = Path(sys.executable).name.lower() == "pythonw.exe"
    python = Path(sys.executable).with_name("python.exe") if windowless else sys.executable
    return [str(python), "-I", "-S", str(Path(__file__).with_name("helper.py"))]


def tray(*, console: bool = False) -> list[str]:
    """The command line of the tray.

    Args:
        console: with a console where the system tells the two apart (Windows), for ``start --foreground``.
    """
    if getattr(sys, "frozen", False):
        return [str(_beside("aws-sso-trayw"))]
    windowless = Path(sys.executable).with_name("pythonw.exe")
    python = str(windowless) if os.name == "nt" and not console and windowless.exists() else sys.executable
    return [python, *_SAFE, "-m", _TRAY]


_TRAY = "aws_sso_tray.app"


def tray_module() -> str | None:
    """The tray's door, whose ``main`` a Python that is running already can call; None where the tray is a program apart."""
    return None if getattr(sys, "frozen", False) else _TRAY


def tray_for_a_terminal() -> str | None:
    """The tray's door, for ``start --foreground`` where the tray's own program has no console: installed on Windows."""
    return _TRAY if getattr(sys, "frozen", False) else None


def press() -> list[str]:
    """The command line that takes a link of our notices, as its last word."""
    return [*tray(), "press"]


def picker() -> list[str]:
    """The command line of the picker, the window to search profiles in."""
    if getattr(sys, "frozen", False):
        return [str(_beside("aws-sso-trayw")), "pick"]
    return [sys.executable, *_SAFE, "-m", _PICKER]


_PICKER = "aws_sso_tray.picker"


def picker_module() -> str | None:
    """The picker's door, as ``tray_module``."""
    return None if getattr(sys, "frozen", False) else _PICKER


def module(name: str) -> list[str]:
    """The command line of a module of ours that has no program of its own."""
    return [*python(), "-m", name]


def python() -> list[str]:
    """The beginning of a command line for the Python that has our packages."""
    frozen = getattr(sys, "frozen", False)
    program = Path(sys.executable).parent / "runtime" / f"python{_SUFFIX}" if frozen else sys.executable
    return [str(program), *_SAFE]


_LONGEST_PATH = 1 << 15
_SAFE = ("-P",)
"""Without it ``-m`` imports from the current folder first, which may be anybody's."""


def _beside(name: str) -> Path:
    return Path(sys.executable).with_name(name + _SUFFIX)


def _short_path(path: str) -> str:
    """The path itself where it needs no quotes, else by Windows' own short names, if there are any."""
    if os.name != "nt" or is_plain_on_windows(path):
        return path
    import ctypes  # noqa: PLC0415 - Windows only

    buffer = ctypes.create_unicode_buffer(_LONGEST_PATH)
    length = getattr(ctypes, "windll").kernel32.GetShortPathNameW(path, buffer, _LONGEST_PATH)  # noqa: B009
    short = buffer.value
    return short if 0 < length < _LONGEST_PATH and is_plain_on_windows(short) else path
