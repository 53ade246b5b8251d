"""The pages under docs/ and beside README.md are what the program says now, and lead where they say."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from aws_sso_core.cli.table import COMMANDS, HIDDEN

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md"), *ROOT.glob("tests/*/README.md")]
)
GENERATE = runpy.run_path(str(ROOT / "docs" / "generate.py"))


def anchors(page: Path) -> list[str]:
    """The names by which links lead into a page."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = (re.sub(r"[`*]|\]\([^)]*\)|\[", "", line) for line in re.findall(r"^#+ (.+)$", text, re.MULTILINE))
    return [re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings]


@pytest.mark.parametrize("page", ["reference", "troubleshooting"])
def test_pages_that_the_program_writes_are_those_of_this_program(page: str) -> None:
    written = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    assert written == GENERATE[page](), "run `python docs/generate.py`"


@pytest.mark.parametrize(("house", "package"), [("core", "aws_sso_core"), ("tray", "aws_sso_tray")])
def test_every_module_stands_in_the_page_of_its_house(house: str, package: str) -> None:
    page = (ROOT / house / "README.md").read_text(encoding="utf-8")
    modules = {path.stem for path in (ROOT / house / package).iterdir() if not path.name.startswith(("_", "py.typed"))}
    assert [module for module in sorted(modules) if not re.search(rf"\b{module}\b", page)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_a_page_and_a_heading_that_exist(page: Path) -> None:
    for path, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)", page.read_text(encoding="utf-8")):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/*.md")), ids=lambda page: page.stem)
def test_no_two_headings_of_a_page_have_one_name(page: Path) -> None:
    assert sorted(anchors(page)) == sorted(set(anchors(page)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_that_a_page_names_exist(page: Path) -> None:
    ours = {name for rows in COMMANDS.values() for name in rows} | set(HIDDEN)
    named = set(re.findall(r"`aws-sso-tray ([a-z][a-z-]*+)(?!` \+ Tab)", page.read_text(encoding="utf-8")))
    assert named <= ours
