r"""Lays the program's folder for Windows; runs in the very Windows Python that is shipped with it.

    python.exe installer\windows\stage.py FOLDER WHEEL [pip word ...]

Makes, below FOLDER, what the launchers of ``build.py`` need beside them::

    runtime\            this Python, without what only developers need; python.exe for at_setup.py and the curious
    runtime\site-packages\   the wheel and what it depends on, as plain files: pystray (LGPL) can be replaced there
    licences\           of everything shipped, with a list in NOTICE.txt
    aws-sso-tray.ico    drawn by the program's own icon module

Everything is copied from official packages; nothing is packed into an archive or changed. What is left out is named here.
"""

from __future__ import annotations

import compileall
import importlib.metadata
import os
import py_compile
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path

BASE = Path(sys.base_prefix)
TAG = f"python{sys.version_info.major}{sys.version_info.minor}"
BESIDE = (f"{TAG}.dll", "python3.dll", "python.exe", "vcruntime140.dll", "vcruntime140_1.dll")
DEVELOPERS = [
    *("__pycache__", "site-packages", "test", "tests", "idlelib", "ensurepip", "lib2to3", "turtledemo", "venv"),
    *("pydoc_data", "msilib", "curses", "_test*.pyd", "_ctypes_test*", "_msi.pyd", "*.pdb", "*_d.pyd", "py*.ico"),
]
NOT_SHIPPED = [
    *("bin", "share", "_distutils_hack", "distutils-precedence.pth", "pypiwin32-*.dist-info"),
    *("setuptools/tests", "setuptools/*.exe", "pkg_resources/tests"),
    *("pywin32.pth", "PyWin32.chm", "pywin32_system32", "pythonwin", "adodbapi", "isapi", "win32/pythonservice.exe"),
    *(f"win32/{part}" for part in ("Demos", "demos", "test", "scripts", "include", "libs")),
    *(f"win32com/{part}" for part in ("demos", "test", "HTML", "makegw")),
]
PYWIN32_KEPT = ("shell", "propsys")
"""Of pywin32's COM extensions: what sets the identity of a shortcut."""
AWS_SERVICES = ("sso", "sso-oidc", "sts", "ecr", "ecr-public")
"""botocore describes 400 services in 25 MB; these are ours (a test compares them with the code)."""
AWS_SHARED = ("endpoints", "partitions", "sdk-default-configuration", "_retry")
MIT_WITHOUT_TEXT = {
    "win10toast": "Copyright (c) 2017 Jithu R Jacob",
    "winrt-": "Copyright (c) Microsoft Corporation. All rights reserved. Copyright (c) 2021-2022 David Lechner",
}
"""Parts whose packages lack the text that is in their repositories, where it is the MIT licence: name -> whose."""
REPLACEABLE = ("pystray",)
"""LGPL-3.0: a changed source file must take effect, so its compiled form is checked against it."""


def main(words: Sequence[str]) -> int:
    """The command told above."""
    folder, wheel = Path(words[0]), words[1]
    runtime = folder / "runtime"
    packages = runtime / "site-packages"
    python(runtime)
    pip("install", "--target", str(packages), "--no-compile", *words[2:], wheel)
    pywin32(packages)
    trim(packages)
    shutil.copy(Path(__file__).with_name("at_setup.py"), runtime)
    paths = ("Lib", "DLLs", "site-packages", r"site-packages\win32", r"site-packages\win32\lib")
    (runtime / f"{TAG}._pth").write_text("".join(f"{path}\n" for path in paths), encoding="ascii")
    compile_all(runtime)
    licences(packages, folder / "licences")
    icon(runtime / "python.exe", folder / "aws-sso-tray.ico")
    return 0


def python(runtime: Path) -> None:
    """Copy this Python."""
    left_out = shutil.ignore_patterns(*DEVELOPERS)
    runtime.mkdir(parents=True)
    for name in BESIDE:
        if (BASE / name).exists():
            shutil.copy(BASE / name, runtime)
    for name in ("Lib", "DLLs", "tcl"):
        if (BASE / name).is_dir():
            shutil.copytree(BASE / name, runtime / name, ignore=left_out)
    if not (runtime / "vcruntime140_1.dll").exists():  # python.org's has it, that of the rig may not
        place = runtime / "msvc"
        pip("install", "--target", str(place), "--no-compile", "msvc-runtime")
        shutil.copy(next(place.rglob("vcruntime140_1.dll")), runtime)
        shutil.rmtree(place)


def pip(*words: str) -> None:
    """This Python's own pip, which resolves for Windows."""
    quiet = ("--quiet", "--disable-pip-version-check", "--no-warn-script-location")
    subprocess.run([sys.executable, "-m", "pip", *words, *quiet], check=True)


