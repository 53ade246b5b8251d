r"""Makes the two Windows packages: a setup for one person and an MSI for administrators.

    python3 noxfile.py installer                  on Debian: a TEST BUILD, with the Python of tests/windows under Wine
    py -3.13 installer\windows\build.py           on Windows, with python.org's Python: what is released

Both go the same way: ``stage.py`` lays the program's folder in the Windows Python that it is shipped with; the launchers
are compiled into it, one for each command in pyproject.toml; NSIS and wixl pack it. The tools are Debian's, or on Windows
MSYS2's (see installer/README.md). The version is pyproject.toml's, nobody else's.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT / place) for place in ("", "core", "tests")]  # nothing need be installed for it

from installer.windows import msi  # noqa: E402 - found by the line above

WINDOWS = os.name == "nt"
PREFIX = "" if WINDOWS else "x86_64-w64-mingw32-"
_publisher = tomllib.loads((HERE.parent / "publisher.toml").read_text(encoding="utf-8"))
PUBLISHER, WINGET_ID, URL = (_publisher[name] for name in ("name", "winget", "url"))
NOWHERE = ".invalid"


@dataclass(frozen=True, slots=True)
class Product:
    """What is built: its version, and which build of it."""

    version: str
    description: str
    consoles: dict[str, str]
    """Console program -> ``module:function``."""
    windows: dict[str, str]
    """The same for programs without a console."""
    test: bool

    @classmethod
    def read(cls, *, test: bool) -> Product:
        """From pyproject.toml."""
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        return cls(project["version"], project["description"], project["scripts"], project["gui-scripts"], test)

    @property
    def programs(self) -> dict[str, str]:
        """All of them."""
        return {**self.consoles, **self.windows}

    @property
    def file(self) -> str:
        """The beginning of the packages' names."""
        return f"aws-sso-tray-{self.version}" + ("-test-build" if self.test else "")

    @property
    def shown(self) -> str:
        """The version as people see it."""
        return self.version + (" (test build)" if self.test else "")


class Python:
    """The Windows Python that the program is shipped with: this one, or under Wine that of the rig."""

    def __init__(self) -> None:
        if WINDOWS:
            self.tag = f"python{sys.version_info.major}{sys.version_info.minor}"
            return
        self._rig = the_rig()
        self.tag = f"python{self._rig.VERSION}"

    def path(self, place: Path) -> str:
        """A path as this Python reads it."""
        return str(place) if WINDOWS else self._rig.windows_path(place)

    def run(self, *words: str) -> None:
        """Run a script in it; SystemExit when that fails."""
        if WINDOWS:
            subprocess.run([sys.executable, *words], check=True)
            return
        with self._rig.screen() as display:
            ran = self._rig.run(words, display=display, timeout=400)
        if ran.returncode:
            sys.exit(f"{words[0]} failed in the Windows Python:\n{ran.stdout}")


def the_rig() -> Any:
    """``tests/windows/rig.py``: not there for a type checker that checks for another system."""
    return importlib.import_module("windows.rig")


def build(out: Path, *, packed: bool = True) -> list[Path]:
    """Make the packages in ``out``; the files.

    Args:
        out: a folder, made anew.
        packed: compressed as far as it goes, which takes a minute; tests have no need of it.
    """
    product = Product.read(test=not WINDOWS)
    app, work = out / "app", out / "work"
    shutil.rmtree(out, ignore_errors=True)
    work.mkdir(parents=True)
    with timed("program folder"):
        python = Python()
        certificates = () if WINDOWS else ("--cert", "Z:\\etc\\ssl\\certs\\ca-certificates.crt")
        python.run(python.path(HERE / "stage.py"), python.path(app), python.path(make_wheel(out)), *certificates)
        launchers(product, python.tag, app, work)
    with timed("setup"):
        setup = make_setup(product, app, out, packed=packed)
    with timed("MSI"):
        package = out / f"{product.file}.msi"
        msi.make(app, package, version=product.version, shown=product.shown, publisher=PUBLISHER, work=work)
    if not product.test and URL.endswith(NOWHERE):
        print("No winget manifests: installer/publisher.toml has no address yet.")
        return [setup, package]
    return [setup, package, winget(product, setup)]


