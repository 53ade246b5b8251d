"""Takes the pictures of README.md and docs/ from the real program, into docs/pictures/.

    python3 noxfile.py pictures            all of them, in some minutes
    python3 noxfile.py pictures menu why   only these

Needs what the tests of ``tests/desktop`` and ``tests/browser`` need; ``python3 noxfile.py test tests/desktop`` puts it
there. The desktop is the one of those tests, with a dark panel; Identity Center is the sandbox and its people. What
terminals show is what our commands wrote to a terminal, set in a fixed-width font by Chromium. Look at each picture
before it is committed.
"""  # noqa: INP001 - a script

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from docs.recording import film  # noqa: E402
from docs.stage import TERMINAL, Set, browser, keep, keep_film, stage  # noqa: E402 - needs the path above, as all here
from docs.terminal import Session  # noqa: E402
from PIL import Image, ImageDraw, ImageFont  # noqa: E402

from aws_sso_core import programs  # noqa: E402
from aws_sso_core.model import State  # noqa: E402
from aws_sso_core.sandbox import Directory  # noqa: E402
from aws_sso_tray.gauge import STEPS, Gauge  # noqa: E402
from aws_sso_tray.icon import picture  # noqa: E402
from aws_sso_tray.picker_face import TITLE  # noqa: E402
from browser.chromium import Chromium  # noqa: E402 - from tests/
from desktop.person import CORP  # noqa: E402
from desktop.test_who_waits import TOOL, Callers  # noqa: E402

COLOURS = 200
"""In the picture of a terminal."""
FONT = "DejaVuSans.ttf"
FILM = (92, 40)
"""Columns and rows of the terminal that is filmed."""


