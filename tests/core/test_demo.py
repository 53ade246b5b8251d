"""The demo's story with a clock of its own and scripted commands; with real ones it is in tests/interop."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from aws_sso_core import programs
from aws_sso_core.cli import demo
from aws_sso_core.cli.demo import opener, stand_in, tray
from aws_sso_core.cli.demo.commands import Command, Ran, boto3, command_text, ours
from aws_sso_core.cli.demo.home import Home, throw_away_home
from aws_sso_core.cli.demo.stage import Bar, Stage, stopwatch
from aws_sso_core.cli.demo.tour import Lengths, Tour
from aws_sso_core.cli.output import Output
from aws_sso_core.cli.services import Services
from aws_sso_core.errors import AppError, DesktopUnavailable
from aws_sso_core.model import Secret, Token
from aws_sso_core.profiles import load
from aws_sso_core.sandbox import SAMPLE, Sandbox
from aws_sso_core.state import Learned
from aws_sso_core.token_cache import TokenCache
from fakes import FakeClock

LENGTHS = Lengths()


class Screen(io.StringIO):
    """Standard output that is a terminal, or is not."""

    def __init__(self, *, terminal: bool = False) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def stage(screen: Screen, **env: str) -> Stage:
    return Stage(Output(env=env, stdout=screen, stderr=screen))


@dataclass
class Done:
    """A command that is over already."""

    ran: Ran

    def poll(self) -> Ran:
        return self.ran

    def wait(self) -> Ran:
        return self.ran


class Script:
    """Does at once to the home's files what the commands would do; says what it is told to."""

    def __init__(self, home: Home, clock: FakeClock, says: Mapping[str, Ran] | None = None) -> None:
        self._home = home
        self._clock = clock
        self._says = says or {}
        self._learned = Learned(home.paths.state_dir)
        self._signed_in_at = clock.now()
        self.started: list[str] = []

    def start(self, command: Command) -> Done:
        self.started.append(command.shown)
        if command.shown in self._says:
            return Done(self._says[command.shown])
        name = command.shown.split()[1]
        if name == "login":
            self._signed_in_at = self._clock.now()
            self._learned.record_sign_in("demo", self._signed_in_at, fresh=True)
            self._write()
        elif name == "renew":
            return Done(self._renew())
        elif command.shown == boto3("dev.admin").shown:
            return Done(Ran(1, "Traceback\nToken has expired"))
        return Done(Ran(0, f"({command.shown})"))

    def _renew(self) -> Ran:
        lifetime = self._home.box.knobs.sign_in_lifetime
        if self._clock.now() - self._signed_in_at < lifetime:
            self._write()
            self._learned.record_renewed("demo", self._clock.now())
            return Ran(0, "")
        self._learned.record_refused("demo", self._clock.now())
        return Ran(3, "")

    def _write(self) -> None:
        session = load(config=self._home.paths.config, credentials=self._home.paths.credentials).session("demo")
        now = self._clock.now()
        token = Token(
            access_token=Secret(f"token {now}"),
            expires_at=now + self._home.box.knobs.access_token_lifetime,
            refresh_token=Secret("refresh"),
            client_id="client",
            client_secret=Secret("secret"),
            registration_expires_at=now + timedelta(days=90),
        )
        tokens = TokenCache(self._home.paths.sso_cache, sleep=self._clock.sleep)
        tokens.write(session, token)
        os.utime(tokens.path(session), (now.timestamp(), now.timestamp()))


