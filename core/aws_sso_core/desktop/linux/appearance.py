"""Whether the person likes windows dark, by the sources that desktops agree on."""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_sso_core.desktop.linux.bus import Bus, BusFailed, Service

PORTAL = Service("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop", "org.freedesktop.portal.Settings")
_PATIENCE = 0.2
"""Seconds for the portal: a window waits for the answer."""
_DARK, _LIGHT = 1, 2
"""Of ``color-scheme``; 0 is no preference."""


def dark(*, env: Mapping[str, str], home: Path, session: str | None) -> bool | None:
    """Whether dark is preferred; None when nobody said so.

    ``GTK_THEME`` first, which people set to overrule the rest; then the portal's ``color-scheme`` (GNOME, KDE, and others
    by their portals); then GTK 3's own settings file (Xfce, MATE, bare window managers).
    """
    if theme := env.get("GTK_THEME"):
        return _is_dark(theme)
    scheme = _portal(session)
    if scheme in (_DARK, _LIGHT):
        return scheme == _DARK
    config = Path(env.get("XDG_CONFIG_HOME") or home / ".config")
    return _gtk_settings(config / "gtk-3.0" / "settings.ini")


def _is_dark(theme: str) -> bool:
    return theme.lower().endswith(("-dark", ":dark", "_dark"))


def _portal(session: str | None) -> int | None:
    if not session:
        return None
    try:
        bus = Bus(session, patience=_PATIENCE)
    except BusFailed:
        return None
    try:
        if not bus.owner(PORTAL.name):
            return None
        answer: Any = bus.call(PORTAL, "Read", "ss", ("org.freedesktop.appearance", "color-scheme"))
    except BusFailed:
        return None
    finally:
        bus.close()
    while isinstance(answer, tuple) and answer:  # a variant in a variant, each with its type in front
        answer = answer[-1]
    return answer if isinstance(answer, int) else None


def _gtk_settings(path: Path) -> bool | None:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, OSError, UnicodeDecodeError):
        return None
    if parser.get("Settings", "gtk-application-prefer-dark-theme", fallback="") in {"1", "true"}:
        return True
    theme = parser.get("Settings", "gtk-theme-name", fallback="")
    return _is_dark(theme) if theme else None
