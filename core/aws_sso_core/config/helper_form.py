"""The form of a profile whose credentials the credential helper gives to every AWS tool.

The AWS CLI, boto3 and Go pass over ``credential_process`` as soon as there is any ``sso_`` key, JavaScript does not. So that
all of them ask the helper, what it must know stands under names of our own, which no AWS tool minds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from aws_sso_core.config.text import Section, Value

PROCESS = "credential_process"
OURS: Mapping[str, str] = {
    f"sso_{name}": f"aws_sso_tray_{name}" for name in ("session", "start_url", "region", "account_id", "role_name")
}
"""AWS's key -> ours."""

_THEIRS = {ours: theirs for theirs, ours in OURS.items()}
_OWN_PROCESS = re.compile(
    r"""["']?([^"']*[\\/])?(aws-sso-util|aws-sso-tray)(\.exe)?["']?\s|.*[\\/]aws_sso_core[\\/]+helper\.py\b"""
).match


def through_helper(values: Section, process: str) -> Section:
    """A profile's keys in this form; ``process`` is the command line, as ``programs.credential_process`` gives it."""
    return {PROCESS: process, **{OURS.get(key, key): value for key, value in values.items()}}


def as_sso(values: Section) -> Section:
    """The keys as an SSO profile would have them; of a profile in any other form, the keys as they are."""
    if PROCESS not in values or values.keys().isdisjoint(_THEIRS) or not values.keys().isdisjoint(OURS):
        return values
    return {_THEIRS.get(key, key): value for key, value in values.items()}


def is_own_process(value: Value | None) -> bool:
    """Whether populate, ours or aws-sso-util's, or `configure` wrote this command line."""
    return isinstance(value, str) and _OWN_PROCESS(value) is not None
