"""Making a profile the default one, by the keys of ``[default]``, and taking that back.

Every AWS tool that was given no profile reads ``[default]``, so open shells and programs follow at their next call. The
section becomes a copy of the chosen profile's keys (see ``config.default_section``); a hand-written one is put aside and comes
back with ``undo``, byte for byte. One switch is one replace of the config file, under our lock and only if no other
program has written the file meanwhile.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from aws_sso_core.clock import Clock
from aws_sso_core.config.default_section import MARK
from aws_sso_core.errors import ChangedMeanwhile, ProfileNotFound, StoreFailed, UsageError
from aws_sso_core.files import holds, read_bytes, replace_if_unchanged
from aws_sso_core.history import History
from aws_sso_core.locking import lock
from aws_sso_core.paths import Paths
from aws_sso_core.switching import choice
from aws_sso_core.switching.plan import DEFAULT, CannotSwitch, Situation
from aws_sso_core.switching.reading import always, is_plain_throughout, look_at, look_for
from aws_sso_core.switching.record import Switches, remember
from aws_sso_core.switching.shadows import NONE_LASTING, Shadow, shadows_of, shadows_of_variable

__all__ = [
    "Active",
    "CannotSwitch",
    "Shadow",
    "Undone",
    "Used",
    "can_undo",
    "current",
    "hidden_from_shell",
    "is_section_ours",
    "look",
    "shadows",
    "undo",
    "use",
]

_TRIES = 5
_PAUSE = 0.05
"""Seconds before the second try, and more before each further one; a foreign write takes milliseconds."""


@dataclass(frozen=True, slots=True)
class Used:
    """A switch that was made."""

    profile: str
    previous: str | None
    shadowed_by: tuple[Shadow, ...] = ()
    cautions: tuple[str, ...] = ()
    """What the switch means for other profiles; whole sentences."""
    ways: frozenset[str] = frozenset({choice.DEFAULT})
    """How it reaches programs, of ``choice.WAYS``."""


@dataclass(frozen=True, slots=True)
class Undone:
    """The last switch was taken back: ``[default]`` is as it was before the first one."""

    previous: str
    """The profile that is no longer the default."""
    restored: bool
    """Whether there is a hand-written ``[default]`` again, with something in it."""
    ways: frozenset[str] = frozenset({choice.DEFAULT})
    """How it had reached programs."""


def use(
    name: str, *, paths: Paths, clock: Clock, env: Mapping[str, str], lasting: Mapping[str, str] = NONE_LASTING
) -> Used:
    """Make a profile the default one; ``"default"`` means the hand-written section again.

    Args:
        name: a profile of the config file.
        paths: of the config, the credentials and our state.
        clock: dates the snapshot and waits between tries.
        env: what programs started from here see; looked at for what hides the choice.
        lasting: the person's lasting variables, likewise; programs started elsewhere see them.

    Raises:
        ProfileNotFound: there is none of that name.
        CannotSwitch: it cannot be copied, or the config has two default sections on which tools disagree.
        ConfigUnreadable: AWS tools cannot parse one of the files; nothing is touched.
        ChangedMeanwhile, LockTimeout, ReadOnlyPlace, DiskFull, StoreFailed: the config is as it was.
    """
    if name == DEFAULT:
        return _use_hand_written(paths, clock)

    def plan(now: Situation) -> Switches | None:
        return now.choose(name, now.trail if now.mark in (name, None) else (*now.trail, now.mark))

    def read(history: History) -> Situation:
        return look_for(name, paths, history.content_name, (env, lasting))

    previous, after = _switch(paths, clock, plan, by=f"use {name}", read=read)
    _check(name, after)
    return Used(name, previous, shadows_of(name, after.files, env, lasting), _cautions(name, after))


def undo(
    *, paths: Paths, clock: Clock, env: Mapping[str, str], lasting: Mapping[str, str] = NONE_LASTING
) -> Used | Undone:
    """Go back one switch: to the profile chosen before, or at last to the hand-written ``[default]``.

    Profiles that are gone meanwhile, or can no longer be the default, are passed over.

    Raises:
        UsageError: nothing was switched.
        ConfigUnreadable, ChangedMeanwhile, LockTimeout, ReadOnlyPlace, DiskFull, StoreFailed: as ``use``.
    """

    def plan(now: Situation) -> Switches | None:
        if now.mark is None:
            raise UsageError(
                "There is no switch to undo: [default] is not a copy of a profile.",
                "`aws-sso-tray use PROFILE` makes one the default.",
            )
        for at in reversed(range(len(now.trail))):
            with contextlib.suppress(ProfileNotFound, CannotSwitch):
                return now.choose(now.trail[at], now.trail[:at])
        now.give_back()
        return None

    previous, after = _switch(paths, clock, plan, by="use --undo")
    if after.mark is None:
        return Undone(previous or "", restored=bool(after.found.profiles.get(DEFAULT)))
    return Used(after.mark, previous, shadows_of(after.mark, after.files, env, lasting), _cautions(after.mark, after))


@dataclass(frozen=True, slots=True)
class Active:
    """How the default profile stands."""

    profile: str | None = None
    shadowed_by: tuple[Shadow, ...] = ()
    can_undo: bool = False


def look(*, paths: Paths, env: Mapping[str, str], lasting: Mapping[str, str] = NONE_LASTING) -> Active:
    """``current``, ``shadows`` and ``can_undo`` from one reading of the files.

    Raises:
        ConfigUnreadable, StoreFailed: the files cannot be read.
    """
    if not _is_marked(paths):
        return _chosen_by_variable(paths, env, lasting)
    now = look_at(paths)
    hidden = shadows_of(now.current, now.files, env, lasting) if now.current is not None else ()
    return Active(now.current, hidden, now.mark is not None)


def current(*, paths: Paths) -> str | None:
    """The profile whose copy ``[default]`` is, or that was chosen by ``AWS_PROFILE``; None for none, or when unreadable.

    Known by our mark, also when the profile was changed since; not when the section's own identity was.
    """
    try:
        return look(paths=paths, env={}).profile
    except (UsageError, StoreFailed):
        return None


def can_undo(*, paths: Paths) -> bool:
    """Whether there is a switch to undo."""
    try:
        return look(paths=paths, env={}).can_undo
    except (UsageError, StoreFailed):
        return False


def is_section_ours(*, paths: Paths) -> bool:
    """Whether ``[default]`` is a copy that we made.

    Raises:
        ConfigUnreadable, StoreFailed: the files cannot be read.
    """
    return _is_marked(paths) and look_at(paths).mark is not None


def shadows(*, paths: Paths, env: Mapping[str, str], lasting: Mapping[str, str] = NONE_LASTING) -> tuple[Shadow, ...]:
    """What hides the active profile from some tool; nothing when none is active.

    Raises:
        ConfigUnreadable, StoreFailed: the files cannot be read.
    """
    return look(paths=paths, env=env, lasting=lasting).shadowed_by


def hidden_from_shell(name: str, *, paths: Paths, env: Mapping[str, str]) -> tuple[Shadow, ...]:
    """What would hide ``name`` from tools in a shell that sets ``AWS_PROFILE`` to it.

    Raises:
        ConfigUnreadable, StoreFailed: the files cannot be read.
    """
    others = {variable: value for variable, value in env.items() if variable != choice.PROFILE_VARIABLE}
    return shadows_of_variable(name, look_at(paths).files, others)


def _switch(
    paths: Paths,
    clock: Clock,
    plan: Callable[[Situation], Switches | None],
    *,
    by: str,
    read: Callable[[History], Situation] | None = None,
) -> tuple[str | None, Situation]:
    """Plan and write under the lock, again if another program wrote meanwhile. The active profile before, all after.

    ``by`` is the command, for the history; ``read`` reads what ``plan`` needs, else all is read.
    """
    history = History(paths, clock)
    with lock(paths.locks_dir / "config.lock", what="the config file"):
        for attempt in range(1, _TRIES + 1):
            now = read(history) if read else look_at(paths)
            notes = plan(now)
            try:
                after = _write(now, notes, paths, history, by=by)
            except ChangedMeanwhile:
                if attempt == _TRIES:
                    raise
                clock.sleep(_PAUSE * attempt)
            else:
                break
    # What counts is what is in the file, not what was written.
    return now.mark, after if holds(paths.config, after.config.data) else look_at(paths)


def _write(now: Situation, notes: Switches | None, paths: Paths, history: History, *, by: str) -> Situation:
    data = now.result()
    after = now.after(data if now.config.data or data else None, notes or Switches())
    plain = notes is not None and is_plain_throughout(after)

    def note() -> None:
        known = replace(notes, checked=history.content_name(data), always=always(after)) if notes and plain else notes
        remember(paths.state_dir, paths.config, known)

    if data == (now.config.data or b""):
        note()
        return after
    # A switch takes away no more than the section that our notes hold, and those are flushed to the disk.
    with history.writing(paths.config, now.config.data, data, by=by, durable=False):
        if notes is not None:
            # First the notes: what they hold of the section is lost once the file is replaced.
            note()
        replace_if_unchanged(paths.config, now.config.data, data)
    if notes is None:
        note()
    return after


def _is_marked(paths: Paths) -> bool:
    """Whether our mark is anywhere in the config: it is not for most people, and this is quickly seen."""
    return MARK.encode() in (read_bytes(paths.config) or b"")


def _chosen_by_variable(paths: Paths, env: Mapping[str, str], lasting: Mapping[str, str]) -> Active:
    """How a choice stands that is not in ``[default]``: see ``switch``."""
    chosen = choice.read(paths.state_dir)
    if chosen is None or not chosen.ways - {choice.DEFAULT}:
        return Active()
    hidden = shadows_of_variable(chosen.profile, look_at(paths).files, env, lasting)
    return Active(chosen.profile, hidden, can_undo=True)


def _use_hand_written(paths: Paths, clock: Clock) -> Used:
    def plan(now: Situation) -> Switches | None:
        if now.mark is None and DEFAULT not in now.merged:
            raise ProfileNotFound(DEFAULT, now.merged)
        if now.mark is not None:
            now.give_back()
        return None

    previous, _ = _switch(paths, clock, plan, by=f"use {DEFAULT}")
    return Used(DEFAULT, previous)


def _check(name: str, after: Situation) -> None:
    if after.current != name:
        raise ChangedMeanwhile(
            "Another program changed the config file right after the switch.", f"Try again: `aws-sso-tray use {name}`."
        )


def _cautions(name: str, now: Situation) -> tuple[str, ...]:
    users = [p for p, values in now.merged.items() if p != DEFAULT and values.get("source_profile") == DEFAULT]
    if not users:
        return ()
    shown = ", ".join(users)
    return (f"Profiles with source_profile = default ({shown}) take their credentials from {name!r} now.",)
