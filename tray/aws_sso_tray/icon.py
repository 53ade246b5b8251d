"""The picture in the tray, drawn from shapes at any size.

A dark disc carries it, so that it has the same contrast on dark and light panels. The ring is a clock face: what is lit is
what is left of the sign-in session, from the top, clockwise. Each state has its own colour, its own ring and its own sign,
so that it is told apart without colour: a tick in a ring, an exclamation mark, a cross in a broken ring, an empty ring, a
question mark in dots, three dots for a sign-in that is going on. A triangle in the corner: the active profile is production.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from math import cos, pi, sin
from pathlib import Path

from PIL import Image, ImageDraw

from aws_sso_core.errors import AppError
from aws_sso_core.files import make_private_dir
from aws_sso_core.model import State
from aws_sso_tray.gauge import STEPS, Gauge

CANVAS = 256
"""Pixels that the drawing has at least before it is averaged down: smooth edges without any font or image file. A larger
one would leave its memory behind in a process that runs for weeks."""

_DISC = (27, 33, 41)
_RIM = (138, 148, 160)
_TRACK = (73, 83, 96)
_COLORS = {
    State.SIGNED_IN: (74, 222, 128),
    State.EXPIRING: (255, 193, 41),
    State.EXPIRED: (255, 98, 90),
    State.SIGNED_OUT: (176, 186, 197),
    State.UNKNOWN: (176, 186, 197),
}
_PRODUCTION = (255, 92, 170)
_BUSY = (96, 180, 255)
_KEY = (240, 243, 246)

Color = tuple[int, int, int]

log = logging.getLogger(__name__)


@lru_cache(maxsize=32)
def picture(gauge: Gauge, size: int) -> Image.Image:
    """The icon, ``size`` pixels square, with transparency. Equal arguments give the same object: do not draw on it."""
    canvas = _Canvas(size)
    canvas.disc(1.0, _RIM)
    canvas.disc(0.955, _DISC)
    color = _BUSY if gauge.busy else _COLORS[gauge.state]
    _ring(canvas, gauge, color)
    _sign(canvas, gauge, color)
    if gauge.production:
        canvas.corner_triangle(_PRODUCTION, _DISC)
    return canvas.reduced()


def emblem(size: int) -> Image.Image:
    """The program's own picture, for notices: it stands for no state."""
    canvas = _Canvas(size)
    canvas.disc(1.0, _RIM)
    canvas.disc(0.955, _DISC)
    canvas.arc(0, 360, _TRACK)
    canvas.arc(0, 270, _BUSY)
    canvas.bow(-0.2, 0.0, 0.2, 0, 360, _KEY)
    canvas.stroke(((0.0, 0.0), (0.42, 0.0), (0.42, 0.2)), _KEY)
    canvas.stroke(((0.2, 0.0), (0.2, 0.16)), _KEY)
    return canvas.reduced()


def emblem_file(path: Path) -> Path | None:
    """``emblem`` as a file (.png or .ico), drawn if it is not there; None when it cannot be."""
    try:
        if not path.exists():
            make_private_dir(path.parent)
            emblem(128).save(path)
    except (OSError, AppError) as error:
        log.info("There is no picture: %s", error)
        return None
    return path


def _ring(canvas: _Canvas, gauge: Gauge, color: Color) -> None:
    if gauge.state is State.UNKNOWN and not gauge.busy:
        for n in range(8):
            canvas.arc(n * 45 - 9, n * 45 + 9, color)
    elif gauge.state is State.EXPIRED and not gauge.busy:
        for n in range(4):
            canvas.arc(n * 90 + 62, n * 90 + 118, color)
    elif gauge.state is State.SIGNED_OUT and not gauge.busy:
        canvas.arc(0, 360, color)
    else:
        canvas.arc(0, 360, _TRACK)
        canvas.arc(0, 360 if gauge.busy else 360 * gauge.left / STEPS, color)


