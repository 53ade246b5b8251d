"""What every test of core starts from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from auth_bench import Bench
from aws_sso_core.sandbox import Sandbox
from cli_world import World
from fakes import FakeClock
from patient import Patient


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


@pytest.fixture
def patient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Patient]:
    """A machine in order, for the doctor."""
    with Bench(tmp_path) as bench:
        yield Patient(World(tmp_path, monkeypatch), bench)
