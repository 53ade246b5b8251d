"""The door of the tray: one instance, its icon, its threads, and a clean end.

Threads: pystray's loop has the main thread (macOS demands it), the engine one of its own, begun when the icon shows;
without an icon the engine has the main thread. Nothing here, nor anything imported from here, loads boto3, click, rich or
ssl: a test looks.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from aws_sso_core import desktop, logs
from aws_sso_core.clock import Clock
from aws_sso_core.desktop import appearance
from aws_sso_core.desktop.ports import Power, PowerEvent, WindowMessages
from aws_sso_core.errors import AppError, DesktopUnavailable, UsageError
from aws_sso_core.paths import Paths
from aws_sso_core.system_clock import SystemClock
from aws_sso_core.wording import as_people_here_write
from aws_sso_tray import render
from aws_sso_tray.actions import Quit, Tell
from aws_sso_tray.inbox import Inbox
from aws_sso_tray.snapshot import Snapshot

if TYPE_CHECKING:
    from aws_sso_tray.events import Event  # loaded once the icon shows

PANEL_PATIENCE = 15.0
"""Seconds that the desktop's panel has to come up after us at log-in before its absence is said."""

LOCK_PATIENCE = 1.0
"""Seconds that a bus that hangs may delay the first look at the files; milliseconds as a rule."""

NO_HOST = "This desktop shows no tray icons."
NO_HOST_HINT = (
    "Notices and commands work all the same. "
    "On GNOME, the extension AppIndicator and KStatusNotifierItem Support adds a place for them."
)

log = logging.getLogger("aws_sso_tray.app")  # whatever name it is run under


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tray until somebody ends it; the exit code.

    ``--verbose`` writes the log to standard error too; ``show`` has a tray that runs already show itself.
    """
    _mend_streams()
    as_people_here_write()
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["pick"]:  # an installed program has one windowless file for both
        from aws_sso_tray import picker  # noqa: PLC0415 - the other program

        return picker.main(arguments[1:])
    paths = Paths.from_environment(os.environ)
    with contextlib.ExitStack() as stack:
        stack.enter_context(logs.writing(paths.log_dir, "tray"))
        if "--verbose" in arguments:
            stack.enter_context(logs.shown(sys.stderr))
        try:
            if arguments[:1] == ["press"] and not _pressed(arguments[1:], paths):
                return UsageError.exit_code
            instance = desktop.instance(paths)
            if not instance.acquire():
                if arguments[:1] == ["show"]:
                    _wish("show", paths)
                _say("The tray is running already.")
                return 0
            stack.callback(instance.release)
            return Tray(paths, clock=SystemClock()).run()
        except AppError as error:
            _say(error.sentence, error.hint)
            return error.exit_code
        except Exception:
            log.exception("The tray ended unexpectedly")
            _say("The tray ended unexpectedly.", f"The log in {paths.log_dir} tells more.")
            return 1


class Tray:
    """This process, from the icon to the end."""

    def __init__(self, paths: Paths, *, clock: Clock) -> None:
        self._paths = paths
        self._clock = clock
        self._inbox: Inbox[Event] = Inbox()
        self._power: Power = desktop.power()
        self._icon: render.TrayIcon | None = None
        self._failed = False
        self._listening = threading.Event()
        """Whether the screen is locked has been asked, so the engine will not talk to nobody."""

    def run(self) -> int:
        """The exit code."""
        for name in ("SIGTERM", "SIGHUP", "SIGINT", "SIGBREAK"):
            self._heed(name)
        try:
            appearance.begin()
            self._icon = self._new_icon()
        except DesktopUnavailable as error:
            self._tell_once("no-icon", error.sentence, error.hint)
            self._work()
            return 0
        worker = threading.Thread(target=self._work_behind_the_icon, name="engine")
        timer = threading.Timer(PANEL_PATIENCE, self._look_for_a_host)
        timer.daemon = True
        timer.start()
        self._icon.run(worker.start)
        timer.cancel()
        self._inbox.post(Quit())
        worker.join()
        return int(self._failed)

    def _new_icon(self) -> render.TrayIcon:
        return render.TrayIcon(
            render.pystray_module(),
            first=Snapshot(self._clock.now(), starting=True),
            post=self._inbox.post,
            messages=self._power if isinstance(self._power, WindowMessages) else None,
            on_loop=lambda: self._heed("SIGINT"),  # which pystray takes away
        )

    def _work_behind_the_icon(self) -> None:
        try:
            self._work()
        except Exception:
            self._failed = True
            log.exception("The engine ended unexpectedly")
        finally:
            if self._icon is not None:
                self._icon.stop()

    def _work(self) -> None:
        from aws_sso_tray import parts  # noqa: PLC0415 - so that the icon shows sooner

        threading.Thread(target=self._listen, name="power", daemon=True).start()
        icon = self._icon
        engine = parts.engine(
            self._paths,
            env=os.environ,
            clock=self._clock,
            inbox=self._inbox,
            balloon=icon.balloon if icon else None,
        )
        if icon:
            engine.show_on(icon)
        self._listening.wait(LOCK_PATIENCE)
        try:
            engine.run()
        finally:
            self._power.stop()

    def _listen(self) -> None:
        """Hear of lock and sleep; in a thread of its own, as a bus that hangs must not keep the menu waiting."""
        self._power.start(self._inbox.post)
        if self._power.locked():
            self._inbox.post(PowerEvent.LOCKED)
        self._listening.set()

    def _look_for_a_host(self) -> None:
        if desktop.tray_host() is False:
            self._tell_once("no-tray-host", NO_HOST, NO_HOST_HINT)

    def _tell_once(self, key: str, sentence: str, hint: str) -> None:
        """To whoever started us each time; by a notice only once on this machine."""
        from aws_sso_core.json_file import JsonFile  # noqa: PLC0415 - seldom needed

        log.warning("%s", sentence)
        _say(sentence, hint)
        said = JsonFile(self._paths.state_dir / "said.json", lock=self._paths.locks_dir / "said.lock")
        if desktop.display() and not said.read().get(key):
            self._inbox.post(Tell(sentence, hint))
            with contextlib.suppress(AppError):
                said.change(lambda told: told.update({key: True}))

    def _heed(self, name: str) -> None:
        """End cleanly at this signal, on systems that have it."""
        number = getattr(signal, name, None)

        def end(_number: int, _frame: FrameType | None) -> None:
            self._inbox.post(Quit())

        if number is not None:
            signal.signal(number, end)


def _pressed(words: Sequence[str], paths: Paths) -> bool:
    """Leave word of a button that Windows started us for. The words come from anybody who can open a link.

    Raises:
        AppError: it could not be left.
    """
    from aws_sso_core.desktop.windows import press_link  # noqa: PLC0415 - for this start only
    from aws_sso_tray.events import PRESS, Pressed  # noqa: PLC0415

    key = press_link.key_in(paths.state_dir, desktop.sealing())
    press = press_link.read(words[0], key) if len(words) == 1 else None
    if press is None:
        log.warning("A link that is none of ours was opened with us")
        return False
    _wish(PRESS, paths, Pressed(*press).as_wish())
    return True


def _wish(kind: str, paths: Paths, about: str = "") -> None:
    """Have the tray that runs do something for the person, who has just clicked."""
    from aws_sso_core.state import Wishes  # noqa: PLC0415 - for this start only

    desktop.let_raise(None)  # so the window or page that follows may come to the front
    Wishes(paths.wishes_dir, SystemClock()).ask(kind, about)


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
