"""Every error a person can see.

Each carries a sentence, a hint (what to do next) and an exit code::

    AppError                      1  something failed
    ├── UsageError                2  the call or the configuration is wrong
    │   ├── ConfigUnreadable         config or credentials that no AWS tool can parse
    │   ├── ProfileNotFound          no such profile; names the nearest ones
    │   ├── SessionNotFound          no such session; names the nearest ones
    │   ├── SessionIncomplete        a session without start URL or region
    │   └── SettingInvalid           unknown setting or impossible value
    ├── SignInNeeded              3  nobody is signed in, or the sign-in session is over
    ├── Offline                   4  the service could not be reached: nothing is known
    ├── SignInFailed              1  a sign-in that was begun did not succeed
    │   ├── SignInDenied             the person (or an administrator) said no
    │   ├── SignInTimedOut           nobody finished it in time
    │   └── BrowserUnavailable       no browser could be started
    ├── ServiceFailed             1  AWS answered with an error
    │   ├── Throttled                429, after the retries
    │   ├── BadReply                 an answer that is not what the API promises
    │   └── Forbidden                403: about a role, never about the session
    ├── StoreFailed               1  a file could not be read or written
    │   ├── ReadOnlyPlace            no permission to write there
    │   ├── DiskFull                 no space; the old file is whole
    │   ├── ChangedMeanwhile         another program wrote the file between our read and write
    │   └── LockTimeout              another of our processes holds the lock too long
    ├── DesktopUnavailable        1  no display, tray host or notification service
    └── Interrupted             130  Ctrl+C or a stop signal

Foreign errors become one of these at the edge where they occur, with the cause kept (``raise ... from error``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar


class AppError(Exception):
    """Something a person can be told in one sentence, with what to do next."""

    exit_code: ClassVar[int] = 1

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint

    @property
    def kind(self) -> str:
        """The stable name of this error for ``--json`` readers, such as ``"sign-in-needed"``."""
        name = type(self).__name__
        return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")


class UsageError(AppError):
    """The call or the configuration is wrong; trying again without a change will not help."""

    exit_code = 2


class ConfigUnreadable(UsageError):
    """A config or credentials file that no AWS tool can parse; the sentence names file, line and reason."""


def _nearest(what: str, name: str, known: Iterable[str]) -> str:
    import difflib  # noqa: PLC0415 - 3 ms for a mistake

    names = list(known)
    if not names:
        return "`aws-sso-tray configure` sets up the first."
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    if not close:
        return f"`aws-sso-tray {what}` lists what there is."
    return f"Did you mean {' or '.join(filter(None, (', '.join(close[:-1]), close[-1])))}?"


class ProfileNotFound(UsageError):
    """No profile of that name in config or credentials."""

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        super().__init__(f"There is no profile named {name!r}.", _nearest("profiles", name, known))
        self.name = name


class SessionNotFound(UsageError):
    """No sso-session (nor profile that has one) of that name; ``profile``: one without a session has it."""

    def __init__(self, name: str, known: Iterable[str] = (), *, profile: bool = False) -> None:
        missing = f"There is no session or profile named {name!r}."
        without = f"The profile {name!r} does not sign in by IAM Identity Center."
        super().__init__(without if profile else missing, _nearest("status", name, known))
        self.name = name


class SessionIncomplete(UsageError):
    """A session (or a legacy profile) that lacks its start URL or region."""


class SettingInvalid(UsageError):
    """An unknown setting or an impossible value."""


class SignInNeeded(AppError):
    """Nobody is signed in, or the sign-in session is over: only a person with a browser can help."""

    exit_code = 3


class Offline(AppError):
    """The service could not be reached, so nothing is known: never the same as signed out.

    ``sent``: the request went out and only the answer is missing, so AWS may have acted on it.
    """

    exit_code = 4

    def __init__(self, sentence: str, hint: str = "", *, sent: bool = False) -> None:
        super().__init__(sentence, hint)
        self.sent = sent


class SignInFailed(AppError):
    """A sign-in that was begun did not succeed."""


class SignInDenied(SignInFailed):
    """The person, or an administrator's rule, refused consent."""


class SignInTimedOut(SignInFailed):
    """Nobody finished the sign-in in time, or the tab was closed."""


class BrowserUnavailable(SignInFailed):
    """No browser could be started."""


class ServiceFailed(AppError):
    """AWS answered with an error.

    ``code`` is the exception's name in the API ("InvalidGrantException") and ``status`` the HTTP status, if known.
    """

    def __init__(self, sentence: str, hint: str = "", *, code: str = "", status: int = 0) -> None:
        super().__init__(sentence, hint)
        self.code = code
        self.status = status


class Throttled(ServiceFailed):
    """Too many requests (429), still so after the retries. ``retry_after``: seconds that AWS asks for, if it does."""

    retry_after: float | None = None


class BadReply(ServiceFailed):
    """An answer that is not what the API promises: truncated, HTML, or without its keys."""


class Forbidden(ServiceFailed):
    """403: the role is not (or no longer) assigned. Never a reason to sign in again."""


class StoreFailed(AppError):
    """A file could not be read or written."""


class ReadOnlyPlace(StoreFailed):
    """No permission to write there."""


class DiskFull(StoreFailed):
    """No space left; the old file is whole."""


class ChangedMeanwhile(StoreFailed):
    """Another program wrote the file between our read and our write, again and again."""


class LockTimeout(StoreFailed):
    """Another of our processes holds the lock for too long."""


class DesktopUnavailable(AppError):
    """No display, no tray host or no notification service."""


class Interrupted(AppError):
    """Ctrl+C or a stop signal."""

    exit_code = 130

    def __init__(self, sentence: str = "Interrupted.", hint: str = "") -> None:
        super().__init__(sentence, hint)
