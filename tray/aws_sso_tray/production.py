"""Which profiles are production, by the person's own pattern (setting ``production``)."""

from __future__ import annotations

import re

from aws_sso_core.model import Profile


def is_production(profile: Profile, pattern: str) -> bool:
    """Whether the profile's name, or its account's, matches; an empty pattern matches nothing.

    Args:
        profile: the profile.
        pattern: a regular expression that compiles; capitals and small letters are the same.
    """
    return bool(pattern) and any(
        re.search(pattern, text, re.IGNORECASE) for text in (profile.name, profile.account_name) if text
    )
