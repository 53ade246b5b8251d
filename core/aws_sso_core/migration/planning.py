"""The change of a config, worked out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from aws_sso_core.config.edit import Editor, first_line_end, with_key_renamed, with_keys
from aws_sso_core.errors import ProfileNotFound
from aws_sso_core.migration.checks import (
    DONE,
    PROCESS,
    REGION,
    SESSION,
    URL,
    disagreements,
    runs_legacy_helper,
    why_not,
)
from aws_sso_core.migration.files import DEFAULT, Files
from aws_sso_core.migration.sessions import Where, sessions, where
from aws_sso_core.model import Session
from aws_sso_core.plan import session_values


@dataclass(frozen=True, slots=True)
class Move:
    """A profile that changes its form."""

    profile: str
    session: Session
    """The sso-session that it will name."""
    start_url: str
    """As the profile has it: that names the token file of the legacy form."""
    drops_process: bool = False
    """It ran aws-sso-util's helper, which cannot read the new form."""


@dataclass(frozen=True, slots=True)
class Migration:
    """The outcome, in the order of the file."""

    moves: tuple[Move, ...]
    new: tuple[Session, ...]
    """The sso-sessions that are added."""
    left: Mapping[str, str]
    """Profiles that were meant, too, but stay as they are: name -> why, as the end of a sentence."""
    text: str
    """What the config becomes."""

    @property
    def sessions(self) -> tuple[Session, ...]:
        """All sso-sessions that profiles move to."""
        return tuple(dict.fromkeys(move.session for move in self.moves))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks for."""

    profiles: Sequence[str] = ()
    """Only these; empty for all."""
    session_name: str | None = None
    """What the session is called; else its start URL says."""
    is_taken: Callable[[Session], bool] = lambda _session: False
    """Whether something besides the config stands against a new session of that name."""


def migration(files: Files, asked: Asked) -> Migration:
    """Work out the change.

    Args:
        files: config and credentials; only the config will change.
        asked: for what, and how.

    Raises:
        ProfileNotFound: a profile that was asked for is not there.
        UsageError: the session cannot be called so.
        EditRefused: the change cannot be made.
    """
    for name in asked.profiles:
        if name not in files.merged:
            raise ProfileNotFound(name, files.merged)
    left: dict[str, str] = {}
    while True:
        planned = _planned(files, asked, left)
        moved = ((move.profile, move.drops_process) for move in planned.moves)
        odd = dict(disagreements(moved, files, planned.text)) if planned.moves else {}
        if not odd:
            return planned
        left |= odd


def migrated(core: str, session: str, *, drops_process: bool) -> str:
    """The text of a legacy profile's section in the new form: ``sso_session`` stands where the start URL stood."""
    changes = {SESSION: session, REGION: None, **({PROCESS: None} if drops_process else {})}
    return with_keys(with_key_renamed(core, URL, SESSION), changes, line_end=first_line_end(core) or "\n")


def _planned(files: Files, asked: Asked, left: Mapping[str, str]) -> Migration:
    editor, stays = Editor(files.config, parsed=files.sections), dict(left)
    legacy: dict[str, Where] = {}
    for name in _meant(files, asked):
        why = left.get(name) or why_not(name, files)
        if not why:
            legacy[name] = where(files.merged[name])
        elif why != DONE or asked.profiles:
            stays[name] = why
    given = sessions(legacy, files, name=asked.session_name, is_taken=asked.is_taken)
    moves = tuple(_move(name, given[there], files) for name, there in legacy.items())
    for move in moves:
        header = files.found.headers[move.profile]
        core = migrated(editor.core(header), move.session.name, drops_process=move.drops_process)
        editor.put(header, core)
    new = tuple(s for s in dict.fromkeys(m.session for m in moves) if s.name not in files.found.sessions)
    for session in new:
        editor.add(f"sso-session {session.name}", session_values(session))
    return Migration(moves, new, stays, editor.text() if moves else files.config)


def _move(name: str, session: Session, files: Files) -> Move:
    values = files.found.profiles[name]
    return Move(name, session, str(values[URL]), runs_legacy_helper(values))


def _meant(files: Files, asked: Asked) -> Iterator[str]:
    if not asked.profiles:
        yield from (name for name, values in files.merged.items() if URL in values)
        return
    yield from dict.fromkeys(asked.profiles)
    if files.copied in asked.profiles and DEFAULT not in asked.profiles:
        yield DEFAULT
