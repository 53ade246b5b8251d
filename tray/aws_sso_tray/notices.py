"""What the tray says by a desktop notice: decisions and outcomes -> title, body, buttons and what each button does.

Voice: the title alone tells what is the matter, the body what it means; two short sentences are enough. An estimate is
called one ("about"). Every notice about a sign-in has *Sign in* and *Later*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import quote, unquote

from aws_sso_core.expiry import Expired, Waiting, Warn
from aws_sso_core.model import Button, Notice, SessionStatus, State, Urgency
from aws_sso_core.timestamps import parse_time
from aws_sso_tray import words
from aws_sso_tray.actions import Action, CopyText, Restore, SignIn, Snooze
from aws_sso_tray.snapshot import Snapshot

_SIGN_IN = "sign-in "
"""The beginning of their keys; the sessions follow."""

LONGEST_TITLE = 60
LONGEST_BODY = 240
"""Characters; Windows's balloons hold 63 and 255 UTF-16 units."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice with what it is about."""

    notice: Notice
    actions: Mapping[str, Action] = field(default_factory=dict)
    """What each button does, by its id."""
    sessions: tuple[str, ...] = ()
    """``Session.cache_key`` of those whose sign-in it speaks of; it goes when all of them are fine."""
    who_waits: bool = False
    """It names programs that wait for these; it goes when none does any more."""


def warned(warn: Warn, snapshot: Snapshot) -> Told:
    """The sign-in will end."""
    label, left = _labels(warn.sessions, snapshot), warn.ends_at - snapshot.now
    about = "" if warn.source == "token" else "about "
    moment = words.at(warn.ends_at, snapshot.now, snapshot.zone)
    if warn.refused:
        title = f"{label}: a new sign-in is needed"
        body = f"AWS no longer renews this sign-in. Programs keep their access until {moment}."
    elif left <= timedelta(0):
        title = f"{label}: the sign-in may end any moment"
        body = f"It was expected to end about {moment}. Sign in again when it suits you, or wait until it does."
    else:
        title = f"{label}: sign in again by {about}{moment}"
        length = f"{about}{words.left(left)}" if left >= timedelta(minutes=1) else words.left(left)
        body = f"The sign-in ends in {length}{_because(warn)}. Signing in takes a moment in the browser."
    return _about_sign_in(warn.sessions, snapshot, title, body, fresh=True)


def expired(decision: Expired, snapshot: Snapshot) -> Told:
    """The sign-in has ended."""
    moment = words.at(decision.ended_at, snapshot.now, snapshot.zone)
    title = f"{_labels(decision.sessions, snapshot)}: the sign-in has ended"
    body = f"It ended at {moment}. AWS tools get no new credentials until you sign in again."
    return _about_sign_in(decision.sessions, snapshot, title, body, urgency=Urgency.CRITICAL)


def waiting(decision: Waiting, snapshot: Snapshot) -> Told:
    """Programs wait."""
    who, they = words.names(decision.programs), "it continues" if len(set(decision.programs)) == 1 else "they continue"
    title = f"{words.cut(who, 32)} {words.wait(decision.programs)} for {_labels(decision.sessions, snapshot, 20)}"
    body = f"{who} cannot go on without a sign-in. As soon as you have signed in, {they}."
    told = _about_sign_in(decision.sessions, snapshot, title, body, urgency=Urgency.CRITICAL)
    return replace(told, who_waits=True)


def sign_in_failed(session: str, message: str, hint: str, snapshot: Snapshot, *, by_code: bool = False) -> Told:
    """A sign-in that was begun did not succeed; ``by_code``: a device code would get around what was in its way."""
    title = f"{_labels((session,), snapshot)}: the sign-in did not succeed"
    if by_code:
        body = f"{message} A code that you type in on any machine works without it."
        return _about_sign_in((session,), snapshot, title, body, label="Use a code", by_code=True)
    return _about_sign_in((session,), snapshot, title, f"{message} {hint}", label="Try again")


def device_code(session: str, code: str, url: str, snapshot: Snapshot, *, copied: bool) -> Told:
    """The person has to compare or type a code."""
    title = f"Code for {_labels((session,), snapshot, 30)}: {words.cut(code, 20)}"
    where = "It is on the clipboard. " if copied else ""
    body = f"{where}Confirm it on the page that opens, or type it in at {url}"
    buttons = (Button("copy", "Copy code"),) if copied else ()
    return Told(_notice(_key((session,)), title, body, buttons, Urgency.CRITICAL), {"copy": CopyText(code)}, (session,))


def copied(profile: str, ends: object, snapshot: Snapshot) -> Told:
    """The lines that make a shell this profile are on the clipboard; ``ends`` is the time in the command's JSON."""
    moment = parse_time(ends)
    until = f"; they are good until {words.at(moment, snapshot.now, snapshot.zone)}" if moment else ""
    title = f"Credentials of {words.squeeze(profile, 30)} are copied"
    return Told(_notice("copied", title, f"Paste them into a shell{until}.", urgency=Urgency.LOW))


