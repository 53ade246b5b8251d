"""The setup and the MSI in Wine: one story runs, and each test claims one thing of what was seen in it.

Build; silent install on a desktop; upgrade over the running tray; uninstall; an install elsewhere with every choice refused
and everything removed; the MSI. Pictures stay in ``out/``. README.md tells what Wine cannot judge of it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

import pytest
from installer.windows import build
from PIL import Image

from aws_sso_core.aws.client import ServiceName
from patience import until
from windows import rig
from windows.installed import (
    DESKTOP,
    DRIVE,
    FOR_ALL,
    LIMIT,
    OWN,
    PERSON,
    PLACE,
    PROGRAMS,
    UNINSTALL,
    Machine,
    Seen,
    Values,
    dlls,
    tree,
)
from windows.test_wine_desktop import Box, Shell, differs

A_PATH = "C:\\first;%SystemDrive%\\tools\\with a blank"
LONG_PATH = ";".join(f"%SystemDrive%\\tools\\{n:04}" for n in range(60))
"""Longer than the strings of NSIS, and than what Wine gives to programs."""
CONFIG = "[profile mine]\r\nregion = eu-west-1\r\n"
GONE = "runtime/site-packages/gone_in_the_next_version.py"
NEW = "runtime/new_in_the_next_version.txt"
MACHINE_ENVIRONMENT = r"System\CurrentControlSet\Control\Session Manager\Environment"
THEIRS = OWN / "old" / "theirs.txt"


@dataclass(frozen=True)
class Packages:
    """What was built; ``newer`` is a setup of a later version."""

    app: Path
    setup: Path
    msi: Path
    winget: Path
    newer: Path


@dataclass(frozen=True)
class Story:
    """What was seen of the setup, from the first install to the last uninstall."""

    icon: Box
    first: Seen
    answers: dict[str, str]
    upgraded: Seen
    gone: Seen
    icon_gone: bool
    left: set[str]
    refused: Seen
    refused_files: set[str]
    refused_prompt: str
    kept: set[str]
    open_to_others: list[int]
    foreign: tuple[str, bool]
    forgotten: set[str]
    config: str


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    out = tmp_path_factory.mktemp("installer") / "out"
    setup, msi, winget = build.build(out, packed=False)
    app = out / "app"
    (app / NEW).touch()
    newer = build.make_setup(replace(build.Product.read(test=True), version="9.8.7"), app, out, packed=False)
    (app / NEW).unlink()
    return Packages(app, setup, msi, winget, newer)


@pytest.fixture(scope="module")
def desk(display: str) -> Iterator[Shell]:
    """A desktop with a taskbar. Wine closes it soon after its last program, so one stays."""
    explorer = rig.start([DESKTOP], display=display, program="explorer")
    shell = Shell(display, Image.new("RGB", (1, 1)))
    shell.point(300, 300)
    code = "import ctypes, time; ctypes.windll.user32.GetDesktopWindow(); time.sleep(7200)"
    keeper = rig.start([DESKTOP, str(rig.PYTHON / "python.exe"), "-c", code], display=display, program="explorer")

    def taskbar() -> Image.Image | None:
        now = shell.picture()
        time.sleep(1)
        white = now.getpixel((640, 770)) == (255, 255, 255)
        return now if white and not differs(now, shell.picture()) else None

    try:
        shell.empty = until(taskbar, "a taskbar")
        yield shell
    finally:
        rig.stop()
        rig.end(keeper)
        rig.end(explorer)


@pytest.fixture(scope="module")
def machine(desk: Shell, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    made = Machine(desk.display, tmp_path_factory.mktemp("ours"))
    made.clear()
    (made.ours / "state").mkdir()
    (made.ours / "state" / "welcomed").touch()  # a newcomer's greeting would lie on the picture of the taskbar
    yield made
    made.clear()


@pytest.fixture(scope="module")
def story(packages: Packages, machine: Machine, desk: Shell) -> Story:
    machine.set_value("Environment", "Path", A_PATH)
    config = PERSON / ".aws" / "config"
    config.parent.mkdir(exist_ok=True)
    config.write_text(CONFIG, newline="")

    machine.on_desktop(packages.setup, "/S")
    icon = desk.changed("installer-icon", since=desk.empty)
    first = machine.look()
    answers = {
        "status": machine.prompt("aws-sso-tray", "status", "--json"),
        "docker": machine.prompt("docker-credential-aws-sso-tray", "list"),
    }
    machine.run(PLACE / "app" / "aws-sso-tray.exe", "autostart", "off")
    (PLACE / "app" / GONE).touch()

    machine.on_desktop(packages.newer, "/S")
    until(lambda: machine.registry(UNINSTALL)[0]["DisplayVersion"][0].startswith("9.8.7"), "the end of the upgrade")
    until(lambda: machine.tray() not in {0, first.tray}, "a tray after the upgrade")
    desk.changed("installer-upgraded", since=desk.empty)
    upgraded = machine.look()

    machine.run(PLACE / "uninstall.exe", "/S")
    until(lambda: not PLACE.exists() and not machine.registry(UNINSTALL)[0], "the end of the uninstaller")
    gone = machine.look()
    icon_gone = until(lambda: not differs(desk.empty, desk.picture("installer-gone")), "an empty tray")
    left = tree(machine.ours)

    stranger = OWN / "app" / "aws-sso-tray.exe"
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"a stranger's")
    machine.batch(rf"{rig.windows_path(packages.setup)} /S /D=C:\Own Folder\tray")
    foreign = stranger.read_bytes().decode(), bool(machine.registry(UNINSTALL)[0])
    shutil.rmtree(OWN)

    THEIRS.parent.mkdir(parents=True)
    THEIRS.touch()
    machine.batch(rf"{rig.windows_path(packages.setup)} /S /PATH=0 /AUTOSTART=0 /START=0 /D=C:\Own Folder\tray")
    refused, refused_files = machine.look(), tree(OWN)
    open_to_others = [place.stat().st_mode & 0o007 for place in (OWN / "app", OWN / "uninstall.exe")]
    refused_prompt = machine.run(OWN / "app" / "aws-sso-tray.exe", "--version").stdout.strip()
    machine.run(OWN / "uninstall.exe", "/S", "/SETTINGS=1")
    until(lambda: not machine.registry(UNINSTALL)[0], "the end of the second uninstaller")  # the last that it does
    kept = tree(OWN)
    shutil.rmtree(OWN)
    return Story(
        icon,
        first,
        answers,
        upgraded,
        gone,
        icon_gone,
        left,
        refused,
        refused_files,
        refused_prompt,
        kept,
        open_to_others,
        foreign,
        tree(machine.ours),
        config.read_bytes().decode(),
    )


# What is installed


def test_the_icon_is_in_the_tray_after_a_silent_setup(story: Story) -> None:
    left, top, right, bottom = story.icon
    assert left > 1200, "at the right end of the taskbar"
    assert top >= 755
    assert (right - left, bottom - top) == pytest.approx((16, 16), abs=4)
    assert story.first.tray


def test_a_new_command_prompt_knows_our_command(story: Story) -> None:
    assert story.first.version == f"aws-sso-tray {build.Product.read(test=True).version}"
    assert json.loads(story.answers["status"])["sessions"] == []


def test_docker_finds_its_helper_on_the_path(story: Story) -> None:
    assert isinstance(json.loads(story.answers["docker"]), dict)


def test_the_path_is_added_to_and_keeps_its_type(story: Story) -> None:
    assert story.first.environment["Path"] == [f"{A_PATH};{windows(PLACE)}\\app", 2]


def test_a_long_path_is_not_cut(packages: Packages, machine: Machine, story: Story) -> None:
    assert not story.gone.files
    runtime = packages.app / "runtime"

    def at_setup(*words: str) -> list[object]:
        assert machine.run(runtime / "python.exe", rig.windows_path(runtime / "at_setup.py"), *words).returncode == 0
        return machine.registry("Environment")[0]["Path"]

    machine.set_value("Environment", "Path", LONG_PATH)
    added = at_setup("install", "--path")
    assert at_setup("install", "--path") == added == [f"{LONG_PATH};{rig.windows_path(packages.app)}", 2]
    assert at_setup("uninstall") == [LONG_PATH, 2]


def test_it_starts_with_windows(story: Story) -> None:
    assert story.first.autostart["aws-sso-tray"][0] == f'"{windows(PLACE)}\\app\\aws-sso-trayw.exe"'


def test_the_start_menu_has_it(story: Story) -> None:
    assert story.first.link


def test_windows_lists_it_among_the_programs(story: Story) -> None:
    entry = {name: value for name, (value, _kind) in story.first.entry.items()}
    assert entry["DisplayName"] == "AWS SSO Tray"
    assert entry["DisplayVersion"] == build.Product.read(test=True).shown
    assert entry["InstallLocation"] == windows(PLACE)
    assert 50_000 < entry["EstimatedSize"] < 200_000


def test_a_link_of_ours_opens_the_windowless_program(story: Story) -> None:
    assert "URL Protocol" in story.first.scheme


# The upgrade


def test_an_upgrade_ends_the_tray_and_starts_it_again(story: Story) -> None:
    assert story.upgraded.tray not in {0, story.first.tray}


def test_an_upgrade_leaves_nothing_of_the_old_program(story: Story) -> None:
    assert f"app/{NEW}" in story.upgraded.files
    assert f"app/{GONE}" not in story.upgraded.files
    assert {name.split("/")[0] for name in story.upgraded.files} == {"app", "uninstall.exe"}


def test_an_upgrade_shows_the_new_version(story: Story) -> None:
    assert story.upgraded.entry["DisplayVersion"][0] == "9.8.7 (test build)"


def test_an_upgrade_keeps_what_the_person_has_chosen(story: Story) -> None:
    assert "aws-sso-tray" not in story.upgraded.autostart, "it was switched off before"
    assert story.upgraded.environment["Path"] == story.first.environment["Path"]


# The uninstaller


def test_nothing_is_left_after_the_uninstaller(story: Story) -> None:
    assert not story.gone.files
    assert not story.gone.entry
    assert not story.gone.scheme
    assert not story.gone.link
    assert story.icon_gone


def test_the_path_is_what_it_was_before(story: Story) -> None:
    assert story.gone.environment["Path"] == [A_PATH, 2]


def test_settings_and_state_stay_unless_told(story: Story) -> None:
    assert "state" in story.left
    assert not story.forgotten


def test_the_aws_folder_is_left_alone(story: Story) -> None:
    assert story.config == CONFIG


# The switches


def test_every_choice_can_be_refused_silently(story: Story) -> None:
    assert story.refused.environment["Path"] == [A_PATH, 2]
    assert "aws-sso-tray" not in story.refused.autostart
    assert not story.refused.tray


def test_what_else_is_in_a_chosen_folder_stays(story: Story) -> None:
    """A folder "old" of the person's, say: an upgrade puts ours aside under a name that nobody else has."""
    assert "old/theirs.txt" in story.refused_files
    assert story.kept == {"old", "old/theirs.txt"}


