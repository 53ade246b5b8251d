"""What is true now, as one frozen value: all that the menu, the icon and the tooltip are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from aws_sso_core.model import Profile, SessionStatus
from aws_sso_tray.production import is_production


@dataclass(frozen=True, slots=True)
class SigningIn:
    """A sign-in that runs now."""

    session: str
    """``Session.name``."""
    url: str | None = None
    """The page to open, once known."""
    code: str | None = None
    """The device code to compare or type, where the flow has one."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole world of the tray at one moment."""

    now: datetime
    """Aware, in UTC."""
    zone: tzinfo | None = None
    """The zone that times are shown in; None is the machine's own."""
    starting: bool = False
    """Nothing was read yet."""
    sessions: tuple[SessionStatus, ...] = ()
    profiles: tuple[Profile, ...] = ()
    active: str | None = None
    """The active default profile."""
    can_undo: bool = False
    """There is a default profile of before to go back to."""
    shadows: tuple[str, ...] = ()
    """Sentences that name what hides the active profile from some programs."""
    recents: tuple[str, ...] = ()
    """Profiles used lately, the latest first."""
    favorites: tuple[str, ...] = ()
    production: str = ""
    """The pattern of production profiles; see ``production.is_production``."""
    can_find: bool = False
    """The picker can be opened here."""
    signing_in: tuple[SigningIn, ...] = ()
    signing_out: tuple[str, ...] = ()
    """``Session.name`` of each sign-out that runs now."""
    switching_to: str | None = None
    """The profile that is being made the default one now."""
    paused_until: datetime | None = None
    problems: tuple[str, ...] = ()
    """Sentences about what cannot be read, beyond one session."""

    def running(self, session: str) -> SigningIn | None:
        """The sign-in that runs for this session."""
        return next((s for s in self.signing_in if s.session == session), None)

    def key_of(self, name: str) -> str:
        """``Session.cache_key``, which the policy speaks in, for a ``Session.name``, which people and commands speak in."""
        return next((s.session.cache_key for s in self.sessions if s.session.name == name), name)

    def name_of(self, key: str) -> str:
        """The other way round."""
        return next((s.session.name for s in self.sessions if s.session.cache_key == key), key)

    def label_of(self, name: str) -> str:
        """How people call the session of that name."""
        return next((s.session.label for s in self.sessions if s.session.name == name), name)

    def token_end(self, key: str) -> datetime | None:
        """When the token of the session with this key ends."""
        return next((s.token_expires_at for s in self.sessions if s.session.cache_key == key), None)

    def active_profile(self) -> Profile | None:
        """The active profile, if it is among those to choose from."""
        return next((p for p in self.profiles if p.name == self.active), None)

    def active_is_production(self) -> bool:
        """Whether the person is in production now."""
        profile = self.active_profile()
        return profile is not None and is_production(profile, self.production)

    def has_legacy(self) -> bool:
        """Whether there are profiles of the old form, whose sign-in cannot be renewed."""
        return any(status.session.kind == "legacy" for status in self.sessions)

    def paused(self) -> bool:
        """Whether notices are paused."""
        return self.paused_until is not None and self.paused_until > self.now
