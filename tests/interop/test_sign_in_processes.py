from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from auth_bench import Bench
from aws_sso_core.progress import OpenPage, Waiting
from fakes import LIMIT, Worker

OTHER_PROCESS = """
import sys
from pathlib import Path
sys.path[:0] = [{tests!r}]
from auth_bench import Bench
from aws_sso_core.progress import OpenPage

other = Bench(Path({home!r}))
other.box.close()
other.box.url = {url!r}
def tell(said):
    if isinstance(said, OpenPage):
        print(said.url, flush=True)
print(other.sign_in(None, report=tell).how, flush=True)
"""


@pytest.fixture
def other(bench: Bench, tmp_path: Path) -> subprocess.Popen[str]:
    """Another process that signs in to the same session, with its page open; killed by the test or at its end."""
    script = OTHER_PROCESS.format(tests=str(Path(__file__).parents[1]), home=str(tmp_path), url=bench.box.url)
    env = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=env)


def test_a_second_process_waits_for_the_first_and_uses_its_token(bench: Bench, other: subprocess.Popen[str]) -> None:
    with other:
        assert other.stdout
        page = other.stdout.readline().strip()
        ours = Worker(lambda: bench.sign_in(None))
        bench.said.wait_for(lambda said: isinstance(said, Waiting))
        bench.box.visit(page)
        assert other.stdout.readline().strip() == "new"
        assert ours.result().how == "other"
        other.wait(LIMIT)
    assert bench.box.calls.count("CreateToken") == 1
    assert bench.pages_opened() == 0


def test_when_the_first_process_is_killed_the_second_goes_on(bench: Bench, other: subprocess.Popen[str]) -> None:
    with other:
        assert other.stdout
        other.stdout.readline()
        ours = Worker(lambda: bench.sign_in(None))
        bench.said.wait_for(lambda said: isinstance(said, Waiting))
        other.kill()
        page = bench.said.wait_for(lambda said: isinstance(said, OpenPage))
        assert isinstance(page, OpenPage)
        bench.box.visit(page.url)
        assert ours.result().how == "new"
