"""Our programs as a person on Windows starts them: separate processes, a real tray icon, a path with blanks and umlauts."""

from __future__ import annotations

import ctypes
import locale
import os
import shutil
import signal
import subprocess
import sys
from ctypes import wintypes
from dataclasses import replace
from pathlib import Path

import pytest

from aws_sso_core import desktop, programs
from aws_sso_core.desktop.windows import press_link
from aws_sso_core.desktop.windows.power import WM_ENDSESSION, WM_QUERYENDSESSION, WM_WTSSESSION_CHANGE
from aws_sso_core.desktop.windows.press_link import Press
from aws_sso_core.state import Wanted, Wishes
from aws_sso_core.system_clock import SystemClock
from patience import until
from windows.inside.windows_home import WindowsHome

if sys.platform != "win32":
    pytest.skip("for Windows", allow_module_level=True)

LIMIT = 240
WINDOWLESS = Path(sys.executable).with_name("pythonw.exe")


def test_login_opens_the_browser_and_takes_the_answer_by_pkce(home: WindowsHome) -> None:
    said = home.outcome("login", "--no-device")
    assert (said["event"], said["how"]) == ("signed-in", "new")
    assert home.box.calls.count("Authorize") == 1
    assert home.outcome("status")["sessions"][0]["state"] == "signed-in"


def test_the_profile_that_was_chosen_is_the_one_boto3_has(home: WindowsHome) -> None:
    home.outcome("login", "--no-device")
    home.outcome("use", "dev.admin")
    ran = home.python("import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])")
    assert b"AWSReservedSSO_AdministratorAccess_" in ran.stdout, ran.stderr


def test_who_waits_is_called_as_the_program_that_asked_and_not_as_what_stands_between(
    home: WindowsHome, tmp_path: Path
) -> None:
    base = Path(sys.base_prefix)
    program = tmp_path / "terraform.exe"
    shutil.copy(base / "python.exe", program)
    for library in (*base.glob("python*.dll"), *base.glob("vcruntime*.dll")):
        shutil.copy(library, tmp_path)
    ask = f"import subprocess, sys; sys.exit(subprocess.call({programs.credential_process('dev.admin') + ' --wait 600'!r}, shell=True))"
    env = {**home.env, "PYTHONHOME": str(base)}
    notes = Wanted(home.paths.wanted_dir, SystemClock())
    with subprocess.Popen([str(program), "-S", "-c", ask], env=env, stdout=subprocess.PIPE) as terraform:
        until(notes.read, "a note")
        assert [note.program for note in notes.read()] == ["terraform"]
        home.outcome("login", "--no-device")
        assert b"AccessKeyId" in terraform.communicate(timeout=LIMIT)[0]


def test_logout_ends_the_sign_in_and_removes_its_file(home: WindowsHome) -> None:
    home.outcome("login", "--no-device")
    home.outcome("logout")
    assert [p for p in home.paths.sso_cache.glob("*.json") if b"accessToken" in p.read_bytes()] == []
    assert home.box.calls.count("Logout") == 1


def test_paths_with_blanks_and_foreign_letters_are_told_as_they_are(home: WindowsHome) -> None:
    home.paths.config.write_text("[profile x\n", encoding="utf-8")
    ran = home.run("profiles")
    assert ran.returncode != 0
    code_page = locale.getpreferredencoding(do_setlocale=False)  # of a pipe; what it lacks is a question mark
    assert str(home.paths.config).encode(code_page, "replace").decode(code_page) in ran.stderr


def test_start_and_stop_are_the_trays_whole_life(home: WindowsHome) -> None:
    started = home.outcome("start")
    assert started["event"] == "started"
    assert home.outcome("start") == {"version": 1, "event": "already-running", "pid": started["pid"]}
    assert home.outcome("stop")["event"] == "stopped"
    assert home.outcome("stop")["event"] == "not-running"
    assert "Traceback" not in log_of(home)


def log_of(home: WindowsHome) -> str:
    return "".join(p.read_text(encoding="utf-8", errors="replace") for p in home.paths.log_dir.glob("*.*"))


