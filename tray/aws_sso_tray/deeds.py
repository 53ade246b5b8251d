"""Carries out what a person asked for and what the policy decided, and deals with how it went.

What is under way (sign-ins, sign-outs, a switch, renewals that failed) is kept here; the engine reads it for the snapshot.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from aws_sso_core.errors import AppError
from aws_sso_core.expiry import Decision, Expired, OpenSignIn, Renew, Waiting, Warn, Withdraw
from aws_sso_core.history import Change
from aws_sso_tray import actions, news, notices
from aws_sso_tray.board import Board
from aws_sso_tray.jobs import JobEnded, JobSaid
from aws_sso_tray.sign_ins import Runs, SignIns
from aws_sso_tray.snapshot import Snapshot

log = logging.getLogger(__name__)

_CURED_BY_A_CODE = ("browser-unavailable", "port-taken")
"""Failures (``AppError.kind``) of a sign-in that needs neither a browser here nor a listener."""

PersonalAction = (
    actions.SignIn
    | actions.CancelSignIn
    | actions.SignOut
    | actions.SignOutOfAll
    | actions.UseProfile
    | actions.FindProfile
    | actions.UndoProfile
    | actions.OpenConsole
    | actions.CopyEnvironment
    | actions.Restore
    | actions.PauseNotices
    | actions.ResumeNotices
    | actions.CopyText
    | actions.Tell
    | actions.OpenWindow
    | actions.OpenConfig
    | actions.OpenSettings
    | actions.ReportProblem
    | actions.About
)
"""The actions that change something outside the engine."""


class Clipboard(Protocol):
    """Where ``CopyText`` goes."""

    def copy(self, text: str) -> None:
        """Put a text there."""


class Openers(Protocol):
    """Windows and editors of this desktop."""

    def window(self, words: Sequence[str]) -> bool:
        """Run one of our commands in a terminal window; False when there is none."""

    def config(self) -> bool:
        """Show the config file in an editor; False when nothing opens it."""


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Why a renewal failed; it is over when the token is another one."""

    told: str
    token_ends_at: datetime | None


