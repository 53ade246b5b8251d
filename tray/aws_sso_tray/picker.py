"""The door of the picker: a window to search profiles in, in a process of its own.

Tk wants the main thread on macOS, and so does the tray icon; and where there is no tray, the window is there all the same.
What it says to whoever started it is JSON lines, as all our jobs do: the last one is ``used``, ``cancelled``, ``raised`` (it
was open already, and is in front now) or ``error``.

    python -m aws_sso_tray.picker
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from aws_sso_core import desktop, logs, programs
from aws_sso_core.clock import Clock
from aws_sso_core.desktop import appearance
from aws_sso_core.errors import AppError, DesktopUnavailable
from aws_sso_core.paths import Paths
from aws_sso_core.system_clock import SystemClock

CANCELLED = 130
"""The exit code when nothing was chosen, as of ``fzf`` and of everything that Ctrl+C ends."""
NO_TK = "The search window needs Tk for Python, which is not installed."
NO_TK_HINT = (
    "On Debian and Ubuntu: apt install python3-tk. Without it: `aws-sso-tray profiles`, `aws-sso-tray use NAME`."
)
NO_DISPLAY = "There is no desktop to open a window on."
NO_DISPLAY_HINT = "In a terminal: `aws-sso-tray profiles --filter TEXT`, then `aws-sso-tray use NAME`."
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
_LONGEST = 120
"""Seconds for a command; it tells by itself far sooner what keeps it."""

log = logging.getLogger("aws_sso_tray.picker")

T = TypeVar("T")


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window, or raise the one that is open; the exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if "--hold-clipboard" in arguments:
        return _hold_clipboard(sys.stdin.read())
    paths = Paths.from_environment(os.environ)
    with logs.writing(paths.log_dir, "pick"):
        try:
            outcome = pick(paths, env=os.environ, clock=SystemClock())
        except AppError as error:
            outcome = {"event": "error", "kind": error.kind, "message": error.sentence, "hint": error.hint}
            outcome["exit_code"] = error.exit_code
        except Exception:
            log.exception("The picker ended unexpectedly")
            hint = f"The log in {paths.log_dir} tells more."
            outcome = {"event": "error", "kind": "unexpected", "message": "The search window failed.", "hint": hint}
    with contextlib.suppress(OSError, ValueError, AttributeError):
        print(json.dumps({"version": 1, **outcome}), flush=True)  # noqa: T201 - the answer
    return {"cancelled": CANCELLED, "error": int(outcome.get("exit_code", 1))}.get(str(outcome["event"]), 0)


def pick(paths: Paths, *, env: Mapping[str, str], clock: Clock) -> dict[str, Any]:
    """Let the person choose; how it ended.

    Raises:
        DesktopUnavailable: no display, or no Tk.
        StoreFailed: there is no place for our lock.
    """
    if not desktop.display():
        raise DesktopUnavailable(NO_DISPLAY, NO_DISPLAY_HINT)
    from aws_sso_core.state.wishes import Wishes  # noqa: PLC0415 - the window comes sooner for all that is not needed

    # Its own place beside the tray's: one picker, and one folder of wishes that only it reads.
    place = replace(paths, state_dir=paths.state_dir / "picker")
    instance, wishes = desktop.instance(place), Wishes(place.wishes_dir, clock)
    if not instance.acquire():
        desktop.let_raise(instance.holder() or 0)
        wishes.ask("show")
        return {"event": "raised"}
    try:
        wishes.take()  # of one that is gone
        return _open(paths, env=env, asked_again=lambda: bool(wishes.take()))
    finally:
        instance.release()


def _open(paths: Paths, *, env: Mapping[str, str], asked_again: Any) -> dict[str, Any]:
    from aws_sso_core.settings import load, managed  # noqa: PLC0415

    settings = load(paths.settings, managed=managed.layers(paths.managed_settings))
    # Tk computes and waits for the display in C: meanwhile the files are read.
    read = in_background(lambda: choices(paths, settings))
    try:
        import tkinter as tk  # noqa: PLC0415 - not everybody has it
    except ImportError as error:
        raise DesktopUnavailable(NO_TK, NO_TK_HINT) from error
    from aws_sso_tray.picker_theme import DARK, theme_for  # noqa: PLC0415
    from aws_sso_tray.picker_window import PickerWindow  # noqa: PLC0415

    appearance.begin()
    theme = theme_for(settings.theme, dark=appearance.dark() if settings.theme == "auto" else None)
    try:
        window = PickerWindow(
            read,
            jobs=Commands(env, paths),
            theme=theme,
            place=appearance.monitor_at,
            asked_again=asked_again,
            can_console=has_command("console"),
        )
    except tk.TclError as error:
        raise DesktopUnavailable(f"The window cannot be opened: {error}.", NO_DISPLAY_HINT) from error

    def shown() -> None:
        if theme is DARK:
            appearance.darken_title(window.root.winfo_id())
        log.info("shown with %d profiles", len(window.choices.profiles))

    outcome = dict(window.run(shown))
    if window.to_hold is not None:
        _hand_over(window.to_hold, env)
    return outcome


def in_background(job: Callable[[], T]) -> Callable[[], T]:
    """Begin the job in a thread of its own; what it gives, or its error, comes of calling what is returned."""
    result: Future[T] = Future()

    def work() -> None:
        try:
            result.set_result(job())
        except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
            result.set_exception(error)

    threading.Thread(target=work, name="reading", daemon=True).start()
    return result.result


def choices(paths: Paths, settings: Any) -> Any:
    """What the files say; a config that cannot be read is the window's to tell."""
    from aws_sso_core import profiles  # noqa: PLC0415
    from aws_sso_core.state.recents import Recents  # noqa: PLC0415
    from aws_sso_tray.picker_window import Choices  # noqa: PLC0415

    try:
        found = profiles.load(config=paths.config, credentials=paths.credentials).profiles
    except AppError as error:
        return Choices(problem=f"{error.sentence}\n\n{error.hint}")
    # The copy that [default] is of the active profile is no choice of its own.
    return Choices(
        profiles=tuple(p for p in found if p.copy_of is None),
        favorites=settings.favorites,
        recents=Recents(paths.state_dir).read(),
        production=settings.production,
    )


