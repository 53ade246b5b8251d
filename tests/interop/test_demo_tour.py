"""``demo --tour`` as a person starts it: real processes, real boto3, real time (two fifths of it).

The story has its own clock: on a machine so busy that a renewal comes too late in it, it is told again, and slower.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

LIMIT = 900
TOUR = [sys.executable, "-P", "-m", "aws_sso_core.cli", "demo", "--tour", "--pace"]
PACES = ("0.4", "1", "3")


def environment(place: Path) -> dict[str, str]:
    """A person's environment: a home with nothing in it, a place for temporary files, no AWS."""
    for name in ("home", "tmp"):
        (place / name).mkdir()
    clean = {k: v for k, v in os.environ.items() if not k.upper().startswith(("AWS_", "BOTO", "HTTP", "NO_PROXY"))}
    home, tmp = str(place / "home"), str(place / "tmp")
    return {
        **clean,
        "HOME": home,
        "USERPROFILE": home,
        "AWS_SSO_TRAY_HOME": str(place / "state"),
        "TMPDIR": tmp,
        "TEMP": tmp,
        "TMP": tmp,
    }


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tour")


@pytest.fixture(scope="module")
def tour(place: Path) -> subprocess.CompletedProcess[str]:
    """The tour, told once for all tests."""
    env = environment(place)
    for pace in PACES:
        done = subprocess.run([*TOUR, pace], env=env, capture_output=True, text=True, timeout=LIMIT, check=False)
        if what_happened(done.stdout)[:1] == ["Renewed in silence"]:
            break
    return done


def what_happened(told: str) -> list[str]:
    return re.findall(r"Renewed in silence|Notice: demo: (?:the sign-in has ended|sign in again)", told)


def test_the_tour_ends_by_itself_and_well(tour: subprocess.CompletedProcess[str]) -> None:
    assert (tour.returncode, tour.stderr) == (0, ""), tour.stdout


def test_renewal_warning_and_end_are_seen_in_this_order(tour: subprocess.CompletedProcess[str]) -> None:
    told = what_happened(tour.stdout)
    assert told[0] == "Renewed in silence"
    assert "Notice: demo: sign in again" in told
    assert told[-1] == "Notice: demo: the sign-in has ended"


def test_boto3_is_refused_after_the_end_and_served_after_the_new_sign_in(
    tour: subprocess.CompletedProcess[str],
) -> None:
    refused, served = (tour.stdout.find(words) for words in ("TokenRetrievalError", "arn:aws:sts::012345678901:"))
    assert 0 < refused < served
    assert "AWSReservedSSO_AWSPowerUserAccess_" in tour.stdout


def test_two_programs_that_ask_make_one_page(tour: subprocess.CompletedProcess[str]) -> None:
    assert "Consent pages opened: 1." in tour.stdout


def test_nothing_is_left_behind(tour: subprocess.CompletedProcess[str], place: Path) -> None:
    assert tour.returncode == 0
    assert list((place / "tmp").iterdir()) == []
    assert list((place / "home").iterdir()) == []
    port = int(re.findall(r"http://127\.0\.0\.1:(\d+)", tour.stdout)[0])
    with pytest.raises(OSError, match=r"refused|WinError"):
        socket.create_connection(("127.0.0.1", port), timeout=5)


@contextlib.contextmanager
def begun(env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A tour in which somebody is signed in and watched."""
    process = subprocess.Popen([*TOUR, PACES[0]], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "Watching" in line:
                break
        yield process
    finally:
        process.kill()
        process.communicate(timeout=LIMIT)


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_tour_that_is_interrupted_leaves_nothing_behind(tmp_path: Path, number: int, code: int) -> None:
    with begun(environment(tmp_path)) as process:
        process.send_signal(number)
        process.communicate(timeout=LIMIT)
        assert process.returncode == code
    assert list((tmp_path / "tmp").iterdir()) == []
