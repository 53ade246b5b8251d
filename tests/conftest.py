"""For all tests: how hard property tests look, a home with all that a sign-in needs, and what makes thousands quick."""

from __future__ import annotations

import gc
import itertools
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


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()


_numbers = itertools.count()


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As pytest's own, which looks through the folders of all tests before, each time."""
    folder = tmp_path_factory.getbasetemp() / f"{request.function.__name__[:30]}{next(_numbers)}"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_the_disk() -> Iterator[None]:
    """Nobody cuts the power here, and what is flushed when is told by tests with an ``fsync`` of their own.

    Windows flushes all the same: it refuses files that others take.
    """
    with pytest.MonkeyPatch.context() as patch:
        if os.name == "posix":
            patch.setattr(os, "fsync", os.fstat)
        yield


@pytest.fixture(scope="module")
def no_foreign_settings() -> Iterator[None]:
    """An environment in which nothing of this machine's AWS set-up shows."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.upper().startswith(_FOREIGN):
                patch.delenv(name)
        yield


@pytest.fixture
def bench(tmp_path: Path, no_foreign_settings: None) -> Iterator[Bench]:  # noqa: ARG001 - boto3 reads the environment
    """A Sandbox, a home and all that a sign-in needs."""
    with Bench(tmp_path) as made:
        yield made
