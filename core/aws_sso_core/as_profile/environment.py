"""The environment in which a program is one role, and nobody else.

A variable that is left over can win over the ones we set, in some SDK or other: a profile's name in JavaScript, a web
identity in .NET, a container's endpoint where the keys have been taken away. So each form takes all the others away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aws_sso_core.model import RoleCredentials, Secret
from aws_sso_core.timestamps import format_time

AS_VARIABLE = "AWS_SSO_TRAY_AS"
"""The profile whose credentials an environment holds: for prompts, and so that an open shell does not follow the tray."""
PROFILE_VARIABLE = "AWS_PROFILE"
FULL_URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN"  # noqa: S105 - a variable's name
TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"  # noqa: S105 - the same

IDENTITIES = (
    PROFILE_VARIABLE,
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_ACCOUNT_ID",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    FULL_URI,
    TOKEN,
    TOKEN_FILE,
    "AWS_SSO_TRAY_FOLLOWS",
    AS_VARIABLE,
)
"""All variables that say who a program is, to one SDK or another."""

REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
"""botocore reads the second one only, JavaScript the first one only."""
FILES = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
_NOWHERE = ("/dev/null", "nul")
"""Where we send them, to hide ``~/.aws``; in lower case."""


@dataclass(frozen=True, slots=True)
class Variables:
    """What to set, and what to take away."""

    values: Mapping[str, str] = field(repr=False)
    """May hold secrets."""
    removed: tuple[str, ...] = IDENTITIES
    """Never any of ``values``."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "removed", tuple(name for name in self.removed if name not in self.values))

    def after(self, env: Mapping[str, str]) -> Variables:
        """These where the environment may hold others of ours, whose region and hidden files must not stay behind."""
        if not is_given(env):
            return self
        hidden = [name for name in FILES if env.get(name, "").lower() in _NOWHERE]
        return replace(self, removed=(*self.removed, *REGIONS, *hidden))

    def hiding_files(self, nowhere: str) -> Variables:
        """These, and ``~/.aws`` out of sight; ``nowhere`` is the system's file without content."""
        return replace(self, values={**self.values, **dict.fromkeys(FILES, nowhere)})

    def over(self, env: Mapping[str, str]) -> dict[str, str]:
        """A whole environment with these in it."""
        kept = {name: value for name, value in env.items() if name not in self.after(env).removed}
        return {**kept, **self.values}


def as_credentials(profile: str, region: str | None, credentials: RoleCredentials) -> Variables:
    """The credentials themselves; they end, and no program can get others from here."""
    account = {"AWS_ACCOUNT_ID": credentials.account_id} if credentials.account_id else {}
    return Variables(
        {
            "AWS_ACCESS_KEY_ID": credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key.reveal(),
            "AWS_SESSION_TOKEN": credentials.session_token.reveal(),
            "AWS_CREDENTIAL_EXPIRATION": format_time(credentials.expires_at),
            **account,
            **_region(region),
            AS_VARIABLE: profile,
        }
    )


def as_profile(profile: str) -> Variables:
    """The profile's name, for tools that read ``~/.aws/config``, which has the region too."""
    return Variables({PROFILE_VARIABLE: profile})


def as_endpoint(
    profile: str, region: str | None, url: str, *, token: Secret | None = None, token_file: str | None = None
) -> Variables:
    """An endpoint that gives credentials again and again, with its token or the file that holds it."""
    guard = {TOKEN: token.reveal()} if token else {TOKEN_FILE: token_file} if token_file else {}
    return Variables({FULL_URI: url, **guard, **_region(region), AS_VARIABLE: profile})


def nobody() -> Variables:
    """None of them: what tools find in their files counts again."""
    return Variables({})


def is_given(env: Mapping[str, str]) -> bool:
    """Whether this is a program or shell that we gave a role."""
    return bool(env.get(AS_VARIABLE))


def without_given(env: Mapping[str, str]) -> dict[str, str]:
    """The environment for a program that needs no role and outlives such a shell: a browser, the tray."""
    return nobody().over(env) if is_given(env) else dict(env)


def _region(region: str | None) -> dict[str, str]:
    return dict.fromkeys(REGIONS, region) if region else {}