def sign_in_first(profile: str, snapshot: Snapshot) -> Told:
    """A profile's credentials were asked for, but nobody is signed in."""
    session = next((p.session for p in snapshot.profiles if p.name == profile), None)
    buttons = (Button("sign-in", "Sign in"),) if session else ()
    title = f"{words.squeeze(profile, 30)}: sign in first"
    told = "Credentials are given out only while you are signed in. Ask again then."
    return Told(_notice("sign in first", title, told, buttons), {"sign-in": SignIn((session,))} if session else {})


def shadowed(profile: str, sentences: Sequence[str]) -> Told:
    """A profile was made the default, but something hides it."""
    title = f"{words.squeeze(profile, 30)} is the default, but hidden"
    return Told(_notice("profile", title, " ".join(sentences)))


def sections_lost(path: str, sections: Sequence[str], version: int) -> Told:
    """Another program wrote one of the files, and sections are gone from it; ``version`` is the one that had them."""
    file = _file(path)
    count = "A section is" if len(sections) == 1 else f"{len(sections)} sections are"
    title = f"{count} gone from {words.cut(file, 30)}"
    body = f"Another program removed {words.names([f'[{name}]' for name in sections])}. Nothing is lost: it can be put back."
    buttons = (Button("restore", "Restore"), Button("leave", "Leave it"))
    return Told(_notice(lost_key(path), title, body, buttons), {"restore": Restore(version)})


def lost_key(path: str) -> str:
    """The key of the notice that sections of this file are gone."""
    return f"lost {path}"


def restored(path: str) -> Told:
    """A version was put back."""
    return plain(
        f"{_file(path)} is restored", "It is byte for byte what it was. `aws-sso-tray history` lists all versions."
    )


def failed(what: str, message: str, hint: str = "") -> Told:
    """Something a person asked for did not work."""
    return Told(_notice(f"failed {what}", what, f"{message} {hint}"))


def signed_out() -> Told:
    """Nobody is signed in any more."""
    return plain("You are signed out of every session", "AWS tools get no new credentials until you sign in again.")


def no_window(command: Sequence[str]) -> Told:
    """A command should have run in a window of its own."""
    line = " ".join(("aws-sso-tray", *command))
    return offer(
        "window",
        "No terminal window could be opened",
        f"Open one yourself and type: {line}",
        (Button("copy", "Copy"),),
        {"copy": CopyText(line)},
    )


def about() -> Told:
    """What this program is."""
    from importlib.metadata import version  # noqa: PLC0415 - 15 ms, for this answer only

    return plain(
        f"aws-sso-tray {version('aws-sso-tray')}",
        "Keeps you signed in to AWS IAM Identity Center. Free software under the MIT licence; the parts it is made of have "
        "their own.",
    )


def plain(title: str, text: str) -> Told:
    """Just a text."""
    return Told(_notice(f"text {title}", title, text, urgency=Urgency.LOW))


def offer(key: str, title: str, body: str, buttons: tuple[Button, ...], actions: Mapping[str, Action]) -> Told:
    """Something to do, or to leave."""
    return Told(_notice(key, title, body, buttons), actions)


def answer(key: str, button: str, snapshot: Snapshot) -> Action | None:
    """What a button meant on a notice that an earlier tray showed: only of those about sign-ins, to sessions of today."""
    said = [unquote(word) for word in key.removeprefix(_SIGN_IN).split()] if key.startswith(_SIGN_IN) else []
    statuses = _statuses(said, snapshot)
    if statuses and button == "sign-in":
        return SignIn(tuple(s.session.name for s in statuses), fresh=any(s.state is State.EXPIRING for s in statuses))
    if statuses and button == "later":
        return Snooze(tuple(s.session.cache_key for s in statuses))
    return None


def _about_sign_in(
    sessions: Sequence[str],
    snapshot: Snapshot,
    title: str,
    body: str,
    *,
    fresh: bool = False,
    by_code: bool = False,
    label: str = "Sign in",
    urgency: Urgency = Urgency.NORMAL,
) -> Told:
    names = tuple(s.session.name for s in _statuses(sessions, snapshot))
    actions: dict[str, Action] = {"sign-in": SignIn(names, fresh, by_code), "later": Snooze(tuple(sessions))}
    buttons = (Button("sign-in", label), Button("later", "Later"))
    notice = replace(_notice(_key(sessions), title, body, buttons, urgency), default="sign-in")
    return Told(notice, actions, tuple(sessions))


def _notice(
    key: str, title: str, body: str, buttons: tuple[Button, ...] = (), urgency: Urgency = Urgency.NORMAL
) -> Notice:
    return Notice(key, words.cut(title, LONGEST_TITLE), words.cut(body, LONGEST_BODY), buttons, urgency)


def _file(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _key(sessions: Sequence[str]) -> str:
    return _SIGN_IN + " ".join(quote(session, safe=":/") for session in sorted(sessions))


def _because(warn: Warn) -> str:
    return {"learned": ", as earlier ones did", "configured": ", as configured"}.get(warn.source, "")


def _labels(sessions: Sequence[str], snapshot: Snapshot, limit: int = 32) -> str:
    known = [s.session.label for s in _statuses(sessions, snapshot)]
    return words.squeeze(words.names(known or sessions), limit)


def _statuses(sessions: Sequence[str], snapshot: Snapshot) -> list[SessionStatus]:
    return [s for s in snapshot.sessions if s.session.cache_key in sessions]