@pytest.fixture
def home(clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Sandbox(clock) as box, throw_away_home(box, {}, clock=clock, alone=True) as home:
        yield home


def told(home: Home, clock: FakeClock, says: Mapping[str, Ran] | None = None, lengths: Lengths = LENGTHS) -> str:
    """The whole tour in plain text."""
    screen = Screen()
    Tour(home=home, runner=Script(home, clock, says), stage=stage(screen), clock=clock, lengths=lengths).tell()
    return screen.getvalue()


@dataclass
class Story:
    """A tour that was told."""

    text: str
    took: timedelta
    box: Sandbox


@pytest.fixture(scope="module")
def story() -> Story:
    """Told once, for all tests that only listen."""
    clock = FakeClock()
    with Sandbox(clock) as box, throw_away_home(box, {}, clock=clock, alone=True) as home:
        return Story(told(home, clock), clock.now() - FakeClock().now(), box)


# The story


def test_the_chapters_come_in_their_order(story: Story) -> None:
    lines = story.text.splitlines()
    assert [line[0] for line in lines if line[:1].isdigit()] == ["1", "2", "3", "4", "5", "6", "7"]


def test_a_day_is_told_as_the_policy_decides_it(story: Story) -> None:
    day = story.text.partition("Nobody touches anything.")[2].partition("\n4 ")[0]
    heads = [line.strip() for line in day.splitlines() if line[2:3].isdigit()]
    assert heads == [
        "0:12  Renewed in silence: 20 s more. Nobody was disturbed.",
        "0:20  Notice: demo: sign in again within about 20 seconds",
        "0:24  Renewed in silence: 20 s more. Nobody was disturbed.",
        "0:30  Notice: demo: sign in again within about 10 seconds",
        "0:36  Renewed in silence: 20 s more. Nobody was disturbed.",
        "0:40  Notice: demo: the sign-in may end any moment",
        "0:48  Notice: demo: a new sign-in is needed",
        "0:56  Notice: demo: the sign-in has ended",
    ]


def test_every_notice_offers_to_sign_in_and_later(story: Story) -> None:
    text = story.text
    assert text.count("[ Sign in ]  [ Later ]") == text.count("Notice:") == 5


def test_the_story_takes_less_than_two_minutes(story: Story) -> None:
    commands = timedelta(seconds=15)
    assert story.took + commands < timedelta(minutes=2)


def test_a_faster_story_is_the_same_story(home: Home, clock: FakeClock) -> None:
    text = told(home, clock, lengths=LENGTHS.times(0.25))
    assert text.count("Renewed in silence") == 3
    assert "the sign-in has ended" in text


def test_the_last_chapters_have_the_lifetimes_of_aws(story: Story) -> None:
    assert story.box.knobs.sign_in_lifetime == timedelta(hours=8)
    assert story.box.knobs.access_token_lifetime == timedelta(hours=1)


def test_of_a_traceback_the_last_line_is_told(story: Story) -> None:
    text = story.text
    assert "Token has expired" in text
    assert "Traceback" not in text


def test_a_command_that_fails_ends_the_story_with_its_name(home: Home, clock: FakeClock) -> None:
    failing = ours("use", "data.poweruser").shown
    with pytest.raises(AppError, match=r"`aws-sso-tray use data.poweruser` ended with 1"):
        told(home, clock, {failing: Ran(1, "It went wrong.")})


def test_a_frozen_program_runs_boto3_by_the_python_that_it_brings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(Path("/opt/tray/aws-sso-tray").absolute()))
    python, *options, _, code = boto3("dev.admin").line
    assert (Path(python).parent.name, Path(python).stem, options) == ("runtime", "python", ["-P"])
    assert code.startswith("import boto3")


# Home


def test_every_profile_of_the_demo_can_be_used(home: Home) -> None:
    home.write_config(sign_in=timedelta(hours=8))
    config = load(config=home.paths.config, credentials=home.paths.credentials)
    assert len(config.profiles) == 7
    assert config.problems == ()
    for profile in config.profiles:
        assert profile.role_name in (SAMPLE.roles(profile.account_id or "") or ())


def test_the_home_is_removed_even_when_the_story_fails(clock: FakeClock) -> None:
    folders: list[Path] = []

    def fail() -> None:
        with Sandbox(clock) as box, throw_away_home(box, {}, clock=clock, alone=True) as home:
            folders.append(home.folder)
            home.write_config(sign_in=timedelta(hours=8))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not folders[0].exists()


def test_nothing_of_the_persons_aws_settings_gets_in(clock: FakeClock) -> None:
    env = {
        "PATH": "/bin",
        "AWS_PROFILE": "prod",
        "aws_config_file": "/mine",
        "HTTPS_PROXY": "http://proxy",
        "SSH_TTY": "/dev/pts/1",
    }
    with Sandbox(clock) as box, throw_away_home(box, env, clock=clock, alone=True) as home:
        assert home.env["PATH"] == "/bin"
        assert {"AWS_PROFILE", "aws_config_file", "HTTPS_PROXY", "SSH_TTY"}.isdisjoint(home.env)
        assert home.env["HOME"] == home.env["USERPROFILE"] == str(home.folder)
        assert home.paths.state_dir.is_relative_to(home.folder)
        assert box.environment().items() <= home.env.items()


def test_a_tray_in_the_home_still_finds_its_display(clock: FakeClock, tmp_path: Path) -> None:
    (tmp_path / ".Xauthority").touch()
    env = {"HOME": str(tmp_path), "DISPLAY": ":0", "SSH_TTY": "/dev/pts/1"}
    with Sandbox(clock) as box, throw_away_home(box, env, clock=clock, alone=False) as home:
        assert home.env["XAUTHORITY"] == str(tmp_path / ".Xauthority")
        assert home.env["SSH_TTY"] == "/dev/pts/1"


# Stage


def test_without_a_terminal_there_is_nothing_but_text(story: Story) -> None:
    text = story.text
    assert text.isascii()
    assert "\x1b" not in text
    assert max(len(line) for line in text.splitlines() if "python -c" not in line) <= 92


def test_on_a_terminal_notices_are_drawn_and_bars_move() -> None:
    screen = Screen(terminal=True)
    drawn = stage(screen, TERM="xterm-256color")
    with drawn.bars():
        drawn.show([Bar("access token", 12, 20, "renews itself"), Bar("sign-in session", 0, 40)])
        drawn.notice(7, "demo: sign in again", "It ends soon.", ("Sign in", "Later"))
    text = screen.getvalue()
    assert "\x1b[" in text
    for words in ("access token", "12 s left", "over", "demo: sign in again", "[ Sign in ]"):
        assert words in text


