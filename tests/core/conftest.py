"""What every test of core starts from."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_foreign_settings(no_foreign_settings: None) -> None:
    """See ``tests/conftest.py``."""
