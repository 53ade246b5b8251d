from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import get_args

import pytest

from aws_sso_core.identity_center.landing import HEADERS, Landing, landing_page
from aws_sso_core.model import Session

SESSION = Session("corp", "https://acme.awsapps.com/start", "us-east-1")
KINDS: tuple[Landing, ...] = get_args(Landing)
VOID = {"meta", "link", "path", "br", "img", "input"}


class Reader(HTMLParser):
    """Checks that tags are closed in order, and keeps what the page refers to and says."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.references: list[str] = []
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.references += [value or "" for name, value in attrs if name in {"href", "src", "action", "style"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text += data


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_loads_nothing_and_runs_nothing(kind: Landing) -> None:
    reader = read(landing_page(kind, SESSION, "Detail."))
    assert [r for r in reader.references if not r.startswith("data:")] == []
    assert "script" not in reader.tags
    assert "url(" not in landing_page(kind, SESSION)


@pytest.mark.parametrize("kind", KINDS)
def test_the_policy_allows_the_pages_own_style_and_no_other(kind: Landing) -> None:
    style = re.search(r"<style>(.*)</style>", landing_page(kind, SESSION), re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_has_a_language_a_title_and_one_heading(kind: Landing) -> None:
    page = landing_page(kind, SESSION)
    assert '<html lang="en">' in page
    assert "<title>" in page
    assert read(page).tags.count("h1") == 1


@pytest.mark.parametrize("kind", ["signed-in", "denied", "failed", "used"])
def test_a_page_names_the_session_and_says_the_tab_can_be_closed(kind: Landing) -> None:
    text = read(landing_page(kind, SESSION)).text
    assert "corp" in text
    assert "acme.awsapps.com" in text
    assert "You can close this tab." in text


def test_a_stray_visitor_is_told_no_name() -> None:
    assert "corp" not in landing_page("stray", None)


def test_each_outcome_looks_different() -> None:
    assert len({read(landing_page(kind, SESSION)).text for kind in KINDS}) == len(KINDS)


def test_names_and_details_are_escaped() -> None:
    session = Session('<script>alert("1")</script>', "https://<b>.example/start", "us-east-1")
    page = landing_page("failed", session, "<img src=x onerror=alert(1)>")
    assert {"script", "img"}.isdisjoint(read(page).tags)


def test_a_legacy_session_is_named_by_its_portal() -> None:
    session = Session(SESSION.start_url, SESSION.start_url, "us-east-1", kind="legacy")
    assert "acme" in read(landing_page("signed-in", session)).text


def test_pages_know_light_and_dark() -> None:
    page = landing_page("signed-in", SESSION)
    assert "prefers-color-scheme:dark" in page
    assert "prefers-reduced-motion" in page


@pytest.mark.parametrize(("scheme", "mood"), [(s, m) for s in ("light", "dark") for m in ("good", "bad", "wait")])
def test_colours_have_enough_contrast(scheme: str, mood: str) -> None:
    blocks = re.findall(r":root\{([^}]*)\}", landing_page("signed-in", SESSION))
    colours = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{3,6})", blocks[0 if scheme == "light" else 1]))
    for front, back, least in (
        ("text", "card", 7.0),
        ("soft", "card", 4.5),
        ("soft", "page", 4.5),
        (mood, f"{mood}-soft", 4.5),
    ):
        assert contrast(colours[front], colours[back]) >= least, (front, back)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