def test_without_colours_a_terminal_gets_none() -> None:
    screen = Screen(terminal=True)
    stage(screen, TERM="xterm-256color", NO_COLOR="1").chapter(1, "Sign in")
    assert "\x1b[3" not in screen.getvalue()


def test_a_long_address_is_cut_and_long_words_are_wrapped() -> None:
    screen = Screen()
    stage(screen).output(f"http://127.0.0.1/{'a' * 200}\n{'word ' * 40}")
    lines = screen.getvalue().splitlines()
    assert lines[0].endswith("...")
    assert len(lines) > 2
    assert max(map(len, lines)) <= 92


@pytest.mark.parametrize(("seconds", "text"), [(-1, "0:00"), (7.9, "0:07"), (75, "1:15")])
def test_the_stopwatch_shows_minutes_and_seconds(seconds: float, text: str) -> None:
    assert stopwatch(seconds) == text


# With a tray


class Desktop(Services):
    """A desktop that a test describes."""

    display = True
    host: bool | None = True

    def has_display(self) -> bool:
        return self.display

    def has_tray_host(self) -> bool | None:
        return self.host


@pytest.fixture
def desktop(clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return Desktop(env={}, out=Output(env={}, stdout=Screen(), stderr=Screen()), clock=clock)


def trays(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let the tray be this Python script."""
    monkeypatch.setattr(programs, "tray", lambda: [sys.executable, "-S", "-E", "-c", script])


@pytest.mark.parametrize(
    ("display", "host", "possible"),
    [(True, True, True), (True, None, True), (True, False, False), (False, None, False)],
)
def test_the_tray_is_shown_where_it_can_be_seen(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch, display: bool, host: bool | None, possible: bool
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: True)  # gi is not everywhere
    desktop.display, desktop.host = display, host
    assert tray.possible(desktop) is possible


def test_without_gobject_introspection_linux_shows_no_tray(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    desktop.display, desktop.host = True, True
    assert not tray.possible(desktop)


def test_a_tray_that_is_quit_ends_the_demo(desktop: Desktop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trays(monkeypatch, "pass")
    tray.show(desktop, limit=timedelta(days=1))
    assert "The tray has ended" in str(desktop.out.stdout.getvalue())  # type: ignore[union-attr]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Traceback\nSomeError: oh", "The tray ended with code 1: SomeError: oh"),
        ("noise\naws-sso-tray: There is no PyGObject.\n  Install it.", "There is no PyGObject."),
    ],
)
def test_a_tray_that_fails_is_told_in_its_own_words(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: str, told: str
) -> None:
    trays(monkeypatch, f"import sys; sys.exit({words!r})")
    with pytest.raises(DesktopUnavailable) as raised:
        tray.show(desktop, limit=timedelta(days=1))
    assert raised.value.sentence == told
    assert list(tmp_path.iterdir()) == []


def test_where_the_tray_fails_the_tour_is_told(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    trays(monkeypatch, "import sys; sys.exit('No tray host.')")
    paces: list[float] = []
    monkeypatch.setattr(demo, "tell_tour", lambda _services, pace: paces.append(pace))
    demo.command.main(["--pace", "0.5"], obj=desktop, standalone_mode=False)
    assert paces == [0.5]


def test_where_no_tray_shows_the_tour_is_told(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    desktop.host = False
    paces: list[float] = []
    monkeypatch.setattr(demo, "tell_tour", lambda _services, pace: paces.append(pace))
    demo.command.main([], obj=desktop, standalone_mode=False)
    assert paces == [1.0]


def test_a_tray_that_stays_is_ended_after_the_limit(
    desktop: Desktop, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trays(monkeypatch, "import time; time.sleep(600)")
    tray.show(desktop, limit=timedelta(minutes=6))
    assert clock.now() - FakeClock().now() >= timedelta(minutes=6)
    assert list(tmp_path.iterdir()) == []


# Browsers


def test_the_stand_in_for_a_browser_is_one_command_line(tmp_path: Path) -> None:
    folder = tmp_path / "with blanks"
    assert "aws_sso_core.sandbox.visitor" in stand_in(folder)
    assert stand_in(folder).endswith("%s")


def test_a_page_is_opened_with_the_persons_own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    # One expression: on Windows a semicolon ends a command in BROWSER.
    seen_there = "__import__('os').environ['HOME'] + ' ' + __import__('sys').argv[1]"
    script = f"open({str(seen)!r}, 'w').write({seen_there})"
    mine = command_text([sys.executable, "-c", script, "%s"])
    for key, value in opener.environment({"HOME": "/home/sam", "BROWSER": mine}).items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("HOME", "/tmp/demo")
    monkeypatch.setattr(sys, "argv", ["opener", "http://127.0.0.1:1/page"])
    assert opener.main() == 0
    assert seen.read_text() == "/home/sam http://127.0.0.1:1/page"


def test_a_browser_that_cannot_be_started_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for key, value in opener.environment({"BROWSER": "/nonexistent/browser"}).items():
        monkeypatch.setenv(key, value)
    monkeypatch.setattr(sys, "argv", ["opener", "http://127.0.0.1:1/page"])
    assert opener.main() == 1
    assert "cannot be started" in capsys.readouterr().err
