"""Puts the engine together with the real world around it; loaded once the icon shows."""

from __future__ import annotations

import contextlib
import importlib.util
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from aws_sso_core import desktop, programs
from aws_sso_core.clock import Clock
from aws_sso_core.desktop.ports import Balloon
from aws_sso_core.errors import StoreFailed
from aws_sso_core.files import make_private_dir
from aws_sso_core.json_file import JsonFile
from aws_sso_core.paths import Paths
from aws_sso_core.resolve import VARIABLES
from aws_sso_core.state import Wishes, tray_report
from aws_sso_core.state.tray_report import TrayReport
from aws_sso_core.switching import choice
from aws_sso_tray.board import Board
from aws_sso_tray.engine import Engine
from aws_sso_tray.events import Event, Pressed
from aws_sso_tray.icon import emblem_file
from aws_sso_tray.inbox import Inbox
from aws_sso_tray.jobs import Jobs
from aws_sso_tray.leaving import sign_out_now
from aws_sso_tray.reading import Reader
from aws_sso_tray.watcher import Events, Watcher


def engine(
    paths: Paths, *, env: Mapping[str, str], clock: Clock, inbox: Inbox[Event], balloon: Balloon | None
) -> Engine:
    """The engine over this person's files and this desktop.

    Args:
        paths: where everything lies.
        env: for our commands, and for what in it hides the active profile.
        clock: both hands.
        inbox: where events come in.
        balloon: the icon's own way of showing a notice, where there is an icon.
    """
    notifier = desktop.notifier(
        lambda key, button: inbox.post(Pressed(key, button)),
        balloon,
        icon=emblem_file(paths.state_dir / f"icon{'.ico' if os.name == 'nt' else '.png'}"),
        keep_in=None if env.get("AWS_SSO_TRAY_HOME") else paths.state_dir,
    )
    board, watcher = Board(notifier), _watcher(paths, inbox.hint)
    return Engine(
        inbox=inbox,
        clock=clock,
        reader=Reader(paths=paths, clock=clock, env=env, lasting=lambda: _lasting(paths)),
        watcher=watcher,
        jobs=Jobs(command=programs.command_line(), others={"pick": programs.picker()}, env=env, post=inbox.post),
        board=board,
        wishes=Wishes(paths.wishes_dir, clock),
        memory=JsonFile(paths.state_dir / "tray.json", lock=paths.locks_dir / "tray.lock"),
        idle_seconds=desktop.idle_seconds,
        zone=None,
        can_find=desktop.display() and importlib.util.find_spec("_tkinter") is not None,
        report=lambda: _report(paths, clock, board, watcher),
        openers=_Openers(paths, env),
        sign_out_now=lambda: sign_out_now(paths, command=programs.command_line(), env=env),
        new_here=lambda: _first_time(paths.welcomed),
    )


class _Openers:
    """See ``deeds.Openers``."""

    def __init__(self, paths: Paths, env: Mapping[str, str]) -> None:
        self._paths = paths
        self._env = env

    def window(self, words: Sequence[str]) -> bool:
        return desktop.open_window([*programs.command_line(), "in-window", "--", *words], self._env)

    def config(self) -> bool:
        return self._paths.config.exists() and desktop.open_file(self._paths.config, self._env)


def _first_time(mark: Path) -> bool:
    try:
        make_private_dir(mark.parent)
        mark.touch(mode=0o600, exist_ok=False)
    except (OSError, StoreFailed):  # it is there, or nothing can be kept here: then it would be said at every start
        return False
    return True


def _report(paths: Paths, clock: Clock, board: Board, watcher: Watcher) -> None:
    from importlib.metadata import version  # noqa: PLC0415 - for this answer only

    with contextlib.suppress(StoreFailed):  # then nobody hears it, which `doctor` says
        report = TrayReport(
            pid=os.getpid(),
            at=clock.now(),
            notices=board.level,
            watcher="events" if watcher.hinted else "polling",
            version=version("aws-sso-tray"),
        )
        tray_report.write(paths.state_dir, report)


def _lasting(paths: Paths) -> dict[str, str]:
    lasting = desktop.environment(paths)
    return {name: value for name in VARIABLES if (value := lasting.get(name))}


def _watcher(paths: Paths, hint: Callable[[], None]) -> Watcher:
    state = [paths.state_dir / name for name in ("learned.json", "pause.json", "recents.json", choice.FILE)]
    return Watcher(
        files=[paths.config, paths.credentials, paths.settings, *state],
        folders=[paths.sso_cache, paths.wanted_dir, paths.wishes_dir],
        hint=hint,
        observe=_file_events,
    )


def _file_events(folders: Iterable[str], matters: Callable[[str], bool], hint: Callable[[], None]) -> Events:
    from aws_sso_tray.file_events import FileEvents  # noqa: PLC0415 - watchdog can wait until the menu is right

    return FileEvents(folders, matters, hint)
