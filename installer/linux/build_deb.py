"""Makes the Debian package: one for every Debian and Ubuntu whose own Python is 3.11 or newer.

    python3 installer/linux/build_deb.py [--out FOLDER]      needs pip, dpkg-deb, and Pillow to draw the icon

The package is an ordinary virtual environment in /usr/lib/aws-sso-tray on the system's Python: what is pure Python comes with
it, as Debian's own is too old for us; what is compiled (Pillow, PyGObject, Tk) is Debian's. So it holds nothing of one machine or
one Python version, and its installation needs no network but apt's.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Template

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(ROOT / place) for place in ("", "core", "tray")]  # nothing need be installed for it

from installer.windows.stage import licences_of, remove, trim_botocore  # noqa: E402 - as above

from aws_sso_core.cli.shells import script  # noqa: E402 - found by the line above
from aws_sso_core.cli.table import COMMANDS  # noqa: E402 - as above

NAME = "aws-sso-tray"
HOME = Path("usr/lib") / NAME
PYTHONS = range(11, 20)
"""Minor versions of Python 3 under which the environment is found; Debian's package manager compiles for the one that is there."""
DEBIANS_OWN = ("PIL", "pillow.libs", "pillow-*.dist-info")
"""Compiled, so taken from Debian (python3-pil)."""
SPARE = ("bin", "share", "wcwidth/_wcwidth_c*.so")
"""Other commands, other manual pages, and a compiled part beside which the same stands in Python."""
ICON_SIZES = (16, 22, 24, 32, 48, 64, 128, 256)


def build(out: Path) -> Path:
    """The package, in ``out``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tree = out / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    packages = tree / HOME / "packages"
    environment(tree / HOME)
    vendor(packages)
    programs(tree, project)
    files(tree, project)
    licences(packages, tree / "usr/share/doc" / NAME)
    control(tree, project)
    package = out / f"{NAME}_{project['version']}_all.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(package)], check=True)
    return package


def environment(home: Path) -> None:
    """A virtual environment, found by whichever Python 3 the system has."""
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "python3").symlink_to("/usr/bin/python3")
    write(home / "pyvenv.cfg", "home = /usr/bin\ninclude-system-site-packages = true\n")
    for minor in PYTHONS:
        (home / f"lib/python3.{minor}").mkdir(parents=True)
        (home / f"lib/python3.{minor}" / "site-packages").symlink_to("../../packages")


def vendor(packages: Path) -> None:
    """Our wheel and the pure Python that it needs."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-compile"]
    subprocess.run([*pip, "--target", str(packages), str(ROOT)], check=True)
    for pattern in (*DEBIANS_OWN, *SPARE):
        for found in packages.glob(pattern):
            remove(found)
    trim_botocore(packages)
    compiled = [file.relative_to(packages) for file in packages.rglob("*.so*")]
    if compiled:
        sys.exit(f"These are compiled, and would make it a package of this one machine: {compiled}")


def programs(tree: Path, project: dict[str, dict[str, str]]) -> None:
    """A small file for each command of pyproject.toml."""
    for name, entry in {**project["scripts"], **project["gui-scripts"]}.items():
        module, function = entry.split(":")
        # -I: neither PYTHON* variables nor packages of the person's own change what runs here.
        text = f"#!/{HOME}/bin/python3 -I\nimport sys\n\nfrom {module} import {function}\n\nsys.exit({function}())\n"
        write(tree / "usr/bin" / name, text, mode=0o755)


def files(tree: Path, project: dict[str, str]) -> None:
    """What a desktop, a shell and a reader look for."""
    from aws_sso_tray.icon import emblem  # noqa: PLC0415 - here only

    share = tree / "usr/share"
    for size in ICON_SIZES:
        icon = share / f"icons/hicolor/{size}x{size}/apps/{NAME}.png"
        icon.parent.mkdir(parents=True)
        emblem(size).save(icon)
    for source, place in (
        ("aws-sso-tray.desktop", "usr/share/applications"),
        ("aws-sso-tray.service", "usr/lib/systemd/user"),
    ):
        write(tree / place / source, (HERE / source).read_text(encoding="utf-8"))
    write(share / f"bash-completion/completions/{NAME}", bash())
    write(share / f"zsh/vendor-completions/_{NAME}", zsh())
    write(share / f"fish/vendor_completions.d/{NAME}.fish", fish())
    manual = share / f"man/man1/{NAME}.1.gz"
    manual.parent.mkdir(parents=True)
    manual.write_bytes(gzip.compress("\n".join(man(project)).encode(), mtime=0))


