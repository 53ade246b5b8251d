"""What every test of core starts from: an environment in which nothing of this machine's AWS set-up shows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from auth_bench import Bench

_FOREIGN = ("AWS_", "BOTO", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "SSL_CERT_")


@pytest.fixture(autouse=True)
def _no_foreign_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().startswith(_FOREIGN):
            monkeypatch.delenv(name)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A Sandbox, a home and all that a sign-in needs."""
    with Bench(tmp_path) as made:
        yield made
