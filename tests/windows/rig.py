"""A real Windows CPython on Debian: builds it, and runs programs in it.

    python tests/windows/rig.py build                       about a minute, once
    python tests/windows/rig.py run script.py [word ...]    with a display; the exit code is kept
    python tests/windows/rig.py stop                        ends what the rig started

``interpreter.py`` tells what the interpreter is made of. Wine, a compiler for two small executables and a display come
from Debian (``apt.txt``). What Wine cannot judge is listed in README.md beside this file.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RIG = Path(os.environ.get("AWS_SSO_TRAY_WINDOWS_RIG") or ROOT / ".nox" / "windows-rig")
VERSION = f"{sys.version_info.major}{sys.version_info.minor}"
PYTHON = RIG / f"py{VERSION}"
PREFIX = RIG / "prefix"
WINE = "/usr/lib/wine/wine64"  # Debian's /usr/bin/wine nags about 32-bit support
SCREEN = "1280x800x24"
KNOWN_TO_WINE = ("cryptography<42.0.6",)
"""For tests alone. Newer ones are built by Rust 1.78, whose ``bcryptprimitives.dll`` Debian 12's Wine has not."""


def windows_path(path: Path) -> str:
    """A Linux path as programs under Wine see it."""
    return "Z:" + str(path.resolve()).replace("/", "\\")


def environment(display: str = "") -> dict[str, str]:
    """Environment for programs under Wine: this rig's own prefix, no AWS settings of the machine."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "PYTHON", "XDG_", "VIRTUAL_ENV"))}
    return kept | {
        "WINEPREFIX": str(PREFIX),
        "WINEARCH": "win64",
        "WINEDEBUG": os.environ.get("WINEDEBUG", "-all"),
        "WINEDLLOVERRIDES": "mscoree=;mshtml=;winemenubuilder.exe=d",
        "DISPLAY": display,
        "PYTHONUTF8": "0",
        "PYTHONUNBUFFERED": "1",
    }


@contextlib.contextmanager
def screen() -> Iterator[str]:
    """A virtual display of its own with a window manager; gives its name (":7")."""
    read, write = os.pipe()
    xvfb = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"],
        pass_fds=[write],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as answer:
        display = f":{answer.readline().strip()}"
    manager = subprocess.Popen(
        ["openbox"],
        env={**os.environ, "DISPLAY": display},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield display
    finally:
        for process in (manager, xvfb):
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            if process.poll() is None:
                process.kill()
                process.wait()


def run(
    words: Sequence[str],
    *,
    display: str,
    timeout: float,
    env: Mapping[str, str] | None = None,
    program: str = "python.exe",
) -> subprocess.CompletedProcess[str]:
    """Run the Windows Python (or another program in its folder) and wait; past the limit it and its children end.

    Output goes through pipes: a regular file as standard output is an invalid handle to a Windows program here.

    Raises:
        subprocess.TimeoutExpired: with what it had said by then.
    """
    process = start(words, display=display, env=env, program=program)
    said: list[str] = []
    reader = threading.Thread(target=_read, args=(process, said), daemon=True)
    reader.start()
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired as late:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        reader.join(5)
        late.output = "".join(said)
        raise
    reader.join(5)  # no longer: Wine's own services hold the pipe when this program was the first one
    return subprocess.CompletedProcess(process.args, process.returncode, "".join(said))


def _read(process: subprocess.Popen[str], said: list[str]) -> None:
    if process.stdout:
        with process.stdout as lines:
            said.extend(lines)


def start(
    words: Sequence[str], *, display: str, env: Mapping[str, str] | None = None, program: str = "python.exe"
) -> subprocess.Popen[str]:
    """As ``run``, without waiting."""
    return subprocess.Popen(
        [WINE, program if program.startswith("explorer") else str(PYTHON / program), *words],
        env=environment(display) | dict(env or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )


def end(process: subprocess.Popen[str]) -> None:
    """Kill a process that ``start`` made, and those of its children that still belong to it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()


def build() -> None:
    """Make the rig, or complete it; what is there already and still right is kept."""
    RIG.mkdir(parents=True, exist_ok=True)
    if not (PYTHON / "ready").exists():
        shutil.rmtree(PYTHON, ignore_errors=True)
        sys.path.insert(0, str(HERE.parent))  # as a script, this file finds its own folder only
        from windows import interpreter  # noqa: PLC0415

        interpreter.make(PYTHON, downloads=RIG / "downloads", work=RIG / "stub")
        (PYTHON / "ready").touch()
    with screen() as display:
        if not (PREFIX / "system.reg").exists():
            _prefix(display)
        _packages(display)
        told = run(["-c", "import sys; print(sys.version)"], display=display, timeout=600)
        print("Windows Python under Wine:", told.stdout.strip())


def stop() -> None:
    """End every process of this rig's Wine prefix."""
    if PREFIX.exists():
        subprocess.run(["/usr/lib/wine/wineserver", "-k"], env=environment(), check=False, timeout=120)


def _prefix(display: str) -> None:
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    env = environment(display)
    subprocess.run([WINE, "wineboot", "-i"], env=env, timeout=900, check=True, **quiet)  # type: ignore[call-overload]
    subprocess.run([WINE, "winecfg", "/v", "win10"], env=env, timeout=600, check=True, **quiet)  # type: ignore[call-overload]
    subprocess.run(["/usr/lib/wine/wineserver", "-w"], env=env, timeout=600, check=True)


def _packages(display: str) -> None:
    """The project as a wheel with its dependencies, resolved by pip inside Windows; then what the tests need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    tests = project["dependency-groups"]["test"]
    stamp = (
        RIG
        / f"packages-{hashlib.sha256(repr((project['project']['dependencies'], tests, KNOWN_TO_WINE)).encode()).hexdigest()[:16]}"
    )
    wheels = RIG / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(wheels), str(ROOT)], check=True)
    wheel = windows_path(next(wheels.glob("*.whl")))
    certificates = ["--cert", "Z:\\etc\\ssl\\certs\\ca-certificates.crt"]
    install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-warn-script-location",
        "--disable-pip-version-check",
        *certificates,
    ]
    # The version stays while the code changes, so the project itself is always laid anew.
    jobs = [*([] if stamp.exists() else [[wheel, *tests, *KNOWN_TO_WINE]]), ["--no-deps", "--force-reinstall", wheel]]
    for words in jobs:
        told = run([*install, *words], display=display, timeout=1800)
        if told.returncode:
            sys.exit(f"pip inside Windows failed:\n{told.stdout}")
    stamp.touch()


def main() -> int:
    """The command line told at the top of this file."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    match sys.argv[1:]:
        case ["build"]:
            build()
            return 0
        case ["run", *words]:
            with screen() as display:
                process = start(words, display=display)
                try:
                    for line in process.stdout or ():
                        print(line, end="", flush=True)
                    return process.wait()
                finally:
                    end(process)
        case ["stop"]:
            stop()
            return 0
        case _:
            print(__doc__)
            return 2


if __name__ == "__main__":
    sys.exit(main())
