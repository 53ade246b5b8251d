"""A person's Windows in the rig, on which packages are installed: what is run there, and how things stand."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from windows import rig

LIMIT = 400
DESKTOP = "/desktop=shell,1280x760"
PROGRAMS = Path("/usr/lib/x86_64-linux-gnu/wine/x86_64-windows")
"""Wine's own."""
DRIVE = rig.PREFIX / "drive_c"
PERSON = DRIVE / "users" / getpass.getuser()
PLACE = PERSON / "AppData" / "Local" / "Programs" / "aws-sso-tray"
OWN = DRIVE / "Own Folder" / "tray"
FOR_ALL = DRIVE / "Program Files" / "aws-sso-tray"
UNINSTALL = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\aws-sso-tray"
RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
SCHEME = r"Software\Classes\aws-sso-tray"

_READ = """
import json, sys, winreg
def values(key):
    try:
        with winreg.OpenKey(getattr(winreg, sys.argv[1]), key) as opened:
            return {n: [v, k] for n, v, k in (winreg.EnumValue(opened, i) for i in range(winreg.QueryInfoKey(opened)[1]))}
    except FileNotFoundError:
        return {}
print(json.dumps([values(key) for key in sys.argv[2:]]))
"""
_WRITE = """
import sys, winreg
with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, sys.argv[1], 0, winreg.KEY_SET_VALUE) as key:
    if len(sys.argv) == 4: winreg.SetValueEx(key, sys.argv[2], 0, winreg.REG_EXPAND_SZ, sys.argv[3])
    else: winreg.DeleteValue(key, sys.argv[2])
"""
_CLEAR = """
import sys, winreg
for key, name in zip(sys.argv[1::2], sys.argv[2::2]):
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key, 0, winreg.KEY_SET_VALUE) as opened:
            winreg.DeleteValue(opened, name)
    except FileNotFoundError: pass
for key in {keys}:
    try: winreg.DeleteKey(winreg.HKEY_CURRENT_USER, key)
    except OSError: pass
everybody = r"System\\CurrentControlSet\\Control\\Session Manager\\Environment"
with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, everybody, 0, winreg.KEY_ALL_ACCESS) as opened:
    path, kind = winreg.QueryValueEx(opened, "PATH")
    winreg.SetValueEx(opened, "PATH", 0, kind, path.rstrip(";"))  # Wine's uninstall leaves one, and its cmd trips over it
"""
_HOLDER = """
import os
from aws_sso_core import desktop
from aws_sso_core.paths import Paths
print(desktop.instance(Paths.from_environment(os.environ)).holder() or 0)
"""
Values = dict[str, list[Any]]
"""Name -> value and registry type."""


@dataclass(frozen=True)
class Seen:
    """How things stood at one moment."""

    environment: Values
    autostart: Values
    entry: Values
    scheme: Values
    files: frozenset[str]
    """Below the usual place of a setup."""
    version: str
    """What `aws-sso-tray --version` says in a command prompt that was opened just then."""
    tray: int
    """The process id of the running tray, 0 for none."""
    link: bool
    """Whether the Start menu has it."""


@dataclass(frozen=True)
class Machine:
    """One person's Windows on a display; our own files lie in ``ours``."""

    display: str
    ours: Path
    _started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        return {"AWS_SSO_TRAY_HOME": rig.windows_path(self.ours)}

    def run(self, program: Path, *words: str) -> subprocess.CompletedProcess[str]:
        return rig.run(words, display=self.display, timeout=LIMIT, env=self.env, program=str(program))

    def on_desktop(self, program: Path, *words: str) -> None:
        """Start it as a double click would; it outlives this call."""
        command = [DESKTOP, rig.windows_path(program), *words]
        self._started.append(rig.start(command, display=self.display, env=self.env, program="explorer"))

    def clear(self) -> None:
        """Take away what an installation, also one of an earlier run that failed, has left in the rig."""
        for process in self._started:
            rig.end(process)
        code = _CLEAR.format(keys=(UNINSTALL, SCHEME))
        rig.run(["-c", code, "Environment", "Path", RUN, "aws-sso-tray"], display=self.display, timeout=LIMIT)
        for place in (PLACE, OWN, FOR_ALL, PERSON / ".aws"):
            shutil.rmtree(place, ignore_errors=True)

    def prompt(self, *words: str) -> str:
        """What a command prompt that is opened now answers to this."""
        return self.run(PROGRAMS / "cmd.exe", "/c", *words).stdout.strip()

    def batch(self, line: str) -> None:
        """Run one line by the command interpreter, quoted in no other way than it is."""
        (DRIVE / "line.bat").write_text(f"@{line}\n", newline="\r\n")
        self.prompt("C:\\line.bat")

    def registry(self, *keys: str, root: str = "HKEY_CURRENT_USER") -> list[Values]:
        """Empty for a key that is not there."""
        ran = rig.run(["-c", _READ, root, *keys], display=self.display, timeout=LIMIT)
        read: list[Values] = json.loads(ran.stdout.splitlines()[-1])
        return read

    def set_value(self, key: str, name: str, *value: str) -> None:
        """Set it, or remove it."""
        ran = rig.run(["-c", _WRITE, key, name, *value], display=self.display, timeout=LIMIT)
        assert ran.returncode == 0, ran.stdout

    def tray(self) -> int:
        """The process id of the running tray; 0 for none."""
        ran = rig.run(["-c", _HOLDER], display=self.display, timeout=LIMIT, env=self.env)
        return int(ran.stdout.split()[-1])

    def look(self) -> Seen:
        """All of it."""
        environment, autostart, entry, scheme = self.registry("Environment", RUN, UNINSTALL, SCHEME)
        menu = PERSON / "AppData" / "Roaming" / "Microsoft" / "Windows" / "Start Menu"
        return Seen(
            environment,
            autostart,
            entry,
            scheme,
            frozenset(tree(PLACE)),
            self.prompt("aws-sso-tray", "--version"),
            self.tray(),
            link=bool(list(menu.rglob("AWS SSO Tray.lnk"))),
        )


def tree(place: Path) -> set[str]:
    """Every file and folder below, as far as it stays while we look: an uninstaller may be at work."""
    return {
        (Path(folder) / name).relative_to(place).as_posix()
        for folder, folders, files in os.walk(place)
        for name in (*folders, *files)
    }


def dlls(file: Path) -> set[str]:
    """The DLLs that a program or library needs, in lower case."""
    told = subprocess.run(["x86_64-w64-mingw32-objdump", "-p", str(file)], check=True, capture_output=True, text=True)
    return {line.split()[-1].lower() for line in told.stdout.splitlines() if "DLL Name:" in line}
