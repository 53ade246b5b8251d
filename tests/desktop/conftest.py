"""The desk that most tests share, and the ways to look at it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aws_sso_core.sandbox import Sandbox
from aws_sso_core.system_clock import SystemClock
from desktop.desk import Desk
from desktop.hand import Hand
from desktop.person import Person
from desktop.screen import Screen

MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk() -> Iterator[MakeDesk]:
    """Makes desks that end with the test. Their folders have short names: sockets allow 108 bytes."""
    made: list[Desk] = []
    folders: list[Path] = []

    def make(**how: Any) -> Desk:
        folders.append(Path(tempfile.mkdtemp(prefix="desk-")))
        made.append(Desk(folders[-1], **how))
        return made[-1]

    yield make
    for desk in reversed(made):
        desk.stop()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """A panel with a tray, and a notification service that draws buttons."""
    return make_desk()


@pytest.fixture
def screen(desk: Desk) -> Iterator[Screen]:
    """The desk's screen."""
    made = Screen(desk.display)
    yield made
    made.close()


@pytest.fixture
def hand(desk: Desk, screen: Screen) -> Hand:
    """A hand on the desk."""
    return Hand(desk, screen)


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """An Identity Center on the real clock."""
    with Sandbox(SystemClock()) as made:
        yield made


@pytest.fixture
def person(desk: Desk, box: Sandbox) -> Person:
    """Somebody with two profiles who is not signed in."""
    return Person(desk, box)
