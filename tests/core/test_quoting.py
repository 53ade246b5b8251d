"""Words of a command line: what is written is what others read."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys

import pytest
from botocore.compat import compat_shell_split
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.config.text import by_profile, read
from aws_sso_core.quoting import for_sh, for_windows
from aws_sso_core.resolve.dialects import read_go, read_js

# What a path or a profile's name in a config file can hold: anything printable on one line.
WORDS = st.lists(st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=12), min_size=1, max_size=4)
ODD = [
    "/opt/my tools/python",
    "it's",
    'say "x"',
    "a\\b",
    "$HOME `id` $(id)",
    "# no comment",
    "a ;b",
    "*",
    "~",
    "é ü",
    "",
    " x ",
]


def sh(*arguments: str, shell: str = "sh") -> list[str]:
    """The words as a real shell takes them apart."""
    line = " ".join(map(for_sh, arguments))
    show = (
        f"{for_sh(sys.executable)} -I -S -c 'import sys; sys.stdout.buffer.write(chr(0).join(sys.argv[1:]).encode())'"
    )
    ran = subprocess.run([shell, "-c", f"{show} {line}"], capture_output=True, check=True, timeout=120)
    return ran.stdout.decode().split("\0")


@given(WORDS)
def test_botocore_splits_a_line_for_sh_into_its_words(words: list[str]) -> None:
    assert compat_shell_split(" ".join(map(for_sh, words)), "linux") == words


@given(WORDS)
def test_botocore_splits_a_line_for_windows_into_its_words(words: list[str]) -> None:
    assert compat_shell_split(" ".join(map(for_windows, words)), "win32") == words


@pytest.mark.skipif(os.name == "nt", reason="sh")
@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_a_real_shell_splits_a_line_for_sh_into_its_words(shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not here")
    assert sh(*ODD, shell=shell) == ODD


@given(st.text(st.characters(exclude_categories=("C", "Zl", "Zp", "Zs")), min_size=1, max_size=12))
def test_a_value_for_sh_comes_out_of_a_config_as_it_went_in_whoever_reads(name: str) -> None:
    value = " ".join(map(for_sh, ["/opt/my tools/python", "--profile", name]))
    text = f"[profile p]\ncredential_process = {value}\n"
    assert by_profile(read(text)).profiles["p"]["credential_process"] == value
    assert read_go(text, "").config["p"]["credential_process"] == value
    assert read_js(text, "").config["p"]["credential_process"] == value


def test_plain_words_stay_as_they_are() -> None:
    words = ["/usr/bin/python3.11", "-I", "--profile", "dev-account.admin_1"]
    assert shlex.join(words) == " ".join(map(for_sh, words)) == " ".join(map(for_windows, words))
    assert for_windows(r"C:\Users\me\python.exe") == r"C:\Users\me\python.exe"
