"""The tray in a Wine desktop with a taskbar, seen by screenshots and worked by the mouse; the pictures stay in ``out/``."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from io import BytesIO
from itertools import groupby
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from aws_sso_core.model import State
from aws_sso_core.state import Wishes, tray_report
from aws_sso_core.system_clock import SystemClock
from aws_sso_tray.items import SEPARATOR
from aws_sso_tray.menu import menu
from corp_config import CORP
from patience import until, within
from tray_samples import profile, snapshot, status
from windows import rig

OUT = Path(__file__).parent / "out"
LIMIT = 240
PATIENCE = 60
"""Seconds until a click is taken for lost."""
DESKTOP = "/desktop=shell,1280x760"
CONFIG = f"""\
{CORP}
[profile r&d.admin]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = AdministratorAccess
"""
WORLD = snapshot(
    sessions=(status(State.SIGNED_OUT),), profiles=(profile("dev.admin"), profile("r&d.admin")), can_find=True
)
START_URL = "https://old.awsapps.com/start"
LEGACY_CONFIG = f"""\
[profile old.admin]
sso_start_url = {START_URL}
sso_region = us-east-1
sso_account_id = 111122223333
sso_role_name = AdministratorAccess
"""
Box = tuple[int, int, int, int]


def differs(before: Image.Image, after: Image.Image) -> Box | None:
    """Where two pictures differ."""
    return ImageChops.difference(before, after).getbbox()


@dataclass
class Shell:
    """A desktop with a taskbar, without any tray icon as yet."""

    display: str
    empty: Image.Image

    def run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        """A program of X's on this display."""
        env = {**os.environ, "DISPLAY": self.display}
        return subprocess.run(words, env=env, timeout=LIMIT, check=True, capture_output=True)

    def picture(self, name: str = "") -> Image.Image:
        """How it looks now, kept under a name."""
        image = Image.open(BytesIO(self.run("import", "-window", "root", "png:-").stdout)).convert("RGB")
        if name:
            image.save(OUT / f"{name}.png")
        return image

    def changed(self, name: str, *, since: Image.Image) -> Box:
        """Where it looks different than it did, once it stays so."""
        return until(lambda: self.change(name, since=since), name)

    def change(self, name: str, *, since: Image.Image) -> Box | None:
        """The same now; None while nothing is different, or it changes still."""
        first = differs(since, self.picture())
        time.sleep(1)
        return first if first and first == differs(since, self.picture(name)) else None

    def opened(self, name: str, click: Callable[[], None], *, wide: int, high: int) -> Box:
        """What a click opens that is larger than this; a person whose click led to nothing clicks again."""
        before = self.picture()

        def large() -> Box | None:
            found = self.change(name, since=before)
            return found if found and found[2] - found[0] > wide and found[3] - found[1] > high else None

        def clicked() -> Box | None:
            click()
            return within(PATIENCE, large)

        return until(clicked, name, limit=3 * PATIENCE)

    def point(self, x: int, y: int, *, button: int = 0) -> None:
        """Move the pointer there, and click."""
        self.run("xdotool", "mousemove", str(x), str(y))
        if button:
            self.run("xdotool", "click", str(button))


@pytest.fixture
def shell(display: str) -> Iterator[Shell]:
    """A desktop of its own for each test."""
    explorer = rig.start([DESKTOP], display=display, program="explorer")
    try:
        made = Shell(display, Image.new("RGB", (1, 1)))
        made.point(300, 300)
        blank = made.picture()

        def taskbar() -> Image.Image | None:
            now = made.picture()
            time.sleep(1)
            white = now.getpixel((640, 770)) == (255, 255, 255)
            return now if white and differs(blank, now) and not differs(now, made.picture()) else None

        made.empty = until(taskbar, "a taskbar")
        made.empty.save(OUT / "desktop-empty.png")
        yield made
    finally:
        rig.stop()
        rig.end(explorer)


