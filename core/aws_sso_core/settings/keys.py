"""Every setting: its name, its meaning, the values it takes, its default. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from aws_sso_core.settings.values import (
    Durations,
    Kind,
    Minutes,
    Names,
    Number,
    OneOf,
    Pattern,
    SomeOf,
    Template,
    Text,
    YesNo,
)

SignInPolicy = Literal["ask", "automatic", "never"]
Source = Literal["default", "managed", "user", "policy"]

_LONGEST_SNOOZE = 24 * 60
_LONGEST_WAIT = 3600
_LONGEST_ABSENCE = 7 * 24


@dataclass(frozen=True, slots=True)
class Key:
    """One setting: its name, what it means in a line, and which values it takes."""

    name: str
    meaning: str
    kind: Kind

    def shown(self, settings: Settings) -> str:
        """Its value as a person would type it."""
        return self.kind.shown(getattr(settings, self.name))


KEYS: Mapping[str, Key] = {
    key.name: key
    for key in (
        Key(
            "sign_in",
            "What happens when a sign-in ends: ask, open the browser by itself while you are there, or never.",
            OneOf("ask", "automatic", "never"),
        ),
        Key("warn_minutes", "When to warn, in minutes before the sign-in ends; 0 is the end itself.", Minutes()),
        Key("snooze_minutes", "How long Later puts a warning off, in minutes.", Number(1, _LONGEST_SNOOZE)),
        Key("notices", "Whether desktop notifications are shown at all.", YesNo()),
        Key("browser", "The command that opens pages; empty means the desktop's own browser.", Text()),
        Key(
            "session_durations",
            "How long a sign-in lasts, per session, where you know it; otherwise it is learned.",
            Durations(),
        ),
        Key("renew", "Whether access tokens are renewed silently before they end.", YesNo()),
        Key("wait_seconds", "How long a program waits for your sign-in before it fails.", Number(0, _LONGEST_WAIT)),
        Key(
            "switch",
            "How a chosen profile reaches your programs: default (the [default] profile), environment (AWS_PROFILE for"
            " programs started later), shells (AWS_PROFILE in open shells with shell-init); one or several.",
            SomeOf("default", "environment", "shells"),
        ),
        Key(
            "production",
            "Profiles whose name, or account's name, matches this pattern are marked as production.",
            Pattern(),
        ),
        Key("favorites", "Profiles that stand on top of the menu.", Names()),
        Key(
            "sign_out_at_log_off",
            "Whether logging off from this computer signs you out of every session: for computers that several people use.",
            YesNo(),
        ),
        Key(
            "sign_out_after_hours",
            "Sign out of every session when nobody was there for so many hours; 0 never does.",
            Number(0, _LONGEST_ABSENCE),
        ),
        Key("start_url", "The start URL that `configure` and `populate` take when none is given.", Text()),
        Key("sso_region", "The region of that start URL.", Text()),
        Key(
            "profile_name_template",
            "How `populate` names profiles when no naming option is given; empty means account.role.",
            Template(),
        ),
        Key(
            "account_news",
            "Whether you are told, once a day at most, which accounts and roles are new or gone.",
            YesNo(),
        ),
        Key("theme", "Whether the picker is light or dark; auto follows your desktop.", OneOf("auto", "light", "dark")),
    )
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its value; the defaults are those below."""

    sign_in: SignInPolicy = "ask"
    warn_minutes: tuple[int, ...] = (60, 15, 5, 0)
    snooze_minutes: int = 15
    notices: bool = True
    browser: str = ""
    session_durations: Mapping[str, timedelta] = field(default_factory=dict)
    renew: bool = True
    wait_seconds: int = 45
    switch: tuple[str, ...] = ("default",)
    production: str = r"(?<!non)(?<!non-)(?<!pre)(?<!pre-)prod(?!ucts?\b)"
    """Not nonprod, pre-prod or product."""
    favorites: tuple[str, ...] = ()
    sign_out_at_log_off: bool = False
    sign_out_after_hours: int = 0
    start_url: str = ""
    sso_region: str = ""
    profile_name_template: str = ""
    account_news: bool = False
    theme: Literal["auto", "light", "dark"] = "auto"
    sources: Mapping[str, Source] = field(default_factory=dict)
    """Where a value comes from; a key that is missing here has its default."""
    places: Mapping[str, str] = field(default_factory=dict)
    """The file or registry key that it comes from."""
    problems: tuple[str, ...] = ()
    """One sentence for each mistake in the files."""

    def source(self, key: str) -> Source:
        """Where the key's value comes from."""
        return self.sources.get(key, "default")


DEFAULTS = Settings()
