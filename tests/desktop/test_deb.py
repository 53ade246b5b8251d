"""The Debian package: built, installed over this machine's own files, used on a real panel, and removed without a trace."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.debian import PATH, Debian
from desktop.hand import Hand
from desktop.person import Person
from desktop.screen import Screen
from message_bus import need

ROOT = Path(__file__).resolve().parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
HOME = "/usr/lib/aws-sso-tray"

if sys.platform != "linux":
    pytest.skip("Debian packages are Linux's", allow_module_level=True)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("dpkg-deb")
    out = tmp_path_factory.mktemp("deb")
    build = [sys.executable, str(ROOT / "installer" / "linux" / "build_deb.py"), "--out", str(out)]
    told = subprocess.run(build, check=True, capture_output=True, text=True).stdout
    return Path(told.splitlines()[-1])


@pytest.fixture(scope="module")
def empty() -> Iterator[Debian]:
    if os.geteuid() != 0:
        pytest.skip("only root can lay a package over the machine's own files")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as place:
        made = Debian(Path(place))
        yield made
        made.end()


@pytest.fixture(scope="module")
def debian(empty: Debian, package: Path) -> Debian:
    """With the package."""
    empty.run("dpkg", "--install", str(package))
    return empty


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path)}


def test_the_commands_answer(debian: Debian, env: dict[str, str]) -> None:
    assert debian.run("aws-sso-tray", "--version", env=env).stdout == f"aws-sso-tray {VERSION}\n"
    assert debian.run("docker-credential-aws-sso-tray", "list", env=env).stdout.strip() == "{}"


def test_a_persons_own_python_packages_do_not_reach_it(debian: Debian, env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise SystemExit('hostile')")
    said = debian.run("aws-sso-tray", "status", env={**env, "PYTHONPATH": str(tmp_path), "PYTHONHOME": "/nowhere"})
    assert said.stdout.startswith("Active profile: none")


def test_it_is_compiled_at_installation_for_the_python_that_is_there(debian: Debian) -> None:
    assert debian.run("find", HOME, "-path", "*aws_sso_core/__pycache__/warm.cpython-3*.pyc").stdout


def test_no_file_differs_from_the_package(debian: Debian) -> None:
    assert debian.run("dpkg", "--verify", "aws-sso-tray").stdout == ""


def test_the_icon_shows_and_a_click_signs_in(debian: Debian, person: Person, hand: Hand, screen: Screen) -> None:
    # A browser is the person's own, so it must not be one of this Python's modules as elsewhere in these tests.
    visitor = f"{shlex.quote(sys.executable)} -P -m aws_sso_core.sandbox.visitor --cookies {person.cookies}"
    command = debian.command("aws-sso-trayw", "--verbose")
    person.desk.run(*command, env={**person.env, "PATH": PATH, "BROWSER": visitor}, log="tray")
    item = hand.icon()
    person.wait_for_row(item, r"Sign in to corp")
    screen.save("deb-signed-out")
    hand.pick("Sign in to corp")
    person.wait_until_signed_in()
    person.wait_for_row(item, r"corp - .*renews itself at")
    screen.save("deb-signed-in")


def test_autostart_names_the_packages_own_python(debian: Debian, env: dict[str, str], tmp_path: Path) -> None:
    debian.run("aws-sso-tray", "autostart", "on", env=env)
    entry = (tmp_path / ".config" / "autostart" / "aws-sso-tray.desktop").read_text()
    assert f'Exec="{HOME}/bin/python3" "-P" "-m" "aws_sso_tray.app"' in entry


def test_bash_completes_without_any_line_of_the_person(debian: Debian, env: dict[str, str]) -> None:
    script = (
        "source /usr/share/bash-completion/completions/aws-sso-tray; COMP_LINE='aws-sso-tray st'; COMP_POINT=15;"
        "_aws_sso_tray_complete; echo ${COMPREPLY[@]}"
    )
    assert debian.run("bash", "-c", script, env=env).stdout.split() == ["status", "start", "stop"]


@pytest.mark.parametrize(
    ("shell", "file"),
    [
        ("zsh", "/usr/share/zsh/vendor-completions/_aws-sso-tray"),
        ("fish", "/usr/share/fish/vendor_completions.d/aws-sso-tray.fish"),
    ],
)
def test_other_shells_can_read_their_completion(debian: Debian, shell: str, file: str) -> None:
    need(shell)
    debian.run(shell, "-n", file)
    assert "_aws_sso_tray_complete" in debian.run("cat", file).stdout


def test_removing_it_leaves_nothing(package: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can lay a package over the machine's own files")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as place:
        other = Debian(Path(place))
        other.run("dpkg", "--install", str(package))
        other.run("aws-sso-tray", "--version", env={"HOME": "/tmp"})
        other.run("dpkg", "--purge", "aws-sso-tray")
        left = other.run(
            "find", "/usr", "/etc", "-name", "*aws-sso-tray*", "-newer", str(package), "-not", "-path", "/usr/src/*"
        )
        other.end()
    assert left.stdout == ""


def test_it_needs_no_one_version_of_python(package: Path) -> None:
    listed = subprocess.run(["dpkg-deb", "-c", str(package)], check=True, capture_output=True, text=True).stdout
    assert ".so" not in listed
    assert ".pyc" not in listed
    for minor in (11, 12, 13, 14):
        assert f"{HOME}/lib/python3.{minor}/site-packages -> ../../packages" in listed