def test_the_start_menus_entry_opens_the_search_window_of_a_tray_that_runs(home: WindowsHome) -> None:
    home.outcome("start")
    entry = [str(WINDOWLESS), "-P", "-m", "aws_sso_tray.app", "show"]
    assert subprocess.run(entry, env=home.env, timeout=LIMIT, check=False).returncode == 0
    picker = desktop.instance(replace(home.paths, state_dir=home.paths.state_dir / "picker"))
    until(picker.holder, "the search window")
    os.kill(picker.holder() or 0, signal.SIGTERM)


def test_the_tray_lives_without_a_console(home: WindowsHome) -> None:
    tray = subprocess.Popen([str(WINDOWLESS), "-P", "-m", "aws_sso_tray.app"], env=home.env)
    try:
        assert windows_of(tray.pid)
        Wishes(home.paths.wishes_dir, SystemClock()).ask("quit")
        assert tray.wait(LIMIT) == 0
    finally:
        tray.kill()
        tray.wait(LIMIT)


def test_windowless_python_has_no_standard_streams_and_the_tray_mends_them(home: WindowsHome) -> None:
    seen = home.paths.aws_dir / "seen"
    code = (
        "import sys; from pathlib import Path; before = [sys.stdin, sys.stdout, sys.stderr]\n"
        "from aws_sso_tray.app import _mend_streams; _mend_streams(); print('x'); sys.stderr.write('y')\n"
        f"Path({str(seen)!r}).write_text(repr(before))"
    )
    detached = subprocess.DETACHED_PROCESS
    subprocess.run([str(WINDOWLESS), "-P", "-c", code], env=home.env, timeout=LIMIT, check=True, creationflags=detached)
    assert seen.exists()


def test_windows_may_log_off_and_the_tray_ends_cleanly(home: WindowsHome) -> None:
    tray = subprocess.Popen([*programs.tray(console=True)], env=home.env, stdin=subprocess.DEVNULL)
    try:
        assert send(tray.pid, WM_QUERYENDSESSION, 0) == {1}
        send(tray.pid, WM_ENDSESSION, 1)
        assert tray.wait(LIMIT) == 0
    finally:
        tray.kill()
        tray.wait(LIMIT)
    assert "Traceback" not in log_of(home)


CTRL_C = """
import ctypes, subprocess, sys, threading
from patience import until
from windows.inside.test_inside_programs import windows_of
tray = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
windows_of(tray.pid)
kernel = ctypes.WinDLL("kernel32")
kernel.SetConsoleCtrlHandler(None, 1)
assert kernel.GenerateConsoleCtrlEvent(0, 0)
sys.exit(tray.wait(200))
"""


def test_ctrl_c_ends_a_tray_in_the_foreground_at_once(home: WindowsHome) -> None:
    command = [sys.executable, "-c", CTRL_C, *programs.tray(console=True)]
    env = {**home.env, "PYTHONPATH": str(Path(__file__).parents[2])}
    shown = subprocess.STARTUPINFO(dwFlags=subprocess.STARTF_USESHOWWINDOW)
    asked = subprocess.Popen(command, env=env, creationflags=subprocess.CREATE_NEW_CONSOLE, startupinfo=shown)
    assert asked.wait(LIMIT) == 0
    assert "Traceback" not in log_of(home)


def test_a_log_off_that_was_called_off_leaves_the_tray_there(home: WindowsHome) -> None:
    pid = home.outcome("start")["pid"]
    assert send(pid, WM_QUERYENDSESSION, 0) == {1}
    send(pid, WM_ENDSESSION, 0)
    assert home.outcome("start")["event"] == "already-running"


def test_lock_unlock_and_a_new_taskbar_leave_the_tray_there(home: WindowsHome) -> None:
    pid = home.outcome("start")["pid"]
    for message, what in ((WM_WTSSESSION_CHANGE, 7), (WM_WTSSESSION_CHANGE, 8), (taskbar_created(), 0)):
        send(pid, message, what)
    assert home.outcome("start") == {"version": 1, "event": "already-running", "pid": pid}
    assert "Traceback" not in log_of(home)


