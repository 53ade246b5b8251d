"""One Chromium for all tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from browser.chromium import Chromium


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """Started once: that takes the longest."""
    with Chromium(tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def browser(shared: Chromium) -> Chromium:
    """The shared browser without the last test's traces."""
    shared.call("Network.clearBrowserCookies")
    shared.prefer("light")
    shared.resize(1000, 820)
    shared.problems.clear()
    return shared
