"""The portal's budget of requests between real processes, in real time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from aws_sso_core.identity_center.budget import BURST, RATE
from fakes import LIMIT

CHILD = """
import sys, threading, time
from pathlib import Path
from aws_sso_core.identity_center.budget import Budget
from aws_sso_core.identity_center.ledger import SharedLedger
from aws_sso_core.model import Session
from aws_sso_core.system_clock import SystemClock
session = Session("corp", "https://corp.awsapps.com/start", "us-east-1")
budget = Budget(clock=SystemClock(), stopped=threading.Event(), ledger=SharedLedger(Path(sys.argv[1]), session))
def draw():
    for _ in range(4):
        budget.turn()
        moments.append(time.monotonic())
begun, moments = time.monotonic(), []
threads = [threading.Thread(target=draw) for _ in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
print(begun, *moments)
"""


def test_real_processes_with_real_threads_stay_under_awss_limit_together(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-c", CHILD, str(tmp_path)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    told = [child.communicate(timeout=LIMIT)[0] for child in children]
    times = [[float(word) for word in words.split()] for words in told]
    begun, moments = min(begun for begun, *_ in times), sorted(moment for _, *moments in times for moment in moments)
    assert len(moments) == 48
    # A moment is taken some time after its turn; what counts is that nobody was early.
    for at, moment in enumerate(moments):
        assert moment - begun > (at + 1 - BURST) / RATE - 0.25
