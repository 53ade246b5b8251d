"""What the tests inside Windows start from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from aws_sso_core import desktop
from aws_sso_core.sandbox import Sandbox
from aws_sso_core.system_clock import SystemClock
from windows.inside.windows_home import WindowsHome


@pytest.fixture
def box() -> Iterator[Sandbox]:
    """An Identity Center on the real clock."""
    with Sandbox(SystemClock()) as made:
        yield made


@pytest.fixture
def home(tmp_path: Path, box: Sandbox) -> Iterator[WindowsHome]:
    """Somebody with one profile who is not signed in; no tray outlives the test."""
    made = WindowsHome(tmp_path / "Jörg Müller 日本", box)
    yield made
    if desktop.instance(made.paths).holder() is not None:
        made.run("stop")