def test_what_is_laid_in_a_folder_of_others_is_the_persons_own(story: Story) -> None:
    """Wine makes modes of access control lists; a folder that it makes by itself is open for others to read."""
    assert story.open_to_others == [0, 0]


def test_a_strangers_program_in_a_chosen_folder_is_neither_asked_nor_replaced(story: Story) -> None:
    assert story.foreign == ("a stranger's", False)


def test_a_folder_with_a_blank_can_be_chosen(story: Story) -> None:
    assert "app/aws-sso-tray.exe" in story.refused_files
    assert not story.refused.files
    assert story.refused_prompt == story.first.version


# What is shipped


def test_every_library_that_is_needed_is_shipped_or_of_windows(packages: Packages) -> None:
    files = [file for file in packages.app.rglob("*") if file.suffix in {".dll", ".pyd", ".exe"}]
    shipped = {file.name.lower() for file in files}
    of_windows = {file.name.lower() for file in PROGRAMS.iterdir()} - {
        "msvcp140.dll",
        "vcruntime140.dll",
        "vcruntime140_1.dll",
    }
    needed = {dll for file in files for dll in dlls(file) if not dll.startswith("api-ms-win-")}
    assert len(files) > 50
    assert needed <= shipped | of_windows


def test_every_part_has_its_licence(packages: Packages) -> None:
    folder = packages.app / "licences"
    listed = (folder / "NOTICE.txt").read_text(encoding="utf-8").splitlines()[2:]
    assert len(listed) > 15
    for line in listed:
        assert any((folder / line.rpartition(": ")[2]).iterdir()), line
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in (folder / "pystray" / "COPYING.LGPL").read_text()
    assert "GNU GENERAL PUBLIC LICENSE" in (folder / "pystray" / "COPYING").read_text()


