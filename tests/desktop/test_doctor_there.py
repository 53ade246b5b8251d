"""``doctor`` on a real desktop: it hears from the running tray, and sees what is missing."""

from __future__ import annotations

import json
import signal
from datetime import timedelta
from typing import Any

from desktop.hand import Hand
from desktop.person import Person
from patience import until

DESKTOP = {"tray", "watcher", "notices", "tray-host", "loopback", "settings"}


def checks(person: Person) -> dict[str, dict[str, Any]]:
    told = json.loads(person.ours("doctor", "--offline", "--json").stdout)
    return {check["id"]: check for check in told["checks"]}


def test_a_tray_that_runs_tells_how_it_fares(person: Person, hand: Hand) -> None:
    person.put_token(timedelta(hours=6))
    person.start_tray()
    hand.icon()
    until(lambda: checks(person)["tray"]["verdict"] == "ok", "the tray answers: it shows before it listens")
    told = checks(person)
    assert {name: told[name]["verdict"] for name in DESKTOP} == dict.fromkeys(DESKTOP, "ok")
    assert told["notices"]["message"] == "The desktop's notification service shows notices (D-Bus)."
    assert told["watcher"]["message"] == "The system tells the tray of every changed file."


def test_a_tray_that_hangs_is_told_from_one_that_runs_and_from_none(person: Person, hand: Hand) -> None:
    assert checks(person)["tray"]["verdict"] == "warning"
    child = person.start_tray()
    hand.icon()
    child.send_signal(signal.SIGSTOP)
    try:
        told = checks(person)["tray"]
    finally:
        child.send_signal(signal.SIGCONT)
    assert told["verdict"] == "problem"
    assert "does not answer" in told["message"]