def has_command(name: str) -> bool:
    """Whether our command line has this command."""
    from aws_sso_core.cli.table import COMMANDS  # noqa: PLC0415 - a table

    return any(name in rows for rows in COMMANDS.values())


class Commands:
    """The window's ``Jobs``: our own commands as child processes, and the settings file."""

    def __init__(self, env: Mapping[str, str], paths: Paths) -> None:
        self._env = env
        self._paths = paths

    def active(self) -> str | None:
        """What the config says; the files are read once more for it, which the window need not wait for."""
        from aws_sso_core.switching import active  # noqa: PLC0415

        return active.current(paths=self._paths)

    def picture(self) -> str | None:
        """The program's picture, drawn once on this machine."""
        from aws_sso_tray.icon import emblem_file  # noqa: PLC0415 - Pillow can wait

        path = emblem_file(self._paths.state_dir / "icon.png")
        return None if path is None else str(path)

    def use(self, profile: str) -> Mapping[str, Any]:
        """``use PROFILE``."""
        return self._run("use", "--json", "--", profile)

    def console(self, profile: str) -> Mapping[str, Any]:
        """``console PROFILE``."""
        return self._run("console", "--json", "--", profile)

    def set_favorites(self, names: Sequence[str]) -> Mapping[str, Any]:
        """The setting ``favorites``; empty when all went well."""
        from aws_sso_core.settings import change, managed  # noqa: PLC0415

        layers = managed.layers(self._paths.managed_settings)
        try:
            change(self._paths.settings, "favorites", json.dumps(list(names)), managed=layers)
        except AppError as error:
            return {"event": "error", "message": error.sentence, "hint": error.hint}
        return {}

    def _run(self, *words: str) -> Mapping[str, Any]:
        try:
            done = subprocess.run(
                [*programs.command_line(), *words],
                env=dict(self._env),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                creationflags=_NO_WINDOW,
                timeout=_LONGEST,
                check=False,
            )
        except (OSError, subprocess.SubprocessError) as error:
            log.exception("%s failed", words[0])
            return {"event": "error", "message": f"The command could not be run: {error}."}
        said = last_line(done.stdout)
        if said is None and done.returncode == 0:
            return {"event": words[0]}
        if said is None:
            log.warning("%s ended with %d: %s", words[0], done.returncode, done.stderr.decode(errors="replace")[-2000:])
            return {"event": "error", "message": _spoken(done.stderr)}
        return said


def last_line(output: bytes) -> dict[str, Any] | None:
    """The outcome among a command's JSON lines."""
    for line in reversed(output.splitlines()):
        with contextlib.suppress(ValueError):
            said = json.loads(line)
            if isinstance(said, dict):
                return said
    return None


def _spoken(stderr: bytes) -> str:
    """What a command without JSON said of its failure."""
    lines = [line.strip() for line in stderr.decode(errors="replace").splitlines() if line.strip()]
    return " ".join(line.removeprefix("aws-sso-tray: ") for line in lines[-2:])


def _hand_over(text: str, env: Mapping[str, str]) -> None:
    """Leave what was copied with a child: on X11 a clipboard ends with the program that filled it."""
    with contextlib.suppress(OSError):
        child = subprocess.Popen(
            [*programs.picker(), "--hold-clipboard"],
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        if child.stdin is not None:
            child.stdin.write(text.encode())
            child.stdin.close()
        child.returncode = 0  # it goes on without us


def _hold_clipboard(text: str) -> int:
    """Be the clipboard until somebody else copies something, or the display ends."""
    import tkinter as tk  # noqa: PLC0415

    root = tk.Tk()
    root.withdraw()

    def part(offset: str, length: str) -> str:
        return text[int(offset) : int(offset) + int(length)]

    # Not Tk's own clipboard commands: those do not tell when somebody else takes over.
    for kind in ("UTF8_STRING", "STRING"):
        root.selection_handle(part, selection="CLIPBOARD", type=kind)
    root.selection_own(selection="CLIPBOARD", command=root.destroy)
    root.mainloop()
    return 0


def mend_streams() -> None:
    """Without a console (pythonw) the standard streams are None, which much code does not expect."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open until the end


if __name__ == "__main__":
    mend_streams()
    sys.exit(main())