def test_pystray_can_be_replaced(packages: Packages, machine: Machine) -> None:
    source = packages.app / "runtime" / "site-packages" / "pystray" / "__init__.py"
    before = source.read_bytes()
    try:
        source.write_bytes(before + b"\nREPLACED = 'by somebody else'\n")
        code = "import os; os.environ['PYSTRAY_BACKEND'] = 'dummy'; import pystray; print(pystray.REPLACED)"
        ran = machine.run(packages.app / "runtime" / "python.exe", "-c", code)
    finally:
        source.write_bytes(before)
    assert ran.stdout.strip() == "by somebody else"


def test_no_variable_of_python_reaches_the_program(packages: Packages, machine: Machine) -> None:
    env = {"PYTHONHOME": "C:\\nowhere", "PYTHONPATH": "C:\\hostile", "PYTHONVERBOSE": "1"}
    exe = str(packages.app / "aws-sso-tray.exe")
    ran = rig.run(["--version"], display=machine.display, timeout=LIMIT, env=env, program=exe)
    assert ran.stdout.strip().startswith("aws-sso-tray ")
    assert len(ran.stdout.splitlines()) == 1


def test_the_programs_tell_their_version_and_know_high_resolutions(packages: Packages, machine: Machine) -> None:
    code = (
        "import sys; sys.frozen = True; import pywintypes, win32api; f = sys.argv[1];"
        "print(win32api.GetFileVersionInfo(f, r'\\StringFileInfo\\040904b0\\ProductVersion'))"
    )
    for program in build.Product.read(test=True).programs:
        exe = packages.app / f"{program}.exe"
        ran = machine.run(packages.app / "runtime" / "python.exe", "-c", code, rig.windows_path(exe))
        assert ran.stdout.strip() == build.Product.read(test=True).shown
        image = exe.read_bytes()
        assert b"PerMonitorV2" in image
        assert b"{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}" in image