def opened(home: WindowsHome, link: str) -> None:
    """Have Windows open a link, as a browser or the Action Center does."""
    ran = home.python(f"import os; os.startfile({link!r})")
    assert ran.returncode == 0, ran.stderr


@pytest.mark.usefixtures("links_open_us")
def test_a_button_in_the_action_center_signs_in_even_if_the_tray_has_died(home: WindowsHome) -> None:
    link = press_link.write(
        Press("sign-in corp", "sign-in"), press_link.key_in(home.paths.state_dir, desktop.sealing())
    )
    assert link
    opened(home, link)
    until(lambda: home.outcome("status")["sessions"][0]["state"] == "signed-in", "the sign-in")
    assert desktop.instance(home.paths).holder() is not None


@pytest.mark.usefixtures("links_open_us")
def test_a_strangers_link_starts_nothing(home: WindowsHome) -> None:
    forged = "aws-sso-tray:press?notice=sign-in%20corp&button=sign-in&seal=" + "0" * 32
    opened(home, forged)
    until(lambda: "none of ours" in log_of(home), "the refusal")
    assert desktop.instance(home.paths).holder() is None


@pytest.mark.usefixtures("links_open_us")
def test_a_link_that_breaks_our_command_line_apart_starts_nothing_either(home: WindowsHome) -> None:
    link = press_link.write(
        Press("sign-in corp", "sign-in"), press_link.key_in(home.paths.state_dir, desktop.sealing())
    )
    broken = f'{link}" --verbose "'
    opened(home, broken)
    until(lambda: "none of ours" in log_of(home), "the refusal")
    assert desktop.instance(home.paths).holder() is None


def test_the_tray_renews_by_a_child_while_nobody_looks(home: WindowsHome) -> None:
    home.outcome("login", "--no-device")
    (token,) = (p for p in home.paths.sso_cache.glob("*.json") if b"accessToken" in p.read_bytes())
    before = token.read_bytes()
    home.box.knobs.access_token_lifetime *= 2
    import json  # noqa: PLC0415
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415

    soon = (datetime.now(UTC) + timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:%SZ")
    token.write_text(json.dumps({**json.loads(before), "expiresAt": soon}))
    home.outcome("start")
    until(lambda: home.box.calls.count("CreateToken") > 1, "the renewal")
    until(lambda: json.loads(token.read_bytes())["expiresAt"] > soon, "the new token")


if sys.platform == "win32":
    user32 = ctypes.WinDLL("user32", use_last_error=True)
    _EACH = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)
    user32.SendMessageW.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
    user32.SendMessageW.restype = ctypes.c_ssize_t
    user32.EnumWindows.argtypes = (_EACH, wintypes.LPARAM)

    def windows_of(pid: int) -> list[int]:
        """The top-level windows of the process's tray icon, once both are there: pystray has one more for its menu."""
        found: set[int] = set()

        def look(handle: int, _: int) -> bool:
            owner = wintypes.DWORD()
            user32.GetWindowThreadProcessId(wintypes.HWND(handle), ctypes.byref(owner))
            name = ctypes.create_unicode_buffer(200)
            user32.GetClassNameW(wintypes.HWND(handle), name, 200)
            if owner.value == pid and "SystemTrayIcon" in name.value:
                found.add(handle)
            return True

        def seen() -> bool:
            user32.EnumWindows(_EACH(look), 0)
            return len(found) == 2

        until(seen, "the icon's windows")
        return sorted(found)

    def send(pid: int, message: int, what: int) -> set[int]:
        """Send a message to each window, as Windows does; their answers, of which pystray fills 32 bits."""
        return {int(user32.SendMessageW(one, message, what, 0)) & 0xFFFF_FFFF for one in windows_of(pid)}

    def taskbar_created() -> int:
        """The message that Explorer sends when it came up again."""
        return int(user32.RegisterWindowMessageW("TaskbarCreated"))
