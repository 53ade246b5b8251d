"""Other processes: whether they live, and what people call the one that started us."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from aws_sso_core.warm import CALLER

_SHELLS = frozenset({"sh", "dash", "bash", "zsh", "ksh", "fish", "ash", "busybox"})
_INTERPRETERS = ("python", "node", "ruby", "java", "perl")
_FOR_KUBECTL = "get-token"
"""Of ``aws eks``: what clients of Kubernetes run for a token."""
_NAME_LIMIT = 40
_COMM_LIMIT = 15
"""Linux cuts a process's own name to this many bytes."""
_GENERATIONS = 6
_REDIRECTED = os.name == "nt" and getattr(sys, "_base_executable", sys.executable) != sys.executable
"""The parent is the ``python.exe`` of a virtual environment on Windows, which starts the real one."""
_LARGEST_ID = 2**31 - 1


def alive(pid: int) -> bool:
    """Whether a process of this id lives (as far as we may see)."""
    if not 0 < pid <= _LARGEST_ID:
        return False
    if os.name == "nt":
        return _alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def caller_name() -> str:
    """What people call the program that started this process: "terraform", "aws", "deploy.py".

    SDKs put a shell in between (``sh -c``), which is passed over, and so are programs that work for the one above: its
    plug-ins (``terraform-provider-aws``), and the AWS CLI that kubectl asks for a token. A name for a notice, not for a
    decision.
    """
    callers = [(name, words) for name, words in _ancestors() if not _stands_between(name, words)]
    for (name, words), (above, _) in pairwise([*callers, ("", [])]):
        if not (above and (name.startswith(f"{above}-") or _FOR_KUBECTL in words)):
            return shown_name(_script(name, words) or name)
    return shown_name("")


def ancestor_names() -> list[str]:
    """The programs that started this process, the nearest first: ``["bash", "sshd"]``; as far as can be seen."""
    return [name for name, _ in _ancestors()]


def _ancestors() -> Iterator[tuple[str, list[str]]]:
    """(name, arguments) of the parent, of its parent and so on; of the helper's, where it is the parent of this one."""
    told = os.environ.get(CALLER, "")
    pid = int(told) if told.isdecimal() else os.getppid()
    for number in range(_GENERATIONS):
        seen = _proc(pid) or _ps(pid) or _snapshot(pid)
        if seen is None:
            return
        pid, name, arguments = seen
        if number or not _REDIRECTED:
            yield name, arguments


def _stands_between(name: str, words: list[str]) -> bool:
    """A shell that an SDK calls the helper by. Windows tells no arguments, but nobody's programs are cmd's."""
    return (name in _SHELLS and "-c" in words[1:2]) or name.lower() == "cmd"


def shown_name(name: str) -> str:
    """The name fit for a notice: printable, on one line, not too long; "a program" for none."""
    printable = "".join(c for c in name if c.isprintable()).strip()
    return (printable if len(printable) <= _NAME_LIMIT else printable[: _NAME_LIMIT - 1] + "…") or "a program"


def _script(name: str, arguments: list[str]) -> str | None:
    """The script or module an interpreter runs, or None when this is no interpreter or tells none."""
    if not name.startswith(_INTERPRETERS):
        return None
    rest = arguments[1:]
    for i, argument in enumerate(rest):
        if argument in {"-m", "-jar"} and i + 1 < len(rest):
            return Path(rest[i + 1]).name
        if argument in {"-c", "-e"}:
            return None
        if not argument.startswith("-"):
            return Path(argument).name
    return None


def _proc(pid: int) -> tuple[int, str, list[str]] | None:
    """(parent, name, arguments) from Linux's /proc."""
    place = Path("/proc") / str(pid)
    try:
        stat = (place / "stat").read_bytes()
        arguments = (place / "cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return None
    # The name stands in parentheses and may hold some itself: "1 (a) b) S 0 ...".
    head, _, tail = stat.rpartition(b")")
    name = head.partition(b"(")[2].decode(errors="replace")
    if len(name) >= _COMM_LIMIT and Path(arguments[0]).name.startswith(name):
        name = Path(arguments[0]).name
    return int(tail.split()[1]), name, arguments


def _ps(pid: int) -> tuple[int, str, list[str]] | None:
    """(parent, name, arguments) from ``ps``, on macOS and the like."""
    if os.name == "nt":
        return None
    import subprocess  # noqa: PLC0415 - Linux has no need of it

    try:
        done = subprocess.run(
            ["ps", "-o", "ppid=,command=", "-p", str(pid)], capture_output=True, text=True, timeout=2, check=True
        )
        parent, command = done.stdout.split(maxsplit=1)
        arguments = command.split()
        return int(parent), Path(arguments[0].lstrip("-")).name, arguments
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return None


def _snapshot(pid: int) -> tuple[int, str, list[str]] | None:  # pragma: no cover - exercised by tests/windows
    """(parent, name, arguments) from Windows, which tells no arguments of another process."""
    if os.name != "nt":
        return None
    import ctypes  # noqa: PLC0415 - Windows only
    from ctypes import wintypes  # noqa: PLC0415

    class Entry(ctypes.Structure):  # PROCESSENTRY32W
        _fields_ = (
            ("size", wintypes.DWORD),
            ("usage", wintypes.DWORD),
            ("pid", wintypes.DWORD),
            ("heap", ctypes.c_size_t),
            ("module", wintypes.DWORD),
            ("threads", wintypes.DWORD),
            ("parent", wintypes.DWORD),
            ("priority", wintypes.LONG),
            ("flags", wintypes.DWORD),
            ("exe", ctypes.c_wchar * 260),
        )

    kernel32 = getattr(ctypes, "WinDLL")("kernel32")  # noqa: B009 - absent elsewhere
    kernel32.CreateToolhelp32Snapshot.restype = wintypes.HANDLE
    handle = wintypes.HANDLE(kernel32.CreateToolhelp32Snapshot(2, 0))
    entry = Entry(size=ctypes.sizeof(Entry))
    try:
        more = kernel32.Process32FirstW(handle, ctypes.byref(entry))
        while more and entry.pid != pid:
            more = kernel32.Process32NextW(handle, ctypes.byref(entry))
        return (int(entry.parent), str(entry.exe).removesuffix(".exe"), [str(entry.exe)]) if more else None
    finally:
        kernel32.CloseHandle(handle)


def _alive_on_windows(pid: int) -> bool:  # pragma: no cover - exercised by tests/windows
    import ctypes  # noqa: PLC0415 - Windows only

    # Not os.kill(pid, 0): there it means "send Ctrl+C".
    kernel32 = getattr(ctypes, "WinDLL")("kernel32", use_last_error=True)  # noqa: B009 - absent elsewhere
    synchronize, timed_out, access_denied = 0x0010_0000, 0x102, 5
    handle = kernel32.OpenProcess(synchronize, False, pid)  # noqa: FBT003 - a C call
    if not handle:
        return bool(getattr(ctypes, "get_last_error")() == access_denied)  # noqa: B009 - absent elsewhere
    try:
        return bool(kernel32.WaitForSingleObject(handle, 0) == timed_out)
    finally:
        kernel32.CloseHandle(handle)
