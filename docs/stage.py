"""Where the pictures are taken: a desktop with a person who has a believable config, a browser, and a camera."""  # noqa: INP001 - a script's part

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from docs.terminal import Session
from PIL import Image
from Xlib.display import Display
from Xlib.error import XError

from aws_sso_core import programs
from aws_sso_core.sandbox import Sandbox
from aws_sso_core.state import Learned
from aws_sso_core.system_clock import SystemClock
from browser.chromium import Chromium  # from tests/, as all that follows
from desktop.desk import Desk
from desktop.hand import Hand
from desktop.person import CORP, Person
from desktop.screen import Box, Screen
from patience import until

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "pictures"
HEAVIEST = 150_000
"""Bytes of one picture."""
WALLPAPER = 0x2F4858
SMALLEST = 100
"""Pixels across a window that is laid out."""
TERMINAL = "Terminal"
"""The title of windows that ``type_in_a_window`` opens."""

_SESSIONS = (("corp", "https://sandbox.awsapps.com/start"), ("training", "https://training.awsapps.com/start"))
_PROFILES = (
    ("dev.admin", "corp", "111122223333", "AdministratorAccess", "eu-central-1"),
    ("dev.readonly", "corp", "111122223333", "AWSReadOnlyAccess", "eu-central-1"),
    ("staging.poweruser", "corp", "222233334444", "AWSPowerUserAccess", "eu-central-1"),
    ("data.poweruser", "corp", "012345678901", "AWSPowerUserAccess", "eu-west-1"),
    ("prod-eu.readonly", "corp", "333344445555", "AWSReadOnlyAccess", "eu-central-1"),
    ("prod-us.readonly", "corp", "444455556666", "AWSReadOnlyAccess", "us-east-1"),
    ("lab.student", "training", "555566667777", "ViewOnlyAccess", "eu-central-1"),
)
"""Profile, session, account, role and region, as in ``sandbox.SAMPLE``."""


def config() -> str:
    """The person's ``~/.aws/config``."""
    sessions = "".join(
        f"[sso-session {name}]\nsso_start_url = {url}\nsso_region = us-east-1\n"
        f"sso_registration_scopes = sso:account:access\n\n"
        for name, url in _SESSIONS
    )
    return sessions + "".join(
        f"[profile {name}]\nsso_session = {session}\nsso_account_id = {account}\nsso_role_name = {role}\n"
        f"region = {region}\n\n"
        for name, session, account, role, region in _PROFILES
    )


class Set:
    """A desk with a person, their Identity Center, and a camera."""

    def __init__(self, desk: Desk, box: Sandbox, *, newcomer: bool) -> None:
        self.desk, self.box = desk, box
        self.person = Person(desk, box, None if newcomer else config(), new_here=newcomer)
        self.person.env["TERM"] = "xterm-256color"
        self.screen = Screen(desk.display)
        paint(desk.display)
        self.hand = Hand(desk, self.screen)
        self.learned = Learned(desk.home / ".local" / "state" / "aws-sso-tray")

    def yesterday(self) -> None:
        """The sign-in before this one was seen to end after eight hours."""
        began, hour = datetime.now(UTC) - timedelta(hours=20), timedelta(hours=1)
        self.learned.record_sign_in(CORP.cache_key, began)
        self.learned.record_renewed(CORP.cache_key, began + 7.5 * hour)
        self.learned.record_refused(CORP.cache_key, began + 8.1 * hour)

    def sign_in(self) -> None:
        """They are signed in to corp, and dev.admin is their default."""
        for words in (("login", "corp", "--no-device"), ("use", "dev.admin")):
            done = self.person.ours(*words)
            if done.returncode:
                raise RuntimeError(f"{words}: {done.stderr}")

    def shoot(self, name: str, *boxes: Box, margin: int = 16) -> None:
        """Keep the part of the screen that holds these boxes, and so many pixels around it."""
        left = min(b.x for b in boxes) - margin
        top = min(b.y for b in boxes) - margin
        right = max(b.x + b.width for b in boxes) + margin
        bottom = max(b.y + b.height for b in boxes) + margin
        keep(name, self.screen.picture().crop((max(0, left), max(0, top), min(1280, right), min(800, bottom))))

    def window(self, title: str) -> Box:
        """The place of a program's window without its frame, waited for and painted."""
        box = until(lambda: _window(self.desk.display, title), f"the window {title!r} shows")
        self.screen.wait_until_still(box)
        return box

    def type_in_a_window(self, *words: str) -> None:
        """Open a terminal of the desktop in which ``aws-sso-tray WORDS`` waits for what a person types."""
        colours = ("-bg", "#14191f", "-fg", "#d7dde4", "-cr", "#d7dde4")
        size = ("-fa", "DejaVu Sans Mono", "-fs", "10", "-geometry", "100x27")
        command = (*programs.command_line(), *words)
        self.desk.run("xterm", "-title", TERMINAL, *colours, *size, "-e", *command, env=self.person.env, log="xterm")

    def terminal(self, *, columns: int = 96) -> Session:
        """A terminal of this person."""
        return Session(env=self.person.env, home=self.desk.home, columns=columns)


def _window(display: str, title: str) -> Box | None:
    connection = Display(display)
    root = connection.screen().root
    todo = [root]
    try:
        for window in todo:
            if window.get_wm_name() == title:
                size, corner = window.get_geometry(), root.translate_coords(window, 0, 0)
                if size.width < SMALLEST:  # not laid out yet
                    return None
                return Box(corner.x, corner.y, size.width, size.height)
            todo += window.query_tree().children
    except XError:  # gone while we looked
        pass
    finally:
        connection.close()
    return None


def paint(display: str) -> None:
    """Give the desktop its wallpaper."""
    connection = Display(display)
    root = connection.screen().root
    root.change_attributes(background_pixel=WALLPAPER)
    root.clear_area()
    connection.close()


@contextmanager
def stage(*, newcomer: bool = False) -> Iterator[Set]:
    """A desk of its own for one picture; a newcomer has nothing configured, and has not been welcomed."""
    folder = Path(tempfile.mkdtemp(prefix="desk-"))
    with Sandbox(SystemClock()) as box:
        desk = Desk(folder, panel=False, notices="none")
        try:
            desk.env["GTK_THEME"] = "Adwaita:dark"
            desk.start_panel()
            desk.start_notices("xfce")
            made = Set(desk, box, newcomer=newcomer)
            yield made
            made.screen.close()
        finally:
            desk.stop()
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def browser() -> Iterator[Chromium]:
    """A browser of its own for one picture."""
    with tempfile.TemporaryDirectory(prefix="chromium-") as folder, Chromium(Path(folder)) as made:
        made.prefer("light")
        yield made


def keep(name: str, image: Image.Image) -> None:
    """Write a picture, small."""
    OUT.mkdir(exist_ok=True)
    path = OUT / f"{name}.png"
    image.save(path, optimize=True)
    _weigh(path, f"{image.width} x {image.height}")


def keep_film(name: str, svg: str) -> None:
    """Write what moves."""
    path = OUT / f"{name}.svg"
    path.write_text(svg, encoding="utf-8", newline="\n")
    _weigh(path, "a film")


def _weigh(path: Path, told: str) -> None:
    size = path.stat().st_size
    sys.stdout.write(f"{path.relative_to(ROOT)}  {told}  {size // 1000} kB\n")
    if size > HEAVIEST:
        raise RuntimeError(f"{path.name} is too heavy: {size} bytes")