@dataclass
class Home:
    """Somebody's files."""

    folder: Path

    def tray(self, shell: Shell) -> subprocess.Popen[str]:
        """The tray of this person, on that desktop."""
        env = {
            "AWS_CONFIG_FILE": rig.windows_path(self.folder / "config"),
            "AWS_SSO_TRAY_HOME": rig.windows_path(self.folder) + "\\ours",
            "USERPROFILE": rig.windows_path(self.folder),
        }
        # Programs join the desktop that explorer has under this name; this second explorer is the parent of one.
        words = [DESKTOP, str(rig.PYTHON / "python.exe"), "-P", "-m", "aws_sso_tray.app"]
        return rig.start(words, display=shell.display, env=env, program="explorer")

    def wait_until_looked_at(self) -> None:
        """Until the tray has read this person's files and shows them: it answers then."""
        state = self.folder / "ours" / "state"
        Wishes(state / "wishes", SystemClock()).ask(tray_report.WISH)
        until(lambda: tray_report.read(state), "the tray's answer")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Of somebody who is signed out of one session."""
    (tmp_path / "config").write_text(CONFIG)
    return Home(tmp_path)


@pytest.fixture
def icon(shell: Shell, home: Home) -> Iterator[Box]:
    """Where the tray's icon is, of a tray that runs."""
    process = home.tray(shell)
    shell.changed("desktop-first-icon", since=shell.empty)
    home.wait_until_looked_at()
    yield shell.changed("desktop-icon", since=shell.empty)
    rig.end(process)


def middle(box: Box) -> tuple[int, int]:
    return (box[0] + box[2]) // 2, (box[1] + box[3]) // 2


def rows_of(menu: Image.Image) -> list[int]:
    """The middle of each text row: where dark pixels are in the columns that hold text, and no separator line."""
    width, height = menu.size
    text = menu.crop((14, 2, width - 16, height - 1)).convert("L")
    dark = [sum(text.getpixel((x, y)) < 190 for x in range(text.width)) for y in range(text.height)]  # type: ignore[operator]
    runs = [list(run) for inked, run in groupby(enumerate(dark), lambda at: 0 < at[1] < text.width * 0.9) if inked]
    return [2 + (run[0][0] + run[-1][0]) // 2 for run in runs if len(run) > 4]


def menu_at(shell: Shell, icon: Box, name: str) -> tuple[Box, list[int]]:
    """Open the icon's menu; its place, and the middle of each of its rows, from its top."""
    x, y = middle(icon)

    def click() -> None:
        shell.point(x, y, button=3)
        time.sleep(1)
        # The icon's tooltip lies over the menu, and a row under the pointer has other colours.
        shell.point(x - 600, y - 300)

    box = shell.opened(name, click, wide=0, high=100)
    return box, rows_of(shell.picture(name).crop((box[0], box[1], box[2], min(box[3], icon[1]))))


def test_the_icon_is_in_the_tray_its_menu_opens_and_quit_ends_it(shell: Shell, icon: Box) -> None:
    left, top, right, bottom = icon
    assert left > 1200, "at the right end of the taskbar"
    assert top >= 755
    assert (right - left, bottom - top) == pytest.approx((16, 16), abs=4)
    box, rows = menu_at(shell, icon, "desktop-menu")
    assert len(rows) == len([item for item in menu(WORLD) if item != SEPARATOR]), f"read {OUT / 'desktop-menu.png'}"
    shell.point(box[0] + 40, box[1] + rows[-1], button=1)
    until(lambda: not differs(shell.empty, shell.picture("desktop-quit")), "an empty tray again")


def test_a_left_click_on_the_icon_opens_the_picker(shell: Shell, icon: Box) -> None:
    shell.opened("desktop-picker", lambda: shell.point(*middle(icon), button=1), wide=300, high=200)


def test_a_sign_in_that_ended_is_told_by_a_balloon_at_the_icon(shell: Shell, home: Home) -> None:
    ended = datetime.now(UTC) - timedelta(minutes=2)
    (home.folder / "config").write_text(LEGACY_CONFIG)
    cache = home.folder / ".aws" / "sso" / "cache"
    cache.mkdir(parents=True)
    token = {
        "startUrl": START_URL,
        "region": "us-east-1",
        "accessToken": "x",
        "expiresAt": f"{ended:%Y-%m-%dT%H:%M:%SZ}",
    }
    (cache / f"{sha1(START_URL.encode()).hexdigest()}.json").write_text(json.dumps(token))
    process = home.tray(shell)

    def balloon() -> Box | None:
        found = shell.changed("desktop-balloon", since=shell.empty)
        return found if found[3] - found[1] > 40 else None

    box = until(balloon, "a balloon")
    assert box[2] > 1200, "at the tray"
    rig.end(process)
