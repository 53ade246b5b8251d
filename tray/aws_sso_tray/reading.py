"""Reads everything the tray shows and decides by: through core's stores, again and again, whatever state they are in."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from aws_sso_core import overview
from aws_sso_core.clock import Clock
from aws_sso_core.errors import AppError
from aws_sso_core.expiry import Policy
from aws_sso_core.files import signature
from aws_sso_core.history import Change, note_change
from aws_sso_core.model import Profile
from aws_sso_core.overview import Look, Seen
from aws_sso_core.paths import Paths
from aws_sso_core.profiles import Config, Loader
from aws_sso_core.settings import Settings, load, managed
from aws_sso_core.state import Learned, Pause, Recents, Wanted
from aws_sso_core.switching import active, choice, switch
from aws_sso_core.token_cache import TokenCache

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the files say at one moment."""

    config: Config
    settings: Settings
    looks: tuple[Look, ...]
    policy: Policy
    profiles: tuple[Profile, ...]
    """Those to choose from: without the copy that ``[default]`` is of one of them."""
    active: str | None
    """The profile made the default one, or ``default`` where that is hand-written."""
    can_undo: bool
    shadows: tuple[str, ...]
    recents: tuple[str, ...]
    paused_until: datetime | None
    problems: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    """New versions of config and credentials since the last reading."""


@dataclass(frozen=True, slots=True)
class _Active:
    """What the config says about the active profile; it changes only with the file."""

    profile: str | None = None
    can_undo: bool = False
    shadows: tuple[str, ...] = ()


class Reader:
    """Reads; what cannot be read is as it was at the last good look, with the reason among the problems."""

    def __init__(
        self,
        *,
        paths: Paths,
        clock: Clock,
        env: Mapping[str, str],
        lasting: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """``lasting`` gives the person's lasting environment variables that AWS tools go by."""
        self._paths = paths
        self._clock = clock
        self._env = env
        self._lasting = lasting
        self._loader = Loader(config=paths.config, credentials=paths.credentials)
        self._tokens = TokenCache(paths.sso_cache, sleep=clock.sleep)
        self._learned = Learned(paths.state_dir)
        self._wanted = Wanted(paths.wanted_dir, clock)
        self._recents = Recents(paths.state_dir)
        self._pause = Pause(paths.state_dir)
        self._config = Config()
        self._settings = Settings()
        self._active = _Active()
        self._noted: object = None
        self._chosen: object = None
        self._looks: tuple[Look, ...] = ()
        self._seen: Seen = {}
        self._complained: str = ""

    def read(self, *, troubles: Mapping[str, str], signing_in: Iterable[str]) -> Reading:
        """Look at everything. Never raises.

        Args:
            troubles: by session key, why its last renewal failed without telling anything about the session.
            signing_in: keys of sessions for which a sign-in runs.
        """
        now = self._clock.now()
        problems: list[str] = []
        before = self._config
        self._settings = self._try(
            lambda: load(self._paths.settings, managed=managed.layers(self._paths.managed_settings)),
            self._settings,
            problems,
        )
        self._config = self._try(self._loader.load, before, problems)
        chosen = signature(self._paths.state_dir / choice.FILE)
        if self._config is not before or chosen != self._chosen:
            self._chosen = chosen
            self._active = self._try(self._read_active, self._active, problems)
        changes: tuple[Change, ...] = self._try(self._changes, (), problems)
        self._looks = self._try(lambda: self._look(now, troubles, signing_in), self._looks, problems)
        return Reading(
            config=self._config,
            settings=self._settings,
            looks=self._looks,
            policy=self.policy,
            profiles=_choices(self._config.profiles, self._active.profile),
            active=self._active.profile or _hand_written(self._config.profiles),
            can_undo=self._active.can_undo,
            shadows=self._active.shadows,
            recents=self._try(self._recents.read, (), problems),
            paused_until=self._try(lambda: self._pause.until(now), None, problems),
            problems=self._shortened(*problems, *self._settings.problems, *self._config.problems),
            changes=changes,
        )

    @property
    def settings(self) -> Settings:
        """The person's settings, as last read."""
        return self._settings

    @property
    def policy(self) -> Policy:
        """What the person wants, as last read."""
        return overview.policy_of(self._settings)

    def pause(self, until: datetime | None) -> None:
        """Pause notices until then, or (None) no longer.

        Raises:
            StoreFailed: it is as it was.
        """
        self._pause.set(until)

    def _changes(self) -> tuple[Change, ...]:
        seen = signature(self._paths.config), signature(self._paths.credentials)
        if seen == self._noted:
            return ()
        changes = note_change(self._paths, self._clock)
        self._noted = seen
        return changes

    def _look(self, now: datetime, troubles: Mapping[str, str], signing_in: Iterable[str]) -> tuple[Look, ...]:
        looks = self._look_once(now, troubles, signing_in)
        seen = overview.learn(self._seen, looks, self._learned, now)
        if seen != self._seen:
            self._seen = seen
            return self._look_once(now, troubles, signing_in)
        return looks

    def _look_once(self, now: datetime, troubles: Mapping[str, str], signing_in: Iterable[str]) -> tuple[Look, ...]:
        return overview.look(
            config=self._config,
            tokens=self._tokens,
            learned=self._learned,
            wanted=self._wanted,
            settings=self._settings,
            now=now,
            troubles=troubles,
            signing_in=signing_in,
        )

    def _read_active(self) -> _Active:
        found = active.look(paths=self._paths, env=self._env, lasting=self._lasting())
        switch.settle(found.profile, paths=self._paths)
        return _Active(
            profile=found.profile,
            can_undo=found.can_undo,
            shadows=self._shortened(*(f"{s.why} {s.fix}" for s in found.shadowed_by)),
        )

    def _shortened(self, *sentences: str) -> tuple[str, ...]:
        """With ``~`` for the home folder: there is little room in a menu."""
        home = str(self._paths.aws_dir.parent)
        return tuple(sentence.replace(home, "~") for sentence in sentences)

    def _try(self, read: Callable[[], T], last: T, problems: list[str]) -> T:
        try:
            return read()
        except AppError as error:
            problems.append(f"{error.sentence} {error.hint}".strip())
        except Exception as error:
            if str(error) != self._complained:
                self._complained = str(error)
                log.exception("Something could not be read")
            problems.append("Something could not be read; the log tells more.")
        return last


_DEFAULT = "default"


def _choices(profiles: tuple[Profile, ...], active: str | None) -> tuple[Profile, ...]:
    return profiles if active is None else tuple(p for p in profiles if p.name != _DEFAULT)


def _hand_written(profiles: tuple[Profile, ...]) -> str | None:
    return _DEFAULT if any(p.name == _DEFAULT for p in profiles) else None
