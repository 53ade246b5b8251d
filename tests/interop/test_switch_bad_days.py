"""Real switches on bad days: a disk that is full at any of their writes, a read-only place, many of them at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aws_sso_core.paths import Paths
from children import posix_only
from fakes import LIMIT
from switch_home import CONFIG

pytestmark = posix_only

COMMAND = [sys.executable, "-P", "-m", "aws_sso_core.cli"]
BLOCK = 4096
NAMES = ("dev.admin", "prod", "deploy", "process", "keys")

ON_A_SMALL_DISK = """
set -e
mount -t tmpfs -o size=1m none "$HOME"
cp -a "$KEPT/." "$HOME"
free=$(df -B1 --output=avail "$HOME" | tail -n 1)
head -c "$((free - LEFT))" /dev/zero > "$HOME/filler"
set +e
"$@" > "$OUT/said" 2>&1
echo $? > "$OUT/code"
rm "$HOME/filler"
cp -a "$HOME/." "$OUT/home"
"""
"""Runs a command in a home folder on a disk of its own with LEFT bytes free, and copies that folder out."""


IN_A_READ_ONLY_PLACE = """
set -e
mount --bind "$HOME/.aws" "$HOME/.aws"
mount -o remount,bind,ro "$HOME/.aws"
"$@"
"""


def machine(home: Path) -> tuple[dict[str, str], Paths]:
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    env = {**kept, "HOME": str(home), "AWS_SSO_TRAY_HOME": str(home / "ours"), "TERM": "dumb"}
    paths = Paths.from_environment(env)
    return env, paths


def ran(env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], env=env, capture_output=True, text=True, timeout=LIMIT, check=False)


def undone(env: dict[str, str], paths: Paths) -> str:
    """The config once every switch is undone."""
    while ran(env, "use", "--undo").returncode == 0:
        pass
    return paths.config.read_text()


def can_mount() -> bool:
    """Whether this machine lets us have a small disk of our own."""
    probe = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
    return (
        shutil.which("unshare") is not None and subprocess.run(probe, capture_output=True, check=False).returncode == 0
    )


@pytest.mark.skipif(not can_mount(), reason="no disk of our own: `unshare -rm` may not mount a tmpfs here")
def test_a_disk_that_is_full_at_any_write_leaves_the_old_file_or_the_new_one_and_says_which(tmp_path: Path) -> None:
    kept, home = tmp_path / "kept", tmp_path / "home"
    for folder in (kept / ".aws", home):
        folder.mkdir(parents=True)
    (kept / ".aws" / "config").write_text(CONFIG + "#" * 3 * BLOCK)
    before, codes = (kept / ".aws" / "config").read_text(), set()
    env, paths = machine(home)
    for blocks in range(0, 40, 2):
        out = tmp_path / f"out{blocks}"
        out.mkdir()
        more = {"KEPT": str(kept), "OUT": str(out), "LEFT": str(blocks * BLOCK)}
        words = ["unshare", "-rm", "sh", "-c", ON_A_SMALL_DISK, "sh", *COMMAND, "use", "prod"]
        subprocess.run(words, env={**env, **more}, timeout=LIMIT, check=True)
        code, said = int((out / "code").read_text()), (out / "said").read_text()
        shutil.rmtree(home)
        (out / "home").rename(home)  # the notes about a config go by its path
        now = paths.config.read_text()
        if code == 0:
            assert "prod is the default profile now." in said
            assert ran(env, "use", "--show").stdout == "prod\n"
        else:
            assert "no space left" in said
            assert now == before
        assert undone(env, paths) == before
        assert not list(paths.aws_dir.glob(".*.tmp"))
        codes.add(code)
        if blocks > 25 and code == 0:
            break
    assert codes == {0, 1}


@pytest.mark.skipif(not can_mount(), reason="nothing of our own to make read-only: `unshare -rm` may not mount here")
def test_a_read_only_place_leaves_the_old_file_and_is_named(tmp_path: Path) -> None:
    env, paths = machine(tmp_path)
    paths.aws_dir.mkdir()
    paths.config.write_text(CONFIG)
    words = ["unshare", "-rm", "sh", "-c", IN_A_READ_ONLY_PLACE, "sh", *COMMAND, "use", "prod"]
    failed = subprocess.run(words, env=env, capture_output=True, text=True, timeout=LIMIT, check=False)
    assert failed.returncode == 1
    assert failed.stderr.startswith(f"aws-sso-tray: {paths.config} cannot be written: Read-only file system.")
    assert paths.config.read_text() == CONFIG
    assert ran(env, "use", "--show").stdout == ""
    assert ran(env, "use", "prod").returncode == 0
    assert undone(env, paths) == CONFIG


def test_switches_of_many_processes_at_once_end_with_one_of_them_whole(tmp_path: Path) -> None:
    env, paths = machine(tmp_path)
    paths.aws_dir.mkdir()
    paths.config.write_text(CONFIG)
    running = [
        subprocess.Popen([*COMMAND, "use", name], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for name in NAMES * 2
    ]
    said = [process.communicate(timeout=2 * LIMIT) for process in running]
    assert [process.returncode for process in running] == [0] * len(running), said
    assert ran(env, "use", "--show").stdout.strip() in NAMES
    assert undone(env, paths) == CONFIG


def test_a_switch_and_a_restore_at_once_are_made_one_after_the_other(tmp_path: Path) -> None:
    env, paths = machine(tmp_path)
    paths.aws_dir.mkdir()
    paths.config.write_text(CONFIG)
    assert ran(env, "use", "prod").returncode == 0
    switched = paths.config.read_text()
    running = [
        subprocess.Popen([*COMMAND, *words], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for words in (("use", "dev.admin"), ("restore", "1", "--yes"))
    ]
    said = [process.communicate(timeout=LIMIT)[0] for process in running]
    assert running[0].returncode == 0, said
    # The restore refuses when the switch came after it had shown what it would do.
    restored = running[1].returncode == 0 or "was changed by another program" in said[1]
    assert restored, said
    shown = ran(env, "use", "--show").stdout
    assert paths.config.read_text() in (CONFIG, switched) or shown == "dev.admin\n"
