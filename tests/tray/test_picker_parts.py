"""What of the picker's window is no window: colours, pieces of text, what its commands said."""

from __future__ import annotations

import itertools
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_tray.picker import last_line
from aws_sso_tray.picker_filter import runs
from aws_sso_tray.picker_theme import DARK, LIGHT, Theme, that_fit, theme_for

AA = 4.5
"""The contrast that WCAG 2 asks of text."""

ON = [
    ("text", ("ground", "selected", "hover")),
    ("dim", ("ground", "selected", "hover")),
    ("match", ("ground", "selected", "hover")),
    ("problem", ("ground",)),
    ("production", ("production_ground",)),
    ("active", ("active_ground",)),
]


def luminance(color: str) -> float:
    """By WCAG 2."""
    parts = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "grounds"), ON)
def test_every_text_can_be_read_on_its_ground(theme: Theme, text: str, grounds: tuple[str, ...]) -> None:
    for ground in grounds:
        assert contrast(getattr(theme, text), getattr(theme, ground)) >= AA, ground


def test_every_colour_is_one() -> None:
    for theme in (LIGHT, DARK):
        assert all(len(getattr(theme, f.name)) == 7 and int(getattr(theme, f.name)[1:], 16) >= 0 for f in fields(theme))


@pytest.mark.parametrize(
    ("setting", "dark", "theme"),
    [
        ("auto", True, DARK),
        ("auto", False, LIGHT),
        ("auto", None, LIGHT),
        ("light", True, LIGHT),
        ("dark", False, DARK),
    ],
)
def test_the_desktop_decides_unless_the_person_did(setting: str, dark: bool | None, theme: Theme) -> None:
    assert theme_for(setting, dark=dark) is theme


@given(st.text(max_size=20), st.frozensets(st.integers(0, 20)))
def test_the_pieces_of_a_text_are_the_text_and_marked_in_turn(text: str, found: frozenset[int]) -> None:
    pieces = runs(text, found)
    assert "".join(piece for piece, _ in pieces) == text
    assert all(one[1] != other[1] for one, other in itertools.pairwise(pieces))
    assert [n in found for n in range(len(text))] == [marked for piece, marked in pieces for _ in piece]


def test_the_last_json_line_is_what_a_command_said() -> None:
    assert last_line(b'{"event": "open"}\n{"event": "used"}\nsome warning\n') == {"event": "used"}
    assert last_line(b"nothing\n[1]\n") is None


@pytest.mark.parametrize(
    ("room", "shown"),
    [(500, [0, 1, 2, 3, 4]), (499, [0, 1, 2, 4]), (300, [0, 1, 4]), (200, [0, 4]), (150, [0]), (0, [])],
)
def test_of_the_keys_those_are_shown_that_fit_and_the_way_out_is_kept(room: int, shown: list[int]) -> None:
    assert that_fit([100] * 5, room) == shown
    assert that_fit([], room) == []
