"""The picture: different for what is different, at every size, on every panel."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from PIL import Image, ImageChops

from aws_sso_core.model import State
from aws_sso_tray.gauge import STEPS, Gauge
from aws_sso_tray.icon import picture

LOOKS = [
    Gauge(State.SIGNED_IN, STEPS),
    Gauge(State.EXPIRING, 2),
    Gauge(State.EXPIRED, 0),
    Gauge(State.SIGNED_OUT, 0),
    Gauge(State.UNKNOWN, STEPS),
    Gauge(State.SIGNED_OUT, 0, busy=True),
]


def in_grey(gauge: Gauge, size: int) -> Image.Image:
    """As a person sees it who tells no colours apart, on a panel of middle grey."""
    panel = Image.new("RGBA", (size, size), (128, 128, 128, 255))
    panel.alpha_composite(picture(gauge, size))
    return panel.convert("L")


def share_that_differs(one: Image.Image, other: Image.Image) -> float:
    difference = ImageChops.difference(one, other).point([0] * 48 + [255] * 208)
    return difference.histogram()[255] / (one.width * one.height)


@pytest.mark.parametrize("size", [16, 20, 24, 32, 64])
def test_no_two_states_look_alike_without_colour(size: int) -> None:
    pictures = [in_grey(look, size) for look in LOOKS]
    assert all(share_that_differs(a, b) > 0.04 for a, b in combinations(pictures, 2))


@pytest.mark.parametrize("size", [16, 32, 64])
@pytest.mark.parametrize("look", LOOKS)
def test_every_picture_stands_out_from_dark_and_light_panels(look: Gauge, size: int) -> None:
    for panel in (30, 240):
        ground = Image.new("RGBA", (size, size), (panel, panel, panel, 255))
        shown = ground.copy()
        shown.alpha_composite(picture(look, size))
        assert share_that_differs(shown.convert("L"), ground.convert("L")) > 0.1


@pytest.mark.parametrize("size", [16, 20, 24, 32, 64])
@pytest.mark.parametrize("look", LOOKS)
def test_production_is_told_by_a_shape_too(look: Gauge, size: int) -> None:
    marked = in_grey(replace(look, production=True), size)
    assert share_that_differs(marked, in_grey(look, size)) > 0.04


@pytest.mark.parametrize("size", [16, 24, 64])
def test_the_states_are_told_apart_in_production_too(size: int) -> None:
    pictures = [in_grey(replace(look, production=True), size) for look in LOOKS]
    assert all(share_that_differs(a, b) > 0.03 for a, b in combinations(pictures, 2))


def test_time_passing_changes_the_ring() -> None:
    assert share_that_differs(in_grey(Gauge(State.SIGNED_IN, 24), 32), in_grey(Gauge(State.SIGNED_IN, 12), 32)) > 0.05


@pytest.mark.parametrize("size", [16, 24, 48, 64, 256])
def test_it_is_drawn_at_the_size_asked_for_with_clear_corners(size: int) -> None:
    image = picture(LOOKS[0], size)
    assert (image.size, image.mode) == ((size, size), "RGBA")
    assert image.getpixel((0, 0)) == (0, 0, 0, 0)


def test_an_equal_gauge_gives_the_same_picture_object() -> None:
    assert picture(Gauge(State.SIGNED_IN, 7), 32) is picture(Gauge(State.SIGNED_IN, 7), 32)
