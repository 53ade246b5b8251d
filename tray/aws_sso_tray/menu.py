"""The menu as a value: ``Snapshot -> tuple[Item, ...]``; ``render`` turns it into the system's own.

Voice: a row says what is (``corp - signed in``) or what a click does (``Sign in to corp``). States are told in words; a
tick only repeats one. No seconds and no countdown: an open menu must not change by itself, the tooltip counts instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from aws_sso_core.model import SessionStatus, State
from aws_sso_tray import words
from aws_sso_tray.actions import (
    CancelSignIn,
    CopyEnvironment,
    CopyText,
    OpenConsole,
    PauseNotices,
    Quit,
    Refresh,
    ResumeNotices,
    SignIn,
    SignOut,
    SignOutOfAll,
    Tell,
)
from aws_sso_tray.help_rows import SET_UP, help_rows
from aws_sso_tray.items import LONGEST_LABEL, SEPARATOR, Item, in_ranges
from aws_sso_tray.profile_rows import profile_rows
from aws_sso_tray.snapshot import SigningIn, Snapshot

LONGEST_STATUS = 72
"""Characters of a session's own row: both clocks and where the second one comes from, next to a short name."""

PAUSES: Final = (
    ("For one hour", timedelta(hours=1)),
    ("For four hours", timedelta(hours=4)),
    ("For a day", timedelta(days=1)),
)

SHELLS: Final = (("PowerShell", "powershell"), ("Command Prompt", "cmd"), ("bash or zsh", "bash"), ("fish", "fish"))


def menu(snapshot: Snapshot) -> tuple[Item, ...]:
    """The whole menu; never empty."""
    if snapshot.starting:
        return (Item("Looking at your sessions…"), SEPARATOR, Item("Quit", Quit()))
    groups = (
        list(_headline(snapshot)),
        [row for status in snapshot.sessions for row in _urgent(status, snapshot)],
        list(_sessions(snapshot)),
        profile_rows(snapshot),
        list(_as_active(snapshot)),
        [_pause(snapshot)],
        [help_rows(snapshot), Item("Refresh", Refresh()), Item("Quit", Quit())],
    )
    rows: list[Item] = []
    for group in groups:
        if group:
            rows += [SEPARATOR, *group] if rows else group
    return tuple(rows)


def _headline(snapshot: Snapshot) -> Iterator[Item]:
    if snapshot.switching_to:
        yield Item(f"Switching to {words.squeeze(snapshot.switching_to, 40)}…")
    elif snapshot.active:
        mark = words.PRODUCTION if snapshot.active_is_production() else ""
        yield Item(f"Active profile: {words.squeeze(snapshot.active, 44 - len(mark))}{mark}")
    elif snapshot.profiles:
        yield Item("No active profile")
    for sentence in snapshot.shadows:
        yield _told("The active profile is hidden", sentence)
    for sentence in snapshot.problems:
        yield _told("Something needs attention", sentence)


def _told(title: str, sentence: str) -> Item:
    """A sentence that may be too long for a row; a click shows it whole."""
    return Item(words.cut(f"! {sentence}", LONGEST_LABEL), Tell(title, sentence))


def _urgent(status: SessionStatus, snapshot: Snapshot) -> Iterator[Item]:
    """What a person should do now, in one click from the top."""
    name, label = status.session.name, words.squeeze(status.session.label, 40)
    running = snapshot.running(name)
    if running:
        yield Item(f"Signing in to {label}: finish in the browser")
        yield from _signing_in(running)
    elif name in snapshot.signing_out:
        yield Item(f"Signing out of {label}…")
    elif _needs_a_person(status) or status.state in (State.EXPIRING, State.EXPIRED, State.SIGNED_OUT):
        yield Item(f"Sign in to {label}", _sign_in(status))


def _needs_a_person(status: SessionStatus) -> bool:
    """Somebody waits, or the token file cannot be understood: no renewal will mend that."""
    return bool(status.waiting) or (status.state is State.UNKNOWN and status.token_expires_at is None)


def _signing_in(running: SigningIn) -> Iterator[Item]:
    if running.code:
        yield Item(f"Code {words.cut(running.code, 30)} (click to copy)", CopyText(running.code))
    if running.url:
        yield Item("Copy the sign-in address", CopyText(running.url))
    yield Item("Cancel the sign-in", CancelSignIn(running.session))


def _sign_in(status: SessionStatus) -> SignIn:
    """A sign-in beside a living one would inherit its end, so that one is ended first (protocol: session semantics)."""
    return SignIn((status.session.name,), fresh=status.state in (State.SIGNED_IN, State.EXPIRING))


def _sessions(snapshot: Snapshot) -> tuple[Item, ...]:
    if not snapshot.sessions:
        return Item("No IAM Identity Center session is configured"), Item("Set up…", SET_UP)
    rows = in_ranges([_session(status, snapshot) for status in snapshot.sessions])
    there = [s for s in snapshot.sessions if s.state in (State.SIGNED_IN, State.EXPIRING)]
    return (*rows, Item("Sign out of all", SignOutOfAll())) if len(there) > 1 else rows


