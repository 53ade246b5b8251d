r"""Who we are to Windows: a name and a picture for our toasts, and the program that opens ``aws-sso-tray:``.

Both lie below ``HKEY_CURRENT_USER\Software\Classes``, so no administrator is needed. An uninstaller removes ``AUMID_KEY``
and ``SCHEME_KEY`` (with what is below it).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from aws_sso_core.desktop.windows.autostart import command_line
from aws_sso_core.desktop.windows.press_link import SCHEME
from aws_sso_core.desktop.windows.registry import Registry

AUMID = "AwsSsoTray"
"""Our AppUserModelID; the Start menu's shortcut should have it too, so that Windows takes both for one program."""

AUMID_KEY = rf"Software\Classes\AppUserModelId\{AUMID}"
SCHEME_KEY = rf"Software\Classes\{SCHEME}"
_COMMAND_KEY = rf"{SCHEME_KEY}\shell\open\command"
_NAME = "AWS SSO Tray"


def register(registry: Registry, command: Sequence[str], icon: Path | None) -> None:
    """Write what is not there as it should be: the program may have moved since.

    Args:
        registry: the current user's.
        command: the program that a link is handed to, as its last argument.
        icon: the toasts' picture (.ico or .png).

    Raises:
        ReadOnlyPlace: a policy forbids it.
    """
    values = [
        (AUMID_KEY, "DisplayName", _NAME),
        (SCHEME_KEY, "", f"URL:{_NAME}"),
        (SCHEME_KEY, "URL Protocol", ""),
        (_COMMAND_KEY, "", f'{command_line(command)} "%1"'),
        *([(AUMID_KEY, "IconUri", str(icon))] if icon else []),
    ]
    for key, name, value in values:
        if registry.read(key, name) != value:
            registry.write(key, name, value)