def bash() -> str:
    """The completion alone, out of what ``shell-init`` prints."""
    return f'_aws_sso_tray() {{ aws-sso-tray "$@"; }}\n{piece("bash", "}")}complete -o nosort -F _aws_sso_tray_complete {NAME}\n'


def zsh() -> str:
    """As ``bash``; zsh loads the file as the function."""
    return (
        f'#compdef {NAME}\n_aws_sso_tray() {{ aws-sso-tray "$@"; }}\n{piece("zsh", "}")}_aws_sso_tray_complete "$@"\n'
    )


def fish() -> str:
    """As ``bash``."""
    run = "function _aws_sso_tray\n    aws-sso-tray $argv\nend\n"
    return f"{run}{piece('fish', 'end')}complete -c {NAME} -f -k -a '(_aws_sso_tray_complete)'\n"


def piece(shell: str, end: str) -> str:
    """The function that completes."""
    text = script(shell, program=[NAME], file=Path("/nowhere"))
    found = re.search(rf"^(?:function )?_aws_sso_tray_complete\b.*?^{re.escape(end)}\n", text, re.MULTILINE | re.DOTALL)
    if found is None:
        sys.exit(f"The completion of {shell} is not found in its script.")
    return found[0]


def man(project: dict[str, str]) -> Iterator[str]:
    """The manual page: the table of commands, and where to read on."""
    yield f'.TH AWS-SSO-TRAY 1 "" "aws-sso-tray {project["version"]}"'
    yield rf".SH NAME\naws\-sso\-tray \- {roff(project['description'])}".replace(r"\n", "\n")
    yield ".SH SYNOPSIS\n.B aws\\-sso\\-tray\n.I COMMAND\n[options]"
    for heading, rows in COMMANDS.items():
        yield f".SH {heading.upper()}"
        for name, text in rows.items():
            yield f".TP\n.B {roff(name)}\n{roff(text)}"
    yield ".SH MORE\n.B aws\\-sso\\-tray COMMAND \\-\\-help\ntells the options, with examples."
    yield "The icon at log-in: \\fBaws\\-sso\\-tray autostart on\\fR, or \\fBsystemctl \\-\\-user enable aws\\-sso\\-tray\\fR.\n"


def roff(text: str) -> str:
    """Plain text for a manual page."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped


def licences(packages: Path, doc: Path) -> None:
    """Debian's copyright file, and the licence of every part."""
    rows = "\n".join(licences_of(packages, doc / "licences"))
    where = f"It comes with these, unchanged, in /{HOME}/packages; their licences are in the folder licences."
    write(doc / "copyright", f"{(ROOT / 'LICENSE').read_text(encoding='utf-8')}\n{where}\n\n{rows}\n")
    (doc / "changelog.gz").write_bytes(gzip.compress((ROOT / "CHANGELOG.md").read_bytes(), mtime=0))


def control(tree: Path, project: dict[str, str]) -> None:
    """What dpkg reads."""
    publisher = tomllib.loads((HERE.parent / "publisher.toml").read_text(encoding="utf-8"))
    kilobytes = sum(file.lstat().st_size for file in tree.rglob("*") if not file.is_dir()) // 1024
    for source in (HERE / "DEBIAN").iterdir():
        text = Template(source.read_text(encoding="utf-8"))
        filled = text.safe_substitute(
            version=project["version"],
            kilobytes=kilobytes,
            description=project["description"],
            maintainer=f"{publisher['name']} <{publisher['mail']}>",
        )
        write(tree / "DEBIAN" / source.name, filled, mode=0o644 if source.name == "control" else 0o755)


def write(place: Path, text: str, *, mode: int = 0o644) -> None:
    """A file with this mode, whatever the builder's umask is."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    place.chmod(mode)


def main() -> int:
    """The command told at the top of this file."""
    os.umask(0o022)
    parser = argparse.ArgumentParser(description="Make the Debian package.")
    parser.add_argument("--out", type=Path, default=ROOT / "dist" / "linux")
    out = parser.parse_args().out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    print(build(out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