def _session(status: SessionStatus, snapshot: Snapshot) -> Item:
    name = status.session.name
    rows = [Item(words.cut(line, LONGEST_LABEL)) for line in _details(status, snapshot)]
    if status.problem:
        rows.append(_told(status.session.label, status.problem))
    rows.append(SEPARATOR)
    if snapshot.running(name):
        rows.append(Item("Cancel the sign-in", CancelSignIn(name)))
    elif status.state in (State.SIGNED_IN, State.EXPIRING):
        rows.append(Item("Sign in again for the full time", _sign_in(status)))
    else:
        rows.append(Item("Sign in", _sign_in(status)))
    if status.state in (State.SIGNED_IN, State.EXPIRING, State.UNKNOWN):
        rows.append(Item("Sign out", SignOut(name)))
    return Item(_summary(status, snapshot), children=tuple(rows))


def _summary(status: SessionStatus, snapshot: Snapshot) -> str:
    """``corp - renews itself at 10:41, sign in again about 17:30 (learned)``: as much of it as the name leaves room for."""
    renewal, end, source = _renewal(status, snapshot), _end(status, snapshot), _source(status)
    told: list[str] = []
    if renewal and end:
        short = renewal.replace(" itself", "")
        told += [f"{renewal}, sign in again {end}{source}", f"{renewal}, sign in again {end}"]
        told += [f"{short}, sign in again {end}", f"signed in until {end}"]
    elif end:
        told += [f"signed in until {end}{source}", f"until {end}"]
    elif renewal:
        told += [f"signed in, {renewal}", renewal]
    told.append(_state(status, snapshot))
    label = words.squeeze(status.session.label, LONGEST_LABEL)
    for text in told:
        if len(label) + 3 + len(text) <= LONGEST_STATUS:
            return f"{label} - {text}"
    return f"{words.squeeze(label, LONGEST_LABEL - 3 - len(told[-1]))} - {told[-1]}"


def _state(status: SessionStatus, snapshot: Snapshot) -> str:
    match status.state:
        case State.SIGNED_IN:
            return "signed in"
        case State.EXPIRING:
            return "the sign-in ends soon"
        case State.EXPIRED if status.sign_in_ends_at:
            return f"the sign-in ended {words.at(status.sign_in_ends_at, snapshot.now, snapshot.zone)}"
        case State.EXPIRED:
            return "the sign-in is over"
        case State.SIGNED_OUT:
            return "signed out"
        case State.UNKNOWN:
            return "state unknown"


def _renewal(status: SessionStatus, snapshot: Snapshot) -> str:
    moment = status.renews_at
    if moment is None or status.state not in (State.SIGNED_IN, State.EXPIRING):
        return ""
    if moment <= snapshot.now:
        return "renews itself now"
    return f"renews itself at {words.at(moment, snapshot.now, snapshot.zone)}"


def _end(status: SessionStatus, snapshot: Snapshot) -> str:
    if status.state not in (State.SIGNED_IN, State.EXPIRING) or status.sign_in_ends_at is None:
        return ""
    about = "" if status.sign_in_end_source == "token" else "about "
    return f"{about}{words.at(status.sign_in_ends_at, snapshot.now, snapshot.zone)}"


def _source(status: SessionStatus) -> str:
    return {"learned": " (learned)", "configured": " (configured)"}.get(status.sign_in_end_source or "", "")


def _details(status: SessionStatus, snapshot: Snapshot) -> Iterator[str]:
    yield _sentence(_state(status, snapshot))
    if renewal := _renewal(status, snapshot):
        yield _sentence(renewal)
        if not status.sign_in_ends_at:
            yield "Nobody knows yet when the sign-in ends"
    if end := _end(status, snapshot):
        yield f"Sign in again {end}{_source(status)}"
    if status.waiting:
        yield f"{words.names(status.waiting)} {words.wait(status.waiting)} for the sign-in"
    yield f"{status.profiles} profile{'' if status.profiles == 1 else 's'}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _as_active(snapshot: Snapshot) -> Iterator[Item]:
    """What one can be or do as the active profile; for any other there is the picker."""
    active = snapshot.active_profile()
    if active is None or not (active.session and active.account_id and active.role_name):
        return
    yield Item("Open the console", OpenConsole(active.name))
    shells = tuple(Item(label, CopyEnvironment(active.name, shell)) for label, shell in SHELLS)
    yield Item("Copy as environment", children=shells)


def _pause(snapshot: Snapshot) -> Item:
    if snapshot.paused_until and snapshot.paused():
        until = words.at(snapshot.paused_until, snapshot.now, snapshot.zone)
        return Item(f"Show notices again (paused until {until})", ResumeNotices())
    return Item("Pause notices", children=tuple(Item(label, PauseNotices(length)) for label, length in PAUSES))
