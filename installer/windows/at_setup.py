r"""What a setup cannot do itself; run by the Python that it has just laid, and by the uninstaller.

    runtime\python.exe runtime\at_setup.py install [--path] [--autostart] [--shortcut FILE]
    runtime\python.exe runtime\at_setup.py uninstall [--settings]

PATH is changed here and not in the setup: NSIS cuts strings at 1,024 characters, and with it people's PATH.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

assert sys.platform == "win32"  # for type checkers; hence the imports below

import winreg  # noqa: E402

from aws_sso_core.desktop.windows import identity  # noqa: E402
from aws_sso_core.desktop.windows.api import WindowsApi  # noqa: E402
from aws_sso_core.desktop.windows.autostart import WindowsAutostart  # noqa: E402
from aws_sso_core.desktop.windows.registry import MachineRegistry, UserRegistry  # noqa: E402
from aws_sso_core.paths import Paths  # noqa: E402

APP = Path(sys.executable).parent.parent
"""The folder of the launchers."""
ENVIRONMENT = "Environment"


def main(words: Sequence[str]) -> int:
    """The command told above; it says what it could not do, and does the rest."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    install = commands.add_parser("install")
    install.add_argument("--path", action="store_true")
    install.add_argument("--autostart", action="store_true")
    install.add_argument("--shortcut", type=Path)
    uninstall = commands.add_parser("uninstall")
    uninstall.add_argument("--settings", action="store_true")
    given = parser.parse_args(words)
    return sum([not done(job) for job in jobs(given)])


def jobs(given: argparse.Namespace) -> list[Callable[[], object]]:
    """What was asked for."""
    registry = UserRegistry()
    autostart = WindowsAutostart(registry, MachineRegistry())
    if given.command == "uninstall":
        wanted: list[Callable[[], object]] = [partial(change_path, add=False), autostart.disable, unregister]
        return [*wanted, forget] if given.settings else wanted
    tray = str(APP / "aws-sso-trayw.exe")
    wanted = [partial(identity.register, registry, [tray, "press"], APP / "aws-sso-tray.ico")]
    if given.path:
        wanted.append(partial(change_path, add=True))
    if given.autostart:
        wanted.append(partial(autostart.enable, [tray]))
    if given.shortcut:
        wanted.append(partial(shortcut, given.shortcut))
    return wanted


def done(job: Callable[[], object]) -> bool:
    """Do it; what stands in the way is told to the setup's log."""
    try:
        job()
    except Exception as error:  # noqa: BLE001 - one thing that fails must not keep the others from being done
        print(f"{getattr(job, 'func', job).__name__}: {error!r}")
        return False
    return True


def change_path(*, add: bool) -> None:
    """Put our folder at the end of the person's PATH, or take it out; what else is there stays as it is, and its type."""
    with winreg.CreateKeyEx(winreg.HKEY_CURRENT_USER, ENVIRONMENT, 0, winreg.KEY_READ | winreg.KEY_WRITE) as key:
        try:
            before, kind = winreg.QueryValueEx(key, "Path")
        except FileNotFoundError:
            before, kind = "", winreg.REG_EXPAND_SZ
        after = path_with(before, str(APP), add=add)
        if after == before:
            return
        if after:
            winreg.SetValueEx(key, "Path", 0, kind, after)
        else:
            winreg.DeleteValue(key, "Path")
    WindowsApi().broadcast_environment()


def path_with(before: str, folder: str, *, add: bool) -> str:
    """``before`` with or without the folder; entries are compared as Windows does, without case and a last backslash."""
    same = [
        part for part in before.split(";") if os.path.normcase(part.strip().rstrip("\\")) == os.path.normcase(folder)
    ]
    if add:
        return before if same else ";".join(filter(None, (before.rstrip(";"), folder)))
    return ";".join(part for part in before.split(";") if part not in same) if same else before


def shortcut(file: Path) -> None:
    """The Start menu's entry, with the identity under which Windows groups our windows and shows our notices."""
    sys.frozen = True  # type: ignore[attr-defined] # tells pywin32 to look for its DLLs on sys.path
    import pythoncom  # noqa: PLC0415 - now it can be found
    from win32comext.propsys import propsys, pscon  # noqa: PLC0415 - win32com finds them only when it is not frozen
    from win32comext.shell import shell  # noqa: PLC0415 - as above

    file.parent.mkdir(parents=True, exist_ok=True)
    link: Any = pythoncom.CoCreateInstance(
        shell.CLSID_ShellLink, None, pythoncom.CLSCTX_INPROC_SERVER, shell.IID_IShellLink
    )
    link.SetPath(str(APP / "aws-sso-trayw.exe"))
    link.SetArguments("show")
    link.SetWorkingDirectory(str(Path.home()))
    link.SetDescription("Keeps you signed in to AWS IAM Identity Center")
    link.SetIconLocation(str(APP / "aws-sso-tray.ico"), 0)
    try:
        store: Any = link.QueryInterface(propsys.IID_IPropertyStore)
        store.SetValue(pscon.PKEY_AppUserModel_ID, propsys.PROPVARIANTType(identity.AUMID, pythoncom.VT_LPWSTR))
        store.Commit()
    finally:
        link.QueryInterface(pythoncom.IID_IPersistFile).Save(str(file), 0)


def unregister() -> None:
    """Take back what ``identity.register`` wrote, here or in a running tray."""
    below = rf"{identity.SCHEME_KEY}\shell\open\command"
    scheme = [below.rsplit("\\", n)[0] for n in range(4)]  # a key goes only when none is below it
    for key in (*scheme, identity.AUMID_KEY):
        with contextlib.suppress(FileNotFoundError):
            winreg.DeleteKey(winreg.HKEY_CURRENT_USER, key)


def forget() -> None:
    """Our settings and state. ``~/.aws`` is not ours, but for one folder of notes in it."""
    paths = Paths.from_environment(os.environ)
    paths.settings.unlink(missing_ok=True)
    for place in (paths.state_dir, paths.log_dir, paths.warm_dir):
        shutil.rmtree(place, ignore_errors=True)
    with contextlib.suppress(OSError):  # it may be gone, or hold what is not ours
        paths.settings.parent.rmdir()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
