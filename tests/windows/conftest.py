"""On Windows only ``inside`` is collected; elsewhere only the drivers, which run ``inside`` and more in the rig."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from windows import rig

collect_ignore_glob = ["test_*.py"] if os.name == "nt" else ["inside/*"]

OUT = Path(__file__).parent / "out"
"""Screenshots and the words of the Windows pytest, for a person to look at."""


@pytest.fixture(scope="session", autouse=True)
def _rig() -> None:
    """Without its packages the rig is skipped, unless the test command put them there."""
    if os.name == "nt":
        return
    if not Path(rig.WINE).exists():
        reason = "there is no Wine; `python3 noxfile.py windows` brings it"
        if os.environ.get("AWS_SSO_TRAY_REQUIRE"):
            pytest.fail(reason)
        pytest.skip(reason)
    if not (rig.PYTHON / "ready").exists():
        pytest.fail("The rig is not built: python tests/windows/rig.py build")
    OUT.mkdir(exist_ok=True)


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """A display for this module's programs; no Windows program outlives it."""
    rig.stop()
    with rig.screen() as name:
        yield name
        rig.stop()


_OUTCOMES = pytest.StashKey[Counter[str]]()


@pytest.fixture(scope="session")
def outcomes(request: pytest.FixtureRequest) -> Counter[str]:
    """How many tests inside Windows had which outcome; told at the end."""
    return request.config.stash.setdefault(_OUTCOMES, Counter())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Tell what the one line for each file hides."""
    if counted := config.stash.get(_OUTCOMES, None):
        words = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counted.items()))
        terminalreporter.write_line(f"Inside Windows, single tests: {words}.")
