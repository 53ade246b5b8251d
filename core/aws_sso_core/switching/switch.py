"""The switch: a chosen profile reaches programs by the ways that the settings name, and ``undo`` takes all of them back.

``[default]`` of the config (``active``) is seen by every program at its next call. ``AWS_PROFILE`` is seen by programs
that are started later, where it is a lasting variable, and in open shells by the prompt hook of ``shell-init``, which
reads ``choice``'s file. A way that is no longer among the settings is taken back by the next switch, so that there is
one truth.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from aws_sso_core import profiles
from aws_sso_core.clock import Clock
from aws_sso_core.errors import ConfigUnreadable, ProfileNotFound, StoreFailed
from aws_sso_core.locking import lock
from aws_sso_core.paths import Paths
from aws_sso_core.resolve import VARIABLES
from aws_sso_core.switching import active, choice
from aws_sso_core.switching.active import Undone, Used
from aws_sso_core.switching.choice import DEFAULT, ENVIRONMENT, Choice, without_ours
from aws_sso_core.switching.lasting import LastingProfile

if TYPE_CHECKING:
    from aws_sso_core.desktop.ports import Environment

HAND_WRITTEN = "default"
"""The name of the profile that is ``[default]`` as the person wrote it."""


class Switch:
    """Chooses profiles.

    Args:
        paths: of the config, the credentials and our state.
        clock: dates the snapshot and waits between tries.
        env: what programs started from here see; looked at for what hides the choice.
        environment: the person's lasting variables.
    """

    def __init__(self, *, paths: Paths, clock: Clock, env: Mapping[str, str], environment: Environment) -> None:
        self._paths = paths
        self._clock = clock
        self._env = env
        self._environment = environment
        self._lasting = LastingProfile(environment, paths.state_dir)

    def use(self, name: str, *, ways: Collection[str]) -> Used:
        """Choose a profile; ``"default"`` means the hand-written section again, and no ``AWS_PROFILE`` of ours.

        Args:
            name: a profile.
            ways: of ``choice.WAYS``, at least one.

        Raises:
            ProfileNotFound: there is none of that name.
            CannotSwitch, ConfigUnreadable, ChangedMeanwhile, LockTimeout, ReadOnlyPlace, DiskFull, StoreFailed: as
                ``active.use``; nothing was switched.
        """
        with _alone(self._paths):
            if name == HAND_WRITTEN:
                used = active.use(
                    name, paths=self._paths, clock=self._clock, env=self._env, lasting=self._others_lasting(())
                )
                return self._with_others(used, None)
            if DEFAULT not in ways:
                return self._use_by_variable(name, frozenset(ways))
            used = active.use(
                name, paths=self._paths, clock=self._clock, env=self._env, lasting=self._others_lasting(ways)
            )
            return self._with_others(used, Choice(name, frozenset(ways)))

    def undo(self) -> Used | Undone:
        """Go back one switch, by the ways it was made; at last everything is as it was before the first one.

        Raises:
            UsageError: nothing was switched.
            ConfigUnreadable, ChangedMeanwhile, LockTimeout, ReadOnlyPlace, DiskFull, StoreFailed: as ``active.undo``.
        """
        with _alone(self._paths):
            now = choice.read(self._paths.state_dir)
            if now is not None and now.ways - {DEFAULT} and not self._is_section_ours():
                return self._undo_by_variable(now)
            ways = now.ways if now is not None else frozenset({DEFAULT})
            done = active.undo(paths=self._paths, clock=self._clock, env=self._env, lasting=self._others_lasting(ways))
            if isinstance(done, Undone):
                self._tell(None)
                return done
            return self._with_others(done, Choice(done.profile, ways | {DEFAULT}))

    def _use_by_variable(self, name: str, ways: frozenset[str]) -> Used:
        known = profiles.names(config=self._paths.config, credentials=self._paths.credentials)
        if name not in known:
            raise ProfileNotFound(name, known)
        before = choice.read(self._paths.state_dir)
        previous = active.current(paths=self._paths)
        trail = before.trail if before else ()
        if before and DEFAULT not in before.ways and before.profile != name:
            trail = (*trail, before.profile)
        return self._choose(Choice(name, ways, trail), previous)

    def _undo_by_variable(self, now: Choice) -> Used | Undone:
        known: Collection[str] = ()
        with suppress(ConfigUnreadable):
            known = profiles.names(config=self._paths.config, credentials=self._paths.credentials)
        for at in reversed(range(len(now.trail))):
            if now.trail[at] in known:
                return self._choose(Choice(now.trail[at], now.ways, now.trail[:at]), now.profile)
        self._set_variable(None)
        choice.write(self._paths.state_dir, None)
        return Undone(now.profile, restored=HAND_WRITTEN in known, ways=now.ways)

    def _choose(self, chosen: Choice, previous: str | None) -> Used:
        self._set_variable(chosen)
        if self._is_section_ours():
            active.use(HAND_WRITTEN, paths=self._paths, clock=self._clock, env={})
        choice.write(self._paths.state_dir, chosen)
        stands = active.look(paths=self._paths, env=self._env, lasting=self._others_lasting(chosen.ways))
        return Used(chosen.profile, previous, stands.shadowed_by, ways=chosen.ways)

    def _with_others(self, used: Used, chosen: Choice | None) -> Used:
        ways = chosen.ways if chosen else used.ways
        return replace(used, cautions=(*used.cautions, *self._tell(chosen)), ways=ways)

    def _tell(self, chosen: Choice | None) -> tuple[str, ...]:
        """After ``[default]`` is switched: the other ways. What fails there is told, as the switch is made."""
        failed = []
        try:
            self._set_variable(chosen)
        except StoreFailed as error:
            failed.append(f"The lasting AWS_PROFILE was not changed: {error.sentence}")
        try:
            choice.write(self._paths.state_dir, chosen)
        except StoreFailed as error:
            failed.append(f"Open shells were not told: {error.sentence}")
        return tuple(failed)

    def _set_variable(self, chosen: Choice | None) -> None:
        if chosen is not None and ENVIRONMENT in chosen.ways:
            self._lasting.set(chosen.profile)
        else:
            self._lasting.give_back()

    def _others_lasting(self, ways: Collection[str]) -> Mapping[str, str]:
        """The lasting variables that AWS tools go by, without the one that is ours or is going to be."""
        names = (*VARIABLES, choice.FOLLOWS_VARIABLE)
        lasting = {name: value for name in names if (value := self._environment.get(name))}
        if ENVIRONMENT in ways:
            lasting.pop(choice.PROFILE_VARIABLE, None)
        return without_ours(lasting)

    def _is_section_ours(self) -> bool:
        return active.is_section_ours(paths=self._paths)


def settle(profile: str | None, *, paths: Paths) -> None:
    """Tell the shells what ``[default]`` says by now, after something else than a switch changed the config.

    Never raises; while a switch runs, it is that switch's to tell.

    Args:
        profile: what ``active.look`` gave.
        paths: of the config and our state.
    """
    if _settled(profile, paths) == choice.read(paths.state_dir):
        return
    with suppress(ConfigUnreadable, StoreFailed), _alone(paths, timeout=0):
        choice.write(paths.state_dir, _settled(active.look(paths=paths, env={}).profile, paths))


def _settled(profile: str | None, paths: Paths) -> Choice | None:
    told = choice.read(paths.state_dir)
    if profile is not None:
        ways = told.ways if told is not None else frozenset()
        return told if told is not None and told.profile == profile else Choice(profile, ways | {DEFAULT})
    # [default] is no copy of ours, or no longer. Where AWS_PROFILE is another way, that still holds.
    return told if told is not None and told.ways - {DEFAULT} else None


def _alone(paths: Paths, timeout: float = 10.0) -> AbstractContextManager[None]:
    return lock(paths.locks_dir / "switch.lock", timeout=timeout, what="the chosen profile")
