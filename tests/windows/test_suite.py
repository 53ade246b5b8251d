"""The offline suite and ``inside``, in a real Windows Python under Wine; each file's outcome is a test here.

Two pytests there work side by side through the files, one after another. A test that hangs ends its pytest, which says
where it stood; its file has failed, and another pytest goes on with the next one.
"""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from windows import rig

TESTS = Path(__file__).parent.parent
FOLDERS = ("windows/inside", "core", "tray")
FILES = [
    file.relative_to(TESTS.parent).as_posix()
    for folder in FOLDERS
    for file in sorted((TESTS / folder).glob("test_*.py"))
]
NOT_UNDER_WINE = Path(__file__).with_name("not-under-wine.txt")
OUT = Path(__file__).parent / "out"

SIDE_BY_SIDE = 2
BATCH = 8
"""Files for one pytest: its start costs seconds, and what hangs should not cost many."""
HANGS = 600
"""Seconds after which a single test says where it stands, and its pytest ends."""
LIMIT = 900
"""Seconds for one pytest, should even that fail."""
ALL = 1800
"""Seconds for everything; a file that was not begun by then has failed."""

WHOLE = "(pytest came to its end)"
_LAST = re.compile(r"^=+ .* in [\d.]+s.* =+\s*\Z", re.MULTILINE)
_RESULT = re.compile(r"^(tests/\S+?\.py)::.* (PASSED|FAILED|SKIPPED|ERROR)\b", re.MULTILINE)
_NOT_COLLECTED = re.compile(r"^ERROR (tests/\S+?\.py)(?!:)", re.MULTILINE)


@dataclass
class Story:
    """What became of one file."""

    outcomes: Counter[str] = field(default_factory=Counter)
    ended: bool = False
    text: str = ""
    done: threading.Event = field(default_factory=threading.Event)


def not_under_wine() -> list[str]:
    """The node ids that Wine cannot judge."""
    lines = NOT_UNDER_WINE.read_text(encoding="utf-8").splitlines()
    return [re.split(r"\s{2,}", line)[0] for line in lines if line.startswith("tests/")]


class Suite:
    """The files, and those who work through them."""

    def __init__(self, files: Sequence[str], display: str) -> None:
        self.stories = {file: Story() for file in files}
        self._waiting = list(files)
        self._display = display
        self._lock = threading.Lock()
        self._deadline = time.monotonic() + ALL
        self._numbers = count(1)

    def work(self) -> None:
        """Take files until none is left."""
        while batch := self._next():
            left = max(1.0, self._deadline - time.monotonic())
            text = run(batch, self._display, min(LIMIT, left), next(self._numbers))
            for file in self._settle(batch, text):
                self.stories[file].done.set()

    def _next(self) -> list[str]:
        with self._lock:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            if batch and time.monotonic() > self._deadline:
                for file in (*batch, *self._waiting):
                    self.stories[file].text = f"not begun within {ALL} s"
                    self.stories[file].done.set()
                return []
            return batch

    def _settle(self, batch: Sequence[str], text: str) -> list[str]:
        """Tell each file its part; where pytest did not come to its end, give back what it had not begun."""
        for file, outcome in _RESULT.findall(text):
            self.stories[file].outcomes[outcome.lower()] += 1
        for file in _NOT_COLLECTED.findall(text):
            self.stories[file].outcomes["error"] += 1
        whole = text.endswith(WHOLE)
        begun = [file for file in batch if f"\n{file}" in text]
        stuck = begun[-1:] if not whole else []
        again = [] if whole or not begun else [file for file in batch if file not in begun]
        with self._lock:
            self._waiting[:0] = again
        settled = [file for file in batch if file not in again]
        for file in settled:
            self.stories[file].ended = whole or (file in begun and file not in stuck)
            self.stories[file].text = text
        return settled


def run(files: Sequence[str], display: str, limit: float, number: int) -> str:
    """Run one pytest inside; what it said."""
    words = ["-m", "pytest", *files, "-v", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly"]
    words += ["-o", f"faulthandler_timeout={HANGS}", "-o", "faulthandler_exit_on_timeout=true"]
    words += ["--continue-on-collection-errors", "--durations=5", "--basetemp", f"C:\\t\\{number}"]
    words += [f"--deselect={node}" for node in not_under_wine()]
    try:
        said: str = rig.run(words, display=display, timeout=limit).stdout
        text = said + ("\n" + WHOLE if _LAST.search(said) else "")
    except subprocess.TimeoutExpired as late:
        text = f"{late.output or ''}\nended after {limit:.0f} s\n"
    (OUT / f"suite-{number:02}.txt").write_text(text, encoding="utf-8")
    return text


@pytest.fixture(scope="module")
def suite(request: pytest.FixtureRequest, display: str) -> Iterator[Suite]:
    """All files that this run asks for, at work."""
    wanted = [
        i.callspec.params["file"]
        for i in request.session.items
        if hasattr(i, "callspec") and "file" in i.callspec.params
    ]
    (rig.PREFIX / "drive_c" / "t").mkdir(exist_ok=True)
    for old in OUT.glob("suite-*.txt"):
        old.unlink()
    made = Suite(wanted, display)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as workers:
        for _ in range(SIDE_BY_SIDE):
            workers.submit(made.work)
        yield made


@pytest.mark.parametrize("file", FILES)
def test_a_file_passes_in_the_windows_python(file: str, suite: Suite, outcomes: Counter[str]) -> None:
    story = suite.stories[file]
    assert story.done.wait(ALL + LIMIT)
    outcomes.update(story.outcomes)
    failures = story.outcomes["failed"] + story.outcomes["error"]
    if failures or not story.ended:
        print(story.text)  # noqa: T201 - pytest shows it with the failure
    assert story.ended, "it did not come to its end"
    assert not failures


def test_what_is_left_out_under_wine_is_there() -> None:
    for node in not_under_wine():
        file, name = node.split("::")[0], re.split(r"\[", node.split("::")[-1])[0]
        assert f"def {name}(" in (TESTS.parent / file).read_text(encoding="utf-8"), node
