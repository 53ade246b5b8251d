"""The desk that most tests share, and the ways to look at it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
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


_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember failures for the fixtures' ends."""
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


@pytest.fixture
def make_desk(request: pytest.FixtureRequest) -> Iterator[MakeDesk]:
    """Makes desks that end with the test; after a failure they tell what their programs said and how they looked.

    Their folders have short names: sockets allow 108 bytes.
    """
    made: list[Desk] = []
    folders: list[Path] = []

    def make(**how: Any) -> Desk:
        folders.append(Path(tempfile.mkdtemp(prefix="desk-")))
        made.append(Desk(folders[-1], **how))
        return made[-1]

    yield make
    for number, desk in reversed(list(enumerate(made))):
        if request.node.stash.get(_FAILED, False):
            _tell(desk, f"failed-{request.node.originalname}-{number}")
        desk.stop()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _tell(desk: Desk, name: str) -> None:
    screen = Screen(desk.display)
    print(f"How it looked: {screen.save(name)}")  # noqa: T201 - pytest shows it with the failure
    screen.close()
    for log in sorted(desk.folder.glob("*.log")):
        if text := log.read_text(errors="replace"):
            print(f"--- {log.name}\n{text}")  # noqa: T201 - as above


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
