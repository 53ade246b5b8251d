"""``profiles --names`` ahead of the command line, whose modules take longer to load than 10,000 profiles to list."""

from __future__ import annotations

from collections.abc import Mapping

from aws_sso_core.errors import AppError
from aws_sso_core.paths import Paths
from aws_sso_core.profiles import names


def answer(env: Mapping[str, str]) -> str | None:
    """The lines; None where something is wrong, which the command itself then says."""
    paths = Paths.from_environment(env)
    try:
        return "".join(f"{name}\n" for name in names(config=paths.config, credentials=paths.credentials))
    except AppError:
        return None
