"""``profiles --names`` without the command line: the same names, or nothing."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

import aws_sso_core
from aws_sso_core import profiles, warm
from aws_sso_core.cli import early_names
from aws_sso_core.errors import ConfigUnreadable
from config_texts import good_texts, odd_texts
from fakes import LIMIT

TEXTS = st.one_of(good_texts(), odd_texts())


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / ".aws").mkdir()
    return tmp_path


@given(TEXTS, TEXTS)
@example("[profile a]\n[default]\n[sso-session s]\n", "[keys]\n[a]\n")
@example("[]\n", "[]\n")
@example("[profile a]\r\nregion = x\r\n", "junk\n[ b ]\n[DEFAULT]\n")
def test_what_is_answered_early_is_what_the_command_says(config: str, credentials: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = {"config": Path(folder, "c"), "credentials": Path(folder, "k")}
        for path, text in zip(files.values(), (config, credentials), strict=True):
            path.write_bytes(text.encode())
        env = {"AWS_CONFIG_FILE": str(files["config"]), "AWS_SHARED_CREDENTIALS_FILE": str(files["credentials"])}
        early = early_names.answer(env)
        event("left to the command" if early is None else "answered")
        if early is not None:
            assert early == "".join(f"{name}\n" for name in profiles.names(**files))


def test_the_files_lie_in_the_home_folder(home: Path) -> None:
    (home / ".aws" / "config").write_text("[default]\n[profile dev]\n")
    (home / ".aws" / "credentials").write_text("[dev]\n[keys]\n")
    assert early_names.answer({warm.HOME: str(home)}) == "default\ndev\nkeys\n"


def test_no_files_are_no_names(home: Path) -> None:
    assert early_names.answer({warm.HOME: str(home)}) == ""


@pytest.mark.parametrize("path", ["~/config", "$HOME/config", "config", "/it's/config", "%HOME%/config"])
def test_a_path_that_is_to_be_expanded_is_left_to_the_command(home: Path, path: str) -> None:
    assert early_names.answer({warm.HOME: str(home), "AWS_CONFIG_FILE": path}) is None


@pytest.mark.parametrize(
    "data", [b"\xff", b"[profile a]\rx = y\r", b"[profile 'a b']\n", b"[profile a]\n [profile b]\n"]
)
def test_a_config_that_is_out_of_the_ordinary_is_left_to_the_command(home: Path, data: bytes) -> None:
    (home / ".aws" / "config").write_bytes(data)
    assert early_names.answer({warm.HOME: str(home)}) is None


def test_no_header_without_a_name_is_passed_over_in_silence(home: Path) -> None:
    (home / ".aws" / "config").write_text("[profile a]\n[]\n")
    assert early_names.answer({warm.HOME: str(home)}) is None
    with pytest.raises(ConfigUnreadable):
        profiles.names(config=home / ".aws" / "config", credentials=home / "none")


def test_the_short_way_loads_nothing_but_a_few_of_our_modules(home: Path) -> None:
    source = str(Path(aws_sso_core.__file__).parents[1])
    program = (
        f"import os, sys; sys.path.insert(0, {source!r}); before = set(sys.modules);"
        f"from aws_sso_core.cli import early_names; early_names.answer({{{warm.HOME!r}: {str(home)!r}}});"
        "print(*sorted(name for name in set(sys.modules) - before if not name.startswith('aws_sso_core')))"
    )
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, timeout=LIMIT, check=True
    )
    assert ran.stdout.split() in (["__future__"], ["__future__", "time"])
