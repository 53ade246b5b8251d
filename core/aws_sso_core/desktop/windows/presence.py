"""Whether somebody sits before the machine."""

from __future__ import annotations

from aws_sso_core.desktop.windows.api import Api


def idle_seconds(api: Api) -> float | None:
    """Seconds since the last key or pointer movement in this session."""
    milliseconds = api.idle_milliseconds()
    return None if milliseconds is None else milliseconds / 1000