def menu() -> None:
    """The icon and its open menu."""
    with stage() as at:
        at.yesterday()
        at.sign_in()
        at.person.start_tray()
        at.person.wait_for_row(at.hand.icon(), r"\* dev.admin")
        at.person.wait_for_row(at.hand.icon(), r"corp - renews itself")
        opened = at.hand.open_menu()
        at.screen.move(opened.x + opened.width // 3, opened.y + opened.height // 2)
        at.screen.wait_until_still(opened)
        at.shoot("menu", opened, at.hand.icon_box())


def help_menu() -> None:
    """The rows by which people set the program up, and find help."""
    with stage() as at:
        at.yesterday()
        at.sign_in()
        at.person.start_tray()
        at.person.wait_for_row(at.hand.icon(), r"corp - renews itself")
        at.shoot("help-menu", *at.hand.open_submenu("Set-up and help"), at.hand.icon_box())


def welcome() -> None:
    """What the tray says when nothing is configured."""
    with stage(newcomer=True) as at:
        at.person.start_tray()
        at.shoot("welcome", at.hand.notice())


def configure() -> None:
    """The wizard in a terminal, at the list of accounts."""
    with stage(newcomer=True) as at:
        at.type_in_a_window("configure")
        at.window(TERMINAL)
        for answer in ("sandbox.awsapps.com/start\n", "us-east-1\n"):
            at.screen.type(answer)
            time.sleep(5)  # a sign-in takes its moment; nothing is asserted
        at.screen.type("prod")
        at.screen.wait_until_still(at.window(TERMINAL))
        at.shoot("configure", at.window(TERMINAL), margin=0)


def notice() -> None:
    """A warning, a quarter of an hour before the end."""
    with stage() as at:
        at.yesterday()
        at.sign_in()
        began = datetime.now(UTC) - timedelta(hours=7, minutes=46)
        at.learned.forget(CORP.cache_key)
        at.yesterday()
        at.learned.record_sign_in(CORP.cache_key, began, fresh=True)
        at.person.start_tray()
        at.shoot("notice", at.hand.notice())


def waiting() -> None:
    """Three programs need credentials, and nobody is signed in."""
    with stage() as at:
        with at.person.config.open("a") as config:
            config.write(TOOL)
        callers = Callers(at.person)
        at.person.start_tray()
        at.hand.icon()
        for name in ("terraform", "kubectl", "helm"):
            callers.ask(name)
        callers.wait_until_all_wait()
        time.sleep(5)  # the notice that names them all takes the place of the one that named the first
        at.shoot("waiting", at.hand.notice())
        callers.stop()


def pick() -> None:
    """The picker among some hundred profiles."""
    picker("pick", "dark")


def pick_light() -> None:
    """The same on a light desktop."""
    picker("pick-light", "light")


def picker(name: str, theme: str) -> None:
    """Some hundred profiles, searched."""
    with stage() as at:
        with at.person.config.open("a") as config:
            for account in Directory.large(60, 1).accounts:
                short = re.sub(r"[^a-z]+", "-", (account.name or "").lower()).strip("-")
                for role, ending in (("AdministratorAccess", "admin"), ("AWSReadOnlyAccess", "readonly")):
                    config.write(
                        f"[profile {short}.{ending}]\nsso_session = corp\nsso_account_id = {account.id}\n"
                        f"sso_account_name = {account.name}\nsso_role_name = {role}\nregion = eu-central-1\n\n"
                    )
        at.sign_in()
        at.person.ours("settings", "theme", theme)
        at.desk.run(*programs.picker(), env=at.person.env, log="picker")
        at.window(TITLE)
        at.screen.key(*"pay", "space", *"prod")
        time.sleep(0.5)  # a picture may come a moment late; nothing is asserted
        at.shoot(name, at.window(TITLE), margin=0)


def icons() -> None:
    """Each state of the icon, at the sizes of common panels, on a dark and on a light one."""
    states = (
        ("signed in", Gauge(State.SIGNED_IN, 20)),
        ("ends soon", Gauge(State.EXPIRING, 2)),
        ("over", Gauge(State.EXPIRED, 0)),
        ("signed out", Gauge(State.SIGNED_OUT, 0)),
        ("unknown", Gauge(State.UNKNOWN, STEPS)),
        ("signing in", Gauge(State.SIGNED_OUT, 0, busy=True)),
    )
    column, row, words = 124, 76, 30
    sheet = Image.new("RGB", (column * len(states), 2 * row + words), "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.truetype(FONT, 13)
    for y, panel in ((0, "#202428"), (row, "#ececec")):
        draw.rectangle((0, y, sheet.width, y + row - 1), panel)
    for n, (name, gauge) in enumerate(states):
        for y in (0, row):
            x = n * column + 12
            for size in (48, 24, 16):
                drawn = picture(gauge, size)
                sheet.paste(drawn, (x, y + (row - size) // 2), drawn)
                x += size + 6
        draw.text((n * column + column // 2, 2 * row + words // 2), name, "#202428", font, anchor="mm")
    keep("icons", sheet)


def page_of(at: Set, *words: str) -> tuple[subprocess.Popen[str], str]:
    """A sign-in that waits for a person, and the address of its page."""
    child = subprocess.Popen(
        (*programs.command_line(), "login", "corp", "--no-browser", "--json", *words),
        env=at.person.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert child.stdout is not None  # noqa: S101 - it is a pipe
    for line in child.stdout:
        event = json.loads(line)
        if event["event"] in {"open", "code"}:
            return child, event.get("url_complete") or event["url"]
    raise RuntimeError("the sign-in gave no address")


def snap(name: str, chromium: Chromium) -> None:
    """Keep the whole page that shows, no wider than its card needs."""
    chromium.resize(620, 300)
    chromium.resize(620, chromium.value("document.documentElement.scrollHeight"))
    keep(name, Image.open(chromium.screenshot(f"picture-{name}")).convert("RGB"))


def landing() -> None:
    """What the browser shows when a sign-in is complete."""
    with stage() as at, browser() as chromium:
        child, url = page_of(at, "--no-device")
        chromium.goto(url)
        chromium.click("button[value=approve]")
        snap("landing", chromium)
        child.communicate(timeout=20)


def device() -> None:
    """Confirming a device code, on the sandbox's page."""
    with stage() as at, browser() as chromium:
        child, url = page_of(at, "--device")
        chromium.goto(url)
        snap("device", chromium)
        chromium.click("button[value=approve]")
        child.communicate(timeout=20)


def status() -> None:
    """Commands in a terminal."""
    with stage() as at:
        at.yesterday()
        at.sign_in()
        at.person.start_tray()
        at.person.wait_for_row(at.hand.icon(), r"\* dev.admin")
        terminal = at.terminal(columns=120)
        terminal.type("status")
        terminal.type("use", "data.poweruser")
        terminal.type("profiles", "--filter", "power")
        draw("status", terminal)


def populate() -> None:
    """Profiles for the accounts of one kind, shown and then written."""
    with stage() as at:
        at.sign_in()
        terminal = at.terminal(columns=120)
        options = ("-r", "eu-west-1", "--account-name-case", "lower", "--include", "Shared*")
        terminal.type("populate", "--session", "corp", *options, "--dry-run")
        terminal.type("populate", "--session", "corp", *options, "--yes")
        draw("populate", terminal)


def doctor() -> None:
    """Some of its checks, on a machine with keys that were left behind."""
    with stage() as at:
        at.sign_in()
        keys = at.person.config.parent / "credentials"
        keys.write_text("[data.poweruser]\naws_access_key_id = AKIALEFTOVER\naws_secret_access_key = left-over\n")
        keys.chmod(0o644)
        terminal = at.terminal(columns=112)
        terminal.type("doctor")
        terminal.leave_out("\x1b[1mPrograms", "\x1b[1mFiles")
        terminal.leave_out("\x1b[1mEnvironment")
        draw("doctor", terminal)


def why() -> None:
    """What hides a choice from some tools."""
    with stage() as at:
        at.sign_in()
        at.person.env["AWS_PROFILE"] = "prod-eu.readonly"
        terminal = at.terminal(columns=112)
        terminal.type("why")
        draw("why", terminal)


def tour() -> None:
    """The told demo, at the moment of its first warning."""
    with stage() as at:
        terminal = at.terminal()
        terminal.type("demo", "--tour", until=lambda seen: "sign-in session" in seen.partition("within about 20 s")[2])
        draw("tour", terminal)


def film_of_the_tour() -> None:
    """The whole told demo, as it goes on."""
    with stage() as at:
        terminal = at.terminal(columns=FILM[0])
        terminal.type("demo", "--tour")
        keep_film("tour", film(terminal.moments, columns=FILM[0], rows=FILM[1]))


def draw(name: str, terminal: Session) -> None:
    """A picture of what a terminal shows."""
    with browser() as chromium, tempfile.TemporaryDirectory(prefix="page-") as folder:
        page = Path(folder) / "terminal.html"
        page.write_text(terminal.html(), encoding="utf-8")
        chromium.goto(page.as_uri())
        size = chromium.value(
            "[document.body.firstElementChild.offsetWidth, document.body.firstElementChild.offsetHeight]"
        )
        chromium.resize(size[0] + 1, size[1])
        shot = Image.open(chromium.screenshot(f"picture-{name}")).convert("RGB")
        keep(name, shot.quantize(COLOURS, dither=Image.Dither.NONE))  # letters on one ground: nothing is lost


PICTURES: dict[str, Callable[[], None]] = {
    take.__name__: take
    for take in (
        menu,
        help_menu,
        welcome,
        configure,
        notice,
        waiting,
        pick,
        pick_light,
        icons,
        landing,
        device,
        status,
        why,
        populate,
        tour,
        film_of_the_tour,
        doctor,
    )
}


def main() -> None:
    """Take the pictures that the command line names; all of them without a name."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PICTURES))
    names = parser.parse_args().names
    for name in names or PICTURES:
        PICTURES[name]()


if __name__ == "__main__":
    main()
