"""The tray in a Wine desktop with a taskbar, seen by screenshots and worked by the mouse; the pictures stay in ``out/``."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import pytest
from PIL import Image, ImageChops

from windows import rig

OUT = Path(__file__).parent / "out"
LIMIT = 60
DESKTOP = "/desktop=shell,1280x760"
CONFIG = """\
[sso-session corp]
sso_start_url = https://sandbox.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access

[profile dev.admin]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = AdministratorAccess
region = eu-central-1
"""
ROWS = (
    "No active profile",
    "Sign in to corp",
    "corp - signed out",
    "dev.admin",
    "Find a profile...",
    "Pause notices",
    "Refresh",
    "Quit",
)
T = TypeVar("T")
Box = tuple[int, int, int, int]


def until(look: Callable[[], T | None], what: str) -> T:
    """Wait for it."""
    end = time.monotonic() + LIMIT
    while not (seen := look()):
        assert time.monotonic() < end, f"in vain waited for: {what}"
        time.sleep(0.2)
    return seen


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

        def look() -> Box | None:
            first = differs(since, self.picture())
            time.sleep(1)
            return first if first and first == differs(since, self.picture(name)) else None

        return until(look, name)

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


@pytest.fixture
def tray(shell: Shell, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The tray of somebody who is signed out of one session, on that desktop."""
    config = tmp_path / "config"
    config.write_text(CONFIG)
    env = {
        "AWS_CONFIG_FILE": rig.windows_path(config),
        "AWS_SSO_TRAY_HOME": rig.windows_path(tmp_path) + "\\ours",
    }
    # Programs join the desktop that explorer has under this name; this second explorer is the parent of one.
    words = [DESKTOP, str(rig.PYTHON / "python.exe"), "-P", "-m", "aws_sso_tray.app"]
    process = rig.start(words, display=shell.display, env=env, program="explorer")
    yield process
    rig.end(process)


def rows_of(menu: Image.Image) -> list[int]:
    """The middle of each text row: where dark pixels are in the columns that hold text, and no separator line."""
    width, height = menu.size
    text = menu.crop((14, 2, width - 16, height - 1)).convert("L")
    dark = [sum(text.getpixel((x, y)) < 190 for x in range(text.width)) for y in range(text.height)]  # type: ignore[operator]
    runs = [list(run) for inked, run in groupby(enumerate(dark), lambda at: 0 < at[1] < text.width * 0.9) if inked]
    return [2 + (run[0][0] + run[-1][0]) // 2 for run in runs if len(run) > 4]


@pytest.mark.usefixtures("tray")
def test_the_icon_is_in_the_tray_its_menu_opens_and_quit_ends_it(shell: Shell) -> None:
    icon = shell.changed("desktop-icon", since=shell.empty)
    left, top, right, bottom = icon
    assert left > 1200, "at the right end of the taskbar"
    assert top >= 755
    assert (right - left, bottom - top) == pytest.approx((16, 16), abs=4)
    x, y = (left + right) // 2, (top + bottom) // 2

    closed = shell.picture()
    shell.point(x, y, button=3)
    time.sleep(1)
    shell.point(
        x - 600, y - 300
    )  # the icon's tooltip lies over the menu, and a row under the pointer has other colours
    box = until(
        lambda: found if (found := shell.changed("desktop-menu", since=closed))[3] - found[1] > 100 else None, "a menu"
    )
    menu = shell.picture("desktop-menu").crop((box[0], box[1], box[2], min(box[3], top)))
    rows = rows_of(menu)
    assert len(rows) == len(ROWS), f"read {OUT / 'desktop-menu.png'}"

    shell.point(box[0] + 40, box[1] + rows[-1], button=1)
    until(lambda: not differs(shell.empty, shell.picture("desktop-quit")), "an empty tray again")
