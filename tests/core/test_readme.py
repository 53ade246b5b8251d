"""README.md tells the truth: its commands, options, settings and pictures are those of the program."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import click
import pytest

from aws_sso_core.cli.table import COMMANDS
from aws_sso_core.settings import DEFAULTS, KEYS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LARGEST_PICTURE = 150_000
"""Bytes."""
KNOWN = [name for rows in COMMANDS.values() for name in rows]


def rows(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, cell by cell."""
    section = README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def command_cells() -> list[str]:
    return [row[0] for row in rows("Commands")]


def first_word(cell: str) -> str:
    return cell.strip("`").split()[0].strip("`")


def pictures(text: str) -> dict[str, str]:
    """Path -> the words for those who do not see it."""
    marked = {path: words for words, path in re.findall(r"!\[([^]]*)\]\(([^)]+)\)", text)}
    return marked | dict(re.findall(r'<img src="([^"]+)" width="[^"]+" alt="([^"]*)">', text))


def test_the_table_of_commands_has_every_command_once_and_no_other() -> None:
    told = [first_word(cell) for cell in command_cells()]
    assert sorted(told) == sorted(KNOWN), "README.md, Commands: one row for each command of cli/main.COMMANDS"


@pytest.mark.parametrize("cell", command_cells(), ids=first_word)
def test_every_option_in_the_table_is_one_of_the_commands(cell: str) -> None:
    command: click.Command = importlib.import_module(f"aws_sso_core.cli.{first_word(cell).replace('-', '_')}").command
    known = {word for p in command.params for word in (*p.opts, *p.secondary_opts)}
    assert set(re.findall(r"--[a-z-]+", cell)) <= known


def test_commands_in_the_text_exist() -> None:
    told = set(re.findall(r"`aws-sso-tray ([a-z][a-z-]*)", README))
    assert told <= set(KNOWN)


def test_what_is_told_to_be_missing_is_missing() -> None:
    missing = README.partition("\n## What is not there yet\n")[2].partition("\n## ")[0]
    told = {word for word in re.findall(r"`([a-z-]+)`", missing) if word in KNOWN}
    assert told == set()


def test_the_table_of_settings_has_every_key_with_its_default_in_the_programs_order() -> None:
    told = [(row[0].strip("`"), row[1].strip("`")) for row in rows("Settings")]
    assert told == [(key.name, key.shown(DEFAULTS) or '""') for key in KEYS.values()]


def test_pictures_exist_and_have_words_for_those_who_do_not_see_them() -> None:
    found = pictures(README)
    assert len(found) > 1
    for path, words in found.items():
        assert words, path
        assert (ROOT / path).is_file(), path


def test_links_lead_to_files_that_exist() -> None:
    for path in re.findall(r"(?<!!)\[[^]]+\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / path).exists(), path


def test_every_picture_is_shown_and_light() -> None:
    pages = [README, *(page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md"))]
    shown = {Path(path).name for page in pages for path in pictures(page) if path.endswith(".png")}
    taken = list((ROOT / "docs" / "pictures").glob("*.png"))
    assert {picture.name for picture in taken} == shown
    assert [picture.name for picture in taken if picture.stat().st_size > LARGEST_PICTURE] == []
