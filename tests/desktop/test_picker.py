"""The picker on a real desktop: real keys, a real pointer, the real config file."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from PIL import ImageColor

from aws_sso_core import programs
from aws_sso_core.settings import load
from aws_sso_tray.picker_theme import LIGHT
from desktop.conftest import MakeDesk
from desktop.desk import Desk
from desktop.hand import Hand
from desktop.person import CONFIG, Person
from desktop.screen import Box, Screen
from patience import LIMIT, until

TITLE = "Find a profile"
ROLES = ("AdministratorAccess", "ReadOnlyAccess", "PowerUserAccess", "Billing")
NOTHING_CHOSEN = 130
_PROBLEM = ImageColor.getrgb(LIGHT.problem)
_NEAR = 24


def big_config(profiles: int) -> str:
    """A company: as many profiles as asked for, four roles to an account."""
    sections = [CONFIG]
    for n in range(profiles):
        team, role = f"team{n // 40:03}", ROLES[n % 4]
        stage = ("dev", "test", "staging", "prod")[n // 4 % 4]
        sections.append(
            f"[profile {team}.{stage}{n // 16}.{role.lower()}]\nsso_session = corp\n"
            f"sso_account_id = {200000000000 + n // 4:012}\nsso_account_name = {team.title()} {stage} {n // 16}\n"
            f"sso_role_name = {role}\nregion = eu-west-1\n"
        )
    return "\n".join(sections)


def opened(screen: Screen) -> Box:
    """The place of the picker's window, once it is painted and has the keyboard."""
    box = until(lambda: screen.inner(TITLE), "the window opens")
    screen.wait_for_keyboard(TITLE)
    screen.wait_until_still(box)
    return box


class Picker:
    """The picker as a process, and the place of its window."""

    def __init__(self, person: Person, screen: Screen) -> None:
        self._person, self._screen = person, screen
        self.child = person.desk.run(*programs.picker(), env=person.env, log="picker")
        self.box = opened(screen)

    def ends(self) -> int:
        """Its exit code."""
        return self.child.wait(LIMIT)

    def complains(self) -> bool:
        """Whether something is told in the colour of problems."""
        colours: Any = self._screen.picture(self.box).getcolors(1 << 24)
        return any(sum(abs(a - b) for a, b in zip(_PROBLEM, colour, strict=True)) < _NEAR for _, colour in colours)

    def said(self) -> dict[str, object]:
        """Its last line."""
        lines = (self._person.desk.folder / "picker.log").read_text().splitlines()
        answer: dict[str, object] = json.loads(lines[-1])
        return answer

    def type(self, text: str) -> None:
        """Type, and wait until it is on the screen."""
        self._screen.type(text)
        self._screen.wait_until_still(self.box)


def default_region(person: Person) -> str:
    """What boto3 in a process of its own takes for the default profile's region."""
    done = person.run(sys.executable, "-c", "import boto3; print(boto3.Session().region_name)")
    return done.stdout.strip()


def test_typing_and_enter_switch_the_profile_that_boto3_sees(person: Person, screen: Screen) -> None:
    picker = Picker(person, screen)
    picker.type("prod")
    screen.key("Return")
    assert (picker.ends(), picker.said()["event"], picker.said()["profile"]) == (0, "used", "prod.readonly")
    assert default_region(person) == "us-east-2"


def test_the_arrow_keys_choose_while_the_cursor_stays_in_the_text(person: Person, screen: Screen) -> None:
    picker = Picker(person, screen)
    screen.key("Down", "Down", "End", "Home", "Next", "Prior", "Down")
    picker.type("a")  # still goes into the text
    screen.key("BackSpace", "Down", "Return")
    assert (picker.ends(), picker.said()["profile"]) == (0, "prod.readonly")


def test_escape_closes_it_and_nothing_is_changed(person: Person, screen: Screen) -> None:
    before = person.config.read_bytes()
    picker = Picker(person, screen)
    picker.type("prod")
    screen.key("Escape")
    assert (picker.ends(), picker.said()["event"]) == (NOTHING_CHOSEN, "cancelled")
    assert person.config.read_bytes() == before