def make_wheel(out: Path) -> Path:
    """Our own wheel."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(out / "wheel"), str(ROOT)], check=True)
    return next((out / "wheel").glob("*.whl"))


def launchers(product: Product, tag: str, app: Path, work: Path) -> None:
    """Compile one for each program into ``app``."""
    for name, entry in product.programs.items():
        module, function = entry.split(":")
        line = f"import sys; sys.frozen = True; from {module} import {function}; sys.exit({function}())"
        resource = work / f"{name}.rc"
        filled = Template((HERE / "launcher.rc").read_text(encoding="utf-8")).substitute(
            name=name,
            version=product.shown,
            numbers=",".join((*product.version.split("."), "0", "0", "0")[:4]),
            publisher=PUBLISHER,
            description="AWS SSO Tray",
            manifest=(HERE / "launcher.manifest").as_posix(),
            icon=(app / "aws-sso-tray.ico").as_posix(),
        )
        resource.write_text(filled, encoding="utf-8")
        compiled = resource.with_suffix(".res")
        subprocess.run([f"{PREFIX}windres", str(resource), "-O", "coff", str(compiled)], check=True)
        flags = ["-mwindows", "-DWINDOWLESS"] if name in product.windows else []
        words = [f'-DPYTHON_DLL=L"{tag}.dll"', f'-DENTRY=L"{line}"', *flags, str(HERE / "launcher.c"), str(compiled)]
        gcc = [f"{PREFIX}gcc", "-O2", "-s", "-municode", "-static", "-Wall", "-Wextra", "-Wno-unused-parameter"]
        subprocess.run([*gcc, *words, "-o", str(app / f"{name}.exe")], check=True)


def make_setup(product: Product, app: Path, out: Path, *, packed: bool) -> Path:
    """The setup, made by NSIS."""
    setup = out / f"{product.file}-setup.exe"
    size = sum(file.stat().st_size for file in app.rglob("*") if file.is_file()) // 1024
    given = {"VERSION": product.version, "SHOWN": product.shown, "PUBLISHER": PUBLISHER, "KILOBYTES": size}
    defines = [f"-D{name}={value}" for name, value in {**given, "APP": app, "OUT": setup}.items()]
    words = [*defines, *([] if packed else ["-DUNPACKED"]), str(HERE / "setup.nsi")]
    subprocess.run(["makensis", "-V2", "-WX", *words], check=True)
    return setup


def winget(product: Product, setup: Path) -> Path:
    """The three manifests that winget's repository wants, for this very setup."""
    folder = setup.with_name("winget")
    folder.mkdir(exist_ok=True)
    words = {
        "id": WINGET_ID,
        "version": product.version,
        "publisher": PUBLISHER,
        "description": product.description,
        "url": URL,
        "file": setup.name,
        "sha256": hashlib.sha256(setup.read_bytes()).hexdigest().upper(),
    }
    for source in sorted((HERE / "winget").glob("*.yaml")):
        text = Template(source.read_text(encoding="utf-8")).substitute(words)
        (folder / source.name.replace("id", WINGET_ID, 1)).write_text(text, encoding="utf-8")
    return folder


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Tell how long it took."""
    start = time.monotonic()
    yield
    print(f"{what}: {time.monotonic() - start:.0f} s", flush=True)


def main(words: Sequence[str] | None = None) -> int:
    """The command told at the top of this file."""
    parser = argparse.ArgumentParser(description="Make the Windows packages.")
    parser.add_argument("--out", type=Path, default=ROOT / "dist" / "windows")
    given = parser.parse_args(words)
    if not re.fullmatch(r"\d+\.\d+\.\d+", Product.read(test=True).version):
        sys.exit("Windows Installer compares versions of three numbers only.")
    if not WINDOWS:
        the_rig().build()
    for file in build(given.out.resolve()):
        print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