def trim(packages: Path) -> None:
    """Take away what is not used here."""
    for pattern in NOT_SHIPPED:
        for found in packages.glob(pattern):
            remove(found)
    for extension in (packages / "win32comext").iterdir():
        if extension.is_dir() and extension.name not in PYWIN32_KEPT:
            remove(extension)
    trim_botocore(packages)


def trim_botocore(packages: Path) -> None:
    """Take away the descriptions of services that we do not call."""
    for found in (packages / "botocore" / "data").iterdir():
        if found.name.split(".")[0] not in (*AWS_SERVICES, *AWS_SHARED):
            remove(found)
    remove(packages / "boto3" / "examples")
    remove(packages / "boto3" / "data")


def remove(place: Path) -> None:
    """A file or a folder."""
    if place.is_dir():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def pywin32(packages: Path) -> None:
    """Its two DLLs go where its own loader looks in a frozen program: on ``sys.path``, beside its modules."""
    for file in (packages / "pywin32_system32").glob("*.dll"):
        file.rename(packages / "win32" / file.name)


def compile_all(runtime: Path) -> None:
    """Compile now: at work the folder may be read-only, and installers keep no exact times of files."""
    modes = py_compile.PycInvalidationMode
    compileall.compile_dir(runtime, quiet=2, invalidation_mode=modes.UNCHECKED_HASH)
    for name in REPLACEABLE:
        place = runtime / "site-packages" / name
        compileall.compile_dir(place, quiet=2, force=True, invalidation_mode=modes.CHECKED_HASH)


def licences(packages: Path, out: Path) -> None:
    """Copy every licence, and list what they are of."""
    (out / "python").mkdir(parents=True)
    own = [place / "LICENSE.txt" for place in (BASE, Path(sysconfig.get_path("stdlib")))]
    shutil.copy(next(file for file in own if file.exists()), out / "python")
    version = sys.version.split()[0]
    rows = [f"CPython {version}: PSF-2.0 (with OpenSSL, libffi, zlib, Tcl/Tk and others): python"]
    rows += licences_of(packages, out)
    head = "AWS SSO Tray ships these, each under its own licence, unchanged and as plain files in runtime\\site-packages.\n"
    (out / "NOTICE.txt").write_text(head + "\n" + "\n".join(rows) + "\n", encoding="utf-8")


def licences_of(packages: Path, out: Path) -> Iterator[str]:
    """Copy the licences of what is in ``packages``; a line for each part.

    Raises:
        SystemExit: a part has none, and nobody has found out whose it is.
    """
    ours = next(packages.glob("aws_sso_tray-*.dist-info/licenses/LICENSE")).read_text(encoding="utf-8")
    for found in sorted(importlib.metadata.distributions(path=[str(packages)]), key=lambda d: d.name.lower()):
        meta = found.metadata
        kind = next((meta[key] for key in ("License-Expression", "License") if meta.get_all(key)), "see its files")
        place = out / found.name
        texts = [file for file in found.files or () if is_licence(file.name) and Path(str(file.locate())).is_file()]
        for file in texts:
            parts = file.parts
            target = place.joinpath(*(parts[parts.index("licenses") + 1 :] if "licenses" in parts else parts[-1:]))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(Path(str(file.locate())), target)
        if not texts:
            holder = next((text for name, text in MIT_WITHOUT_TEXT.items() if found.name.startswith(name)), None)
            if holder is None:
                sys.exit(f"{found.name} brings no licence text. Find out whose it is, and add it to MIT_WITHOUT_TEXT.")
            place.mkdir(parents=True)
            text = re.sub(r"^Copyright .*$", holder, ours, count=1, flags=re.MULTILINE)
            (place / "LICENSE").write_text(text, encoding="utf-8")
        yield f"{found.name} {found.version}: {kind.strip().splitlines()[0]}: {found.name}"


def is_licence(name: str) -> bool:
    """Whether a file of this name is a licence text."""
    return name.upper().startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE")) and not name.endswith(".py")


def icon(shipped: Path, out: Path) -> None:
    """Draw it with the shipped Python: a first proof that it works."""
    code = (
        "import sys; from aws_sso_tray.icon import emblem; sizes = (16, 20, 24, 32, 40, 48, 64, 256);"
        "first, *more = [emblem(s) for s in reversed(sizes)];"
        "first.save(sys.argv[1], sizes=[(s, s) for s in sizes], append_images=more)"
    )
    subprocess.run([str(shipped), "-c", code, str(out)], check=True, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    if os.name != "nt":
        sys.exit("This runs in a Windows Python; installer/windows/build.py calls it.")
    sys.exit(main(sys.argv[1:]))
