"""What can be turned while the sandbox runs; every request reads it anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


@dataclass(slots=True)
class Knobs:
    """Lifetimes and habits of the embedded IAM Identity Center. The defaults are those of the real one."""

    access_token_lifetime: timedelta = timedelta(hours=1)
    """Of tokens for clients with scopes, which can be refreshed."""
    legacy_token_lifetime: timedelta = timedelta(hours=8)
    """Of tokens for clients without scopes; never longer than what is left of the sign-in session."""
    sign_in_lifetime: timedelta = timedelta(hours=8)
    """Of the sign-in session, from the moment a person signs in; read when it begins."""
    registration_lifetime: timedelta = timedelta(days=90)
    role_lifetime: timedelta = timedelta(hours=1)
    device_code_lifetime: timedelta = timedelta(seconds=600)
    device_interval: timedelta = timedelta(seconds=1)
    """How far apart the polls of the device flow must be."""
    authorization_code_lifetime: timedelta = timedelta(minutes=5)
    ecr_token_lifetime: timedelta = timedelta(hours=12)
    cap_access_token: bool = False
    """Let ``expiresIn`` shrink so that no access token outlives the sign-in session (undocumented either way)."""
    rotate_refresh_token: bool = True
    """A refresh answers with a new refresh token and refuses the old one from then on."""
    omit_refresh_token: bool = False
    """A refresh answers without ``refreshToken``; the old one stays good."""
    page_size: int = 100
    """The most that one page of the portal holds, whatever ``max_result`` asks for."""
    rate_limit: float | None = None
    """Portal requests per second before 429; as many may come at once. None: no limit (AWS: 20)."""
    latency: float = 0.0
    """Real seconds before each answer."""
    wrong_region: bool = False
    """Answer as the endpoint of a region where this Identity Center is not."""
    auto_approve: Literal["approve", "deny"] | None = None
    """Answer the consent and device pages as soon as they are opened, without a button."""
