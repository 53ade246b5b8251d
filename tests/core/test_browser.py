from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aws_sso_core.browser import SystemBrowser, can_open, in_container, split_command, why_not_loopback
from aws_sso_core.errors import BrowserUnavailable

URL = 'https://oidc.example/authorize?a=1&b=$HOME;`id`%20\'"x"'
NOT_A_CONTAINER = Path("/nonexistent")


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder that is the whole PATH."""
    if os.name == "nt":
        pytest.skip("these are programs of a POSIX desktop")
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def program(folder: Path, name: str, *, code: int = 0, says: str = "") -> Path:
    """A program that writes down what it was given."""
    path = folder / name
    note = folder / f"{name}.args"
    path.write_text(
        f"#!/bin/sh\nfor given; do printf '%s\\n' \"$given\" >> '{note}'; done\n"
        f"echo '{says}'; echo '{says}' >&2; exit {code}\n"
    )
    path.chmod(0o755)
    return note


def env(folder: Path, **more: str) -> dict[str, str]:
    return {"PATH": str(folder), "DISPLAY": ":0", **more}


def linux(command: str | None, environment: dict[str, str]) -> SystemBrowser:
    return SystemBrowser(command, environment, system="Linux")


def test_the_desktops_own_way_is_used(programs: Path) -> None:
    note = program(programs, "xdg-open")
    assert linux(None, env(programs)).open(URL)
    assert note.read_text() == f"{URL}\n"


def test_no_character_of_an_address_is_a_command(programs: Path) -> None:
    note = program(programs, "my-browser")
    assert linux("my-browser --new %s", env(programs)).open(URL)
    assert note.read_text() == f"--new\n{URL}\n"


@pytest.mark.parametrize(
    ("command", "given"),
    [
        ("my-browser", [URL]),
        ("my-browser --url=%s --private", [f"--url={URL}", "--private"]),
        ("my-browser -P 'my work'", ["-P", "my work", URL]),
    ],
)
def test_a_command_gets_the_address_where_it_wants_it(programs: Path, command: str, given: list[str]) -> None:
    note = program(programs, "my-browser")
    linux(command, env(programs)).open(URL)
    assert note.read_text().splitlines() == given


def test_the_persons_command_comes_before_browser_and_the_desktop(programs: Path) -> None:
    notes = [program(programs, name) for name in ("mine", "theirs", "xdg-open")]
    linux("mine", env(programs, BROWSER="theirs")).open(URL)
    assert [note.exists() for note in notes] == [True, False, False]


def test_browser_may_name_several_and_the_first_that_works_is_used(programs: Path) -> None:
    failing, working, unused = (
        program(programs, "a", code=3),
        program(programs, "b"),
        program(programs, "c"),
    )
    listed = os.pathsep.join(["missing", "a", "b %s", "c"])
    assert linux(None, env(programs, BROWSER=listed)).open(URL)
    assert [note.exists() for note in (failing, working, unused)] == [True, True, False]


def test_a_launcher_that_fails_is_followed_by_the_next(programs: Path) -> None:
    program(programs, "xdg-open", code=3)
    note = program(programs, "firefox")
    assert linux(None, env(programs)).open(URL)
    assert note.exists()


def test_nothing_of_its_chatter_reaches_our_output(programs: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program(programs, "xdg-open", says="Gtk-WARNING")
    linux(None, env(programs)).open(URL)
    assert capfd.readouterr() == ("", "")


def test_a_browser_that_stays_is_not_waited_for(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aws_sso_core.browser._FAILS_WITHIN", 0.1)
    fifo = programs / "fifo"
    make_fifo = getattr(os, "mkfifo")  # noqa: B009 - there is none on Windows, says the type checker
    make_fifo(fifo)
    path = programs / "stays"
    path.write_text(f"#!/bin/sh\nread line < '{fifo}'\n")
    path.chmod(0o755)
    assert linux("stays", env(programs)).open(URL)
    fifo.write_text("end\n")  # it was still there to read this


@pytest.mark.parametrize("command", ["missing", "fails", "'unbalanced", " ", "/nonexistent/browser %s"])
def test_a_command_that_cannot_be_started_is_named(programs: Path, command: str) -> None:
    program(programs, "fails", code=1)
    with pytest.raises(BrowserUnavailable) as raised:
        linux(command, env(programs)).open(URL)
    assert "--device" in raised.value.hint
    assert command.strip() in raised.value.sentence


def test_a_machine_without_browsers_says_so(programs: Path) -> None:
    with pytest.raises(BrowserUnavailable) as raised:
        linux(None, env(programs)).open(URL)
    assert "--no-browser" in raised.value.hint


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "--help", "calc.exe", ""])
def test_only_web_pages_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    opened: list[str] = []
    monkeypatch.setattr(os, "startfile", opened.append, raising=False)
    with pytest.raises(BrowserUnavailable, match="Only web pages"):
        SystemBrowser(None, env(tmp_path), system="Windows").open(url)
    assert opened == []


def test_a_command_works_the_same_on_every_system(tmp_path: Path) -> None:
    script, note = tmp_path / "my browser.py", tmp_path / "note"
    script.write_text(f"import sys; open({str(note)!r}, 'w').write(sys.argv[1])")
    command = f'"{sys.executable}" -I -S "{script}" %s'
    assert SystemBrowser(command, dict(os.environ)).open(URL)
    assert note.read_text() == URL


def test_wsl_opens_on_windows(programs: Path) -> None:
    note, fallback = program(programs, "wslview"), program(programs, "rundll32.exe")
    wsl = env(programs, WSL_DISTRO_NAME="Debian")
    assert linux(None, wsl).open(URL)
    assert (note.exists(), fallback.exists()) == (True, False)
    (programs / "wslview").unlink()
    assert linux(None, wsl).open(URL)
    assert fallback.read_text() == f"url.dll,FileProtocolHandler\n{URL}\n"


def test_macos_opens_by_open(programs: Path) -> None:
    note = program(programs, "open")
    assert SystemBrowser(None, env(programs), system="Darwin").open(URL)
    assert note.read_text() == f"{URL}\n"


def test_windows_opens_by_the_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(os, "startfile", opened.append, raising=False)
    assert SystemBrowser(None, env(tmp_path), system="Windows").open(URL)
    assert opened == [URL]


def test_no_address_is_handed_to_a_batch_file_whose_shell_would_run_what_stands_behind_an_ampersand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = tmp_path / "browser.cmd"
    command.touch(0o755)
    started: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", started.append)
    with pytest.raises(BrowserUnavailable):
        SystemBrowser(str(command), env(tmp_path), system="Windows").open("https://a.example/?b=%20&calc")
    assert started == []


@pytest.mark.parametrize(
    ("template", "parts"),
    [
        (
            r'"C:\Program Files\Mozilla Firefox\firefox.exe" -P work %s',
            [r"C:\Program Files\Mozilla Firefox\firefox.exe", "-P", "work", "%s"],
        ),
        (r"C:\Tools\chrome.exe --incognito", [r"C:\Tools\chrome.exe", "--incognito"]),
    ],
)
def test_a_windows_command_keeps_its_backslashes(template: str, parts: list[str]) -> None:
    assert split_command(template, "Windows") == parts


def test_a_path_with_blanks_needs_no_quotes(tmp_path: Path) -> None:
    path = tmp_path / "my browser"
    path.touch()
    assert split_command(str(path), "Linux") == [str(path)]


def test_a_line_longer_than_names_of_files_may_be_is_a_command_line() -> None:
    option = f"--user-agent={'x' * 300}"
    assert split_command(f"firefox {option}", "Linux") == ["firefox", option]


@pytest.mark.parametrize(
    ("environment", "system", "expected"),
    [
        ({"DISPLAY": ":0"}, "Linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "Linux", True),
        ({}, "Linux", False),
        ({}, "Windows", True),
        ({}, "Darwin", True),
        ({"SSH_CONNECTION": "x"}, "Linux", False),
        ({"SSH_CONNECTION": "x"}, "Darwin", False),
        ({"SSH_TTY": "/dev/pts/1"}, "Windows", False),
        ({"SSH_CONNECTION": "x", "DISPLAY": "localhost:10.0"}, "Linux", True),
        ({"container": "docker"}, "Linux", False),
        ({"container": "toolbox", "DISPLAY": ":0"}, "Linux", True),
        ({"WSL_DISTRO_NAME": "Debian"}, "Linux", True),
        ({"BROWSER": "my-browser", "SSH_CONNECTION": "x"}, "Linux", True),
    ],
)
def test_whether_a_browser_can_show_a_page_here(environment: dict[str, str], system: str, expected: bool) -> None:
    assert can_open(environment, system=system) is expected


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"SSH_CONNECTION": "x", "DISPLAY": "localhost:10.0"}, "another machine"),
        ({"CODESPACES": "true", "BROWSER": "helper.sh"}, "another machine"),
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "container"),
        ({"WSL_INTEROP": "/run/x", "DISPLAY": ":0"}, "WSL"),
        ({}, "no display"),
    ],
)
def test_where_a_browser_cannot_come_back_to_us_the_reason_is_told(environment: dict[str, str], word: str) -> None:
    reason = why_not_loopback(environment, system="Linux", root=NOT_A_CONTAINER)
    assert reason
    assert word in reason


def test_a_desktop_needs_no_reason() -> None:
    assert why_not_loopback({"DISPLAY": ":0"}, system="Linux", root=NOT_A_CONTAINER) is None
    assert why_not_loopback({}, system="Windows", root=NOT_A_CONTAINER) is None


def test_a_container_with_a_display_is_a_desktop() -> None:
    assert why_not_loopback({"container": "toolbox", "DISPLAY": ":0"}, system="Linux", root=NOT_A_CONTAINER) is None


@pytest.mark.parametrize("mark", [".dockerenv", "run/.containerenv"])
def test_a_container_is_known_by_its_mark(tmp_path: Path, mark: str) -> None:
    assert not in_container({}, tmp_path)
    (tmp_path / mark).parent.mkdir(exist_ok=True)
    (tmp_path / mark).touch()
    assert in_container({}, tmp_path)
