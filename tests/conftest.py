"""For all tests: how hard property tests look, and a home with all that a sign-in needs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from auth_bench import Bench

_FOREIGN = ("AWS_", "BOTO", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "SSL_CERT_")

# An everyday run is quick and looks at the same examples each time; ``EXAMPLES=20 pytest ...`` looks twenty times as hard,
# and elsewhere each time.
settings.register_profile(
    "project",
    max_examples=25 * int(os.environ.get("EXAMPLES", "1")),
    derandomize="EXAMPLES" not in os.environ,
    deadline=None,  # the machine is shared: a slow example is no failure
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("project")


@pytest.fixture
def no_foreign_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment in which nothing of this machine's AWS set-up shows."""
    for name in os.environ:
        if name.upper().startswith(_FOREIGN):
            monkeypatch.delenv(name)


@pytest.fixture
def bench(tmp_path: Path, no_foreign_settings: None) -> Iterator[Bench]:  # noqa: ARG001 - boto3 reads the environment
    """A Sandbox, a home and all that a sign-in needs."""
    with Bench(tmp_path) as made:
        yield made
