"""Autostart, lasting environment and the one instance on Linux: plain files."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_sso_core.desktop.linux.autostart import LinuxAutostart
from aws_sso_core.desktop.linux.environment import LinuxEnvironment
from aws_sso_core.desktop.linux.instance import LinuxInstance
from aws_sso_core.errors import StoreFailed
from desktop_contracts import COMMAND, AutostartContract, EnvironmentContract, InstanceContract
from message_bus import FakeService, PrivateBus, private_bus

fcntl = pytest.importorskip("fcntl", reason="flock is not a Windows thing")
GENERATOR = Path("/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator")


@pytest.fixture
def autostart(tmp_path: Path) -> LinuxAutostart:
    return LinuxAutostart(env={}, home=tmp_path)


@pytest.fixture
def environment(tmp_path: Path) -> LinuxEnvironment:
    return LinuxEnvironment(env={}, home=tmp_path, session=None)


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[PrivateBus]:
    yield from private_bus(tmp_path)


class TestAutostart(AutostartContract):
    pass


class TestEnvironment(EnvironmentContract):
    pass


class TestInstance(InstanceContract):
    def make(self, folder: Path) -> LinuxInstance:
        return LinuxInstance(folder)


def exec_of(autostart: LinuxAutostart) -> list[str]:
    """The arguments as a desktop reads them: string escapes, then quotes, then field codes."""
    parser = configparser.RawConfigParser(delimiters="=", comment_prefixes="#")
    parser.read(autostart.path, encoding="utf-8")
    value = parser["Desktop Entry"]["exec"].replace(r"\\", "\\")
    script = f"printf '%s\\0' {value}"
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=True, timeout=120)
    return [word.decode().replace("%%", "%") for word in done.stdout.split(b"\0")[:-1]]


def test_the_command_comes_back_from_the_desktop_file(autostart: LinuxAutostart) -> None:
    autostart.enable(COMMAND)
    assert exec_of(autostart) == COMMAND


def test_gio_reads_the_same_command(autostart: LinuxAutostart) -> None:
    """GNOME's, Xfce's and MATE's own parser, where it is installed."""
    gio = pytest.importorskip("gi.repository.Gio", reason="PyGObject is not installed", exc_type=ImportError)
    glib = pytest.importorskip("gi.repository.GLib", exc_type=ImportError)
    command = ["/bin/echo", *COMMAND[1:]]  # a program that exists: Gio refuses others
    autostart.enable(command)
    entry = gio.DesktopAppInfo.new_from_filename(str(autostart.path))
    _, words = glib.shell_parse_argv(entry.get_commandline())
    assert [word.replace("%%", "%") for word in words] == command


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_switched_off_in_the_desktops_settings_is_blocked(autostart: LinuxAutostart, line: str) -> None:
    autostart.enable(COMMAND)
    text = autostart.path.read_text().replace("X-GNOME-Autostart-enabled=true", line)
    autostart.path.write_text(text)
    assert autostart.state() == "blocked"


def test_enabling_takes_back_what_the_desktops_settings_wrote(autostart: LinuxAutostart) -> None:
    autostart.enable(COMMAND)
    autostart.path.write_text("[Desktop Entry]\nHidden=true\n")
    autostart.enable(COMMAND)
    assert autostart.state() == "on"


def test_autostart_lies_where_xdg_says(tmp_path: Path) -> None:
    autostart = LinuxAutostart(env={"XDG_CONFIG_HOME": str(tmp_path / "elsewhere")}, home=tmp_path)
    autostart.enable(COMMAND)
    assert (tmp_path / "elsewhere" / "autostart" / "aws-sso-tray.desktop").is_file()


def test_other_lines_of_our_environment_file_keep_every_byte(environment: LinuxEnvironment) -> None:
    environment.folder.mkdir(parents=True)
    kept = b"# mine\n\n  EDITOR=vi \xff\r\nPATH=$HOME/bin:$PATH"
    environment.path.write_bytes(kept + b"\nAWS_PROFILE=old\n")
    environment.set("AWS_PROFILE", "new")
    assert environment.path.read_bytes() == kept + b'\nAWS_PROFILE="new"\n'
    environment.set("AWS_PROFILE", None)
    assert environment.path.read_bytes() == kept + b"\n"


