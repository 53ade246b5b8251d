"""``profiles --names`` ahead of the command line, whose modules take longer to load than 10,000 profiles to list.

So this loads next to nothing, and leaves to the command whatever is not as it mostly is.
"""

from __future__ import annotations

import os

from aws_sso_core.config.plain_names import profile_names, section_names
from aws_sso_core.warm import HOME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_EXPANDED = "$%~'"


def answer(env: Mapping[str, str]) -> str | None:
    """The lines; None where only the command itself knows them, or what is wrong."""
    try:
        config = _text(env, "AWS_CONFIG_FILE", "config")
        credentials = _text(env, "AWS_SHARED_CREDENTIALS_FILE", "credentials")
    except (OSError, ValueError):
        return None
    names, others = profile_names(config), section_names(credentials)
    if names is None or others is None:
        return None
    found = dict.fromkeys([*names, *(name for name in others if name and name != "DEFAULT")])
    return "".join([f"{name}\n" for name in found])


def _text(env: Mapping[str, str], variable: str, file: str) -> str:
    moved = env.get(variable, "")
    path = moved or os.path.join(env.get(HOME, ""), ".aws", file)  # noqa: PTH118 - pathlib is slow to load
    if not os.path.isabs(path) or any(mark in moved for mark in _EXPANDED):  # noqa: PTH117
        raise ValueError(path)
    try:
        with open(path, "rb") as f:  # noqa: PTH123
            return f.read().decode()
    except (FileNotFoundError, NotADirectoryError):
        return ""