def _sign(canvas: _Canvas, gauge: Gauge, color: Color) -> None:
    if gauge.busy:
        for x in (-0.32, 0.0, 0.32):
            canvas.dot(x, 0.0, 0.13, color)
        return
    match gauge.state:
        case State.SIGNED_IN:
            canvas.stroke(((-0.3, 0.02), (-0.08, 0.24), (0.31, -0.22)), color)
        case State.EXPIRING:
            canvas.stroke(((0.0, -0.36), (0.0, 0.08)), color)
            canvas.dot(0.0, 0.35, 0.125, color)
        case State.EXPIRED:
            canvas.stroke(((-0.24, -0.24), (0.24, 0.24)), color)
            canvas.stroke(((-0.24, 0.24), (0.24, -0.24)), color)
        case State.SIGNED_OUT:
            pass
        case State.UNKNOWN:
            canvas.bow(0.0, -0.16, 0.2, 180, 450, color)
            canvas.stroke(((0.0, 0.04), (0.0, 0.13)), color)
            canvas.dot(0.0, 0.38, 0.12, color)


class _Canvas:
    """A square from -1 to 1 in both directions, y downwards."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._detail = max(4, CANVAS // size)
        self._big = size * self._detail
        self._image = Image.new("RGBA", (self._big, self._big), (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self._image)
        small = size <= 20  # noqa: PLR2004 - below this a thin line is less than two pixels
        self._ring_outer = 0.92 if small else 0.88
        self._ring_width = 0.25 if small else 0.22
        self._pen = 0.27 if small else 0.22
        self._sign = 1.15 if small else 1.08

    def _px(self, value: float) -> float:
        return (value + 1) * self._big / 2

    def _box(self, x: float, y: float, radius: float) -> tuple[float, float, float, float]:
        return self._px(x - radius), self._px(y - radius), self._px(x + radius) - 1, self._px(y + radius) - 1

    def _width(self, value: float) -> int:
        return max(1, round(value * self._big / 2))

    def disc(self, radius: float, color: Color) -> None:
        """A filled circle in the middle."""
        self._draw.ellipse(self._box(0, 0, radius), fill=color)

    def dot(self, x: float, y: float, radius: float, color: Color) -> None:
        """A small filled circle of the sign."""
        self._draw.ellipse(self._box(x * self._sign, y * self._sign, radius * self._sign), fill=color)

    def arc(self, start: float, end: float, color: Color) -> None:
        """A piece of the ring; degrees clockwise from the top."""
        if end > start:
            self._draw.arc(
                self._box(0, 0, self._ring_outer), start - 90, end - 90, color, self._width(self._ring_width)
            )

    def corner_triangle(self, color: Color, edge: Color) -> None:
        """A filled triangle at the lower right, with an edge that parts it from the ring."""
        for grown, fill in ((0.2, edge), (0.0, color)):
            top, base, half = 0.1 - grown * 1.1, 0.94 + grown * 0.5, 0.46 + grown
            points = ((0.5, top), (0.5 + half, base), (0.5 - half, base))
            self._draw.polygon([(self._px(x), min(self._px(y), self._big - 1)) for x, y in points], fill=fill)

    def bow(self, x: float, y: float, radius: float, start: float, end: float, color: Color) -> None:
        """A curved line; degrees clockwise from the right."""
        steps = 40
        points = []
        for n in range(steps + 1):
            angle = (start + (end - start) * n / steps) * pi / 180
            points.append((x + radius * cos(angle), y + radius * sin(angle)))
        self.stroke(tuple(points), color)

    def stroke(self, points: tuple[tuple[float, float], ...], color: Color) -> None:
        """A line with round ends and corners."""
        line = [(self._px(x * self._sign), self._px(y * self._sign)) for x, y in points]
        self._draw.line(line, color, self._width(self._pen), joint="curve")
        for x, y in points:
            self.dot(x, y, self._pen / 2 / self._sign, color)

    def reduced(self) -> Image.Image:
        """The picture at its real size."""
        return self._image.reduce(self._detail)
