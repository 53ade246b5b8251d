"""The words the rest is written in: frozen values, no behaviour that touches the machine.

Times are aware ``datetime`` in UTC, durations are ``timedelta``. Account ids are 12-character strings with leading
zeros (never numbers). Anything secret is a ``Secret``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, final

SSO_SCOPE = "sso:account:access"
"""The scope that makes a token renewable (AWS: "IAM Identity Center credential provider")."""

SDK_WINDOW = timedelta(minutes=15)
"""AWS CLI and botocore begin to renew a token, or to refetch role credentials, when less than this is left."""


@final
class Secret:
    """A string that hides itself in ``repr``, ``str``, logs and tracebacks; ``reveal()`` gives it out."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself, for the one place that must have it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)


SessionKind = Literal["sso-session", "legacy"]

USUAL_SIGN_IN = timedelta(hours=8)
"""How long a sign-in lasts where nothing better is known: IAM Identity Center's default."""


@dataclass(frozen=True, slots=True)
class Session:
    """One IAM Identity Center sign-in that profiles share.

    ``name`` is the ``[sso-session NAME]``; a legacy session (``sso_start_url`` written in the profiles) has its start
    URL for a name. Two sessions may have the same start URL: they are two token files and two sign-ins.
    """

    name: str
    start_url: str
    region: str
    kind: SessionKind = "sso-session"
    scopes: tuple[str, ...] = ()
    duration: timedelta | None = None
    """The sign-in session's length where a person configured it (``session_duration``), else None."""

    @property
    def cache_key(self) -> str:
        """The string whose SHA-1 names the token file (see AWS CLI ``SSOTokenLoader``): exact, never normalised."""
        return self.name if self.kind == "sso-session" else self.start_url

    @property
    def label(self) -> str:
        """How people call it: the session's name, or the first part of a legacy start URL's host."""
        if self.kind == "sso-session":
            return self.name
        host = self.start_url.partition("://")[2].partition("/")[0]
        return host.partition(".")[0] or self.start_url


ProfileSource = Literal["config", "credentials"]


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile as botocore sees it, reduced to what we show and use.

    ``session`` is a ``Session.name`` (so a start URL for legacy profiles), or None for a profile without SSO.
    """

    name: str
    session: str | None = None
    account_id: str | None = None
    role_name: str | None = None
    region: str | None = None
    account_name: str | None = None
    source: ProfileSource = "config"
    has_static_keys: bool = False
    """``aws_access_key_id`` is set for this profile in either file: some SDKs then ignore SSO."""
    populated: bool = False
    """Carries our mark ``sso_auto_populated = true``."""
    copy_of: str | None = None
    """The profile that this one, ``[default]``, was made a copy of by a switch: no further profile of the person's."""


@dataclass(frozen=True, slots=True)
class Token:
    """The contents of a token file ``~/.aws/sso/cache/<sha1>.json``."""

    access_token: Secret
    expires_at: datetime
    start_url: str | None = None
    region: str | None = None
    refresh_token: Secret | None = None
    client_id: str | None = None
    client_secret: Secret | None = None
    registration_expires_at: datetime | None = None

    def renewable(self, now: datetime) -> bool:
        """Whether a silent renewal can be tried: all four parts there and the registration not past."""
        return bool(
            self.refresh_token
            and self.client_id
            and self.client_secret
            and self.registration_expires_at
            and self.registration_expires_at > now
        )


@dataclass(frozen=True, slots=True)
class Registration:
    """An OIDC client registration. ``grant_types`` is empty for the device flow, as the service never echoes them."""

    client_id: str
    client_secret: Secret
    expires_at: datetime
    scopes: tuple[str, ...] = ()
    grant_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """An AWS account assigned to the signed-in person. ``name`` and ``email`` may be absent in the portal's answer."""

    id: str
    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A permission set's role in an account."""

    account_id: str
    name: str


@dataclass(frozen=True, slots=True)
class RoleCredentials:
    """Temporary credentials for one role."""

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret
    expires_at: datetime
    account_id: str | None = None


class State(StrEnum):
    """What a session is, in ``status --json`` and in the menu."""

    SIGNED_IN = "signed-in"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    SIGNED_OUT = "signed-out"
    UNKNOWN = "unknown"


EndSource = Literal["token", "learned", "configured"]


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """One session with both clocks: a row of ``status --json`` and of the menu."""

    session: Session
    state: State
    token_expires_at: datetime | None = None
    renewable: bool = False
    sign_in_ends_at: datetime | None = None
    sign_in_end_source: EndSource | None = None
    profiles: int = 0
    waiting: tuple[str, ...] = ()
    """Programs that wait for this sign-in, as people call them ("terraform")."""
    renews_at: datetime | None = None
    """When the tray renews the token, well before its end; None when it never will."""
    problem: str | None = None
    """One sentence when something is wrong (token file damaged, renewal cannot reach AWS), else None."""


class Urgency(StrEnum):
    """How loud a notice is."""

    LOW = "low"
    NORMAL = "normal"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a notice: ``id`` comes back when it is pressed."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What a desktop notification says. A second one with the same ``key`` replaces the first."""

    key: str
    title: str
    body: str
    buttons: tuple[Button, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    default: str | None = None
    """The id that a click on the notice itself stands for, if any."""
    quiet: bool = False
    """The text of one that shows is brought up to date, without a sound; where it no longer shows, nothing is."""