def test_the_services_that_the_code_calls_are_shipped(packages: Packages) -> None:
    data = packages.app / "runtime" / "site-packages" / "botocore" / "data"
    assert set(get_args(ServiceName)) <= {place.name for place in data.iterdir()}


def test_winget_gets_the_sum_of_this_setup(packages: Packages) -> None:
    import hashlib  # noqa: PLC0415 - here only

    digest = hashlib.sha256(packages.setup.read_bytes()).hexdigest().upper()
    manifests = {file.name: file.read_text() for file in packages.winget.glob("*.yaml")}
    assert len(manifests) == 3
    assert f"InstallerSha256: {digest}" in manifests[f"{build.WINGET_ID}.installer.yaml"]
    assert not any("$" in text.replace("$schema", "") for text in manifests.values())


# The MSI


@dataclass(frozen=True)
class ForAll:
    """What was seen of the MSI."""

    codes: list[int]
    files: set[str]
    version: str
    path: str
    autostart: Values
    gone: bool
    path_after: str


@pytest.fixture(scope="module")
def for_all(packages: Packages, machine: Machine, story: Story) -> ForAll:
    """Installed for everybody, once the setup's story is over."""
    assert not story.gone.files
    msiexec, package = PROGRAMS / "msiexec.exe", rig.windows_path(packages.msi)
    run = r"Software\Microsoft\Windows\CurrentVersion\Run"

    def read() -> list[Values]:
        return machine.registry(MACHINE_ENVIRONMENT, run, root="HKEY_LOCAL_MACHINE")

    installed = machine.run(msiexec, "/qn", "/i", package, "ADDLOCAL=ALL").returncode
    environment, autostart = read()
    files, version = tree(FOR_ALL), machine.prompt("aws-sso-tray", "--version")
    removed = machine.run(msiexec, "/qn", "/x", package).returncode
    after, _ = read()
    return ForAll(
        [installed, removed],
        files,
        version,
        environment["PATH"][0],
        autostart,
        not FOR_ALL.exists(),
        after["PATH"][0],
    )


def test_the_msi_installs_for_everybody_and_goes_again(for_all: ForAll) -> None:
    assert for_all.codes == [0, 0]
    assert "aws-sso-tray.exe" in for_all.files
    assert for_all.gone


def test_the_msi_sets_the_machines_path(for_all: ForAll) -> None:
    assert for_all.path.endswith(";C:\\Program Files\\aws-sso-tray\\")
    assert for_all.version.startswith("aws-sso-tray ")
    assert "aws-sso-tray" not in for_all.path_after


def test_the_msi_starts_it_for_everybody_when_asked_to(for_all: ForAll) -> None:
    assert for_all.autostart["aws-sso-tray"][0] == '"C:\\Program Files\\aws-sso-tray\\aws-sso-trayw.exe"'


def test_the_msi_leaves_the_autostart_out_unless_asked_to(packages: Packages) -> None:
    levels = {row[0]: row[5] for row in table(packages.msi, "Feature")}
    assert levels == {"Program": "1", "Autostart": "2"}


def test_the_msi_replaces_older_versions_and_refuses_newer_ones(packages: Packages) -> None:
    rows = table(packages.msi, "Upgrade")
    assert {row[0] for row in rows} == {"{6D0A2B0C-6B1E-4B36-9B69-0A5D1B1B7C7E}"}
    assert {row[6] for row in rows} == {"WIX_UPGRADE_DETECTED", "WIX_DOWNGRADE_DETECTED"}
    assert dict(row[:2] for row in table(packages.msi, "Property"))["ALLUSERS"] == "1"


def test_the_shortcut_of_the_msi_has_our_identity(packages: Packages) -> None:
    from aws_sso_core.desktop.windows.identity import AUMID  # noqa: PLC0415 - here only

    assert [row[1:] for row in table(packages.msi, "MsiShortcutProperty")] == [
        ["Entry", "System.AppUserModel.ID", AUMID]
    ]


def table(msi: Path, name: str) -> list[list[str]]:
    """The rows of one of its tables."""
    told = subprocess.run(["msiinfo", "export", str(msi), name], check=True, capture_output=True, text=True)
    return [line.split("\t") for line in told.stdout.splitlines()[3:]]


def windows(place: Path) -> str:
    """A place in the rig's drive as Windows tells it."""
    return "C:\\" + str(place.relative_to(DRIVE)).replace("/", "\\")
