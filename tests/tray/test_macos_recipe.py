"""What can be known of the macOS packages without a Mac: their files are well formed, and agree with the program."""

from __future__ import annotations

import plistlib
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

from aws_sso_core.desktop.macos.autostart import LABEL
from aws_sso_tray.icon import emblem
from children import posix_only

ROOT = Path(__file__).parents[2]
HERE = ROOT / "installer" / "macos"
RECIPE = HERE / "build_app.sh"
BUNDLE = "/Applications/AWS SSO Tray.app/Contents"


@posix_only
def test_the_recipe_is_a_script_that_bash_can_read() -> None:
    subprocess.run(["bash", "-n", str(RECIPE)], check=True)


def test_the_bundle_is_known_by_the_name_of_our_launch_agent() -> None:
    assert info()["CFBundleIdentifier"] == agent()["Label"] == LABEL


def info() -> Any:
    """The bundle's Info.plist, as the recipe writes it."""
    (text,) = re.findall(
        r"Info\.plist\" <<END\n(.*?)^END$", RECIPE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    return plistlib.loads(text.encode())


def agent() -> Any:
    """The LaunchAgent for everybody."""
    return plistlib.loads((HERE / f"{LABEL}.plist").read_bytes())


def test_the_launch_agent_starts_the_programs_that_the_recipe_makes() -> None:
    made = dict(re.findall(r'"(aws-sso-trayw?) ([\w.]+)"', RECIPE.read_text(encoding="utf-8")))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    entries = {**project["scripts"], **project["gui-scripts"]}
    assert made == {name: entries[name].removesuffix(":main") for name in made}
    assert made.keys() == {"aws-sso-tray", "aws-sso-trayw"}
    assert agent()["ProgramArguments"] == [f"{BUNDLE}/MacOS/aws-sso-trayw"]
    assert info()["CFBundleExecutable"] == "aws-sso-trayw"


def test_the_icon_can_be_drawn_in_the_form_of_macos(tmp_path: Path) -> None:
    drawn = tmp_path / f"{info()['CFBundleIconFile']}.icns"
    emblem(1024).save(drawn)
    assert drawn.read_bytes()[:4] == b"icns"
    assert f"Resources/{drawn.name}" in RECIPE.read_text(encoding="utf-8")
