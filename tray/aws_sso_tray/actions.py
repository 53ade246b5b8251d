"""Everything a person can ask of the tray, one frozen class each.

A menu row or a notice's button carries one of these; ``engine`` has a ``case`` for each, and the type checker points at
it until it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class SignIn:
    """Sign in to these sessions, one after the other."""

    sessions: tuple[str, ...]
    """``Session.name`` of each."""
    fresh: bool = False
    """End the sign-in session on the server first, so that the new one has its full length."""
    by_code: bool = False
    """Show a device code to type in on any machine, instead of opening a page in a browser here."""


@dataclass(frozen=True, slots=True)
class CancelSignIn:
    """Give up the sign-in that runs for this session."""

    session: str


@dataclass(frozen=True, slots=True)
class SignOut:
    """Sign out of this session, on the server first."""

    session: str


@dataclass(frozen=True, slots=True)
class SignOutOfAll:
    """Sign out of every session; here also where AWS cannot be told."""


@dataclass(frozen=True, slots=True)
class UseProfile:
    """Make this profile the default one."""

    profile: str


@dataclass(frozen=True, slots=True)
class FindProfile:
    """Open the picker."""


@dataclass(frozen=True, slots=True)
class UndoProfile:
    """Go back to the default profile of before."""


@dataclass(frozen=True, slots=True)
class OpenConsole:
    """Open AWS's console in the browser, as this profile."""

    profile: str


@dataclass(frozen=True, slots=True)
class CopyEnvironment:
    """Put the lines on the clipboard that make a shell this profile."""

    profile: str
    shell: str
    """As ``aws-sso-tray env --shell`` calls it."""


@dataclass(frozen=True, slots=True)
class Restore:
    """Put a version of the config or credentials file back, as ``aws-sso-tray history`` numbers it."""

    version: int


@dataclass(frozen=True, slots=True)
class Snooze:
    """*Later*: say it again after the snooze time."""

    sessions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PauseNotices:
    """Show no notices for a while."""

    length: timedelta


@dataclass(frozen=True, slots=True)
class ResumeNotices:
    """Show notices again."""


@dataclass(frozen=True, slots=True)
class CopyText:
    """Put a text on the clipboard."""

    text: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Show this text in full, where a menu row had to be cut."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """Run one of our commands in a terminal window: it asks, or has much to say."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenConfig:
    """Show ~/.aws/config in an editor."""


@dataclass(frozen=True, slots=True)
class OpenSettings:
    """Show the settings in an editor, with every key there is."""


@dataclass(frozen=True, slots=True)
class ReportProblem:
    """Make a report that may be shown to strangers, and open it in an editor."""


@dataclass(frozen=True, slots=True)
class About:
    """Say what this program is."""


@dataclass(frozen=True, slots=True)
class Refresh:
    """Read every file again now."""


@dataclass(frozen=True, slots=True)
class Quit:
    """End the tray. Sign-ins and files stay as they are."""


Action = (
    SignIn
    | CancelSignIn
    | SignOut
    | SignOutOfAll
    | UseProfile
    | FindProfile
    | UndoProfile
    | OpenConsole
    | CopyEnvironment
    | Restore
    | Snooze
    | PauseNotices
    | ResumeNotices
    | CopyText
    | Tell
    | OpenWindow
    | OpenConfig
    | OpenSettings
    | ReportProblem
    | About
    | Refresh
    | Quit
)
