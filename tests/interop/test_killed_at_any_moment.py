"""Real commands, killed with SIGKILL before each step of their file work: the old or the new file is there, whole."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_sso_core.paths import Paths
from children import posix_only
from fakes import LIMIT
from switch_home import CONFIG

pytestmark = posix_only

CREDENTIALS = "[keys]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n"
KILLED = -9


class Machine:
    """A home folder, and a process that runs our commands in it."""

    def __init__(self, folder: Path) -> None:
        self.home, self.kept, self._said = folder / "home", folder / "kept", folder / "said"
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        env = {**kept, "HOME": str(self.home), "AWS_SSO_TRAY_HOME": str(self.home / "ours"), "TERM": "dumb"}
        self.paths = Paths.from_environment(env)
        self.paths.aws_dir.mkdir(parents=True)
        self.paths.config.write_text(CONFIG)
        self.paths.credentials.write_text(CREDENTIALS)
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("mortal.py"))],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, die_at: int = 0) -> tuple[int, str]:
        """A command's exit code and all it said."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"words": words, "said": str(self._said), "step": die_at}) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline()), self._said.read_text()

    def done(self, *words: str) -> str:
        """What a command said that has to work."""
        code, said = self.run(*words)
        assert code == 0, said
        return said

    @property
    def config(self) -> str:
        return self.paths.config.read_text()

    def keep(self) -> None:
        """Remember the home folder as it is."""
        shutil.copytree(self.home, self.kept)

    def put_back(self) -> None:
        """The home folder as it was."""
        shutil.rmtree(self.home)
        shutil.copytree(self.kept, self.home)

    def deaths(self, *words: str) -> Iterator[tuple[str, str]]:
        """Run a command again and again, to die one step later each time; the config before, and as it would become."""
        before = self.config
        self.keep()
        self.done(*words)
        after = self.config
        assert after != before
        for step in range(1, 1000):
            self.put_back()
            code, said = self.run(*words, die_at=step)
            if code != KILLED:
                assert (code, step > 30) == (0, True), said
                return
            assert self.config in (before, after), f"killed at step {step}"
            assert self.paths.credentials.read_text() == CREDENTIALS
            yield before, after


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path)
    yield machine
    machine.process.communicate(timeout=LIMIT)


def undone(machine: Machine) -> str:
    """The config once every switch is undone."""
    while machine.run("use", "--undo")[0] == 0:
        pass
    return machine.config


@pytest.mark.parametrize(
    ("earlier", "later"), [((), ()), (("prod",), ("process",))], ids=["the first one", "one among others"]
)
def test_a_switch_that_is_killed_leaves_one_of_both_files_and_can_be_undone(
    machine: Machine, earlier: tuple[str, ...], later: tuple[str, ...]
) -> None:
    for name in earlier:
        machine.done("use", name)
    for before, _ in machine.deaths("use", "dev.admin"):
        active = "dev.admin\n" if machine.config != before else f"{earlier[0]}\n" if earlier else "No profile was made"
        assert machine.done("use", "--show").startswith(active)
        for name in later:
            assert machine.done("use", name) == f"{name} is the default profile now.\n"
        assert undone(machine) == CONFIG


def test_an_undo_that_is_killed_can_be_undone_again(machine: Machine) -> None:
    machine.done("use", "prod")
    machine.done("use", "dev.admin")
    for before, _ in machine.deaths("use", "--undo"):
        assert machine.done("use", "--show") == ("dev.admin\n" if machine.config == before else "prod\n")
        assert undone(machine) == CONFIG


def test_a_restore_that_is_killed_leaves_one_of_both_files_and_both_in_the_history(machine: Machine) -> None:
    machine.done("use", "prod")
    for before, after in machine.deaths("restore", "--yes"):
        assert machine.run("restore", "--yes")[0] == 0
        listed = json.loads(machine.done("history", "--json"))["versions"]
        contents = set()
        for number in [version["number"] for version in listed if version["path"] == str(machine.paths.config)]:
            machine.done("restore", str(number), "--yes")
            contents.add(machine.config)
        assert {before, after} <= contents
