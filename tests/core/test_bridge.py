"""The bridge to WSL: a made-up ``wsl.exe`` runs the real scripts in real shells, one home per distribution."""

from __future__ import annotations

import json
import os
import platform
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core import programs
from aws_sso_core.cli.services import Services
from aws_sso_core.config.text import by_profile, read
from aws_sso_core.errors import AppError, ChangedMeanwhile, ConfigUnreadable, StoreFailed
from aws_sso_core.model import Profile
from aws_sso_core.quoting import for_sh
from aws_sso_core.wsl import bridge
from aws_sso_core.wsl.bridge import MARK
from aws_sso_core.wsl.distributions import Distribution, Said, distributions
from cli_world import World

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the scripts are Linux's, and run in its shells")

HELPER = [r"C:\Users\Jane Doe\aws-sso-tray.exe", "credentials"]
DEV = Profile("dev.admin", session="corp", account_id="1", role_name="Admin", region="eu-west-1")
OWN = "# mine\n[profile own]\r\nregion = us-east-1\n"


class FakeWsl:
    """``wsl.exe`` with these distributions; what is executed in one runs here, in a home of its own."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self.folder, self.names = folder, names
        for name in names:
            (folder / name).mkdir()

    def run(self, arguments: Sequence[str], data: bytes = b"") -> Said:
        match list(arguments):
            case ["--list", "--quiet"]:
                return Said(0, "".join(f"{name}\r\n" for name in self.names).encode(), b"")
            case ["--distribution", name, "--exec", "wslpath", "-u", path]:
                assert name in self.names
                return Said(0, (path.replace("C:", "/mnt/c").replace("\\", "/") + "\n").encode(), b"")
            case ["--distribution", name, "--exec", *command]:
                env = {"HOME": str(self.folder / name), "PATH": os.environ["PATH"]}
                done = subprocess.run(command, input=data, capture_output=True, env=env, check=False)
                return Said(done.returncode, done.stdout, done.stderr)
            case _:
                raise AssertionError(arguments)


@pytest.fixture
def wsl(tmp_path: Path) -> FakeWsl:
    return FakeWsl(tmp_path, ["Ubuntu", "docker-desktop", "docker-desktop-data"])


@pytest.fixture
def ubuntu(wsl: FakeWsl) -> Distribution:
    (found,) = distributions(wsl)
    return found


def config(wsl: FakeWsl) -> Path:
    return wsl.folder / "Ubuntu" / ".aws" / "config"


def write(wsl: FakeWsl, text: str) -> None:
    config(wsl).parent.mkdir(exist_ok=True)
    config(wsl).write_bytes(text.encode())


def build(ubuntu: Distribution, *profiles: Profile) -> bridge.Bridge:
    proposed = bridge.propose(ubuntu, profiles, helper=HELPER)
    bridge.build(proposed)
    return proposed


def test_distributions_that_belong_to_other_programs_are_left_out(ubuntu: Distribution) -> None:
    assert ubuntu.name == "Ubuntu"


def test_a_profile_calls_the_windows_program_by_words_that_every_sdk_parts_alike(
    wsl: FakeWsl, ubuntu: Distribution
) -> None:
    assert build(ubuntu, DEV).added == ("dev.admin",)
    profile = by_profile(read(config(wsl).read_text())).profiles["dev.admin"]
    process = profile["credential_process"]
    assert isinstance(process, str)
    words = ["/mnt/c/Users/Jane Doe/aws-sso-tray.exe", "credentials", "--profile", "dev.admin"]
    assert shlex.split(process) == words
    told = subprocess.run(["sh", "-c", f"printf '%s\\n' {process}"], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == words
    assert profile["region"] == "eu-west-1"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1).filter(lambda n: "]" not in n))
def test_any_name_of_a_profile_reaches_the_program_whole(name: str) -> None:
    words = [*HELPER, "--profile", name]
    line = " ".join(for_sh(word) for word in words)
    assert shlex.split(line) == words


def test_what_is_written_by_hand_stays_byte_for_byte(wsl: FakeWsl, ubuntu: Distribution) -> None:
    write(wsl, OWN)
    proposed = build(ubuntu, DEV, Profile("own", session="corp", role_name="Admin"))
    assert proposed.by_hand == ("own",)
    assert config(wsl).read_bytes().decode().startswith(OWN)
    build(ubuntu)
    assert config(wsl).read_bytes().decode().rstrip() == OWN.rstrip()
    assert (config(wsl).parent / "config.before-aws-sso-tray").read_bytes().decode() == OWN


def test_doing_it_again_changes_nothing_and_follows_what_is_new(wsl: FakeWsl, ubuntu: Distribution) -> None:
    build(ubuntu, DEV)
    first = config(wsl).read_bytes()
    assert not bridge.propose(ubuntu, [DEV], helper=HELPER).changes
    prod = Profile("prod", session="corp", role_name="Admin")
    proposed = build(ubuntu, Profile("dev.admin", session="corp", role_name="Admin", region="us-east-1"), prod)
    assert (proposed.added, proposed.changed) == (("prod",), ("dev.admin",))
    assert build(ubuntu, DEV).removed == ("prod",)
    assert read(config(wsl).read_text()) == read(first.decode())


def test_the_file_is_private_and_a_link_stays_one(wsl: FakeWsl, ubuntu: Distribution) -> None:
    build(ubuntu, DEV)
    assert config(wsl).stat().st_mode & 0o777 == 0o600
    dotfiles = wsl.folder / "dotfiles"
    config(wsl).rename(dotfiles)
    config(wsl).symlink_to(dotfiles)
    dotfiles.chmod(0o640)
    build(ubuntu)
    assert config(wsl).is_symlink()
    assert MARK not in dotfiles.read_text()
    assert dotfiles.stat().st_mode & 0o777 == 0o640


def test_a_change_by_another_program_is_not_overwritten(wsl: FakeWsl, ubuntu: Distribution) -> None:
    proposed = bridge.propose(ubuntu, [DEV], helper=HELPER)
    write(wsl, OWN)
    with pytest.raises(ChangedMeanwhile):
        bridge.build(proposed)
    assert config(wsl).read_bytes().decode() == OWN
    assert [path.name for path in config(wsl).parent.iterdir()] == ["config"]


def test_a_config_that_no_tool_can_parse_is_refused(wsl: FakeWsl, ubuntu: Distribution) -> None:
    write(wsl, "[oops\n")
    with pytest.raises(ConfigUnreadable, match="in Ubuntu: line 1"):
        bridge.propose(ubuntu, [DEV], helper=HELPER)


def test_a_home_where_nothing_can_be_written_is_told(wsl: FakeWsl, ubuntu: Distribution) -> None:
    (wsl.folder / "Ubuntu" / ".aws").write_text("a file")
    proposed = bridge.Bridge(ubuntu, None, b"x")
    with pytest.raises(StoreFailed, match="Ubuntu could not be written"):
        bridge.build(proposed)


def test_wsl_without_a_distribution_says_how_to_get_one() -> None:
    class Nothing:
        def run(self, arguments: Sequence[str], data: bytes = b"") -> Said:  # noqa: ARG002
            return Said(1, b"", b"no")

    with pytest.raises(AppError, match="no WSL distribution"):
        distributions(Nothing())


# The command -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def windows(tmp_path: Path, wsl: FakeWsl, monkeypatch: pytest.MonkeyPatch) -> World:
    """A person on Windows, as far as the command asks."""
    home = tmp_path / "windows"
    home.mkdir()
    world = World(home, monkeypatch)
    world.config(
        "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n\n"
        "[profile dev.admin]\nsso_session = corp\nsso_account_id = 000000000001\nsso_role_name = Admin\n\n"
        "[profile keys]\nregion = us-east-1\n"
    )

    def prepare(services: Services) -> None:
        services.which = Path  # type: ignore[method-assign]

    world.prepare = prepare
    monkeypatch.setattr(platform, "system", lambda: "Windows")
    monkeypatch.setattr("aws_sso_core.cli.bridge.SystemWsl", lambda _program, _env: wsl)
    monkeypatch.setattr(programs, "credential_helper", lambda: HELPER)
    return world


def test_a_dry_run_shows_the_diff_and_writes_nothing(windows: World, wsl: FakeWsl) -> None:
    ran = windows.run("bridge", "wsl", "--dry-run")
    assert ran.code == 0
    assert "+[profile dev.admin]" in ran.out
    assert "Ubuntu: 1 added (not written)." in ran.out
    assert not config(wsl).exists()


def test_nobody_asked_means_nothing_written(windows: World, wsl: FakeWsl) -> None:
    assert windows.run("bridge", "wsl").code == 2
    assert not config(wsl).exists()


def test_yes_builds_it_and_undo_takes_it_down(windows: World, wsl: FakeWsl) -> None:
    ran = windows.run("bridge", "wsl", "--yes", "--json")
    (row,) = json.loads(ran.out)["distributions"]
    assert (row["name"], row["added"], row["written"]) == ("Ubuntu", ["dev.admin"], True)
    assert "keys" not in config(wsl).read_text()
    assert windows.run("bridge", "wsl", "--undo", "--yes").out.endswith("Ubuntu: 1 removed.\n")
    assert "dev.admin" not in config(wsl).read_text()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--distro", "Debian"), "There is no distribution 'Debian'."),
        (("keys",), "The profile 'keys' has no role"),
        (("dev",), "There is no profile named 'dev'."),
    ],
)
def test_a_wrong_call_is_one_sentence(words: tuple[str, ...], sentence: str, windows: World) -> None:
    ran = windows.run("bridge", "wsl", *words)
    assert ran.code == 2
    assert sentence in ran.err


def test_elsewhere_than_on_windows_it_says_where_it_belongs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "linux"
    home.mkdir()
    world = World(home, monkeypatch)
    world.config(
        "[profile a]\nsso_start_url = https://x.awsapps.com/start\nsso_region = us-east-1\n"
        "sso_account_id = 000000000001\nsso_role_name = A\n"
    )
    assert "is run on the Windows side" in world.run("bridge", "wsl").err
