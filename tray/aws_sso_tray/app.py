"""The door of the tray: puts the parts together, runs them, and ends them cleanly.

Threads: pystray's loop has the main thread (macOS demands it), the engine one of its own; without an icon the engine has
the main thread. Nothing here, nor anything imported from here, loads boto3, click, rich or ssl: a test looks.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from aws_sso_core import desktop, logs, programs
from aws_sso_core.clock import Clock
from aws_sso_core.desktop.ports import Power, PowerEvent, WindowMessages
from aws_sso_core.errors import AppError, DesktopUnavailable
from aws_sso_core.files import make_private_dir
from aws_sso_core.json_file import JsonFile
from aws_sso_core.paths import Paths
from aws_sso_core.state import Wishes
from aws_sso_core.system_clock import SystemClock
from aws_sso_tray import render
from aws_sso_tray.actions import Quit, Tell
from aws_sso_tray.board import Board
from aws_sso_tray.engine import Engine
from aws_sso_tray.events import Inbox, Pressed
from aws_sso_tray.icon import emblem
from aws_sso_tray.jobs import Jobs
from aws_sso_tray.reading import Reader
from aws_sso_tray.watcher import Watcher

PANEL_PATIENCE = 15.0
"""Seconds that the desktop's panel has to come up after us at log-in before its absence is said."""

NO_HOST = "This desktop shows no tray icons."
NO_HOST_HINT = (
    "Notices and commands work all the same. "
    "On GNOME, the extension AppIndicator and KStatusNotifierItem Support adds a place for them."
)

log = logging.getLogger("aws_sso_tray.app")  # whatever name it is run under


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tray until somebody ends it; the exit code. ``--verbose`` writes the log to standard error too."""
    _mend_streams()
    arguments = sys.argv[1:] if arguments is None else arguments
    env, clock = os.environ, SystemClock()
    paths = Paths.from_environment(env)
    with contextlib.ExitStack() as stack:
        stack.enter_context(logs.writing(paths.log_dir, "tray"))
        if "--verbose" in arguments:
            stack.enter_context(logs.shown(sys.stderr))
        try:
            instance = desktop.instance(paths)
            if not instance.acquire():
                _say("The tray is running already.")
                return 0
            stack.callback(instance.release)
            return _run(paths, env=env, clock=clock)
        except AppError as error:
            _say(error.sentence, error.hint)
            return error.exit_code
        except Exception:
            log.exception("The tray ended unexpectedly")
            _say("The tray ended unexpectedly.", f"The log in {paths.log_dir} tells more.")
            return 1


def _run(paths: Paths, *, env: Mapping[str, str], clock: Clock) -> int:
    power = desktop.power()
    parts = _Parts(paths, env=env, clock=clock)
    engine, inbox = parts.engine, parts.inbox
    for name in ("SIGTERM", "SIGHUP", "SIGINT", "SIGBREAK"):
        _on_signal(name, inbox)
    icon = parts.icon(power)
    with _listening(power, inbox):
        if icon is None:
            engine.run()
            return 0
        with _asking_for_a_host(inbox, paths):
            engine.show_on(icon)
            worker = threading.Thread(target=_engine_until_end, args=(engine, icon), name="engine")
            worker.start()
            icon.run()
            inbox.post(Quit())
            worker.join()
    return 0


def _engine_until_end(engine: Engine, icon: render.TrayIcon) -> None:
    try:
        engine.run()
    finally:
        icon.stop()


class _Parts:
    """The engine with all it needs, and the icon if there can be one."""

    def __init__(self, paths: Paths, *, env: Mapping[str, str], clock: Clock) -> None:
        self._shown: render.TrayIcon | None = None
        self.inbox = Inbox()
        notifier = desktop.notifier(self._pressed, self._balloon, icon=_picture(paths))
        self.engine = Engine(
            inbox=self.inbox,
            clock=clock,
            reader=Reader(paths=paths, clock=clock, env=env),
            watcher=_watcher(paths, self.inbox.hint),
            jobs=Jobs(command=programs.command_line(), env=env, post=self.inbox.post),
            board=Board(notifier),
            wishes=Wishes(paths.wishes_dir, clock),
            memory=JsonFile(paths.state_dir / "tray.json", lock=paths.locks_dir / "tray.lock"),
            idle_seconds=desktop.idle_seconds,
            zone=None,
        )

    def icon(self, power: Power) -> render.TrayIcon | None:
        """The icon, or None after having said why not."""
        try:
            self._shown = render.TrayIcon(
                render.pystray_module(),
                first=self.engine.first_look(),
                post=self.inbox.post,
                messages=power if isinstance(power, WindowMessages) else None,
                on_loop=lambda: _on_signal("SIGINT", self.inbox),
            )
        except DesktopUnavailable as error:
            log.warning("%s", error.sentence)
            _say(error.sentence, error.hint)
        return self._shown

    def _pressed(self, key: str, button: str) -> None:
        self.inbox.post(Pressed(key, button))

    def _balloon(self, title: str, body: str) -> None:
        if self._shown is None:
            raise DesktopUnavailable("There is no icon to show a balloon on.")
        self._shown.balloon(title, body)


def _watcher(paths: Paths, hint: Callable[[], None]) -> Watcher:
    state = [paths.state_dir / name for name in ("learned.json", "pause.json", "recents.json")]
    return Watcher(
        files=[paths.config, paths.credentials, paths.settings, *state],
        folders=[paths.sso_cache, paths.wanted_dir, paths.wishes_dir],
        hint=hint,
    )


@contextlib.contextmanager
def _listening(power: Power, inbox: Inbox) -> Iterator[None]:
    power.start(inbox.post)
    if power.locked():
        inbox.post(PowerEvent.LOCKED)
    try:
        yield
    finally:
        power.stop()


@contextlib.contextmanager
def _asking_for_a_host(inbox: Inbox, paths: Paths) -> Iterator[None]:
    """Say once, and only once on this machine, when nothing here shows tray icons."""
    said = JsonFile(paths.state_dir / "said.json", lock=paths.locks_dir / "said.lock")

    def ask() -> None:
        if desktop.tray_host() is not False:
            return
        log.warning("%s", NO_HOST)
        _say(NO_HOST, NO_HOST_HINT)
        if not said.read().get("no-tray-host"):
            inbox.post(Tell(NO_HOST, NO_HOST_HINT))
            with contextlib.suppress(AppError):
                said.write({"no-tray-host": True})

    timer = threading.Timer(PANEL_PATIENCE, ask)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _picture(paths: Paths) -> Path | None:
    """The program's picture as a file, for notices."""
    path = paths.state_dir / f"icon{'.ico' if os.name == 'nt' else '.png'}"
    try:
        if not path.exists():
            make_private_dir(path.parent)
            emblem(128).save(path)
    except (OSError, AppError) as error:
        log.info("Notices have no picture: %s", error)
        return None
    return path


def _on_signal(name: str, inbox: Inbox) -> None:
    number = getattr(signal, name, None)

    def end(_number: int, _frame: FrameType | None) -> None:
        inbox.post(Quit())

    if number is not None:
        signal.signal(number, end)


def _mend_streams() -> None:
    """Without a console (pythonw) the standard streams are None, which much code does not expect."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open until the end


def _say(sentence: str, hint: str = "") -> None:
    """To whoever started us by hand; the log has it too."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"aws-sso-tray: {sentence}\n" + (f"  {hint}\n" if hint else ""))
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
