"""The demo with the real tray and the person's own browser; the terminal tells what to try and sees it done."""

from __future__ import annotations

import contextlib
import importlib.util
import platform
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aws_sso_core import programs
from aws_sso_core.cli.demo import opener
from aws_sso_core.cli.demo.home import SESSION, Home, throw_away_home
from aws_sso_core.cli.demo.stage import Stage
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.table import PROGRAM
from aws_sso_core.clock import Clock
from aws_sso_core.errors import DesktopUnavailable
from aws_sso_core.profiles import load
from aws_sso_core.sandbox import Knobs, Sandbox

SIGN_IN = timedelta(minutes=3)
"""Warned of after two minutes, tried to renew for the last time (by the policy's own back-off) just after its end."""

LIMIT = timedelta(minutes=7)
"""After this the demo ends by itself."""
_LOOK = 0.5
_GRACE = 5.0

_SETTINGS = "warn_minutes = [1, 0]\nsnooze_minutes = 1\n"


@dataclass(slots=True)
class Step:
    """Something to try, and how it is seen to be done."""

    text: str
    done: Callable[[], bool]
    seen: bool = False


def possible(services: Services) -> bool:
    """Whether a tray icon would show here; on Linux it is drawn through GObject introspection, which pip rarely has."""
    drawable = platform.system() != "Linux" or importlib.util.find_spec("gi") is not None
    return drawable and services.has_display() and services.has_tray_host() is not False


def show(services: Services, *, limit: timedelta = LIMIT) -> None:
    """Run the tray until it is quit, Ctrl+C, or ``limit``.

    Raises:
        DesktopUnavailable: the tray failed, with what it said.
    """
    knobs = Knobs(sign_in_lifetime=SIGN_IN, cap_access_token=True)
    with (
        Sandbox(services.clock, knobs=knobs) as box,
        throw_away_home(box, services.env, clock=services.clock, alone=False) as bare,
    ):
        home = bare.with_env(**opener.environment(services.env))
        home.write_config(sign_in=SIGN_IN)
        home.paths.settings.parent.mkdir(parents=True, exist_ok=True)
        home.paths.settings.write_text(_SETTINGS, encoding="utf-8")
        stage = Stage(services.out)
        _introduce(stage, box)
        with _tray(home) as tray, contextlib.suppress(KeyboardInterrupt):
            _accompany(tray, home, stage, services.clock, limit)
    stage.end("The tray has ended, and the throw-away home is gone.")


def _introduce(stage: Stage, box: Sandbox) -> None:
    stage.title("aws-sso-tray: the real tray, with nothing to set up")
    stage.say(
        f"An IAM Identity Center of its own runs on {box.url}, and the home folder is a throw-away one: no AWS account is "
        "needed, and nothing of yours is read or changed. A sign-in lasts three minutes here (AWS: 8 hours)."
    )
    stage.say("")
    stage.say(
        f"Look for the icon in your tray, and try this. It ends after {LIMIT // timedelta(minutes=1)} minutes, by "
        "Quit in its menu, or by Ctrl+C here."
    )
    stage.say("")


def _steps(home: Home) -> list[Step]:
    calls, paths = home.box.calls, home.paths

    def refreshed() -> bool:
        return any(c.status == 200 and c.detail == "refresh_token" for c in calls.of("CreateToken"))  # noqa: PLR2004

    def sign_ins() -> int:
        return sum(c.detail == "approve" for c in (*calls.of("AuthorizeDecision"), *calls.of("DeviceDecision")))

    def default_chosen() -> bool:
        return any(p.name == "default" for p in load(config=paths.config, credentials=paths.credentials).profiles)

    def refused() -> bool:
        return any(c.status == 400 and c.detail.startswith("refresh_token") for c in calls.of("CreateToken"))  # noqa: PLR2004

    return [
        Step(f"Click the icon and sign in to {SESSION}; press Approve in your browser", lambda: sign_ins() > 0),
        Step("Pick a profile in the menu: it becomes the default of every AWS tool", default_chosen),
        Step("Do nothing: the access token is renewed in silence", refreshed),
        Step("Wait for the warning one minute before the end, and for the end itself", refused),
        Step("Press Sign in on the notice (or in the menu)", lambda: sign_ins() > 1),
    ]


def _accompany(tray: subprocess.Popen[bytes], home: Home, stage: Stage, clock: Clock, limit: timedelta) -> None:
    """Tell each step when it is seen; until the tray ends or the time is over."""
    began, steps = clock.now(), _steps(home)
    for number, step in enumerate(steps, 1):
        stage.say(f"{number}. {step.text}.")
    stage.say("")
    while tray.poll() is None and clock.now() - began < limit:
        for number, step in enumerate(steps, 1):
            if not step.seen and step.done():
                step.seen = True
                stage.event((clock.now() - began).total_seconds(), f"Done: {number}. {step.text}.", "green")
        clock.sleep(_LOOK)


@contextlib.contextmanager
def _tray(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    """The tray's process, for the length of the block."""
    words = Path(home.folder) / "tray.txt"
    with words.open("wb") as said:
        process = subprocess.Popen(
            programs.tray(),
            cwd=home.folder,
            env=dict(home.env),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(_GRACE)
            ended = 0
        else:
            ended = process.returncode
    if ended:
        raise DesktopUnavailable(_last_words(words, ended), "So the same story is told in this terminal.")


def _last_words(words: Path, code: int) -> str:
    """Why the tray ended, in its own words where it had some."""
    lines = [line for line in words.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    own = [line.removeprefix(f"{PROGRAM}: ") for line in lines if line.startswith(f"{PROGRAM}: ")]
    if own:
        return own[0]
    return f"The tray ended with code {code}" + (f": {lines[-1]}" if lines else ".")