def test_a_click_on_a_row_uses_it(person: Person, screen: Screen) -> None:
    picker = Picker(person, screen)
    row = 46
    screen.click(picker.box.x + 200, picker.box.y + 47 + row + row // 2)
    assert (picker.ends(), picker.said()["profile"]) == (0, "prod.readonly")


def test_control_c_copies_the_name_and_it_stays_on_the_clipboard_after_the_window(
    person: Person, screen: Screen
) -> None:
    picker = Picker(person, screen)
    picker.type("prod")
    screen.chord("Control_L", "c")
    screen.wait_until_still(picker.box)
    screen.key("Escape")
    assert picker.ends() == NOTHING_CHOSEN
    paste = "import tkinter; r = tkinter.Tk(); r.withdraw(); print(r.clipboard_get()); r.clipboard_clear()"
    pasted = until(lambda: person.run(sys.executable, "-c", paste).stdout, "it is there")
    assert pasted.strip() == "prod.readonly"


def test_control_enter_opens_the_console_as_the_profile(person: Person, screen: Screen) -> None:
    opened = person.desk.folder / "opened"
    person.env["BROWSER"] = f"sh -c 'echo \"$0\" >{opened}'"
    picker = Picker(person, screen)
    picker.type("prod")
    screen.chord("Control_L", "Return")
    assert (picker.ends(), picker.said()["event"], picker.said()["profile"]) == (0, "console", "prod.readonly")
    link = until(lambda: opened.read_text().strip() if opened.exists() else "", "the browser has it")
    assert link.endswith("/start/#/console?account_id=333344445555&role_name=AWSReadOnlyAccess")


def test_control_d_makes_a_favorite_and_takes_it_back(person: Person, screen: Screen) -> None:
    settings = person.desk.home / ".config" / "aws-sso-tray" / "settings.toml"
    picker = Picker(person, screen)
    picker.type("prod")
    screen.chord("Control_L", "d")
    until(lambda: load(settings, managed=()).favorites == ("prod.readonly",), "the favorite is kept")
    screen.chord("Control_L", "d")
    until(lambda: load(settings, managed=()).favorites == (), "and it is none again")
    screen.key("Escape")
    picker.ends()


def test_a_refused_switch_is_told_in_the_window_which_stays(person: Person, screen: Screen) -> None:
    picker = Picker(person, screen)
    assert not picker.complains()
    person.config.write_text(CONFIG.replace("[profile dev.admin]", "[profile another]"))
    screen.key("Return")
    until(picker.complains, "something is said")
    screen.wait_until_still(picker.box)
    screen.save("picker-refused")
    assert picker.child.poll() is None
    screen.key("Escape")
    assert picker.ends() == NOTHING_CHOSEN


def test_what_hides_the_choice_is_told_before_it_closes(person: Person, screen: Screen) -> None:
    person.env["AWS_PROFILE"] = "dev.admin"
    picker = Picker(person, screen)
    picker.type("prod")
    assert not picker.complains()
    screen.key("Return")
    until(picker.complains, "something is said")
    assert "aws_sso_tray_profile = prod.readonly" in person.config.read_text()
    screen.wait_until_still(picker.box)
    screen.save("picker-hidden")
    screen.key("Return")
    assert (picker.ends(), picker.said()["event"]) == (0, "used")


def test_a_broken_config_is_told_in_the_window(person: Person, screen: Screen) -> None:
    person.config.write_text("[profile dev\nregion = x\n")
    picker = Picker(person, screen)
    screen.save("picker-broken-config")
    screen.key("Return", "Escape")
    assert picker.ends() == NOTHING_CHOSEN


def test_a_second_one_brings_the_first_to_the_front_and_ends(person: Person, screen: Screen) -> None:
    first = Picker(person, screen)
    cover = (
        "import tkinter; r = tkinter.Tk(className='Cover'); r.title('cover'); r.geometry('1200x700+0+0'); "
        "tkinter.Label(r, text='cover ' * 99, wraplength=900).pack(expand=True); r.mainloop()"
    )
    person.desk.run(sys.executable, "-c", cover, env=person.env, log="cover")
    screen.wait_for_keyboard("cover")
    done = person.ours("pick", "--json")
    assert (done.returncode, json.loads(done.stdout)["event"]) == (0, "raised")
    screen.wait_for_keyboard(TITLE)
    screen.key("Escape")
    assert first.ends() == NOTHING_CHOSEN


def test_the_command_opens_it_and_says_what_was_chosen(person: Person, screen: Screen) -> None:
    child = subprocess.Popen(
        [*programs.command_line(), "pick"], env=person.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    opened(screen)
    screen.key("Return")
    answer, _ = child.communicate(timeout=LIMIT)
    assert (child.returncode, answer) == (0, "dev.admin is the default profile now.\n")


def test_the_trays_menu_opens_it_and_the_tick_moves(person: Person, hand: Hand, screen: Screen) -> None:
    person.start_tray()
    item = hand.icon()
    person.wait_for_row(item, r"Find a profile")
    hand.pick("Find a profile")
    opened(screen)
    screen.type("prod")
    screen.key("Return")
    person.wait_for_row(item, r"\* prod.readonly \(production\)")
    hand.open_menu()
    screen.save("tray-production")
    hand.close_menu()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("percent", [100, 150, 200, 250])
def test_it_fits_the_screen_at_every_scale(person: Person, screen: Screen, percent: int, *, dark: bool) -> None:
    person.config.write_text(big_config(300))
    assert person.ours("use", "team003.prod7.billing").returncode == 0
    assert person.ours("settings", "favorites", "team001.dev4.billing, dev.admin").returncode == 0
    person.env["GTK_THEME"] = "Adwaita:dark" if dark else "Adwaita"
    screen.set_density(96 * percent // 100)
    picker = Picker(person, screen)
    screen.wait_until_still(picker.box)
    name = f"picker-{percent}-{'dark' if dark else 'light'}"
    screen.save(name)
    box = picker.box
    assert box.x >= 0
    assert box.y >= 0
    assert box.x + box.width <= 1280
    assert box.y + box.height <= 800
    ground = screen.picture(box).convert("L").histogram()
    assert (ground.index(max(ground)) < 128) is dark
    picker.type("prod bil")
    screen.save(f"{name}-typed")
    screen.key("Escape")
    picker.ends()


def test_without_a_display_it_says_so(person: Person) -> None:
    del person.env["DISPLAY"]
    done = person.ours("pick")
    assert (done.returncode, done.stdout) == (1, "")
    assert "no desktop" in done.stderr


def test_without_tk_it_names_the_package(person: Person, desk: Desk) -> None:
    without = desk.folder / "without"
    (without / "tkinter").mkdir(parents=True)
    (without / "tkinter" / "__init__.py").write_text("raise ModuleNotFoundError('tkinter')\n")
    person.env["PYTHONPATH"] = str(without)
    done = person.ours("pick")
    assert (done.returncode, done.stdout) == (1, "")
    assert "python3-tk" in done.stderr


def test_it_works_where_there_is_no_tray(make_desk: MakeDesk, person: Person) -> None:
    bare = make_desk(panel=False, notices="none")
    screen = Screen(bare.display)
    person.env["DISPLAY"] = bare.display
    picker = Picker(person, screen)
    screen.key("Escape")
    assert picker.ends() == NOTHING_CHOSEN
    screen.close()
