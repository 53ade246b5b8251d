"""What every test of core starts from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from aws_sso_core.sandbox import Sandbox
from fakes import FakeClock


@pytest.fixture(scope="module", autouse=True)
def _no_foreign_settings(no_foreign_settings: None) -> None:
    """See ``tests/conftest.py``."""


@pytest.fixture
def clock() -> FakeClock:
    """Time that stands still until a test moves it."""
    return FakeClock()


@pytest.fixture
def box(clock: FakeClock) -> Iterator[Sandbox]:
    """An Identity Center that goes by it."""
    with Sandbox(clock) as box:
        yield box