def test_a_file_without_a_final_newline_is_continued_on_a_new_line(environment: LinuxEnvironment) -> None:
    environment.folder.mkdir(parents=True)
    environment.path.write_bytes(b"A=1")
    environment.set("AWS_PROFILE", "dev")
    assert environment.path.read_bytes() == b'A=1\nAWS_PROFILE="dev"\n'


def test_no_line_of_ours_stays_over_the_same_value_of_the_persons_own(environment: LinuxEnvironment) -> None:
    environment.folder.mkdir(parents=True)
    own = environment.folder / "10-own.conf"
    own.write_text("AWS_PROFILE=mine\n")
    environment.set("AWS_PROFILE", "dev")
    environment.set("AWS_PROFILE", "mine")
    assert not environment.path.exists()
    own.write_text("AWS_PROFILE=changed\n")
    assert environment.get("AWS_PROFILE") == "changed"


def test_our_file_goes_with_its_last_variable(environment: LinuxEnvironment) -> None:
    environment.set("AWS_PROFILE", "dev")
    environment.set("AWS_PROFILE", None)
    assert not environment.path.exists()


def test_the_last_file_of_the_folder_wins(environment: LinuxEnvironment) -> None:
    environment.folder.mkdir(parents=True)
    (environment.folder / "10-mine.conf").write_text("AWS_PROFILE=early\n")
    assert environment.get("AWS_PROFILE") == "early"
    environment.set("AWS_PROFILE", "ours")
    (environment.folder / "99-late.conf").write_text("AWS_PROFILE='late one'\n")
    assert environment.get("AWS_PROFILE") == "late one"


@pytest.mark.skipif(not GENERATOR.exists(), reason="systemd's environment generator is not installed")
def test_systemd_reads_the_value_we_wrote(environment: LinuxEnvironment, tmp_path: Path) -> None:
    value = '50% of $HOME ${X} "quoted" \\ `y` it\'s ümläut'
    environment.set("ODD", value)
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(environment.folder.parent)}
    done = subprocess.run([GENERATOR], env=home, capture_output=True, check=True, timeout=120)
    shell = subprocess.run(
        ["/bin/sh", "-c", done.stdout + b'\nprintf %s "$ODD"'], capture_output=True, check=True, timeout=120
    )
    assert shell.stdout.decode() == value


def test_the_running_session_is_told_of_a_change(bus: PrivateBus, tmp_path: Path) -> None:
    systemd = FakeService(bus.address)
    systemd.answers |= {
        "org.freedesktop.systemd1.Manager.SetEnvironment": lambda _: ("", ()),
        "org.freedesktop.systemd1.Manager.UnsetEnvironment": lambda _: ("", ()),
    }
    systemd.own("org.freedesktop.systemd1")
    environment = LinuxEnvironment(env={}, home=tmp_path, session=bus.address)
    environment.set("AWS_PROFILE", "dev")
    assert systemd.next_call("SetEnvironment") == (["AWS_PROFILE=dev"],)
    environment.set("AWS_PROFILE", None)
    assert systemd.next_call("UnsetEnvironment") == (["AWS_PROFILE"],)


def test_the_lock_of_a_tray_that_was_killed_is_free(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from aws_sso_core.desktop.linux.instance import LinuxInstance as I;"
        "i = I(pathlib.Path(sys.argv[1])); assert i.acquire(); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"HOME": str(tmp_path)})
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == b"held\n"
    mine = LinuxInstance(tmp_path)
    assert mine.acquire() is False
    assert mine.holder() == child.pid
    child.kill()
    child.wait(120)
    child.stdin.close()
    child.stdout.close()
    assert mine.holder() is None
    assert mine.acquire() is True
    mine.release()


def test_asking_who_holds_it_while_another_starts_does_not_stop_that_one(tmp_path: Path) -> None:
    """The question takes the lock for a moment: a start at that moment must not believe in a second tray."""
    one = LinuxInstance(tmp_path)
    assert one.acquire()
    one.release()
    probe = os.open(one.path, os.O_RDWR)
    fcntl.flock(probe, fcntl.LOCK_EX)
    threading.Timer(0.02, os.close, (probe,)).start()
    assert one.acquire() is True
    one.release()


def test_a_state_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreFailed):
        LinuxInstance(tmp_path / "file" / "state").acquire()