class Deeds:
    """What is being done.

    Args:
        jobs: runs our commands.
        board: shows notices.
        pause: pauses notices until then, or (None) no longer; may raise AppError.
        openers: opens windows and editors.
    """

    def __init__(self, *, jobs: Runs, board: Board, pause: Callable[[datetime | None], None], openers: Openers) -> None:
        self._jobs = jobs
        self._board = board
        self._pause = pause
        self._openers = openers
        self._troubles: dict[str, _Trouble] = {}
        self.clipboard: Clipboard | None = None
        self.sign_ins = SignIns(jobs)
        self._news = news.Asking()
        self.signing_out: set[str] = set()
        """``Session.name`` of each."""
        self.switching_to: str | None = None

    def troubles(self) -> dict[str, str]:
        """By session key, why its last renewal failed."""
        return {key: trouble.told for key, trouble in self._troubles.items()}

    def forget_old_troubles(self, token_ends: Mapping[str, datetime | None]) -> None:
        """A token that somebody has renewed meanwhile is no trouble any more."""
        self._troubles = {k: t for k, t in self._troubles.items() if token_ends.get(k) == t.token_ends_at}

    def act(self, action: PersonalAction, snapshot: Snapshot) -> None:  # noqa: C901, PLR0912 - a case for each, a line or two
        """Do what a person asked for."""
        match action:
            case actions.SignIn(sessions, fresh, by_code):
                self._board.withdraw(snapshot.key_of(name) for name in sessions)
                for name in sessions:
                    self._sign_in(name, snapshot, fresh=fresh, by_code=by_code)
            case actions.CancelSignIn(session):
                self.sign_ins.cancel(session)
            case actions.SignOut(session):
                if self._started("logout", session, f"Signing out of {snapshot.label_of(session)} did not work"):
                    self.signing_out.add(session)
            case actions.SignOutOfAll():
                self._started("logout", "", "Signing out did not work", "--all", "--local")
            case actions.UseProfile(profile):
                if self._started("use", profile, f"Switching to {profile} did not work"):
                    self.switching_to = profile
            case actions.FindProfile():
                # A second one puts the window of the first in front, and ends.
                _ = self._jobs.run("pick", "") or self._jobs.run("pick", "again")
            case actions.UndoProfile():
                self._started("use", "", "Going back did not work", "--undo")
            case actions.OpenConsole(profile):
                self._started("console", profile, "The console did not open")
            case actions.CopyEnvironment(profile, shell):
                self._started("env", profile, "Nothing was copied", "--no-wait", "--shell", shell)
            case actions.Restore(version):
                self._started("restore", str(version), "Nothing was restored", "--yes")
            case actions.PauseNotices(length):
                self._set_pause(snapshot.now + length)
            case actions.ResumeNotices():
                self._set_pause(None)
            case actions.CopyText(text):
                if self.clipboard is not None:
                    self.clipboard.copy(text)
            case actions.Tell(title, text):
                self._board.show(notices.plain(title, text))
            case actions.OpenWindow(words):
                if not self._openers.window(words):
                    self._board.show(notices.no_window(words))
            case actions.OpenConfig():
                if not self._openers.config():
                    self._board.show(notices.failed("The config was not opened", "Nothing here opens text files."))
            case actions.OpenSettings():
                self._started("settings", "", "The settings were not opened", "--edit")
            case actions.ReportProblem():
                self._started("doctor", "", "No report was made", "--open")
            case actions.About():
                self._board.show(notices.about())

    def heard_of(self, change: Change, snapshot: Snapshot) -> None:
        """Config or credentials changed: say so if another program dropped something; any other change ends that news."""
        if change.foreign and change.lost and change.before is not None:
            if not snapshot.paused():
                self._board.show(notices.sections_lost(change.version.path, change.lost, change.before.number))
        else:
            self._board.take_down(notices.lost_key(change.version.path))

    def ask_for_news(self, snapshot: Snapshot) -> None:
        """Somebody is there who wants to hear of new accounts and roles."""
        for session in self._news.due(snapshot):
            self._jobs.run("news", session)

    def carry_out(self, decision: Decision, snapshot: Snapshot) -> None:
        """Do what the policy decided."""
        log.info("%s", decision)
        match decision:
            case Renew(key):
                self._jobs.run("renew", snapshot.name_of(key))
            case Warn():
                self._board.show(notices.warned(decision, snapshot))
            case Expired():
                self._board.show(notices.expired(decision, snapshot))
            case Waiting():
                self._board.show(notices.waiting(decision, snapshot))
            case OpenSignIn(key):
                self._sign_in(snapshot.name_of(key), snapshot, fresh=False)
            case Withdraw(keys):
                self._board.withdraw(keys)

    def said(self, job: JobSaid, snapshot: Snapshot) -> None:
        """A job goes on."""
        if job.kind != "login":
            return
        running = self.sign_ins.said(job.subject, job.said)
        if running is not None and running.code:
            key = snapshot.key_of(job.subject)
            if self.clipboard is not None:
                self.clipboard.copy(running.code)
            copied = self.clipboard is not None
            self._board.show(notices.device_code(key, running.code, running.url or "", snapshot, copied=copied))

    def ended(self, job: JobEnded, snapshot: Snapshot) -> None:  # noqa: C901, PLR0912 - a case for each, a line or two
        """A job is over."""
        good, key = job.exit_code == 0, snapshot.key_of(job.subject)
        message, hint = _told(job.outcome)
        match job.kind:
            case "login":
                self.sign_ins.ended(job.subject)
                self._board.withdraw((key,))
                if not good and not job.cancelled:
                    by_code = job.outcome.get("kind") in _CURED_BY_A_CODE
                    self._board.show(notices.sign_in_failed(key, message, hint, snapshot, by_code=by_code))
            case "renew":
                self._troubles.pop(key, None)
                if not good:
                    self._troubles[key] = _Trouble(message, snapshot.token_end(key))
            case "logout":
                self.signing_out.discard(job.subject)
                if not job.subject:
                    self._board.show(
                        notices.signed_out() if good else notices.failed("Signing out did not work", message, hint)
                    )
                elif not good:
                    label = snapshot.label_of(job.subject)
                    self._board.show(notices.failed(f"Signing out of {label} did not work", message, hint))
            case "use":
                self.switching_to = None
                self._used(job, message, hint)
            case "restore":
                place = str(job.outcome.get("path", ""))
                self._board.show(
                    notices.restored(place) if good else notices.failed("Nothing was restored", message, hint)
                )
            case "console":
                if not good:
                    self._board.show(notices.failed("The console did not open", message, hint))
            case "env":
                self._copied(job, snapshot)
            case "news":
                if good and (told := news.told(snapshot.label_of(job.subject), job.outcome)):
                    self._board.show(told)
            case "settings" | "doctor":
                if job.outcome.get("event") == "error":
                    self._board.show(notices.failed("It did not open", message, hint))
            case "pick":
                if job.outcome.get("event") == "error" or not (good or job.outcome):
                    self._board.show(notices.failed("The profile search did not open", message, hint))

    def _used(self, job: JobEnded, message: str, hint: str) -> None:
        if job.exit_code != 0:
            self._board.show(notices.failed("The profile was not switched", message, hint))
            return
        shadows = [s for s in job.outcome.get("shadowed_by") or () if isinstance(s, Mapping)]
        if shadows:
            profile = str(job.outcome.get("profile") or job.subject)
            self._board.show(
                notices.shadowed(profile, [" ".join(str(s.get(part, "")) for part in ("why", "fix")) for s in shadows])
            )

    def _copied(self, job: JobEnded, snapshot: Snapshot) -> None:
        script = job.outcome.get("script")
        if job.exit_code == 0 and isinstance(script, str) and self.clipboard is not None:
            self.clipboard.copy(script)
            self._board.show(notices.copied(job.subject, job.outcome.get("expires_at"), snapshot))
        elif job.outcome.get("kind") == "sign-in-needed":
            self._board.show(notices.sign_in_first(job.subject, snapshot))
        else:
            self._board.show(notices.failed("Nothing was copied", *_told(job.outcome)))

    def _sign_in(self, session: str, snapshot: Snapshot, *, fresh: bool, by_code: bool = False) -> None:
        if not self.sign_ins.ask(session, fresh=fresh, by_code=by_code):
            self._could_not_start(f"Signing in to {snapshot.label_of(session)} did not work")

    def _started(self, kind: Any, subject: str, failure: str, *options: str) -> bool:
        started = self._jobs.run(kind, subject, *options)
        if not started:
            self._could_not_start(failure)
        return started

    def _could_not_start(self, failure: str) -> None:
        self._board.show(notices.failed(failure, "It is being done already, or the command could not be started."))

    def _set_pause(self, until: datetime | None) -> None:
        try:
            self._pause(until)
        except AppError as error:
            self._board.show(notices.failed("Notices were not paused", error.sentence, error.hint))


def _told(outcome: Mapping[str, Any]) -> tuple[str, str]:
    """Sentence and hint of an error line; something honest where the child said nothing."""
    message, hint = outcome.get("message"), outcome.get("hint")
    if not isinstance(message, str) or not message:
        return "It ended unexpectedly.", "The log tells more."
    return message, hint if isinstance(hint, str) else ""
